"""The requests of a phase: API calls, and the response-cache hits that belong to their tasks."""

from dataclasses import dataclass

import numpy as np

from tars_bench.simulate.calibration import Recipe
from tars_bench.simulate.calls import Columns, draw_calls, whole
from tars_bench.simulate.draws import Draws, Flags, Floats, Ints
from tars_bench.simulate.plan import TOKENS_PER_CACHE_HIT
from tars_bench.simulate.sessions import SessionDays
from tars_bench.simulate.vocabulary import HAIKU, NONE, SONNET

_HIT_SIGMA = 0.50


@dataclass(frozen=True)
class Requests:
    """Requests in order of time; `-1` (NONE) stands for nothing.

    Attributes:
        time_ms: Milliseconds since the simulation's first midnight (UTC).
        day: Day of the simulation; `ordinal` counts its requests from 1.
        task: Ordinal of the task's API call on the same day.
        session, session_code: Row of the phase's `SessionDays`, and which session that is.
        model, task_type, error: Places in MODELS, TASK_TYPES, ERRORS.
        input_tokens, output_tokens: Of a hit: the tokens it avoided.
        cost_nano: Nano-dollars; 0 for a hit.
        batch: Number of the batch on its day, from 1.
        quality: Ten-thousandths.
    """

    time_ms: Ints
    day: Ints
    ordinal: Ints
    task: Ints
    session: Ints
    session_code: Ints
    model: Ints
    task_type: Ints
    complexity: Ints
    input_tokens: Ints
    output_tokens: Ints
    response_ms: Ints
    first_token_ms: Ints
    cost_nano: Ints
    batch: Ints
    error: Ints
    quality: Ints
    is_hit: Flags
    is_simple: Flags


def draw_requests(recipe: Recipe, sessions: SessionDays, draws: Draws) -> Requests:
    """All requests of a phase, in order of time."""
    calls = draw_calls(recipe, sessions, draws)
    hits = _draw_hits(recipe, calls, draws)
    columns = {name: np.concatenate([calls[name], hits[name]]) for name in calls}
    return _in_order_of_time(columns, sessions)


def _draw_hits(recipe: Recipe, calls: Columns, draws: Draws) -> Columns:
    """Response-cache hits; each belongs to the task of a later API call."""
    parent = _hit_parents(recipe, len(calls["model"]), draws)
    count = len(parent)
    model = np.where(draws.flags(count, recipe.sonnet_hit_ratio * count), SONNET, HAIKU)
    tokens = _hit_tokens(model, draws)
    output = whole(tokens * recipe.output_ratio)
    nothing = np.full(count, NONE, dtype=np.int64)
    hits = {name: values[parent] for name, values in calls.items()}
    return hits | {
        "time_ms": hits["time_ms"] - draws.random.integers(1_500, 60_000, count),
        "parent": parent,
        "model": model,
        "input_tokens": np.maximum(whole(tokens) - output, 1),
        "output_tokens": output,
        "response_ms": draws.random.integers(8, 60, count),
        "first_token_ms": nothing,
        "cost_nano": np.zeros(count, dtype=np.int64),
        "batch": nothing,
        "error": nothing,
        "quality": nothing,
        "is_hit": np.ones(count, dtype=np.bool_),
    }


def _hit_parents(recipe: Recipe, calls: int, draws: Draws) -> Ints:
    """The calls whose tasks are also helped by the cache, once each as far as possible.

    Independent draws ask call by call: a total drawn for the day would be something that all
    calls of the day share.
    """
    expected = recipe.cache_hits / recipe.calls * calls
    if not draws.is_stratified and expected <= calls:
        return np.flatnonzero(draws.flags(calls, expected))
    count = round(expected) if draws.is_stratified else int(draws.random.poisson(expected))
    if count <= calls:
        return np.sort(draws.random.permutation(calls)[:count])
    return draws.random.integers(0, calls, count)


def _hit_tokens(model: Ints, draws: Draws) -> Floats:
    tokens = np.empty(len(model))
    for number in (SONNET, HAIKU):
        members = model == number
        scores = draws.normal(int(members.sum()))
        tokens[members] = TOKENS_PER_CACHE_HIT * draws.lognormal(scores, _HIT_SIGMA)
    return tokens


def _in_order_of_time(columns: Columns, sessions: SessionDays) -> Requests:
    """Sort, count each day's requests and point tasks at their call's ordinal."""
    order = np.argsort(columns["time_ms"], kind="stable")
    day = sessions.day[columns["session"]]
    ordinal = np.empty(len(order), dtype=np.int64)
    ordinal[order] = np.arange(len(order)) - np.searchsorted(day[order], day[order]) + 1
    columns["task"] = ordinal[columns.pop("parent")]
    columns |= {"day": day, "ordinal": ordinal, "session_code": sessions.code[columns["session"]]}
    return Requests(**{name: values[order] for name, values in columns.items()})
