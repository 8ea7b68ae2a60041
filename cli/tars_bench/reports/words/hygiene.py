"""What a check of the comparison itself is about: the source, and what each window showed."""

from __future__ import annotations

from typing import Final

from tars_bench.reports.model import number
from tars_bench.reports.read.records import Record
from tars_bench.reports.words.formatting import Unit, format_value

_READINGS: Final = {
    "weekday_balance": ("days with calls on weekends", Unit.RATIO),
    "price_changes": ("cost on models whose price changed", Unit.RATIO),
    "days_without_calls": ("days without calls", Unit.RATIO),
    "volume_collapses": ("days of collapsed volume", Unit.RATIO),
    "error_bursts": ("days with a burst of errors", Unit.RATIO),
    "cost_coverage": ("tokens of known cost", Unit.RATIO),
    "placeholder_outputs": ("answers of 1 to 8 output tokens", Unit.RATIO),
    "constant_outputs": ("mean output tokens", Unit.NUMBER),
    "zero_usage": ("answers without usage", Unit.RATIO),
    "token_convention": ("input tokens of a call that reads a cache", Unit.NUMBER),
    "response_time_unit": ("median response time as logged", Unit.NUMBER),
    "source_coverage": ("answered calls", Unit.COUNT),
    "task_definition": ("requests per task", Unit.NUMBER),
    "priced_share": ("tokens with a list price", Unit.RATIO),
    "billed_list_ratio": ("billed of list price", Unit.RATIO),
    "zero_recorded_cost": ("calls with tokens recorded as free", Unit.RATIO),
    "reported_cost_gap": ("reported cost beside the log's", Unit.RATIO),
    "delivered_twice": ("requests delivered twice", Unit.RATIO),
    "last_day_cut_off": ("missing of the window", Unit.RATIO),
    "clock_ahead": ("requests dated after their load", Unit.RATIO),
    "unfinished_usage": ("calls whose counts are not final", Unit.RATIO),
    "unpriced_zero_cost": ("calls without a price recorded as free", Unit.RATIO),
    "list_price_gap": ("recorded of list price", Unit.RATIO),
    "project_coverage": ("API calls", Unit.COUNT),
    "calls_per_session": ("median calls of a session", Unit.NUMBER),
    "hour_shift": ("hours later", Unit.NUMBER),
}
"""Check → what its two readings count, and their unit."""


def particulars(check: Record) -> str:
    """Return which source, project or model a check is about and what each window showed."""
    what, unit = _READINGS.get(check["check_id"], ("", Unit.NUMBER))
    readings = [
        f"{format_value(value, unit, 1 if unit is Unit.NUMBER else None)} in the {window}"
        for window in ("baseline", "phase")
        if (value := number(check[f"{window}_reading"])) is not None
    ]
    model = check["model_id"] if check["model_id"] != "all" else None
    named = [
        f"{kind}{name}"
        for kind, name in (
            ("", check["source_system"]),
            ("project ", check["project"]),
            ("model ", model),
        )
        if name
    ]
    shown = f"{what} {' and '.join(readings)}" if what and readings else ""
    return ", ".join(filter(None, (*named, shown)))


def sentence_of(check: Record) -> str:
    """Return the verdict of a check in words, with what it rests on."""
    said, shown = str(check["sentence"]).rstrip("."), particulars(check)
    is_told = shown and check["status"] in ("serious", "warning")
    return f"{said} ({shown})." if is_told else f"{said}."
