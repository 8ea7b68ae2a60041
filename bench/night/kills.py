"""Kill runs at random instants while files grow; nothing published may differ.

Each run finds a little more than the one before: files come in pieces that end anywhere, also
within a line. At five checkpoints a run is left to end, and its published rows are compared with
those of a workspace that was given the same files at once and never killed.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from place import days_of, differences, finish, published, run, simulate, workspace

CHECKPOINTS: Final = 5
PIECES: Final = 3


@dataclass(frozen=True)
class Piece:
    """A file up to one of its bytes."""

    day: str
    path: Path
    end: int


def campaign(folder: Path, times: int, seed: int) -> list[str]:
    """Run one workspace undisturbed and one with kills; return what differs."""
    logs = simulate(folder / "logs", "--calls-per-day=60")
    draws = random.Random(seed)
    pieces = [piece for day in days_of(logs) for piece in _pieces(logs, day, draws)]
    calm, killed = workspace(folder / "calm"), workspace(folder / "killed")
    kills = _Kills(killed, logs, draws)
    ends = [len(pieces) * number // CHECKPOINTS for number in range(CHECKPOINTS + 1)]
    for number, (begin, end) in enumerate(pairwise(ends), start=1):
        _deliver(logs, calm, pieces[begin:end])
        began = time.monotonic()
        finish(run(calm))
        kills.until(times * number // CHECKPOINTS, pieces[begin:end], time.monotonic() - began)
        finish(run(killed, "--force"))
        apart = differences(published(calm), published(killed))
        said = "; ".join(apart) or "no row differs"
        print(f"checkpoint {number}: {kills.struck} kills; {said}", flush=True)
        if apart:
            return apart
    left = [path.name for path in (killed / "warehouse").iterdir() if ".tmp" in path.name]
    return [f"left behind: {', '.join(left)}"] if left else []


class _Kills:
    """Runs that are killed, each with some more pieces before it."""

    def __init__(self, place: Path, logs: Path, draws: random.Random) -> None:
        self.place, self.logs, self.draws, self.struck = place, logs, draws, 0

    def until(self, wanted: int, pieces: Sequence[Piece], takes: float) -> None:
        """Strike until so many runs were killed and the pieces are all there."""
        left, begin = list(pieces), self.struck
        while self.struck < wanted:
            share = -(-len(left) // max(wanted - self.struck, 1))
            _deliver(self.logs, self.place, left[:share])
            left = left[share:]
            # Loading is the first fifth of a run, publishing its end; each has its share.
            early, late = 0.2 * self.draws.random(), 0.85 + 0.15 * self.draws.random()
            instant = self.draws.choice((early, early, self.draws.random(), late))
            self.struck += _killed(self.place, instant * takes)
        _deliver(self.logs, self.place, left if begin < wanted else pieces)


def _pieces(logs: Path, day: str, draws: random.Random) -> list[Piece]:
    found = []
    for path in sorted(path for path in logs.rglob("*") if path.is_file() and day in path.name):
        size = path.stat().st_size
        ends = [*sorted(draws.randrange(size + 1) for _ in range(PIECES - 1)), size]
        found += [Piece(day, path, end) for end in ends]
    return found


def _deliver(logs: Path, place: Path, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        target = place / "data" / piece.path.relative_to(logs)
        target.parent.mkdir(parents=True, exist_ok=True)
        have = target.stat().st_size if target.exists() else 0
        with target.open("ab") as file:
            file.write(piece.path.read_bytes()[have : piece.end])
    if pieces:
        costs = json.loads((logs / "costs.json").read_text())
        known = {day: cost for day, cost in costs.items() if day <= pieces[-1].day}
        (place / "data" / "costs.json").write_text(json.dumps(known))


def _killed(place: Path, after: float) -> bool:
    """Begin a run and kill it and its children; return whether it was still under way."""
    process = run(place, "--force")
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    if process.returncode not in {0, 3}:
        raise SystemExit(f"a run after a kill ended with {process.returncode}")
    return False
