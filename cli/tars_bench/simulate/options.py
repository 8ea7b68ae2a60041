"""What a simulation is asked for and what it answers."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Literal

from tars_bench.shared.errors import UsageError

PLAN_START = date(2026, 2, 11)
"""The first day of the specification's baseline."""
PLAN_DAYS = 26
"""From the baseline's first day to the last day of the final phase."""
PLAN_CALLS_PER_DAY = 234.0
"""API calls per day in the specification's baseline."""
MOST_DAYS = 3_660
MOST_CALLS_PER_DAY = 100_000_000.0
MOST_SESSIONS_PER_DAY = 10_000_000

Draws = Literal["stratified", "independent"]
"""How values are drawn: by exact quota, or each for itself."""


@dataclass(frozen=True)
class SimulationOptions:
    """The whole input of a simulation: equal options make equal bytes.

    Attributes:
        out: The directory to write; created when missing, refused when it holds other things.
        seed: Starts the random numbers.
        start: First day of the baseline; the other phases shift with it.
        days: Days in all; the lengths of the plan's five phases are scaled to it.
        calls_per_day: API calls per day in the baseline; every count and sum is scaled with it.
        sessions_per_day: Sessions a day, each with an id of its own; None keeps the plan's three
            sessions, which go on through all days.
        effect_size: How much of the plan's change after the baseline happens: 1 is the plan, 0 is
            none at all (no strategy is switched on and every phase is like the baseline).
        weekend_ratio: Activity of a Saturday or Sunday relative to a weekday.
        draws: `stratified` draws by quota, so that short windows meet the plan's figures;
            `independent` draws every session and call for itself, as statistical tests need it.
        has_arms: After the baseline half of the sessions go on as before and half have the phase's
            change; each call is labelled `control` or `treated`.
        switchback_seed: After the baseline the change is on and off by days, as this seed draws
            them in `tars-bench plan --switchback`; None switches nothing.
    """

    out: Path
    seed: int = 20260213
    start: date = PLAN_START
    days: int = PLAN_DAYS
    calls_per_day: float = PLAN_CALLS_PER_DAY
    sessions_per_day: int | None = None
    effect_size: float = 1.0
    weekend_ratio: float = 1.0
    draws: Draws = "stratified"
    has_arms: bool = False
    switchback_seed: int | None = None

    def __post_init__(self) -> None:
        _require_between("--seed", self.seed, 0, 2**63 - 1)
        _require_between("--days", self.days, 5, MOST_DAYS)
        _require_between("--calls-per-day", self.calls_per_day, 1, MOST_CALLS_PER_DAY)
        _require_between("--effect-size", self.effect_size, 0, 1)
        _require_between("--weekend-ratio", self.weekend_ratio, 0.01, 100)
        if self.sessions_per_day is not None:
            _require_between("--sessions-per-day", self.sessions_per_day, 1, MOST_SESSIONS_PER_DAY)
        if self.switchback_seed is not None:
            _require_between("--switchback", self.switchback_seed, 0, 2**31 - 1)
            if self.has_arms:
                raise UsageError("--arms and --switchback are two experiments", "choose one")
        if self.draws not in ("stratified", "independent"):
            raise UsageError(
                f"unknown way to draw: {self.draws!r}", "use stratified or independent"
            )
        if self.start.year < 1971 or self.start.year > 9900:
            raise UsageError(
                f"--start {self.start} is out of range", "use a year from 1971 to 9900"
            )


@dataclass(frozen=True)
class PhaseWindow:
    """One phase of the simulated plan: both days belong to it."""

    phase_id: str
    start: date
    end: date


@dataclass(frozen=True)
class SimulationResult:
    """What was written, or found to be there already.

    Attributes:
        out: The directory.
        was_written: False when the directory already held this simulation.
        windows: The phases in order; a `phases.csv` for this period needs these days.
        api_calls: Requests answered by the provider.
        cache_hits: Requests answered by the response cache.
        events: Lines of the optimisation log.
        feedback: Feedback records.
        file_count: Files written, the marker aside.
        byte_count: Their bytes.
    """

    out: Path
    was_written: bool
    windows: tuple[PhaseWindow, ...]
    api_calls: int
    cache_hits: int
    events: int
    feedback: int
    file_count: int
    byte_count: int


def day_after(day: date, count: int) -> date:
    """The date `count` days after `day`."""
    return day + timedelta(days=count)


def _require_between(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise UsageError(f"{name} {value} is out of range", f"use a number from {least} to {most}")
