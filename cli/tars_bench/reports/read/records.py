"""What the queries return: rows of the published marts, unrounded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tars_bench.reports.read.experiment_answers import Experiment

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of the plan and what of it is loaded, from `marts.phase_windows`."""

    phase_id: str
    baseline_phase_id: str | None
    phase_name: str
    phase_order: int
    strategy_names: str | None
    start_date: date
    end_date: date
    target_reduction_ratio: float | None
    target_reduction_max_ratio: float | None
    planned_day_count: int
    day_count: int
    active_day_count: int
    request_count: int
    api_call_count: int
    task_count: int
    token_count: int
    is_baseline: bool
    is_reported_final: bool
    is_final_by_fallback: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """When a written plan named some days: before they began, else first of all; None if none.

    `is_changed` where the file of plans is not what was written.
    """

    planned_on: date | None = None
    late_plan_on: date | None = None
    is_changed: bool = False


PlanCheck = Callable[[date, date], Planned]
"""Says of a first and last day whether a plan named them."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a report's layout with its figures, from `marts.report_lines`."""

    section_order: int
    section_title: str
    line_order: int
    line_label: str
    metric_id: str
    unit: str
    direction: str
    baseline_value: float | None
    phase_value: float | None
    change_value: float | None
    change_ratio: float | None
    change_display: str
    baseline_sample_count: int | None
    sample_count: int | None
    missing_reason: str | None

    @property
    def is_compared(self) -> bool:
        """Whether both periods have a value."""
        return self.change_value is not None


@dataclass(frozen=True, slots=True)
class ChartData:
    """Daily figures of everything loaded, unrounded; empty where a mart is not there."""

    days: tuple[Record, ...] = ()
    models: tuple[Record, ...] = ()
    avoided: tuple[Record, ...] = ()
    bridge: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """What may be said of a comparison and what it rests on, from the marts of the proof."""

    headline: Record
    answers: tuple[Record, ...]
    reductions: Record
    intervals: dict[str, Record]
    bridge: tuple[Record, ...]
    bridge_models: tuple[Record, ...]
    claims: tuple[Record, ...]
    strategies: tuple[Record, ...]
    hygiene: tuple[Record, ...]
    quality: tuple[Record, ...]
    avoided: tuple[Record, ...] = ()

    @property
    def model(self) -> Record:
        """Return the baseline's model to go by: one that fits its work, else its mean day."""
        found = {one["driver_id"]: one for one in self.avoided}
        fitting = [found.get(driver, {}) for driver in ("tasks", "api_calls")]
        usable = (one for one in fitting if one and not one["disqualified_by"])
        return next(usable, found.get("days", {}))

    def claim(self, line_id: str) -> Record:
        """Return a line of the claims audit; an empty one where it is not there."""
        return next((one for one in self.claims if one["line_id"] == line_id), {})


@dataclass(frozen=True, slots=True)
class ReportData:
    """Everything one report shows.

    `here` and `there` are what sentences call the two: this phase and the baseline, or other days.
    """

    kind: str
    phase: Phase
    baseline: Phase
    lines: tuple[Line, ...]
    models: tuple[Record, ...]
    sessions: tuple[Record, ...]
    savings: tuple[Record, ...]
    savings_lines: tuple[Record, ...]
    targets: tuple[Record, ...]
    financial: tuple[Record, ...]
    checklist: tuple[Record, ...]
    conditions: tuple[Record, ...]
    provenance: Record
    released_at: datetime | None
    phases: tuple[Phase, ...] = ()
    credibility: tuple[Record, ...] = ()
    charts: ChartData = ChartData()
    proof: Proof | None = None
    experiments: tuple[Experiment, ...] = ()
    here: str = "this phase"
    there: str = "the baseline"
    plan_check: PlanCheck | None = None

    def planned(self, phase: Phase) -> Planned | None:
        """Return when a plan named the days of a phase; None where nobody looked."""
        return self.plan_check(phase.start_date, phase.end_date) if self.plan_check else None

    @property
    def is_planned(self) -> bool:
        """Whether it is about a phase of the plan, not about days somebody chose."""
        return self.kind in ("baseline", "phase", "final")

    @property
    def is_baseline(self) -> bool:
        """Whether the report describes one phase and compares nothing."""
        return self.kind == "baseline"

    def line(self, metric_id: str) -> Line | None:
        """Return the line of a metric, or None where the layout does not show it."""
        return next((line for line in self.lines if line.metric_id == metric_id), None)

    def compared(self, metric_id: str) -> Line | None:
        """Return the line of a metric that both periods measured, else None."""
        line = self.line(metric_id)
        return line if line and line.is_compared else None
