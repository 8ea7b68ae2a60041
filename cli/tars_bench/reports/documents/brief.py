"""A report in brief: the first screen and the specification's own sections, the proof left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tars_bench.reports.model import Report, Section


def in_brief(report: Report, *, has_charts: bool = False) -> Report:
    """Return the report as a terminal shows it unless asked for all: no proof, no charts."""
    sections = report.plain_sections()
    if not has_charts:
        sections = tuple(replace(section, charts=()) for section in sections)
    return replace(
        report,
        sections=sections,
        provenance=replace(report.provenance, tables=(), notes=(" ".join(_source(report)),)),
    )


def _source(report: Report) -> Iterator[str]:
    """Say in one paragraph what the figures were read from and where the rest stands."""
    facts = _facts(report.provenance)
    yield (
        f"Read from {facts['file_count']} files: {facts['read_line_count']} lines, of which "
        f"{facts['quarantined_line_count']} set aside as unreadable. Warehouse published "
        f"{facts['released_at']}."
    )
    proof = [section.title.lower() for section in report.proof_sections()]
    charts = any(section.charts for section in report.sections)
    rest = [*proof, *(["charts"] if charts else []), "where the figures come from"]
    yield f"`--full` adds: {', '.join(rest)}."


def _facts(provenance: Section) -> dict[str, str]:
    rows = (row for table in provenance.tables for row in table.rows)
    return {row.row_id: row.cells[1].text for row in rows}
