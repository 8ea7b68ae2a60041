"""Terminal, Markdown and JSON show the same cells; none of them obeys what it shows."""

import json
import re
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len

from fixtures import report_periods
from fixtures.report_warehouse import specification
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.render import json as render_json
from tars_bench.reports.render import markdown as render_markdown
from tars_bench.reports.render import terminal as render_terminal
from tars_bench.shared.text import printable

HOSTILE = [
    "<script>alert(1)</script>",
    "[bold]model[/bold] [link=http://evil]x[/link]",
    "esc\x1b[2J\x1b]0;title\x07\x9b31m",
    "pipe|`tick` **bold** _it_",
    "=cmd|' /C calc'!A0",
    "two\nlines\r\ttab",
    "\u202egpj.exe\u2066",
    "nul\x00half\ud800".encode("utf-8", "ignore").decode(),
    "Ж" * 300,
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return specification().write(tmp_path_factory.mktemp("specified") / "w.duckdb")


@pytest.fixture(params=report_periods.KINDS)
def report(request, database):
    return report_periods.KINDS[request.param](database)


@pytest.fixture(scope="module")
def hostile_report(tmp_path_factory):
    warehouse = specification()
    sessions = warehouse.tables["marts.phase_session_usage"]
    models = warehouse.tables["marts.phase_model_usage"]
    for number, text in enumerate(HOSTILE):
        sessions.append({**sessions[0], "session_id": text, "shown_cost_usd": 100 + number})
        models.append({**models[0], "model_family": text})
        models.append({**models[0], "model_family": text, "phase_id": "phase_3"})
    warehouse.tables["marts.phase_windows"][0]["phase_name"] = HOSTILE[3]
    path = warehouse.write(tmp_path_factory.mktemp("hostile") / "w.duckdb")
    return lambda kind: build_report(path, kind)


def tables_of(report):
    return [table for section in report.all_sections() for table in section.tables]


def cell_texts(report):
    return [
        [[cell.text for cell in row.cells] for row in table.rows] for table in tables_of(report)
    ]


def markdown_cells(text):
    """Read the cells of the tables' bodies back with an independent parser."""
    bodies, is_inside = [], False
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "tbody_open":
            bodies.append([])
            is_inside = True
        elif token.type == "tbody_close":
            is_inside = False
        elif is_inside and token.type == "tr_open":
            bodies[-1].append([])
        elif is_inside and token.type == "inline":
            bodies[-1][-1].append("".join(child.content for child in token.children or ()))
    return bodies


def test_markdown_shows_the_cells_of_the_report(report):
    assert markdown_cells(render_markdown.render(report)) == cell_texts(report)


def test_json_shows_the_cells_of_the_report(report):
    document = json.loads(render_json.render(report))
    sections = [*document["opening"], *document["sections"], document["provenance"]]
    tables = [table for section in sections for table in section["tables"]]
    shown = [
        [[cell["text"] for cell in row["cells"].values()] for row in table["rows"]]
        for table in tables
    ]
    assert shown == cell_texts(report)


def test_json_holds_the_unrounded_values(report):
    document = json.loads(render_json.render(report))
    for section, shown in zip(report.sections, document["sections"], strict=True):
        for table, plain in zip(section.tables, shown["tables"], strict=True):
            for row, cells in zip(table.rows, plain["rows"], strict=True):
                for cell, value in zip(row.cells, cells["cells"].values(), strict=True):
                    assert value["value"] == as_json(cell.value)
                    assert value["unit"] == cell.unit.value


def as_json(value):
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def test_the_terminal_shows_the_cells_of_the_report_in_order(report):
    lines = iter(render_terminal.render(report, width=500).splitlines())
    for table in cell_texts(report):
        for row in table:
            assert any(re.split(r"\s{2,}", line.strip()) == row for line in lines), row


@pytest.mark.parametrize("width", [40, 80, 160])
def test_the_terminal_cuts_no_figure_and_no_line(report, width):
    text = render_terminal.render(report, width=width)
    unwrapped = " ".join(text.split())
    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in text
    for table in tables_of(report):
        for row in table.rows:
            for column, cell in zip(table.columns, row.cells, strict=True):
                is_shown = column.is_numeric and not column.is_detail
                if is_shown and cell.value is not None:
                    assert cell.text in text or cell.text in unwrapped


def test_every_cell_says_something(report):
    assert all(text.strip() for table in cell_texts(report) for row in table for text in row)


def test_no_symbol_stands_without_a_word(report):
    for table in cell_texts(report):
        for row in table:
            for text in row:
                assert re.search(r"\w", text) or not re.search("[✅❌❔⚠]", text)


def test_a_report_is_the_same_bytes_each_time(tmp_path):
    texts = []
    for name in ("one", "two"):
        report = build_report(specification().write(tmp_path / f"{name}.duckdb"), "final")
        renderers = (render_terminal, render_markdown, render_json)
        texts.append([renderer.render(report) for renderer in renderers])
    assert texts[0] == texts[1]


@pytest.mark.parametrize("kind", ["baseline", "final"])
def test_hostile_text_moves_no_cursor(hostile_report, kind):
    text = render_terminal.render(hostile_report(kind), width=80)
    controls = {one for one in text if unicodedata.category(one) in ("Cc", "Cf")}
    assert controls <= {"\n", "\ufe0f"}
    assert max(map(cell_len, text.splitlines())) <= 80
    assert "[bold]" in text or kind == "final"


@pytest.mark.parametrize("kind", ["baseline", "final"])
def test_hostile_text_is_no_markdown(hostile_report, kind):
    report = hostile_report(kind)
    text = render_markdown.render(report)
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    tags = set(re.findall(r"</?([a-z0-9]+)", html))
    assert tags <= {"h1", "h2", "h3", "p", "strong", "ul", "li", *TABLE_TAGS}
    counts = [len(row) for table in markdown_cells(text) for row in table]
    assert counts == [len(row) for table in cell_texts(report) for row in table]


TABLE_TAGS = ("table", "thead", "tbody", "tr", "th", "td")


def test_hostile_text_survives_json(hostile_report):
    text = render_json.render(hostile_report("baseline"))
    assert text.isascii()
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", text)
    sessions = next(one for one in json.loads(text)["sections"] if one["id"] == "session_breakdown")
    names = {row["id"] for row in sessions["tables"][0]["rows"]}
    assert HOSTILE[1] in names


def test_a_long_name_is_folded_not_cut(hostile_report):
    text = render_terminal.render(hostile_report("baseline"), width=80)
    assert text.count("Ж") == 2 * 300  # as a model and as a session


def test_hostile_phase_names_stay_in_their_header(hostile_report):
    text = render_markdown.render(hostile_report("final"))
    header = next(line for line in text.splitlines() if line.startswith("| Metric |"))
    assert header.replace("\\|", "").count("|") == 6
    assert printable(HOSTILE[3]).replace("|", "\\|").split("|")[0] in header
