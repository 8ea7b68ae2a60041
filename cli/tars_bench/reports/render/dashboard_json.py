"""The dashboard and its release as JSON."""

import json
from typing import Any

from tars_bench.reports.documents.dashboard import Dashboard
from tars_bench.reports.render.json import as_document


def render(dashboard: Dashboard) -> str:
    """Return the dashboard as indented ASCII JSON ending in a newline."""
    return json.dumps(as_dashboard_document(dashboard), indent=2, allow_nan=False) + "\n"


def as_dashboard_document(dashboard: Dashboard) -> dict[str, Any]:
    """Return a report's document with what only the dashboard has."""
    return {
        **as_document(dashboard.report),
        "data_until": dashboard.data_until.isoformat(),
        "release": dashboard.release,
        "baseline_daily_cost_usd": dashboard.baseline_daily_cost_usd,
        "trend": [
            {
                "date": one.day.isoformat(),
                "cost_usd": None if one.cost_usd is None else float(one.cost_usd),
            }
            for one in dashboard.trend
        ],
    }
