"""The dashboard and the progress of measuring, byte for byte, on the specification's figures.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/golden`, then read the difference.
"""

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fixtures.dashboard_figures import NOW, dashboard, progress
from tars_bench.reports.documents.dashboard import dashboard_of
from tars_bench.reports.documents.progress import progress_of
from tars_bench.reports.render import dashboard_json, dashboard_terminal
from tars_bench.reports.render import json as render_json
from tars_bench.reports.render import terminal as render_terminal

SHOWN = {
    "dashboard.80.txt": lambda: dashboard_terminal.render(dashboard_of(dashboard(), NOW), 80),
    "dashboard.160.txt": lambda: dashboard_terminal.render(dashboard_of(dashboard(), NOW), 160),
    "progress.80.txt": lambda: render_terminal.render(progress_of(progress()), 80),
    "progress_under_way.160.txt": lambda: render_terminal.render(
        progress_of(
            progress(loaded_until=date(2026, 2, 20), gaps=[date(2026, 2, 15)]), date(2026, 2, 20)
        ),
        160,
    ),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_is_the_golden_file(name):
    text = SHOWN[name]()
    golden = Path(__file__).with_name(name)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "report"),
    [
        (
            dashboard_json.render(dashboard_of(dashboard(), NOW)),
            dashboard_of(dashboard(), NOW).report,
        ),
        (render_json.render(progress_of(progress())), progress_of(progress())),
    ],
    ids=["dashboard", "progress"],
)
def test_json_shows_the_cells_and_holds_their_values(text, report):
    document = json.loads(text)
    sections = [*document["opening"], *document["sections"], document["provenance"]]
    shown = [
        (row["id"], key, cell["text"], cell["value"], cell["unit"])
        for section in sections
        for table in section["tables"]
        for row in table["rows"]
        for key, cell in row["cells"].items()
    ]
    assert shown == [
        (row.row_id, column.key, cell.text, plain(cell.value), cell.unit.value)
        for section in report.all_sections()
        for table in section.tables
        for row in table.rows
        for column, cell in zip(table.columns, row.cells, strict=True)
    ]
    assert document["title"] == report.title
    assert document["headline"] == list(report.headline)
    assert document["notes"] == list(report.notes)
    assert [section["notes"] for section in sections] == [
        list(section.notes) for section in report.all_sections()
    ]


def plain(value):
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def test_json_of_the_dashboard_has_its_trend():
    shown = dashboard_of(dashboard(), NOW)
    document = json.loads(dashboard_json.render(shown))
    assert document["data_until"] == shown.data_until.isoformat()
    assert document["release"] == shown.release
    assert document["baseline_daily_cost_usd"] == shown.baseline_daily_cost_usd
    assert document["trend"] == [
        {"date": one.day.isoformat(), "cost_usd": plain(one.cost_usd)} for one in shown.trend
    ]
