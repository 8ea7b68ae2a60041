"""Pages, documents and spreadsheets show the cells of the report and obey none of them."""

import csv
import io
import re
import unicodedata
import xml.etree.ElementTree as ElementTree
from datetime import date
from functools import cache
from html import unescape
from io import BytesIO

import pytest
from pypdf import PdfReader

from fixtures import report_periods
from fixtures.report_renderings import DRAWING, document_text, read_tables
from fixtures.report_warehouse import specification
from tars_bench.reports.charts.style import NARROW, PRINTED, WIDE
from tars_bench.reports.charts.svg import picture_file, svg
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.render import csv as render_csv
from tars_bench.reports.render import html as render_html
from tars_bench.reports.render import json as render_json
from tars_bench.reports.render import markdown as render_markdown
from tars_bench.reports.render import pdf as render_pdf
from tars_bench.shared.text import csv_cell, printable

HOSTILE = [
    "</script><script>window.injected = 1</script>",
    "<img src=x onerror='window.injected = 1'>",
    '"><svg onload="window.injected = 1">',
    "{{ 7 * 7 }}{% raw %}",
    '#eval("1") $x$ @ref *bold* <label> #image("/etc/passwd")',
    "esc\x1b[2J\x1b]0;title\x07",
    "=cmd|' /C calc'!A0",
    "two\nlines\r\ttab",
    "\u202egpj.exe\u2066",
    "signal(datum) 'quote' \\ back",
    "Ж" * 300,
]


def hostile_warehouse():
    warehouse = specification()
    tables = warehouse.tables
    for number, text in enumerate(HOSTILE):
        session = tables["marts.phase_session_usage"][0]
        row = {**session, "session_id": text, "shown_cost_usd": 100 + number}
        tables["marts.phase_session_usage"].append(row)
        for phase in ("baseline", "phase_3"):
            model = {**tables["marts.phase_model_usage"][0], "model_family": text}
            tables["marts.phase_model_usage"].append({**model, "phase_id": phase})
        usage = {
            "usage_date": date(2026, 3, 2),
            "model_family": text,
            "api_call_count": 999 - number,
        }
        tables["marts.model_usage_daily"].append(usage)
    for window in tables["marts.phase_windows"]:
        window["phase_name"] = f"{window['phase_name']} {HOSTILE[0]}"
    for strategy in tables["marts.phase_strategy_savings"]:
        strategy["strategy_name"] = HOSTILE[2]
    return warehouse


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return specification().write(tmp_path_factory.mktemp("specified") / "w.duckdb")


@pytest.fixture(params=report_periods.KINDS, scope="module")
def report(request, database):
    return report_periods.KINDS[request.param](database)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    path = hostile_warehouse().write(tmp_path_factory.mktemp("hostile") / "w.duckdb")
    return {kind: build_report(path, kind) for kind in ("baseline", "final")}


@cache
def page_of(report):
    return render_html.render(report, "demo")


@cache
def pdf_of(report):
    return render_pdf.render(report, "demo")


def tables_of(report):
    return [table for section in report.all_sections() for table in section.tables]


def charts_of(report):
    return [chart for section in report.all_sections() for chart in section.charts]


def cell_texts(report):
    return [
        [[printable(cell.text) for cell in row.cells] for row in table.rows]
        for table in tables_of(report)
    ]


def csv_rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_charts_are_those_of_the_figures(database):
    shown = {chart.chart_id: chart for chart in charts_of(build_report(database, "final"))}
    assert list(shown) == [
        "daily_cost",
        "response_times",
        "model_distribution",
        "rates",
        "counterfactual",
        "cumulative_savings",
        "strategy_savings",
        "cost_bridge",
    ]
    cost = shown["daily_cost"]
    assert len(cost.positions) == 13  # 02-20 is on the spine but not loaded
    assert [level.value for level in cost.levels] == pytest.approx([8.5, 5.95, 5.10])
    # 8.50 a day for seven days, less what they cost: 59.50 - 29.82, half a dollar a day either
    # way; seven times 1.50 claimed.
    measured, valued = shown["cumulative_savings"].series
    ends = [measured.lows[-1], measured.values[-1], measured.highs[-1]]
    assert ends == pytest.approx([26.18, 29.68, 33.18])
    assert valued.values[-1] == pytest.approx(10.5)
    # The baseline's three days and the phase's seven; those between belong to neither.
    observed, expected = shown["counterfactual"].series
    assert (len(observed.values), expected.values[0]) == (10, 8.5)
    shares = [series.values for series in shown["model_distribution"].series]
    assert [values[0] for values in shares] == [1.0, 0.0]
    assert [values[-1] for values in shares] == [0.5, 0.5]
    silent = cost.positions.index(date(2026, 3, 7))
    assert [values[silent] for values in shares] == [None, None]
    assert [series.series_id for series in shown["rates"].series] == [
        "cache_hit_rate",
        "batch_efficiency",
    ]


def test_a_page_shows_the_cells_of_the_report(report):
    assert read_tables(page_of(report)).tables == cell_texts(report)


def test_a_spreadsheet_shows_the_cells_of_the_report(report):
    rows = [row for row in csv_rows(render_csv.render(report)) if not is_words_or_chart(row)]
    shown = [cell for table in tables_of(report) for row in table.rows for cell in row.cells]
    assert len(rows) == len(shown)
    for row, cell in zip(rows, shown, strict=True):
        text = printable(cell.text)
        assert row["text"] in (text, csv_cell(text))


def is_words_or_chart(row):
    return row["item"] == "text" or row["item"].startswith("chart: ")


def test_a_spreadsheet_holds_unrounded_values(database):
    rows = csv_rows(render_csv.render(build_report(database, "final")))
    found = [row for row in rows if row["row_id"] == "daily_cost" and row["column_id"] == "phase"]
    assert [(row["value"], row["unit"], row["text"]) for row in found] == [("4.97", "usd", "$4.97")]
    day = [row for row in rows if row["row_id"] == "2026-03-02" and row["column_id"] == "cost_usd"]
    assert [row["text"] for row in day] == ["$5.37"]


def test_a_document_shows_the_cells_of_the_report(report):
    """Row by row in their order, the cells of a row side by side."""
    text = "".join(" ".join(document_text(pdf_of(report))).split())
    place = 0
    for table in cell_texts(report):
        for row in table:
            cells = (render_pdf.shown(cell).replace("\u200b", "") for cell in row)
            wanted = "".join("".join(cells).split())
            place = text.find(wanted, place)
            assert place >= 0, row
            place += len(wanted)


def test_a_document_names_its_parts(report):
    pdf = pdf_of(report)
    document = PdfReader(BytesIO(pdf))
    assert document.metadata.title == report.title
    assert document.metadata.creation_date_raw.startswith("D:20260309")
    pages = document_text(pdf)
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert report.title in page
        assert "demo" in page
    assert report.provenance.title in [one.title for one in flat(document.outline)]


def flat(outline):
    for one in outline:
        yield from flat(one) if isinstance(one, list) else (one,)


def test_every_font_is_embedded(database):
    document = PdfReader(BytesIO(pdf_of(build_report(database, "final"))))
    fonts = [
        font.get_object()
        for page in document.pages
        for font in page["/Resources"].get_object().get("/Font", {}).get_object().values()
    ]
    assert fonts
    for font in fonts:
        descendant = font["/DescendantFonts"][0].get_object()
        descriptor = descendant["/FontDescriptor"].get_object()
        assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_renderings_are_the_same_bytes_each_time(tmp_path):
    renderings = []
    for name in ("one", "two"):
        report = build_report(specification().write(tmp_path / f"{name}.duckdb"), "final")
        modules = (render_html, render_pdf, render_csv)
        renderings.append([module.render(report) for module in modules])
    assert renderings[0] == renderings[1]


@pytest.mark.parametrize("kind", ["baseline", "final"])
def test_hostile_text_is_no_html(hostile, kind):
    page = render_html.render(hostile[kind], HOSTILE[0])
    reader = read_tables(page)
    assert reader.tables == cell_texts(hostile[kind])
    assert not reader.tags & {"img", "iframe", "object", "link", "form", "label", "base"}
    assert page.count("<script>") == page.count("</script>") == 1
    assert not [name for name in reader.attributes if name.startswith("on")]
    assert "{{ 7 * 7 }}" in page


@pytest.mark.parametrize("size", [WIDE, NARROW, PRINTED], ids=lambda size: size.name)
def test_hostile_text_is_no_drawing(hostile, size):
    for chart in charts_of(hostile["final"]):
        drawing = svg(chart, size)
        elements = list(ElementTree.fromstring(drawing).iter())  # noqa: S314
        tags = {element.tag.split("}")[-1] for element in elements}
        assert tags <= {"svg", "g", "path", "text", "line", "rect", "defs", "clipPath"}
        names = {name for element in elements for name in element.attrib}
        assert not [name for name in names if name.startswith("on") or name.endswith("href")]
        unseen = {one for one in drawing if unicodedata.category(one) in ("Cc", "Cf")}
        assert unseen <= {"\n"}


def test_hostile_text_is_no_markup_in_a_document(hostile):
    pages = document_text(render_pdf.render(hostile["baseline"], HOSTILE[4]))
    text = "".join("".join(pages).split())
    for one in HOSTILE[:9]:  # ten sessions are listed one by one, the dearest first
        assert "".join(printable(HOSTILE[-1 - HOSTILE.index(one)]).split()) in text


def test_hostile_text_is_no_formula(hostile):
    rows = csv_rows(render_csv.render(hostile["baseline"]))
    assert {len(row) for row in rows} == {len(render_csv.COLUMNS)}
    for row in rows:
        for key, text in row.items():
            is_figure = row["unit"] != "text" and key in ("value", "value_high", "text")
            assert is_figure or not text.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert printable(text) == text
    assert any(HOSTILE[6] in row["row"] for row in rows)


def test_hostile_text_survives_the_other_formats(hostile):
    assert render_json.render(hostile["final"]).isascii()
    assert "<script" not in render_markdown.render(hostile["final"])


def test_a_page_fetches_nothing(report):
    page = page_of(report)
    assert "default-src 'none'" in unescape(page)
    assert not re.search(r"""(src|href|url)\s*[=(]\s*["']?(https?:)?//""", DRAWING.sub("", page))


def test_a_picture_stands_alone(database):
    for chart in charts_of(build_report(database, "final")):
        drawing = ElementTree.fromstring(picture_file(chart))  # noqa: S314
        assert drawing.tag.endswith("svg")


def test_one_day_is_drawn(tmp_path):
    warehouse = specification()
    days = warehouse.tables["marts.metrics_daily"]
    warehouse.tables["marts.metrics_daily"] = days[:1]
    report = build_report(warehouse.write(tmp_path / "w.duckdb"), "baseline")
    charts = charts_of(report)
    assert charts[0].alt.startswith("Daily cost on 2026-02-11: Cost of the day $8.40.")
    assert "<path" in svg(charts[0], WIDE)
    assert "2026-02-11" in render_html.render(report)


def test_no_day_is_no_chart(tmp_path):
    warehouse = specification()
    warehouse.tables["marts.metrics_daily"] = []
    report = build_report(warehouse.write(tmp_path / "w.duckdb"), "baseline")
    assert charts_of(report) == []
