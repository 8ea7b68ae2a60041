"""The state of a workspace: what was loaded, set aside, built, checked and published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tars_bench.shared.errors import NotReadyError
from tars_bench.warehouse.files import has_table, open_reader
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.journal import Entry, read_journal
from tars_bench.workspace.lock import shared

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Record = Mapping[str, Any]


@dataclass(frozen=True)
class WorkspaceStatus:
    """Everything `status` shows.

    Attributes:
        workspace: Whose status it is.
        is_busy: Whether a command is at work; then the figures are the published ones.
        steps: How each step ended last, by its name.
        files: One record for each source and table: files, lines and what became of them.
        dropped: One record for each source and rule: lines left out on purpose.
        quarantine: One record for each source and rule: lines set aside, and where the first is.
        skipped: One record for each source and rule: paths that are not read, and the first.
        problems: Files the last load could not read, or no longer found.
        phases: One record for each phase: its days, and the requests in them.
        checklist: How many lines have each status.
        published: Where, when and how much; None if nothing is.
    """

    workspace: Workspace
    is_busy: bool
    steps: Mapping[str, Entry]
    files: Sequence[Record]
    dropped: Sequence[Record]
    quarantine: Sequence[Record]
    skipped: Sequence[Record]
    problems: Sequence[Record]
    phases: Sequence[Record]
    checklist: Sequence[Record]
    published: Record | None

    def as_document(self) -> dict[str, object]:
        """Return the status as plain dictionaries, lists, strings and numbers."""
        return {
            "workspace": str(self.workspace.root),
            "name": self.workspace.name,
            "timezone": self.workspace.timezone,
            "monthly_budget_usd": self.workspace.monthly_budget_usd,
            "is_busy": self.is_busy,
            "steps": {name: vars(entry) for name, entry in self.steps.items()},
            "files": self.files,
            "dropped": self.dropped,
            "quarantine": self.quarantine,
            "skipped": self.skipped,
            "problems": self.problems,
            "phases": self.phases,
            "checklist": self.checklist,
            "published": self.published,
        }


def read_status(workspace: Workspace) -> WorkspaceStatus:
    """Read the state of a workspace; works at any time, also before the first load."""
    with shared(workspace) as is_free:
        path = workspace.working_database if is_free else workspace.published_database
        with _opened(path) as connection:
            found = {
                name: _records(connection, schema, table, sql)
                for name, (schema, table, sql) in _QUERIES.items()
            }
    return WorkspaceStatus(
        workspace=workspace,
        is_busy=not is_free,
        steps=read_journal(workspace),
        published=_published(workspace),
        **found,
    )


@contextmanager
def _opened(path: Path) -> Iterator[DuckDBPyConnection | None]:
    if not path.is_file():
        yield None
        return
    with open_reader(path) as connection:
        yield connection


def _published(workspace: Workspace) -> Record | None:
    path = workspace.published_database
    try:
        with open_reader(path) as connection:
            releases = _records(connection, "meta", "release", "from meta.release")
    except NotReadyError:
        return None
    return {"path": str(path), "byte_count": path.stat().st_size, **dict(*releases[:1])}


def _records(
    connection: DuckDBPyConnection | None, schema: str, table: str, sql: str
) -> list[Record]:
    """Run a query whose last table to be made is there; nothing was made yet otherwise."""
    if connection is None or not has_table(connection, schema, table):
        return []
    cursor = connection.execute(sql)
    columns = [column[0] for column in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


_FILES: Final = """
    with outcomes as (
        select
            file_id,
            coalesce(sum(line_count) filter (where outcome = 'kept'), 0) as kept_count,
            coalesce(sum(line_count) filter (where outcome = 'dropped'), 0) as dropped_count,
            coalesce(sum(line_count) filter (where outcome = 'quarantined'), 0)
                as quarantined_count,
        from raw.line_outcomes
        group by file_id
    )
    select
        files.source_system,
        files.source_table,
        count(*) as file_count,
        sum(files.byte_count)::bigint as byte_count,
        sum(files.line_count)::bigint as line_count,
        coalesce(sum(outcomes.kept_count), 0)::bigint as kept_count,
        coalesce(sum(outcomes.dropped_count), 0)::bigint as dropped_count,
        coalesce(sum(outcomes.quarantined_count), 0)::bigint as quarantined_count,
        max(files.modified_at) as newest_file_at,
    from raw.files
    left join outcomes
        on outcomes.file_id = files.file_id
    group by files.source_system, files.source_table
    order by files.source_system, files.source_table
"""
_DROPPED: Final = """
    select
        files.source_system,
        line_outcomes.rule,
        sum(line_outcomes.line_count)::bigint as line_count,
    from raw.line_outcomes
    inner join raw.files
        on files.file_id = line_outcomes.file_id
    where line_outcomes.outcome = 'dropped'
    group by files.source_system, line_outcomes.rule
    order by files.source_system, line_count desc, line_outcomes.rule
"""
_QUARANTINE: Final = """
    select
        files.source_system,
        quarantined_lines.rule,
        count(*) as line_count,
        arg_min(
            files.path || ':' || quarantined_lines.line_number,
            (files.path, quarantined_lines.line_number)
        ) as first_line,
        arg_min(quarantined_lines.detail, (files.path, quarantined_lines.line_number))
            as first_detail,
    from raw.quarantined_lines
    inner join raw.files
        on files.file_id = quarantined_lines.file_id
    group by files.source_system, quarantined_lines.rule
    order by files.source_system, line_count desc, quarantined_lines.rule
"""
_SKIPPED: Final = """
    select
        source_system,
        rule,
        count(*) as path_count,
        min(path) as first_path,
    from raw.skipped_paths
    group by source_system, rule
    order by source_system, rule
"""
_PROBLEMS: Final = """
    select
        source_system,
        path,
        outcome,
        detail,
    from raw.file_deliveries
    where
        outcome in ('unreadable', 'missing')
        and load_id = (select max(load_id) from raw.load_runs)
    order by source_system, path
"""
_PHASES: Final = """
    select
        phases.phase_id,
        phases.start_date,
        phases.end_date,
        count(fct_requests.request_id) as request_count,
        max(fct_requests.requested_at) as last_request_at,
    from seeds.phases
    left join marts.fct_requests
        on fct_requests.requested_date between phases.start_date and phases.end_date
    group by phases.phase_id, phases.start_date, phases.end_date, phases.phase_order
    order by phases.phase_order
"""
_CHECKLIST: Final = """
    select
        kind,
        status,
        count(*) as line_count,
    from validation.checklist_results
    group by kind, status
    order by kind, status
"""
_QUERIES: Final = {
    "files": ("raw", "files", _FILES),
    "dropped": ("raw", "line_outcomes", _DROPPED),
    "quarantine": ("raw", "quarantined_lines", _QUARANTINE),
    "skipped": ("raw", "skipped_paths", _SKIPPED),
    "problems": ("raw", "file_deliveries", _PROBLEMS),
    "phases": ("marts", "fct_requests", _PHASES),
    "checklist": ("validation", "checklist_results", _CHECKLIST),
}
