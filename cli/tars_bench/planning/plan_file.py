"""A plan as it was written down: its windows, when, and a hash that shows a later change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from tars_bench.reports.read.records import Planned
from tars_bench.shared.console import write_file
from tars_bench.shared.errors import UsageError
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.seeds import own_seeds, project_seeds, read_seed

PLAN_NAME: Final = "plan.json"

_HASH: Final = "sha256"


@dataclass(frozen=True)
class Window:
    """Days of a plan or of a phase, first and last included."""

    name: str
    start: date
    end: date

    @property
    def day_count(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class CheckedPhase:
    """A window of the phases, and the plan that named it before it began, if one did."""

    window: Window
    planned_on: date | None
    late_plan_on: date | None

    @property
    def is_exploratory(self) -> bool:
        """Whether its days were chosen when they could already be known."""
        return self.planned_on is None


def windows_of(start: date, baseline_days: int, phase_days: int) -> tuple[Window, Window]:
    """Return a baseline and the phase right after it."""
    change = start + timedelta(days=baseline_days)
    return (
        Window("baseline", start, change - timedelta(days=1)),
        Window("phase", change, change + timedelta(days=phase_days - 1)),
    )


def plan_document(
    windows: Sequence[Window],
    created: date,
    choices: Mapping[str, object],
    schedule: Sequence[tuple[date, bool]] = (),
) -> dict[str, object]:
    """Return a plan with the hash of its canonical content."""
    content: dict[str, object] = {
        "created_date": created.isoformat(),
        **choices,
        "windows": [
            {
                "name": one.name,
                "start_date": one.start.isoformat(),
                "end_date": one.end.isoformat(),
                "day_count": one.day_count,
            }
            for one in windows
        ],
    }
    if schedule:
        content["days"] = [{"date": day.isoformat(), "is_on": is_on} for day, is_on in schedule]
    return {**content, _HASH: _hash(content)}


def add_plan(path: Path, plan: Mapping[str, object]) -> None:
    """Write a plan after those the file holds; none is ever taken out.

    Raises:
        UsageError: The file is no file of plans, or a plan in it was changed.
        TarsBenchError: It cannot be written.
    """
    plans = [*read_plans(path), plan]
    text = json.dumps({"plans": plans}, indent=2, ensure_ascii=False, sort_keys=True)
    write_file(path, f"{text}\n")


def read_plans(path: Path) -> list[dict[str, Any]]:
    """Return the plans of a file; none if there is no file.

    Raises:
        UsageError: It is no file of plans, or a plan in it was changed.
    """
    if not path.exists():
        return []
    try:
        plans = json.loads(path.read_text(encoding="utf-8"))["plans"]
        for number, plan in enumerate(plans, start=1):
            if plan[_HASH] != _hash({key: plan[key] for key in plan if key != _HASH}):
                raise UsageError(
                    f"{path}: plan {number} is not what was written: its sha256 differs",
                    "take the file back from where you keep its versions, or name another",
                )
            _created(plan)
            _windows(plan)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} is no file of plans", "`tars-bench plan --write` makes one; name another file"
        ) from error
    return list(plans)


def check_phases(workspace: Workspace, plans: Sequence[Mapping[str, Any]]) -> list[CheckedPhase]:
    """Return each phase with the earliest plan that named exactly its days before they began.

    Raises:
        UsageError: The phases cannot be read.
    """
    return [_checked(window, plans) for window in _phases(workspace)]


def plan_check(path: Path) -> Callable[[date, date], Planned]:
    """Return what says of a first and last day whether a plan of the file named them in time.

    A file that is not what was written names none.
    """
    try:
        plans, is_changed = read_plans(path), False
    except UsageError:
        plans, is_changed = [], True

    def check(first: date, last: date) -> Planned:
        found = _checked(Window("", first, last), plans)
        return Planned(found.planned_on, found.late_plan_on, is_changed)

    return check


def check_schedule(
    name: str, days: Sequence[tuple[date, bool]], plans: Sequence[Mapping[str, Any]]
) -> CheckedPhase:
    """Return a schedule of days on and off with the plans that drew exactly these."""
    wanted = [{"date": day.isoformat(), "is_on": is_on} for day, is_on in days]
    window = Window(name, days[0][0], days[-1][0])
    return _checked(window, [plan for plan in plans if plan.get("days") == wanted])


def _checked(window: Window, plans: Sequence[Mapping[str, Any]]) -> CheckedPhase:
    named = sorted(
        _created(plan)
        for plan in plans
        if (window.start, window.end) in {(one.start, one.end) for one in _windows(plan)}
    )
    in_time = next((day for day in named if day < window.start), None)
    late = named[0] if named and in_time is None else None
    return CheckedPhase(window, in_time, late)


def _phases(workspace: Workspace) -> list[Window]:
    name = "phases.csv"
    table = read_seed(own_seeds(workspace).get(name, project_seeds()[name]))
    found = []
    for line, row in table.rows:
        try:
            days = [date.fromisoformat(row[key].strip()) for key in ("start_date", "end_date")]
            found.append(Window(row["phase_id"].strip(), days[0], days[1]))
        except (ValueError, KeyError):
            table.reject(line, "phase_id, start_date and end_date are needed (write YYYY-MM-DD)")
    return found


def _created(plan: Mapping[str, Any]) -> date:
    return date.fromisoformat(plan["created_date"])


def _windows(plan: Mapping[str, Any]) -> list[Window]:
    return [
        Window(
            str(one["name"]),
            date.fromisoformat(one["start_date"]),
            date.fromisoformat(one["end_date"]),
        )
        for one in plan["windows"]
    ]


def _hash(content: Mapping[str, object]) -> str:
    """Return the sha256 of the content as JSON: keys sorted, no blanks, UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
