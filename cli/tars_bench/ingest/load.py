"""Loading the sources of a workspace into ``raw.*``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from tars_bench.ingest import documents, ledger, lines
from tars_bench.ingest.feed import Feed
from tars_bench.ingest.listing import NAMED_RULES, Listing, list_source, save_skipped
from tars_bench.ingest.opening import Stat
from tars_bench.ingest.result import FeedResult, LoadResult, Problem
from tars_bench.ingest.sources import FEEDS
from tars_bench.ingest.spool import Spool
from tars_bench.shared.errors import UsageError
from tars_bench.warehouse.files import open_writer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

__all__ = ["LoadResult", "Narrate", "SourceLike", "check_sources", "load_sources"]

Narrate = Callable[[str], None]


class SourceLike(Protocol):
    """What loading needs of a configured source."""

    @property
    def type(self) -> str:
        """The source's type: a key of the registry."""

    @property
    def path(self) -> Path:
        """The source's root."""


def load_sources(database: Path, sources: Sequence[SourceLike], narrate: Narrate) -> LoadResult:
    """Load what is new in the sources; what is unchanged costs a look at the file system.

    Stopped at any instant, it loses nothing and doubles nothing: each batch of lines is one
    transaction with its part of the ledger, and the next load goes on from there.

    Args:
        database: The working DuckDB file; made if missing.
        sources: The configured sources, in order.
        narrate: Called with lines of progress.

    Raises:
        UsageError: A source's type is unknown, or its path does not exist; nothing was loaded.
        BusyError: Another process holds the database.
    """
    check_sources(sources, database)
    with open_writer(database) as connection, TemporaryDirectory(prefix="tars-bench-") as folder:
        load_id = ledger.begin_load(connection)
        with Spool(Path(folder) / "spool.txt") as spool:
            loader = _Loader(connection, spool, load_id, narrate)
            results = [loader.load(source) for source in sources]
        ledger.finish_load(connection, load_id)
    return LoadResult(load_id, tuple(feed for result in results for feed in result))


def check_sources(sources: Sequence[SourceLike], database: Path) -> None:
    """Check types and paths before anything runs.

    A folder that is gone after it was loaded (a disk that is not mounted) is the load's to tell;
    one that is not there for a first load is a mistake.

    Raises:
        UsageError: Naming every source that cannot be loaded.
    """
    faults = [fault for source in sources if (fault := _fault(source, database.exists()))]
    if faults:
        raise UsageError("; ".join(faults), "correct `path` under [[sources]] in tars-bench.toml")


def _fault(source: SourceLike, may_be_gone: bool) -> str:
    if source.type not in FEEDS:
        return f"unknown source type {source.type!r} (known: {', '.join(FEEDS)})"
    path = source.path.expanduser()
    if not path.is_dir() and (path.exists() or not may_be_gone):
        return f"the {source.type} source's path is no folder: {source.path}"
    return ""


class _Loader:
    def __init__(
        self, connection: DuckDBPyConnection, spool: Spool, load_id: int, narrate: Narrate
    ) -> None:
        self._connection = connection
        self._spool = spool
        self._load_id = load_id
        self._narrate = narrate

    def load(self, source: SourceLike) -> list[FeedResult]:
        """Load one source: without a file it is a problem, without its folder an error."""
        root = source.path.expanduser()
        self._narrate(f"loading {source.type} from {root}")
        feeds = FEEDS[source.type]
        found = list_source(root, feeds) if root.is_dir() else Listing()
        save_skipped(self._connection, source.type, root, found, self._load_id)
        if found.is_empty and (count := self._known_count(source.type, root)):
            return [_unreachable(source.type, feeds[0].table, root, count)]
        results = [self._load_feed(feed, root, found.files.get(feed.table, [])) for feed in feeds]
        results[0] = _told(results[0], source.type, root, found)
        return results

    def _load_feed(
        self, feed: Feed, root: Path, files: Sequence[tuple[Path, Stat | None]]
    ) -> FeedResult:
        if feed.parse_document:
            return documents.load_documents(self._connection, feed, root, files, self._load_id)
        return lines.load_lines(
            self._connection, feed, root, files, self._spool, self._load_id, self._narrate
        )

    def _known_count(self, system: str, root: Path) -> int:
        """Return how many files were read under a root before, and not seen to go since."""
        found = self._connection.execute(
            """
            select count(*)
            from raw.file_paths
            where
                source_system = ?
                and starts_with(path, ?)
                and file_id is not null
                and not is_missing
            """,
            [system, f"{root}/"],
        ).fetchone()
        return int(found[0]) if found else 0


def _unreachable(system: str, table: str, root: Path, count: int) -> FeedResult:
    """Say that nothing is left of a source: its disk is not there, or its folder was emptied."""
    what = "holds none" if root.is_dir() else "is no folder now, with none"
    problem = Problem(
        system, str(root), f"cannot be read: it {what} of the {count:,} files that were there", True
    )
    return FeedResult(system, table, str(root), {"unreadable": 1}, problems=(problem,))


def _told(result: FeedResult, system: str, root: Path, found: Listing) -> FeedResult:
    """Add what is skipped or cannot be listed to a source's first result."""
    problems = [
        Problem(system, path, f"cannot be read: {detail}", is_error=True)
        for path, detail in found.unreadable
    ]
    problems += [
        Problem(system, item.path, f"skipped: {NAMED_RULES[item.rule]}")
        for item in found.skipped
        if item.rule in NAMED_RULES
    ]
    is_gone = not root.is_dir()
    if is_gone:
        problems.append(Problem(system, str(root), "cannot be read: there is no such folder", True))
    elif found.is_empty and not found.unreadable:
        problems.append(Problem(system, str(root), f"no files of {system} under {root}"))
    counts = dict(result.file_counts)
    unread = len(found.unreadable) + is_gone
    for name, number in (("unreadable", unread), ("skipped", len(found.skipped))):
        if number:
            counts[name] = counts.get(name, 0) + number
    return replace(result, file_counts=counts, problems=(*result.problems, *problems))
