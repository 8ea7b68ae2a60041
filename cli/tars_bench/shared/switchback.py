"""Days on and off, drawn within pairs of weeks: what a plan writes and a simulation follows."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Final

_WEEK: Final = 7


def switchback(start: date, day_count: int, seed: int) -> list[tuple[date, bool]]:
    """Return days on and off: in every pair of weeks each weekday is once on and once off.

    Which of the two it is, is drawn. The days are rounded up to pairs of weeks.
    """
    draws = random.Random(seed)
    schedule: list[tuple[date, bool]] = []
    for pair in range(-(-day_count // (2 * _WEEK))):
        first = [draws.random() < 0.5 for _ in range(_WEEK)]
        begin = start + timedelta(days=pair * 2 * _WEEK)
        both = [*first, *(not is_on for is_on in first)]
        schedule += [(begin + timedelta(days=number), is_on) for number, is_on in enumerate(both)]
    return schedule


def pair_number(place: int) -> int:
    """Return which pair the day at a place of the schedule was drawn in, from 1 on."""
    return place // (2 * _WEEK) * _WEEK + place % _WEEK + 1
