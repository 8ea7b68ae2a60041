"""The model names that the loaded logs mention."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

NOT_MODELS = frozenset({"", "<synthetic>"})
"""What clients write where a model name belongs although no model was called."""


@dataclass(frozen=True)
class ModelNameSource:
    """One place in `raw` that holds model names.

    Args:
        table: Name of a table in schema `raw`; skipped while it does not exist.
        expression: SQL over that table's columns that yields a model name or null. A constant of
            this module, never text from a log.

    """

    table: str
    expression: str


MODEL_NAME_SOURCES: tuple[ModelNameSource, ...] = (
    ModelNameSource("tars_api_responses", "model"),
    ModelNameSource("tars_optimization_events", "json_extract_string(attributes, '$.model')"),
    ModelNameSource("tars_optimization_events", "json_extract_string(attributes, '$.from')"),
    ModelNameSource("claude_code_responses", "model"),
)
"""Every place to look; a new source of logs joins with one line."""


def logged_model_names(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Return every distinct model name in the raw tables that exist."""
    tables = _raw_tables(connection)
    names: set[str] = set()
    for source in MODEL_NAME_SOURCES:
        if source.table in tables:
            names.update(_distinct_names(connection, source))
    return frozenset(names - NOT_MODELS)


def _raw_tables(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    rows = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'raw'"
    ).fetchall()
    return frozenset(str(name) for (name,) in rows)


def _distinct_names(
    connection: duckdb.DuckDBPyConnection, source: ModelNameSource
) -> frozenset[str]:
    rows = connection.execute(
        f"select distinct {source.expression} as model_name from raw.{source.table}"  # noqa: S608
    ).fetchall()
    return frozenset(str(name) for (name,) in rows if name is not None)
