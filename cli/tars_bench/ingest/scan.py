"""The one scan: from the spool to typed rows, outcomes and the quarantine."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

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

_SCAN: Final = """
    create or replace temp table scanned as
    with

    lines as (
        select
            segment,
            line_number,
            line,
        from read_csv(
            ?,
            columns = {{'segment': 'BIGINT', 'line_number': 'BIGINT', 'line': 'VARCHAR'}},
            auto_detect = false,
            header = false,
            delim = '\x1f',
            quote = '',
            escape = '',
            comment = '',
            nullstr = '\x1e',
            new_line = '\\n',
            strict_mode = false,
            max_line_size = {max_line_bytes},
            buffer_size = {buffer_bytes}
        )
    ),

    classified as (
        {select_sql}
    )

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
"""

_REJECTS: Final = """
    insert into spool_rejects
    select *
    from read_csv(
        ?,
        columns = {
            'segment': 'BIGINT',
            'line_number': 'BIGINT',
            'byte_length': 'BIGINT',
            'line_sha256': 'VARCHAR',
            'rule': 'VARCHAR'
        },
        auto_detect = false,
        header = false,
        delim = ','
    )
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

_KEEP: Final = """
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
    read_spool(connection, feed, spool)
    columns = ", ".join(feed.columns)
    counts = OutcomeCounts()
    for file_id, outcome, rule, count in connection.execute(_COUNTS).fetchall():
        counts[file_id, outcome, rule] += count
    if counts.total() != spool.line_count:
        raise TarsBenchError(
            f"{counts.total()} of {spool.line_count} lines of {feed.table} were seen by the scan",
            "nothing of this batch was stored; please report this with the files at hand",
        )
    connection.execute(_KEEP.format(table=feed.table, columns=columns), [load_id])
    if feed.aside:
        asides = ", ".join(feed.aside.columns)
        insert = _KEEP_ASIDE.format(
            table=feed.aside.table, columns=asides, time=feed.aside.columns[0]
        )
        connection.execute(insert, [load_id, feed.aside.rule])
    quarantine = _QUARANTINE.format(fields=fields_sql(feed.shown_columns))
    connection.execute(quarantine, {"load_id": load_id})
    return counts


def read_spool(connection: DuckDBPyConnection, feed: Feed, spool: Spool) -> None:
    """Make temporary tables of a spool's lines: ``scanned`` and ``spool_rejects``."""
    spool.flush()
    _describe(connection, spool)
    scan = _SCAN.format(
        max_line_bytes=MAX_LINE_BYTES + 64,
        buffer_bytes=_BUFFER_BYTES,
        select_sql=feed.select_sql,
        detail=safe_detail_sql("classified.detail"),
        columns=", ".join(f"classified.{column}" for column in feed.scanned_columns),
    )
    connection.execute(scan, [str(spool.path)])


def _describe(connection: DuckDBPyConnection, spool: Spool) -> None:
    connection.execute(_TABLES)
    segments: list[tuple[object, ...]] = [
        (item.number, item.file_id, item.loaded_before) for item in spool.segments
    ]
    insert_rows(connection, "spool_segments", segments)
    if spool.reject_count:
        connection.execute(_REJECTS, [str(spool.rejects_path)])
