"""What a file that no longer begins with what was loaded of it is: a rewriting, or another file.

The two are told apart by their records. A log that was rotated away leaves a file of later
events; a file that was rewritten still tells of the same events, at the same times. In doubt it
is another file: better a line twice than a line lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tars_bench.ingest.content import ContentHasher
from tars_bench.ingest.copies import Found
from tars_bench.ingest.feed import Feed
from tars_bench.ingest.ledger import FileEntry
from tars_bench.ingest.scan import read_spool
from tars_bench.ingest.spool import Spool
from tars_bench.ingest.tailer import Tail, Tailer

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

HEADER_LINES: Final = 10
"""So many first lines may be the same in two logs: a header is no sign of a rewriting."""
_MOST_SHIFTS: Final = 20


@dataclass(frozen=True)
class Verdict:
    """How a file's records relate to those loaded of a content.

    Args:
        is_beginning: They are the content's first ones, and nothing else.
        is_rewriting: They tell of at least half of its events, beyond a header.
        missing_count: So many of its events are not among them.
        loaded_before: They begin with what the content ends with: up to this line.
    """

    is_beginning: bool = False
    is_rewriting: bool = False
    missing_count: int = 0
    loaded_before: int = 0


Judge = Callable[[Found, FileEntry], Verdict]


def rewritten(entry: FileEntry, verdict: Verdict) -> str:
    """Say what became of the lines of a content that was rewritten."""
    return (
        f"it was rewritten: its {entry.line_count:,} lines were replaced, "
        f"{verdict.missing_count:,} of their events are no longer in it"
    )


def stays(entry: FileEntry, verdict: Verdict) -> str:
    """Say what became of the lines of a content whose path holds another one now."""
    what = (
        f"its beginning was cut off (up to line {verdict.loaded_before:,} it is known)"
        if verdict.loaded_before
        else "it is another file than before"
    )
    return f"{what}; the {entry.line_count:,} lines loaded of it stay"


_EMPTY: Final = """
    create or replace temp table candidate_rows as
    select 0::bigint as line_number, {columns} from raw.{table} limit 0;

    create or replace temp table candidate_rejects (line_number bigint, line_sha256 varchar);
"""

_COLLECT: Final = """
    insert into candidate_rows
    select line_number, {columns} from scanned where outcome = 'kept';

    insert into candidate_rejects
    select line_number, line_sha256 from scanned where outcome = 'quarantined'
    union all
    select line_number, line_sha256 from spool_rejects;
"""

_RECORDS: Final = """
    create or replace temp table {name} as
    select
        row_number() over (order by line_number) as place,
        line_number,
        record,
        moment,
        is_kept,
    from (
        select line_number, hash({columns}) as record, hash({time}) as moment, true as is_kept
        from {rows}
        where {chosen}
        union all
        select line_number, hash(line_sha256), hash(line_sha256), false
        from {rejects}
        where {chosen}
    )
"""

_COMPARE: Final = """
    with

    moments_in_both as (
        select least(old.moment_count, new.moment_count) as moment_count
        from (select moment, count(*) as moment_count from old_records group by moment) as old
        inner join (
            select moment, count(*) as moment_count from new_records group by moment
        ) as new
            on old.moment = new.moment
    )

    select
        (select count(*) from old_records) as old_count,
        (select count(*) from old_records where is_kept) as old_row_count,
        (select count(*) from new_records) as new_count,
        (select coalesce(sum(moment_count), 0)::bigint from moments_in_both) as shared_count,
        (
            select coalesce(
                min(old_records.place) filter (
                    where old_records.record is distinct from new_records.record
                ) - 1,
                count(*)
            )
            from old_records
            left join new_records
                on old_records.place = new_records.place
        ) as head_count,
"""

_TRIMMED: Final = """
    with

    shifts as (
        select old_records.place - 1 as shift
        from old_records
        inner join new_records
            on
                old_records.record = new_records.record
                and new_records.place = 1
                and old_records.place > 1
        order by shift
        limit {most_shifts}
    ),

    alignments as (
        select
            shifts.shift,
            count(*) as equal_count,
            max(new_records.line_number) as last_line_number,
        from shifts
        inner join old_records
            on old_records.place > shifts.shift
        inner join new_records
            on
                new_records.place = old_records.place - shifts.shift
                and new_records.record = old_records.record
        group by shifts.shift
    )

    select coalesce(max(last_line_number), 0)
    from alignments
    where equal_count = least(? - shift, ?)
"""


def make_judge(connection: DuckDBPyConnection, feed: Feed, spool: Spool) -> Judge:
    """Return the judge of a feed's files; it reads a file once, and stores nothing."""

    def judge(found: Found, entry: FileEntry) -> Verdict:
        columns = ", ".join(feed.columns)
        connection.execute(_EMPTY.format(columns=columns, table=feed.table))
        _collect(connection, feed, spool, found)
        _make_records(connection, feed, entry)
        return _verdict(connection)

    return judge


def _collect(connection: DuckDBPyConnection, feed: Feed, spool: Spool, found: Found) -> None:
    """Read a file's records into temporary tables, a spoolful at a time."""
    tail = Tail(ContentHasher())

    def empty_spool() -> None:
        if spool.line_count:
            read_spool(connection, feed, spool)
            connection.execute(_COLLECT.format(columns=", ".join(feed.columns)))
        spool.clear()
        spool.begin("", tail.line_count + 1)

    def make_room() -> None:
        if spool.is_full:
            empty_spool()

    spool.begin("", 1)
    with found.content.open() as stream:
        Tailer(feed, spool, tail, make_room).read(stream)
    empty_spool()
    spool.clear()


def _make_records(connection: DuckDBPyConnection, feed: Feed, entry: FileEntry) -> None:
    columns, time = ", ".join(feed.columns), feed.columns[0]
    old = _RECORDS.format(
        name="old_records", columns=columns, time=time, rows=f"raw.{feed.table}",
        rejects="raw.quarantined_lines", chosen="file_id = $file_id",
    )  # fmt: skip
    connection.execute(old, {"file_id": entry.file_id})
    new = _RECORDS.format(
        name="new_records", columns=columns, time=time, rows="candidate_rows",
        rejects="candidate_rejects", chosen="true",
    )  # fmt: skip
    connection.execute(new)


def _verdict(connection: DuckDBPyConnection) -> Verdict:
    row = connection.execute(_COMPARE).fetchone()
    old, old_rows, new, shared, head = map(int, row or (0,) * 5)
    if 0 < new == head:
        return Verdict(is_beginning=True)
    sql = _TRIMMED.format(most_shifts=_MOST_SHIFTS)
    trimmed = connection.execute(sql, [old, new]).fetchone()
    if trimmed and trimmed[0]:
        return Verdict(loaded_before=int(trimmed[0]))
    header = min(head, HEADER_LINES)
    told = shared - header
    is_rewriting = old_rows == 0 or (told > 0 and 2 * told >= old - header)
    return Verdict(is_rewriting=is_rewriting, missing_count=old - shared)
