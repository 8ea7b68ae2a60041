"""A plan, a checklist, alerts and a budget that fit what a first look at the logs found.

A workspace begins with seeds of its own. They ask only what its sources can tell: no hit rate of a
response cache nobody logs, no budget of somebody else. Every line is a proposal to be edited.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from tars_bench.workspace.survey import Survey

BASELINE_DAYS_MIN: Final = 3
"""An interval needs as many days (``minimum_days`` in dbt_project.yml)."""


def proposed_seeds(
    project: Mapping[str, Path], found: Survey, budget: Decimal | None
) -> dict[str, bytes]:
    """Return the seeds of a new workspace by file name.

    Args:
        project: The project's seeds by file name: where lines that fit are taken from.
        found: What a first look at the logs found.
        budget: USD a month, or None.
    """
    windows = proposed_windows(found)
    strategies = _project_rows(project["optimization_strategies.csv"])
    with_events = "optimization_events" in found.logs
    return {
        "phases.csv": _csv(_header(project["phases.csv"]), _phases(windows, _target(project))),
        "phase_strategies.csv": _csv(
            ("phase_id", "strategy_id"),
            [
                {"phase_id": "phase_1", "strategy_id": row["strategy_id"]}
                for row in strategies
                if with_events and len(windows) > 1
            ],
        ),
        "validation_checklist.csv": _filtered(
            project["validation_checklist.csv"],
            lambda row: _checklist_line(row, found, budget, _target(project)),
        ),
        "alerts.csv": _filtered(project["alerts.csv"], lambda row: _alert(row, found, budget)),
    }


def proposed_windows(found: Survey) -> list[tuple[date, date]]:
    """Propose a baseline and a phase: whole weeks of days where there are enough.

    The baseline ends before the first line of an optimisation log where that leaves it days enough,
    else in the middle. The last day with calls is left out: it may not be over.
    """
    days = list(found.days[:-1] or found.days)
    if not days:
        return []
    if len(days) < BASELINE_DAYS_MIN + 1:
        return [(days[0], days[-1])]
    begins = _phase_begins(days, found.first_optimization_on)
    return [(days[0], begins - timedelta(days=1)), (begins, days[-1])]


def _phase_begins(days: Sequence[date], first_optimization: date | None) -> date:
    if first_optimization and days[BASELINE_DAYS_MIN - 1] < first_optimization <= days[-1]:
        return first_optimization
    return days[len(days) // 2]


def _phases(windows: Sequence[tuple[date, date]], target: str) -> list[dict[str, str]]:
    names = (("baseline", "Baseline", "true", "false"), ("phase_1", "Phase 1", "false", "true"))
    rows = []
    for order, (start, end) in enumerate(windows):
        phase_id, name, is_baseline, is_final = names[order]
        rows.append(
            {
                "phase_id": phase_id,
                "phase_name": name,
                "phase_order": str(order),
                "start_date": f"{start}",
                "end_date": f"{end}",
                "is_baseline": is_baseline,
                "is_final": is_final,
                "target_reduction_ratio": "" if order == 0 else target,
                "target_reduction_max_ratio": "",
            }
        )
    return rows


def _target(project: Mapping[str, Path]) -> str:
    """Return the least reduction the project's own plan aims for in its final phase, as a share."""
    final = [row for row in _project_rows(project["phases.csv"]) if row["is_final"] == "true"]
    return next((row["target_reduction_ratio"] for row in final), "")


_NEEDS: Final = {
    "cache_hit_rate": "response_cache",
    "batch_efficiency": "batches",
    "error_rate": "errors",
    "task_completion_rate": "errors",
    "response_time_avg": "response_time",
    "user_satisfaction_avg": "satisfaction",
}
"""Metric → what a log must tell of before anything is asked of it."""

_ONLY_OF_THE_SPECIFICATION: Final = frozenset(
    {"phase_1_reduction", "phase_2_reduction", "haiku_share_reached", "success_compliance"}
)
"""Lines about the specification's own phases, models and budget."""

Row = dict[str, str]


def _checklist_line(row: Row, found: Survey, budget: Decimal | None, target: str) -> Row | None:
    if row["line_id"] in _ONLY_OF_THE_SPECIFICATION:
        return None
    if row["strategy_id"] and "optimization_events" not in found.logs:
        return None
    if _NEEDS.get(row["metric_id"], "") not in {"", *found.logs}:
        return None
    return _fitted(row, budget, target)


def _fitted(row: Row, budget: Decimal | None, target: str) -> Row | None:
    """Return a line with the workspace's own figures in place of the specification's."""
    if row["line_id"] == "phase_3_reduction":
        return row | {
            "line_id": "cost_reduction",
            "line_text": f"Cost falls by {Decimal(target):.0%} or more",
            "phase_scope": "last",
            "min_threshold": target,
        }
    if row["line_id"] == "success_cost_reduction":
        return None
    if row["metric_id"] == "monthly_cost_projection":
        if budget is None:
            return None
        return row | {
            "line_id": "monthly_cost_in_budget",
            "line_text": f"Monthly cost projection within the budget of ${budget:f}",
            "min_threshold": "",
            "min_inclusive": "",
            "max_threshold": f"{budget:f}",
            "max_inclusive": "true",
            "better_beyond": "",
        }
    if row["line_id"] in _SHORTER:
        return row | {"line_text": _SHORTER[row["line_id"]]}
    return row


_SHORTER: Final = {
    "quality_maintained": "Quality is maintained",
    "success_quality": "Quality is maintained",
    "success_efficiency": "Efficiency",
}
"""Lines of several conditions, of which some may fall away."""


def _alert(row: Row, found: Survey, budget: Decimal | None) -> Row | None:
    if _NEEDS.get(row["metric_id"], "") not in {"", *found.logs}:
        return None
    if row["metric_id"] != "monthly_cost_projection":
        return row
    if budget is None or row["severity"] != "critical":
        return None
    return row | {"ok_label": "Monthly projection within the budget", "threshold": f"{budget:f}"}


def _filtered(path: Path, fit: Callable[[Row], Row | None]) -> bytes:
    rows = [fitted for row in _project_rows(path) if (fitted := fit(row)) is not None]
    return _csv(_header(path), rows)


def _header(path: Path) -> tuple[str, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(next(csv.reader(file)))


def _project_rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()
