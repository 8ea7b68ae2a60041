"""The dashboard and the progress of measuring, byte for byte, on the specification's figures.

After a wanted change: `UPDATE_GOLDEN=1 pytest tests/golden`, then read the difference.
"""

import os
from datetime import date
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
    "dashboard.json": lambda: dashboard_json.render(dashboard_of(dashboard(), NOW)),
    "progress.80.txt": lambda: render_terminal.render(progress_of(progress()), 80),
    "progress_under_way.160.txt": lambda: render_terminal.render(
        progress_of(
            progress(loaded_until=date(2026, 2, 20), gaps=[date(2026, 2, 15)]), date(2026, 2, 20)
        ),
        160,
    ),
    "progress.json": lambda: render_json.render(progress_of(progress())),
}


@pytest.mark.parametrize("name", SHOWN)
def test_what_is_shown_is_the_golden_file(name):
    text = SHOWN[name]()
    golden = Path(__file__).with_name(name)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")
