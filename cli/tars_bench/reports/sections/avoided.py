"""What the phase would have cost as the baseline worked: the models, whether they may be used."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tars_bench.reports.model import Cell, Column, Row, Section, Table
from tars_bench.reports.read.records import Line, Proof, Record, ReportData
from tars_bench.reports.words.avoided import (
    MODELS,
    drivers_that_disagree,
    model_note,
    models_that_disagree,
    ratio_that_disagrees,
    why_not_used,
)
from tars_bench.reports.words.cells import figure, text
from tars_bench.reports.words.formatting import Unit
from tars_bench.reports.words.statuses import status_cell

AVOIDED: Final = "baseline_model"
_COST_OF: Final = {"tasks": "cost_per_task", "api_calls": "cost_per_api_call"}
_CLEAR: Final = frozenset({"improved", "regressed"})


def avoided_section(data: ReportData, proof: Proof) -> Section | None:
    """Return what each model of the baseline says was avoided; None where there is none."""
    known = [one for one in proof.avoided if one["disqualified_by"] != "no_driver"]
    if not known:
        return None
    columns = (
        Column("model", "The baseline's model"),
        Column("error", "Misses by", is_numeric=True),
        Column("forecast", "Days left out", is_numeric=True, is_detail=True),
        Column("bias", "On average", is_numeric=True, is_detail=True),
        Column("avoided", "Avoided", is_numeric=True),
        Column("interval", "95% interval", is_numeric=True),
        Column("status", "Used?"),
    )
    order = list(MODELS)
    rows = sorted(known, key=lambda one: order.index(one["driver_id"]))
    table = Table(columns, tuple(_model_row(proof, one) for one in rows))
    notes = (model_note(data.here, data.there), *_reasons(data, rows), *disagreements(data))
    return Section(AVOIDED, "AVOIDED COST", (table,), tuple(notes), is_proof=True)


def _model_row(proof: Proof, one: Record) -> Row:
    is_used = one["driver_id"] == proof.model.get("driver_id")
    cells = (
        text(MODELS[one["driver_id"]]),
        figure(one["cv_rmse_ratio"], Unit.RATIO, "not known"),
        figure(one["forecast_error_ratio"], Unit.RATIO, "not known"),
        figure(one["forecast_bias_ratio"], Unit.RATIO, "not known", is_signed=True),
        *_figures(one),
        _status(one, is_used=is_used),
    )
    return Row(f"model:{one['driver_id']}", cells)


def _figures(one: Record) -> tuple[Cell, Cell]:
    """Return the avoided cost and its interval; those of a model that does not fit mislead."""
    if one["disqualified_by"] and one["driver_id"] in _COST_OF:
        return Cell(None, missing="not used"), Cell(None, missing="not used")
    low, high = (figure(one[f"avoided_usd_{end}"], Unit.USD, "none") for end in ("low", "high"))
    interval = Cell(low.value, Unit.USD, missing=low.missing, high=high.value)
    return figure(one["avoided_usd"], Unit.USD, "not known"), interval


def _status(one: Record, *, is_used: bool) -> Cell:
    if one["driver_id"] == "days":
        return text("yes, for want of another" if is_used else "no, another fits")
    if one["disqualified_by"]:
        return status_cell("disqualified")
    return text("yes" if is_used else "fits, too")


def _reasons(data: ReportData, rows: list[Record]) -> Iterator[str]:
    """Say once per reason which models must not be used."""
    found: dict[str, list[str]] = {}
    for one in rows:
        if one["disqualified_by"] and one["driver_id"] != "days":
            found.setdefault(why_not_used(one, data.there), []).append(one["driver_id"])
    for why, drivers in found.items():
        yield why_not_used_of(why, drivers)


def why_not_used_of(why: str, drivers: list[str]) -> str:
    """Return which models must not be used, and why."""
    names = " and ".join(f"{MODELS[one][:1].lower()}{MODELS[one][1:]}" for one in drivers)
    start = "No model of the work may be used" if len(drivers) > 1 else f"The model {names} may not"
    return f"{start}: {why}." if len(drivers) > 1 else f"{start} be used: {why}."


def disagreements(data: ReportData) -> Iterator[str]:
    """Yield where two ways to count a saving disagree in sign."""
    if data.proof is None:
        return
    yield from _costs_that_disagree(data)
    usable = [one for one in data.proof.avoided if _is_usable(one)]
    if len(usable) == 2 and usable[0]["has_drivers_that_disagree"] and any(map(_is_clear, usable)):
        yield models_that_disagree(usable)
    yield from _ratios_that_disagree(data, usable)


def _costs_that_disagree(data: ReportData) -> Iterator[str]:
    task, call = (_clear_or_not(data, metric_id) for metric_id in _COST_OF.values())
    if task and call and _signs_differ(task, call) and _is_any_clear(data, (task, call)):
        yield drivers_that_disagree(task, call)


def _ratios_that_disagree(data: ReportData, usable: list[Record]) -> Iterator[str]:
    for one in usable:
        line = data.compared(_COST_OF[one["driver_id"]])
        if not (line and one["has_ratio_that_disagrees"]):
            continue
        if _is_clear(one) or _is_any_clear(data, (line,)):
            yield ratio_that_disagrees(one, line)


def _is_usable(one: Record) -> bool:
    return one["driver_id"] in _COST_OF and not one["disqualified_by"]


def _clear_or_not(data: ReportData, metric_id: str) -> Line | None:
    line = data.compared(metric_id)
    return line if line and line.change_value else None


def _signs_differ(first: Line, second: Line) -> bool:
    return (first.change_value or 0) * (second.change_value or 0) < 0


def _is_any_clear(data: ReportData, lines: tuple[Line, ...]) -> bool:
    found = data.proof.intervals if data.proof else {}
    return any(found.get(one.metric_id, {}).get("verdict") in _CLEAR for one in lines)


def _is_clear(one: Record) -> bool:
    """Return whether the interval of the avoided cost has no zero in it."""
    low, high = one["avoided_usd_low"], one["avoided_usd_high"]
    return low is not None and high is not None and low * high > 0
