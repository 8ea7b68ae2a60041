"""What a run costs as the data grow, beside the alternatives, in one go.

python bench/scale.py [REQUESTS] [FOLDER]: simulates about REQUESTS (default 1,000,000) over the
plan's 26 days into FOLDER (default: a temporary one), keeps the last day back, and times the
commands as a user runs them: load, build, build without news, a day of news, full refresh; and
DuckDB's bare `read_json` over the very files that load read. Prints wall and processor seconds
and the peak of memory of each, what the database takes, and the ratios:

- load to read_json: what the ledger, the rules and the quarantine cost;
- a day's run to a full refresh, and a run without news to one: what being incremental saves;
- the models that take longest in a run without news.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile

REQUESTS_PER_DAY_AND_CALL = 27.1
"""Requests of the whole plan for each API call a day asked of the simulator."""
LAST_DAY = "2026-03-08"
KINDS = ("api_responses", "monitoring_logs", "feedback")
READ_PLAINLY = """
import sys, duckdb
with duckdb.connect(sys.argv[1]) as connection:
    connection.execute("set threads = 2")
    connection.execute(
        "create table requests as select * from read_json(?, format = 'newline_delimited')",
        [sys.argv[2] + "/api_responses/*.jsonl"],
    )
    connection.execute(
        "create table feedback as select * from read_json(?, format = 'newline_delimited')",
        [sys.argv[2] + "/feedback/*.jsonl"],
    )
    connection.execute(
        "create table events as select * from read_csv(?, columns = {'line': 'VARCHAR'},"
        " delim = '\\x1f', quote = '', escape = '', header = false)",
        [sys.argv[2] + "/monitoring_logs/*.log"],
    )
"""


@dataclass(frozen=True)
class Cost:
    """What a command took."""

    seconds: float
    processor_seconds: float
    peak_megabytes: float


def measure(name: str, *command: str) -> Cost:
    """Run a command to its end, print and return what it took.

    Raises:
        SystemExit: The command failed.
    """
    start = time.perf_counter()
    with TemporaryFile() as narration:
        child = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=narration,
            env={**os.environ, "DBT_WRITE_JSON": "true"},
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            narration.seek(0)
            said = narration.read().decode()[-3000:]
            raise SystemExit(f"{name} ended with {child.returncode}:\n{said}")
    cost = Cost(
        time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
    )
    print(
        f"{name:28s}{cost.seconds:8.1f} s {cost.processor_seconds:8.1f} s processor "
        f"{cost.peak_megabytes:8,.0f} MB",
        flush=True,
    )
    return cost


def tars_bench(name: str, *arguments: str) -> Cost:
    """Measure a command of the program."""
    return measure(name, sys.executable, "-m", "tars_bench", *arguments)


def keep_back(data: Path, aside: Path) -> None:
    """Move the last day's files to another folder."""
    for kind in KINDS:
        (aside / kind).mkdir(parents=True)
        for path in (data / kind).glob(f"*{LAST_DAY}*"):
            shutil.move(path, aside / kind / path.name)


def megabytes(folder: Path) -> float:
    """Return what the files of a folder hold."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def longest_models(workspace: Path, count: int = 8) -> list[str]:
    """Return the models that took longest in the last build."""
    results = json.loads(next(workspace.rglob("run_results.json")).read_text())["results"]
    models = [item for item in results if item["unique_id"].startswith("model.")]
    models.sort(key=lambda item: -item["execution_time"])
    return [
        f"{item['execution_time']:8.1f} s  {item['unique_id'].rpartition('.')[2]}"
        for item in models[:count]
    ]


def measure_all(folder: Path, requests: int) -> None:
    """Measure everything in a folder, and print it."""
    data, workspace = folder / "data", folder / "workspace"
    calls = str(round(requests / REQUESTS_PER_DAY_AND_CALL))
    tars_bench("simulate", "simulate", "--out", str(data), "--calls-per-day", calls)
    keep_back(data, folder / "aside")
    print(f"{'data without the last day':28s}{megabytes(data):8,.0f} MB")
    place = ("--workspace", str(workspace))
    tars_bench("init", "init", str(workspace), "--source", f"tars={data}")
    plain = measure(
        "read_json", sys.executable, "-c", READ_PLAINLY, str(folder / "plain.duckdb"), str(data)
    )
    (folder / "plain.duckdb").unlink()
    load = tars_bench("load", "load", *place)
    tars_bench("build", "build", *place)
    quiet = tars_bench("build without news", "build", *place)
    longest = longest_models(workspace)
    shutil.copytree(folder / "aside", data, dirs_exist_ok=True)
    day_load = tars_bench("load a day", "load", *place)
    day_build = tars_bench("build a day", "build", *place)
    print(f"{'database':28s}{megabytes(workspace / 'warehouse'):8,.0f} MB")
    full = tars_bench("full refresh", "build", "--full-refresh", *place)
    day = day_load.processor_seconds + day_build.processor_seconds
    print("\nprocessor seconds, as ratios")
    print(f"  load : read_json             {load.processor_seconds / plain.processor_seconds:.1f}")
    print(f"  a day's run : full refresh   {day / full.processor_seconds:.2f}")
    print(f"  no news : full refresh       {quiet.processor_seconds / full.processor_seconds:.2f}")
    print("\nlongest models without news")
    print("\n".join(longest))


def main() -> None:
    """Measure and print."""
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        folder = Path(sys.argv[2])
        folder.mkdir(parents=True)
        measure_all(folder, requests)
        return
    with TemporaryDirectory() as temporary:
        measure_all(Path(temporary), requests)


if __name__ == "__main__":
    main()
