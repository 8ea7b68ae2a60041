"""How many days show a change: the arithmetic, with no file and no database.

A window of n days has a mean whose variance is s² · (1 + ρ) / (1 − ρ) / n: s² is the variance of
one day, ρ what a day has in common with the day before. Two windows show a change with the power
asked for when it is (t₁ + t₂) standard errors of their difference; t₁ belongs to a two-sided
certainty of 95 %, t₂ to the power.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist
from typing import Final

FEWEST_DAYS: Final = 3
"""Fewer known days say nothing of how much days differ."""

CERTAINTY: Final = 0.95
POWER: Final = 0.80

_LARGEST_AUTOCORRELATION: Final = 0.9
_MOST_DAYS: Final = 3650
_FEWEST_IN_A_WINDOW: Final = 2
_WEEK: Final = 7
_LARGE_FREEDOM: Final = 200


@dataclass(frozen=True)
class DayValue:
    """What one day counted: a metric is the sum of ``part`` over the sum of ``whole``.

    A ``stretch`` is days between which nothing was changed on purpose.
    """

    day: date
    part: float
    whole: float = 1.0
    stretch: int = 0


@dataclass(frozen=True)
class Spread:
    """How a metric went from day to day.

    ``known_share`` is the share of the days, from the first to the last, that have a value.
    """

    day_count: int
    mean: float
    variance: float
    autocorrelation: float
    known_share: float

    @property
    def inflation(self) -> float:
        """By how much likeness of neighbouring days widens the variance of a mean."""
        return (1 + self.autocorrelation) / (1 - self.autocorrelation)


def spread(days: Sequence[DayValue]) -> Spread | None:
    """Return how a metric went from day to day; None with too few days to tell.

    A ratio is that of the sums, as reports compare it, so a day counts by its size: what it adds to
    the ratio's variance is (part − ratio · whole) / mean whole. Each stretch has its own ratio:
    that a phase is cheaper than the one before is no chance.
    """
    if more_days_needed(days):
        return None
    ordered = sorted(days, key=lambda one: one.day)
    total = math.fsum(one.whole for one in ordered)
    ratio = math.fsum(one.part for one in ordered) / total
    ratios = {name: _ratio(ordered, name) for name in {one.stretch for one in ordered}}
    mean_whole = total / len(ordered)
    rests = {one.day: (one.part - ratios[one.stretch] * one.whole) / mean_whole for one in ordered}
    squares = math.fsum(rest * rest for rest in rests.values())
    length = (ordered[-1].day - ordered[0].day).days + 1
    return Spread(
        day_count=len(ordered),
        mean=ratio,
        variance=squares / (len(ordered) - len(ratios)),
        autocorrelation=_autocorrelation(rests, squares / len(ordered)),
        known_share=len(ordered) / length,
    )


def more_days_needed(days: Sequence[DayValue]) -> int:
    """Return how many more days, without another change, would tell how days differ."""
    stretch_count = len({one.stretch for one in days})
    return max(0, FEWEST_DAYS - 1 - len(days) + max(1, stretch_count))


def power(found: Spread, change: float, baseline_days: float, phase_days: float) -> float:
    """Return the chance that windows of so many calendar days show a change of this size."""
    first, second = (
        days * found.known_share / found.inflation for days in (baseline_days, phase_days)
    )
    freedom = max(1, math.floor(first + second - 2))
    error = math.sqrt(found.variance * (1 / first + 1 / second))
    if error == 0:
        return 1.0
    return _t_share(abs(change) / error - _t_quantile(0.5 + CERTAINTY / 2, freedom), freedom)


def days_needed(found: Spread, change: float) -> int | None:
    """Return how many calendar days each of two equal windows needs; None beyond ten years."""
    if change == 0 or power(found, change, _MOST_DAYS, _MOST_DAYS) < POWER:
        return None
    enough = _MOST_DAYS
    too_few = _FEWEST_IN_A_WINDOW - 1
    while enough - too_few > 1:
        middle = (enough + too_few) // 2
        if power(found, change, middle, middle) >= POWER:
            enough = middle
        else:
            too_few = middle
    return enough


def whole_weeks(days: int) -> int:
    """Return so many days rounded up to whole weeks, so that every weekday counts alike."""
    return -(-days // _WEEK) * _WEEK


def _ratio(days: Sequence[DayValue], stretch: int) -> float:
    own = [one for one in days if one.stretch == stretch]
    return math.fsum(one.part for one in own) / math.fsum(one.whole for one in own)


def _autocorrelation(rests: dict[date, float], variance: float) -> float:
    """Return what neighbouring days may have in common, from 0 to 0.9.

    What few days show is too low by (1 + 3ρ) / n on average (Kendall 1954) and uncertain by about
    1 / √n; a plan that took it as it is would name too few days. So both are added. Days apart are
    no neighbours.
    """
    if variance == 0:
        return 0.0
    pairs = [
        rest * rests[day + timedelta(days=1)]
        for day, rest in rests.items()
        if day + timedelta(days=1) in rests
    ]
    seen = math.fsum(pairs) / len(pairs) / variance if pairs else 0.0
    count = len(rests)
    likely = seen + (1 + 3 * seen) / count + 1 / math.sqrt(count)
    return min(max(likely, 0.0), _LARGEST_AUTOCORRELATION)


def _t_quantile(share: float, freedom: int) -> float:
    """Return the value below which this share (above one half) of Student's t lies."""
    low, high = 0.0, 1.0
    while _t_share(high, freedom) < share:
        high *= 2
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_share(middle, freedom) < share else (low, middle)
    return high


def _t_share(value: float, freedom: int) -> float:
    """Return the share of Student's t below a value.

    Exact for whole degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4); a close normal
    value (26.7.8) where there are many.
    """
    if freedom > _LARGE_FREEDOM:
        scaled = value * (1 - 1 / (4 * freedom)) / math.sqrt(1 + value * value / (2 * freedom))
        return NormalDist().cdf(scaled)
    angle = math.atan(value / math.sqrt(freedom))
    cosine, sine = math.cos(angle), math.sin(angle)
    is_odd = freedom % 2
    term, total = (cosine, 0.0) if is_odd else (1.0, 0.0)
    for index in range(1 + is_odd, freedom, 2):
        total += term
        term *= cosine * cosine * index / (index + 1)
    inside = 2 / math.pi * (angle + sine * total) if is_odd else sine * total
    return 0.5 + inside / 2
