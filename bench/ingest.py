"""How long loading takes, beside DuckDB's own typed reader on the same file.

python bench/ingest.py [RECORDS]: writes RECORDS api_responses lines (default 1,000,000) to a
temporary folder, loads them with `load_sources` and with a bare `read_json`, three times each in
turn, and prints the fastest of each and their ratio.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
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


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def read_plainly(database: Path, path: Path) -> None:
    """Load the records as DuckDB does by itself, without ledger, rules or quarantine."""
    import duckdb

    with duckdb.connect(str(database)) as connection:
        connection.execute(READ_JSON, [str(path)])


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with TemporaryDirectory() as folder:
        root = Path(folder)
        path = root / "data" / "api_responses" / "a.jsonl"
        write_records(path, count)
        megabytes = path.stat().st_size / 1e6
        sources = [Source("tars", root / "data")]
        loads, plain = [], []
        for turn in range(ROUNDS):
            database = root / f"load{turn}.duckdb"
            loads.append(seconds(lambda at=database: load_sources(at, sources, lambda _: None)))
            database = root / f"plain{turn}.duckdb"
            plain.append(seconds(lambda at=database: read_plainly(at, path)))
        again = seconds(lambda: load_sources(root / "load0.duckdb", sources, lambda _: None))
    load, read = min(loads), min(plain)
    print(f"{count:,} records, {megabytes:,.0f} MB")
    print(f"load_sources  {load:6.2f} s  {megabytes / load:6.0f} MB/s")
    print(
        f"read_json     {read:6.2f} s  {megabytes / read:6.0f} MB/s  (load is {load / read:.1f} x)"
    )
    print(f"unchanged     {again:6.2f} s")


if __name__ == "__main__":
    main()
