"""Plant one fault at a time in a scratch copy of sound logs, and see which checks tell of it.

What is shown is what a user would see: rows of `hygiene_checks`, rules of the ledger, days on which
`costs.json` disagrees, metrics that are no longer measured, reasons in `verdict_answers`. A signal
that the sound logs give too does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from tars_bench.doctor.faults import FAULTS, Fault
from tars_bench.doctor.world import (
    FIRST_DAY,
    LAST_DAY,
    PHASE_BEGINS,
    World,
    sound_world,
)
from tars_bench.workspace.config import Workspace, load_workspace

if TYPE_CHECKING:
    from datetime import date

Narrate = Callable[[str], None]


@dataclass(frozen=True, order=True)
class Signal:
    """Something a user is told.

    Attributes:
        place: The table or part of the output that tells.
        name: Which check, rule or metric.
        level: How loud; a fault is caught by a signal that is louder than in the sound logs.
    """

    place: str
    name: str
    level: float = 1.0


@dataclass(frozen=True)
class Finding:
    """What became of one fault."""

    fault: Fault
    caught_by: tuple[Signal, ...]
    is_called_saving: bool
    """Whether the logs with the fault were given an established saving."""

    @property
    def is_caught(self) -> bool:
        """Whether any check told of it, and no saving was made of it."""
        return bool(self.caught_by) and not self.is_called_saving


def inject(narrate: Narrate, only: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Plant every fault, or only those named, in a folder that is removed afterwards.

    Args:
        narrate: Takes a line before each fault.
        only: Ids of faults; all if there are none.
    """
    wanted = [fault for fault in FAULTS if not only or fault.fault_id in only]
    with TemporaryDirectory(prefix="tars-bench-doctor-") as scratch:
        root = Path(scratch)
        narrate("measuring the sound logs")
        sound, _ = _signals(_made(root, sound_world()))
        return tuple(_findings(root, wanted, sound, narrate))


def _findings(
    root: Path, wanted: Sequence[Fault], sound: frozenset[Signal], narrate: Narrate
) -> Iterator[Finding]:
    loudness = {(one.place, one.name): one.level for one in sound}
    for number, fault in enumerate(wanted, start=1):
        narrate(f"fault {number} of {len(wanted)}: {fault.sentence}")
        world = sound_world()
        fault.plant(world)
        found, is_called_saving = _signals(_made(root, world))
        louder = [
            one for one in sorted(found) if one.level > loudness.get((one.place, one.name), 0)
        ]
        yield Finding(fault, tuple(louder), is_called_saving)


def _made(root: Path, world: World) -> Workspace:
    """Write the logs into the scratch workspace, load them and build what tells of faults.

    One workspace for all faults, emptied in between, so that dbt parses the project once.
    """
    import shutil

    from tars_bench.ingest.load import load_sources
    from tars_bench.pricing.book import refresh_prices
    from tars_bench.warehouse.build import build, project_overlay

    for name in ("tars", "claude", "warehouse"):
        shutil.rmtree(root / name, ignore_errors=True)
    _write_settings(root)
    workspace = load_workspace(root)
    workspace.working_database.parent.mkdir()
    world.write(root)
    for kind in ("tars", "claude"):
        (root / kind).mkdir(exist_ok=True)
    load_sources(workspace.working_database, workspace.sources, _nothing)
    overrides = project_overlay(workspace) / "seeds" / "price_overrides.csv"
    refresh_prices(workspace.working_database, overrides, _nothing)
    build(workspace, _nothing, select=_SELECT, exclude=("resource_type:test",))
    return workspace


_SELECT: Final = (
    "+hygiene_checks",
    "+verdict_answers",
    "+headline_verdicts",
    "+cost_reconciliation_daily",
    "+phase_metrics",
)


def _nothing(_: str) -> None:
    """Say nothing of the steps."""


def _write_settings(root: Path) -> None:
    (root / "tars-bench.toml").write_text(
        '[workspace]\nname = "Scratch"\n'
        '[[sources]]\ntype = "tars"\npath = "tars"\n'
        '[[sources]]\ntype = "claude_code"\npath = "claude"\n'
    )
    (root / "seeds").mkdir(exist_ok=True)
    (root / "seeds" / "phases.csv").write_text(
        "phase_id,phase_name,phase_order,start_date,end_date,is_baseline,is_final,"
        "target_reduction_ratio,target_reduction_max_ratio\n"
        f"baseline,Baseline,0,{FIRST_DAY},{_day_before(PHASE_BEGINS)},true,false,,\n"
        f"phase_1,Phase 1,1,{PHASE_BEGINS},{LAST_DAY},false,true,,\n"
    )


def _day_before(day: date) -> date:
    from datetime import timedelta

    return day - timedelta(days=1)


def _signals(workspace: Workspace) -> tuple[frozenset[Signal], bool]:
    """Return what a user would be told, and whether a saving is called established."""
    from tars_bench.warehouse.files import open_reader

    with open_reader(workspace.working_database) as connection:
        found = frozenset(
            Signal(place, str(name), float(level))
            for place, sql in _SIGNALS.items()
            for name, level in connection.execute(sql).fetchall()
        )
        savings = connection.execute(_SAVINGS).fetchall()
    return found, bool(savings)


_SAVINGS: Final = """
    select 1
    from marts.verdict_answers
    where question_id = 'unit_cost' and answer = 'cheaper' and is_established
"""

_SIGNALS: Final = {
    "hygiene_checks": """
        select check_id, case status when 'serious' then 2 when 'warning' then 1 end
        from marts.hygiene_checks
        where status in ('serious', 'warning')
    """,
    "ledger": """
        select outcome || coalesce(': ' || rule, ''), sum(line_count)
        from raw.line_outcomes
        where outcome in ('quarantined', 'repeated')
        group by all
    """,
    "files": """
        select outcome, count(distinct path)
        from raw.file_deliveries
        where outcome in ('duplicate', 'repeated', 'unreadable', 'skipped')
        group by all
    """,
    "cost_reconciliation_daily": """
        select reconciliation_status, count(*)
        from marts.cost_reconciliation_daily
        where reconciliation_status = 'differs'
        group by all
    """,
    "phase_metrics": """
        select metric_id || ' not measured', count(*)
        from marts.phase_metrics
        where metric_value is null
        group by all
    """,
}
"""Where a user is told of something: SQL that returns a name and how loud it is."""
