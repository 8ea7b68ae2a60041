"""Compare the public tables of two published files, both ways, row by row.

A change that only moves or renames things must leave every figure: run the same data before and
after it, then

    python bench/same_rows.py before.duckdb after.duckdb

Tables and columns that only one file has are named; of all others the rows that stand in only one
of the two are counted, duplicates included. Times of loading and building are left out. Exit
status 1 where any row differs.
"""

from __future__ import annotations

import sys
from typing import Final

import duckdb

_CLOCK: Final = ("loaded_at", "built_at", "first_loaded_at", "last_loaded_at", "delivered_at")
"""Columns that say when something was done, not what was found."""


def main(before: str, after: str) -> int:
    """Print a line per table that differs and a sum of all; return the exit status."""
    connection = duckdb.connect()
    for name, path in (("before", before), ("after", after)):
        escaped = path.replace("'", "''")
        connection.execute(f"attach '{escaped}' as {name} (read_only)")
    tables = {name: _columns(connection, name) for name in ("before", "after")}
    for side, other in (("before", "after"), ("after", "before")):
        for table in sorted(set(tables[side]) - set(tables[other])):
            print(f"only {side}: marts.{table}")
    common = sorted(set(tables["before"]) & set(tables["after"]))
    differing = sum(
        _differs(connection, table, tables["before"][table], tables["after"][table])
        for table in common
    )
    print(f"{len(common) - differing} of {len(common)} common tables have the same rows")
    return int(differing > 0)


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, list[str]]:
    rows = connection.execute(
        """
        select table_name, list(column_name order by column_index)
        from duckdb_columns()
        where database_name = ? and schema_name = 'marts'
        group by table_name
        """,
        [catalog],
    ).fetchall()
    return {table: list(columns) for table, columns in rows}


def _differs(
    connection: duckdb.DuckDBPyConnection, table: str, before: list[str], after: list[str]
) -> bool:
    for side, alone in (("before", set(before) - set(after)), ("after", set(after) - set(before))):
        if alone:
            print(f"marts.{table}: only {side}: {', '.join(sorted(alone))}")
    shared = [name for name in before if name in after and name not in _CLOCK]
    lost = _count_alone(connection, table, shared, "before", "after")
    gained = _count_alone(connection, table, shared, "after", "before")
    if lost or gained:
        print(f"marts.{table}: {lost} rows only before, {gained} only after")
    return bool(lost or gained)


def _count_alone(
    connection: duckdb.DuckDBPyConnection, table: str, columns: list[str], one: str, two: str
) -> int:
    listed = ", ".join(f'"{name}"' for name in columns)
    return connection.sql(
        f"""
        select {listed} from {one}.marts."{table}"
        except all
        select {listed} from {two}.marts."{table}"
        """
    ).shape[0]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
