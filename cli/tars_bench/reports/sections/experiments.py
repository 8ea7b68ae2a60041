"""The tables of experiments: the two sides, what was checked, and one line each for a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tars_bench.reports.model import Cell, Column, Row, Section, Table
from tars_bench.reports.read.experiment_answers import Experiment
from tars_bench.reports.read.records import Record
from tars_bench.reports.words.cells import figure, text, unit_of
from tars_bench.reports.words.experiments import EVIDENCE, experiment_answers
from tars_bench.reports.words.formatting import Unit, format_limit
from tars_bench.reports.words.statuses import status_cell

_SIDES = (
    Column("fact", "What"),
    Column("control", "Control", is_numeric=True),
    Column("treated", "Treated", is_numeric=True),
)
_CHECKS = (
    Column("check", "Check"),
    Column("control", "Control", is_numeric=True, is_detail=True),
    Column("treated", "Treated", is_numeric=True, is_detail=True),
    Column("observed", "Measured", is_numeric=True),
    Column("limits", "Limits", is_detail=True),
    Column("status", "Status"),
)
_LIST = (
    Column("experiment", "Experiment"),
    Column("days", "Days"),
    Column("evidence", "Evidence"),
    Column("change", "Cost per unit of work", is_numeric=True),
    Column("quality", "Quality"),
    Column("balance", "Two sides"),
)
_WORDS = {
    "not_measured": "not measured",
    "nearly_balanced": "nearly alike",
    "balanced": "alike",
    "unbalanced": "not alike",
}
_STATUS = {
    "held": "ok",
    "worse": "serious",
    "balanced": "ok",
    "nearly_balanced": "warning",
    "unbalanced": "serious",
}


def sides_section(experiment: Experiment) -> Section:
    """Return the two sides beside each other."""
    facts = experiment.facts
    is_switchback = facts["design"] == "switchback"
    labels = ("days off", "days on") if is_switchback else (
        str(facts["control_label"]), str(facts["treated_label"])
    )  # fmt: skip
    unit = "API call" if facts["unit_of_work"] == "api_call" else "task"
    rows = [
        Row("sides:label", (text("Side"), *map(text, labels))),
        _pair("sides:days", "Days with work", facts, "day_count", Unit.COUNT),
        _pair("sides:units", f"{unit[:1].upper()}{unit[1:]}s", facts, "unit_count", Unit.COUNT),
        _pair("sides:cost", f"Cost per {unit}, same mix and prices", facts, "value", Unit.USD_FINE),
    ]
    notes = list(_side_notes(facts))
    return Section("sides", "THE TWO SIDES", (Table(_SIDES, tuple(rows)),), tuple(notes))


def _pair(row_id: str, label: str, facts: Record, key: str, unit: Unit) -> Row:
    cells = (figure(facts[f"{side}_{key}"], unit, "not known") for side in ("control", "treated"))
    return Row(row_id, (text(label), *cells))


def _side_notes(facts: Record) -> Iterator[str]:
    yield f"Evidence: {EVIDENCE[facts['evidence_kind']]}."
    if facts["design"] != "switchback":
        return
    pairs = f"{facts['pair_count'] or 0:,} of {facts['planned_pair_count'] or 0:,}"
    yield (
        f"{pairs} scheduled pairs of days have comparable work on both days. The change is the "
        "mean of their changes, each pair weighed by its work, so it may differ from that of the "
        "two costs above."
    )
    hours = facts["washout_hours"]
    yield (
        f"The first {hours:,} hours of every day are left out, for what the day before may carry "
        "over."
        if hours
        else "It is taken that a day carries nothing over into the next; where it does, set "
        "washout_hours in seeds/experiments.csv."
    )


def checks_sections(experiment: Experiment) -> Iterator[Section]:
    """Yield what was checked of the two sides, and of quality."""
    for kind, title in (("balance", "ARE THE TWO SIDES ALIKE?"), ("quality", "DID QUALITY HOLD?")):
        found = [one for one in experiment.checks if one["check_kind"] == kind]
        if found:
            rows = tuple(_check_row(one) for one in found)
            yield Section(f"experiment_{kind}", title, (Table(_CHECKS, rows),), _check_notes(kind))


def _check_row(one: Record) -> Row:
    unit = unit_of(one["check_id"], one["unit"])
    sides = Unit.COUNT if one["check_id"] == "sample_ratio" else unit
    status = status_cell(
        one["status"], word="not worse" if _is_held(one) else "worse" if _is_worse(one) else None
    )
    cells = (
        text(one["check_name"]),
        figure(one["control_value"], sides, "–"),
        figure(one["treated_value"], sides, "–"),
        _observed(one, unit),
        text(_limits(one, unit)),
        status,
    )
    return Row(f"experiment:{one['check_id']}", cells)


def _observed(one: Record, unit: Unit) -> Cell:
    if one["check_kind"] == "balance":
        return figure(one["observed_value"], unit)
    shown = Unit.POINTS if unit is Unit.RATIO else unit
    return figure(one["observed_value"], shown, is_signed=True)


def _is_held(one: Record) -> bool:
    return bool(one["check_kind"] == "quality" and one["status"] == "ok")


def _is_worse(one: Record) -> bool:
    return bool(one["check_kind"] == "quality" and one["status"] == "serious")


def _limits(one: Record, unit: Unit) -> str:
    known = [one[key] for key in ("warning_limit", "serious_limit") if one[key] is not None]
    return ", ".join(format_limit(limit, unit) for limit in known) or "–"


def _check_notes(kind: str) -> tuple[str, ...]:
    if kind == "balance":
        return ("The limits are those of a warning and of a serious one, where there are both.",)
    return ("Quality is held against the margins of seeds/quality_margins.csv.",)


def experiments_section(experiments: Sequence[Experiment]) -> Section | None:
    """Return one line an experiment, and its answers in words; None where there is none."""
    if not experiments:
        return None
    rows = tuple(_list_row(one) for one in experiments)
    notes = tuple(
        f"{one.facts['experiment_name']}: "
        + " ".join(answer.sentence for answer in experiment_answers(one))
        for one in experiments
    )
    return Section("experiments", "EXPERIMENTS", (Table(_LIST, rows),), notes)


def _list_row(one: Experiment) -> Row:
    facts = one.facts
    evidence = "measured" if facts["evidence_kind"] == "randomised" else "side by side"
    cells = (
        text(facts["experiment_name"]),
        text(f"{facts['start_date']} to {facts['end_date']}"),
        text(evidence),
        _change(facts),
        _answer_cell(one.answers["quality"]),
        _answer_cell(one.answers["balance"]),
    )
    return Row(f"experiment:{facts['experiment_id']}", cells)


def _change(facts: Record) -> Cell:
    if facts["answer"] == "cannot_be_told" or facts["change_ratio_low"] is None:
        return Cell(None, Unit.RATIO, missing="cannot be told")
    return Cell(
        facts["change_ratio_low"], Unit.RATIO, is_signed=True, high=facts["change_ratio_high"]
    )


def _answer_cell(found: Record) -> Cell:
    answer = str(found["answer"])
    return status_cell(_STATUS.get(answer, "inconclusive"), word=_WORDS.get(answer, answer))
