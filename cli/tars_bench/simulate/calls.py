"""The API calls of a phase."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from tars_bench.simulate.calibration import (
    BATCH_DISCOUNT,
    HAIKU_USD_PER_MILLION,
    SONNET_USD_PER_MILLION,
    Recipe,
)
from tars_bench.simulate.draws import Draws, Flags, Floats, Ints, largest_remainder
from tars_bench.simulate.sessions import (
    PROFILE_CALLS,
    PROFILE_TOKENS,
    SECONDS_PER_DAY,
    SessionDays,
)
from tars_bench.simulate.vocabulary import (
    BATCH_CATEGORIES,
    COMPLEX_TASK_TYPES,
    ERRORS,
    HAIKU,
    NONE,
    SIMPLE_TASK_TYPES,
    SONNET,
)

Columns: TypeAlias = dict[str, npt.NDArray[Any]]

_SESSION_SHARE = 0.15
_INPUT_SIGMA, _OUTPUT_SIGMA, _QUALITY_SIGMA = 0.70, 0.60, 0.60
_OUTPUT_PULL, _MODEL_PULL, _SESSION_PULL = 0.45, 0.35, 0.25
_NANO_PER_TOKEN = 1_000 * np.array([SONNET_USD_PER_MILLION, HAIKU_USD_PER_MILLION])


def list_nano(model: Ints, input_tokens: Ints, output_tokens: Ints) -> Ints:
    """List price in nano-dollars, exactly."""
    prices = _NANO_PER_TOKEN[model]
    nano: Ints = input_tokens * prices[:, 0] + output_tokens * prices[:, 1]
    return nano


def whole(values: Floats) -> Ints:
    """The nearest whole numbers, at least 1."""
    return np.maximum(np.rint(values), 1).astype(np.int64)


def batch_category(batch: Ints) -> Ints:
    """The category of a day's n-th batch, a place in BATCH_CATEGORIES."""
    return (batch * 7 // 2) % len(BATCH_CATEGORIES)


def draw_calls(recipe: Recipe, sessions: SessionDays, draws: Draws) -> Columns:
    """The columns of `Requests` for every call, session by session; `parent` is its own row."""
    counts = draws.counts(sessions.weight, recipe.calls, sessions.usual_weight)
    session = np.repeat(np.arange(len(sessions.day)), counts)
    profile, day, taste = sessions.profile[session], sessions.day[session], sessions.taste[session]
    is_simple = _simple_flags(recipe, profile, draws)
    size = _mean_tokens(recipe, profile, is_simple, draws)
    group = 2 * profile + is_simple
    input_factor, _ = _factors(_INPUT_SIGMA, day, group, taste, draws)
    output_factor, output_score = _factors(_OUTPUT_SIGMA, day, group, taste, draws)
    input_tokens = whole(size * (1 - recipe.output_ratio) * input_factor)
    output_tokens = whole(size * recipe.output_ratio * output_factor)
    model = _route(recipe, is_simple, output_tokens, draws)
    cost = list_nano(model, input_tokens, output_tokens)
    is_batched = _batched_flags(recipe, is_simple, cost, draws)
    batch, time_s = _send_batches(
        recipe, day, _call_times(sessions, session, draws), is_batched, draws
    )
    return {
        "time_ms": (1_000 * (day * SECONDS_PER_DAY + time_s)).astype(np.int64),
        "parent": np.arange(len(session)),
        "session": session,
        "model": model,
        "task_type": _task_types(profile, is_simple, batch, draws),
        "complexity": _complexity(is_simple, draws),
        "input_tokens": input_tokens,
        "output_tokens": output_tokens,
        "cost_nano": np.where(is_batched, (cost * BATCH_DISCOUNT).astype(np.int64), cost),
        "batch": batch,
        "is_hit": np.zeros(len(session), dtype=np.bool_),
        "is_simple": is_simple,
        **_outcomes(recipe, _response_scores(model, taste, output_score, draws), draws),
    }


def _outcomes(recipe: Recipe, response_score: Floats, draws: Draws) -> Columns:
    """How each call went: times, error, quality."""
    count = len(response_score)
    times = np.exp(recipe.latency_mu + recipe.latency_sigma * draws.spread(response_score))
    failed = draws.flags(count, recipe.errors / recipe.calls * count)
    error = np.where(failed, draws.random.integers(0, len(ERRORS), count), NONE)
    return {
        "response_ms": whole(times),
        "first_token_ms": whole(times * (0.2 + 0.2 * draws.random.random(count))),
        "error": error,
        "quality": np.where(failed, NONE, draw_quality(recipe.plan.quality, ~failed, draws)),
    }


def draw_quality(mean: float, is_scored: Flags, draws: Draws) -> Ints:
    """1 less a log-normal shortfall, in ten-thousandths; NONE where nothing is scored."""
    quality = np.full(len(is_scored), NONE, dtype=np.int64)
    scores = draws.normal(int(is_scored.sum()))
    shortfall = (1 - mean) * draws.lognormal(scores, _QUALITY_SIGMA)
    quality[is_scored] = np.rint(10_000 * (1 - np.minimum(shortfall, 1)))
    return quality


def _call_times(sessions: SessionDays, session: Ints, draws: Draws) -> Floats:
    """Seconds of the day; the first and last call stand at the session's start and end."""
    place = draws.random.random(len(session))
    low, high = np.ones(len(sessions.day)), np.zeros(len(sessions.day))
    np.minimum.at(low, session, place)
    np.maximum.at(high, session, place)
    width = np.where(high > low, high - low, 1.0)
    place = (place - low[session]) / width[session]
    seconds: Floats = sessions.start_s[session] + place * sessions.duration_s[session]
    return seconds


def _simple_flags(recipe: Recipe, profile: Ints, draws: Draws) -> Flags:
    """Which calls are simple: the same share in every profile."""
    flags = np.zeros(len(profile), dtype=np.bool_)
    share = recipe.simple_calls / recipe.calls
    expected = np.asarray(share * np.bincount(profile, minlength=len(PROFILE_CALLS)), np.float64)
    if draws.is_stratified:
        expected = largest_remainder(expected, round(expected.sum())).astype(np.float64)
    for number, wanted in enumerate(expected):
        members = profile == number
        flags[members] = draws.flags(int(members.sum()), float(wanted))
    return flags


def _mean_tokens(recipe: Recipe, profile: Ints, is_simple: Flags, draws: Draws) -> Floats:
    """Tokens a call of this kind and profile has on average."""
    calls, tokens = np.asarray(PROFILE_CALLS), np.asarray(PROFILE_TOKENS)
    relative = tokens / calls * calls.sum() / tokens.sum()
    of_kind = np.where(is_simple, recipe.simple_tokens, recipe.complex_tokens)
    means: Floats = of_kind * relative[profile]
    if draws.is_stratified and len(means):
        means *= of_kind.sum() / means.sum()
    return means


def _factors(
    sigma: float, day: Ints, group: Ints, taste: Floats, draws: Draws
) -> tuple[Floats, Floats]:
    """Log-normal values of mean 1 within each group, and the normal scores they come from."""
    if draws.is_stratified:
        order = draws.even_within(day * 2 * len(PROFILE_CALLS) + group)
    else:
        order = draws.alike(taste, _SESSION_SHARE)
    scores, factors = np.empty(len(order)), np.empty(len(order))
    for number in range(2 * len(PROFILE_CALLS)):
        members = group == number
        scores[members] = draws.spread(order[members])
        factors[members] = draws.mean_one(np.exp(sigma * scores[members] - sigma * sigma / 2))
    return factors, scores


def _route(recipe: Recipe, is_simple: Flags, output_tokens: Ints, draws: Draws) -> Ints:
    """Simple calls go to Haiku, as many as the phase routes."""
    model = np.full(len(is_simple), SONNET, dtype=np.int64)
    simple = np.flatnonzero(is_simple)
    expected = recipe.routed_calls / recipe.simple_calls * len(simple)
    chosen = draws.flags_along(output_tokens[simple].astype(np.float64), expected)
    model[simple[chosen]] = HAIKU
    return model


def _batched_flags(recipe: Recipe, is_simple: Flags, cost: Ints, draws: Draws) -> Flags:
    flags = np.zeros(len(cost), dtype=np.bool_)
    kinds = (
        (is_simple, recipe.batched_simple / recipe.simple_calls),
        (~is_simple, recipe.batched_complex / (recipe.calls - recipe.simple_calls)),
    )
    for is_kind, share in kinds:
        values = cost[is_kind].astype(np.float64)
        flags[is_kind] = draws.flags_along(values, share * len(values))
    return flags


def _send_batches(
    recipe: Recipe, day: Ints, time_s: Floats, is_batched: Flags, draws: Draws
) -> tuple[Ints, Floats]:
    """Number each day's batches from 1; a batch is sent when its last call is there."""
    batch = np.full(len(day), NONE, dtype=np.int64)
    members = np.flatnonzero(is_batched)
    if len(members) == 0:
        return batch, time_s
    members = members[np.lexsort((time_s[members], day[members]))]
    _, first, size = np.unique(day[members], return_index=True, return_counts=True)
    per_call = recipe.batches / (recipe.batched_simple + recipe.batched_complex)
    shares = np.asarray(size * per_call, dtype=np.float64)
    per_day = largest_remainder(shares, round(len(members) * per_call))
    per_day = np.clip(per_day, 1, size)
    rank = np.arange(len(members)) - np.repeat(first, size)
    number = rank * np.repeat(per_day, size) // np.repeat(size, size) + 1
    starts = np.flatnonzero(np.diff(number, prepend=0) != 0)
    length = np.diff(starts, append=len(members))
    sent = time_s.copy()
    sent[members] = np.repeat(time_s[members[starts + length - 1]], length)
    batch[members] = number
    return batch, sent


def _response_scores(model: Ints, taste: Floats, output_score: Floats, draws: Draws) -> Floats:
    """Long answers take longer, Haiku is quicker, a session's calls are alike."""
    share = float((model == HAIKU).mean()) if len(model) else 0.0
    slowness = (share - (model == HAIKU)) / (np.sqrt(share * (1 - share)) or 1.0)
    shared = 2 * _OUTPUT_PULL * _SESSION_PULL * np.sqrt(_SESSION_SHARE)
    explained = _OUTPUT_PULL**2 + _MODEL_PULL**2 * (0 < share < 1) + _SESSION_PULL**2 + shared
    scores: Floats = (
        _OUTPUT_PULL * output_score
        + _MODEL_PULL * slowness
        + _SESSION_PULL * taste
        + np.sqrt(1 - explained) * draws.normal(len(model))
    )
    return scores


def _complexity(is_simple: Flags, draws: Draws) -> Ints:
    """5 to 39 for a simple call, 40 to 95 for another."""
    place = draws.random.random(len(is_simple))
    return np.where(is_simple, 5 + place * 35, 40 + place * 56).astype(np.int64)


def _task_types(profile: Ints, is_simple: Flags, batch: Ints, draws: Draws) -> Ints:
    """By kind and profile; the calls of a batch share its category."""
    place = draws.random.random(len(profile))
    simple = np.asarray(SIMPLE_TASK_TYPES)[(place * len(SIMPLE_TASK_TYPES)).astype(np.int64)]
    other = np.asarray(COMPLEX_TASK_TYPES)[profile, (place * 4).astype(np.int64)]
    alone = np.where(is_simple, simple, other)
    return np.where(batch == NONE, alone, batch_category(batch)).astype(np.int64)
