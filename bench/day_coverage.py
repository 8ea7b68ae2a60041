"""How often intervals hold the truth on real days: alike, growing, weekly, heavy-tailed.

python bench/day_coverage.py [--comparisons 1000] [--log NAME=COSTS.csv]

A numpy twin of int_interval_bases, int_history_days, int_history_trends and
int_placebo_changes: variances by linearisation in place of the bootstrap, everything else as
the SQL has it (tests/integration/test_proof_intervals.py holds the two together). Nothing
differs between the windows, so that an interval of 95 % should hold zero in 93 to 97 of 100,
and a saving should be "established" in no more than 2.5. Printed per row: both, for the daily
cost and the cost per task; and how often a true -30 % is established.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Array = NDArray[np.float64]
Z = 1.959963984540054
MINIMUM_FREEDOM = 2.0
MINIMUM_HISTORY = 14
MINIMUM_WEEKDAY_HISTORY = 28


@dataclass(frozen=True)
class Row:
    """A kind of days.

    Attributes:
        history: Days before the baseline.
        baseline, phase: Days of the windows.
        sessions: Sessions of a day.
        load_likeness, cost_likeness: How much a day's load (cost per task) is like that of the
            day before it (first-order autoregression).
        load_sigma, cost_sigma: Spread of a day's load and cost per task, on the log scale.
        growth: Of the load per day.
        cost_growth: Of the cost per task per day.
        weekend: Load of a Saturday or Sunday over that of another day.
        tail: Exponent of Pareto-distributed sessions; 0 for log-normal ones.
        giant: Whether one session goes on through all days, with half of the cost.
        picked: Whether the baseline is the dearest window of the history.
        looks: Looks at the phase: one at its end, or one every day from the third on.
    """

    history: int = 60
    baseline: int = 14
    phase: int = 14
    sessions: int = 15
    load_likeness: float = 0.0
    cost_likeness: float = 0.0
    load_sigma: float = 0.3
    cost_sigma: float = 0.1
    growth: float = 0.0
    cost_growth: float = 0.0
    weekend: float = 1.0
    tail: float = 0.0
    giant: bool = False
    picked: bool = False
    looks: bool = False


ROWS = {
    "independent days": Row(),
    "independent days, no history": Row(history=0),
    "plan: 3 and 7 days, no history": Row(history=0, baseline=3, phase=7),
    "AR 0.3 in load": Row(load_likeness=0.3),
    "AR 0.6 in load": Row(load_likeness=0.6),
    "AR 0.8 in load": Row(load_likeness=0.8),
    "AR 0.6 in load, 154 days of history": Row(load_likeness=0.6, history=154),
    "AR 0.6 in load, no history": Row(load_likeness=0.6, history=0),
    "AR 0.3 in cost per task": Row(cost_likeness=0.3, cost_sigma=0.3),
    "AR 0.6 in cost per task": Row(cost_likeness=0.6, cost_sigma=0.3),
    "AR 0.8 in cost per task": Row(cost_likeness=0.8, cost_sigma=0.3),
    "AR 0.6 in cost per task, 154 days of history": Row(
        cost_likeness=0.6, cost_sigma=0.3, history=154
    ),
    "load grows 2 % a day": Row(growth=0.02),
    "load falls 2 % a day": Row(growth=-0.02),
    "load falls 2 % a day, no history": Row(growth=-0.02, history=0),
    "cost per task falls 2 % a day": Row(cost_growth=-0.02),
    "quiet weekends, whole weeks": Row(weekend=0.2),
    "quiet weekends, 10 and 12 days": Row(weekend=0.2, baseline=10, phase=12),
    "quiet weekends, 5 and 9 days, no history": Row(weekend=0.2, baseline=5, phase=9, history=0),
    "Pareto 1.5 sessions": Row(tail=1.5),
    "three sessions a day": Row(sessions=3),
    "one giant session": Row(giant=True),
    "baseline picked because it was dear": Row(picked=True),
    "a look every day": Row(looks=True),
}


@dataclass(frozen=True)
class Days:
    """Cost, tasks and sums of squares by day; comparisons down, days across."""

    cost: Array
    tasks: Array
    cost_square: Array
    product: Array
    task_square: Array


def autoregressive(random: np.random.Generator, shape: tuple[int, int], likeness: float) -> Array:
    """Standard normal values, each like the one before it."""
    noise = random.standard_normal(shape)
    values = noise.copy()
    for day in range(1, shape[1]):
        values[:, day] = likeness * values[:, day - 1] + np.sqrt(1 - likeness**2) * noise[:, day]
    return values


def drawn_days(row: Row, comparisons: int, seed: int) -> Days:
    """All days of all comparisons, nothing done on any of them."""
    random = np.random.default_rng(seed)
    length = row.history + row.baseline + row.phase
    shape = (comparisons, length)
    number = np.arange(length)
    start = random.integers(0, 7, size=(comparisons, 1))
    is_weekend = (start + number) % 7 >= 5
    load = np.exp(row.load_sigma * autoregressive(random, shape, row.load_likeness))
    load = load * np.exp(row.growth * number) * np.where(is_weekend, row.weekend, 1.0)
    unit_cost = np.exp(row.cost_sigma * autoregressive(random, shape, row.cost_likeness))
    unit_cost = unit_cost * np.exp(row.cost_growth * number)
    each = (*shape, row.sessions)
    if row.tail:
        size = random.pareto(row.tail, each) + 1
    else:
        size = np.exp(0.8 * random.standard_normal(each))
    tasks = np.maximum(1, np.round(400 * load[..., None] * size / row.sessions))
    cost = tasks * unit_cost[..., None] * np.exp(0.4 * random.standard_normal(each))
    if row.giant:
        tasks[..., 0] = tasks.sum(-1)
        cost[..., 0] = tasks[..., 0] * unit_cost * np.exp(0.4 * random.standard_normal(shape))
    return Days(
        cost.sum(-1),
        tasks.sum(-1),
        (cost**2).sum(-1),
        (cost * tasks).sum(-1),
        (tasks**2).sum(-1),
    )


def factor(freedom: Array) -> Array:
    """Student's t over the normal quantile."""
    return np.asarray(stats.t.ppf(0.975, np.maximum(freedom, 1.0)) / Z)


def window_spread(days: Days, first: int, last: int, per_day: bool, giant: bool) -> list[Array]:
    """Logarithm of the measure, variance by day and by session, degrees of freedom of both."""
    part = slice(first, last)
    cost = days.cost[:, part]
    weight = np.ones_like(cost) if per_day else days.tasks[:, part]
    ratio = cost.sum(1) / weight.sum(1)
    influence = (cost - ratio[:, None] * weight) / cost.sum(1)[:, None]
    number = last - first
    by_day = (influence**2).sum(1) * number / (number - 1)
    squares = (
        days.cost_square[:, part]
        - 2 * ratio[:, None] * days.product[:, part]
        + ratio[:, None] ** 2 * days.task_square[:, part]
    ).sum(1)
    by_session = np.zeros_like(by_day) if per_day else squares / cost.sum(1) ** 2
    days_left = np.full_like(by_day, number - 1.0)
    return [np.log(ratio), by_day, by_session, days_left]


def resampled_width(
    days: Days, row: Row, per_day: bool, history: dict[str, Array]
) -> tuple[Array, Array]:
    """Change of the logarithm and its half width by sessions and days, one normal deviation."""
    first = row.history
    before = window_spread(days, first, first + row.baseline, per_day, row.giant)
    after = window_spread(
        days, first + row.baseline, first + row.baseline + row.phase, per_day, row.giant
    )
    likeness = history["likeness"]
    widths = []
    for place, scale, inflation in (
        (1, 1, history["weekday_share"] * (1 + likeness) / (1 - likeness)),
        (2, row.sessions, 1.0),
    ):
        variances = (before[place], after[place])
        total = variances[0] + variances[1]
        parts = sum(
            variance**2 / (side[3] * scale)
            for variance, side in zip(variances, (before, after), strict=True)
        )
        freedom = total**2 / np.maximum(parts, 1e-300)
        widths.append(np.sqrt(total * inflation) * factor(freedom))
    return after[0] - before[0], np.maximum(*widths)


def history_of(days: Days, row: Row, per_day: bool) -> dict[str, Array]:
    """Trend, its standard error and what the placebo pairs did, up to the baseline's end."""
    length = row.history + row.baseline
    cost = days.cost[:, :length]
    weight = np.ones_like(cost) if per_day else days.tasks[:, :length]
    age = np.arange(length - 1, -1, -1.0)[None, :]
    value = np.log(cost / weight)
    total = weight.sum(1, keepdims=True)
    centred_age = age - (weight * age).sum(1, keepdims=True) / total
    centred_value = value - (weight * value).sum(1, keepdims=True) / total
    spread = (weight * centred_age**2).sum(1)
    slope = (weight * centred_age * centred_value).sum(1) / spread
    residual = centred_value - slope[:, None] * centred_age
    variance = (weight * residual**2).sum(1) / spread / (length - 2)
    share = np.ones(len(cost))
    if length >= MINIMUM_WEEKDAY_HISTORY:
        weekdays = residual.copy()
        for weekday in range(7):
            place = slice(weekday, None, 7)
            weekdays[:, place] -= residual[:, place].mean(1, keepdims=True)
        left = (weekdays**2).sum(1) / (length - 8)
        share = np.minimum(left / ((residual**2).sum(1) / (length - 2)), 1)
        residual = weekdays
    likeness = (residual[:, 1:] * residual[:, :-1]).sum(1) / (residual**2).sum(1)
    likeness = np.clip(likeness + (2 + 4 * likeness) / length, 0, 0.9)
    deviation = np.sqrt(variance * (1 + likeness) / (1 - likeness))
    level = np.cumsum(cost * np.exp(-slope[:, None] * age), 1)
    weights = np.cumsum(weight, 1)
    pairs = placebo_pairs(level, weights, row)
    freedom = 6 * (length - 1) / (row.baseline + row.phase) - 2 * (length - 2) / length - 1
    usable = pairs.shape[1] > 0 and freedom >= MINIMUM_FREEDOM
    placebo = (
        np.sqrt((pairs**2).mean(1)) * factor(np.array(freedom)) if usable else np.zeros(len(cost))
    )
    distance = (row.baseline + row.phase) / 2
    return {
        "placebo": placebo,
        "weekday_share": share if row.baseline % 7 == row.phase % 7 == 0 else np.ones(len(cost)),
        "likeness": likeness if length >= MINIMUM_HISTORY else np.zeros(len(cost)),
        "trend": -slope * distance,
        "trend_width": deviation * distance * factor(np.array(length - 2.0)),
    }


def placebo_pairs(level: Array, weights: Array, row: Row) -> Array:
    """Changes of the logarithm of all pairs of windows that end with the baseline or before."""
    ends = np.arange(row.baseline + row.phase, level.shape[1])
    middle, start = ends - row.phase, ends - row.phase - row.baseline
    after = (level[:, ends] - level[:, middle]) / (weights[:, ends] - weights[:, middle])
    before = (level[:, middle] - level[:, start]) / (weights[:, middle] - weights[:, start])
    return np.asarray(np.log(after / before))


def judged(days: Days, row: Row, per_day: bool, effect: float) -> tuple[Array, Array]:
    """Which intervals hold the truth, and which comparisons establish a saving."""
    history = history_of(days, row, per_day)
    change, resampled = resampled_width(days, row, per_day, history)
    change = change + np.log1p(effect)
    width = np.maximum(resampled, history["placebo"])
    has_trend = np.abs(history["trend"]) > Z * history["trend_width"]
    beyond = (change - history["trend"]) * np.sign(change)
    continued = has_trend & (beyond <= Z * np.hypot(width, history["trend_width"]))
    drift = (row.growth * per_day + row.cost_growth) * (row.baseline + row.phase) / 2
    holds = np.abs(change - np.log1p(effect) - drift) <= Z * width
    return holds, (change < 0) & (np.abs(change) > Z * width) & ~continued


def rolled_to_dearest(days: Days, row: Row, per_day: bool) -> Days:
    """The days in an order in which the dearest window of history is the baseline."""
    cost = np.cumsum(np.pad(days.cost if per_day else days.cost / days.tasks, ((0, 0), (1, 0))), 1)
    starts = np.arange(row.baseline, row.history + 1)
    dearest = starts[(cost[:, starts + row.baseline] - cost[:, starts]).argmax(1)]
    length = days.cost.shape[1]
    index = (dearest[:, None] - row.history + np.arange(length)) % length
    return Days(*(np.take_along_axis(part, index, 1) for part in vars(days).values()))


def rates(row: Row, comparisons: int, per_day: bool) -> tuple[float, float, float]:
    """Coverage of zero, false savings, and how often a true -30 % is established."""
    days = drawn_days(row, comparisons, seed=20260213)
    if row.picked:
        days = rolled_to_dearest(days, row, per_day)
    looks = range(3, row.phase + 1) if row.looks else [row.phase]
    holds = np.ones(comparisons, bool)
    false = np.zeros(comparisons, bool)
    true = np.zeros(comparisons, bool)
    for length in looks:
        seen = replace(row, phase=length)
        held, established = judged(days, seen, per_day, 0.0)
        holds, false = holds & held, false | established
        true |= judged(days, seen, per_day, -0.3)[1]
    return float(holds.mean()), float(false.mean()), float(true.mean())


def log_rates(path: Path, block: int, comparisons: int, per_day: bool) -> tuple[float, ...]:
    """The same for days of a real log, drawn in blocks of so many days.

    Args:
        path: A csv of day, cost, tasks, and the sums of squares of its sessions.
        block: Days that stay together.
        comparisons: How many.
        per_day: The daily cost, else the cost per task.

    """
    with path.open() as lines:
        table = np.array([[float(cell) for cell in line[1:]] for line in csv.reader(lines)])
    row = Row(sessions=10)
    length = row.history + row.baseline + row.phase
    random = np.random.default_rng(20260213 + block)
    starts = random.integers(0, len(table), size=(comparisons, -(-length // block)))
    index = (starts[..., None] + np.arange(block)).reshape(comparisons, -1)[:, :length]
    days = Days(*np.moveaxis(table[index % len(table)], -1, 0))
    holds, false = judged(days, row, per_day, 0.0)
    true = judged(days, row, per_day, -0.3)[1]
    return float(holds.mean()), float(false.mean()), float(true.mean())


def print_row(name: str, measured: Callable[[bool], tuple[float, ...]]) -> None:
    """One line of the table."""
    cells = [f"{share:.1%}" for per_day in (True, False) for share in measured(per_day)]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=1_000)
    parser.add_argument("--log", action="append", default=[], help="name=csv of days")
    arguments = parser.parse_args()
    print("| days | bill: zero held | false saving | -30 % seen | task: zero | false | -30 % |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for name, row in ROWS.items():
        print_row(name, lambda per_day, row=row: rates(row, arguments.comparisons, per_day))
    for name, _, path in (log.partition("=") for log in arguments.log):
        for block in (1, 3, 7):
            print_row(
                f"{name}, blocks of {block}",
                lambda per_day, path=path, block=block: log_rates(
                    Path(path), block, arguments.comparisons, per_day
                ),
            )


if __name__ == "__main__":
    main()
