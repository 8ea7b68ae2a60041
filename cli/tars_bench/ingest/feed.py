"""What a source has to say of itself to be loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tars_bench.ingest.content import ROTATION

MAX_LINE_BYTES: Final = 16 * 1024 * 1024
"""A longer line is quarantined as ``line_too_long`` and never held in memory."""


@dataclass(frozen=True)
class Feed:
    """One kind of file of one source, and the raw table its lines become.

    Args:
        source_system: The source's type, as in ``tars-bench.toml``.
        table: The table in schema ``raw``.
        patterns: Which files under the source's root, as globs. Of files of lines, each also
            finds what it is called when rotated or packed.
        columns: The table's own columns, in the order ``select_sql`` gives them; the first is
            the time.
        select_sql: Reads relation ``lines(segment, line_number, line)``; gives those,
            ``outcome, rule, detail`` and ``columns``. Built of constants only.
        is_whole_record: Whether bytes without a line end are a whole record.
        shown_columns: Those of ``columns`` that are kept of a bad line: numbers, times and flags
            of the contract, and the model; never a text. ``shown_columns(fields)`` names them.
        control_rule: The rule for a line with a control character no record may hold.
        parse_document: For a file rewritten as a whole: all its rows; ``select_sql`` is unused.
        further_tables: Other raw tables this feed writes.
        keeps_copies: Whether copies of a file are loaded too, because SQL merges their lines.
        subfolder: Where the files lie when the root holds such a folder; else in the root.
    """

    source_system: str
    table: str
    patterns: tuple[str, ...]
    columns: tuple[str, ...] = ()
    select_sql: str = ""
    is_whole_record: Callable[[bytes], bool] = bool
    shown_columns: tuple[str, ...] = ()
    control_rule: str = "not_json"
    parse_document: Callable[[bytes], Document] | None = None
    further_tables: tuple[str, ...] = ()
    keeps_copies: bool = False
    subfolder: str = ""

    @property
    def tables(self) -> tuple[str, ...]:
        """Every raw table the feed writes."""
        return (self.table, *self.further_tables)

    def find(self, root: Path) -> Sequence[Path]:
        """Return the feed's files under a root, in path order."""
        start = root / self.subfolder if (root / self.subfolder).is_dir() else root
        found = {path for pattern in self.patterns for path in self._matches(start, pattern)}
        return sorted(path for path in found if path.is_file() or path.is_symlink())

    def _matches(self, start: Path, pattern: str) -> Iterator[Path]:
        if self.parse_document:
            yield from start.glob(pattern)
            return
        ending = pattern.rpartition("*")[2]
        name = re.compile(rf".*{re.escape(ending)}{ROTATION}", re.DOTALL)
        yield from (path for path in start.glob(f"{pattern}*") if name.fullmatch(path.name))


@dataclass(frozen=True)
class BadEntry:
    """An entry of a document that cannot be used."""

    line_number: int
    text: bytes
    rule: str
    detail: str


@dataclass(frozen=True)
class Document:
    """A parsed document: rows per table (without file and load id), and what was set aside."""

    entry_count: int
    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=dict)
    bad_entries: tuple[BadEntry, ...] = ()
