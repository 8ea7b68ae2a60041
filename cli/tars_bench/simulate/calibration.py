"""From a phase's planned figures to the parameters its calls are drawn with.

All calls of a phase share one output ratio x. At list price a Sonnet token then costs
3 + 12x dollars per million and a Haiku token 1 + 4x. What routing saves is the difference,
2 + 8x, on the tokens that went to Haiku, and half of it on those of batched calls; so the daily
cost before batching and routing, all at Sonnet's price, gives x, and the routing savings give
Haiku's share of the tokens.
"""

import math
from dataclasses import dataclass

from tars_bench.simulate.plan import TOKENS_PER_CACHE_HIT, PhasePlan

SONNET_USD_PER_MILLION = (3, 15)
"""claude-sonnet-4-5, input and output (Anthropic's list price)."""
HAIKU_USD_PER_MILLION = (1, 5)
"""claude-haiku-4-5, input and output (Anthropic's list price)."""
BATCH_DISCOUNT = 0.5
"""A batched call costs half of its list price."""
PRUNED_CALL_RATIO = 0.6
"""Share of unbatched Sonnet calls whose context is pruned once pruning is on."""

_UNROUTED_SIMPLE_TOKEN_RATIO = 0.30
_USUAL_SIGMA = 0.47
_COUNT_TOLERANCE = 0.02
_ROUNDS = 50


@dataclass(frozen=True)
class Recipe:
    """The parameters of one phase, totals over all its days.

    Attributes:
        calls: API calls.
        simple_calls: Those of low complexity.
        routed_calls: Simple calls that go to Haiku.
        output_ratio: Output tokens over all tokens.
        simple_tokens, complex_tokens: Mean tokens of a call of that kind.
        cache_hits: Requests the response cache answers.
        sonnet_hit_ratio: Share of hits that would have gone to Sonnet.
        batched_simple, batched_complex: Calls sent in batches, by kind.
        pruned_ratio: Share of unbatched Sonnet calls whose context was pruned, by
            `pruned_tokens` each on average.
        lazy_loaded: Deferred pieces of work that were needed after all.
        latency_mu, latency_sigma: Log-normal response time in milliseconds.
    """

    plan: PhasePlan
    calls: float
    simple_calls: float
    routed_calls: float
    output_ratio: float
    simple_tokens: float
    complex_tokens: float
    cache_hits: float
    sonnet_hit_ratio: float
    batched_simple: float
    batched_complex: float
    batches: float
    pruned_ratio: float
    pruned_tokens: float
    deferred: float
    lazy_loaded: float
    errors: float
    latency_mu: float
    latency_sigma: float


def calibrate(plan: PhasePlan) -> Recipe:
    """Solve the parameters with which a phase meets its planned figures."""
    calls = balanced_count(plan.calls * plan.days, plan.error_ratio)
    simple = calls * plan.simple_call_ratio
    mix = _solved_mix(plan)
    x = mix.output_ratio
    mean_tokens = plan.tokens * plan.days / calls
    batched = plan.batched_ratio * calls
    batched_simple = batched * mix.batched_simple_ratio
    hits = calls * plan.cache_hit_ratio / (1 - plan.cache_hit_ratio)
    routed = simple * plan.routed_ratio
    prunable = calls - routed - (batched - batched_simple * plan.routed_ratio)
    pruned = prunable * PRUNED_CALL_RATIO if plan.pruning_usd else 0.0
    mu, sigma = fitted_latency(plan.response_avg_ms, plan.response_p95_ms, plan.response_p99_ms)
    return Recipe(
        plan=plan,
        calls=calls,
        simple_calls=simple,
        routed_calls=routed,
        output_ratio=x,
        simple_tokens=mean_tokens * mix.simple_size,
        complex_tokens=mean_tokens * mix.complex_size,
        cache_hits=hits,
        sonnet_hit_ratio=_sonnet_hit_ratio(plan, x, hits),
        batched_simple=batched_simple,
        batched_complex=batched - batched_simple,
        batches=plan.batches * plan.days,
        pruned_ratio=PRUNED_CALL_RATIO if plan.pruning_usd else 0.0,
        pruned_tokens=_pruned_tokens(plan, pruned),
        deferred=plan.deferred * plan.days,
        lazy_loaded=_lazy_loaded(plan),
        errors=plan.error_ratio * calls,
        latency_mu=mu,
        latency_sigma=sigma,
    )


def balanced_count(calls: float, error_ratio: float) -> int:
    """The number of calls near `calls` with which a whole number of errors comes nearest the ratio.

    636 calls cannot have 2.1 % errors (13 are 2.04 %, 14 are 2.20 %); 630 come within 1.8 %.
    """
    least = math.ceil(calls * (1 - _COUNT_TOLERANCE / 2))
    most = max(math.floor(calls * (1 + _COUNT_TOLERANCE / 2)), least)
    usual = max(round(calls), 1)
    if not error_ratio or _imbalance(usual, calls, error_ratio) < _COUNT_TOLERANCE * 0.75:
        return usual
    return min(range(least, most + 1), key=lambda n: _imbalance(n, calls, error_ratio))


def _imbalance(count: int, calls: float, error_ratio: float) -> float:
    errors = round(count * error_ratio)
    return max(abs(count / calls - 1), abs(errors / (count * error_ratio) - 1))


def fitted_latency(avg: float, p95: float | None, p99: float | None) -> tuple[float, float]:
    """Mu and sigma of the log-normal whose mean, p95 and p99 are nearest the three (minimax)."""
    if p95 is None or p99 is None:
        return math.log(avg) - _USUAL_SIGMA**2 / 2, _USUAL_SIGMA
    logs = (math.log(avg), math.log(p95), math.log(p99))

    def gaps(sigma: float) -> list[float]:
        offsets = (sigma * sigma / 2, 1.6448536 * sigma, 2.3263479 * sigma)
        return [log - offset for log, offset in zip(logs, offsets, strict=True)]

    sigma = min(
        (step / 1000 for step in range(200, 900)), key=lambda s: max(gaps(s)) - min(gaps(s))
    )
    return (max(gaps(sigma)) + min(gaps(sigma))) / 2, sigma


def _price(usd_per_million: tuple[int, int], output_ratio: float) -> float:
    return usd_per_million[0] + (usd_per_million[1] - usd_per_million[0]) * output_ratio


@dataclass(frozen=True)
class _Mix:
    """How tokens and batches divide; sizes are relative to the mean call."""

    output_ratio: float
    simple_size: float
    complex_size: float
    batched_simple_ratio: float


def _solved_mix(plan: PhasePlan) -> _Mix:
    """The mix that meets cost, routing and batching savings at once.

    A batched call's routing saves half, so the whole difference in price depends on how many of
    the routed calls are batched, which depends on the mix: repeated until it stands still.
    """
    batched_share = 0.0
    for _ in range(_ROUNDS):
        mix = _mix(plan, plan.routing_usd / (1 - BATCH_DISCOUNT * batched_share))
        batched_share = plan.batched_ratio * mix.batched_simple_ratio / plan.simple_call_ratio
    return mix


def _mix(plan: PhasePlan, routing_usd: float) -> _Mix:
    at_sonnet = (plan.cost_usd + plan.batching_usd + routing_usd) / plan.tokens * 1e6
    low, high = SONNET_USD_PER_MILLION
    x = (at_sonnet - low) / (high - low)
    saved_per_million = _price(SONNET_USD_PER_MILLION, x) - _price(HAIKU_USD_PER_MILLION, x)
    token_ratio = _UNROUTED_SIMPLE_TOKEN_RATIO
    if plan.routed_ratio:
        token_ratio = routing_usd / plan.tokens * 1e6 / saved_per_million / plan.routed_ratio
    simple_size = token_ratio / plan.simple_call_ratio
    complex_size = (1 - token_ratio) / (1 - plan.simple_call_ratio)
    ratio = _batched_simple_ratio(plan, x, simple_size, complex_size)
    return _Mix(x, simple_size, complex_size, ratio)


def _batched_simple_ratio(
    plan: PhasePlan, x: float, simple_size: float, complex_size: float
) -> float:
    """The mix of kinds with which half of the batched calls' list price is what batching saves."""
    if not plan.batched_ratio:
        return 0.0
    sonnet, haiku = _price(SONNET_USD_PER_MILLION, x), _price(HAIKU_USD_PER_MILLION, x)
    simple_usd = simple_size * (plan.routed_ratio * haiku + (1 - plan.routed_ratio) * sonnet)
    complex_usd = complex_size * sonnet
    batched_tokens = plan.tokens * plan.batched_ratio
    wanted_usd = plan.batching_usd / BATCH_DISCOUNT / batched_tokens * 1e6
    return min(max((complex_usd - wanted_usd) / (complex_usd - simple_usd), 0.0), 1.0)


def _sonnet_hit_ratio(plan: PhasePlan, x: float, hits: float) -> float:
    """The mix of models with which the avoided tokens are worth what caching saves."""
    if not hits:
        return 0.0
    per_million = plan.caching_usd * plan.days / (hits * TOKENS_PER_CACHE_HIT) * 1e6
    sonnet, haiku = _price(SONNET_USD_PER_MILLION, x), _price(HAIKU_USD_PER_MILLION, x)
    return min(max((per_million - haiku) / (sonnet - haiku), 0.0), 1.0)


def _pruned_tokens(plan: PhasePlan, pruned_calls: float) -> float:
    if not pruned_calls:
        return 0.0
    return plan.pruning_usd * plan.days / SONNET_USD_PER_MILLION[0] * 1e6 / pruned_calls


def _lazy_loaded(plan: PhasePlan) -> float:
    """Deferred work later needed: the rest, at the cost of a call, is what lazy loading saves."""
    return max(plan.deferred - plan.lazy_usd * plan.calls / plan.cost_usd, 0.0) * plan.days
