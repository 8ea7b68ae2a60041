"""How many days show a change: by hand, against scipy, and by playing it many times."""

import csv
import json
import math
from datetime import date, timedelta

import numpy as np
import pytest
from scipy import stats

from fixtures.plan import published, workspace
from tars_bench import app
from tars_bench.commands.options import open_workspace
from tars_bench.planning import power as reckoned
from tars_bench.planning.plan_file import (
    add_plan,
    plan_document,
    read_plans,
    windows_of,
)
from tars_bench.planning.power import (
    DayValue,
    days_needed,
    more_days_needed,
    power,
    spread,
    whole_weeks,
)
from tars_bench.shared.errors import UsageError
from tars_bench.shared.switchback import switchback
from tars_bench.workspace.seeds import check_seeds

MONDAY = date(2026, 1, 5)


def days_of(values, whole=1.0):
    return [DayValue(MONDAY + timedelta(days=n), float(v), whole) for n, v in enumerate(values)]


def run(capsys, *arguments):
    with pytest.raises(SystemExit) as caught:
        app.main(["plan", *map(str, arguments)])
    captured = capsys.readouterr()
    return int(caught.value.code), captured.out, captured.err


@pytest.mark.parametrize("freedom", [1, 2, 3, 8, 25, 26, 200, 201, 900])
def test_students_t_is_that_of_scipy(freedom):
    for value in (-3.0, -0.5, 0.0, 0.84, 1.96, 4.0):
        expected = stats.t.cdf(value, freedom)
        assert reckoned._t_share(value, freedom) == pytest.approx(expected, abs=1e-5)
    assert reckoned._t_quantile(0.975, freedom) == pytest.approx(
        stats.t.ppf(0.975, freedom), rel=1e-3
    )


def test_days_by_hand():
    # 8 and 12 in turn: mean 10, squares 4 a day, so s² = 10 · 4 / 9 = 40/9; neighbours go against
    # each other, which counts as nothing in common.
    found = spread(days_of([8, 12] * 5))
    assert (found.mean, found.variance) == (10, pytest.approx(40 / 9))
    assert (found.autocorrelation, found.known_share) == (0, 1)
    # −20 % is 2: by the normal 2 · (1.96 + 0.8416)² · 4.444 / 4 = 17.4 days. With 36 degrees of
    # freedom t is 2.028 and 0.852: 2 · 2.88² · 4.444 / 4 = 18.4, so 19 days; three whole weeks.
    assert days_needed(found, 2.0) == 19
    assert whole_weeks(19) == 21
    assert whole_weeks(21) == 21


def test_likeness_of_neighbours_by_hand():
    # Rests −1 −1 +1 +1, 25 times: 50 pairs of 1 and 49 of −1, 1/99 on average, squares of mean 1.
    # Of 100 days that is too low by (1 + 3/99) / 100 and uncertain by 1/10.
    found = spread(days_of([9, 9, 11, 11] * 25))
    expected = 1 / 99 + (1 + 3 / 99) / 100 + 1 / 10
    assert found.autocorrelation == pytest.approx(expected)
    assert found.inflation == pytest.approx((1 + expected) / (1 - expected))
    # Days apart are no neighbours: of four days nothing is seen, and 1/4 + 1/2 is not ruled out.
    apart = [DayValue(MONDAY + timedelta(days=2 * n), v) for n, v in enumerate([9, 9, 11, 11])]
    assert spread(apart).autocorrelation == pytest.approx(0.75)
    assert spread(apart).known_share == pytest.approx(4 / 7)
    # A level that moves once is as alike as is believed.
    assert spread(days_of([1] * 200 + [2] * 200)).autocorrelation == 0.9


def test_a_change_made_on_purpose_is_no_chance():
    # 8, 10, 12 and, after the change, 3, 5, 7: squares 4, 0, 4 twice, six days less two levels.
    days = [
        DayValue(MONDAY + timedelta(days=n), value, 1.0, n // 3)
        for n, value in enumerate([8, 10, 12, 3, 5, 7])
    ]
    found = spread(days)
    assert (found.mean, found.variance) == (7.5, pytest.approx(4))
    # Neighbours: 0, 0, 2 · −2, 0, 0, squares of mean 16/6, so −0.3 is seen.
    assert found.autocorrelation == pytest.approx(-0.3 + 0.1 / 6 + 1 / math.sqrt(6))
    assert more_days_needed(days[2:5]) == 1  # one day of one level, two of the other
    assert spread(days[2:5]) is None


def test_a_ratio_is_that_of_the_sums():
    found = spread(
        [
            DayValue(MONDAY + timedelta(days=n), p, w)
            for n, (p, w) in enumerate([(10, 10), (30, 20), (1, 1)])
        ]
    )
    assert found.mean == pytest.approx(41 / 31)


@pytest.mark.parametrize(
    ("deviation", "alike", "change"), [(30, 0, 0.2), (10, 0, 0.1), (15, 0.5, 0.2), (8, 0, 0.2)]
)
def test_windows_as_long_as_recommended_have_the_power_they_promise(deviation, alike, change):
    draws = np.random.default_rng(7)

    def noise(runs, length):
        out = np.empty((runs, length))
        out[:, 0] = draws.normal(0, deviation, runs)
        for day in range(1, length):
            fresh = draws.normal(0, deviation * math.sqrt(1 - alike**2), runs)
            out[:, day] = alike * out[:, day - 1] + fresh
        return out

    found = spread(days_of(100 + noise(1, 4000)[0]))
    n = days_needed(found, found.mean * change)
    before, after = 100 + noise(4000, n), 100 * (1 - change) + noise(4000, n)
    inflation = (1 + alike) / (1 - alike)
    error = np.sqrt((before.var(1, ddof=1) + after.var(1, ddof=1)) * inflation / n)
    limit = stats.t.ppf(0.975, max(1, 2 * n / inflation - 2))
    shown = (before.mean(1) - after.mean(1)) / error > limit
    assert 0.72 <= shown.mean() <= 0.95  # a day of five is a large step
    assert power(found, found.mean * change, n, n) >= 0.8
    assert n == 2 or power(found, found.mean * change, n - 1, n - 1) < 0.8


def test_too_few_days_tell_nothing():
    assert spread(days_of([1, 2])) is None
    assert days_needed(spread(days_of([0.001, 1, 100] * 5)), 0.001) is None


def test_a_schedule_has_each_weekday_once_on_and_once_off_in_a_pair_of_weeks():
    schedule = switchback(MONDAY, 15, seed=5)
    assert [day for day, _ in schedule] == [MONDAY + timedelta(days=n) for n in range(28)]
    for begin in (0, 14):
        for weekday in range(7):
            one, other = (schedule[begin + weekday + week][1] for week in (0, 7))
            assert one is not other
    assert schedule == switchback(MONDAY, 15, seed=5)
    assert len({tuple(on for _, on in switchback(MONDAY, 14, n)) for n in range(20)}) > 10


def test_a_plan_that_was_changed_is_refused(tmp_path):
    path = tmp_path / "plan.json"
    for created in (MONDAY, MONDAY + timedelta(days=1)):
        add_plan(path, plan_document(windows_of(date(2026, 2, 2), 7, 7), created, {}))
    assert [plan["created_date"] for plan in read_plans(path)] == ["2026-01-05", "2026-01-06"]
    path.write_text(path.read_text().replace("2026-01-06", "2026-01-04"))
    with pytest.raises(UsageError, match="plan 2 is not what was written"):
        read_plans(path)
    for text in ("", "[]", '{"plans": 3}', '{"plans": [{}]}', "[" * 100_000, '{"plans": [[1]]}'):
        path.write_text(text)
        with pytest.raises(UsageError, match="no file of plans"):
            read_plans(path)


def test_a_phase_is_planned_only_by_its_own_days_and_beforehand(tmp_path, capsys):
    place = workspace(
        tmp_path, [("a", "2026-03-02", "2026-03-08"), ("b", "2026-03-09", "2026-03-15")]
    )
    path = tmp_path / "plan.json"

    def verdicts():
        code, out, _ = run(capsys, "--check", "--workspace", place, "--format", "json")
        assert code == 0
        return [(one["verdict"], one["why"]) for one in json.loads(out)]

    none = ("exploratory", "no written plan has these days")
    assert verdicts() == [none, none]
    # Made on the first day of a: too late for it, in time for b.
    add_plan(path, plan_document(windows_of(date(2026, 3, 2), 7, 7), date(2026, 3, 2), {}))
    assert verdicts() == [
        ("exploratory", "first planned on 2026-03-02, when it had begun"),
        ("planned", "planned on 2026-03-02, before it began"),
    ]
    # The day before, but a day longer: another window.
    add_plan(path, plan_document(windows_of(date(2026, 3, 2), 8, 6), date(2026, 3, 1), {}))
    assert verdicts()[0][0] == "exploratory"
    add_plan(path, plan_document(windows_of(date(2026, 3, 2), 7, 6), date(2026, 3, 1), {}))
    assert verdicts()[0] == ("planned", "planned on 2026-03-01, before it began")


def test_what_is_said_and_written(tmp_path, capsys):
    place = workspace(tmp_path)
    # Unknown cost on the third day; no task anywhere; the error rate known, never anything else.
    published(place, [8, 12, None, *[8, 12] * 5])
    code, out, _ = run(capsys, "--workspace", place, "--format", "json", "--phase-days", 21)
    found = {one["metric_id"]: one for one in json.loads(out)["metrics"]}
    assert code == 0
    assert list(found) == ["daily_cost", "cost_per_api_call", "error_rate"]
    cost = found["daily_cost"]
    assert cost["known_day_count"] == 12
    assert cost["known_share"] == pytest.approx(12 / 13)
    # s² = 12 · 4 / 11 = 4.364; −20 %: 2 · 2.88² · 4.364 / 4 = 18.1 → 19 known days at 12 in 13,
    # 20 or 21 days, three weeks.
    assert [one["days_in_whole_weeks"] for one in cost["changes"]] == [77, 21, 14]
    assert [one["power"] > 0.8 for one in cost["changes"]] == [False, True, True]
    assert found["error_rate"]["changes"][0]["days_needed"] is None
    code, out, _ = run(capsys, "--workspace", place, "--baseline-days", 14)
    assert code == 0
    assert "never varied" in out
    assert "Power of 14 days of baseline against 14 days of phase" in out
    assert "From fewer than 14 days" in out
    code, out, _ = run(capsys, "--workspace", place, "--write", "--start", "2027-01-04")
    assert code == 0
    assert "2027-01-04 to 2027-01-24  (21 days)" in out
    (plan,) = read_plans(place / "plan.json")
    assert (plan["metric_id"], plan["effect"]) == ("cost_per_api_call", "-20 %")
    assert [one["start_date"] for one in plan["windows"]] == ["2027-01-04", "2027-01-25"]
    code, out, _ = run(capsys, "--workspace", place, "--switchback", "--seed", 3)
    assert code == 0
    assert "not written" in out
    assert (out.count("  on\n"), out.count("  off\n")) == (21, 21)


def test_each_phase_has_a_level_of_its_own(tmp_path, capsys):
    place = workspace(tmp_path)
    published(
        place, [8, 12] * 3 + [4, 6] * 3 + [2, 3] * 3, [("p", date(2026, 1, 11), date(2026, 1, 16))]
    )
    code, out, _ = run(capsys, "--workspace", place, "--format", "json")
    cost = json.loads(out)["metrics"][0]
    # Squares 6 · 4 + 6 · 1 + 6 · 0.25 = 31.5 over 18 days less three levels.
    assert (code, cost["day_deviation"] ** 2) == (0, pytest.approx(31.5 / 15))


def test_too_few_days_say_how_many_more(tmp_path, capsys):
    place = workspace(tmp_path)
    published(place, [8])
    code, out, _ = run(capsys, "--workspace", place)
    assert code == 0
    assert "daily_cost: 2 more days with a known value" in out
    code, _, err = run(capsys, "--workspace", place, "--write")
    assert code == 6
    assert "name --baseline-days and --phase-days" in err
    assert not (place / "plan.json").exists()
    code, _, err = run(capsys, "--workspace", place, "--write", "--metric", "joy")
    assert code == 2
    assert "no plan can be made for 'joy'" in err
    code, _, err = run(capsys, "--workspace", place, "--since", "soon")
    assert (code, err.splitlines()[0]) == (2, "error: --since is no date: 'soon'")


def test_a_switchback_becomes_an_experiment_of_the_seeds(tmp_path, capsys):
    place = workspace(tmp_path)
    published(place, [8, 12] * 4)
    lengths = ("--baseline-days", 14, "--start", "2027-01-04", "--seed", 3)
    wanted = ("--switchback", "--write", "--experiment", "routing", *lengths)
    code, out, _ = run(capsys, "--workspace", place, *wanted)
    assert code == 0
    assert f"added to {place / 'seeds' / 'experiments.csv'}" in out
    with (place / "seeds" / "experiment_days.csv").open(newline="") as file:
        days = list(csv.DictReader(file))
    (plan,) = read_plans(place / "plan.json")
    drawn = [(one["date"], str(one["is_on"]).lower()) for one in plan["days"]]
    assert [(one["experiment_date"], one["is_treated"]) for one in days] == drawn
    # Pairs are of one weekday, a week apart, one of the two on.
    pairs = {one["pair_number"] for one in days}
    assert len(pairs) == 14
    for pair in pairs:
        one, other = (day for day in days if day["pair_number"] == pair)
        between = date.fromisoformat(other["experiment_date"]) - date.fromisoformat(
            one["experiment_date"]
        )
        assert (between.days, {one["is_treated"], other["is_treated"]}) == (7, {"true", "false"})
    with (place / "seeds" / "experiments.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["label_kind"], row["start_date"], row["end_date"], row["is_randomised"]) == (
        "schedule", "2027-01-04", "2027-01-31", "true",
    )  # fmt: skip
    check_seeds(open_workspace(place))
    code, out, _ = run(capsys, "--workspace", place, "--check")
    assert "planned on" in next(line for line in out.splitlines() if line.startswith("routing"))
    code, _, err = run(capsys, "--workspace", place, *wanted)
    assert (code, "there is an experiment 'routing' already" in err) == (2, True)
    # A day exchanged afterwards is no longer what was planned.
    path = place / "seeds" / "experiment_days.csv"
    path.write_text(
        path.read_text().replace("true", "?").replace("false", "true").replace("?", "false")
    )
    code, out, _ = run(capsys, "--workspace", place, "--check")
    line = next(line for line in out.splitlines() if line.startswith("routing"))
    assert "exploratory" in line
    assert "no written plan has these days" in line
    code, _, err = run(capsys, "--workspace", place, *wanted[:3], "../x", *lengths)
    assert (code, "--experiment is no name: '../x'" in err) == (2, True)
