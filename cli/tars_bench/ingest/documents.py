"""Loading documents that their owner rewrites as a whole: each version is kept."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tars_bench.ingest import ledger
from tars_bench.ingest.content import ContentHasher
from tars_bench.ingest.feed import Document, Feed
from tars_bench.ingest.ledger import Delivery, FeedLedger, FileEntry, PathEntry
from tars_bench.ingest.opening import READ_ERRORS, UNREAD, ChangedError, Stat, read_document
from tars_bench.ingest.result import FeedResult, Problem
from tars_bench.ingest.scan import OutcomeCounts

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class _Version:
    path: Path
    stat: Stat
    content: bytes
    hasher: ContentHasher


def load_documents(
    connection: DuckDBPyConnection,
    feed: Feed,
    root: Path,
    files: Sequence[tuple[Path, Stat | None]],
    load_id: int,
) -> FeedResult:
    """Load the documents of a feed that changed since the last load."""
    load = _DocumentLoad(connection, feed, load_id)
    connection.begin()
    try:
        for path, stat in files:
            load.take(path, stat)
        load.save()
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    return load.result(root, len(files))


class _DocumentLoad:
    def __init__(self, connection: DuckDBPyConnection, feed: Feed, load_id: int) -> None:
        self._connection = connection
        self._feed = feed
        self._load_id = load_id
        self._ledger: FeedLedger = ledger.read_ledger(connection, feed)
        self._counts = OutcomeCounts()
        self._paths: list[PathEntry] = []
        self._deliveries: list[Delivery] = []
        self._problems: list[Problem] = []
        self._unchanged_count = 0

    def take(self, path: Path, stat: Stat | None) -> None:
        """Load a document if it changed; one that changes meanwhile is the next load's."""
        try:
            version = self._read(path, stat)
        except ChangedError:
            return
        except READ_ERRORS as error:
            self._fail(path, error)
            return
        if version is None:
            self._unchanged_count += 1
        elif version.content.strip():
            self._take_version(version)

    def _read(self, path: Path, stat: Stat | None) -> _Version | None:
        known = self._ledger.paths.get(str(path))
        if known is not None and known.stat == stat:
            return None
        content, stat = read_document(path)
        hasher = ContentHasher()
        hasher.update(content)
        return _Version(path, stat, content, hasher)

    def _fail(self, path: Path, error: Exception) -> None:
        known = self._ledger.paths.get(str(path))
        detail = getattr(error, "strerror", None) or str(error) or type(error).__name__
        file_id = known.file_id if known else None
        self._deliveries.append(Delivery(str(path), file_id, "unreadable", detail))
        self._paths.append(PathEntry(str(path), UNREAD, file_id))
        problem = Problem(
            self._feed.source_system, str(path), f"cannot be read: {detail}", is_error=True
        )
        self._problems.append(problem)

    def _take_version(self, version: _Version) -> None:
        name = str(version.path)
        known = self._ledger.paths.get(name)
        file_id, is_new = self._identify(version, known)
        self._paths.append(PathEntry(name, version.stat, file_id))
        if is_new:
            self._insert(version, file_id)
        elif known is None or known.file_id != file_id:
            lines = self._ledger.files[file_id].line_count
            self._deliveries.append(Delivery(name, file_id, "duplicate", None, lines))

    def _identify(self, version: _Version, known: PathEntry | None) -> tuple[str, bool]:
        """Return a version's identity, and whether its rows must be written.

        A document that returns to an earlier state is a version of its own: the newest wins.
        """
        text = f"{self._feed.source_system}/{self._feed.table}/{version.hasher.sha256}"
        file_id = hashlib.sha256(text.encode()).hexdigest()[:32]
        if known is not None and known.file_id and known.file_id.split("-")[0] == file_id:
            return known.file_id, False
        if file_id not in self._ledger.files:
            return file_id, True
        return (file_id, False) if known is None else (f"{file_id}-{self._load_id}", True)

    def _insert(self, version: _Version, file_id: str) -> None:
        parse = self._feed.parse_document
        document = parse(version.content) if parse else Document(0)
        for table, rows in document.rows.items():
            placed = [(file_id, row[0], self._load_id, *row[1:]) for row in rows]
            ledger.insert_rows(self._connection, f"raw.{table}", placed)
        self._quarantine(document, file_id)
        self._count(document, file_id)
        entry = self._entry(version, document, file_id)
        ledger.save_files(self._connection, self._feed, self._load_id, [(entry, version.stat)])
        self._ledger.files[file_id] = entry
        count = document.entry_count
        self._deliveries.append(Delivery(str(version.path), file_id, "new", None, count))

    def _quarantine(self, document: Document, file_id: str) -> None:
        rows: list[ledger.Row] = [
            (
                file_id, bad.line_number, self._load_id, len(bad.text),
                hashlib.sha256(bad.text).hexdigest(), bad.rule, bad.detail or None,
                None,
            )
            for bad in document.bad_entries
        ]  # fmt: skip
        ledger.insert_rows(self._connection, "raw.quarantined_lines", rows)

    def _count(self, document: Document, file_id: str) -> None:
        kept = document.entry_count - len(document.bad_entries)
        if kept:
            self._counts[file_id, "kept", None] += kept
        for bad in document.bad_entries:
            self._counts[file_id, "quarantined", bad.rule] += 1

    def _entry(self, version: _Version, document: Document, file_id: str) -> FileEntry:
        hasher = version.hasher
        return FileEntry(
            file_id, str(version.path), hasher.byte_count, document.entry_count,
            hasher.sha256, self._load_id, None, hasher.blocks, hasher.tail, False,
        )  # fmt: skip

    def save(self) -> None:
        """Write the ledger."""
        ledger.save_paths(self._connection, self._feed, self._paths)
        ledger.save_deliveries(self._connection, self._feed, self._load_id, self._deliveries)
        ledger.save_outcomes(self._connection, self._load_id, self._counts)

    def result(self, root: Path, seen_count: int) -> FeedResult:
        """Return what was done."""
        rules: Counter[str] = Counter()
        kept = 0
        for (_, outcome, rule), count in self._counts.items():
            kept += count if outcome == "kept" else 0
            rules.update({rule or "": count} if outcome == "quarantined" else {})
        delivered = Counter(delivery.outcome for delivery in self._deliveries)
        counts = {"seen": seen_count, "unchanged": self._unchanged_count, **delivered}
        return FeedResult(
            self._feed.source_system, self._feed.table, str(root), counts, kept,
            {}, dict(rules), tuple(self._problems),
        )  # fmt: skip
