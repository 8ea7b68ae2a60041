"""Queries with values: DuckDB is kept from importing pandas only to look at them.

To know its kinds of null, DuckDB imports pandas as soon as a value is bound: 0.3 s of every command
that asks one question. Where pandas is not loaded yet no value can be one of its kind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def execute(
    connection: DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> DuckDBPyConnection:
    """Run a query with its values bound, never written into it."""
    if not parameters:
        return connection.execute(sql)
    with _without_pandas():
        return connection.execute(sql, list(parameters))


@contextmanager
def _without_pandas() -> Iterator[None]:
    if "pandas" in sys.modules:
        yield
        return
    sys.modules["pandas"] = None  # type: ignore[assignment]  # Python's way to say: not there
    try:
        yield
    finally:
        del sys.modules["pandas"]
