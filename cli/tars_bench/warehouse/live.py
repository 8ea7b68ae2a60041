"""Follow the sources: load what is new, build what the dashboard reads, release it.

A live release is a file of its own beside the published one. What a live cycle builds are the
dashboard's marts and all they are made of; the other marts stay as the last run left them, so
the published file, in which everything agrees, is left to `tars-bench run`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Final

from tars_bench.reports.read.dashboard import LIVE_TABLES
from tars_bench.shared.errors import BusyError, NotReadyError, TarsBenchError
from tars_bench.warehouse.files import has_column, open_reader
from tars_bench.warehouse.inputs import files_digest
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.journal import write_entry
from tars_bench.workspace.lock import exclusive, is_awaited
from tars_bench.workspace.seeds import composed_seeds

if TYPE_CHECKING:
    from tars_bench.ingest.load import LoadResult

_SELECT: Final = ("+dashboard_*", "+measurement_*", "+report_provenance")
_EXCLUDE: Final = ("test_type:generic",)
"""The tests that hold totals together are run on every cycle; those of single columns cost
more time than the rest of it, and are run by `tars-bench run`."""
_RETRY_SECONDS: Final = 60.0
"""A cycle that failed is tried again after this time, also if the sources stay as they are: what
it failed at may have been a full disk."""


class Outcome(StrEnum):
    """What became of a cycle."""

    UNCHANGED = "unchanged"
    """The sources are as they were."""
    RELEASED = "released"
    """New lines are shown."""
    BUSY = "busy"
    """Another command holds the workspace; the next cycle tries again."""
    FAILED = "failed"
    """A step failed; what was shown before stays."""


@dataclass(frozen=True)
class Cycle:
    """One look at the sources: what became of it, in how many seconds, and a line about it."""

    outcome: Outcome
    seconds: float
    line_count: int
    message: str


def live_database(workspace: Workspace) -> Path:
    """Return the file of the live release; only dashboards open it."""
    return workspace.state_directory / "live.duckdb"


def newest_database(workspace: Workspace) -> Path:
    """Return the live release or the published file, whichever is newer."""
    live, published = live_database(workspace), workspace.published_database
    try:
        return live if _build_number(live) > _build_number(published) else published
    except NotReadyError:
        return published


def _build_number(database: Path) -> int:
    with open_reader(database) as connection:
        if not has_column(connection, "meta", "release", "build_number"):
            return 0
        found = connection.execute("select build_number from meta.release").fetchone()
    return int(found[0]) if found else 0


class Watcher:
    """Brings what is shown up to date, one `cycle` at a time."""

    def __init__(self, workspace: Workspace, say: Callable[[str], None]) -> None:
        self._workspace = workspace
        self._say = say
        self._seen = ""
        self._retry_at: float | None = None

    def cycle(self) -> Cycle:
        """Look at the sources once and show what is new in them.

        It never raises a `TarsBenchError`: a live view outlives a failed cycle.
        """
        started = monotonic()
        seen = fingerprint(self._workspace)
        if seen == self._seen and not self._retries(started):
            return Cycle(Outcome.UNCHANGED, monotonic() - started, 0, "nothing new")
        if is_awaited(self._workspace):
            return Cycle(Outcome.BUSY, monotonic() - started, 0, "another command goes first")
        try:
            line_count = self._follow()
        except BusyError as error:
            return Cycle(Outcome.BUSY, monotonic() - started, 0, error.message)
        except TarsBenchError as error:
            self._seen, self._retry_at = seen, monotonic() + _RETRY_SECONDS
            hint = f" ({error.hint})" if error.hint else ""
            write_entry(self._workspace, "live", is_success=False, summary=error.message)
            return Cycle(Outcome.FAILED, monotonic() - started, 0, f"{error.message}{hint}")
        self._seen, self._retry_at = seen, None
        if line_count is None:
            return Cycle(Outcome.UNCHANGED, monotonic() - started, 0, "nothing new")
        lines = f"{line_count:,} new line{'' if line_count == 1 else 's'}"
        write_entry(self._workspace, "live", is_success=True, summary=f"{lines} released")
        return Cycle(Outcome.RELEASED, monotonic() - started, line_count, lines)

    def _retries(self, now: float) -> bool:
        return self._retry_at is not None and now >= self._retry_at

    def _follow(self) -> int | None:
        """Load, build and release; return how many lines are new, None if nothing changed."""
        with exclusive(self._workspace, patience_seconds=0):
            self._say("loading")
            loaded = load(self._workspace)
            if not loaded.is_news and self._workspace.published_database.is_file():
                return None
            self._say(f"building: {loaded.line_count:,} new lines")
            release(self._workspace, self._say)
        return loaded.line_count


def load(workspace: Workspace) -> LoadResult:
    """Load what is new, and the prices of models seen for the first time."""
    from tars_bench.ingest.load import load_sources
    from tars_bench.pricing.book import refresh_prices
    from tars_bench.workspace.seeds import seeds_overlay

    result = load_sources(workspace.working_database, workspace.sources, _nothing)
    overrides = seeds_overlay(workspace) / "price_overrides.csv"
    refresh_prices(workspace.working_database, overrides, _nothing)
    return result


def release(workspace: Workspace, say: Callable[[str], None]) -> None:
    """Build what the dashboard reads and release it; on a first time, everything.

    Raises:
        BuildError: A model or test failed, or the last complete build had failed; what was
            released before stays.
    """
    from tars_bench.warehouse.build import build
    from tars_bench.warehouse.publish import publish

    if not workspace.published_database.is_file():
        build(workspace, _nothing)
        publish(workspace)
        return
    build(workspace, _nothing, select=_SELECT, exclude=_EXCLUDE)
    say("releasing")
    publish(workspace, live_database(workspace), LIVE_TABLES)


def fingerprint(workspace: Workspace) -> str:
    """Return what changes when a file of the sources or one of the seeds does."""
    seeds = [value for _, value in sorted(composed_seeds(workspace).items())]
    return sha256(b"\0".join([files_digest(workspace).encode(), *seeds])).hexdigest()


def _nothing(_: str) -> None:
    """Say nothing: a live view has one line of its own."""
