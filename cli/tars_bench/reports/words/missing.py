"""Why a figure of the proof is missing: the codes of the marts as words."""

from __future__ import annotations

from typing import Final

from tars_bench.reports.read.records import Record
from tars_bench.reports.words.cells import written
from tars_bench.reports.words.formatting import Unit

_WHOLE: Final = {
    "baseline_zero": "the cost of {there} is zero",
    "baseline_zero_at_constant_prices": "the cost of {there} is zero at constant prices",
    "no_bridge_factor": "no factor of the cost bridge stands for this strategy",
    "no_dollars_named": "the log names no dollars",
    "no_event_log": "no optimization event was ever logged",
    "no_strategy_claims_it": "no strategy claims it",
    "no_task_ended": "no task ended in one of the windows: the workload counts requests",
    "tokens_do_not_explain": "the logged tokens do not explain the cost",
}
_CAUSES: Final = {
    "not_loaded": "no data were logged in {window}",
    "no_call": "no API call was logged in {window}",
    "no_cost": "no call of {window} has a known cost",
    "no_price": "no billed call of {window} has a list price",
    "no_task_completed": "no task was completed in {window}",
}


def missing_words(code: str | None, here: str, there: str, otherwise: str = "") -> str:
    """Say why a figure is missing.

    Args:
        code: The code of a mart, or the words of a seed, which stay as they are.
        here: What the days in question are called.
        there: What they are compared with.
        otherwise: What is said where there is no code.

    """
    if not code:
        return otherwise
    if code in _WHOLE:
        return _WHOLE[code].format(there=there)
    cause, _, window = code.partition("_in_")
    if cause in _CAUSES and window in ("phase", "baseline"):
        return _CAUSES[cause].format(window=here if window == "phase" else there)
    return code


def token_explanation(one: Record, here: str, there: str) -> str:
    """Say why logged tokens do not explain the cost, from a row of cost_bridge_phases."""
    code = one["token_explanation_code"]
    if code in ("no_list_price_in_baseline", "no_list_price_in_phase"):
        window = there if code.endswith("baseline") else here
        return f"no call of {window} has a list price above zero"
    if code != "share_too_low":
        return "there is nothing to compare"
    sides = (("baseline", there), ("phase", here))
    shares = [f"{written(one[f'{key}_explained_share'], Unit.RATIO)} of {of}" for key, of in sides]
    ratios = [written(one[f"{key}_billing_ratio"], Unit.MULTIPLE) for key, _ in sides]
    return (
        f"at list prices they explain {' and '.join(shares)}, too little of the billed cost, which "
        f"is {' and '.join(ratios)} the list cost of the tokens"
    )
