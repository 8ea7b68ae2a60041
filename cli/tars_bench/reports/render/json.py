"""A report as JSON: every cell with its unrounded value, its unit and the text shown elsewhere."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from tars_bench.reports.model import Answer, Cell, Chart, Period, Report, Section, Series, Table

FORMAT_VERSION = 2
"""Raised when a key changes its meaning or goes away."""


def render(report: Report) -> str:
    """Return the report as indented ASCII JSON ending in a newline."""
    return json.dumps(as_document(report), indent=2, allow_nan=False) + "\n"


def as_document(report: Report) -> dict[str, Any]:
    """Return the report as plain dictionaries, lists, strings and numbers."""
    return {
        "format_version": FORMAT_VERSION,
        "kind": report.kind,
        "title": report.title,
        "subtitle": list(report.subtitle),
        "period": _period(report.period),
        "baseline": _period(report.baseline) if report.baseline else None,
        "verdict": asdict(report.verdict) if report.verdict else None,
        "warnings": list(report.warnings),
        "answers": [_answer(answer) for answer in report.answers],
        "headline": list(report.headline),
        "opening": [_section(section) for section in report.opening],
        "sections": [_section(section) for section in report.sections],
        "notes": list(report.notes),
        "provenance": _section(report.provenance),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question_id": answer.question_id,
        "answer": answer.answer,
        "is_established": answer.is_established,
        "sentence": answer.sentence,
    }


def _period(period: Period) -> dict[str, str]:
    return {
        "phase_id": period.phase_id,
        "phase_name": period.phase_name,
        "first_date": period.first_date.isoformat(),
        "last_date": period.last_date.isoformat(),
    }


def _section(section: Section) -> dict[str, Any]:
    return {
        "id": section.section_id,
        "title": section.title,
        "is_proof": section.is_proof,
        "tables": [_table(table) for table in section.tables],
        "notes": list(section.notes),
        "charts": [_chart(chart) for chart in section.charts],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "id": chart.chart_id,
        "title": chart.title,
        "kind": chart.kind.value,
        "alt": chart.alt,
        "unit": chart.unit.value,
        "position_title": chart.position_title,
        "value_title": chart.value_title,
        "positions": [_plain(position) for position in chart.positions],
        "series": [_series(one) for one in chart.series],
        "regions": [
            {
                "name": region.name,
                "first_date": region.first_date.isoformat(),
                "last_date": region.last_date.isoformat(),
            }
            for region in chart.regions
        ],
        "levels": [{"name": level.name, "value": _plain(level.value)} for level in chart.levels],
    }


def _series(series: Series) -> dict[str, Any]:
    band = {"lows": series.lows, "highs": series.highs} if series.lows else {}
    figures = {"values": series.values, **band}
    drawn = {key: [_plain(value) for value in values] for key, values in figures.items()}
    return {"id": series.series_id, "name": series.name, **drawn}


def _table(table: Table) -> dict[str, Any]:
    keys = [column.key for column in table.columns]
    return {
        "title": table.title,
        "columns": [{"key": column.key, "title": column.title} for column in table.columns],
        "rows": [
            {
                "id": row.row_id,
                "is_total": row.is_total,
                "cells": {key: _cell(cell) for key, cell in zip(keys, row.cells, strict=True)},
            }
            for row in table.rows
        ],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    document = {"value": _plain(cell.value), "unit": cell.unit.value, "text": cell.text}
    if cell.high is not None:
        document["high"] = _plain(cell.high)
    return document if cell.value is not None else {**document, "missing": cell.text}


def _plain(value: object) -> str | int | float | None:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, str | int | float) else None
