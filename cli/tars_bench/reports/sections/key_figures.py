"""The few figures a report opens with, taken from its own tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tars_bench.reports.model import Cell, Report, Row, Table

KEY_METRICS: Final = ("daily_cost", "cost_per_api_call", "response_time_avg", "error_rate")
_NOW: Final = ("phase", "value")


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure beside the one it is compared with; `tone` is that of its verdict."""

    label: str
    now: str
    before: str
    change: str
    tone: str


def key_figures(report: Report) -> list[KeyFigure]:
    """Return the report's main figures that were measured; none where answers open it."""
    if report.answers:
        return []
    found = {row.row_id: (table, row) for table, row in reversed(list(_rows(report)))}
    chosen = [_figure(*found[metric_id]) for metric_id in KEY_METRICS if metric_id in found]
    return [figure for figure in chosen if figure]


def _rows(report: Report) -> Iterator[tuple[Table, Row]]:
    for section in report.sections:
        for table in section.tables:
            for row in table.rows:
                yield table, row


def _figure(table: Table, row: Row) -> KeyFigure | None:
    cells = {column.key: cell for column, cell in zip(table.columns, row.cells, strict=True)}
    now = next((cells[key] for key in _NOW if key in cells), None)
    if now is None or now.value is None:
        return None
    compared = [cells.get("baseline"), cells.get("change")]
    is_compared = all(map(_is_known, compared))
    before, change = (cell.text if cell and is_compared else "" for cell in compared)
    return KeyFigure(
        label=row.cells[0].text,
        now=now.text,
        before=before,
        change=change,
        tone=cells["verdict"].tone.value if "verdict" in cells else "plain",
    )


def _is_known(cell: Cell | None) -> bool:
    return cell is not None and cell.value is not None
