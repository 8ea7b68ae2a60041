"""Write the TARS sources of a simulated workload into a directory."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tars_bench.simulate.options import PhaseWindow, SimulationOptions, SimulationResult
from tars_bench.simulate.output_directory import Marker, OutputDirectory

if TYPE_CHECKING:
    from tars_bench.simulate.workload import PhaseWorkload

__all__ = ["PhaseWindow", "SimulationOptions", "SimulationResult", "simulate"]

GENERATOR_VERSION = 1
"""Part of a directory's marker: a new generator writes an old directory anew."""

Narrate = Callable[[str], None]


def simulate(options: SimulationOptions, narrate: Narrate) -> SimulationResult:
    """Write a simulated workload, or find it written already.

    Equal options give equal bytes. A directory is replaced only when a simulation wrote it.

    Raises:
        UsageError: `options.out` holds something else.
    """
    directory = OutputDirectory(options.out)
    wanted = _as_json(options)
    marker = directory.holds(wanted)
    if marker is not None:
        narrate(f"{options.out} already holds this simulation; nothing to do")
        return _result(options, marker, was_written=False)
    from tars_bench.simulate.writing import possible_files

    directory.begin(wanted, possible_files(options.start, options.days))
    totals = _write_phases(options, directory, narrate)
    return _result(options, directory.finish(wanted, totals), was_written=True)


def _write_phases(
    options: SimulationOptions, directory: OutputDirectory, narrate: Narrate
) -> dict[str, int]:
    from tars_bench.simulate.workload import draw_phases
    from tars_bench.simulate.writing import COSTS_FILE, PhaseWriter, daily_costs, write_costs

    totals = dict.fromkeys(("api_calls", "cache_hits", "events", "feedback"), 0)
    costs: dict[str, Any] = {}
    writer = PhaseWriter(directory.staging, options.start)
    for phase in draw_phases(options):
        writer.write(phase)
        for day, entry in daily_costs(phase, options.start):
            costs[day] = _together(costs[day], entry) if day in costs else entry
        for name, count in _counts(phase).items():
            totals[name] += count
        narrate(f"{phase.phase_id}: {phase.days} days, {len(phase.requests.day):,} requests")
    writer.close()
    write_costs(directory.staging / COSTS_FILE, costs)
    return totals


def _together(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What both sides of an experiment came to on a day."""
    daily = {name: one["daily"][name] + value for name, value in other["daily"].items()}
    daily["cost"] = round(daily["cost"], 9)
    return {"daily": daily, "sessions": one["sessions"] | other["sessions"]}


def _counts(phase: "PhaseWorkload") -> dict[str, int]:
    days = phase.written_days()
    calls, hits, events, feedback = (
        sum(int(((part >= day) & (part < day + 1)).sum()) for day in days)
        for part in (
            phase.requests.day[~phase.requests.is_hit],
            phase.requests.day[phase.requests.is_hit],
            phase.events.day,
            phase.feedback.day,
        )
    )
    return {"api_calls": calls, "cache_hits": hits, "events": events, "feedback": feedback}


def _as_json(options: SimulationOptions) -> dict[str, Any]:
    """The options that decide the bytes; where they are written does not."""
    # Options that are newer than the oldest directories are named only where they are used.
    unused = {"out"} | {
        name for name in ("has_arms", "switchback_seed") if not _asks(options, name)
    }
    values = {name: value for name, value in vars(options).items() if name not in unused}
    return values | {"start": options.start.isoformat(), "generator": GENERATOR_VERSION}


def _asks(options: SimulationOptions, name: str) -> bool:
    return getattr(options, name) not in (None, False)


def _result(options: SimulationOptions, marker: Marker, was_written: bool) -> SimulationResult:
    from tars_bench.simulate.plan import planned_windows

    return SimulationResult(
        out=options.out,
        was_written=was_written,
        windows=planned_windows(options),
        file_count=len(marker.files),
        byte_count=sum(marker.files.values()),
        **marker.totals,
    )
