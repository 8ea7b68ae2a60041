"""The baseline model of measurement and verification, against numpy's least squares.

The models' SQL is compiled by dbt and run over days in memory; the reference fits a regression with
a dummy for each kind of day and takes the variance of a sum of forecasts from its covariance.
"""

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from scipy import stats

from fixtures.dbt import run_dbt

MODELS = (
    ("intermediate", "int_counterfactual_days"),
    ("intermediate", "int_counterfactual_fits"),
    ("marts", "avoided_costs"),
    ("marts", "avoided_cost_days"),
)
FIRST = date(2026, 3, 2)
"""A Monday."""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("avoided")
    done = run_dbt(folder, "compile", "--select", *(name for _, name in MODELS))
    assert done.returncode == 0, done.stdout[-3000:]
    paths = {path.stem: path for path in (folder / "target" / "compiled").rglob("*.sql")}
    return {name: paths[name].read_text() for _, name in MODELS}


def run(compiled, baseline, phase, bill=(-3.0, -1.0)):
    """Run the models over days given as (cost, tasks), the phase right after the baseline.

    `bill` is the interval of the change of a day's cost.
    """
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as working; use working")
    connection.execute("create schema marts; create schema intermediate")
    connection.execute(
        "create table marts.phase_windows (phase_id varchar, baseline_phase_id varchar,"
        " is_baseline boolean, first_loaded_date date, last_loaded_date date)"
    )
    last = FIRST + timedelta(days=len(baseline) - 1)
    end = last + timedelta(days=len(phase))
    connection.execute(
        "insert into marts.phase_windows values ('before', 'before', true, ?, ?),"
        " ('after', 'before', false, ?, ?)",
        [FIRST, last, last + timedelta(days=1), end],
    )
    connection.execute(
        "create table marts.metrics_daily (metric_date date, cost_usd decimal(18, 9),"
        " task_count bigint, api_call_count bigint, day_count bigint)"
    )
    connection.execute(
        "create table marts.proof_intervals (phase_id varchar, metric_id varchar,"
        " change_value_low double, change_value_high double)"
    )
    connection.execute(
        "insert into marts.proof_intervals values ('after', 'daily_cost_calendar', ?, ?)", bill
    )
    connection.execute(
        "create table marts.strategy_savings_daily (savings_date date, saving_claim_count bigint,"
        " valued_savings_usd decimal(18, 9))"
    )
    for number, (cost, tasks) in enumerate([*baseline, *phase]):
        connection.execute(
            "insert into marts.metrics_daily values (?, ?, ?, 0, 1)",
            [FIRST + timedelta(days=number), cost, tasks],
        )
    for schema, name in MODELS:
        connection.execute(f"create table {schema}.{name} as {compiled[name]}")
    return connection


def fit(connection):
    cursor = connection.execute("from marts.avoided_costs where driver_id = 'tasks'")
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def test_a_line_by_hand(compiled):
    # 10 days at 2 + 3 × tasks, tasks 1 to 10; a phase of one day, 5 tasks for $10: 17 − 10 = 7.
    baseline = [(2 + 3 * tasks, tasks) for tasks in range(1, 11)]
    found = fit(run(compiled, baseline, [(10, 5)]))
    assert found["slope_usd"] == pytest.approx(3)
    assert found["counterfactual_usd"] == pytest.approx(17)
    assert found["avoided_usd"] == pytest.approx(7)
    assert found["avoided_usd_low"] == pytest.approx(7, abs=1e-6)
    assert found["r_squared"] == pytest.approx(1)


def reference(baseline, phase):
    classes = (lambda day: day % 7) if len(baseline) >= 21 else (lambda day: int(day % 7 >= 5))
    kinds = sorted({classes(day) for day in range(len(baseline))})

    def design(numbers, rows):
        dummies = [[float(classes(day) == kind) for kind in kinds] for day in numbers]
        return np.column_stack([dummies, [tasks for _, tasks in rows]])

    before = design(range(len(baseline)), baseline)
    after = design(range(len(baseline), len(baseline) + len(phase)), phase)
    cost = np.array([cost for cost, _ in baseline])
    beta, *_ = np.linalg.lstsq(before, cost, rcond=None)
    residual = cost - before @ beta
    freedom = len(cost) - before.shape[1]
    variance = residual @ residual / freedom
    rho = min(max(residual[1:] @ residual[:-1] / (residual @ residual), 0), 0.9)
    ones = np.ones(len(phase))
    spread = len(phase) + ones @ after @ np.linalg.inv(before.T @ before) @ after.T @ ones
    half = stats.t.ppf(0.975, freedom) * np.sqrt(variance * (1 + rho) / (1 - rho) * spread)
    hat = np.diag(before @ np.linalg.inv(before.T @ before) @ before.T)
    left_out = residual / (1 - hat)
    observed = sum(cost for cost, _ in phase)
    return {
        "avoided_usd": (after @ beta).sum() - observed,
        "half": half,
        "cv_rmse_ratio": np.sqrt(variance) / cost.mean(),
        "forecast_error_ratio": np.sqrt((left_out**2).mean()) / cost.mean(),
        "autocorrelation": rho,
        "slope_usd": beta[-1],
    }


@pytest.mark.parametrize(("before", "after"), [(14, 7), (28, 14), (21, 21), (60, 30)])
def test_it_is_ordinary_least_squares(compiled, before, after):
    random = np.random.default_rng(before)
    tasks = random.integers(80, 120, before + after)
    weekend = np.array([0.5 if day % 7 >= 5 else 1.0 for day in range(before + after)])
    costs = np.round(weekend * (20 + 0.3 * tasks) + random.normal(0, 2, before + after), 6)
    rows = [(float(cost), int(count)) for cost, count in zip(costs, tasks, strict=True)]
    connection = run(compiled, rows[:before], rows[before:])
    found, right = fit(connection), reference(rows[:before], rows[before:])
    for name in ("avoided_usd", "cv_rmse_ratio", "forecast_error_ratio", "autocorrelation"):
        assert found[name] == pytest.approx(right[name], rel=1e-8), name
    assert found["slope_usd"] == pytest.approx(right["slope_usd"], rel=1e-8)
    # Student's t by an expansion that is right to 0.1 % here.
    half = (found["avoided_usd_high"] - found["avoided_usd_low"]) / 2
    assert half == pytest.approx(right["half"], rel=1e-3)
    last = connection.execute(
        "select avoided_so_far_usd, avoided_so_far_usd_low from marts.avoided_cost_days"
        " where driver_id = 'tasks' order by metric_date desc limit 1"
    ).fetchone()
    assert last == pytest.approx((found["avoided_usd"], found["avoided_usd_low"]), rel=1e-8)


def steady(days, cost=10.0):
    return [(cost + 0.1 * (day % 3), 100 + day % 5) for day in range(days)]


@pytest.mark.parametrize(
    ("baseline", "phase", "code"),
    [
        (steady(14), steady(7), None),
        (steady(9), steady(7), "few_days"),
        (steady(14), [(10.0, 300)] * 7, "driver_beyond_baseline"),
        (steady(14), [(10.0, 0)] * 7, "driver_beyond_baseline"),
        ([(10.0 if day % 2 else 30.0, 100 + day % 3) for day in range(14)], steady(7), "poor_fit"),
        ([(10.0, 0)] * 14, [(10.0, 0)] * 7, "no_driver"),
        # Five working days and no weekend in the baseline, weekdays known by three weeks: unseen.
        (
            [(None, 0) if day % 7 >= 5 else (10.0 + day % 2, 100 + day % 3) for day in range(35)],
            steady(7),
            "unseen_day_class",
        ),
    ],
)
def test_a_model_that_does_not_fit_is_disqualified(compiled, baseline, phase, code):
    assert fit(run(compiled, baseline, phase))["disqualified_by"] == code


def test_a_day_of_unknown_cost_is_left_out_and_not_zero(compiled):
    whole = fit(run(compiled, steady(14), steady(7)))
    without = fit(run(compiled, steady(14), [*steady(7), (None, 100)]))
    assert without["phase_day_count"] == 7
    assert without["avoided_usd"] == pytest.approx(whole["avoided_usd"])


def of_driver(connection, driver):
    cursor = connection.execute(f"from marts.avoided_costs where driver_id = '{driver}'")
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))


def test_the_mean_day_is_a_model_without_a_slope_by_hand(compiled):
    # Mean 10, each day 2 off: s² = 40 / 9. Two days that cost 16 instead of 20:
    # half = t(9) 2.26216 × √4.4444 × √(2 + 2² / 10) = 7.388.
    baseline = [(8.0, 3), (12.0, 9)] * 5
    connection = run(compiled, baseline, [(7.0, 1), (9.0, 30)])
    found = of_driver(connection, "days")
    assert (found["avoided_usd"], found["degrees_of_freedom"]) == (pytest.approx(4), 9)
    assert found["avoided_usd"] - found["avoided_usd_low"] == pytest.approx(7.388, rel=1e-3)
    so_far = connection.execute(
        "select avoided_so_far_usd, valued_so_far_usd from marts.avoided_cost_days"
        " where driver_id = 'days' and not is_baseline_day order by metric_date"
    ).fetchall()
    assert so_far == [(pytest.approx(3), None), (pytest.approx(4), None)]


@pytest.mark.parametrize(
    ("bill", "ends"),
    [
        # Of a change between -9 and -1 dollars a day two days saved 2 to 18: wider above only.
        ((-9.0, -1.0), (-3.388, 18.0)),
        ((-2.5, 5.0), (-10.0, 11.388)),
        # No interval of the bill: too few days, and the mean day must not know better.
        ((None, None), (None, None)),
    ],
)
def test_the_mean_day_is_never_surer_than_the_bill(compiled, bill, ends):
    connection = run(compiled, [(8.0, 3), (12.0, 9)] * 5, [(7.0, 1), (9.0, 30)], bill)
    found = of_driver(connection, "days")
    wanted = tuple(end if end is None else pytest.approx(end, rel=1e-3) for end in ends)
    assert (found["avoided_usd_low"], found["avoided_usd_high"]) == wanted
    last = connection.execute(
        "select avoided_so_far_usd_low, avoided_so_far_usd_high from marts.avoided_cost_days"
        " where driver_id = 'days' order by metric_date desc limit 1"
    ).fetchone()
    assert last == wanted


def test_claims_of_the_log_are_added_up_beside_it_from_the_first_day_of_the_phase(compiled):
    days = [FIRST + timedelta(days=number) for number in range(13)]
    connection = run(compiled, steady(10), steady(3))
    # $1 a day for one strategy, 50 cents on the last day for another; baseline days do not count.
    connection.executemany(
        "insert into marts.strategy_savings_daily values (?, 1, 1.0)", [[day] for day in days]
    )
    connection.execute("insert into marts.strategy_savings_daily values (?, 2, 0.5)", [days[-1]])
    found = connection.execute(
        "select valued_so_far_usd from"
        f" ({compiled['avoided_cost_days']}) where driver_id = 'tasks' order by metric_date"
    ).fetchall()
    assert found == [(None,)] * 10 + [(1.0,), (2.0,), (3.5,)]


def test_a_ratio_that_gives_fixed_cost_away_disagrees_with_the_model(compiled):
    # $10 a day whatever is done and 10 cents a task: at 60 tasks a day the model expects $16, the
    # plain ratio of $20 per 100 tasks only $12. A day costs $15.
    baseline = [(10 + tasks / 10, tasks) for tasks in range(90, 111)]
    found = fit(run(compiled, baseline, [(15.0, 60)] * 2))
    assert found["avoided_usd"] == pytest.approx(2)
    assert found["ratio_avoided_usd"] == pytest.approx(-6)
    assert found["has_ratio_that_disagrees"]
    assert not fit(run(compiled, baseline, [(11.0, 60)] * 2))["has_ratio_that_disagrees"]
