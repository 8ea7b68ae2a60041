"""The intervals beside an independent bootstrap, and the weights they are made of."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import numpy as np
import pytest
from scipy import stats

BENCH = Path(__file__).parents[2] / "bench"
COMPARISON = 7
REPLICATES = 4_000


def bench_module(name: str) -> ModuleType:
    spec = spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


bench_module("compiled_models")
bench = bench_module("metric_coverage")


@pytest.fixture(scope="module")
def statements(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("compiled")
    return bench.compiled_models(folder, 1_000, bench.ALL_MODELS)


@pytest.fixture(scope="module")
def warehouse(statements: dict[str, str]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        bench.prepare_tables(connection)
        bench.insert_comparison(connection, bench.SCENARIOS["sessions"], COMPARISON, 0)
        bench.run_models(connection, statements)
        yield connection


@pytest.fixture(scope="module")
def weight_sql(statements: dict[str, str]) -> str:
    """The CASE that turns eight hexadecimal digits into a weight, over a column `digits`."""
    found = re.search(
        r"case\s+when drawn_digits\.drawn_hex <.*?\bend\b",
        statements["intermediate.int_replicate_sums"],
        re.DOTALL,
    )
    assert found is not None
    return found.group().replace("drawn_digits.drawn_hex", "digits")


def test_weights_change_at_the_values_of_the_poisson_distribution(weight_sql: str) -> None:
    for count in range(12):
        limit = round(stats.poisson.cdf(count, 1) * 2**32)
        if limit == 2**32:
            break
        for number, expected in ((limit - 1, count), (limit, count + 1)):
            query = f"select {weight_sql} from (select ? as digits)"
            assert duckdb.execute(query, [f"{number:08x}"]).fetchone() == (expected,)
    assert count >= 11


def test_weights_of_hashes_have_mean_and_variance_one(weight_sql: str) -> None:
    drawn = duckdb.sql(
        f"select {weight_sql} as weight from"
        " (select substr(md5(number || '|0'), 1, 8) as digits from range(200000) t(number))"
    ).fetchnumpy()["weight"]
    assert drawn.mean() == pytest.approx(1, abs=0.01)
    assert drawn.var() == pytest.approx(1, abs=0.02)
    seen = np.bincount(np.minimum(drawn, 6), minlength=7)
    expected = 200_000 * np.append(stats.poisson.pmf(range(6), 1), stats.poisson.sf(5, 1))
    assert stats.chisquare(seen, expected).pvalue > 0.001


def test_every_cluster_and_replicate_has_a_weight_of_its_own(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    """Weights drawn again in Python give the sums of three replicates."""
    clusters = warehouse.sql(
        "select phase_id, cluster_id, request_count, cost_usd"
        " from intermediate.int_cluster_components where resampled_unit = 'cluster'"
    ).fetchall()
    for replicate in (0, 6, 999):
        count, cost = 0, 0
        for phase_id, cluster_id, requests, usd in clusters:
            if phase_id == "0-after":
                weight = hashed_weight("cluster", cluster_id, replicate)
                count, cost = count + weight * requests, cost + weight * usd
        found = warehouse.execute(
            "select request_count, cost_usd from intermediate.int_replicate_sums where"
            " phase_id = '0-after' and resampled_unit = 'cluster' and replicate_number = ?",
            [replicate],
        ).fetchone()
        assert found == (count, float(cost))


def hashed_weight(unit: str, cluster_id: str, replicate: int) -> int:
    text = f"{unit}|{cluster_id}|{replicate // 4}"
    block = hashlib.md5(text.encode()).hexdigest()  # noqa: S324
    start = 8 * (replicate % 4)
    uniform = (int(block[start : start + 8], 16) + 0.5) / 2**32
    return int(stats.poisson.ppf(uniform, 1))


@pytest.mark.parametrize(
    ("metric", "tolerance"),
    [
        ("cost_per_api_call", 0.15),
        ("response_time_avg", 0.15),
        ("error_rate", 0.15),
        ("daily_cost", 0.15),
        ("response_time_p50", 0.25),
        ("response_time_p95", 0.25),
    ],
)
def test_intervals_agree_with_an_independent_bootstrap(
    warehouse: duckdb.DuckDBPyConnection, metric: str, tolerance: float
) -> None:
    found = warehouse.execute(
        "select change_value, change_value_low, change_value_high, resampled_unit"
        " from marts.proof_intervals where metric_id = ?",
        [metric],
    ).fetchone()
    assert found is not None
    units = ["day"] if metric == "daily_cost" else ["cluster", "day"]
    intervals = {unit: interval_of(metric, unit) for unit in units}
    change, low, high, half_width = intervals[found[3]]
    close = 0.75 if metric.startswith("response_time_p") else 0.9
    assert half_width > close * max(interval[3] for interval in intervals.values())
    assert found[0] == pytest.approx(change)
    assert found[1] == pytest.approx(low, abs=tolerance * (high - low))
    assert found[2] == pytest.approx(high, abs=tolerance * (high - low))


def interval_of(metric: str, unit: str) -> tuple[float, float, float, float]:
    """Change, 95 % interval and half width by numpy's random numbers and scipy's t.

    No session of these windows goes on for two days: what sessions and days have in common is
    the sessions, and the two-way variance is that of the days.
    """
    windows = [
        window_values(metric, unit, phase)
        for phase in bench.drawn_windows(bench.SCENARIOS["sessions"], COMPARISON)
    ]
    before, after = (
        measure(metric, *window[1:], np.ones(window[0].max() + 1)) for window in windows
    )
    random = np.random.default_rng(20260213)
    sizes = [window[0].max() + 1 for window in windows]
    drawn = [
        np.array([measure(metric, *window[1:], random.poisson(1, size)) for _ in range(REPLICATES)])
        for window, size in zip(windows, sizes, strict=True)
    ]
    changes = drawn[1] - drawn[0]
    variances = [np.nanvar(values, ddof=1) for values in drawn]
    freedom = sum(variances) ** 2 / sum(
        variance**2 / (size - 1) for variance, size in zip(variances, sizes, strict=True)
    )
    factor = stats.t.ppf(0.975, freedom) / stats.norm.ppf(0.975)
    low, high = np.nanquantile(changes, [0.025, 0.975])
    change = after - before
    half_width = factor * np.nanstd(changes, ddof=1)
    return change, change + (low - change) * factor, change + (high - change) * factor, half_width


def window_values(metric: str, unit: str, phase: Any) -> tuple[np.ndarray, ...]:
    """Cluster of each call, numerator and denominator (or the value itself) of each call."""
    calls = ~phase.requests.is_hit
    groups = phase.requests.day if unit == "day" else phase.requests.session
    cluster = np.unique(groups[calls], return_inverse=True)[1]
    numerator = {
        "cost_per_api_call": phase.requests.cost_nano / 1e9,
        "daily_cost": phase.requests.cost_nano / 1e9,
        "error_rate": phase.requests.error >= 0,
    }.get(metric, phase.requests.response_ms)[calls]
    return cluster, cluster, numerator.astype(float)


def measure(metric: str, cluster: np.ndarray, values: np.ndarray, weights: np.ndarray) -> float:
    """A metric of the calls, each as often as its cluster was drawn."""
    if metric.startswith("response_time_p"):
        often = weights[cluster].astype(int)
        if not often.any():
            return np.nan
        return float(np.quantile(np.repeat(values, often), int(metric[-2:]) / 100))
    total = float((weights[cluster] * values).sum())
    if metric == "daily_cost":
        return total / weights.sum() if weights.sum() else np.nan
    drawn_calls = float(weights[cluster].sum())
    return total / drawn_calls if drawn_calls else np.nan


def test_order_and_threads_leave_no_trace(
    warehouse: duckdb.DuckDBPyConnection, statements: dict[str, str]
) -> None:
    first = warehouse.sql("from marts.proof_intervals order by metric_id").fetchall()
    warehouse.execute("set threads = 1")
    warehouse.execute(
        "create or replace table marts.fct_requests as"
        " from marts.fct_requests order by request_id desc"
    )
    bench.run_models(warehouse, statements)
    assert warehouse.sql("from marts.proof_intervals order by metric_id").fetchall() == first


def test_an_interval_at_constant_prices_moves_with_the_prices(
    warehouse: duckdb.DuckDBPyConnection, statements: dict[str, str]
) -> None:
    """At equal prices the two costs have one interval. At half the price in the phase, half the
    cost is left, and both logarithmic half widths change by one factor: that of Student's t,
    for the variance of the phase weighs a quarter in the degrees of freedom.
    """
    billed, constant = relative_changes(warehouse)
    assert billed == constant
    warehouse.execute(
        "update intermediate.int_cost_cells_daily"
        " set constant_price_cost_usd = constant_price_cost_usd / 2 where phase_id = '0-after'"
    )
    for name in bench.MODELS_AFTER_WINDOWS:
        warehouse.execute(f"create or replace table {name} as {statements[name]}")
    still_billed, halved = relative_changes(warehouse)
    assert still_billed == billed
    assert 1 + halved[0] == pytest.approx((1 + billed[0]) / 2, abs=1e-7)
    widths = [np.log1p(np.array(one[1:])) - np.log1p(one[0]) for one in (billed, halved)]
    low, high = widths[1] / widths[0]
    assert low == pytest.approx(high, abs=1e-5)
    assert 1 < low < 1.5


def relative_changes(warehouse: duckdb.DuckDBPyConnection) -> list[tuple[float, ...]]:
    """Daily cost as billed and at constant prices: change and both ends."""
    rows = warehouse.sql(
        "select change_ratio, change_ratio_low, change_ratio_high"
        " from intermediate.int_change_intervals"
        " inner join intermediate.int_measure_changes using (phase_id, metric_id)"
        " where metric_id in ('daily_cost', 'constant_price_daily_cost') order by metric_id desc"
    ).fetchall()
    assert len(rows) == 2
    return rows
