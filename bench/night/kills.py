"""Kill runs at random instants, over several deliveries; nothing published may differ."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Final

from place import days_of, deliver, differences, finish, published, run, simulate, workspace

DELIVERIES: Final = 5


def campaign(folder: Path, times: int, seed: int) -> list[str]:
    """Run one workspace undisturbed and one with kills; return what differs."""
    logs = simulate(folder / "logs", "--calls-per-day=60")
    days = days_of(logs)
    parts = _in_order(days, DELIVERIES)
    calm, killed = workspace(folder / "calm"), workspace(folder / "killed")
    draws = random.Random(seed)
    struck = 0
    for number, part in enumerate(parts, start=1):
        deliver(logs, calm, part)
        began = time.monotonic()
        finish(run(calm))
        takes = time.monotonic() - began
        deliver(logs, killed, part)
        options: tuple[str, ...] = ()
        while struck < times * number // DELIVERIES:
            # Most of a run is building, so two of three instants lie in its first and last tenth.
            early, late = 0.1 * draws.random(), 0.9 + 0.1 * draws.random()
            if _killed(killed, draws.choice((draws.random(), early, late)) * takes, options):
                struck += 1
            else:
                options = ("--force",)
        finish(run(killed, *options))
        apart = differences(published(calm), published(killed))
        said = "; ".join(apart) or "no row differs"
        print(f"delivery {number}: {struck} kills; {said}", flush=True)
        if apart:
            return apart
    left = [path.name for path in (killed / "warehouse").iterdir() if ".tmp" in path.name]
    return [f"left behind: {', '.join(left)}"] if left else []


def _in_order(days: list[str], parts: int) -> list[list[str]]:
    size = -(-len(days) // parts)
    return [days[start : start + size] for start in range(0, len(days), size)]


def _killed(place: Path, after: float, options: tuple[str, ...]) -> bool:
    """Begin a run and kill it and its children; return whether it was still under way."""
    process = run(place, *options)
    try:
        process.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return True
    if process.returncode not in {0, 3}:
        raise SystemExit(f"a run after a kill ended with {process.returncode}")
    return False
