"""When sessions run: one row per session and day."""

from dataclasses import dataclass

import numpy as np

from tars_bench.simulate.draws import Draws, Floats, Ints
from tars_bench.simulate.options import SimulationOptions
from tars_bench.simulate.plan import PhasePlan

SESSION_IDS = ("main:abc123", "agent:e9a8c7f", "agent:b2d4f9e")
"""The specification's sessions; a session's profile is its place here."""

PROFILE_CALLS = (85.0, 67.0, 82.0)
PROFILE_TOKENS = (320_000.0, 210_000.0, 320_000.0)
PROFILE_START_HOURS = (8.0, 9.4, 13.0)
PROFILE_MINUTES = (510.0, 165.0, 150.0)

SECONDS_PER_DAY = 86_400
_FIRST_SECOND, _LAST_SECOND = 600.0, 84_600.0
_DAILY_SPREAD = 0.03
_ID_BITS, _ID_MULTIPLIER = 40, 0x9E3779B97F4B | 1


@dataclass(frozen=True)
class SessionDays:
    """Each session of each day.

    Attributes:
        day: Day within the simulation, 0 is the first.
        code: Which session: 0 to 2 are the plan's, others get an id of their own (`session_id`).
        profile: Which of the plan's sessions it behaves like.
        start_s, duration_s: Seconds of the day.
        weight: Its expected share of the phase's calls, out of `usual_weight` for all of them.
        taste: A standard normal value all its calls share in part.
    """

    day: Ints
    code: Ints
    profile: Ints
    start_s: Floats
    duration_s: Floats
    weight: Floats
    usual_weight: float
    taste: Floats


def session_id(code: int, mark: str = "") -> str:
    """The id a session's code stands for, on the side with this mark."""
    if code < len(SESSION_IDS):
        return f"{SESSION_IDS[code]}{mark}"
    return f"agent:{code - len(SESSION_IDS):010x}{mark}"


def draw_sessions(
    options: SimulationOptions, plan: PhasePlan, first_day: int, draws: Draws
) -> SessionDays:
    """Every session of every day of a phase."""
    day_weights = _day_weights(options, plan, first_day, draws)
    if options.sessions_per_day is None:
        return _plan_sessions(first_day, day_weights, draws)
    return _many_sessions(options.sessions_per_day, first_day, day_weights, draws)


def _day_weights(
    options: SimulationOptions, plan: PhasePlan, first_day: int, draws: Draws
) -> Floats:
    days = first_day + np.arange(plan.days)
    is_weekend = (options.start.weekday() + days) % 7 >= 5
    weights = np.where(is_weekend, options.weekend_ratio, 1.0)
    if draws.is_stratified:
        weights = weights * np.exp(_DAILY_SPREAD * draws.normal(plan.days))
    relative: Floats = weights / weights.mean()
    return relative


def _plan_sessions(first_day: int, day_weights: Floats, draws: Draws) -> SessionDays:
    """The plan's three sessions on each day."""
    count = len(day_weights) * len(SESSION_IDS)
    profile = np.tile(np.arange(len(SESSION_IDS)), len(day_weights))
    minutes = np.asarray(PROFILE_MINUTES)[profile] * (1 + 0.005 * draws.normal(count))
    hours = np.asarray(PROFILE_START_HOURS)[profile] + draws.random.uniform(-0.25, 0.25, count)
    calls = np.asarray(PROFILE_CALLS)[profile] * (1 + 0.01 * draws.normal(count))
    return SessionDays(
        day=first_day + np.repeat(np.arange(len(day_weights)), len(SESSION_IDS)),
        code=profile,
        profile=profile,
        start_s=hours * 3600,
        duration_s=minutes * 60,
        weight=np.repeat(day_weights, len(SESSION_IDS)) * calls,
        usual_weight=sum(PROFILE_CALLS) * len(day_weights),
        taste=draws.normal(count),
    )


def _many_sessions(per_day: int, first_day: int, day_weights: Floats, draws: Draws) -> SessionDays:
    """Sessions that live for one day: busy from nine to six, a few at night."""
    usual = per_day * len(day_weights)
    counts = draws.counts(day_weights, usual, len(day_weights))
    if draws.is_stratified:
        counts = np.maximum(counts, 1)
    count = int(counts.sum())
    hours = np.where(
        draws.random.random(count) < 0.85,
        13.0 + 3.2 * draws.normal(count),
        draws.random.uniform(0.0, 23.5, count),
    )
    start = np.clip(hours * 3600, _FIRST_SECOND, _LAST_SECOND - 60)
    duration = 2_700 * np.exp(0.8 * draws.normal(count) - 0.32)
    shares = np.asarray(PROFILE_CALLS) / sum(PROFILE_CALLS)
    return SessionDays(
        day=first_day + np.repeat(np.arange(len(counts)), counts),
        code=_own_codes(first_day, per_day, count),
        profile=draws.random.choice(len(SESSION_IDS), size=count, p=shares).astype(np.int64),
        start_s=start,
        duration_s=np.minimum(duration, _LAST_SECOND - start),
        weight=draws.random.gamma(2.0, 0.5, count),
        usual_weight=usual,
        taste=draws.normal(count),
    )


def _own_codes(first_day: int, per_day: int, count: int) -> Ints:
    """Different codes for different sessions: multiplying by an odd number modulo 2^40 is 1:1."""
    number = np.arange(count, dtype=np.uint64) + np.uint64(first_day * (4 * per_day + 64))
    mixed = (number * np.uint64(_ID_MULTIPLIER)) & np.uint64(2**_ID_BITS - 1)
    return mixed.astype(np.int64) + len(SESSION_IDS)
