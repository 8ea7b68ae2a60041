"""The one scan: from the spool to typed rows, outcomes and the quarantine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from tars_bench.ingest.equal_keys import has_equal_keys, with_last_keys
from tars_bench.ingest.feed import MAX_LINE_BYTES, Feed
from tars_bench.ingest.json_sql import fields_sql, safe_detail_sql
from tars_bench.ingest.ledger import insert_rows
from tars_bench.ingest.spool import Spool
from tars_bench.shared.errors import TarsBenchError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OutcomeCounts = Counter[tuple[str, str, str | None]]

_BUFFER_BYTES: Final = 4 * MAX_LINE_BYTES

_TABLES: Final = """
    create or replace temp table spool_segments (
        segment bigint,
        file_id varchar,
        first_place bigint,
        place_offset bigint,
        loaded_before bigint
    );
    create or replace temp table spool_rejects (
        segment bigint,
        line_number bigint,
        byte_length bigint,
        line_sha256 varchar,
        rule varchar
    );
"""

_READ: Final = f"""read_csv(
            ?,
            columns = {{'line': 'VARCHAR'}},
            auto_detect = false,
            header = false,
            delim = '\x1f',
            quote = '',
            escape = '',
            comment = '',
            nullstr = '\x1e',
            new_line = '\\n',
            strict_mode = false,
            max_line_size = {MAX_LINE_BYTES + 64},
            buffer_size = {_BUFFER_BYTES}
        )"""

_KEYS: Final = """
    select any_value(key_lists)
    from (
        select try(json_keys(line, {paths})) as key_lists
        from {read}
    )
    group by hash(key_lists)
"""

_CLASSIFIED: Final = """
    with

    placed as (
        select
            line,
            row_number() over () - 1 as place,
        from {read}
    ),

    lines as (
        select
            spool_segments.segment,
            placed.place - spool_segments.place_offset as line_number,
            placed.line,
        from placed
        {segments_sql}
        where
            placed.place > 0
            and placed.line is not null
    ),

    classified as (
        {select_sql}
    )
"""

_ONE_SEGMENT: Final = "cross join spool_segments"
_MANY_SEGMENTS: Final = """asof join spool_segments
            on placed.place >= spool_segments.first_place"""

_SCAN: Final = """
    create or replace temp table scanned as
    {classified}

    select
        spool_segments.file_id,
        classified.line_number,
        case
            when classified.line_number <= spool_segments.loaded_before then 'dropped'
            else classified.outcome
        end as outcome,
        case
            when classified.line_number <= spool_segments.loaded_before
                then 'loaded_before'
            else classified.rule
        end as rule,
        case when classified.outcome = 'quarantined' then octet_length(encode(classified.line)) end
            as byte_length,
        case when classified.outcome = 'quarantined' then sha256(classified.line) end
            as line_sha256,
        case when classified.detail is not null then {detail} end as detail,
        {columns},
    from classified
    inner join spool_segments
        on classified.segment = spool_segments.segment
    where {which}
"""

_KEEP: Final = """
    insert into raw.{table} (file_id, line_number, load_id, {columns})
    {classified}

    select
        spool_segments.file_id,
        classified.line_number,
        ?,
        {typed},
    from classified
    inner join spool_segments
        on classified.segment = spool_segments.segment
    where {which}
"""

_IS_KEPT: Final = """(
        classified.outcome = 'kept'
        and classified.line_number > spool_segments.loaded_before
    )"""

_REJECTS: Final = """
    insert into spool_rejects
    select
        rejects.segment,
        rejects.place - spool_segments.place_offset as line_number,
        rejects.byte_length,
        rejects.line_sha256,
        rejects.rule,
    from read_csv(
        ?,
        columns = {
            'segment': 'BIGINT',
            'place': 'BIGINT',
            'byte_length': 'BIGINT',
            'line_sha256': 'VARCHAR',
            'rule': 'VARCHAR'
        },
        auto_detect = false,
        header = false,
        delim = ','
    ) as rejects
    inner join spool_segments
        on rejects.segment = spool_segments.segment
"""

_COUNTS: Final = """
    select file_id, outcome, rule, count(*)
    from scanned
    group by all
    union all
    select spool_segments.file_id, 'quarantined', spool_rejects.rule, count(*)
    from spool_rejects
    inner join spool_segments
        on spool_rejects.segment = spool_segments.segment
    group by all
"""

_KEEP_SCANNED: Final = """
    insert into raw.{table} (file_id, line_number, load_id, {columns})
    select file_id, line_number, ?, {columns}
    from scanned
    where outcome = 'kept'
"""

_KEEP_ASIDE: Final = """
    insert into raw.{table} (file_id, line_number, load_id, {columns})
    select file_id, line_number, ?, {columns}
    from scanned
    where rule = ? and {time} is not null
"""

_QUARANTINE: Final = """
    insert into raw.quarantined_lines (
        file_id, line_number, load_id, byte_length, line_sha256, rule, detail, fields
    )
    select
        file_id,
        line_number,
        $load_id,
        byte_length,
        line_sha256,
        rule,
        detail,
        {fields},
    from scanned
    where outcome = 'quarantined'
    union all
    select
        spool_segments.file_id,
        spool_rejects.line_number,
        $load_id,
        spool_rejects.byte_length,
        spool_rejects.line_sha256,
        spool_rejects.rule,
        null,
        null,
    from spool_rejects
    inner join spool_segments
        on spool_rejects.segment = spool_segments.segment
    order by 1, 2
"""


def scan_spool(
    connection: DuckDBPyConnection, feed: Feed, spool: Spool, load_id: int
) -> OutcomeCounts:
    """Move a spool's lines into the raw tables; return their outcomes by file and rule.

    The caller holds the transaction, and clears the spool.

    Raises:
        TarsBenchError: The scan saw another number of lines than the spool was given.
    """
    _settle(connection, feed, spool)
    _describe(connection, spool)
    counts = _keep(connection, feed, spool, load_id)
    if counts.total() != spool.line_count:
        raise TarsBenchError(
            f"{counts.total()} of {spool.line_count} lines of {feed.table} were seen by the scan",
            "nothing of this batch was stored; please report this with the files at hand",
        )
    if feed.aside:
        asides = ", ".join(feed.aside.columns)
        insert = _KEEP_ASIDE.format(
            table=feed.aside.table, columns=asides, time=feed.aside.columns[0]
        )
        connection.execute(insert, [load_id, feed.aside.rule])
    if any(outcome == "quarantined" for _, outcome, _ in counts):
        quarantine = _QUARANTINE.format(fields=fields_sql(feed.shown_columns))
        connection.execute(quarantine, {"load_id": load_id})
    return counts


def _settle(connection: DuckDBPyConnection, feed: Feed, spool: Spool) -> None:
    """Let the last of two equal keys hold, where a line has such."""
    spool.flush()
    if not feed.key_paths:
        return
    sql = _KEYS.format(paths=list(feed.key_paths), read=_READ)
    found = connection.execute(sql, [str(spool.path)]).fetchall()
    if any(has_equal_keys(key_lists or ()) for (key_lists,) in found):
        spool.rewrite(with_last_keys)


def _keep(connection: DuckDBPyConnection, feed: Feed, spool: Spool, load_id: int) -> OutcomeCounts:
    """Store the good lines, and make ``scanned`` of the others; return all outcomes."""
    columns = ", ".join(feed.columns)
    if feed.drops_lines:
        _scan(connection, feed, spool)
        connection.execute(_KEEP_SCANNED.format(table=feed.table, columns=columns), [load_id])
        return _counts(connection)
    sql = _KEEP.format(
        table=feed.table, columns=columns, classified=_classified(feed, spool), which=_IS_KEPT,
        typed=_typed(feed.columns),
    )  # fmt: skip
    found = connection.execute(sql, [str(spool.path), load_id]).fetchone()
    kept = int(found[0]) if found else 0
    counts = OutcomeCounts()
    if kept < spool.line_count:
        _scan(connection, feed, spool, f"not {_IS_KEPT}")
        counts = _counts(connection)
    return counts if counts.total() + kept != spool.line_count else counts + _rest(spool, counts)


def _rest(spool: Spool, counts: OutcomeCounts) -> OutcomeCounts:
    """Return the kept lines of each file: all but those that are counted."""
    rest = OutcomeCounts()
    for segment in spool.segments:
        rest[segment.file_id, "kept", None] += segment.line_count
    for (file_id, _, _), count in counts.items():
        rest[file_id, "kept", None] -= count
    return rest


def _counts(connection: DuckDBPyConnection) -> OutcomeCounts:
    """Return how many lines of ``scanned`` and ``spool_rejects`` had which outcome."""
    counts = OutcomeCounts()
    for file_id, outcome, rule, count in connection.execute(_COUNTS).fetchall():
        counts[file_id, outcome, rule] += count
    return counts


def read_spool(connection: DuckDBPyConnection, feed: Feed, spool: Spool) -> None:
    """Make temporary tables of a spool's lines: ``scanned`` and ``spool_rejects``."""
    _settle(connection, feed, spool)
    _describe(connection, spool)
    _scan(connection, feed, spool)


def _scan(connection: DuckDBPyConnection, feed: Feed, spool: Spool, which: str = "true") -> None:
    sql = _SCAN.format(
        classified=_classified(feed, spool), detail=safe_detail_sql("classified.detail"),
        columns=_typed(feed.scanned_columns), which=which,
    )  # fmt: skip
    connection.execute(sql, [str(spool.path)])


def _typed(columns: Sequence[str]) -> str:
    return ", ".join(f"classified.{column}" for column in columns)


def _classified(feed: Feed, spool: Spool) -> str:
    filled = [segment for segment in spool.segments if segment.line_count]
    return _CLASSIFIED.format(
        read=_READ,
        segments_sql=_ONE_SEGMENT if len(filled) == 1 else _MANY_SEGMENTS,
        select_sql=feed.select_sql,
    )


def _describe(connection: DuckDBPyConnection, spool: Spool) -> None:
    connection.execute(_TABLES)
    segments: list[tuple[object, ...]] = [
        (number, item.file_id, item.first_place, item.offset, item.loaded_before)
        for number, item in enumerate(spool.segments)
        if item.line_count
    ]
    insert_rows(connection, "spool_segments", segments)
    if spool.reject_count:
        connection.execute(_REJECTS, [str(spool.rejects_path)])
