"""A data directory to write into, and what a load made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tars_bench.ingest.load import LoadResult, load_sources
from tars_bench.warehouse.files import open_reader

TABLES = {
    "tars_api_responses": "requested_at",
    "tars_optimization_events": "occurred_at",
    "tars_daily_costs": "cost_date",
    "tars_session_costs": "cost_date",
    "tars_feedback": "submitted_at",
    "claude_code_responses": "responded_at",
}


@dataclass(frozen=True)
class Place:
    """One source's folder and the database it is loaded into."""

    root: Path
    database: Path
    type: str = "tars"
    narration: list[str] = field(default_factory=list)

    @property
    def path(self) -> Path:
        return self.root

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def append(self, name: str, content: bytes | str) -> None:
        data = content if isinstance(content, bytes) else content.encode()
        with (self.root / name).open("ab") as stream:
            stream.write(data)

    def load(self) -> LoadResult:
        return load_sources(self.database, [self], self.narration.append)

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with open_reader(self.database) as connection:
            return connection.execute(sql, list(values)).fetchall()

    def rows(self, table: str = "tars_api_responses") -> list[tuple[Any, ...]]:
        """Every row without the load's number, in a fixed order."""
        return self.query(
            f"select * exclude (load_id) from raw.{table} order by file_id, line_number, 3, 4"
        )

    def quarantined(self) -> list[tuple[str, int, str]]:
        """File name, line number and rule of every line set aside."""
        return self.query(
            """
            select parse_filename(files.path), quarantined_lines.line_number, rule
            from raw.quarantined_lines
            inner join raw.files using (file_id)
            order by all
            """
        )

    def outcomes(self) -> list[tuple[str, str, str | None, int]]:
        return self.query(
            """
            select parse_filename(files.path), outcome, rule, sum(line_outcomes.line_count)::bigint
            from raw.line_outcomes
            inner join raw.files using (file_id)
            group by all
            order by all
            """
        )

    def deliveries(self, load_id: int) -> list[tuple[str, str]]:
        return self.query(
            """
            select parse_filename(path), outcome
            from raw.file_deliveries
            where load_id = ?
            order by path, outcome
            """,
            [load_id],
        )

    def unaccounted(self) -> list[tuple[Any, ...]]:
        """Files whose lines do not add up, and kept lines that are not exactly one row."""
        return self.query(
            """
            with counted as (
                select
                    file_id,
                    sum(line_count) filter (where outcome <> 'repeated') as total,
                    coalesce(sum(line_count) filter (where outcome = 'kept'), 0) as kept,
                    coalesce(sum(line_count) filter (where outcome = 'quarantined'), 0) as bad,
                from raw.line_outcomes
                group by file_id
            ),
            stored as (
                select file_id, count(*) as row_count, count(distinct line_number) as line_count
                from (
                    select file_id, line_number from raw.tars_api_responses
                    union all select file_id, line_number from raw.tars_optimization_events
                    union all select file_id, line_number from raw.tars_daily_costs
                    union all select file_id, line_number from raw.tars_feedback
                    union all select file_id, line_number from raw.claude_code_responses
                )
                group by file_id
            ),
            aside as (
                select file_id, count(*) as bad_count from raw.quarantined_lines group by file_id
            )
            select files.path, files.line_count, total, kept, row_count, bad, bad_count
            from raw.files
            left join counted using (file_id)
            left join stored using (file_id)
            left join aside using (file_id)
            where
                files.line_count <> coalesce(total, 0)
                or coalesce(kept, 0) <> coalesce(row_count, 0)
                or coalesce(row_count, 0) <> coalesce(stored.line_count, 0)
                or coalesce(bad, 0) <> coalesce(bad_count, 0)
            """
        )


def record(number: int = 0, **changes: object) -> str:
    """One good api_responses line, unlike any of another number."""
    values: dict[str, object] = {
        "timestamp": f"2026-02-13T08:{number // 60 % 60:02d}:{number % 60:02d}.{number:06d}Z",
        "model": "claude-sonnet-4-5",
        "tokenInput": 100 + number,
        "tokenOutput": 20,
        "responseTime": 1500.5,
        "cacheHit": False,
        "taskType": "summary",
        "cost": 0.0125,
    }
    values |= changes
    return json.dumps({key: value for key, value in values.items() if value is not ...})


def records(*numbers: int) -> str:
    return "".join(f"{record(number)}\n" for number in numbers)


def event(number: int) -> str:
    """One event line, unlike any of another number."""
    return (
        f"[2026-02-13T{number // 3600:02d}:{number // 60 % 60:02d}:{number % 60:02d}Z] E{number}\n"
    )


def events(*numbers: int) -> str:
    return "".join(event(number) for number in numbers)


def loaded(place: Place) -> list[str]:
    """The types of all loaded events: for ``event(n)``, ``E<n>``."""
    rows = place.query("select event_type from raw.tars_optimization_events order by 1")
    return [row[0] for row in rows]


def numbers(place: Place) -> list[int]:
    """The numbers of all loaded records: ``record(n)`` has 100 + n tokens."""
    rows = place.query("select token_input - 100 from raw.tars_api_responses order by 1")
    return [row[0] for row in rows]
