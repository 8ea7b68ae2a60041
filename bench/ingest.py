"""What loading costs, as ratios of one run on one machine.

python bench/ingest.py [RECORDS] [FILES] [CLAUDE_CODE_FOLDER]: in seconds of processor time, which
others on the machine disturb less than the clock (that stands beside it),

- RECORDS api_responses lines in one file (default 1,000,000) against a bare, typed `read_json`;
- the same again with nothing new, against importing duckdb;
- FILES small files (default 20,000), and 3,000 that begin with the same line, against the same
  number of lines in one file;
- a folder of transcripts, if one is named, and again with nothing new.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tars_bench.ingest.load import load_sources
from tars_bench.workspace.config import Source

READ_JSON = """
    create table requests as
    select *
    from read_json(
        ?,
        format = 'newline_delimited',
        columns = {
            timestamp: 'TIMESTAMP', model: 'VARCHAR', tokenInput: 'BIGINT', tokenOutput: 'BIGINT',
            responseTime: 'DOUBLE', cacheHit: 'BOOLEAN', batchId: 'VARCHAR', taskType: 'VARCHAR',
            complexityScore: 'DOUBLE', cost: 'DECIMAL(18,9)', taskId: 'VARCHAR'
        }
    )
"""
LINE = (
    '{"timestamp":"2026-07-03T16:%02d:52.2152%02dZ","model":"opus","tokenInput":%d,'
    '"tokenOutput":10522,"responseTime":122212,"cacheHit":false,"batchId":null,'
    '"taskType":"base_task","complexityScore":null,"cost":0.47177800000000003,"taskId":"task_%d"}\n'
)
ROUNDS = 3


def write_records(path: Path, count: int) -> None:
    """Write the records to load."""
    path.parent.mkdir(parents=True)
    with path.open("w") as stream:
        for number in range(count):
            stream.write(LINE % (number % 60, number % 100, number, number))


@dataclass(frozen=True)
class Cost:
    """What a piece of work took: seconds of the processor, and of the clock."""

    processor: float
    clock: float

    def line(self, name: str, against: Cost | None = None, of: str = "") -> str:
        """Return a line for the table."""
        ratio = f"  {self.processor / against.processor:6.2f} x {of}" if against else ""
        return f"{name:<44}{self.processor:8.2f} s {self.clock:8.2f} s{ratio}"


def cost(work: Callable[[], object]) -> Cost:
    """Return what a piece of work takes."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return Cost(time.process_time() - processor, time.perf_counter() - clock)


def write_small_files(folder: Path, count: int, first: str = "") -> None:
    """Write files of three records each, after a first line if there is one."""
    folder.mkdir(parents=True)
    for number in range(count):
        lines = (LINE % (number % 60, place, number, place) for place in range(3))
        (folder / f"{number}.jsonl").write_text(first + "".join(lines))


def read_plainly(database: Path, path: Path) -> None:
    """Load the records as DuckDB does by itself, without ledger, rules or quarantine."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        connection.execute(READ_JSON, [str(path)])


def load(database: Path, root: Path, kind: str = "tars") -> None:
    """Load a source."""
    load_sources(database, [Source(kind, root)], lambda _: None)


def measure_records(root: Path, count: int, importing: Cost) -> None:
    """One large file, against DuckDB's own reader; and again with nothing new."""
    path = root / "data" / "api_responses" / "a.jsonl"
    write_records(path, count)
    loads, plain = [], []
    for turn in range(ROUNDS):
        loads.append(cost(lambda at=root / f"load{turn}.duckdb": load(at, root / "data")))
        plain.append(cost(lambda at=root / f"plain{turn}.duckdb": read_plainly(at, path)))
    fastest = min(plain, key=lambda one: one.processor)
    best = min(loads, key=lambda one: one.processor)
    print(fastest.line(f"read_json, {count:,} records"))
    print(best.line(f"load, {count:,} records", fastest, "read_json"))
    again = cost(lambda: load(root / "load0.duckdb", root / "data"))
    print(again.line("load again, nothing new", importing, "importing duckdb"))


def measure_files(root: Path, count: int, first: str, name: str) -> None:
    """Many small files, against one file of the same lines."""
    write_small_files(root / "many" / "api_responses", count, first)
    lines = b"".join(path.read_bytes() for path in (root / "many" / "api_responses").iterdir())
    one = root / "one" / "api_responses" / "a.jsonl"
    one.parent.mkdir(parents=True)
    one.write_bytes(lines)
    single = cost(lambda: load(root / "one.duckdb", root / "one"))
    many = cost(lambda: load(root / "many.duckdb", root / "many"))
    print(many.line(f"load, {count:,} {name}", single, "one file of the same lines"))
    again = cost(lambda: load(root / "many.duckdb", root / "many"))
    print(again.line("load again, nothing new"))


def measure_transcripts(root: Path, folder: Path) -> None:
    """Load real transcripts, and again with nothing new."""
    for name in (f"load, {folder.name}", "load again, nothing new"):
        print(cost(lambda: load(root / "cc.duckdb", folder, "claude_code")).line(name))


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    files = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    importing = cost(lambda: __import__("duckdb"))
    print(f"{'':<44}{'processor':>10} {'clock':>10}")
    print(importing.line("importing duckdb"))
    with TemporaryDirectory() as folder:
        measure_records(Path(folder), count, importing)
    with TemporaryDirectory() as folder:
        measure_files(Path(folder), files, "", "small files")
    with TemporaryDirectory() as folder:
        measure_files(Path(folder), min(3000, files), LINE % (0, 0, 0, 0), "that begin alike")
    if len(sys.argv) > 3:
        with TemporaryDirectory() as folder:
            measure_transcripts(Path(folder), Path(sys.argv[3]))


if __name__ == "__main__":
    main()
