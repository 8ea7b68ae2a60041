"""Codes of the marts as sentences that reports and the checklist share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

_INTERVAL_REASONS: Final = {
    "below": "its whole interval lies below zero",
    "above": "its whole interval lies above zero",
    "includes_zero": "its interval includes zero",
    "change_includes_zero": "the change may be zero, though its percentage is clear",
    "ratio_includes_zero": "its percentage may be zero, though the change is clear",
    "no_variation": "it is the same in both, without any variation",
    "trend_continued": "it moved this way before, and beyond that nothing is clear",
    "not_measured": "one of the two has no value",
}
_SAMPLES: Final = {"few_groups": "independent groups of calls", "few_days": "days"}


def interval_reason(found: Mapping[str, Any], prefix: str = "") -> str:
    """Say why an interval tells what it tells, or why there is none.

    Args:
        found: A row with `reason_code`, `reason_limit` and the counts of both windows.
        prefix: What stands before `reason_code` and `reason_limit`.

    """
    code, limit = found[f"{prefix}reason_code"], found[f"{prefix}reason_limit"]
    if code in _SAMPLES:
        return _few(found, _SAMPLES[code], limit)
    if code == "few_tail_values":
        few = "too few" if limit is None else f"fewer than {limit:,}"
        return f"{few} values lie beyond the percentile"
    return _INTERVAL_REASONS.get(code, "there is no interval")


def _few(found: Mapping[str, Any], samples: str, limit: int | None) -> str:
    """Say how few samples there are, in the windows of which the number is known."""
    counts = [found["baseline_cluster_count"], found["phase_cluster_count"]]
    known = " and ".join(f"{count:,}" for count in counts if count is not None) or "too few"
    each = " in each" if None not in counts else ""
    return f"{known} {samples}" + (
        "" if limit is None else f"; at least {limit:,} are needed{each}"
    )


def strategy_reason(found: Mapping[str, Any], here: str = "this phase") -> str:
    """Say why a strategy is verified or not, from a row of strategy_verification."""
    driver = found["driver_metric_name"]
    reasons: Mapping[str, Callable[[], str]] = {
        "no_call": lambda: f"no API call was logged in {here}",
        "no_event_log": lambda: "no optimization event was ever logged",
        "unplanned": lambda: "the log has events of it, but the plan does not switch it on",
        "off": lambda: "the plan does not switch it on",
        "no_event": lambda: "the plan switches it on, but the log has no event of it",
        "too_many_tokens": lambda: (
            f"the log claims more tokens saved than all calls used{_tokens(found)}"
        ),
        "discount_unknown": lambda: (
            "calls went in batches, but no cost was logged that could show the discount"
        ),
        "no_discount": lambda: (
            "calls went in batches, but what was billed for them shows no discount"
        ),
        "traffic_unknown": lambda: "whether traffic moved was not logged",
        "no_traffic": lambda: "the log has events of it, but no traffic moved",
        "wrong_way": lambda: f"traffic moved, but the metric it targets got worse: {driver}",
        "driver_unchanged": lambda: (
            f"traffic moved, but the metric it targets stayed exactly as it was: {driver}"
        ),
        "driver_unsettled": lambda: (
            "traffic moved, but whether the metric it targets improved is open: "
            f"{driver}, {interval_reason(found, 'interval_')}"
        ),
        "no_saving": lambda: (
            "traffic moved and the metric it targets improved, but the cost bridge shows no saving "
            "by it"
        ),
        "verified": lambda: f"traffic moved and the metric it targets improved: {driver}",
    }
    return reasons[found["reason_code"]]()


def _tokens(found: Mapping[str, Any]) -> str:
    claimed, used = found.get("all_claimed_tokens_per_day"), found.get("used_tokens_per_day")
    if claimed is None or used is None:
        return ""
    return f": {claimed:,.0f} against {used:,.0f} a day"


def note(found: Mapping[str, Any], here: str = "this phase") -> str:
    """Say why a condition of the checklist is not certain; empty where nothing is to be said.

    Args:
        found: `note_code` and what it is about, as checklist_evidence has them.
        here: What the days in question are called.

    """
    code = found["note_code"]
    if not code:
        return ""
    asked = "the interval lies on both sides of what is asked for"
    if code == "no_interval":
        why = f": {interval_reason(found, 'interval_')}" if found["interval_reason_code"] else ""
        return f"too little data for an interval{why}"
    if code == "interval_straddles":
        return asked
    if code == "interval_straddles_for_good":
        return f"{asked}, and more days of {here} alone would not settle it"
    return strategy_reason({**found, "reason_code": code}, here)
