"""A week of hourly runs: the marts must equal one load of all the files.

The logger appends to one file of calls and one of events. Calls are rotated at midnight (renamed,
packed a day later, gone after two); events are copied and truncated. Some lines are written up to
30 hours late. For one run the clock is two days ahead, in one hour the disk is full, two runs are
killed.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from place import days_of, deliver, differences, finish, published, run, simulate, workspace

HOURS: Final = 7 * 24
KILLED: Final = (33, 106)
CLOCK_AHEAD: Final = 58
DISK_FULL: Final = 83
DISK_BYTES: Final = 1 << 30
OF_THE_FILES: Final = frozenset({"line_ledger"})
"""Says where the lines of each file went; the files are not the same."""

FILE_AND_LINE: Final = frozenset({"file_id", "line_number"})


def campaign(folder: Path, seed: int) -> list[str]:
    """Let a week go by; return what differs from one load of everything."""
    if not shutil.which("faketime"):
        return ["faketime is not installed: the week needs a clock that can be set"]
    logs = simulate(folder / "logs", "--calls-per-day=60")
    days = days_of(logs)
    place, once = workspace(folder / "week"), workspace(folder / "once")
    is_small = _small_disk(place / "warehouse")
    try:
        deliver(logs, place, days[:-7])
        week = _Week(place, logs, days[-7:], random.Random(seed))
        _run(place, week.begin)
        for hour in range(HOURS):
            week.write(hour)
            _hour(place, week.begin + timedelta(hours=hour, minutes=5), hour, is_small)
        week.write(HOURS + 31)
        end = week.begin + timedelta(hours=HOURS + 31)
        _run(place, end)
        deliver(logs, once, days)
        _run(once, end)
        apart = differences(published(once), published(place), OF_THE_FILES, FILE_AND_LINE)
        print(f"{HOURS} hours, {week.late} late lines; disk filled: {is_small}", flush=True)
        return apart
    finally:
        if is_small:
            subprocess.run(["umount", "--lazy", str(place / "warehouse")], check=False)


class _Week:
    """What the logger has written by an hour."""

    def __init__(self, place: Path, logs: Path, days: list[str], draws: random.Random) -> None:
        self.data, self.days, self.late = place / "data", days, 0
        self.begin = datetime.fromisoformat(days[0]).replace(tzinfo=UTC)
        self.costs: dict[str, Any] = json.loads((logs / "costs.json").read_text())
        self.lines: dict[str, list[tuple[datetime, str]]] = {}
        for kind, ending in (
            ("api_responses", "jsonl"),
            ("feedback", "jsonl"),
            ("monitoring_logs", "log"),
        ):
            self.lines[kind] = sorted(
                (self._written(line, kind, draws), line)
                for path in sorted((logs / kind).glob(f"*.{ending}"))
                if any(day in path.name for day in days)
                for line in path.read_text().splitlines()
            )

    def _written(self, line: str, kind: str, draws: random.Random) -> datetime:
        stamp = line[1:21] if kind == "monitoring_logs" else json.loads(line)["timestamp"]
        at = datetime.fromisoformat(stamp)
        if kind == "api_responses" and draws.random() < 0.03:
            self.late += 1
            return at + timedelta(hours=draws.randint(2, 30))
        return at

    def _append(self, kind: str, name: str, now: datetime) -> None:
        due = [line for at, line in self.lines[kind] if at < now]
        self.lines[kind] = [entry for entry in self.lines[kind] if entry[0] >= now]
        if due:
            with (self.data / kind / name).open("a", encoding="utf-8") as file:
                file.write("\n".join(due) + "\n")

    def write(self, hour: int) -> None:
        """Rotate if it is midnight, append what has been written since, and write costs.json."""
        now = self.begin + timedelta(hours=hour)
        if hour and hour % 24 == 0:
            self._rotate(now)
        for kind, name in (
            ("api_responses", "calls.jsonl"),
            ("feedback", "feedback.jsonl"),
            ("monitoring_logs", "optimization-metrics.log"),
        ):
            self._append(kind, name, now)
        ended = {day: self.costs[day] for day in self.costs if day < now.date().isoformat()}
        (self.data / "costs.json").write_text(json.dumps(ended))

    def _rotate(self, now: datetime) -> None:
        yesterday = (now - timedelta(days=1)).date().isoformat()
        before = (now - timedelta(days=2)).date().isoformat()
        calls = self.data / "api_responses"
        if (calls / "calls.jsonl").exists():
            (calls / "calls.jsonl").rename(calls / f"calls-{yesterday}.jsonl")
        packed = calls / f"calls-{before}.jsonl"
        if packed.exists():
            packed.with_suffix(".jsonl.gz").write_bytes(gzip.compress(packed.read_bytes(), mtime=0))
            packed.unlink()
        old = (now - timedelta(days=4)).date().isoformat()
        (calls / f"calls-{old}.jsonl.gz").unlink(missing_ok=True)
        log = self.data / "monitoring_logs" / "optimization-metrics.log"
        if log.exists():
            shutil.copyfile(log, log.with_name(f"optimization-metrics-{yesterday}.log"))
            os.truncate(log, 0)


def _hour(place: Path, now: datetime, hour: int, is_small: bool) -> None:
    if hour in KILLED:
        process = run(place, before=_clock(now))
        time.sleep(8 if hour == KILLED[0] else 2)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        print(f"hour {hour}: killed", flush=True)
    elif hour == DISK_FULL and is_small:
        ballast = place / "warehouse" / "ballast"
        free = shutil.disk_usage(place / "warehouse").free
        ballast.write_bytes(b"\0" * max(free - (1 << 20), 0))
        process = run(place, "--force", before=_clock(now))
        _, complaint = process.communicate()
        ballast.unlink()
        print(f"hour {hour}: disk full, exit {process.returncode}: {complaint.strip()}", flush=True)
        if process.returncode in {0, 3}:
            raise SystemExit("a run on a full disk called itself a success")
    elif hour == CLOCK_AHEAD:
        _run(place, now + timedelta(days=2))
        print(f"hour {hour}: the clock was two days ahead", flush=True)
    else:
        _run(place, now)


def _run(place: Path, now: datetime) -> None:
    finish(run(place, before=_clock(now)))


def _clock(now: datetime) -> tuple[str, ...]:
    return ("faketime", now.strftime("%Y-%m-%d %H:%M:%S"))


def _small_disk(folder: Path) -> bool:
    """Put a folder on a small disk in memory; return whether that was allowed."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0
