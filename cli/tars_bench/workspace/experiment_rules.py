"""What the seeds of experiments promise beyond their columns: sides, days and pairs that fit.

A pair of days has one on and one off, inside the days of an experiment that is told apart by its
schedule; all other experiments name the labels of both sides. A broken rule is told with the file,
the line and the value before anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tars_bench.workspace.seeds import SeedTable

EXPERIMENTS: Final = "experiments.csv"
EXPERIMENT_DAYS: Final = "experiment_days.csv"
SCHEDULE: Final = "schedule"
_DAY: Final = "day"
_HOURS: Final = 24

Row = tuple[int, Mapping[str, str]]


def check_experiments(tables: Mapping[str, SeedTable], own: Iterable[str]) -> None:
    """Hold the workspace's own experiments against their days, and the days against them.

    Args:
        tables: Every seed dbt would read, by file name, its values of the right types.
        own: The file names that are the workspace's own.

    Raises:
        UsageError: A rule is broken; the message names file, line and value.
    """
    if not {EXPERIMENTS, EXPERIMENT_DAYS} & set(own):
        return
    experiments, days = tables[EXPERIMENTS], tables[EXPERIMENT_DAYS]
    for line, row in experiments.rows:
        _check_span(experiments, line, row)
        _check_sides(experiments, line, row)
        _check_figures(experiments, line, row)
    _check_days(days, {_text(row, "experiment_id"): row for _, row in experiments.rows})
    scheduled = {_text(row, "experiment_id") for _, row in days.rows}
    for line, row in experiments.rows:
        if _is_schedule(row) and _text(row, "experiment_id") not in scheduled:
            experiments.reject(
                line, f"{_text(row, 'experiment_id')} has no day in {EXPERIMENT_DAYS}"
            )


def _check_span(table: SeedTable, line: int, row: Mapping[str, str]) -> None:
    start, end = _span(row)
    if end < start:
        table.reject(line, f"end_date {end} is before start_date {start}")


def _check_sides(table: SeedTable, line: int, row: Mapping[str, str]) -> None:
    control, treated = _text(row, "control_value"), _text(row, "treated_value")
    kind, unit = _text(row, "label_kind"), _text(row, "assigned_unit")
    if _is_schedule(row) != (unit == _DAY):
        table.reject(line, f"assigned_unit is {unit!r}: `day` for a schedule, and only there")
    if _is_schedule(row):
        if control or treated:
            table.reject(line, "a schedule tells the sides apart: leave both values empty")
        return
    for column, value in (("control_value", control), ("treated_value", treated)):
        if not value:
            table.reject(line, f"{column} is empty: name the {kind} of each side")
    _check_labels(table, line, row)


def _check_labels(table: SeedTable, line: int, row: Mapping[str, str]) -> None:
    control, treated = _text(row, "control_value"), _text(row, "treated_value")
    both = set(_labels(control)) & set(_labels(treated))
    if both:
        table.reject(line, f"{sorted(both)[0]!r} is on both sides")
    if _text(row, "label_kind") == "tag" and "|" in control + treated:
        table.reject(line, "a side has one tag; several with | are for other labels")


def _check_figures(table: SeedTable, line: int, row: Mapping[str, str]) -> None:
    share, hours = _text(row, "treated_share"), _text(row, "washout_hours")
    if share and not 0 < float(share) < 1:
        table.reject(line, f"treated_share is {share}: a share between 0 and 1, 0.5 for half")
    if hours and not _is_schedule(row):
        table.reject(
            line, f"washout_hours is {hours}: only a schedule has first hours to leave out"
        )
    if hours and not 0 <= int(hours) < _HOURS:
        table.reject(line, f"washout_hours is {hours}: a whole number from 0 to 23")


def _check_days(table: SeedTable, experiments: Mapping[str, Mapping[str, str]]) -> None:
    pairs: dict[tuple[str, str], list[Row]] = {}
    for line, row in table.rows:
        name, day = _text(row, "experiment_id"), _text(row, "experiment_date")
        found = experiments.get(name)
        if found is None:
            table.reject(line, f"experiment_id {name!r} is not in {EXPERIMENTS}")
        if not _is_schedule(found):
            table.reject(line, f"{name} is told apart by {found['label_kind']}, not by a schedule")
        start, end = _span(found)
        if not start <= date.fromisoformat(day) <= end:
            table.reject(line, f"{day} is not within {name}, which is {start} to {end}")
        pairs.setdefault((name, _text(row, "pair_number")), []).append((line, row))
    for (name, number), rows in pairs.items():
        states = sorted(_text(row, "is_treated").lower() for _, row in rows)
        if states != ["false", "true"]:
            table.reject(
                rows[-1][0],
                f"pair {number} of {name} is not one day on and one day off: "
                f"{', '.join(_text(row, 'is_treated') for _, row in rows)}",
            )


def _is_schedule(row: Mapping[str, str]) -> bool:
    return _text(row, "label_kind") == SCHEDULE


def _labels(value: str) -> list[str]:
    return [one.strip() for one in value.split("|")]


def _span(row: Mapping[str, str]) -> tuple[date, date]:
    return (
        date.fromisoformat(_text(row, "start_date")),
        date.fromisoformat(_text(row, "end_date")),
    )


def _text(row: Mapping[str, str], column: str) -> str:
    return row[column].strip()
