"""A whole workload as arrays, phase by phase."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from tars_bench.shared.switchback import switchback
from tars_bench.simulate.calibration import calibrate
from tars_bench.simulate.calls import Columns
from tars_bench.simulate.draws import Draws
from tars_bench.simulate.events import Events, draw_events
from tars_bench.simulate.feedback import Feedback, draw_feedback
from tars_bench.simulate.options import SimulationOptions, day_after
from tars_bench.simulate.plan import PhasePlan, planned_phases, share_of, unchanged
from tars_bench.simulate.requests import Requests, draw_requests
from tars_bench.simulate.sessions import SessionDays, draw_sessions


@dataclass(frozen=True)
class Side:
    """The side of an experiment a workload is of.

    Attributes:
        arm: The label its calls carry; None for none.
        mark: What its ids and the names of its files end with, so that sides share none.
        days: Days of the simulation it is written for; None for all of its phase.
    """

    arm: str | None = None
    mark: str = ""
    days: frozenset[int] | None = None


@dataclass(frozen=True)
class PhaseWorkload:
    """Everything of one phase, or of one side of it, each part in order of time."""

    phase_id: str
    first_day: int
    days: int
    sessions: SessionDays
    requests: Requests
    events: Events
    feedback: Feedback
    side: Side = Side()

    def written_days(self) -> list[int]:
        """Return the days of the simulation it is written for."""
        days = range(self.first_day, self.first_day + self.days)
        return [day for day in days if self.side.days is None or day in self.side.days]


def draw_phases(options: SimulationOptions) -> Iterator[PhaseWorkload]:
    """The phases in order, of an experiment side by side; one is held in memory at a time."""
    first_day = 0
    phases = planned_phases(options)
    for number, plan in enumerate(phases):
        for stream, (side, own, asked) in enumerate(_sides(options, phases, number)):
            draws = Draws(
                options.seed, number + len(phases) * stream, options.draws == "stratified"
            )
            recipe = calibrate(own)
            sessions = draw_sessions(asked, own, first_day, draws)
            requests = draw_requests(recipe, sessions, draws)
            yield PhaseWorkload(
                phase_id=own.phase_id,
                first_day=first_day,
                days=own.days,
                sessions=sessions,
                requests=requests,
                events=draw_events(recipe, requests, draws),
                feedback=draw_feedback(recipe, requests, draws),
                side=side,
            )
        first_day += plan.days


def _sides(
    options: SimulationOptions, phases: tuple[PhasePlan, ...], number: int
) -> Iterator[tuple[Side, PhasePlan, SimulationOptions]]:
    """The sides of a phase, what each is meant to look like, and the options it is drawn by."""
    plan = phases[number]
    if number and options.has_arms:
        per_day = options.sessions_per_day
        halved = replace(options, sessions_per_day=max(1, per_day // 2) if per_day else None)
        yield Side("treated", "t"), share_of(plan, 0.5), halved
        yield Side("control"), unchanged(phases, plan, 0.5), halved
    elif number and options.switchback_seed is not None:
        first_day = phases[0].days
        schedule = switchback(
            day_after(options.start, first_day), options.days - first_day, options.switchback_seed
        )
        on = frozenset(first_day + at for at, (_, is_on) in enumerate(schedule) if is_on)
        off = frozenset(range(options.days)) - on
        yield Side(mark="t", days=on), plan, options
        yield Side(days=off), unchanged(phases, plan), options
    else:
        yield Side(), plan, options


def draw_workload(options: SimulationOptions) -> Columns:
    """All requests as columns, without writing a file (`options.out` is not touched).

    The columns are those of `requests.Requests` and `phase` (0 is the baseline), in order of time.
    """
    phases = list(draw_phases(options))
    names = vars(phases[0].requests)
    columns = {
        name: np.concatenate([getattr(phase.requests, name) for phase in phases]) for name in names
    }
    lengths = [len(phase.requests.day) for phase in phases]
    columns["phase"] = np.repeat(np.arange(len(phases)), lengths)
    return columns
