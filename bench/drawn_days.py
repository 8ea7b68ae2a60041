"""Days of many comparisons at once, drawn by the kind of days they are, or from a real log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
SEED = 20260213


@dataclass(frozen=True)
class Row:
    """A kind of days, on none of which anything was done.

    Attributes:
        history: Days before the baseline.
        baseline, phase: Days of the windows.
        sessions: Sessions of a day.
        load_likeness, cost_likeness: How much a day's load (cost per task) is like that of the
            day before it (first-order autoregression).
        load_sigma, cost_sigma: Spread of a day's load and cost per task, on the log scale.
        growth, cost_growth: Of the load and of the cost per task, per day.
        weekend, weekend_cost: Load and cost per task of a Saturday or Sunday over those of
            another day.
        weekday: First day of the baseline: 0 for a Monday; any if none.
        tail: Exponent of Pareto-distributed sessions; 0 for log-normal ones.
        giant: Whether one session goes on through all days, with half of the cost.
        price_days: Days before the phase at which all prices fell by 30 %, in the bill only: the
            decisive figure is at the baseline's prices.
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
    weekend_cost: float = 1.0
    weekday: int | None = None
    tail: float = 0.0
    giant: bool = False
    price_days: tuple[int, ...] = ()
    picked: bool = False
    looks: bool = False

    @property
    def length(self) -> int:
        """Days of history, baseline and phase."""
        return self.history + self.baseline + self.phase


WAVES = {"cost_sigma": 0.3}
ROWS = {
    "independent days": Row(),
    "independent days, no history": Row(history=0),
    "3 and 7 days, no history": Row(history=0, baseline=3, phase=7),
    "AR 0.3 in load": Row(load_likeness=0.3),
    "AR 0.6 in load": Row(load_likeness=0.6),
    "AR 0.8 in load": Row(load_likeness=0.8),
    "AR 0.6 in load, no history": Row(load_likeness=0.6, history=0),
    "AR 0.3 in cost per task": Row(cost_likeness=0.3, **WAVES),
    "AR 0.6 in cost per task": Row(cost_likeness=0.6, **WAVES),
    "AR 0.8 in cost per task": Row(cost_likeness=0.8, **WAVES),
    "AR 0.3 in cost per task, no history": Row(cost_likeness=0.3, history=0, **WAVES),
    "AR 0.6 in cost per task, no history": Row(cost_likeness=0.6, history=0, **WAVES),
    "AR 0.8 in cost per task, no history": Row(cost_likeness=0.8, history=0, **WAVES),
    "load grows 2 % a day": Row(growth=0.02),
    "load falls 2 % a day": Row(growth=-0.02),
    "load falls 2 % a day, no history": Row(growth=-0.02, history=0),
    "cost per task grows 2 % a day": Row(cost_growth=0.02),
    "cost per task falls 2 % a day": Row(cost_growth=-0.02),
    "cost per task falls 2 % a day, no history": Row(cost_growth=-0.02, history=0),
    "quiet weekends, whole weeks": Row(weekend=0.2),
    "quiet and cheap weekends, whole weeks": Row(weekend=0.2, weekend_cost=0.7),
    "quiet and cheap weekends, 10 and 12 days": Row(
        weekend=0.2, weekend_cost=0.7, baseline=10, phase=12
    ),
    "quiet weekends, weekdays against a week, no history": Row(
        weekend=0.2, baseline=5, phase=7, weekday=0, history=0
    ),
    "Pareto 1.5 sessions": Row(tail=1.5),
    "three sessions a day": Row(sessions=3),
    "one giant session": Row(giant=True),
    "prices fall inside the baseline": Row(price_days=(7,)),
    "prices fall in the history and between": Row(price_days=(40, 0)),
    "baseline picked because it was dear": Row(picked=True),
    "a look every day": Row(looks=True),
    "a look every day, no history": Row(looks=True, history=0),
}


@dataclass(frozen=True)
class Days:
    """Cells of work: of one session and kind of work on one day of one comparison.

    Attributes:
        cells: comparison, day, stratum, cluster, units, calls, sessions, day_count, cost.
        cost, units: What metrics_daily has of each day; comparisons down, days across.
    """

    cells: pd.DataFrame
    cost: Array
    units: Array


def autoregressive(random: np.random.Generator, shape: tuple[int, int], likeness: float) -> Array:
    """Standard normal values, each like the one before it."""
    noise = random.standard_normal(shape)
    values = noise.copy()
    for day in range(1, shape[1]):
        values[:, day] = likeness * values[:, day - 1] + np.sqrt(1 - likeness**2) * noise[:, day]
    return values


def drawn_days(row: Row, comparisons: int, seed: int = SEED) -> Days:
    """All days of all comparisons."""
    tasks, cost = drawn_sessions(row, comparisons, seed)
    if row.picked:
        order = dearest_last(cost.sum(-1) / tasks.sum(-1), row)
        tasks = np.take_along_axis(tasks, order[..., None], 1)
        cost = np.take_along_axis(cost, order[..., None], 1)
    billed = cost.sum(-1)
    for days in row.price_days:
        billed[:, row.history + row.baseline - days :] *= 0.7
    return Days(cells_of(tasks, cost, row), billed, tasks.sum(-1))


def drawn_sessions(row: Row, comparisons: int, seed: int) -> tuple[Array, Array]:
    """Tasks and cost of every session; comparisons, days, sessions."""
    random = np.random.default_rng(seed)
    shape = (comparisons, row.length)
    number = np.arange(row.length)
    start = random.integers(0, 7, size=(comparisons, 1))
    if row.weekday is not None:
        start = np.full_like(start, (row.weekday - row.history) % 7)
    is_weekend = (start + number) % 7 >= 5
    load = np.exp(row.load_sigma * autoregressive(random, shape, row.load_likeness))
    load = load * np.exp(row.growth * number) * np.where(is_weekend, row.weekend, 1.0)
    unit_cost = np.exp(row.cost_sigma * autoregressive(random, shape, row.cost_likeness))
    unit_cost *= np.exp(row.cost_growth * number) * np.where(is_weekend, row.weekend_cost, 1.0)
    each = (*shape, row.sessions)
    size = random.pareto(row.tail, each) + 1 if row.tail else np.exp(0.8 * normal(random, each))
    tasks = np.maximum(1, np.round(400 * load[..., None] * size / row.sessions))
    cost = tasks * unit_cost[..., None] * np.exp(0.4 * normal(random, each))
    if row.giant:
        tasks[..., 0] = tasks.sum(-1)
        cost[..., 0] = tasks[..., 0] * unit_cost * np.exp(0.4 * normal(random, shape))
    return tasks, cost


def normal(random: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Standard normal values."""
    return random.standard_normal(shape)


def dearest_last(unit_cost: Array, row: Row) -> NDArray[np.int64]:
    """An order of the days in which the dearest window of the history is the baseline."""
    cost = np.cumsum(np.pad(unit_cost, ((0, 0), (1, 0))), 1)
    starts = np.arange(row.baseline, row.history + 1)
    dearest = starts[(cost[:, starts + row.baseline] - cost[:, starts]).argmax(1)]
    length = unit_cost.shape[1]
    return (dearest[:, None] - row.history + np.arange(length)) % length


def cells_of(tasks: Array, cost: Array, row: Row) -> pd.DataFrame:
    """The cells of both windows. A session of more than a day counts by its days."""
    tasks, cost = tasks[:, row.history :], cost[:, row.history :]
    comparison, day, session = np.indices(tasks.shape)
    return pd.DataFrame(
        {
            "comparison": comparison.ravel(),
            "day": day.ravel() + row.history,
            "stratum": 0,
            "cluster": session.ravel(),
            "units": tasks.ravel(),
            "calls": 3 * tasks.ravel(),
            "sessions": 1,
            "day_count": (session == 0).astype(int).ravel(),
            "cost": cost.ravel(),
        }
    )


def log_days(path: Path, block: int, comparisons: int, row: Row, seed: int = SEED) -> Days:
    """Days of a real log, drawn in blocks that stay together.

    Args:
        path: A warehouse whose two windows hold all days of the log.
        block: Days that stay together.
        comparisons: How many.
        row: The lengths of history and windows.
        seed: Starts the random numbers.
    """
    cells, days = read_log(path)
    random = np.random.default_rng(seed + block)
    starts = random.integers(0, len(days), size=(comparisons, -(-row.length // block)))
    drawn = (starts[..., None] + np.arange(block)).reshape(comparisons, -1)[:, : row.length]
    drawn %= len(days)
    places = pd.DataFrame(
        {
            "comparison": np.repeat(np.arange(comparisons), row.length),
            "day": np.tile(np.arange(row.length), comparisons),
            "log_day": drawn.ravel(),
        }
    )
    chosen = places[places.day >= row.history].merge(cells, on="log_day").drop(columns="log_day")
    totals = days[["cost", "units"]].to_numpy()[drawn]
    return Days(chosen, totals[..., 0], totals[..., 1])


def read_log(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Cells and totals of each day with calls, as the warehouse has them."""
    import duckdb

    with duckdb.connect(str(path), read_only=True) as connection:
        days: Any = connection.sql(
            "select metric_date, cost_usd::double as cost,"
            " (case when (select bool_or(has_tasks) from intermediate.int_units)"
            " then task_count else api_call_count end)::double as units"
            " from marts.metrics_daily where api_call_count > 0 order by metric_date"
        ).df()
        cells: Any = connection.sql(
            "select requested_date, dense_rank() over (order by stratum) as stratum,"
            " dense_rank() over (order by cluster_id) as cluster,"
            " sum(unit_count)::double as units, sum(call_count)::double as calls,"
            " sum(session_count)::double as sessions, sum(day_count)::double as day_count,"
            " sum(cost_usd)::double as cost from intermediate.int_units"
            " group by requested_date, stratum, cluster_id"
        ).df()
    numbers = {day: number for number, day in enumerate(days.metric_date)}
    cells["log_day"] = cells.requested_date.map(numbers)
    return cells.drop(columns="requested_date"), days
