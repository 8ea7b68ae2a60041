"""A switchback as rows of the workspace's seeds: its days are analysed as they were drawn."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from tars_bench.planning.plan_file import check_schedule, read_plans
from tars_bench.shared.console import write_file
from tars_bench.shared.errors import UsageError
from tars_bench.shared.switchback import pair_number
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.experiment_rules import EXPERIMENT_DAYS, EXPERIMENTS, SCHEDULE
from tars_bench.workspace.seeds import SeedTable, own_seeds, project_seeds, read_seed

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def check_name(workspace: Workspace, name: str) -> None:
    """Refuse a name that no seed could hold, or that one holds already.

    Raises:
        UsageError: It is of other characters, or taken; the message names the file.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"--experiment is no name: {name!r}", "use letters, digits, dots, dashes, underscores"
        )
    table = read_seed(_current(workspace, EXPERIMENTS))
    for line, row in table.rows:
        if row.get("experiment_id", "").strip() == name:
            table.reject(line, f"there is an experiment {name!r} already: choose another name")


def add_switchback(workspace: Workspace, name: str, plan: Mapping[str, Any]) -> list[Path]:
    """Add a written switchback to the seeds of experiments; return the files.

    Raises:
        UsageError: The name is taken, or a seed cannot be read.
        TarsBenchError: One cannot be written.
    """
    check_name(workspace, name)
    days: Sequence[Mapping[str, Any]] = plan["days"]
    experiment = {
        "experiment_id": name,
        "experiment_name": name,
        "label_kind": SCHEDULE,
        "start_date": days[0]["date"],
        "end_date": days[-1]["date"],
        "assigned_unit": "day",
        "is_randomised": "true",
    }
    scheduled = [
        {
            "experiment_id": name,
            "experiment_date": one["date"],
            "pair_number": str(pair_number(place)),
            "is_treated": str(one["is_on"]).lower(),
        }
        for place, one in enumerate(days)
    ]
    return [
        _append(workspace, EXPERIMENT_DAYS, scheduled),
        _append(workspace, EXPERIMENTS, [experiment]),
    ]


def scheduled_days(workspace: Workspace) -> dict[str, list[tuple[date, bool]]]:
    """Return the days of each scheduled experiment, in order.

    Raises:
        UsageError: The seed cannot be read.
    """
    table = read_seed(_current(workspace, EXPERIMENT_DAYS))
    found: dict[str, list[tuple[date, bool]]] = {}
    for line, row in table.rows:
        try:
            day = date.fromisoformat(row["experiment_date"].strip())
            is_on = row["is_treated"].strip().lower() == "true"
            found.setdefault(row["experiment_id"].strip(), []).append((day, is_on))
        except (ValueError, KeyError):
            table.reject(line, "experiment_id, experiment_date and is_treated are needed")
    return {name: sorted(days) for name, days in found.items()}


def schedules_planned(workspace: Workspace, path: Path) -> dict[str, str]:
    """Return what a file of plans says of each scheduled experiment, in words.

    Raises:
        UsageError: The seed cannot be read.
    """
    try:
        plans = read_plans(path)
    except UsageError:
        return {}
    found = {}
    for name, days in scheduled_days(workspace).items():
        checked = check_schedule(name, days, plans)
        found[name] = why_planned(checked.planned_on, checked.late_plan_on)
    return found


def why_planned(planned_on: date | None, late_plan_on: date | None) -> str:
    """Say whether days were planned before they began."""
    if planned_on:
        return f"planned on {planned_on}, before it began"
    if late_plan_on:
        return f"first planned on {late_plan_on}, when it had begun"
    return "no written plan has these days"


def _current(workspace: Workspace, name: str) -> Path:
    return own_seeds(workspace).get(name, project_seeds()[name])


def _append(workspace: Workspace, name: str, rows: Sequence[Mapping[str, str]]) -> Path:
    """Write a seed again with rows after those it has."""
    table: SeedTable = read_seed(_current(workspace, name))
    path = workspace.own_seeds_directory / name
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, table.columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows([*(row for _, row in table.rows), *rows])
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, out.getvalue())
    return path
