"""The optimisation log of a phase: what each strategy did, and to which request."""

from dataclasses import dataclass

import numpy as np

from tars_bench.simulate.calibration import BATCH_DISCOUNT, SONNET_USD_PER_MILLION, Recipe
from tars_bench.simulate.calls import Columns, batch_category, list_nano, whole
from tars_bench.simulate.draws import Draws, Ints
from tars_bench.simulate.requests import Requests
from tars_bench.simulate.vocabulary import (
    BATCH_PROCESSED,
    CACHE_HIT,
    CONTEXT_PRUNED,
    HAIKU,
    LAZY_DEFERRED,
    LAZY_LOADED,
    MODEL_ROUTED,
    NONE,
    PRUNED_CONTEXTS,
    SONNET,
)

_PRUNED_SIGMA = 0.50
_QUERIES = 4_000


@dataclass(frozen=True)
class Events:
    """Events in order of time; `-1` (NONE) stands for nothing.

    Attributes:
        time_ms, day: As in `Requests`.
        kind: Place in EVENT_TYPES.
        subject: What it is about: the number of a query, of a kind of context, a category, a task
            type or a deferred piece of work.
        request, batch, task: Ordinals on its day.
        model: Where the request went or would have gone.
        tokens_saved, saved_nano: The strategy's own claim, in tokens and nano-dollars.
        count: Calls in the batch.
    """

    time_ms: Ints
    day: Ints
    kind: Ints
    subject: Ints
    request: Ints
    batch: Ints
    task: Ints
    model: Ints
    tokens_saved: Ints
    saved_nano: Ints
    count: Ints


def draw_events(recipe: Recipe, requests: Requests, draws: Draws) -> Events:
    """Every event of a phase, in order of time."""
    parts = [
        _cache_hits(requests, draws),
        _routings(requests),
        _prunings(recipe, requests, draws),
        _batches(requests),
        *_lazy_work(recipe, requests, draws),
    ]
    columns = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    order = np.lexsort((columns["request"], columns["kind"], columns["time_ms"]))
    return Events(**{name: values[order] for name, values in columns.items()})


def _events(kind: int, time_ms: Ints, day: Ints, **known: Ints) -> Columns:
    """Columns of events of one kind; what is not known is NONE."""
    names = ("subject", "request", "batch", "task", "model", "tokens_saved", "saved_nano", "count")
    nothing = np.full(len(day), NONE, dtype=np.int64)
    columns: Columns = {"time_ms": time_ms, "day": day, "kind": np.full(len(day), kind)}
    return columns | {name: known.get(name, nothing) for name in names}


def _cache_hits(requests: Requests, draws: Draws) -> Columns:
    hit = np.flatnonzero(requests.is_hit)
    model = requests.model[hit]
    input_tokens, output_tokens = requests.input_tokens[hit], requests.output_tokens[hit]
    popularity = draws.random.random(len(hit)) ** 3
    return _events(
        CACHE_HIT,
        requests.time_ms[hit],
        requests.day[hit],
        subject=(popularity * _QUERIES).astype(np.int64),
        request=requests.ordinal[hit],
        model=model,
        tokens_saved=input_tokens + output_tokens,
        saved_nano=list_nano(model, input_tokens, output_tokens),
    )


def _routings(requests: Requests) -> Columns:
    """Calls that went to Haiku; the claim is the difference to Sonnet's price of such a call."""
    routed = np.flatnonzero((requests.model == HAIKU) & ~requests.is_hit)
    model = requests.model[routed]
    tokens = requests.input_tokens[routed], requests.output_tokens[routed]
    saved = list_nano(np.full(len(routed), SONNET), *tokens) - list_nano(model, *tokens)
    is_batched = requests.batch[routed] != NONE
    return _events(
        MODEL_ROUTED,
        requests.time_ms[routed],
        requests.day[routed],
        subject=requests.task_type[routed],
        request=requests.ordinal[routed],
        model=model,
        saved_nano=np.where(is_batched, (saved * BATCH_DISCOUNT).astype(np.int64), saved),
    )


def _prunings(recipe: Recipe, requests: Requests, draws: Draws) -> Columns:
    """Sonnet calls whose context was cut; the claim is Sonnet's input price."""
    is_prunable = (requests.model == SONNET) & ~requests.is_hit & (requests.batch == NONE)
    sonnet = np.flatnonzero(is_prunable)
    pruned = sonnet[draws.flags(len(sonnet), recipe.pruned_ratio * len(sonnet))]
    factors = draws.lognormal(draws.normal(len(pruned)), _PRUNED_SIGMA)
    tokens = whole(recipe.pruned_tokens * factors)
    return _events(
        CONTEXT_PRUNED,
        requests.time_ms[pruned],
        requests.day[pruned],
        subject=draws.random.integers(0, len(PRUNED_CONTEXTS), len(pruned)),
        request=requests.ordinal[pruned],
        tokens_saved=tokens,
        saved_nano=tokens * 1_000 * SONNET_USD_PER_MILLION[0],
    )


def _batches(requests: Requests) -> Columns:
    """One event per batch; a batch costs half of its list price, so it claims its own cost."""
    member = np.flatnonzero(requests.batch != NONE)
    day, batch = requests.day[member], requests.batch[member]
    order = np.lexsort((batch, day))
    day, batch, member = day[order], batch[order], member[order]
    is_first = (np.diff(day, prepend=-1) != 0) | (np.diff(batch, prepend=-1) != 0)
    start = np.flatnonzero(is_first)
    size = np.diff(start, append=len(member))
    cost = np.add.reduceat(requests.cost_nano[member], start) if len(start) else size
    return _events(
        BATCH_PROCESSED,
        requests.time_ms[member[start]] + 1_000,
        day[start],
        subject=batch_category(batch[start]),
        batch=batch[start],
        count=size,
        saved_nano=cost,
    )


def _lazy_work(recipe: Recipe, requests: Requests, draws: Draws) -> tuple[Columns, Columns]:
    """Work put off during a task, and the part of it that was needed after all."""
    calls = np.flatnonzero(~requests.is_hit)
    expected = recipe.deferred / recipe.calls * len(calls)
    deferred = calls[draws.flags(len(calls), expected)]
    is_needed = draws.flags(
        len(deferred), recipe.lazy_loaded / max(recipe.deferred, 1e-9) * len(deferred)
    )
    claim = round(recipe.plan.lazy_usd * recipe.plan.days / max(recipe.deferred, 1e-9) * 1e9)
    needed = deferred[is_needed]
    later_ms = draws.random.integers(30_000, 900_000, len(needed))
    time_ms, day, task = requests.time_ms, requests.day, requests.ordinal
    return (
        _events(
            LAZY_DEFERRED,
            time_ms[deferred],
            day[deferred],
            subject=task[deferred],
            task=task[deferred],
            saved_nano=np.full(len(deferred), claim),
        ),
        _events(
            LAZY_LOADED,
            time_ms[needed] + later_ms,
            day[needed],
            subject=task[needed],
            task=task[needed],
        ),
    )
