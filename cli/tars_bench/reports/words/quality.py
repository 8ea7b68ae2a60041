"""Why a quality metric is worse, not worse or neither, in words."""

from __future__ import annotations

from tars_bench.reports.read.records import Record
from tars_bench.shared.reasons import interval_reason


def quality_reason(one: Record, here: str, there: str) -> str:
    """Say where the margin lies, or why nobody can tell, from a row of quality_checks."""
    reasons = {
        "margin_ruled_out": "a worsening as large as the margin is ruled out",
        "beyond_margin": "it got worse by more than the margin",
        "margin_in_interval": "a worsening as large as the margin is not ruled out",
        "not_logged": "not logged in either of the two",
        "not_logged_in_baseline": f"not logged in {there}",
        "not_logged_in_phase": f"not logged in {here}",
    }
    return reasons.get(one["reason_code"]) or interval_reason(one)
