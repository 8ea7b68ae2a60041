"""The cost bridge: worked by hand, and held against an implementation of its own."""

import json
from collections import defaultdict
from datetime import date
from fractions import Fraction
from operator import itemgetter

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from fixtures.bridge_days import CARDS, MILLION, call, rates, three_days
from fixtures.bridge_reference import (
    Request,
    Window,
    bridge,
    explained_share,
    lmdi,
    shapley,
)
from fixtures.bridge_sql import Bridge, Plan, compile_models, day
from tars_bench.simulate.generate import simulate
from tars_bench.simulate.options import PLAN_START, SimulationOptions

LIMIT, LEAST_SHARE = 1.1, 0.5  # vars bridge_billing_ratio_limit, bridge_explained_cost_share_min
HAND_PLAN = Plan(range(2), range(2, 3))


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return Bridge(compile_models(tmp_path_factory.mktemp("bridge")))


def phase_contributions(models):
    rows = models.query(
        "select factor_id, gross_contribution_usd_per_day from marts.cost_bridge_phases"
    )
    return dict(rows)


def model_contributions(models):
    rows = models.query(
        "select model_id, factor_id, contribution_usd_per_day from marts.cost_bridge_models"
    )
    return {(model, factor): value for model, factor, value in rows if value is not None}


def test_three_days_and_two_models_by_hand(models):
    models.run(three_days(), CARDS, HAND_PLAN)
    found = phase_contributions(models)
    assert found["workload"] == pytest.approx(float(Fraction(73, 12)), abs=1e-12)
    assert found["response_cache"] == pytest.approx(-6, abs=1e-12)
    assert found["model_mix"] == pytest.approx(float(Fraction(-37, 12)), abs=1e-12)
    others = set(found) - {"workload", "response_cache", "model_mix"}
    assert {found[factor] for factor in others} <= {0.0}
    by_model = model_contributions(models)
    assert by_model["large", "workload"] == pytest.approx(53 / 9, abs=1e-12)
    assert by_model["large", "response_cache"] == pytest.approx(-52 / 9, abs=1e-12)
    assert by_model["large", "model_mix"] == pytest.approx(-37 / 9, abs=1e-12)
    assert by_model["small", "workload"] == pytest.approx(7 / 36, abs=1e-12)
    assert by_model["small", "response_cache"] == pytest.approx(-8 / 36, abs=1e-12)
    assert by_model["small", "model_mix"] == pytest.approx(37 / 36, abs=1e-12)


def test_the_drivers_and_costs_of_the_three_days(models):
    models.run(three_days(), CARDS, HAND_PLAN)
    rows = models.query(
        "select factor_id, baseline_daily_usd, phase_daily_usd, baseline_driver_value,"
        " phase_driver_value from marts.cost_bridge_phases"
    )
    drivers = {factor: values for factor, *values in rows}
    assert drivers["workload"] == [16, 13, 2, 3]
    assert drivers["requests_per_task"][2:] == [2, 2]
    assert drivers["response_cache"][2:] == [1, pytest.approx(2 / 3)]
    assert drivers["prompt_tokens"][2:] == [MILLION, MILLION]
    assert drivers["prompt_cache"][2:] == [4, 3.25]
    assert drivers["vendor_price"][2:] == [1, 1]


def test_a_hit_that_adds_a_request_and_spares_no_call_saves_nothing(models):
    """Two tasks of one call each, before and after; then each has a request more, a hit.

    Requests per task double, the share sent to a provider halves: plus and minus the same
    dollars, of a bill that stays 8.
    """
    calls = [call(number, "large", f"{number}{task}") for number in (0, 1) for task in "ab"]
    hits = [Request(1, "large", f"1{task}", is_hit=True) for task in "ab"]
    models.run(calls + hits, CARDS, Plan(range(1), range(1, 2)))
    gross = phase_contributions(models)
    assert gross["requests_per_task"] == pytest.approx(-gross["response_cache"])
    assert gross["requests_per_task"] > 1
    net = dict(
        models.query("select factor_id, contribution_usd_per_day from marts.cost_bridge_phases")
    )
    assert not any(net.values())


def test_a_replaced_model_leaves_the_workload_to_the_workload(models):
    """Twice the calls on a new model of the same price: all of it is workload, none is mix."""
    before = [call(0, "large", f"a{n}") for n in range(10)]
    after = [call(1, "twin", f"b{n}") for n in range(20)]
    models.run(before + after, {**CARDS, "twin": CARDS["large"]}, Plan(range(1), range(1, 2)))
    found = phase_contributions(models)
    assert found["workload"] == pytest.approx(40, abs=1e-9)
    assert found["model_mix"] == pytest.approx(0, abs=1e-9)


def test_a_batch_that_is_billed_in_full_saves_nothing(models):
    """Half of the list price by its batch id, all of it on the bill: 4 dollars a call stay 4.

    Two calls stay two, of which the list has three quarters and the bill all of it: over the orders
    of two factors (3/4, 4/3) the discount has 8 × (-1/4 - 1/3) / 2 and the bill the opposite.
    """
    calls = [call(0, "large", "a", recorded=4.0), call(0, "large", "d")]
    calls += [call(1, "large", "b", recorded=4.0, is_batched=True), call(1, "large", "c")]
    models.run(calls, CARDS, Plan(range(1), range(1, 2)))
    gross = phase_contributions(models)
    assert gross["batch_discount"] == pytest.approx(-7 / 3)
    assert gross["billing"] == pytest.approx(7 / 3)
    net = models.query(
        "select contribution_usd_per_day from marts.cost_bridge_phases"
        " where factor_id in ('batch_discount', 'billing')"
    )
    assert [value for (value,) in net] == pytest.approx([0, 0], abs=1e-12)


def test_a_renamed_model_with_a_prompt_cache_is_cache_and_not_mix(models):
    """A model of the same price that reads nine tenths of the same prompt from its cache.

    4 dollars a call become 0.1 × 4 + 0.9 × 0.5 = 0.85: all of it is the prompt cache.
    """
    cached = {"uncached_input": MILLION // 10, "cache_read": 9 * MILLION // 10}
    calls = [call(0, "large", "a"), call(1, "twin", "b", tokens=cached)]
    models.run(calls, {**CARDS, "twin": CARDS["large"]}, Plan(range(1), range(1, 2)))
    found = phase_contributions(models)
    assert found["prompt_cache"] == pytest.approx(0.85 - 4)
    assert found["model_mix"] == pytest.approx(0, abs=1e-12)
    assert found["prompt_tokens"] == pytest.approx(0, abs=1e-12)


def test_tokens_read_from_a_cache_are_worth_what_they_cost(models):
    """A million tokens more a call, all read from the cache: half a dollar of longer prompts.

    Where as much is read as is no longer sent anew, and a million on top, that is apart.
    """
    more = {"uncached_input": MILLION, "cache_read": MILLION}
    plan = Plan(range(1), range(1, 2))
    models.run([call(0, "large", "a"), call(1, "large", "b", tokens=more)], CARDS, plan)
    found = phase_contributions(models)
    assert (found["prompt_tokens"], found["prompt_cache"]) == (pytest.approx(0.5), 0)
    read = {"uncached_input": 0, "cache_read": 2 * MILLION}
    models.run([call(0, "large", "a"), call(1, "large", "b", tokens=read)], CARDS, plan)
    found = phase_contributions(models)
    assert found["prompt_tokens"] == pytest.approx(0.5)
    assert found["prompt_cache"] == pytest.approx(0.5 - 4)


def test_a_price_cut_is_the_vendors_and_not_ours(models):
    """4 dollars a million become 3; the same call costs 4, then 3, and 4 at constant prices."""
    cards = {"large": [(0, rates(4.0, 20.0)), (1, rates(3.0, 15.0))]}
    calls = [call(0, "large", "a"), call(1, "large", "b")]
    models.run(calls, cards, Plan(range(1), range(1, 2)))
    assert phase_contributions(models)["vendor_price"] == pytest.approx(-1)
    assert models.query(
        "select as_billed_reduction_ratio, constant_price_reduction_ratio, price_effect_ratio,"
        " price_effect_saving_usd_per_day, workload_adjusted_reduction_ratio"
        " from intermediate.int_cost_reductions"
    ) == [(0.25, 0.0, 0.25, 1.0, 0.25)]


def test_a_model_without_a_price_yet_takes_the_first_one_known(models):
    """New at 8 dollars on day 1 and 6 on day 2; the baseline's card has it at 8."""
    cards = {**CARDS, "new": [(1, rates(8.0, 40.0)), (2, rates(6.0, 30.0))]}
    calls = [call(0, "large", "a"), call(2, "new", "b")]
    models.run(calls, cards, Plan(range(1), range(2, 3)))
    assert models.query(
        "select phase_daily_usd, phase_constant_price_daily_usd"
        " from intermediate.int_cost_reductions"
    ) == [(6.0, 8.0)]
    found = phase_contributions(models)
    assert found["vendor_price"] == pytest.approx(-1)  # half of 0 × (6 - 8), half of 1 × (6 - 8)
    assert found["model_mix"] == pytest.approx(3)


def test_a_free_model_that_gets_a_price_is_a_price_change(models):
    cards = {"large": [(0, rates(0.0, 0.0)), (1, rates(3.0, 15.0))]}
    calls = [call(0, "large", "a"), call(1, "large", "b")]
    models.run(calls, cards, Plan(range(1), range(1, 2)))
    assert phase_contributions(models)["vendor_price"] == pytest.approx(3)
    assert models.query(
        "select as_billed_reduction_ratio, missing_reason from intermediate.int_cost_reductions"
    ) == [(None, "baseline_zero")]


def test_tokens_that_do_not_explain_the_cost_are_not_blamed_for_it(models):
    """1 dollar a call, then 3, on the same tokens worth 4: no driver is invented."""
    calls = [call(0, "large", "a", recorded=1.0), call(1, "large", "b", recorded=3.0)]
    models.run(calls, CARDS, Plan(range(1), range(1, 2)))
    found = phase_contributions(models)
    assert found["unexplained_rate"] == pytest.approx(2)
    assert found["prompt_tokens"] is found["billing"] is found["vendor_price"] is None
    # Of $1 and $3 for tokens worth $4.
    assert models.query(
        "select token_explanation_code, missing_reason, baseline_explained_share,"
        " phase_explained_share, baseline_billing_ratio, phase_billing_ratio"
        " from marts.cost_bridge_phases where factor_id = 'billing'"
    ) == [("share_too_low", "tokens_do_not_explain", 0, 0, 0.25, 0.75)]


def test_a_family_without_prices_has_its_rate_in_one_factor(models):
    calls = [
        call(0, "large", "a"),
        call(0, "house", "b", recorded=1.0),
        call(1, "large", "c"),
        call(1, "house", "d", recorded=2.0),
    ]
    models.run(calls, CARDS, Plan(range(1), range(1, 2)))
    assert phase_contributions(models)["unexplained_rate"] == pytest.approx(1)
    assert models.query(
        "select baseline_priced_cost_share, phase_priced_cost_share"
        " from intermediate.int_cost_reductions"
    ) == [(pytest.approx(4 / 5), pytest.approx(4 / 6))]


def test_days_and_phases_without_calls_say_so(models):
    calls = [call(0, "large", "a"), call(1, "large", "b")]
    models.run(calls, CARDS, Plan(range(1), range(1, 3)))
    reasons = "select distinct metric_date, missing_reason from marts.cost_bridge_days order by all"
    assert models.query(reasons) == [(day(1), None), (day(2), "no_call_on_day")]
    models.run(calls[:1], CARDS, Plan(range(1), range(1, 3)))
    assert models.query("select distinct missing_reason from marts.cost_bridge_phases") == [
        ("no_call_in_phase",)
    ]
    assert models.query("select count(*) from marts.cost_bridge_models") == [(0,)]
    assert models.query("select missing_reason from intermediate.int_cost_reductions") == [
        ("no_call_in_phase",)
    ]


def test_shapley_and_lmdi_tell_the_same_story_where_nothing_is_zero():
    draws = np.random.default_rng(4)
    for _ in range(50):
        before = draws.uniform(0.5, 2, 6)
        after = before * draws.uniform(0.8, 1.25, 6)
        gap = np.abs(shapley(before, after) - lmdi(before, after)).max()
        assert gap < 0.005 * max(np.prod(before), np.prod(after))


def simulated(folder):
    """The simulator's log of the specification's plan, thinned out, read as it was written."""
    simulate(SimulationOptions(folder, calls_per_day=60, weekend_ratio=0.6), print)
    for path in sorted((folder / "api_responses").glob("*.jsonl")):
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            yield Request(
                day=(date.fromisoformat(line["timestamp"][:10]) - PLAN_START).days,
                model=line["model"],
                task=line["taskId"],
                tokens={"uncached_input": line["tokenInput"], "output": line["tokenOutput"]},
                is_hit=line["cacheHit"],
                is_batched=line["batchId"] is not None,
                recorded=line["cost"],
            )


def test_the_sql_agrees_with_the_formula_on_simulated_logs(models, tmp_path):
    """List prices fall by 4 % halfway, so that every factor but the unexplained one moves."""
    cards = {
        "claude-sonnet-4-5": [(0, rates(3.0, 15.0)), (14, rates(2.88, 14.4))],
        "claude-haiku-4-5": [(0, rates(1.0, 5.0))],
    }
    requests = list(simulated(tmp_path / "data"))
    plan = Plan(range(3), range(3, 26))
    models.run(requests, cards, plan)
    compare_windows(models, requests, cards, plan)
    nothing_is_left_over(models)
    found = phase_contributions(models)
    assert found.pop("unexplained_rate") == 0
    assert all(abs(value) > 1e-6 for factor, value in found.items() if factor != "prompt_cache")


counts = st.integers(0, 4).map(lambda number: number * 1000)
prices = st.sampled_from([None, 0.0, 0.5, 2.0, 7.25])
versions = st.lists(
    st.tuples(st.integers(0, 4), st.builds(rates, prices, prices, prices)), max_size=3
)


@st.composite
def logs(draw):
    """Few days, few models: zeros, gaps, new and vanished models, hits, missing prices."""
    names = ("large", "small", "other")
    cards = {}
    for name in names:
        cards[name] = sorted(dict(draw(versions)).items(), key=itemgetter(0))
    one = st.builds(
        Request,
        day=st.integers(0, 4),
        model=st.sampled_from(names),
        task=st.sampled_from("abcdef"),
        tokens=st.fixed_dictionaries(
            {"uncached_input": counts, "cache_read": counts, "output": counts}
        ),
        is_hit=st.booleans(),
        is_batched=st.booleans(),
        recorded=st.sampled_from([None, None, None, 0.0, 0.01, 0.5]),
    )
    return draw(st.lists(one, min_size=2, max_size=14)), cards


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(log=logs(), split=st.integers(1, 4))
def test_the_sql_agrees_with_the_formula_on_any_log(models, log, split):
    requests, cards = log
    plan = Plan(range(split), range(split, 5))
    models.run(requests, cards, plan)
    compare_windows(models, requests, cards, plan)
    nothing_is_left_over(models)


def window(requests, numbers):
    """The requests of some days, as the reference takes them."""
    inside = [request for request in requests if request.day in numbers]
    last_day = {one.task: one.day for one in sorted(requests, key=lambda one: one.day)}
    tasks = sum(ended in numbers for ended in last_day.values())
    return Window(inside, len({one.day for one in inside if not one.is_hit}), tasks)


def compare_windows(models, requests, cards, plan):
    """The phase by model and factor, and each of its days by factor."""
    before = window(requests, plan.baseline)
    after = window(requests, plan.phase)
    is_explained = all(
        explained_share(part.requests, cards, LIMIT) >= LEAST_SHARE for part in (before, after)
    )
    card_day = max((one.day for one in before.requests if not one.is_hit), default=0)
    compared = models.query(
        "select metric_date from intermediate.int_cost_bridge_comparisons"
        " where missing_reason is null"
    )
    for (compared_on,) in compared:
        number = None if compared_on is None else (compared_on - day(0)).days
        part = after if number is None else window(requests, [number])
        expected = bridge(before, part, cards, card_day, is_explained)
        found = model_contributions(models) if number is None else day_contributions(models, number)
        agree(found, expected if number is None else by_factor(expected))


def day_contributions(models, number):
    rows = models.query(
        "select factor_id, contribution_usd from marts.cost_bridge_days"
        f" where metric_date = '{day(number)}' and contribution_usd is not null"
    )
    return dict(rows)


def by_factor(contributions):
    sums = defaultdict(float)
    for (_, factor), value in contributions.items():
        sums[factor] += value
    return sums


def agree(found, expected):
    scale = max(map(abs, [*expected.values(), 1e-6]))
    for key in set(found) | set(expected):
        assert found.get(key, 0.0) == pytest.approx(expected.get(key, 0.0), abs=1e-9 * scale), key


def nothing_is_left_over(models):
    rows = models.query(
        "select phase_id, null, baseline_daily_usd, phase_daily_usd, contribution_usd_per_day"
        " from marts.cost_bridge_phases union all"
        " select phase_id, metric_date, baseline_daily_usd, day_usd, contribution_usd"
        " from marts.cost_bridge_days"
    )
    totals = defaultdict(list)
    for phase, number, start, end, contribution in rows:
        if start is not None and end is not None:
            totals[phase, number, start, end].append(contribution or 0.0)
    for (_, _, start, end), parts in totals.items():
        scale = max(abs(start), abs(end), *map(abs, parts), 1e-9)
        assert sum(parts) == pytest.approx(end - start, abs=1e-9 * scale)
