"""A first look at logs: which days and models are there, and what they can tell of.

A look, not a load: nothing is kept, nothing is merged, and a file that cannot be read is left to
`load` to name. It is what `init` needs to write a plan and a checklist that fit the sources.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Survey:
    """What a first look found."""

    calls_by_day: Mapping[date, int] = field(default_factory=dict)
    """Lines with a model, by calendar day; repeated lines counted as often as they stand there."""
    calls_by_model: Mapping[str, int] = field(default_factory=dict)
    logs: frozenset[str] = frozenset()
    """What the logs tell of: names of `OBSERVABLE`."""
    first_optimization_on: date | None = None
    """Day of the first line of an optimisation log."""
    problems: tuple[str, ...] = ()
    """What could not be looked at, a line each; `load` names the file."""

    @property
    def days(self) -> tuple[date, ...]:
        """The days with calls, in order."""
        return tuple(sorted(self.calls_by_day))


OBSERVABLE: Final = (
    "response_cache",
    "batches",
    "errors",
    "response_time",
    "tasks",
    "satisfaction",
    "optimization_events",
)
"""What a metric may need a log to tell of."""


def survey(sources: Sequence[tuple[str, Path]], timezone: str) -> Survey:
    """Look at every source.

    Args:
        sources: Type and folder of each.
        timezone: Whose calendar days are meant.
    """
    import duckdb

    days: dict[date, int] = {}
    models: dict[str, int] = {}
    logs: set[str] = set()
    first: date | None = None
    problems: list[str] = []
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        look = _Look(connection, problems)
        for kind, folder in sources:
            for day, model, count in _calls(look, kind, folder, timezone):
                days[day] = days.get(day, 0) + count
                models[model] = models.get(model, 0) + count
            if kind == "tars":
                logs |= _told_by_tars(look, folder)
                first = min(
                    (one for one in (first, _first_event(look, folder)) if one),
                    default=None,
                )
            else:
                logs |= {"errors", "tasks"}
    if first:
        logs.add("optimization_events")
    by_count = sorted(models.items(), key=lambda item: (-item[1], item[0]))
    return Survey(days, dict(by_count), frozenset(logs), first, tuple(problems))


_PATTERNS: Final = {
    "tars": ("api_responses/**/*.jsonl", "api_responses/**/*.jsonl.gz"),
    "claude_code": ("projects/**/*.jsonl",),
}

_COLUMNS: Final = {
    "tars": "{'timestamp': 'VARCHAR', 'model': 'VARCHAR'}",
    "claude_code": "{'timestamp': 'VARCHAR', 'message': 'STRUCT(model VARCHAR)'}",
}

_MODEL: Final = {"tars": "model", "claude_code": "nullif(message.model, '<synthetic>')"}


def _calls(look: _Look, kind: str, folder: Path, timezone: str) -> list[tuple[Any, ...]]:
    # The pieces of SQL are constants of this module; names of files go in as a variable.
    sql = f"""
        select
            cast(timezone(?, try_cast(timestamp as timestamptz)) as date) as day,
            {_MODEL[kind]} as model,
            count(*) as calls
        from {_reader(_COLUMNS[kind])}
        where {_MODEL[kind]} is not null and try_cast(timestamp as timestamptz) is not null
        group by all
    """  # noqa: S608
    return look.rows(sql, _files(folder, _PATTERNS[kind]), timezone)


def _told_by_tars(look: _Look, folder: Path) -> set[str]:
    """Return what the records of TARS tell of: each where at least one record does."""
    sql = f"""
        select
            count(*) filter (where lower(cacheHit) = 'true'),
            count(*) filter (where coalesce(batchId, '') not in ('', 'null')),
            count(*) filter (where coalesce(error, '') not in ('', 'null', 'false')),
            count(*) filter (where responseTime is not null),
            count(*) filter (where coalesce(taskId, '') not in ('', 'null'))
        from {_reader(_TOLD)}
    """  # noqa: S608
    told = look.rows(sql, _files(folder, _PATTERNS["tars"]))
    names = OBSERVABLE[:5]
    found = {name for row in told for name, count in zip(names, row, strict=True) if count}
    if _files(folder, ("feedback/**/*.jsonl*",)):
        found.add("satisfaction")
    return found


_TOLD: Final = (
    "{'cacheHit': 'VARCHAR', 'batchId': 'VARCHAR', 'error': 'VARCHAR',"
    " 'responseTime': 'VARCHAR', 'taskId': 'VARCHAR'}"
)


def _first_event(look: _Look, folder: Path) -> date | None:
    rows = look.rows(
        """
        select min(try_cast(regexp_extract(line, '^\\[([^\\]]+)\\]', 1) as timestamptz))::date
        from read_csv(
            getvariable('files'), columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '',
            escape = '', header = false, ignore_errors = true, auto_detect = false
        )
        """,
        _files(folder, ("monitoring_logs/**/*.log", "monitoring_logs/**/*.log.gz")),
    )
    return rows[0][0] if rows else None


def _reader(columns: str) -> str:
    return (
        f"read_json(getvariable('files'), columns = {columns}, format = 'newline_delimited',"
        " ignore_errors = true, maximum_object_size = 67108864)"
    )


def _files(folder: Path, patterns: Sequence[str]) -> list[str]:
    found = {path for pattern in patterns for path in folder.glob(pattern)}
    return sorted(str(path) for path in found if path.is_file())


@dataclass(frozen=True)
class _Look:
    """Runs queries over files, and notes what DuckDB cannot read."""

    connection: DuckDBPyConnection
    problems: list[str]

    def rows(self, sql: str, files: Sequence[str], *parameters: object) -> list[tuple[Any, ...]]:
        """Return a query's rows; none, and a note, where the files cannot be read."""
        import duckdb

        if not files:
            return []
        names = [_no_glob(one) for one in files]
        self.connection.execute("set variable files = $files", {"files": names})
        try:
            return self.connection.execute(sql, list(parameters)).fetchall()
        except duckdb.Error as error:
            self.problems.append(next(iter(str(error).splitlines()), "unreadable"))
            return []


def _no_glob(path: str) -> str:
    """Return a path that DuckDB takes as itself, whatever characters are in it."""
    return "".join(f"[{one}]" if one in "*?[" else one for one in path)
