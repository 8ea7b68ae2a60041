"""The SQL of the project's models as dbt compiles it, to be run over tables of a bench's own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

PROJECT = Path(__file__).resolve().parents[1]
CATALOG = "coverage"
"""Of the compiled names: attach a database of this name."""


def compiled_models(folder: Path, replicates: int, names: Sequence[str]) -> dict[str, str]:
    """The SQL of the models as dbt renders it, by schema and name."""
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "compile"]
    command += ["--profiles-dir", "profiles", "--target-path", str(folder / "target")]
    command += ["--log-path", str(folder / "logs")]
    command += ["--vars", json.dumps({"bootstrap_replicates": replicates})]
    command += ["--select", *(name.partition(".")[2] for name in names)]
    environment = os.environ | {
        "TARS_BENCH_DATABASE": str(folder / f"{CATALOG}.duckdb"),
        "TARS_BENCH_TIMEZONE": "UTC",
    }
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    compiled = folder / "target" / "compiled" / "tars_bench" / "models"
    files = {path.stem: path for path in compiled.rglob("*.sql")}
    return {name: files[name.partition(".")[2]].read_text() for name in names}


def prepare_tables(connection: duckdb.DuckDBPyConnection, statements: dict[str, str]) -> None:
    """The schemas, and a metrics_daily without days but with the columns that history reads."""
    connection.execute(f"attach ':memory:' as {CATALOG}; use {CATALOG}; set threads = 2")
    connection.execute("create schema marts; create schema intermediate")
    read = re.findall(r"\bpast_days\.(\w+)", statements["intermediate.int_history_days"])
    counted = sorted({*read} - {"metric_date", "baseline_phase_id", "age_days"})
    words = ", ".join(f"{column} double" for column in counted)
    connection.execute(f"create table marts.metrics_daily (metric_date date, {words})")
