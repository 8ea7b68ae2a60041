"""A whole workload as arrays, phase by phase."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tars_bench.simulate.calibration import calibrate
from tars_bench.simulate.calls import Columns
from tars_bench.simulate.draws import Draws
from tars_bench.simulate.events import Events, draw_events
from tars_bench.simulate.feedback import Feedback, draw_feedback
from tars_bench.simulate.options import SimulationOptions
from tars_bench.simulate.plan import planned_phases
from tars_bench.simulate.requests import Requests, draw_requests
from tars_bench.simulate.sessions import SessionDays, draw_sessions


@dataclass(frozen=True)
class PhaseWorkload:
    """Everything of one phase, each part in order of time."""

    phase_id: str
    first_day: int
    days: int
    sessions: SessionDays
    requests: Requests
    events: Events
    feedback: Feedback


def draw_phases(options: SimulationOptions) -> Iterator[PhaseWorkload]:
    """The phases in order; only one is held in memory at a time."""
    first_day = 0
    for number, plan in enumerate(planned_phases(options)):
        draws = Draws(options.seed, number, options.draws == "stratified")
        recipe = calibrate(plan)
        sessions = draw_sessions(options, plan, first_day, draws)
        requests = draw_requests(recipe, sessions, draws)
        yield PhaseWorkload(
            phase_id=plan.phase_id,
            first_day=first_day,
            days=plan.days,
            sessions=sessions,
            requests=requests,
            events=draw_events(recipe, requests, draws),
            feedback=draw_feedback(recipe, requests, draws),
        )
        first_day += plan.days


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
