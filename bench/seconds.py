"""What a run costs, as ratios taken in one go on one machine: the table of docs/reference/speed.md.

    python bench/seconds.py WORKSPACE

WORKSPACE is a folder with a tars-bench.toml and seeds, of which a copy without any warehouse is
run in a temporary folder: a first run, a run with nothing new, and a run after the last day of
the last phase was moved by one. Beside them: importing typer, and dbt's own parse and no-op of the
project, cold and warm. Processor seconds of the process and its children, clock seconds beside
them. On a busy machine both grow; the ratios are what to compare.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass(frozen=True)
class Cost:
    """Seconds of one command."""

    processor: float
    clock: float


def main(source: str) -> int:
    """Measure and print the table as Markdown; return the exit status."""
    with TemporaryDirectory(prefix="tars-bench-seconds-") as name:
        place = _copied(Path(source), Path(name) / "workspace")
        run = [sys.executable, "-m", "tars_bench", "run", "--quiet", "--workspace", str(place)]
        costs = {
            "typer": measured([sys.executable, "-c", "import typer"]),
            "first": measured(run),
            "nothing": measured(run),
            "cold": measured(*_nothing_by_dbt(place, Path(name) / "target")),
            "warm": measured(*_nothing_by_dbt(place, Path(name) / "target")),
        }
        _move_last_day(place / "seeds" / "phases.csv")
        costs["date"] = measured(run)
    rows = (
        ("importing typer", "typer", None),
        ("`run`, nothing new", "nothing", "typer"),
        ("dbt's parse and no-op, cold", "cold", None),
        ("dbt's parse and no-op, warm", "warm", None),
        ("`run` after one date of `phases.csv` changed", "date", "cold"),
        ("first `run`", "first", None),
    )
    print("| work | processor | clock | against |\n|---|---|---|---|")
    for title, key, against in rows:
        ratio = ""
        if against:
            ratio = f"{costs[key].processor / costs[against].processor:.1f} × {against}"
        print(f"| {title} | {costs[key].processor:.2f} s | {costs[key].clock:.2f} s | {ratio} |")
    return 0


def measured(command: Sequence[str], more: Mapping[str, str] | None = None) -> Cost:
    """Run a command; exit code 3 (lines were set aside) is a success, too.

    Raises:
        SystemExit: It failed.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run([*command], env={**os.environ, **(more or {})}, check=False)
    after, clock = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic() - began
    if done.returncode not in {0, 3}:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}")
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(processor, clock)


def _copied(source: Path, place: Path) -> Path:
    """Copy the settings, the sources made absolute by a link, and the seeds of a workspace."""
    place.mkdir()
    shutil.copy(source / "tars-bench.toml", place)
    if (source / "seeds").is_dir():
        shutil.copytree(source / "seeds", place / "seeds")
    if (source / "data").is_dir():
        (place / "data").symlink_to((source / "data").resolve())
    return place


def _nothing_by_dbt(place: Path, target: Path) -> tuple[Sequence[str], Mapping[str, str]]:
    project = place / ".tars-bench" / "project"
    command = [str(Path(sys.executable).with_name("dbt")), "--quiet", "--no-print", "build"]
    command += [f"--project-dir={project}", f"--profiles-dir={project / 'profiles'}"]
    command += [f"--target-path={target}", f"--log-path={target}", "--select", "tag:none"]
    return command, {
        "TARS_BENCH_DATABASE": str(place / "warehouse" / "working.duckdb"),
        "TARS_BENCH_SEED_PATH": "seeds",
        "TARS_BENCH_TIMEZONE": "UTC",
    }


def _move_last_day(path: Path) -> None:
    """End the last phase one day later."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    last = max(rows, key=lambda row: row["end_date"])
    last["end_date"] = (date.fromisoformat(last["end_date"]) + timedelta(days=1)).isoformat()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
