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
    """Return the figures of both, the change with its interval, and what may be said of it."""
    columns = (
        Column("metric", "Metric"),
        Column("baseline", data.baseline.phase_name, is_numeric=True),
        Column("phase", data.phase.phase_name, is_numeric=True),
        Column("change", "Change", is_numeric=True),
    )
    if data.proof is None:
        return _lines_table(columns, lines, [_compared_cells(line) for line in lines])
    found = [data.proof.intervals.get(line.metric_id, {}) for line in lines]
    rows = [
        _compared_cells(line, *_proof_cells(line, one))
        for line, one in zip(lines, found, strict=True)
    ]
    return _lines_table((*columns, *_PROOF), lines, rows)


_PROOF = (
    Column("interval", "95% interval", is_numeric=True),
    Column("samples", "n", is_numeric=True, is_detail=True),
    Column("clusters", "Resampled", is_numeric=True, is_detail=True),
    Column("verdict", "Verdict"),
)


def _lines_table(
    columns: tuple[Column, ...], lines: tuple[Line, ...], cells: list[tuple[Cell, ...]]
) -> Table:
    rows = (Row(line.metric_id, own) for line, own in zip(lines, cells, strict=True))
    return Table(columns, tuple(rows))


def _compared_cells(line: Line, *more: Cell) -> tuple[Cell, ...]:
    moved = change(line) if line.is_compared else Cell(None, missing="none")
    return (text(line.line_label), *both(line), moved, *more)


def _proof_cells(line: Line, found: Record) -> Iterator[Cell]:
    unit = unit_of(line.metric_id, line.unit)
    missing = Cell(None, unit, missing="none")
    yield interval(found, line.change_display, unit) if is_measured(line) else missing
    yield text(f"{line.baseline_sample_count or 0:,} / {line.sample_count or 0:,}")
    yield _clusters(found)
    yield proven(line, found)


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
