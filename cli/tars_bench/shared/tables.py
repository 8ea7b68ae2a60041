"""Rows of a query as text: for the terminal, CSV, JSON, Markdown."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from tars_bench.shared.text import csv_cell, markdown_cell, printable

_LINE_END = "\r\n"


@dataclass(frozen=True)
class Rows:
    """Column names, and rows that may be read once."""

    columns: tuple[str, ...]
    rows: Iterable[Sequence[object]]


def as_table(rows: Rows) -> Iterator[str]:
    """Yield the lines of an aligned table: numbers to the right, ``null`` where there is none."""
    from rich.cells import cell_len

    read = [tuple(row) for row in rows.rows]
    header = [printable(name) for name in rows.columns]
    body = [[printable(cell_text(value, "null")) for value in row] for row in read]
    widths = [max(map(cell_len, column)) for column in zip(header, *body, strict=True)]
    numeric = [_is_numeric(column) for column in zip(*read, strict=True)] or [False] * len(header)

    def line(cells: Sequence[str]) -> str:
        padded = (
            " " * (width - cell_len(cell)) + cell
            if right
            else cell + " " * (width - cell_len(cell))
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        )
        return "  ".join(padded).rstrip()

    yield line(header)
    yield "  ".join("─" * width for width in widths)
    yield from map(line, body)


def as_markdown(rows: Rows) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield _markdown_line(rows.columns)
    yield "|" + " --- |" * len(rows.columns)
    for row in rows.rows:
        yield _markdown_line([cell_text(value, "null") for value in row])


def as_csv(rows: Rows, *, formula_guard: bool = True) -> Iterator[str]:
    """Yield CSV (RFC 4180, but lines end as Unix lines do), null as an empty field.

    Args:
        rows: What to write.
        formula_guard: Keep a spreadsheet from running text as a formula.
    """
    yield _csv_line(rows.columns, formula_guard)
    for row in rows.rows:
        yield _csv_line(row, formula_guard)


def as_json(rows: Rows) -> Iterator[str]:
    """Yield a JSON array, one object a line; decimals keep every digit."""
    last = ""
    for row in rows.rows:
        yield f"{last}," if last else "["
        last = "  " + json_text(dict(zip(rows.columns, row, strict=True)))
    yield f"{last}\n]" if last else "[]"


def json_text(value: object) -> str:
    """Return a value as JSON on one line, decimals as numbers with every digit they have."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)}: {json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(json_text, value)) + "]"
    if isinstance(value, Decimal):
        return f"{value:f}" if value.is_finite() else "null"
    if isinstance(value, float):
        return json.dumps(value) if math.isfinite(value) else "null"
    if value is None or isinstance(value, bool | int):
        return json.dumps(value)
    return json.dumps(cell_text(value, ""), ensure_ascii=False)


def cell_text(value: object, missing: str) -> str:
    """Return a value as one text: no digit lost, times in ISO 8601."""
    if value is None:
        return missing
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Mapping | list | tuple):
        return json_text(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _key(name: object) -> str:
    return json.dumps(str(name), ensure_ascii=False)


def _is_numeric(column: Iterable[object]) -> bool:
    found = [value for value in column if value is not None]
    return bool(found) and all(
        isinstance(value, int | float | Decimal | timedelta) and not isinstance(value, bool | date)
        for value in found
    )


def _markdown_line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(markdown_cell(cell) for cell in cells) + " |"


def _csv_line(cells: Iterable[object], formula_guard: bool) -> str:
    def field(value: object) -> str:
        text = cell_text(value, "")
        is_number = isinstance(value, int | float | Decimal)
        return csv_cell(text) if formula_guard and not is_number else text

    out = io.StringIO(newline="")
    # The writer quotes the characters of its line end, and no other kind of line break.
    csv.writer(out, lineterminator=_LINE_END).writerow([field(value) for value in cells])
    return out.getvalue().removesuffix(_LINE_END)
