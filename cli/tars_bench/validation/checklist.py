"""The checklist as a suite: one expectation a condition, thresholds from the registry.

The batch is one row wide: a column per condition, holding its observed value. A condition the
marts did not measure has no column, so its expectation raises, and that is an error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final

from tars_bench.shared.text import html, printable
from tars_bench.validation.model import (
    Condition,
    ConditionResult,
    Evidence,
    LineResult,
    Outcome,
    Position,
    Severity,
    Status,
    worst,
)
from tars_bench.validation.wording import (
    condition_sentence,
    expectation_sentence,
    position,
    verdict,
)

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from pandas import DataFrame

SUITES: Final = {"checklist": "validation_checklist", "success_criterion": "success_criteria"}
"""The registry's kinds, and the suite each is checked by."""

_SEVERITIES: Final = {"checklist": Severity.WARNING, "success_criterion": Severity.CRITICAL}


def checklist_suite(name: str, conditions: Sequence[Condition]) -> ExpectationSuite:
    """Return a suite with exactly one expectation for each condition."""
    from great_expectations import ExpectationSuite
    from great_expectations.expectations import ExpectColumnMaxToBeBetween

    return ExpectationSuite(
        name=name,
        expectations=[
            ExpectColumnMaxToBeBetween(
                column=condition.key,
                min_value=condition.min_threshold,
                strict_min=not condition.min_inclusive,
                max_value=condition.max_threshold,
                strict_max=not condition.max_inclusive,
                description=html(expectation_sentence(condition)),
                severity=_SEVERITIES.get(condition.kind, Severity.WARNING).value,
                meta={"checklist_id": condition.line_id, "key": condition.key},
            )
            for condition in conditions
        ],
    )


def checklist_batch(conditions: Sequence[Condition], evidence: Mapping[str, Evidence]) -> DataFrame:
    """Return the one row a checklist suite looks at."""
    from pandas import DataFrame, Series

    measured = [condition.key for condition in conditions if condition.key in evidence]
    return DataFrame(
        {key: Series([evidence[key].observed_value], dtype="float64") for key in measured}
    )


def judge(
    condition: Condition, evidence: Evidence | None, outcome: Outcome | None
) -> ConditionResult:
    """Turn what the expectation did into a status; only a measured value can pass or fail."""
    problem = _problem(evidence, outcome)
    value = evidence.observed_value if evidence else None
    where = None if problem or value is None else position(condition, value)
    is_unsettled = evidence is not None and evidence.is_inconclusive
    status = Status.ERROR if problem else _status(condition, outcome, where, is_unsettled)
    word = verdict(condition, status, None if is_unsettled else where)
    return ConditionResult(
        condition=condition,
        evidence=evidence,
        status=status,
        position=where,
        verdict=word,
        detail=condition_sentence(condition, evidence, status, word, problem),
    )


def combine(results: Sequence[ConditionResult]) -> tuple[LineResult, ...]:
    """Combine the conditions of each line into the line; conditions of a line stand together."""
    return tuple(
        _line(tuple(group)) for _, group in groupby(results, key=lambda one: one.condition.line_id)
    )


def _problem(evidence: Evidence | None, outcome: Outcome | None) -> str | None:
    """Say why the check itself cannot be believed; None if it can."""
    if evidence is None:
        return "the marts hold no row for this condition"
    if outcome is None:
        return "no expectation was run for this condition"
    if outcome.exception_text is not None:
        return outcome.exception_text
    value = evidence.observed_value
    if value is not None and not math.isfinite(value):
        return f"the measured value is no number: {value}"
    if value != outcome.observed_number:
        return f"the expectation saw {outcome.observed_number}, the marts measured {value}"
    return None


def _status(
    condition: Condition, outcome: Outcome | None, where: Position | None, is_unsettled: bool
) -> Status:
    """An unsettled figure neither passes nor fails, whichever side of the threshold it is on."""
    if where is None or outcome is None:
        return Status.NOT_APPLICABLE
    if is_unsettled:
        return Status.INCONCLUSIVE
    if outcome.is_success:
        return Status.PASS
    is_better = (where, condition.better_beyond) in (
        (Position.BELOW, "min"),
        (Position.ABOVE, "max"),
    )
    return Status.INCONCLUSIVE if is_better else Status.FAIL


def _line(conditions: tuple[ConditionResult, ...]) -> LineResult:
    status = worst(one.status for one in conditions)
    first = conditions[0].condition
    deciding = next(one for one in conditions if one.status is status)
    return LineResult(
        line_id=first.line_id,
        kind=first.kind,
        line_order=first.line_order,
        line_text=printable(first.line_text),
        status=status,
        verdict=deciding.verdict,
        detail=_line_detail(conditions, status),
        conditions=conditions,
    )


def _line_detail(conditions: tuple[ConditionResult, ...], status: Status) -> str:
    """All sentences of a short line; of a long one, those that decide it and a count."""
    if len(conditions) <= _LONG_LINE:
        return "; ".join(one.detail for one in conditions)
    met = sum(one.status is Status.PASS for one in conditions)
    count = f"{met} of {len(conditions)} conditions met"
    if status is Status.PASS:
        return count
    deciding = [one.detail for one in conditions if one.status is status]
    more = f"; and {len(deciding) - _LONG_LINE} more" if len(deciding) > _LONG_LINE else ""
    return f"{count}; {'; '.join(deciding[:_LONG_LINE])}{more}"


_LONG_LINE: Final = 3
