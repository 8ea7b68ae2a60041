"""Three readers beside ten runs: none sees an error, each sees the new releases."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import duckdb
from place import TARS_BENCH, days_of, deliver, finish, published, run, simulate, workspace

ASKED: Final = "select count(*) from marts.fct_requests"
PATIENCE: Final = 20.0
"""Seconds within which a reader must have seen a new release."""

_ONE_POLL: Final = (
    "import duckdb, sys; "
    "print(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchone()[0])"
)


class Reader(threading.Thread):
    """Polls until told to stop; keeps what it saw and what went wrong."""

    def __init__(self, name: str, poll: Callable[[], int]) -> None:
        super().__init__(name=name, daemon=True)
        self.poll, self.seen, self.errors, self.polls = poll, 0, list[str](), 0
        self.stopped = threading.Event()

    def run(self) -> None:
        """Poll."""
        while not self.stopped.is_set():
            try:
                self.seen = self.poll()
            except Exception as error:  # noqa: BLE001 - what a reader meets is what is looked for
                self.errors.append(str(error))
            self.polls += 1
            time.sleep(0.05)


def campaign(folder: Path, runs: int) -> list[str]:
    """Deliver a day a run; return what a reader missed or met."""
    logs = simulate(folder / "logs", "--calls-per-day=60")
    place = workspace(folder / "workspace")
    days = days_of(logs)
    deliver(logs, place, days[:-runs])
    finish(run(place))
    path = published(place)
    held = duckdb.connect(str(path), read_only=True)
    readers = (
        Reader("a process for each poll", lambda: _process(path)),
        Reader("a pool that holds a connection", lambda: _pool(path, held)),
        Reader("tars-bench query", lambda: _query(place)),
    )
    for reader in readers:
        reader.start()
    found = []
    for day in days[-runs:]:
        deliver(logs, place, [day])
        finish(run(place))
        wanted = _process(path)
        deadline = time.monotonic() + PATIENCE
        while any(reader.seen != wanted for reader in readers) and time.monotonic() < deadline:
            time.sleep(0.1)
        late = [reader.name for reader in readers if reader.seen != wanted]
        found += [f"{day}: {name} did not see {wanted} requests" for name in late]
        print(f"{day}: {wanted} requests, seen by {3 - len(late)} of 3", flush=True)
    for reader in readers:
        found += _stopped(reader)
    return found


def _stopped(reader: Reader) -> list[str]:
    """End a reader; return what it met."""
    reader.stopped.set()
    reader.join()
    print(f"{reader.name}: {reader.polls} polls, {len(reader.errors)} errors", flush=True)
    return sorted({f"{reader.name}: {error}" for error in reader.errors})


def _process(path: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _ONE_POLL, str(path), ASKED],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def _pool(path: Path, held: duckdb.DuckDBPyConnection) -> int:
    held.execute(ASKED).fetchone()
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(ASKED).fetchone()
    return int(row[0]) if row else 0


def _query(place: Path) -> int:
    done = subprocess.run(
        [*TARS_BENCH, "query", ASKED, "--format", "csv", f"--workspace={place}"],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout.splitlines()[-1])
