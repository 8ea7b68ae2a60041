"""Every status a table of the warehouse holds: its word, its tick, its tint; words come first."""

from __future__ import annotations

from typing import Final

from tars_bench.reports.model import Cell, Tone

_GOOD: Final = ("✅", Tone.GOOD)
_BAD: Final = ("❌", Tone.BAD)
_OPEN: Final = ("❔", Tone.CAUTION)
_WARNING: Final = ("⚠️", Tone.CAUTION)
_NEUTRAL: Final = ("", Tone.PLAIN)

_MARKS: Final = {
    # verdicts of a change
    "improved": _GOOD,
    "regressed": _BAD,
    "unchanged": _NEUTRAL,
    "changed": _NEUTRAL,
    "no clear change": _OPEN,
    "not enough data": _OPEN,
    # strategies, quality, checks of the comparison, alerts
    "verified": _GOOD,
    "not verified": _BAD,
    "inconclusive": _WARNING,
    "disqualified": _OPEN,
    "not worse": _GOOD,
    "worse": _BAD,
    "ok": _GOOD,
    "warning": _WARNING,
    "serious": _BAD,
    "critical": _BAD,
    "not measurable": _OPEN,
    # lines of the checklist
    "pass": _GOOD,
    "fail": _BAD,
    "error": _BAD,
    "not_applicable": _OPEN,
    "met": _GOOD,
    "missed": _BAD,
    "not checked": _OPEN,
    "no data": _OPEN,
    # targets
    "achieved": _GOOD,
    "exceeds target": _GOOD,
    "not achieved": _BAD,
    "reached": _GOOD,
    "not reached": _BAD,
}


def shown(status: str, more: str = "", word: str | None = None) -> str:
    """Return a status as it is read: its word, its tick, and what is to be added.

    Args:
        status: The code of the warehouse; an unknown one is open.
        more: What follows the tick.
        word: The word to say instead of the code.

    """
    mark = _MARKS.get(status, _OPEN)[0]
    return f"{f'{status if word is None else word} {mark}'.rstrip()}{more}"


def tone_of(status: str) -> Tone:
    """Return the tint of a status."""
    return _MARKS.get(status, _OPEN)[1]


def status_cell(status: str, more: str = "", word: str | None = None) -> Cell:
    """Return a status as a cell."""
    return Cell(shown(status, more, word), tone=tone_of(status))
