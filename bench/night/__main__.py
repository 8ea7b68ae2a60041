"""What may happen at 3 a.m., made to happen: four campaigns over whole runs.

    python bench/night kills --times 200     kill -9 at random instants, over several deliveries
    python bench/night hostile --lines 100000    lines no logger should write, through a full run
    python bench/night readers --runs 10     three readers, one of them a pool, beside ten runs
    python bench/night week                  a week of hourly runs: rotation, late rows, a clock
                                             that jumps, a full disk and two kills

Each prints what it did and what it found; the exit status is 1 where a figure differs, a line is
not accounted for, or a reader was disturbed. They take minutes to an hour, so they stand here and
not among the tests. `week` needs `faketime` (Debian has it) for its clock, and the right to mount a
small memory disk for its full disk; what it has not it leaves out and says so.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import hostile
import kills
import readers
import week


def main() -> int:
    """Run one campaign; return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seed", type=int, default=1, help="starts the random numbers")
    campaigns = parser.add_subparsers(dest="campaign", required=True)
    campaigns.add_parser("kills").add_argument("--times", type=int, default=200)
    campaigns.add_parser("hostile").add_argument("--lines", type=int, default=100_000)
    campaigns.add_parser("readers").add_argument("--runs", type=int, default=10)
    campaigns.add_parser("week")
    chosen = parser.parse_args()
    with TemporaryDirectory(prefix="tars-bench-night-") as name:
        place = Path(name)
        match chosen.campaign:
            case "kills":
                found = kills.campaign(place, chosen.times, chosen.seed)
            case "hostile":
                found = hostile.campaign(place, chosen.lines, chosen.seed)
            case "readers":
                found = readers.campaign(place, chosen.runs)
            case _:
                found = week.campaign(place, chosen.seed)
    print("found:", "; ".join(found) or "nothing", flush=True)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
