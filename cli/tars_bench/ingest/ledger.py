"""The ledger: which files were loaded, how far, and where each of their lines went."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from tars_bench.ingest.content import ContentHasher
from tars_bench.ingest.feed import Feed
from tars_bench.ingest.opening import Stat

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_ROWS_PER_STATEMENT: Final = 20_000
Row = tuple[object, ...]


@dataclass(frozen=True)
class FileEntry:
    """A loaded content: a row of raw.files."""

    file_id: str
    path: str
    byte_count: int
    line_count: int
    head_sha256: str
    first_load_id: int
    restated_load_id: int | None
    blocks: bytes
    tail: bytes
    is_last_line_open: bool

    def is_at(self, hasher: ContentHasher) -> bool:
        """Say whether a hasher has seen exactly this content."""
        return hasher.blocks == self.blocks and hasher.tail == self.tail


@dataclass(frozen=True)
class PathEntry:
    """A path that was seen: a row of raw.file_paths."""

    path: str
    stat: Stat
    file_id: str | None
    line_count: int = 0
    pending_byte_count: int = 0
    is_missing: bool = False


@dataclass(frozen=True)
class Delivery:
    """A path that was new or changed: a row of raw.file_deliveries."""

    path: str
    file_id: str | None
    outcome: str
    detail: str | None = None
    line_count: int = 0


@dataclass
class FeedLedger:
    """What is known of one feed's files."""

    files: dict[str, FileEntry] = field(default_factory=dict)
    paths: dict[str, PathEntry] = field(default_factory=dict)

    def of_head(self, head_sha256: str) -> list[FileEntry]:
        """Return the contents that begin with a line, or with one that may still go on."""
        same = self._by_head.get(head_sha256, [])
        return [*same, *(entry for entry in self._open if entry.head_sha256 != head_sha256)]

    def names_of(self, file_id: str) -> list[str]:
        """Return the paths that were last seen to hold a content."""
        return self._by_id.get(file_id, [])

    @cached_property
    def _by_id(self) -> Mapping[str, list[str]]:
        names = defaultdict(list)
        for name, known in self.paths.items():
            names[known.file_id or ""].append(name)
        return names

    @cached_property
    def _by_head(self) -> Mapping[str, list[FileEntry]]:
        entries = defaultdict(list)
        for entry in self.files.values():
            entries[entry.head_sha256].append(entry)
        return entries

    @cached_property
    def _open(self) -> list[FileEntry]:
        """Return the contents of one line that had no end when it was loaded."""
        return [
            entry
            for entry in self.files.values()
            if entry.line_count == 1 and entry.is_last_line_open
        ]


def begin_load(connection: DuckDBPyConnection) -> int:
    """Make the tables where missing, and open a load; return its number."""
    connection.execute(files("tars_bench.ingest").joinpath("schema.sql").read_text("utf-8"))
    row = connection.execute("select coalesce(max(load_id), 0) + 1 from raw.load_runs").fetchone()
    load_id = int(row[0]) if row else 1
    connection.execute(
        "insert into raw.load_runs values (?, ?, null, 'running')", [load_id, _now()]
    )
    return load_id


def finish_load(connection: DuckDBPyConnection, load_id: int) -> None:
    """Close a load; one that found nothing new leaves no number, for it brought nothing."""
    connection.execute(
        "update raw.load_runs set finished_at = ?, status = 'complete' where load_id = ?",
        [_now(), load_id],
    )
    connection.execute(_FORGET_EMPTY_LOAD, [load_id])


_FORGET_EMPTY_LOAD: Final = """
    delete from raw.load_runs
    where
        load_id = ?
        and load_id > (select min(load_id) from raw.load_runs)
        and load_id not in (select load_id from raw.file_deliveries)
        and load_id not in (select load_id from raw.line_outcomes)
"""


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


def read_ledger(connection: DuckDBPyConnection, feed: Feed) -> FeedLedger:
    """Return what is known of a feed's files."""
    key = [feed.source_system, feed.table]
    found = connection.execute(
        """
        select
            file_id, path, byte_count, line_count, head_sha256, first_load_id,
            restated_load_id, block_digests, tail_digest, is_last_line_open
        from raw.files
        where source_system = ? and source_table = ?
        order by first_load_id, file_id
        """,
        key,
    ).fetchall()
    seen = connection.execute(
        """
        select
            path, disk_byte_count, modified_ns, changed_ns, inode,
            file_id, line_count, pending_byte_count, is_missing
        from raw.file_paths
        where source_system = ? and source_table = ?
        """,
        key,
    ).fetchall()
    return FeedLedger(
        files={row[0]: FileEntry(*row) for row in found},
        paths={row[0]: PathEntry(row[0], Stat(*row[1:5]), *row[5:]) for row in seen},
    )


def save_paths(connection: DuckDBPyConnection, feed: Feed, paths: Iterable[PathEntry]) -> None:
    """Record what paths look like now; of several entries for one path, the last."""
    newest = {entry.path: entry for entry in paths}
    rows = [
        (
            feed.source_system, feed.table, entry.path, entry.stat.byte_count,
            entry.stat.modified_ns, entry.stat.changed_ns, entry.stat.inode,
            entry.file_id, entry.line_count, entry.pending_byte_count, entry.is_missing,
        )
        for entry in newest.values()
    ]  # fmt: skip
    connection.execute(
        """
        delete from raw.file_paths
        where
            source_system = ?
            and source_table = ?
            and path in (select unnest(?))
        """,
        [feed.source_system, feed.table, list(newest)],
    )
    insert_rows(connection, "raw.file_paths", rows)


def save_deliveries(
    connection: DuckDBPyConnection, feed: Feed, load_id: int, deliveries: Iterable[Delivery]
) -> None:
    """Record what was delivered."""
    rows = [
        (
            load_id, feed.source_system, delivery.path, delivery.file_id,
            delivery.outcome, delivery.detail, delivery.line_count,
        )
        for delivery in deliveries
    ]  # fmt: skip
    insert_rows(connection, "raw.file_deliveries", rows)


def save_files(
    connection: DuckDBPyConnection,
    feed: Feed,
    load_id: int,
    entries: Sequence[tuple[FileEntry, Stat]],
) -> None:
    """Record how far contents are loaded."""
    newest = {entry.file_id: (entry, stat) for entry, stat in entries}
    connection.execute("delete from raw.files where file_id in (select unnest(?))", [list(newest)])
    rows = [_file_row(feed, load_id, entry, stat) for entry, stat in newest.values()]
    insert_rows(connection, "raw.files", rows)


def _file_row(feed: Feed, load_id: int, entry: FileEntry, stat: Stat) -> Row:
    modified = datetime.fromtimestamp(stat.modified_ns // 1_000_000_000, UTC).replace(tzinfo=None)
    content_sha256 = hashlib.sha256(entry.blocks + entry.tail).hexdigest()
    return (
        entry.file_id, feed.source_system, feed.table, entry.path, entry.byte_count,
        entry.line_count, content_sha256, entry.head_sha256, entry.first_load_id, load_id,
        entry.restated_load_id, modified, entry.blocks, entry.tail, entry.is_last_line_open,
    )  # fmt: skip


def forget_file(connection: DuckDBPyConnection, feed: Feed, file_id: str) -> None:
    """Delete everything a content brought, to load it anew."""
    for table in (*feed.tables, "line_outcomes", "quarantined_lines", "files"):
        connection.execute(f"delete from raw.{table} where file_id = ?", [file_id])  # noqa: S608


def move_file(connection: DuckDBPyConnection, file_id: str, path: str) -> None:
    """Record the name under which a content now lies."""
    connection.execute("update raw.files set path = ? where file_id = ?", [path, file_id])


_FORGET_OUTCOME: Final = """
    delete from raw.line_outcomes
    where
        load_id = ?
        and file_id = ?
        and outcome = ?
        and rule is not distinct from ?
"""


def save_outcomes(
    connection: DuckDBPyConnection,
    load_id: int,
    counts: Mapping[tuple[str, str, str | None], int],
) -> None:
    """Add to the counts of a load's lines by file, outcome and rule."""
    present = connection.execute(
        "select file_id, outcome, rule, line_count from raw.line_outcomes where load_id = ?",
        [load_id],
    ).fetchall()
    before = {(row[0], row[1], row[2]): int(row[3]) for row in present}
    rows: list[Row] = []
    for (file_id, outcome, rule), count in counts.items():
        if (file_id, outcome, rule) in before:
            connection.execute(_FORGET_OUTCOME, [load_id, file_id, outcome, rule])
        total = count + before.get((file_id, outcome, rule), 0)
        rows.append((file_id, load_id, outcome, rule, total))
    insert_rows(connection, "raw.line_outcomes", rows)


def insert_rows(connection: DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows with bound values; ``table`` is a constant of the program."""
    for start in range(0, len(rows), _ROWS_PER_STATEMENT):
        part = rows[start : start + _ROWS_PER_STATEMENT]
        columns = [list(column) for column in zip(*part, strict=True)]
        values = ", ".join(["unnest(?)"] * len(columns))
        connection.execute(f"insert into {table} select {values}", columns)
