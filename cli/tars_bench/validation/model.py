"""What a validation run found: frozen objects without a trace of Great Expectations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from tars_bench.shared.reasons import note


class Status(StrEnum):
    """What may be said of a condition, a line or a guard. Absent data is never a pass."""

    PASS = "pass"  # noqa: S105 - the opposite of fail
    FAIL = "fail"
    INCONCLUSIVE = "inconclusive"
    """Measured, but neither pass nor fail: chance could have made it either, there is too little
    data to tell, or it lies outside a range on its better side."""
    NOT_APPLICABLE = "not_applicable"
    """Not measurable; the detail says why."""
    ERROR = "error"
    """The check itself could not be carried out, or looked at no row."""


class Severity(StrEnum):
    """How much a failed expectation matters."""

    CRITICAL = "critical"
    """The marts cannot be believed."""
    WARNING = "warning"
    """Somebody should look."""
    INFO = "info"


class Position(StrEnum):
    """Where an observed value lies with respect to the written thresholds."""

    BELOW = "below"
    WITHIN = "within"
    ABOVE = "above"


KINDS: Final = ("checklist", "success_criterion")
"""What a line of the registry may be."""

_WORST_FIRST: Final = (
    Status.ERROR,
    Status.FAIL,
    Status.INCONCLUSIVE,
    Status.NOT_APPLICABLE,
    Status.PASS,
)


def worst(statuses: Iterable[Status]) -> Status:
    """Combine the conditions of one line: error > fail > inconclusive > not_applicable > pass.

    A line passes only if it has conditions and every one of them passes.
    """
    found = set(statuses)
    return next((status for status in _WORST_FIRST if status in found), Status.ERROR)


@dataclass(frozen=True)
class Condition:
    """One measurable condition of a checklist line, as the registry states it.

    ``better_beyond`` names the threshold beyond which a value is better than asked for:
    ``min`` (below the range is better), ``max`` (above it is), or None.
    """

    line_id: str
    condition_order: int
    kind: str
    line_order: int
    line_text: str
    condition_text: str
    metric_id: str | None
    measure: str
    min_threshold: float | None
    min_inclusive: bool
    max_threshold: float | None
    max_inclusive: bool
    unit: str
    better_beyond: str | None

    @property
    def key(self) -> str:
        """Name of the condition in suites and batches; unique in the registry."""
        return f"{self.line_id}:{self.condition_order}"

    @property
    def is_range(self) -> bool:
        """Whether the condition has two ends."""
        return self.min_threshold is not None and self.max_threshold is not None


@dataclass(frozen=True)
class Evidence:
    """What the marts measured for one condition, and how sure it is.

    The interval is None where a figure is exact (a count of days) or rests on too little data; in
    the second case, and where it lies on both sides of a threshold, ``is_inconclusive`` is set.
    ``days_needed`` is how many more days would settle it; None where none would, or none are
    needed. ``note_code`` says why, with what it is about beside it.
    """

    phase_id: str | None
    observed_value: float | None
    sample_count: int | None
    day_count: int | None
    missing_reason: str | None
    interval_low: float | None = None
    interval_high: float | None = None
    cluster_count: int | None = None
    baseline_cluster_count: int | None = None
    is_inconclusive: bool = False
    days_needed: int | None = None
    note_code: str | None = None
    interval_reason_code: str | None = None
    interval_reason_limit: int | None = None
    driver_metric_name: str | None = None

    @property
    def why_missing(self) -> str | None:
        """Why there is no value, in words; None where there is one, or nobody knows."""
        return (self.missing_reason or self.note or None) if self.observed_value is None else None

    @property
    def note(self) -> str:
        """Why it is not certain, in words; empty where nothing is to be said."""
        return note(
            {
                "note_code": self.note_code,
                "interval_reason_code": self.interval_reason_code,
                "interval_reason_limit": self.interval_reason_limit,
                "driver_metric_name": self.driver_metric_name,
                "phase_cluster_count": self.cluster_count,
                "baseline_cluster_count": self.baseline_cluster_count,
            }
        )


@dataclass(frozen=True)
class Outcome:
    """What one expectation did, read from Great Expectations' result.

    ``element_count`` is the number of rows it looked at and ``missing_count`` those it passed
    over as null; None where the expectation does not count rows.
    """

    suite: str
    key: str
    expectation: str
    column: str | None
    description: str
    severity: Severity
    is_success: bool
    observed: str | None
    observed_number: float | None
    element_count: int | None
    missing_count: int | None
    unexpected_count: int | None
    exception_text: str | None

    @property
    def status(self) -> Status:
        """The status of a guard: raised or 0 rows is an error, all null is not applicable."""
        if self.exception_text is not None or self.element_count == 0:
            return Status.ERROR
        if self.element_count is not None and self.element_count == self.missing_count:
            return Status.NOT_APPLICABLE
        return Status.PASS if self.is_success else Status.FAIL


@dataclass(frozen=True)
class ConditionResult:
    """A condition held against its evidence."""

    condition: Condition
    evidence: Evidence | None
    status: Status
    position: Position | None
    verdict: str
    detail: str

    @property
    def observed_value(self) -> float | None:
        """The measured value; None if there is none."""
        return self.evidence.observed_value if self.evidence else None


@dataclass(frozen=True)
class LineResult:
    """A checklist line or success criterion, all its conditions combined."""

    line_id: str
    kind: str
    line_order: int
    line_text: str
    status: Status
    verdict: str
    detail: str
    conditions: tuple[ConditionResult, ...]

    @property
    def deciding(self) -> ConditionResult:
        """The first condition with the line's status: the one to look at."""
        return next(one for one in self.conditions if one.status is self.status)


@dataclass(frozen=True)
class ExpectationResult:
    """An expectation of any suite, and the status it was given.

    ``line_id`` is the checklist line it belongs to; None for a guard of the marts.
    """

    outcome: Outcome
    expectation_order: int
    line_id: str | None
    status: Status

    @property
    def is_broken(self) -> bool:
        """Whether the expectation failed or could not look."""
        return self.status in (Status.FAIL, Status.ERROR)


@dataclass(frozen=True)
class Run:
    """Which build was validated, and when."""

    run_id: str
    build_id: str | None
    last_load_id: int | None
    validated_at: datetime


@dataclass(frozen=True)
class ValidationResult:
    """Everything one validation found."""

    run: Run
    lines: tuple[LineResult, ...]
    expectations: tuple[ExpectationResult, ...]
    data_docs_index: Path

    @property
    def guards(self) -> tuple[ExpectationResult, ...]:
        """The expectations on the marts themselves, apart from the checklist."""
        return tuple(one for one in self.expectations if one.line_id is None)

    @property
    def has_failed_line(self) -> bool:
        """Whether a checklist line or success criterion failed or could not be checked."""
        return any(line.status in (Status.FAIL, Status.ERROR) for line in self.lines)

    @property
    def has_critical_guard_failure(self) -> bool:
        """Whether the marts cannot be believed."""
        return any(
            guard.is_broken and guard.outcome.severity is Severity.CRITICAL for guard in self.guards
        )

    def count(self, status: Status, kind: str | None = None) -> int:
        """Return how many lines (of this kind) have the status."""
        return sum(line.status is status and kind in (None, line.kind) for line in self.lines)
