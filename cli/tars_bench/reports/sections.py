"""The sections that read `report_lines`: metric by metric, as the layout seed orders them."""

import re
from itertools import groupby

from tars_bench.reports.formatting import Unit
from tars_bench.reports.model import Column, Row, Section, Table
from tars_bench.reports.records import Line, Record, ReportData
from tars_bench.reports.words import basis, both, change, figure, text, unit_of, verdict

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
    table = _description(lines) if data.is_baseline else _comparison(data, lines)
    return Section(slug(title), title, (table,))


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


def _comparison(data: ReportData, lines: tuple[Line, ...]) -> Table:
    columns = (
        Column("metric", "Metric"),
        Column("baseline", data.baseline.phase_name, is_numeric=True),
        Column("phase", data.phase.phase_name, is_numeric=True),
        Column("change", "Change", is_numeric=True),
        Column("verdict", "Verdict"),
    )
    return Table(columns, tuple(_comparison_row(line) for line in lines))


def _comparison_row(line: Line) -> Row:
    return Row(line.metric_id, (text(line.line_label), *both(line), change(line), verdict(line)))


def slug(title: str) -> str:
    """Return a title as an identifier: "CACHE & BATCH METRICS" becomes "cache_batch_metrics"."""
    return "_".join(re.findall(r"[a-z0-9]+", title.lower()))
