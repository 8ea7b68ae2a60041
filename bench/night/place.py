"""A workspace over made-up logs that are delivered piece by piece, and its published rows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import duckdb

TARS_BENCH: Final = (sys.executable, "-m", "tars_bench")
SUCCESS: Final = frozenset({0, 3})
"""3: published, and lines were set aside."""

OF_THE_WAY: Final = frozenset(
    {
        # When and in how many loads something came in.
        "loaded_at",
        "built_at",
        "first_loaded_at",
        "last_loaded_at",
        "delivered_at",
        "first_load_id",
        "last_load_id",
        "load_id",
        "reported_load_id",
        # Where it stood: two workspaces are two folders.
        "path",
    }
)


def simulate(folder: Path, *options: str) -> Path:
    """Write the specification's logs, or of a plan scaled from them."""
    subprocess.run([*TARS_BENCH, "simulate", "--quiet", f"--out={folder}", *options], check=True)
    return folder


def workspace(folder: Path) -> Path:
    """Make a workspace whose source is its own `data`; the plan is the specification's."""
    folder.mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "tars-bench.toml").write_text(
        '[workspace]\nname = "night"\ntimezone = "UTC"\n\n[budget]\nmonthly_usd = 200.00\n\n'
        '[[sources]]\ntype = "tars"\npath = "data"\n'
    )
    return folder


def deliver(logs: Path, place: Path, days: Iterable[str]) -> None:
    """Copy the files of some days, and `costs.json` up to the last of them."""
    days = sorted(days)
    for path in logs.rglob("*"):
        if path.is_file() and any(day in path.name for day in days):
            target = place / "data" / path.relative_to(logs)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    costs = json.loads((logs / "costs.json").read_text())
    known = {day: cost for day, cost in costs.items() if day <= days[-1]}
    (place / "data" / "costs.json").write_text(json.dumps(known))


def days_of(logs: Path) -> list[str]:
    """The days of made-up logs."""
    return sorted(path.stem for path in (logs / "api_responses").glob("*.jsonl"))


def run(place: Path, *options: str, before: Sequence[str] = ()) -> subprocess.Popen[str]:
    """Begin a run in a process group of its own."""
    return subprocess.Popen(
        [*before, *TARS_BENCH, "run", "--quiet", f"--workspace={place}", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment(),
    )


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the environment of a run: this one's."""
    return {**os.environ, **(more or {})}


def finish(process: subprocess.Popen[str], allowed: Iterable[int] = SUCCESS) -> str:
    """Wait for a run; return what it complained of.

    Raises:
        SystemExit: It ended otherwise than is allowed.
    """
    _, complaint = process.communicate()
    if process.returncode not in set(allowed):
        raise SystemExit(f"a run ended with {process.returncode}: {complaint}")
    return complaint


def published(place: Path) -> Path:
    """The published file of a workspace."""
    return place / "warehouse" / "tars_bench.duckdb"


def differences(
    one: Path, other: Path, left_out: Collection[str] = (), columns: Collection[str] = ()
) -> list[str]:
    """Name the public tables whose rows are not the same in two published files.

    Tables that are left out, and columns beside those of the way, are not compared.
    """
    connection = duckdb.connect()
    for name, path in (("one", one), ("other", other)):
        escaped = str(path).replace("'", "''")
        connection.execute(f"attach '{escaped}' as {name} (read_only)")
    tables = {name: _columns(connection, name) for name in ("one", "other")}
    found = sorted(f"only in one: {table}" for table in tables["one"].keys() ^ tables["other"])
    for table in sorted((tables["one"].keys() & tables["other"].keys()) - {*left_out}):
        compared = [name for name in tables["one"][table] if name not in columns]
        listed = ", ".join(f'"{name}"' for name in compared)
        rows = connection.execute(
            f"""
            select count(*) from (
                (select {listed} from one.marts."{table}"
                 except all select {listed} from other.marts."{table}")
                union all
                (select {listed} from other.marts."{table}"
                 except all select {listed} from one.marts."{table}")
            )
            """
        ).fetchone()
        if rows and rows[0]:
            found.append(f"marts.{table}: {rows[0]} rows differ")
    return found


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
    return {table: [name for name in names if name not in OF_THE_WAY] for table, names in rows}
