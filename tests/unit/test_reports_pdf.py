"""The layout of a document: columns hold their words, tables stay whole, no name breaks it."""

import json
import re
from datetime import date
from functools import cache

import pytest
import typst

from fixtures import report_periods
from fixtures.report_renderings import document_text
from fixtures.report_warehouse import specification
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.render import pdf as render_pdf
from tars_bench.reports.render.templates import template_text
from tars_bench.shared.text import printable

NAMES = [
    "模型-通义千问",
    "نموذج عربي",
    "😀 model 🚀",
    "e\u0301a\u20d7x\u0323\u0301",
    "m" * 200,
    "claude-" * 28,
]
# What each table was given: the width of its columns, and of the longest word in each.
MEASURED = """
#context for section in report.sections {
  for one in section.tables {
    let fit = fitted(one)
    let words = range(one.columns.len()).map(index => calc.max(
      longest-word(one.columns.at(index).title, fit.size, "regular"),
      ..one.rows.map(row => longest-word(
        row.at(index).text,
        fit.size,
        if row.at(index).total { "bold" } else { "regular" },
      )),
    ))
    let plain = length => length.pt()
    [#metadata((
      room: room.pt() - one.columns.len() * gutter.pt(),
      is_broken: fit.is-broken,
      size: fit.size.pt(),
      widths: fit.widths.map(plain),
      words: words.map(plain),
    )) <table>]
  }
}
"""


def named_warehouse(names):
    warehouse = specification()
    tables = warehouse.tables
    for number, name in enumerate(names):
        session = tables["marts.phase_session_usage"][0]
        cost = {"session_id": name, "shown_cost_usd": 100 + number}
        tables["marts.phase_session_usage"].append({**session, **cost})
        for phase in ("baseline", "phase_3"):
            model = {**tables["marts.phase_model_usage"][0], "model_family": name}
            tables["marts.phase_model_usage"].append({**model, "phase_id": phase})
        usage = {"usage_date": date(2026, 3, 2), "model_family": name, "api_call_count": 99}
        tables["marts.model_usage_daily"].append(usage)
    tables["marts.phase_windows"][0]["phase_name"] = names[0]
    return warehouse


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return specification().write(tmp_path_factory.mktemp("specified") / "w.duckdb")


@pytest.fixture(params=report_periods.KINDS, scope="module")
def report(request, database):
    return report_periods.KINDS[request.param](database)


@pytest.fixture(scope="module")
def named(tmp_path_factory):
    path = named_warehouse(NAMES).write(tmp_path_factory.mktemp("named") / "w.duckdb")
    return {kind: build_report(path, kind) for kind in ("baseline", "final")}


def measured_tables(report):
    start, _ = template_text("report.typ").split("// The cover block")
    document = render_pdf._with_boxes(render_pdf.as_document(report))
    found = typst.query(
        (start + MEASURED).encode("utf-8"),
        "<table>",
        field="value",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps(document)},
    )
    return json.loads(found)


def assert_columns_hold_their_words(report):
    tables = measured_tables(report)
    assert tables
    for one in tables:
        assert sum(one["widths"]) <= one["room"] + 0.01
        for width, word in zip(one["widths"], one["words"], strict=True):
            assert one["is_broken"] or width >= word - 0.01


def test_no_column_is_narrower_than_its_longest_word(report):
    assert_columns_hold_their_words(report)


def test_no_name_pushes_a_column_into_the_next(named):
    for one in named.values():
        assert_columns_hold_their_words(one)


@cache
def pages_of(report):
    return tuple(document_text(render_pdf.render(report, "demo")))


def flat(text):
    return "".join(render_pdf.shown(printable(text)).replace("\u200b", "").split())


def row_text(row):
    return "".join(flat(cell.text) for cell in row.cells)


def test_tables_of_a_dozen_rows_stay_on_one_page_with_their_notes(report):
    pages = ["".join(page.split()) for page in pages_of(report)]
    for section in report.all_sections():
        for table in section.tables:
            lines = [row_text(row) for row in table.rows]
            if table is section.tables[-1]:
                lines += [flat(note) for note in section.notes]
            is_short = len(table.rows) <= 12 and sum(map(len, lines)) < 3000
            if is_short:
                assert any(all(line in page for line in lines) for page in pages), lines


def test_no_heading_stands_at_the_foot_of_a_page(report):
    titles = {flat(section.title) for section in report.all_sections()} | {
        flat(table.title) for section in report.all_sections() for table in section.tables
    }
    for page in pages_of(report):
        text = re.sub(r"Warehouse published .* UTC|Page \d+ of \d+", "", page)
        body = "".join(text.split())
        assert not body.endswith(tuple(title for title in titles if title))


def test_characters_without_a_font_are_boxes_and_the_document_says_so(named, monkeypatch):
    """As on a machine without fonts of its own."""
    compiled = render_pdf._compiled
    monkeypatch.setattr(
        render_pdf, "_compiled", lambda document, is_alone: compiled(document, is_alone=True)
    )
    for kind, one in named.items():
        text = " ".join(document_text(render_pdf.render(one, "名前")))
        assert "□ stands for a character this document has no font for" in text
        assert "□□-□□□□" in text
        assert "□ model □" in text or kind == "final"


def test_any_name_makes_a_document(named):
    """With whatever fonts this machine has."""
    for one in named.values():
        text = "".join("".join(document_text(render_pdf.render(one))).split())
        assert "m" * 200 in text.lower()


def test_every_character_taken_for_shown_is_shown():
    sure = [chr(code) for code in range(0x20, 0x3000) if not render_pdf._UNSURE.match(chr(code))]
    text = " ".join([one for one in sure if one.isprintable()] + [render_pdf._BOX, *"✔✘⚠"])
    source = template_text("report.typ").split("#set page(")[0] + (
        '#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n'
        '#report.shown #text(weight: "bold", report.shown)'
    )
    typst.compile(
        source.encode("utf-8"),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"report": json.dumps({"title": "t", "date": None, "shown": text})},
        pdf_standards=["ua-1"],
    )
