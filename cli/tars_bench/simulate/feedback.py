"""The feedback of a phase: ratings of tasks, and whether a cached answer was right."""

from dataclasses import dataclass

import numpy as np

from tars_bench.simulate.calibration import Recipe
from tars_bench.simulate.calls import draw_quality
from tars_bench.simulate.draws import Draws, Floats, Ints
from tars_bench.simulate.requests import Requests
from tars_bench.simulate.vocabulary import NONE

_RATED_RATIO = 0.40
_CORRECT_RATIO = 0.97
_LOW_RATINGS = (0.01, 0.03, 0.10)
"""Shares of 1, 2 and 3; the mean decides how the rest splits into 4 and 5."""


@dataclass(frozen=True)
class Feedback:
    """Feedback in order of time.

    Attributes:
        time_ms, day: As in `Requests`.
        task: Ordinal of the task's API call on its day.
        satisfaction: 1 to 5.
        quality: Ten-thousandths.
        cached_correct: 1 or 0 for tasks the response cache helped, else NONE.
    """

    time_ms: Ints
    day: Ints
    task: Ints
    satisfaction: Ints
    quality: Ints
    cached_correct: Ints


def draw_feedback(recipe: Recipe, requests: Requests, draws: Draws) -> Feedback:
    """Feedback on a part of the tasks, half a minute to a quarter of an hour after each."""
    calls = np.flatnonzero(~requests.is_hit)
    rated = calls[draws.flags(len(calls), _RATED_RATIO * len(calls))]
    waited = draws.random.integers(30_000, 900_000, len(rated))
    time_ms = requests.time_ms[rated] + requests.response_ms[rated] + waited
    everything = np.ones(len(rated), dtype=np.bool_)
    columns = {
        "time_ms": time_ms,
        "day": requests.day[rated],
        "task": requests.ordinal[rated],
        "satisfaction": _ratings(recipe, requests.error[rated] != NONE, draws),
        "quality": draw_quality(recipe.plan.quality, everything, draws),
        "cached_correct": _cached_answers(requests, rated, draws),
    }
    order = np.lexsort((columns["task"], time_ms))
    return Feedback(**{name: values[order] for name, values in columns.items()})


def _ratings(recipe: Recipe, is_error: np.ndarray, draws: Draws) -> Ints:
    """1 to 5 with the phase's mean; a task that failed is rated lower."""
    place: Floats = draws.random.random(len(is_error))
    if draws.is_stratified:
        rank = np.argsort(np.argsort(place - 0.5 * is_error, kind="stable"), kind="stable")
        place = (rank + 0.5) / len(is_error)
    low = sum(_LOW_RATINGS)
    of_low = sum(rating * share for rating, share in enumerate(_LOW_RATINGS, start=1))
    fives = recipe.plan.satisfaction - of_low - 4 * (1 - low)
    limits = np.cumsum([*_LOW_RATINGS, 1 - low - fives])
    return np.searchsorted(limits, place, side="right") + 1


def _cached_answers(requests: Requests, rated: Ints, draws: Draws) -> Ints:
    """For tasks with a response-cache hit: was the cached answer right?"""
    most = int(requests.ordinal.max(initial=0)) + 1
    helped = np.unique((requests.day * most + requests.task)[requests.is_hit])
    has_hit = np.isin((requests.day * most + requests.ordinal)[rated], helped)
    judged = int(has_hit.sum())
    answers = np.full(len(rated), NONE, dtype=np.int64)
    answers[has_hit] = draws.flags(judged, _CORRECT_RATIO * judged)
    return answers
