"""Experiments from file to answer: labels at the same time, and days switched on and off.

One log holds them all. Its baseline is a fortnight; then come four weeks in which sessions carry
labels of many arms, each arm the same work made anew and changed by one function; then four weeks
of a change switched on and off by days; then eighteen pairs of days on which nothing was done.
"""

from __future__ import annotations

import itertools
import json
import math
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from build_helpers import MODELS_ONLY, PROJECT, Build
from load_helpers import Place

from tars_bench.pricing.book import refresh_prices
from tars_bench.reports.documents.experiment import build_experiment_report
from tars_bench.reports.read.experiment_answers import read_experiments
from tars_bench.reports.read.experiments import Arms, read_arms
from tars_bench.reports.render import csv, markdown, terminal
from tars_bench.reports.render import json as as_json
from tars_bench.reports.sections.experiments import experiments_section
from tars_bench.shared.errors import UsageError
from tars_bench.shared.switchback import switchback

Call = dict[str, Any]
Log = list[Call]
Change = Callable[[Log], Log]

BASELINE, ARMS = date(2026, 1, 5), date(2026, 1, 19)  # Mondays
ON_OFF, NOTHING_DONE, AFTER = date(2026, 2, 16), date(2026, 3, 16), date(2026, 4, 20)
SONNET, OPUS = "claude-sonnet-4-5", "claude-opus-4-5"
LIST = {SONNET: (3, 15), OPUS: (5, 25)}  # dollars per million tokens, in and out
WORK = {
    "summary": (SONNET, 4000, 400),
    "extraction": (SONNET, 2500, 300),
    "review": (OPUS, 4000, 500),
}


def calls(first: date, after: date, sessions: int, name: str, seed: int) -> Log:
    """Return the work of some days: sessions of three tasks of two calls."""
    draws = np.random.default_rng(seed)
    log: Log = []
    for number in range((after - first).days):
        day = first + timedelta(days=number)
        for session in range(sessions):
            style = draws.lognormal(0, 0.1)  # calls of a session are alike
            for place in range(6):
                kind = tuple(WORK)[place // 2]
                model, read, written = WORK[kind]
                begin = datetime.combine(day, datetime.min.time())
                at = begin + timedelta(hours=8 + session, minutes=5 * place)
                key = f"{name}-{day:%m%d}-{session}"
                log.append(
                    billed(
                        {
                            "timestamp": f"{at.isoformat()}Z",
                            "requestId": f"{key}-{place}",
                            "sessionId": key,
                            "taskId": f"{key}-{kind}",
                            "model": model,
                            "taskType": kind,
                            "complexityScore": 40 + int(draws.integers(20)),
                            "tokenInput": round(read * style * draws.lognormal(0, 0.2)),
                            "tokenOutput": round(written * style * draws.lognormal(0, 0.2)),
                            "responseTime": round(float(draws.lognormal(7.3, 0.25)), 1),
                            "cacheHit": False,
                            "error": "timeout" if draws.random() < 0.02 else None,
                        }
                    )
                )
    return log


def list_cost(call: Call) -> float:
    read, written = LIST[call["model"]]
    return (call["tokenInput"] * read + call["tokenOutput"] * written) / 1_000_000


def billed(call: Call, **changes: Any) -> Call:
    call = {**call, **changes}
    return {**call, "cost": round(list_cost(call), 9)}


def each(**changes: Callable[[Call], Any]) -> Change:
    """Return a change of every call's fields, its cost left as it is."""
    return lambda log: [{**one, **{k: f(one) for k, f in changes.items()}} for one in log]


def tokens(factor: float) -> Change:
    def shrunk(one: Call) -> Call:
        names = ("tokenInput", "tokenOutput")
        return billed(one, **{name: round(one[name] * factor) for name in names})

    return lambda log: [shrunk(one) for one in log]


def then(*changes: Change) -> Change:
    def changed(log: Log) -> Log:
        for change in changes:
            log = change(log)
        return log

    return changed


def costs(factor: float) -> Change:
    return each(cost=lambda one: round(one["cost"] * factor, 9))


def failing(log: Log) -> Log:
    return [
        {**one, "error": "timeout"} if number % 7 == 0 else one for number, one in enumerate(log)
    ]


def only_late(log: Log) -> Log:
    return [one for one in log if one["timestamp"] >= "2026-02-12"]


def shared_sessions(log: Log) -> Log:
    """Give half of the calls of each session to a control of their own."""
    return [{**one, "arm": "shared_control"} if n % 2 else one for n, one in enumerate(log)]


def split_tasks(log: Log) -> Log:
    return [{**one, "taskId": f"{one['taskId']}-{n % 2}"} for n, one in enumerate(log)]


def no_usage(log: Log) -> Log:
    return [
        {**one, "tokenInput": 0, "tokenOutput": 0} if n % 2 else one for n, one in enumerate(log)
    ]


ARMS_OF: dict[str, Change] = {
    "control": lambda log: log,
    "same": lambda log: log,
    "saving": tokens(0.6),
    "costs_halved": costs(0.5),
    "costs_nothing": costs(0),
    "dearer_at_no_cost": then(tokens(1.4), costs(0.1)),
    "cheap_work": lambda log: [one for one in log if one["taskType"] != "review"],
    "easy_work": then(tokens(0.6), each(complexityScore=lambda one: one["complexityScore"] - 30)),
    "cheap_weeks": then(tokens(0.6), only_late),
    "shared": then(tokens(0.6), shared_sessions),
    "more_task_ids": split_tasks,
    "no_usage": no_usage,
    "saving_with_errors": then(tokens(0.6), failing),
}
NO_SAVING = set(ARMS_OF) - {"control", "saving", "saving_with_errors"}


def schedule(first: date, after: date, seed: int) -> dict[date, tuple[int, bool]]:
    """Return the pair and the state of each day; neighbours where no two weeks are left."""
    days = [day for day, _ in switchback(first, (after - first).days, seed)]
    draws, found = random.Random(seed), {}
    for pair, (day, other) in enumerate(zip(days[::2], days[1::2], strict=True), start=1):
        is_on = draws.random() < 0.5
        found |= {day: (pair, is_on), other: (pair, not is_on)}
    return {day: one for day, one in found.items() if day < after}


SCHEDULES = {
    "on_off": schedule(ON_OFF, NOTHING_DONE, 3),
    "nothing_done": schedule(NOTHING_DONE, AFTER + timedelta(days=1), 4),
}
SCHEDULES["off_on"] = {day: (pair, not on) for day, (pair, on) in SCHEDULES["on_off"].items()}
SCHEDULES["few_pairs"] = {day: one for day, one in SCHEDULES["on_off"].items() if one[0] <= 5}


def on_days(log: Log) -> Log:
    on = {day.isoformat() for day, (_, is_on) in SCHEDULES["on_off"].items() if is_on}
    cheaper = tokens(0.75)
    return [cheaper([one])[0] if one["timestamp"][:10] in on else one for one in log]


def made_log() -> dict[str, Log]:
    logs = {"baseline": calls(BASELINE, ARMS, 4, "b", 1)}
    for seed, (arm, change) in enumerate(ARMS_OF.items(), start=10):
        log = calls(ARMS, ON_OFF, 4, arm, seed)
        logs[arm] = change([{**one, "arm": arm, "tags": ["all", arm]} for one in log])
    for seed, (project, factor) in enumerate({"api": 1.0, "web": 0.6}.items(), start=40):
        log = tokens(factor)(calls(BASELINE, ARMS, 3, project, seed))
        drop = ("taskType", "complexityScore")
        logs[project] = [
            {key: value for key, value in one.items() if key not in drop} | {"project": project}
            for one in log
        ]
    logs["on_off"] = on_days(calls(ON_OFF, NOTHING_DONE, 4, "s", 3))
    logs["nothing_done"] = calls(NOTHING_DONE, AFTER + timedelta(days=1), 4, "n", 4)
    return logs


def seeds(folder: Path) -> None:
    shutil.copytree(PROJECT / "seeds", folder)
    (folder / "phase_strategies.csv").write_text("phase_id,strategy_id\n")
    head = (folder / "phases.csv").read_text().splitlines()[0]
    rows = [
        head,
        f"baseline,Baseline,0,{BASELINE},{ARMS - timedelta(days=1)},true,false,,",
        f"arms,Arms,1,{ARMS},{ON_OFF - timedelta(days=1)},false,true,,",
    ]
    (folder / "phases.csv").write_text("\n".join(rows) + "\n")
    last = ON_OFF - timedelta(days=1)
    rows = [(folder / "experiments.csv").read_text().strip()]
    for arm in ARMS_OF:
        if arm != "control":
            control = "shared_control" if arm == "shared" else "control"
            rows.append(f"{arm},{arm},arm,{control},{arm},{ARMS},{last},session,true,0.5,")
    rows.append(f"swapped,swapped,arm,saving,control,{ARMS},{last},session,true,0.5,")
    rows.append(f"by_tag,by_tag,tag,control,saving,{ARMS},{last},session,false,,")
    rows.append(f"both_tags,both_tags,tag,all,saving,{ARMS},{last},session,false,,")
    rows.append(f"several,several,arm,control|same,saving,{ARMS},{last},session,true,,")
    rows.append(
        f"few_days,few_days,arm,control,saving,{ARMS},{ARMS + timedelta(days=1)},session,true,,"
    )
    rows.append(f"nobody,nobody,user,anna,ben,{ARMS},{last},user,false,,")
    for name, is_drawn in (("untyped", "false"), ("untyped_drawn", "true")):
        rows.append(f"{name},{name},project,api,web,{BASELINE},{last},session,{is_drawn},,")
    rows.append(f"under_way,under_way,arm,control,saving,{ARMS},2026-05-01,session,true,0.5,")
    days = [(folder / "experiment_days.csv").read_text().strip()]
    for name, planned in SCHEDULES.items():
        rows.append(f"{name},{name},schedule,,,{min(planned)},{max(planned)},day,true,,")
        days += [
            f"{name},{day},{pair},{str(is_on).lower()}" for day, (pair, is_on) in planned.items()
        ]
    first = SCHEDULES["on_off"]
    rows.append(f"washed,washed,schedule,,,{min(first)},{max(first)},day,true,,10")
    days += [f"washed,{day},{pair},{str(on).lower()}" for day, (pair, on) in first.items()]
    (folder / "experiments.csv").write_text("\n".join(rows) + "\n")
    (folder / "experiment_days.csv").write_text("\n".join(days) + "\n")


@dataclass(frozen=True)
class Found:
    """What the log came to."""

    answers: dict[str, dict[str, dict[str, Any]]]
    checks: dict[str, dict[str, dict[str, Any]]]
    logs: dict[str, Log]
    database: Path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("experiments")
    seeds(folder / "seeds")
    build = Build(folder, environment={"TARS_BENCH_SEED_PATH": str(folder / "seeds")})
    place, logs = Place(folder / "data", build.database), made_log()
    for name, log in logs.items():
        place.write(f"api_responses/{name}.jsonl", "".join(f"{json.dumps(one)}\n" for one in log))
    place.load()
    refresh_prices(build.database, folder / "seeds" / "price_overrides.csv", print)
    wanted = ("+experiment_answers", "+verdict_answers", "+report_provenance")
    build.build("--select", *wanted, *MODELS_ONLY)
    with duckdb.connect(str(build.database), read_only=True) as connection:
        answers = table(connection, "marts.experiment_answers", "question_id")
        checks = table(connection, "marts.experiment_checks", "check_id")
    return Found(answers, checks, logs, build.database)


def table(connection: duckdb.DuckDBPyConnection, name: str, key: str) -> dict[str, Any]:
    rows = connection.execute(f"select * from {name}")
    columns = [one[0] for one in rows.description]
    found: dict[str, Any] = defaultdict(dict)
    for values in rows.fetchall():
        row = dict(zip(columns, values, strict=True))
        found[row["experiment_id"]][row[key]] = row
    return dict(found)


def unit_cost(found: Found, name: str) -> dict[str, Any]:
    return found.answers[name]["unit_cost"]


# Labels at the same time


@pytest.mark.parametrize("name", sorted(NO_SAVING))
def test_an_arm_that_saves_nothing_is_not_called_cheaper(found: Found, name: str) -> None:
    row = unit_cost(found, name)
    assert row["answer"] != "cheaper"
    assert not (row["is_established"] and row["change_ratio"] < 0)


@pytest.mark.parametrize(
    ("name", "reason", "check"),
    [
        ("same", "chance", None),
        ("costs_halved", "chance", None),
        ("costs_nothing", "chance", None),
        ("cheap_work", "mix_not_comparable", None),
        ("easy_work", "unbalanced", "mix_drift_complexity"),
        ("cheap_weeks", "unbalanced", "days_overlap"),
        ("shared", "unbalanced", "shared_units"),
        ("more_task_ids", "drivers_disagree", None),
        ("no_usage", "unbalanced", "usage_gap"),
        ("few_days", "too_little_data", None),
        ("both_tags", "cost_unknown", None),
        ("nobody", "cost_unknown", None),
        ("untyped", "balance_not_measured", None),
        ("under_way", "under_way", None),
    ],
)
def test_why_an_arm_is_not_told(found: Found, name: str, reason: str, check: str | None) -> None:
    row = unit_cost(found, name)
    assert (row["reason_code"], row["reason_check_id"]) == (reason, check)


@pytest.mark.parametrize(
    ("name", "true_change"),
    [("saving", -0.4), ("by_tag", -0.4), ("several", -0.4), ("saving_with_errors", -0.4)],
)
def test_an_arm_that_saves_is_cheaper(found: Found, name: str, true_change: float) -> None:
    row = unit_cost(found, name)
    assert (row["answer"], row["is_established"], row["unit_of_work"]) == ("cheaper", True, "task")
    assert row["change_ratio_low"] < true_change < row["change_ratio_high"] < 0
    assert row["evidence_kind"] == ("side_by_side" if name == "by_tag" else "randomised")


def test_a_recorded_cost_moves_nothing(found: Found) -> None:
    """A tenth of the cost on record, 1.4 times the tokens: dearer."""
    row = unit_cost(found, "dearer_at_no_cost")
    assert (row["answer"], row["is_established"]) == ("dearer", True)
    assert row["change_ratio"] == pytest.approx(0.4, abs=0.05)


def test_the_change_is_that_of_the_log(found: Found) -> None:
    """Each task type's cost a task, weighted by the tasks of both sides, from the log itself."""
    tasks = [per_type(found.logs[arm]) for arm in ("control", "saving")]
    weights = {kind: sum(side[kind][1] for side in tasks) for kind in WORK}
    values = [
        sum(weights[kind] * side[kind][0] / side[kind][1] for kind in WORK) / sum(weights.values())
        for side in tasks
    ]
    row = unit_cost(found, "saving")
    assert [row["control_value"], row["treated_value"]] == pytest.approx(values, rel=1e-6)
    assert row["change_ratio"] == pytest.approx(values[1] / values[0] - 1, rel=1e-6)


def per_type(log: Log) -> dict[str, tuple[float, int]]:
    """Return cost and tasks of each task type."""
    return {
        kind: (
            sum(list_cost(one) for one in log if one["taskType"] == kind),
            len({one["taskId"] for one in log if one["taskType"] == kind}),
        )
        for kind in WORK
    }


@pytest.mark.parametrize(("name", "swapped"), [("saving", "swapped"), ("on_off", "off_on")])
def test_swapping_the_sides_flips_the_sign(found: Found, name: str, swapped: str) -> None:
    row, other = unit_cost(found, name), unit_cost(found, swapped)
    for key, opposite in (
        ("change_ratio", "change_ratio"),
        ("change_ratio_low", "change_ratio_high"),
        ("change_ratio_high", "change_ratio_low"),
    ):
        assert math.log1p(row[key]) == pytest.approx(-math.log1p(other[opposite]), abs=1e-9)
    assert (row["answer"], other["answer"]) == ("cheaper", "dearer")
    assert row["p_value"] == other["p_value"]


@pytest.mark.parametrize(
    ("name", "answer"),
    [("saving_with_errors", "worse"), ("nobody", "not_measured"), ("same", "open")],
)
def test_quality_is_asked_of_what_is_logged(found: Found, name: str, answer: str) -> None:
    assert found.answers[name]["quality"]["answer"] == answer


def test_an_error_rate_has_the_interval_of_its_ratio(found: Found) -> None:
    """The variance of a ratio by what was assigned (Cochran 1977, 6.4), with Student's t."""
    sides, parts = [found.logs[arm] for arm in ("control", "saving_with_errors")], []
    rates = [sum(one["error"] is not None for one in log) / len(log) for log in sides]
    widths = []
    for key in (lambda one: one["sessionId"], lambda one: one["timestamp"][:10]):
        parts = defaultdict(float)
        for sign, log, rate in zip((-1, 1), sides, rates, strict=True):
            for one in log:
                parts[key(one) if len(key(one)) == 10 else (sign, key(one))] += (
                    sign * ((one["error"] is not None) - rate) / len(log)
                )
        count = len({key(one) for one in sides[0]})
        variance = sum(part**2 for part in parts.values()) * count / (count - 1)
        widths.append(t_quantile(count - 1) * math.sqrt(variance))
    row = found.checks["saving_with_errors"]["error_rate"]
    assert row["observed_value"] == pytest.approx(rates[1] - rates[0], abs=1e-9)
    assert row["observed_low"] == pytest.approx(rates[1] - rates[0] - max(widths), rel=1e-3)
    assert row["observed_high"] == pytest.approx(rates[1] - rates[0] + max(widths), rel=1e-3)
    assert row["status"] == "serious"


def t_quantile(freedom: int) -> float:
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("saving", "balanced"),
        ("several", "balanced"),
        ("on_off", "balanced"),
        ("more_task_ids", "nearly_balanced"),
        ("cheap_work", "unbalanced"),
        ("shared", "unbalanced"),
        ("nobody", "not_measured"),
        ("untyped", "not_measured"),
        ("untyped_drawn", "balanced"),
    ],
)
def test_balance(found: Found, name: str, answer: str) -> None:
    assert found.answers[name]["balance"]["answer"] == answer


# Days switched on and off


def pair_differences(found: Found, name: str, first_hour: int = 0) -> tuple[Any, Any]:
    """Return each pair's ln(cost per task on / off) at its own mix, and its tasks."""
    days = defaultdict(list)
    for log in (found.logs["on_off"], found.logs["nothing_done"]):
        for one in log:
            if int(one["timestamp"][11:13]) >= first_hour:
                days[one["timestamp"][:10]].append(one)
    pairs: dict[int, dict[bool, dict[str, tuple[float, int]]]] = defaultdict(dict)
    for day, (pair, is_on) in SCHEDULES[name].items():
        pairs[pair][is_on] = per_type(days[day.isoformat()])
    differences, weights = [], []
    for _, pair in sorted(pairs.items()):
        mix = {kind: pair[True][kind][1] + pair[False][kind][1] for kind in WORK}
        on, off = (
            sum(mix[kind] * pair[side][kind][0] / pair[side][kind][1] for kind in WORK)
            for side in (True, False)
        )
        differences.append(math.log(on / off))
        weights.append(sum(mix.values()))
    return np.array(differences), np.array(weights, dtype=float)


def flipped_p(differences: Any, weights: Any, shift: float = 0.0) -> float:
    """Return the two-sided p of every way the signs could have fallen."""
    parts = weights * (differences - shift)
    signs = np.array(list(itertools.product((-1, 1), repeat=len(parts))))
    sums = signs @ parts
    above = np.mean(sums >= parts.sum() - 1e-9)
    below = np.mean(sums <= parts.sum() + 1e-9)
    return float(min(1.0, 2 * min(above, below)))


@pytest.mark.parametrize("name", ["on_off", "few_pairs", "washed"])
def test_the_test_is_that_of_all_signs(found: Found, name: str) -> None:
    schedule_name, first_hour = ("on_off", 10) if name == "washed" else (name, 0)
    differences, weights = pair_differences(found, schedule_name, first_hour)
    row = unit_cost(found, name)
    mean = float(np.average(differences, weights=weights))
    assert row["change_ratio"] == pytest.approx(math.expm1(mean), abs=1e-7)
    assert row["p_value"] == pytest.approx(flipped_p(differences, weights))
    assert row["smallest_p_value"] == 2 / 2 ** len(differences)
    if name == "few_pairs":
        assert (row["reason_code"], row["reason_value"], row["reason_limit"]) == (
            "too_few_pairs", 5, 6,
        )  # fmt: skip
        assert row["answer"] == "cannot_be_told"
        assert row["change_ratio_low"] is None
        return
    # The ends of the interval are where the test begins to reject.
    for end, outwards in ((row["change_ratio_low"], -1), (row["change_ratio_high"], 1)):
        bound = math.log1p(end)
        assert flipped_p(differences, weights, bound - outwards * 1e-6) > 0.05
        assert flipped_p(differences, weights, bound + outwards * 1e-6) <= 0.05
    assert row["answer"] == "cheaper"
    assert row["evidence_kind"] == "randomised"
    assert row["change_ratio_low"] < -0.25 < row["change_ratio_high"]


def test_equal_pairs_give_the_p_of_scipy(found: Found) -> None:
    """Every pair has as many tasks, so weights cancel out and SciPy's test is the same."""
    from scipy.stats import permutation_test

    differences, weights = pair_differences(found, "on_off")
    assert len(set(weights)) == 1
    done = permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert unit_cost(found, "on_off")["p_value"] == pytest.approx(done.pvalue)


def test_many_pairs_are_drawn_from(found: Found) -> None:
    differences, weights = pair_differences(found, "nothing_done")
    row = unit_cost(found, "nothing_done")
    assert len(differences) == 18
    assert row["interval_basis"] == "drawn_assignments"
    assert row["smallest_p_value"] == 2 / 10_000
    assert row["p_value"] == pytest.approx(flipped_p(differences, weights), abs=0.02)
    assert (row["answer"], row["reason_code"]) == ("no_clear_change", "chance")
    assert row["change_ratio_low"] < 0 < row["change_ratio_high"]


def test_a_switchback_with_nothing_done_is_called_clear_as_often_as_promised(
    found: Found,
) -> None:
    """The SQL itself over 1,000 switchbacks of seven skewed pairs: 2 of 128 ways are extreme."""
    with duckdb.connect(str(found.database), read_only=True) as connection:
        sql, relation = connection.execute(
            "select compiled_sql, database_name || '.intermediate.int_experiment_pairs'"
            " from meta.compiled_models where model_name = 'int_experiment_flips'"
        ).fetchone()
    draws = np.random.default_rng(8)
    size, pairs = 1000, 7
    skewed = draws.pareto(1.5, (size, pairs)) * draws.choice((-1, 1), (size, pairs))
    rows = [
        (f"{number:04}", pair, "unit_cost", float(skewed[number, pair]), 1.0 + pair)
        for number in range(size)
        for pair in range(pairs)
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "create table pairs (comparison_id varchar, pair_number integer,"
            " measure_id varchar, difference double, weight double)"
        )
        connection.executemany("insert into pairs values (?, ?, ?, ?, ?)", rows)
        for name in (relation, '"' + relation.replace(".", '"."') + '"'):
            sql = sql.replace(name, "pairs")
        tested = connection.execute(
            f"select p_value, change_low, change_high from ({sql}) order by comparison_id"
        ).fetchall()
    weights = np.arange(1, pairs + 1, dtype=float)
    for number in range(0, size, 100):
        expected = flipped_p(skewed[number], weights)
        assert tested[number][0] == pytest.approx(expected)
    p_values = np.array([row[0] for row in tested])
    for level, promised in ((0.05, 6 / 128), (0.2, 24 / 128)):
        often = float(np.mean(p_values <= level + 1e-9))
        assert abs(often - promised) < 3 * math.sqrt(promised * (1 - promised) / size)
    outside = np.mean([not low <= 0 <= high for _, low, high in tested])
    assert outside == np.mean(p_values <= 0.05)


# What reports say


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("saving", "A task costs 37–41% less on the treated side: measured ✅."),
        ("by_tag", "less on the treated side: established, side by side ✅."),
        ("same", "Whether a task costs less is open ❔: the change lies between -"),
        ("costs_nothing", "Whether a task costs less is open ❔: the change lies between -"),
        ("on_off", "Of all the ways the 14 pairs of days could have been drawn, 0.01% would show"),
        ("few_pairs", "with so few pairs of days (5) no result can be clear; it takes 6, and"),
        ("nothing_done", "more days would settle a change of this size."),
        ("under_way", "cannot be told ❔: 11 days of it are still to come, and who looks"),
        ("untyped", "no draw decided the sides, and the log does not tell whether they did the"),
        ("cheap_work", "the two sides share too little work of the same kind."),
        ("shared", "are not alike ❌: what was assigned to one is on the other, too."),
        ("saving_with_errors", "Quality got worse ❌: error rate is at least "),
        ("more_task_ids", "there were more of them for the same need, or so it looks."),
        ("nobody", "Whether the two sides are alike was not measured ❔: one side has no work"),
    ],
)
def test_a_report_says_it_in_words(found: Found, name: str, says: str) -> None:
    report = build_experiment_report(found.database, name, {})
    assert says in " ".join(answer.sentence for answer in report.answers)
    for render in (terminal.render, markdown.render, csv.render):
        assert name in render(report)
    assert json.loads(as_json.render(report))["answers"][0]["sentence"]


def test_what_spoils_an_experiment_is_said_first(found: Found) -> None:
    for name, first in (("shared", "balance"), ("nobody", "balance"), ("saving", "unit_cost")):
        assert build_experiment_report(found.database, name, {}).answers[0].question_id == first


def test_labels_asked_for_on_the_spot_get_the_answers_of_the_seed(found: Found) -> None:
    arms = Arms("arm", "control", "saving", ARMS, ON_OFF - timedelta(days=1), "session", True)
    asked = read_arms(found.database, arms).experiment
    for question, row in asked.answers.items():
        mine = {key: found.answers["saving"][question][key] for key in row if "_id" not in key}
        assert row | mine | {"experiment_name": ""} == row | {"experiment_name": ""}
    assert {one["check_id"] for one in asked.checks} == set(found.checks["by_tag"])


@pytest.mark.parametrize(
    ("arms", "says"),
    [
        (("arm", "control", "treatd"), "no call of these days has the arm 'treatd'"),
        (("user", "anna", "ben"), "no call of these days has the user 'anna'"),
        (("tag", "control", "all'; drop table x"), 'has the tag "all\'; drop table x"'),
    ],
)
def test_a_label_that_nobody_carries_is_refused(found: Found, arms: Any, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        read_arms(found.database, Arms(*arms, None, None, "session", False))


def test_one_of_several_experiments_has_to_be_named(found: Found) -> None:
    for name, says in ((None, "there are several experiments"), ("x", "no experiment 'x'")):
        with pytest.raises(UsageError, match=says):
            build_experiment_report(found.database, name, {})


def test_a_final_report_lists_every_experiment(found: Found) -> None:
    with duckdb.connect(str(found.database), read_only=True) as connection:
        section = experiments_section(read_experiments(connection))
    assert section is not None
    rows = {row.row_id.removeprefix("experiment:"): row.cells for row in section.tables[0].rows}
    assert set(rows) == set(found.answers)
    assert [cell.text for cell in rows["few_pairs"][2:4]] == ["measured", "cannot be told"]
    assert rows["by_tag"][2].text == "side by side"
    assert rows["saving_with_errors"][4].text == "worse ❌"
    assert experiments_section(()) is None
