"""Loading the sources of a workspace into ``raw.*``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from tars_bench.ingest import documents, ledger, lines
from tars_bench.ingest.feed import Feed
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
    check_sources(sources)
    with open_writer(database) as connection, TemporaryDirectory(prefix="tars-bench-") as folder:
        load_id = ledger.begin_load(connection)
        with Spool(Path(folder) / "spool.txt") as spool:
            loader = _Loader(connection, spool, load_id, narrate)
            results = [loader.load(source) for source in sources]
        ledger.finish_load(connection, load_id)
    return LoadResult(load_id, tuple(feed for result in results for feed in result))


def check_sources(sources: Sequence[SourceLike]) -> None:
    """Check types and paths before anything runs.

    Raises:
        UsageError: Naming every source that cannot be loaded.
    """
    faults = [fault for source in sources if (fault := _fault(source))]
    if faults:
        raise UsageError("; ".join(faults), "correct `path` under [[sources]] in tars-bench.toml")


def _fault(source: SourceLike) -> str:
    if source.type not in FEEDS:
        return f"unknown source type {source.type!r} (known: {', '.join(FEEDS)})"
    if not source.path.expanduser().is_dir():
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
        """Load one source; a source without any file is a problem, not an error."""
        root = source.path.expanduser()
        self._narrate(f"loading {source.type} from {root}")
        results = [self._load_feed(feed, root) for feed in FEEDS[source.type]]
        if not any(result.file_counts["seen"] for result in results):
            problem = Problem(source.type, str(root), f"no files of {source.type} under {root}")
            results[0] = _with_problem(results[0], problem)
        return results

    def _load_feed(self, feed: Feed, root: Path) -> FeedResult:
        if feed.parse_document:
            return documents.load_documents(self._connection, feed, root, self._load_id)
        return lines.load_lines(
            self._connection, feed, root, self._spool, self._load_id, self._narrate
        )


def _with_problem(result: FeedResult, problem: Problem) -> FeedResult:
    return replace(result, problems=(*result.problems, problem))
