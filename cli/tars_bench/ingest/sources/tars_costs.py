"""``costs.json``: reported cost per day and session, rewritten in place by its owner.

The document is read as a whole; each version stays, the newest of a date wins in SQL. A day that
breaks a rule is set aside with the line it begins on; the other days are loaded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from tars_bench.ingest.feed import BadEntry, Document, Feed
from tars_bench.ingest.json_sql import safe_detail
from tars_bench.ingest.limits import (
    MAX_DAY_CALLS,
    MAX_DAY_TOKENS,
    MAX_DAY_USD,
    MAX_SESSION_MINUTES,
)

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class _Entry:
    """A date of the document: where it lies, and its value or the rule it breaks."""

    line_number: int
    text: str
    key: str
    value: Any
    rule: str = ""


class _BadDayError(Exception):
    """A day that breaks a rule."""

    def __init__(self, rule: str, detail: str = "") -> None:
        super().__init__(rule)
        self.rule = rule
        self.detail = detail


def parse_costs(content: bytes) -> Document:
    """Return the rows of a costs.json, and the days that break a rule."""
    text = content.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    daily: list[tuple[object, ...]] = []
    sessions: list[tuple[object, ...]] = []
    bad: list[BadEntry] = []
    seen: set[date] = set()
    count = 0
    for count, entry in enumerate(_entries(text), start=1):
        try:
            day_row, session_rows = _day(entry, seen)
        except _BadDayError as error:
            raw = entry.text.encode("utf-8", errors="surrogateescape")
            bad.append(BadEntry(entry.line_number, raw, error.rule, error.detail))
            continue
        daily.append((count, *day_row))
        sessions += [(count, *row) for row in session_rows]
    rows = {"tars_daily_costs": daily, "tars_session_costs": sessions}
    return Document(count, rows, tuple(bad))


def _entries(text: str) -> Iterator[_Entry]:
    """Walk the document's dates; what cannot be read is one last entry with a rule."""
    decoder = json.JSONDecoder(parse_float=Decimal)
    position = _skip(text, 0)
    if not text.startswith("{", position):
        yield _rest(text, position, "not_an_object")
        return
    position = _skip(text, position + 1)
    if text.startswith("}", position):
        return
    while True:
        start = position
        try:
            key, position = decoder.raw_decode(text, position)
            position = _expect(text, position, ":")
            value, position = decoder.raw_decode(text, position)
            following = _skip(text, position)
            is_last = text.startswith("}", following)
            if not is_last:
                following = _expect(text, position, ",")
        except (ValueError, RecursionError):
            yield _rest(text, start, "not_json")
            return
        yield _Entry(_line(text, start), text[start:position], str(key), value)
        position = following
        if is_last:
            return


def _rest(text: str, start: int, rule: str) -> _Entry:
    return _Entry(_line(text, start), text[start:], "", None, rule)


def _expect(text: str, position: int, mark: str) -> int:
    position = _skip(text, position)
    if not text.startswith(mark, position):
        raise ValueError(mark)
    return _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _day(entry: _Entry, seen: set[date]) -> tuple[tuple[object, ...], list[tuple[object, ...]]]:
    if entry.rule:
        raise _BadDayError(entry.rule)
    day = _date(entry.key)
    if day in seen:
        raise _BadDayError("duplicate_date", entry.key)
    value = _object(entry.value, "day")
    if "daily" not in value:
        raise _BadDayError("missing:daily")
    daily = _object(value["daily"], "daily")
    sessions = _object(value.get("sessions") or {}, "sessions")
    row = (day, *_costs(daily, "daily"))
    rows = [_session(day, name, session) for name, session in sessions.items()]
    seen.add(day)
    return row, rows


def _session(day: date, name: str, value: object) -> tuple[object, ...]:
    if not _is_text(name):
        raise _BadDayError("invalid_utf8", "sessions")
    session = _object(value, "sessions")
    minutes = _number(session, "durationMinutes", "sessions", MAX_SESSION_MINUTES)
    return (day, name, *_costs(session, "sessions"), None if minutes is None else float(minutes))


def _is_text(name: str) -> bool:
    return "\0" not in name and not any("\ud800" <= char <= "\udfff" for char in name)


def _date(key: str) -> date:
    if not _DATE.fullmatch(key):
        raise _BadDayError("bad_date", safe_detail(key))
    try:
        day = date.fromisoformat(key)
    except ValueError as error:
        raise _BadDayError("bad_date", key) from error
    if not 2000 <= day.year < 2100:
        raise _BadDayError("date_out_of_range", key)
    return day


def _object(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _BadDayError(f"bad_type:{name}")
    return value


def _costs(value: dict[str, Any], where: str) -> tuple[object, ...]:
    cost = _number(value, "cost", where, MAX_DAY_USD)
    usd = None if cost is None else cost.quantize(Decimal("1e-9"))
    tokens = _count(value, "tokens", where, MAX_DAY_TOKENS)
    return usd, tokens, _count(value, "apiCalls", where, MAX_DAY_CALLS)


def _count(value: dict[str, Any], name: str, where: str, maximum: int) -> int | None:
    number = _number(value, name, where, maximum)
    if number is None:
        return None
    if number != int(number):
        raise _BadDayError(f"bad_type:{where}.{name}")
    return int(number)


def _number(value: dict[str, Any], name: str, where: str, maximum: int) -> Decimal | None:
    found = value.get(name)
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float | Decimal):
        raise _BadDayError(f"bad_type:{where}.{name}")
    number = Decimal(found)
    if not number.is_finite() or number.adjusted() > 300:
        raise _BadDayError(f"not_finite:{where}.{name}")
    if number < 0:
        raise _BadDayError(f"negative:{where}.{name}")
    if number > maximum:
        raise _BadDayError(f"out_of_range:{where}.{name}")
    return number


FEED: Final = Feed(
    source_system="tars",
    table="tars_daily_costs",
    patterns=("costs.json",),
    parse_document=parse_costs,
    further_tables=("tars_session_costs",),
)
