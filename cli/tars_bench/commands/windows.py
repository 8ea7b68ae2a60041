"""The days a report is about, from the options that name them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from pathlib import Path

from tars_bench.shared.errors import UsageError

_WEEK = timedelta(days=6)


def weekly_days(database: Path, start: str | None, end: str | None) -> tuple[date, date]:
    """Return the first and the last day of a weekly report.

    One of the two is enough, the other lies six days apart. Without both it is the seven days
    that end with the last one loaded.

    Raises:
        UsageError: One is no date, or the last lies before the first.
        NotReadyError: Nothing is published to take the last day from.
    """
    from tars_bench.reports.read.periods import last_loaded_date

    first, last = _day("--start-date", start), _day("--end-date", end)
    if first and last:
        if last < first:
            raise UsageError(
                f"the period ends before it begins: {first.isoformat()} to {last.isoformat()}",
                "--start-date is the first day, --end-date the last, both included",
            )
        return first, last
    if first:
        return first, first + _WEEK
    last = last or last_loaded_date(database)
    return last - _WEEK, last


def monthly_days(database: Path, month: str | None) -> tuple[date, date]:
    """Return the first and the last day of a month; without one, that of the last day loaded.

    Raises:
        UsageError: It is no month.
        NotReadyError: Nothing is published to take the month from.
    """
    from tars_bench.reports.read.periods import last_loaded_date

    first = _month(month) if month else last_loaded_date(database).replace(day=1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def _day(option: str, value: str | None) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise UsageError(f"{option} is no date: {value!r}", "write it as 2026-02-10") from error


def _month(value: str) -> date:
    try:
        if len(value) == len("2026-02"):
            return date.fromisoformat(f"{value}-01")
    except ValueError:
        pass
    raise UsageError(f"--month is no month: {value!r}", "write it as 2026-02")
