"""The simulator's parts, against figures worked by hand or by other code."""

import math
import statistics

import numpy as np
import pytest

from tars_bench.simulate.calibration import balanced_count, calibrate, fitted_latency
from tars_bench.simulate.draws import Draws, largest_remainder, normal_quantile
from tars_bench.simulate.plan import BASELINE, PHASE_1, PLAN


def test_the_normal_quantile_agrees_with_the_standard_library() -> None:
    places = [1e-9, 1e-4, 0.01, 0.08, 0.079999, 0.3, 0.5, 0.77, 0.92, 0.95, 0.99, 1 - 1e-7]
    expected = [statistics.NormalDist().inv_cdf(place) for place in places]
    assert normal_quantile(np.array(places)) == pytest.approx(expected, abs=1e-7)


def test_largest_remainder() -> None:
    # Whole parts 1, 0, 2 leave two of five; the largest remainders are 0.7 and 0.6.
    assert largest_remainder(np.array([1.7, 0.6, 2.7 - 1e-6]), 5).tolist() == [2, 0, 3]
    assert largest_remainder(np.array([1.5, 0.6, 2.9]), 5).tolist() == [1, 1, 3]


def test_stratified_flags_are_as_many_as_expected() -> None:
    draws = Draws(1, 0, is_stratified=True)
    assert draws.flags(702, 14.04).sum() == 14
    assert draws.flags(3, 8).sum() == 3
    assert draws.flags(0, 0).sum() == 0


def test_independent_flags_vary_around_what_is_expected() -> None:
    draws = Draws(1, 0, is_stratified=False)
    counts = [int(draws.flags(1_000, 200).sum()) for _ in range(400)]
    # Binomial: mean 200, standard deviation √160 = 12.65.
    assert statistics.mean(counts) == pytest.approx(200, abs=3)
    assert statistics.stdev(counts) == pytest.approx(12.65, abs=1.5)


def test_flags_along_keep_the_mean() -> None:
    draws = Draws(1, 0, is_stratified=True)
    values = draws.lognormal(draws.normal(600), 1.0)
    chosen = draws.flags_along(values, 60)
    assert chosen.sum() == 60
    assert values[chosen].mean() == pytest.approx(values.mean(), rel=0.02)


def test_stratified_lognormal_values_have_mean_one_and_their_quantiles() -> None:
    draws = Draws(1, 0, is_stratified=True)
    values = draws.lognormal(draws.normal(2_000), 0.5)
    assert values.mean() == pytest.approx(1, abs=1e-12)
    assert np.median(values) == pytest.approx(math.exp(-0.125), rel=0.01)


def test_calls_are_as_many_as_a_whole_number_of_errors_allows() -> None:
    # 14 of 702 is 1.994 %; 13 of 636 is 2.04 % and 14 is 2.20 %, so 2.1 % needs fewer calls.
    assert balanced_count(702, 0.020) == 702
    assert balanced_count(636, 0.021) == 630
    assert balanced_count(2_340_000, 0.020) == 2_340_000


def test_the_baselines_output_ratio_makes_ten_dollars_a_million() -> None:
    # 3 × (1 − x) + 15 × x = 10 gives x = 7 / 12.
    assert calibrate(BASELINE).output_ratio == pytest.approx(7 / 12)


def test_phase_1_is_solved_by_cost_and_routing_savings() -> None:
    # All on Sonnet the day would cost 6.43 + 1.62 = $8.05 for 0.729 million tokens: 3 + 12x =
    # 11.04252 gives x = 0.670210. A routed token then saves 2 + 8x = $7.36168 a million, so
    # 1.62 / 7.36168 = 0.220059 million tokens are Haiku's, of 45 % of 212 calls a day.
    recipe = calibrate(PHASE_1)
    assert recipe.output_ratio == pytest.approx(0.670210, abs=1e-6)
    assert recipe.simple_tokens * recipe.simple_calls / 3 == pytest.approx(220_059, rel=1e-5)


@pytest.mark.parametrize("plan", PLAN, ids=lambda plan: plan.phase_id)
def test_every_phases_parts_are_possible(plan: object) -> None:
    recipe = calibrate(plan)  # type: ignore[arg-type]
    assert 0 < recipe.output_ratio < 1
    assert 0 < recipe.simple_tokens < recipe.complex_tokens
    assert 0 <= recipe.batched_simple <= recipe.simple_calls
    assert 0 <= recipe.sonnet_hit_ratio < 1


def test_latency_fits_mean_and_percentiles_together() -> None:
    mu, sigma = fitted_latency(1_500, 3_000, 4_100)
    assert math.exp(mu + sigma**2 / 2) == pytest.approx(1_500, rel=0.015)
    assert math.exp(mu + 1.644854 * sigma) == pytest.approx(3_000, rel=0.015)
    assert math.exp(mu + 2.326348 * sigma) == pytest.approx(4_100, rel=0.015)
