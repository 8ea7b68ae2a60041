"""The sections that read `report_lines`: metric by metric, as the layout seed orders them."""

import re
from collections.abc import Iterator
from itertools import groupby

from tars_bench.reports.model import Cell, Column, Row, Section, Table
from tars_bench.reports.read.records import Line, Record, ReportData
from tars_bench.reports.words.cells import (
    basis,
    both,
    change,
    figure,
    interval,
    is_measured,
    listed,
    proven,
    text,
    unit_of,
    why_missing,
)
from tars_bench.reports.words.formatting import Unit

_DESCRIPTION = (
    Column("metric", "Metric"),
    Column("value", "Value", is_numeric=True),
    Column("samples", "Samples", is_numeric=True),
    Column("basis", "Basis"),
)


def metric_sections(data: ReportData) -> list[Section]:
    """Return one section per section of the layout, in its order."""
    ordered = sorted(data.lines, key=lambda line: (line.section_order, line.line_order))
    return [
        _section(data, title, tuple(lines))
        for (_, title), lines in groupby(
            ordered, key=lambda line: (line.section_order, line.section_title)
        )
    ]


def _section(data: ReportData, title: str, lines: tuple[Line, ...]) -> Section:
    table = _description(lines) if data.is_baseline else comparison_table(data, lines)
    notes = tuple(missing_notes(lines)) if data.proof else ()
    return Section(slug(title), title, (table,), notes)


def missing_notes(lines: tuple[Line, ...]) -> Iterator[str]:
    """Say once, below the table, why figures could not be compared."""
    labels: dict[str, list[str]] = {}
    for line in lines:
        if not is_measured(line):
            labels.setdefault(why_missing(line), []).append(line.line_label)
    for reason, names in labels.items():
        yield f"Not measurable: {listed(names)}: {reason}."


def strategy_table(data: ReportData) -> Table:
    """Return which strategies the plan has on in the phase, and what the event log says."""
    columns = (
        Column("strategy", "Strategy"),
        Column("state", "In the plan"),
        Column("events", "Events logged", is_numeric=True),
    )
    rows = tuple(_strategy_row(one) for one in data.savings)
    return Table(columns, rows, "Strategies")


def _strategy_row(one: Record) -> Row:
    state = text("enabled" if one["is_switched_on"] else "disabled")
    events = figure(one["event_count"], Unit.COUNT)
    return Row(one["strategy_id"], (text(one["strategy_name"]), state, events))


def _description(lines: tuple[Line, ...]) -> Table:
    return Table(_DESCRIPTION, tuple(_description_row(line) for line in lines))


def _description_row(line: Line) -> Row:
    unit = unit_of(line.metric_id, line.unit)
    value = figure(line.phase_value, unit)
    samples = figure(line.sample_count or 0, Unit.COUNT)
    return Row(line.metric_id, (text(line.line_label), value, samples, basis(line)))


def comparison_table(data: ReportData, lines: tuple[Line, ...]) -> Table:
    """Return the figures of both, the change, and in a word what may be said of it."""
    found = data.proof.intervals if data.proof else {}
    columns = (
        Column("metric", "Metric"),
        Column("baseline", data.baseline.phase_name, is_numeric=True),
        Column("phase", data.phase.phase_name, is_numeric=True),
        Column("change", "Change", is_numeric=True),
        *((Column("verdict", "Verdict"),) if data.proof else ()),
    )
    rows = (
        Row(
            line.metric_id,
            (
                *_compared_cells(line),
                *((proven(line, found.get(line.metric_id, {})),) if data.proof else ()),
            ),
        )
        for line in lines
    )
    return Table(columns, tuple(rows))


def _compared_cells(line: Line) -> tuple[Cell, ...]:
    moved = change(line) if line.is_compared else Cell(None, missing="none")
    return (text(line.line_label), *both(line), moved)


_INTERVALS = (
    Column("metric", "Metric"),
    Column("change", "Change", is_numeric=True),
    Column("interval", "95% interval", is_numeric=True),
    Column("samples", "n", is_numeric=True, is_detail=True),
    Column("clusters", "Resampled", is_numeric=True),
)


def intervals_section(data: ReportData) -> Section:
    """Return what chance could do to each figure of the report, and what that rests on."""
    ordered = sorted(data.lines, key=lambda line: (line.section_order, line.line_order))
    found = data.proof.intervals if data.proof else {}
    rows = tuple(
        _interval_row(line, found.get(line.metric_id, {})) for line in ordered if is_measured(line)
    )
    tables = (Table(_INTERVALS, rows),) if rows else ()
    return Section("intervals", "INTERVALS", tables, (_INTERVALS_NOTE,), is_proof=True)


_INTERVALS_NOTE = (
    "Of 100 such intervals about 95 hold the true change. Verdicts rest on them: improved or "
    "regressed where the whole interval lies on one side of zero, else no clear change."
)


def _interval_row(line: Line, found: Record) -> Row:
    unit = unit_of(line.metric_id, line.unit)
    cells = (
        text(line.line_label),
        change(line),
        interval(found, line.change_display, unit),
        text(f"{line.baseline_sample_count or 0:,} / {line.sample_count or 0:,}"),
        _clusters(found),
    )
    return Row(f"interval:{line.metric_id}", cells)


def _clusters(found: Record) -> Cell:
    """Return how many independent units the interval rests on, in each of the two."""
    if not found:
        return Cell(None, missing="none")
    before, after = found["baseline_cluster_count"], found["phase_cluster_count"]
    kind = {"day": "days", "cluster": "groups"}.get(found["resampled_unit"], "")
    return text(f"{before:,} / {after:,} {kind}".strip())


def slug(title: str) -> str:
    """Return a title as an identifier: "CACHE & BATCH METRICS" becomes "cache_batch_metrics"."""
    return "_".join(re.findall(r"[a-z0-9]+", title.lower()))
