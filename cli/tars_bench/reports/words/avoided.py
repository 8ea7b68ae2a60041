"""The baseline's models in words: what they are, why one may not be used, where two disagree."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tars_bench.reports.read.records import Line, Record
from tars_bench.reports.words.cells import both, moved, written
from tars_bench.reports.words.formatting import Unit, format_limit

MODELS: Final = {
    "tasks": "By tasks and kind of day",
    "api_calls": "By API calls and kind of day",
    "days": "The mean day, whatever the work",
}
"""What each model goes by, the one to be preferred first."""
_WORK: Final = {"tasks": "tasks", "api_calls": "API calls"}


def model_note(here: str, there: str) -> str:
    """Say what the models are and what a model must do to be used."""
    return (
        f"Avoided: what the days of {here} would have cost had work been done as in {there}, less "
        "what they cost. A model of the work may be used only if it fits the baseline's own days: "
        "how much it misses them by, those it was not shown, and those on average."
    )


def why_not_used(one: Record, there: str) -> str:
    """Say which gate a model does not pass."""
    reasons: Mapping[str, Callable[[], str]] = {
        "few_days": lambda: (
            f"{there} has {written(one['reason_value'], Unit.COUNT)} days with a known cost, and a "
            f"model needs {written(one['reason_limit'], Unit.COUNT)}"
        ),
        "unseen_day_class": lambda: f"{there} has no day of a kind that has to be judged",
        "driver_beyond_baseline": lambda: (
            f"{written(one['reason_value'], Unit.COUNT)} {_WORK[one['driver_id']]} a day is too "
            f"far from any day of {there} (at most {written(one['reason_limit'], Unit.COUNT)})"
        ),
        "poor_fit": lambda: f"it misses the baseline's own days by {_missed(one)}",
        "poor_forecast": lambda: f"it misses days it was not shown by {_missed(one)}",
        "biased_forecast": lambda: f"it misses days it was not shown on average by {_missed(one)}",
    }
    return reasons[one["disqualified_by"]]()


def _missed(one: Record) -> str:
    found = written(one["reason_value"], Unit.RATIO)
    allowed = format_limit(one["reason_limit"], Unit.RATIO)
    return f"{found} ({allowed} allowed)"


def drivers_that_disagree(task: Line, call: Line) -> str:
    """Say that a task and a call moved in opposite directions."""
    first, second = (
        f"cost per {name} {moved(line.change_ratio)}"
        if line.change_ratio is not None
        else f"cost per {name} went from {both(line)[0].text} to {both(line)[1].text}"
        for name, line in (("task", task), ("API call", call))
    )
    return (
        f"Tasks and calls disagree: {first}, {second}. What a need costs hangs on how many calls "
        "it takes."
    )


def models_that_disagree(found: Sequence[Record]) -> str:
    """Say that the models by tasks and by calls have opposite signs."""
    parts = [f"by {_WORK[one['driver_id']]} {_amount(one['avoided_usd'])}" for one in found]
    return f"The baseline's models disagree: {', '.join(parts)}."


def ratio_that_disagrees(one: Record, line: Line) -> str:
    """Say that the cost of a unit and the baseline's model moved in opposite directions."""
    unit = {"tasks": "task", "api_calls": "API call"}[one["driver_id"]]
    change = moved(line.change_ratio) if line.change_ratio is not None else "moved"
    return (
        f"Cost per {unit} {change}, but the baseline's model, which knows that some cost does not "
        f"follow the {_WORK[one['driver_id']]}, finds {_amount(one['avoided_usd'])}."
    )


def _amount(usd: float) -> str:
    return f"{written(abs(usd), Unit.USD)} {'avoided' if usd >= 0 else 'more spent'}"
