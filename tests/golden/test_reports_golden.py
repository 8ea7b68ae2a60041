"""Each kind in each format, byte for byte, on the specification's own figures.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/golden`, then read the difference.
"""

import os
from pathlib import Path

import pytest

from fixtures import report_periods
from fixtures.report_warehouse import specification
from tars_bench.reports.render import json as render_json
from tars_bench.reports.render import markdown as render_markdown
from tars_bench.reports.render import terminal as render_terminal

RENDERERS = {
    "80.txt": lambda report: render_terminal.render(report, width=80),
    "160.txt": lambda report: render_terminal.render(report, width=160),
    "md": render_markdown.render,
    "json": render_json.render,
}


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    return specification().write(tmp_path_factory.mktemp("golden") / "warehouse.duckdb")


@pytest.mark.parametrize("ending", RENDERERS)
@pytest.mark.parametrize("name", report_periods.KINDS)
def test_a_report_is_the_golden_file(database, name, ending):
    text = RENDERERS[ending](report_periods.KINDS[name](database))
    golden = Path(__file__).with_name(f"report_{name}.{ending}")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
