"""What kind of evidence a comparison is, and whether its days were chosen before they began."""

from __future__ import annotations

from typing import Final

from tars_bench.reports.read.records import Planned

_KINDS: Final = {"before_after": "before/after"}


def evidence_line(kind: str, baseline: Planned | None, phase: Planned | None) -> str:
    """Return the line of the first screen on it; nothing of a plan where none was asked for.

    Args:
        kind: The code of `marts.verdict_answers`.
        baseline: When a plan named the baseline's days; None where nobody looked.
        phase: When a plan named the days in question.

    """
    shown = f"Evidence: {_KINDS.get(kind, kind.replace('_', ' '))}"
    if phase is None or baseline is None:
        return shown
    if phase.planned_on is None:
        return f"{shown}, exploratory: {_why(phase)}"
    if baseline.planned_on is None:
        return (
            f"{shown}, the phase planned on {phase.planned_on}; the baseline exploratory: "
            f"{_why(baseline)}"
        )
    return f"{shown}, planned on {phase.planned_on}, before it began"


def _why(days: Planned) -> str:
    if days.is_changed:
        return "a plan in plan.json was changed"
    if days.late_plan_on:
        return f"first planned on {days.late_plan_on}, when it had begun"
    return "no plan named its days before they began"
