"""A report as PDF, by typst: a fixed layout that is given the report as data.

The same report gives the same bytes: the document's date is that of the published warehouse, and
only fonts that come with typst are used. For characters they lack the machine's fonts are used;
what those lack, too, is shown as a box, and the document says so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final
from unicodedata import normalize

from tars_bench.reports.charts.style import PRINTED
from tars_bench.reports.model import Chart, Column, Report, Row, Section, Table, Verdict
from tars_bench.reports.render.templates import template_text
from tars_bench.reports.sections.key_figures import key_figures
from tars_bench.shared.text import printable

_MARKS: Final = {"✅": "✔", "❌": "✘", "⚠️": "⚠", "❔": "?"}
"""Signs the document's fonts have, for those they lack; the word before each says the same."""
_LONG_WORD: Final = re.compile(r"\S{25,}")
_SOFT_BREAK: Final = "\u200b"
_NO_FONT: Final = "could not be displayed"
_UNSURE: Final = re.compile(
    r"[^\x00-\u02ff\u0384-\u038a\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff\u200b\u2010-\u2027\u2030-\u203a"
    r"\u2190-\u2193\u2212\u2248\u2260\u2264\u2265✔✘⚠]"
)
"""What the fonts that come with typst may lack; the rest each of them shows on its own."""
_BOX: Final = "□"
_BOX_NOTE: Final = (
    f"{_BOX} stands for a character this document has no font for; the other formats show it."
)


def render(report: Report, workspace_name: str = "") -> bytes:
    """Return the report as a PDF document."""
    import typst

    document = as_document(report, workspace_name)
    for is_alone in (True, False):
        try:
            return _compiled(document, is_alone=is_alone)
        except typst.TypstError as error:
            if _NO_FONT not in str(error):
                raise
    return _compiled(_with_boxes(document), is_alone=True)


def _compiled(document: dict[str, Any], *, is_alone: bool) -> bytes:
    """Lay the document out; alone, with no other fonts than those that come with typst."""
    import typst

    pdf: bytes = typst.compile(
        template_text("report.typ").encode("utf-8"),
        format="pdf",
        ignore_system_fonts=is_alone,
        sys_inputs={"report": json.dumps(document, allow_nan=False)},
        pdf_standards=["ua-1"],
    )
    return pdf


def _with_boxes(document: dict[str, Any]) -> dict[str, Any]:
    """Put a box in the place of every character there may be no font for, and say so."""
    boxed: dict[str, Any] = _boxed(document)
    return {**boxed, "facts": [*boxed["facts"], _BOX_NOTE]}


def _boxed(part: Any) -> Any:  # any part of a JSON document
    if isinstance(part, str):
        return _UNSURE.sub(_BOX, normalize("NFC", part))
    if isinstance(part, list):
        return [_boxed(one) for one in part]
    if isinstance(part, dict):
        return {key: _boxed(one) for key, one in part.items()}
    return part


def as_document(report: Report, workspace_name: str = "") -> dict[str, Any]:
    """Return what the layout shows, every text in it ready to be shown."""
    published = _published(report)
    return {
        "title": shown(report.title),
        "workspace": shown(workspace_name),
        "date": _date(published),
        "published": f"Warehouse published {published:%Y-%m-%d %H:%M} UTC" if published else "",
        "verdict": _verdict(report.verdict) if report.verdict else None,
        "warnings": _lines(report.warnings),
        "answers": [
            {"lead": shown(one.lead), "rest": shown(one.rest), "tone": one.tone.value}
            for one in report.answers
        ],
        "figures": [
            {key: shown(value) for key, value in asdict(one).items()} for one in key_figures(report)
        ],
        "opening": [_section(section) for section in report.opening],
        "facts": _lines(report.subtitle),
        "headline": _lines(report.headline),
        "sections": [_section(section) for section in report.plain_sections()],
        "appendix": [_section(section) for section in _appendix(report)],
    }


def _lines(texts: Iterable[str]) -> list[str]:
    return [shown(text) for text in texts]


def shown(text: str) -> str:
    """Return text for the document: printable, its signs in its fonts, long words breakable."""
    flat = printable(text)
    for sign, plain in _MARKS.items():
        flat = flat.replace(sign, plain)
    return _LONG_WORD.sub(lambda word: _breakable(word.group()), flat)


def _breakable(word: str) -> str:
    return _SOFT_BREAK.join(word[start : start + 8] for start in range(0, len(word), 8))


def _published(report: Report) -> datetime | None:
    values = [
        cell.value
        for table in report.provenance.tables
        for row in table.rows
        if row.row_id == "released_at"
        for cell in row.cells
    ]
    return next((value for value in values if isinstance(value, datetime)), None)


def _date(moment: datetime | None) -> dict[str, int] | None:
    if moment is None:
        return None
    names = ("year", "month", "day", "hour", "minute", "second")
    return {name: getattr(moment, name) for name in names}


def _verdict(verdict: Verdict) -> dict[str, str]:
    return {
        "word": shown(verdict.word),
        "sentence": shown(verdict.sentence),
        "tone": verdict.tone.value,
    }


def _appendix(report: Report) -> Sequence[Section]:
    notes = [Section("notes", "NOTES", notes=report.notes)] if report.notes else []
    return [*notes, *report.proof_sections(), report.provenance]


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": shown(section.title),
        "charts": [_chart(chart) for chart in section.charts],
        "tables": [_table(table) for table in section.tables],
        "notes": [shown(note) for note in section.notes],
    }


def _chart(chart: Chart) -> dict[str, Any]:
    from tars_bench.reports.charts.svg import svg

    return {
        "title": shown(chart.title),
        "svg": svg(chart, PRINTED),
        "alt": printable(chart.alt),
        "width": 1.0,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "title": shown(table.title),
        "columns": [
            {"title": shown(column.title), "number": column.is_numeric} for column in table.columns
        ],
        "rows": [_row(row, table.columns) for row in table.rows],
    }


def _row(row: Row, columns: Sequence[Column]) -> list[dict[str, Any]]:
    return [
        {
            "text": shown(cell.text),
            "number": column.is_numeric,
            "none": cell.value is None,
            "total": row.is_total,
            "tone": cell.tone.value,
        }
        for cell, column in zip(row.cells, columns, strict=True)
    ]
