"""Experiments from file to answer: labels at the same time, and days switched on and off.

One log holds them all: `fixtures/made_experiments.py`.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from build_helpers import MODELS_ONLY, Build
from load_helpers import Place

from fixtures.experiment_reference import flipped_p, pair_differences, per_type
from fixtures.log_changes import WORK, Log
from fixtures.made_experiments import ARMS, NO_SAVING, ON_OFF, made_log, seeds
from tars_bench.pricing.book import refresh_prices
from tars_bench.reports.documents.experiment import build_experiment_report
from tars_bench.reports.read.experiment_answers import read_experiments
from tars_bench.reports.read.experiments import Arms, read_arms
from tars_bench.reports.render import csv, markdown, terminal
from tars_bench.reports.render import json as as_json
from tars_bench.reports.sections.experiments import experiments_section
from tars_bench.shared.errors import UsageError


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


@pytest.mark.parametrize("name", ["on_off", "few_pairs", "washed"])
def test_the_test_is_that_of_all_signs(found: Found, name: str) -> None:
    schedule_name, first_hour = ("on_off", 10) if name == "washed" else (name, 0)
    differences, weights = pair_differences(found.logs, schedule_name, first_hour)
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

    differences, weights = pair_differences(found.logs, "on_off")
    assert len(set(weights)) == 1
    done = permutation_test((differences,), np.mean, permutation_type="samples", n_resamples=np.inf)
    assert unit_cost(found, "on_off")["p_value"] == pytest.approx(done.pvalue)


def test_many_pairs_are_drawn_from(found: Found) -> None:
    differences, weights = pair_differences(found.logs, "nothing_done")
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
