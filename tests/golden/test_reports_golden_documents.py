"""Pages, documents and spreadsheets: what they say, on the specification's own figures.

Of a page its style and script are left out, of a drawing all but what it says; of a document its
text is kept, page by page. `UPDATE_GOLDEN=1 pytest tests/golden` writes them anew.
"""

import os
from pathlib import Path

import pytest

from fixtures import report_periods
from fixtures.report_renderings import document_text, page_without_drawings
from fixtures.report_warehouse import specification
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.render import csv as render_csv
from tars_bench.reports.render import html as render_html
from tars_bench.reports.render import pdf as render_pdf

KINDS = {
    "baseline": lambda database: build_report(database, "baseline"),
    "final": lambda database: build_report(database, "final"),
    "weekly": report_periods.weekly,
}
RENDERERS = {
    "html": lambda report: page_without_drawings(render_html.render(report, "demo")),
    "pdf.txt": lambda report: "\n\f".join(document_text(render_pdf.render(report, "demo"))) + "\n",
    "csv": render_csv.render,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return specification().write(tmp_path_factory.mktemp("golden") / "warehouse.duckdb")


@pytest.mark.parametrize("ending", RENDERERS)
@pytest.mark.parametrize("name", KINDS)
def test_a_rendering_is_the_golden_file(database, name, ending):
    text = RENDERERS[ending](KINDS[name](database))
    golden = Path(__file__).with_name(f"report_{name}.{ending}")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(text.encode("utf-8"))
    assert text == golden.read_bytes().decode("utf-8")
