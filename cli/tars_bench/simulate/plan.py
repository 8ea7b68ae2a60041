"""The specification's plan as data: what each phase is meant to look like per day.

Figures are the specification's baseline, phase 1, phase 2 and final tables; the lines it leaves
open lie between their neighbours. The rollout of phase 3 is halfway between phase 2 and the end.
Savings are the specification's own: phase 1 and 2 add up to the drop of the daily cost there.
"""

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from tars_bench.simulate.options import (
    PLAN_CALLS_PER_DAY,
    PhaseWindow,
    SimulationOptions,
    day_after,
)


@dataclass(frozen=True)
class PhasePlan:
    """One phase; counts, tokens and dollars are per day, times in milliseconds.

    `simple_call_ratio` is the share of calls simple enough for Haiku; `routed_ratio` the share of
    those that go there. `*_usd` of a strategy is what it saves a day.
    """

    phase_id: str
    days: int
    calls: float
    tokens: float
    cost_usd: float
    simple_call_ratio: float
    routed_ratio: float
    cache_hit_ratio: float
    batched_ratio: float
    batches: float
    deferred: float
    routing_usd: float
    caching_usd: float
    pruning_usd: float
    batching_usd: float
    lazy_usd: float
    error_ratio: float
    quality: float
    satisfaction: float
    response_avg_ms: float
    response_p95_ms: float | None
    response_p99_ms: float | None


BASELINE = PhasePlan(
    phase_id="baseline",
    days=3,
    calls=234,
    tokens=850_000,
    cost_usd=8.50,
    simple_call_ratio=0.48,
    routed_ratio=0,
    cache_hit_ratio=0,
    batched_ratio=0,
    batches=0,
    deferred=0,
    routing_usd=0,
    caching_usd=0,
    pruning_usd=0,
    batching_usd=0,
    lazy_usd=0,
    error_ratio=0.020,
    quality=0.95,
    satisfaction=4.2,
    response_avg_ms=2_300,
    response_p95_ms=4_500,
    response_p99_ms=6_200,
)
PHASE_1 = replace(
    BASELINE,
    phase_id="phase_1",
    days=3,
    calls=212,
    tokens=729_000,
    cost_usd=6.43,
    simple_call_ratio=0.45,
    routed_ratio=1,
    cache_hit_ratio=0.18,
    routing_usd=1.62,
    caching_usd=0.45,
    error_ratio=0.021,
    quality=0.94,
    response_avg_ms=2_100,
    response_p95_ms=None,
    response_p99_ms=None,
)
PHASE_2 = replace(
    PHASE_1,
    phase_id="phase_2",
    days=7,
    calls=198,
    tokens=637_500,
    cost_usd=5.73,
    simple_call_ratio=0.47,
    cache_hit_ratio=0.20,
    batched_ratio=0.18,
    batches=14.25,
    pruning_usd=0.36,
    batching_usd=0.34,
    error_ratio=0.020,
    quality=0.95,
    response_avg_ms=1_950,
)
PHASE_3_ROLLOUT = replace(
    PHASE_2,
    phase_id="phase_3_rollout",
    days=6,
    calls=189,
    tokens=583_750,
    cost_usd=5.35,
    simple_call_ratio=0.48,
    cache_hit_ratio=0.22,
    batched_ratio=0.21,
    batches=16,
    deferred=9,
    routing_usd=1.25,
    lazy_usd=0.13,
    error_ratio=0.019,
    satisfaction=4.25,
    response_avg_ms=1_725,
)
PHASE_3 = replace(
    PHASE_3_ROLLOUT,
    phase_id="phase_3",
    days=7,
    calls=180,
    tokens=530_000,
    cost_usd=4.97,
    simple_call_ratio=0.50,
    cache_hit_ratio=0.25,
    batched_ratio=0.25,
    batches=18,
    deferred=17,
    routing_usd=0.89,
    lazy_usd=0.26,
    error_ratio=0.018,
    quality=0.96,
    satisfaction=4.3,
    response_avg_ms=1_500,
    response_p95_ms=3_000,
    response_p99_ms=4_100,
)
PLAN = (BASELINE, PHASE_1, PHASE_2, PHASE_3_ROLLOUT, PHASE_3)

TOKENS_PER_CACHE_HIT = 1_875.0
"""112,500 tokens saved a day by 60 hits: 25 % of 240 requests, 180 of which are calls."""

_GROWS_WITH_VOLUME = (
    "calls",
    "tokens",
    "cost_usd",
    "batches",
    "deferred",
    "routing_usd",
    "caching_usd",
    "pruning_usd",
    "batching_usd",
    "lazy_usd",
)


def planned_phases(options: SimulationOptions) -> tuple[PhasePlan, ...]:
    """The plan for these options: lengths, effect and volume scaled."""
    volume = options.calls_per_day / PLAN_CALLS_PER_DAY
    lengths = _scaled_lengths(options.days)
    blended = (_with_effect(phase, options.effect_size) for phase in PLAN)
    return tuple(
        _with_volume(replace(phase, days=length), volume)
        for phase, length in zip(blended, lengths, strict=True)
    )


def unchanged(phases: tuple[PhasePlan, ...], phase: PhasePlan, share: float = 1) -> PhasePlan:
    """Return the days of a phase as if the baseline went on, in a share of its volume."""
    return share_of(replace(phases[0], phase_id=phase.phase_id, days=phase.days), share)


def share_of(phase: PhasePlan, share: float) -> PhasePlan:
    """Return a phase in a share of its volume."""
    return _with_volume(phase, share)


def planned_windows(options: SimulationOptions) -> tuple[PhaseWindow, ...]:
    """First and last day of every phase."""
    windows, first = [], options.start
    for phase in planned_phases(options):
        windows.append(PhaseWindow(phase.phase_id, first, day_after(first, phase.days - 1)))
        first = day_after(first, phase.days)
    return tuple(windows)


def _scaled_lengths(days: int) -> list[int]:
    """Split `days` like the plan: each phase has one day, the rest goes by largest remainder."""
    shares = [phase.days - 1 for phase in PLAN]
    exact = [(days - len(PLAN)) * share / sum(shares) for share in shares]
    lengths = [1 + math.floor(value) for value in exact]
    by_remainder = sorted(range(len(PLAN)), key=lambda i: (math.floor(exact[i]) - exact[i], i))
    for index in by_remainder[: days - sum(lengths)]:
        lengths[index] += 1
    return lengths


def _with_effect(phase: PhasePlan, effect_size: float) -> PhasePlan:
    """The phase with only that part of its change from the baseline."""
    if effect_size == 1:
        return phase
    blended: dict[str, Any] = {name: _blend(name, phase, effect_size) for name in _measures()}
    return replace(phase, **blended)


def _blend(name: str, phase: PhasePlan, effect_size: float) -> float | None:
    before, after = getattr(BASELINE, name), getattr(phase, name)
    if before is None or after is None:
        return before if effect_size == 0 else None
    return float(before + effect_size * (after - before))


def _with_volume(phase: PhasePlan, volume: float) -> PhasePlan:
    scaled: dict[str, Any] = {name: getattr(phase, name) * volume for name in _GROWS_WITH_VOLUME}
    return replace(phase, **scaled)


def _measures() -> list[str]:
    return [field.name for field in fields(PhasePlan) if field.name not in ("phase_id", "days")]
