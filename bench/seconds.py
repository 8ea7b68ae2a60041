"""What a run costs, as ratios taken in one go on one machine: the table of docs/reference/speed.md.

    python bench/seconds.py WORKSPACE

WORKSPACE is a folder with a tars-bench.toml and seeds, of which a copy without any warehouse is
run in a temporary folder: a first run, a run with nothing new, what reads a release, and a run once
the last day of the last phase was moved by one. Then a month and a year of simulated logs, of as
many calls a day, to each of which one new day comes. Beside them: importing typer, and dbt's own
parse and no-op of the project, cold and warm. Processor seconds of the process and its children,
clock seconds beside them. On a busy machine both grow; the ratios are what to compare.
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


ROWS = (
    ("importing typer", "typer", None),
    ("`run`, nothing new", "nothing", "typer"),
    ("`report final`", "report", "typer"),
    ("`dashboard`", "dashboard", "typer"),
    ("`compare`", "compare", "typer"),
    ("dbt's parse and no-op, cold", "cold", None),
    ("dbt's parse and no-op, warm", "warm", None),
    ("`run` after one date of `phases.csv` changed", "date", "cold"),
    ("`run` after one new day of logs, on a month", "month", "cold"),
    ("the same on a year", "year", "month"),
    ("first `run`", "first", None),
)
"""What is measured, and which of the others it is compared with."""
KINDS = ("api_responses", "monitoring_logs", "feedback")
FIRST_DAY = date(2026, 1, 5)


def main(source: str) -> int:
    """Measure and print the table as Markdown; return the exit status."""
    with TemporaryDirectory(prefix="tars-bench-seconds-") as name:
        costs = _of_workspace(Path(source), Path(name))
        costs |= {
            "month": _new_day(Path(name) / "month", 30),
            "year": _new_day(Path(name) / "year", 365),
        }
    print("| work | processor | clock | against |\n|---|---|---|---|")
    for title, key, against in ROWS:
        ratio = ""
        if against:
            ratio = f"{costs[key].processor / costs[against].processor:.1f} × {against}"
        print(f"| {title} | {costs[key].processor:.2f} s | {costs[key].clock:.2f} s | {ratio} |")
    return 0


def _of_workspace(source: Path, folder: Path) -> dict[str, Cost]:
    """Measure what needs no other logs than a workspace's."""
    place = _copied(source, folder / "workspace")
    run = _command("run", "--quiet", "--workspace", str(place))
    costs = {
        "typer": measured([sys.executable, "-c", "import typer"]),
        "first": measured(run),
        "nothing": measured(run),
        "cold": measured(*_nothing_by_dbt(place, folder / "target")),
        "warm": measured(*_nothing_by_dbt(place, folder / "target")),
    }
    spans = [f"{row['start_date']}..{row['end_date']}" for row in _phases(place)]
    compare = ("compare", "--baseline", spans[0], "--candidate", spans[-1])
    for name, words in (
        ("report", ("report", "final")), ("dashboard", ("dashboard",)), ("compare", compare)
    ):  # fmt: skip
        costs[name] = measured(_command(*words, "--workspace", str(place)))
    _move_last_day(place)
    return costs | {"date": measured(run)}


def _new_day(place: Path, days: int) -> Cost:
    """Run over all days of simulated logs but the last, then measure a run after that came."""
    data, aside = place / "data", place / "aside"
    measured(
        _command(
            *("simulate", "--quiet", "--out", str(data)),
            *("--days", str(days), "--start", FIRST_DAY.isoformat()),
        )
    )
    measured(_command("init", str(place / "workspace"), "--source", f"tars={data}"))
    baseline, last = days // 3, FIRST_DAY + timedelta(days=days - 1)
    _write_phases(
        place / "workspace" / "seeds",
        (FIRST_DAY, FIRST_DAY + timedelta(days=baseline - 1)),
        (FIRST_DAY + timedelta(days=baseline), last),
    )
    for kind in KINDS:
        (aside / kind).mkdir(parents=True)
        for path in (data / kind).glob(f"*{last}*"):
            shutil.move(path, aside / kind)
    run = _command("run", "--quiet", "--workspace", str(place / "workspace"))
    measured(run)
    shutil.copytree(aside, data, dirs_exist_ok=True)
    return measured(run)


def _write_phases(seeds: Path, *spans: tuple[date, date]) -> None:
    """Write a plan of a baseline and a phase, without any strategy."""
    lines = [
        "phase_id,phase_name,phase_order,start_date,end_date,is_baseline,is_final,"
        "target_reduction_ratio,target_reduction_max_ratio",
        f"baseline,Baseline,0,{spans[0][0]},{spans[0][1]},true,false,,",
        f"phase_1,Phase 1,1,{spans[1][0]},{spans[1][1]},false,true,0.20,",
    ]
    (seeds / "phases.csv").write_text("\n".join([*lines, ""]))
    (seeds / "phase_strategies.csv").write_text("phase_id,strategy_id\n")


def _command(*words: str) -> list[str]:
    return [sys.executable, "-m", "tars_bench", *words]


def measured(command: Sequence[str], more: Mapping[str, str] | None = None) -> Cost:
    """Run a command; exit code 3 (lines were set aside) is a success, too.

    Raises:
        SystemExit: It failed.
    """
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        [*command], env={**os.environ, **(more or {})}, check=False, stdout=subprocess.DEVNULL
    )
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


def _phases(place: Path) -> list[dict[str, str]]:
    with (place / "seeds" / "phases.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _move_last_day(place: Path) -> None:
    """End the last phase one day later."""
    rows = _phases(place)
    last = max(rows, key=lambda row: row["end_date"])
    last["end_date"] = (date.fromisoformat(last["end_date"]) + timedelta(days=1)).isoformat()
    with (place / "seeds" / "phases.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
