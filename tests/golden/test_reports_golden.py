"""Each kind as Markdown, one kind in every format, byte for byte, on the specification's figures.

The other formats of the other kinds are held cell for cell to the report they show. Of a page its
style and script are left out, of a drawing all but what it says; of a document its text is kept,
page by page. `UPDATE_GOLDEN=1 pytest tests/golden` writes them anew: then read the difference.
"""

import os
from pathlib import Path

import pytest

from fixtures import report_periods
from fixtures.report_renderings import document_text, page_without_drawings
from fixtures.report_warehouse import specification
from tars_bench.reports.documents.brief import in_brief
from tars_bench.reports.render import csv as render_csv
from tars_bench.reports.render import html as render_html
from tars_bench.reports.render import json as render_json
from tars_bench.reports.render import markdown as render_markdown
from tars_bench.reports.render import pdf as render_pdf
from tars_bench.reports.render import terminal as render_terminal

RENDERERS = {
    "md": render_markdown.render,
    "80.txt": lambda report: render_terminal.render(in_brief(report), width=80),
    "160.txt": lambda report: render_terminal.render(report, width=160),
    "json": render_json.render,
    "html": lambda report: page_without_drawings(render_html.render(report, "demo")),
    "pdf.txt": lambda report: "\n\f".join(document_text(render_pdf.render(report, "demo"))) + "\n",
    "csv": render_csv.render,
}
EVERY_FORMAT = "phase_1"
FILES = [
    *((name, "md") for name in report_periods.KINDS),
    *((EVERY_FORMAT, ending) for ending in RENDERERS if ending != "md"),
    ("final", "80.txt"),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return specification().write(tmp_path_factory.mktemp("golden") / "warehouse.duckdb")


@pytest.mark.parametrize(("name", "ending"), FILES)
def test_a_report_is_the_golden_file(database, name, ending):
    text = RENDERERS[ending](report_periods.KINDS[name](database))
    golden = Path(__file__).with_name(f"report_{name}.{ending}")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(text.encode("utf-8"))
    assert text == golden.read_bytes().decode("utf-8")


def test_the_first_screen_of_the_final_report_fits_forty_lines(database):
    report = report_periods.KINDS["final"](database)
    lines = render_terminal.render(in_brief(report), width=80).splitlines()
    first_section = next(n for n, line in enumerate(lines) if line == report.sections[0].title)
    assert first_section <= 40
