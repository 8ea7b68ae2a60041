"""What the days at hand would show, and the plan that follows from a wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from secrets import randbelow
from typing import Final

from tars_bench.planning.history import MetricDays
from tars_bench.planning.plan_file import Window, plan_document, windows_of
from tars_bench.planning.power import (
    Spread,
    days_needed,
    more_days_needed,
    power,
    spread,
    whole_weeks,
)
from tars_bench.shared.errors import NotReadyError, UsageError
from tars_bench.shared.switchback import switchback

EFFECTS: Final = (10, 20, 30)
"""Reductions of a cost a forecast is made for, in percent."""

Lengths = tuple[int | None, int | None]
"""Days of baseline and of phase; None where they follow from the wish."""


@dataclass(frozen=True)
class Wish:
    """What the options ask of a plan that is written."""

    metric_id: str | None
    effect: int
    lengths: Lengths
    start: date | None
    is_switchback: bool
    seed: int | None


def forecast(one: MetricDays, lengths: Lengths) -> dict[str, object]:
    """Return how many days would show each change of a metric, and the power of given lengths."""
    found = spread(one.days)
    document: dict[str, object] = {
        "metric_id": one.metric_id,
        "is_margin": one.margin is not None,
        "known_day_count": len(one.days),
        "more_days_needed": more_days_needed(one.days),
        "mean": found.mean if found else None,
        "day_deviation": found.variance**0.5 if found else None,
        "autocorrelation": found.autocorrelation if found else None,
        "known_share": found.known_share if found else None,
    }
    return {**document, "changes": _changes(one, found, lengths) if found else []}


def _changes(one: MetricDays, found: Spread, lengths: Lengths) -> list[dict[str, object]]:
    if one.margin:
        size = one.margin.size * (abs(found.mean) if one.margin.is_relative else 1)
        return [_change(found, "margin", size, lengths)]
    return [_change(found, f"-{share} %", found.mean * share / 100, lengths) for share in EFFECTS]


def _change(found: Spread, name: str, size: float, lengths: Lengths) -> dict[str, object]:

    # Days that never differed say nothing of how much days may differ.
    days = days_needed(found, size) if found.variance else None
    first, second = lengths
    return {
        "change": name,
        "size": size,
        "days_needed": days,
        "days_in_whole_weeks": whole_weeks(days) if days else None,
        "power": power(found, size, first, second) if found.variance and first and second else None,
    }


def written_plan(history: Sequence[MetricDays], wish: Wish, today: date) -> dict[str, object]:
    """Return the plan that a wish comes to, with its hash.

    Raises:
        UsageError: No such metric can be planned for.
        NotReadyError: The days at hand cannot tell how many are needed.
    """
    metric_id, days = _aim(history, wish)
    start = wish.start or today + timedelta(days=1)
    first, second = (length or days for length in wish.lengths)
    choices: dict[str, object] = {"metric_id": metric_id, "effect": f"-{wish.effect} %"}
    if not wish.is_switchback:
        return plan_document(windows_of(start, first, second), today, choices)
    seed = randbelow(2**31) if wish.seed is None else wish.seed
    schedule = switchback(start, first + second, seed)
    window = Window("switchback", start, schedule[-1][0])
    return plan_document([window], today, {**choices, "seed": seed}, schedule)


def _aim(history: Sequence[MetricDays], wish: Wish) -> tuple[str, int]:
    """Return which metric the plan is about, and how many days show the change in it."""
    costs = {one.metric_id: one.days for one in history if one.margin is None}
    usual = "cost_per_task" if "cost_per_task" in costs else "cost_per_api_call"
    metric_id = wish.metric_id or usual
    if metric_id not in costs:
        raise UsageError(
            f"no plan can be made for {metric_id!r}", f"known here: {', '.join(sorted(costs))}"
        )
    if all(wish.lengths):
        return metric_id, 0
    found = spread(costs[metric_id])
    days = days_needed(found, found.mean * wish.effect / 100) if found and found.variance else None
    if days is None:
        raise NotReadyError(
            f"no number of days can be told for {wish.effect} % of {metric_id}",
            "name --baseline-days and --phase-days, or wait for more days",
        )
    return metric_id, whole_weeks(days)
