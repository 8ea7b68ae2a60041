"""How rows are printed: the option and the printing that `query`, `metrics` and others share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from tars_bench.shared.console import write

if TYPE_CHECKING:
    from tars_bench.shared.tables import Rows


class RowFormat(StrEnum):
    """How rows are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    MARKDOWN = "markdown"


RowFormatOption = Annotated[RowFormat, typer.Option("--format", help="How to write the rows.")]


def print_rows(rows: Rows, row_format: RowFormat, *, formula_guard: bool = True) -> None:
    """Write rows to stdout."""
    from tars_bench.shared import tables

    renderers: dict[RowFormat, Callable[[Rows], Iterator[str]]] = {
        RowFormat.TABLE: tables.as_table,
        RowFormat.JSON: tables.as_json,
        RowFormat.MARKDOWN: tables.as_markdown,
        RowFormat.CSV: partial(tables.as_csv, formula_guard=formula_guard),
    }
    for line in renderers[row_format](rows):
        write(line)
