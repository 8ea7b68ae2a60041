"""The figures of a week or month that may be compared with nothing: side by side, no verdict."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final

from tars_bench.reports.model import Cell, Column, Row, Section, Table
from tars_bench.reports.read.periods import PeriodData
from tars_bench.reports.read.records import Line, ReportData
from tars_bench.reports.sections.metrics import slug
from tars_bench.reports.sections.usage import model_tables
from tars_bench.reports.words.cells import few, text, unit_of

METRIC_TITLES: Final = {"COST REDUCTION ACHIEVEMENT": "COST METRICS"}
"""What sections of the layout are called here, where they are called otherwise."""
_MODEL_METRIC: Final = "sonnet_call_share"


def side_by_side_sections(data: PeriodData) -> Iterator[Section]:
    """Yield the sections of the layout, with the figures of the period and what stands beside."""
    ordered = sorted(data.before.lines, key=lambda line: (line.section_order, line.line_order))
    for title, lines in groupby(ordered, key=lambda line: line.section_title):
        yield _section(data, METRIC_TITLES.get(title, title), tuple(lines))


def _section(data: PeriodData, title: str, lines: tuple[Line, ...]) -> Section:
    columns = [
        Column("metric", "Metric"),
        Column("value", data.window.name, is_numeric=True),
        *(
            Column(side.baseline.phase_id, side.baseline.phase_name, is_numeric=True)
            for side in data.beside
        ),
    ]
    table = Table(tuple(columns), tuple(_row(line, data.beside) for line in lines))
    has_models = any(line.metric_id == _MODEL_METRIC for line in lines)
    models = model_tables(_alone(data)) if has_models else ()
    return Section(slug(title), title, (table, *models), tuple(_notes(lines)))


def _row(line: Line, sides: tuple[ReportData, ...]) -> Row:
    unit = unit_of(line.metric_id, line.unit)
    found = [side.line(line.metric_id) for side in sides]
    values = [line.phase_value, *(one.baseline_value if one else None for one in found)]
    figures = (Cell(value, unit, missing="not measured") for value in values)
    return Row(line.metric_id, (text(line.line_label), *figures))


def _alone(data: PeriodData) -> ReportData:
    """Return the period as it describes itself."""
    return replace(data.before, kind="baseline", baseline=data.before.phase)


def _notes(lines: tuple[Line, ...]) -> Iterator[str]:
    for line in lines:
        if line.phase_value is None:
            yield f"{line.line_label} is not measurable: {line.missing_reason or 'not logged'}."
        elif few(line.sample_count):
            yield f"{line.line_label} rests{few(line.sample_count).removeprefix(',')}."
