"""What a source has to say of itself to be loaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from tars_bench.ingest.opening import PACKINGS, ROTATION, UNREAD_PACKINGS

MAX_LINE_BYTES: Final = 16 * 1024 * 1024
"""A longer line is quarantined as ``line_too_long`` and never held in memory."""


@dataclass(frozen=True)
class Aside:
    """Lines without a record of which a few fields are kept in a table of their own.

    Args:
        table: The table in schema ``raw``.
        rule: The rule by which ``select_sql`` leaves such a line out.
        columns: What is kept of it; the first is its time, without which nothing is.
    """

    table: str
    rule: str
    columns: tuple[str, ...]


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
        drops_lines: Whether lines that are no records are most of what its files hold.
        aside: Which lines beside the records leave a mark, and where.
        key_paths: The objects of a line of JSON that ``select_sql`` looks into, as JSON paths.
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
    drops_lines: bool = False
    aside: Aside | None = None
    key_paths: tuple[str, ...] = ()

    @property
    def tables(self) -> tuple[str, ...]:
        """Every raw table the feed writes."""
        aside = (self.aside.table,) if self.aside else ()
        return (self.table, *self.further_tables, *aside)

    @property
    def scanned_columns(self) -> tuple[str, ...]:
        """What is taken out of a line: for its record, or to be kept aside."""
        return tuple(dict.fromkeys((*self.columns, *(self.aside.columns if self.aside else ()))))

    def reads(self, place: str) -> bool:
        """Say whether a file is the feed's, by its place under the root."""
        return any(regex.fullmatch(place) for regex in self._regexes[0])

    def knows_packed(self, place: str) -> bool:
        """Say whether a file would be the feed's, were it not packed in an unknown way."""
        return any(regex.fullmatch(place) for regex in self._regexes[1])

    @cached_property
    def _regexes(self) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
        names = [_place(pattern, not self.parse_document) for pattern in self.patterns]
        packings = "" if self.parse_document else PACKINGS
        read = [re.compile(f"{name}(?i:{packings})", re.DOTALL) for name in names]
        unread = [re.compile(f"{name}(?i:{UNREAD_PACKINGS})", re.DOTALL) for name in names]
        return read, unread


_SAME_ENDINGS: Final = {".jsonl": r"\.(jsonl|ndjson)"}


def _place(pattern: str, may_be_rotated: bool) -> str:
    """Return the regular expression of a pattern: ``folder/**/*.ending``, or one name."""
    folder, star, ending = pattern.partition("**/*")
    if not star:
        return re.escape(pattern)
    ending = _SAME_ENDINGS.get(ending, re.escape(ending))
    rotation = ROTATION if may_be_rotated else ""
    return f"{re.escape(folder)}.*(?i:{ending}){rotation}"


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
