"""Is a workspace well? What was found of each thing, and what to do where it is not well."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

from tars_bench.shared.errors import BusyError, TarsBenchError
from tars_bench.workspace.config import Workspace
from tars_bench.workspace.lock import shared

FRESH_FOR: Final = timedelta(hours=48)
"""A source whose newest file is older has probably stopped writing."""
RELEASE_FRESH_FOR: Final = timedelta(hours=26)
"""A daily schedule, and two hours for a late one."""
DISK_FREE_MIN_BYTES: Final = 1_000_000_000
QUARANTINE_MAX_RATIO: Final = 0.01


class Health(StrEnum):
    """How it stands with one thing."""

    WELL = "well"
    WATCH = "watch"
    ILL = "ill"


@dataclass(frozen=True)
class Diagnosis:
    """What was found of one thing, and what to do.

    Attributes:
        subject: What was looked at.
        health: How it stands.
        found: One sentence.
        advice: What to do; empty where all is well.
    """

    subject: str
    health: Health
    found: str
    advice: str = ""


def examine(workspace: Workspace, now: datetime | None = None) -> tuple[Diagnosis, ...]:
    """Look at everything; nothing is changed.

    Args:
        workspace: Whose health it is.
        now: The moment ages are counted from, UTC; the clock's by default.
    """
    moment = now or datetime.now(UTC)
    return tuple(
        diagnosis
        for look in (_versions, _folders, _disk, _lock, _seeds, _sources, _databases, _steps)
        for diagnosis in look(workspace)
    ) + tuple(
        diagnosis
        for look_at in (_freshness, _quarantine, _release)
        for diagnosis in look_at(workspace, moment)
    )


_PACKAGES: Final = ("duckdb", "dbt-core", "dbt-duckdb", "great-expectations", "genai-prices")


def _versions(_: Workspace) -> Iterator[Diagnosis]:
    try:
        found = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    except PackageNotFoundError as error:
        yield Diagnosis(
            "installation", Health.ILL, f"{error.name} is not installed", "run `make setup`"
        )
        return
    python = ".".join(str(part) for part in sys.version_info[:3])
    yield Diagnosis("installation", Health.WELL, f"Python {python}, {found}")


def _folders(workspace: Workspace) -> Iterator[Diagnosis]:
    for path in (workspace.root, workspace.working_database.parent, workspace.state_directory):
        if path.exists() and not os.access(path, os.W_OK | os.X_OK):
            yield Diagnosis(
                "permissions", Health.ILL, f"{path} cannot be written", "give this user the right"
            )
            return
    yield Diagnosis("permissions", Health.WELL, f"{workspace.root} can be written")


def _disk(workspace: Workspace) -> Iterator[Diagnosis]:
    free = shutil.disk_usage(workspace.root).free
    working = workspace.working_database
    needed = max(DISK_FREE_MIN_BYTES, 3 * (working.stat().st_size if working.is_file() else 0))
    text = f"{free / 1e9:.1f} GB free"
    if free >= needed:
        yield Diagnosis("disk", Health.WELL, text)
    else:
        yield Diagnosis(
            "disk",
            Health.ILL,
            f"{text}; a run may need {needed / 1e9:.1f} GB",
            "free space before the next run: it would stop half way, losing nothing",
        )


def _lock(workspace: Workspace) -> Iterator[Diagnosis]:
    with shared(workspace) as is_free:
        if is_free:
            yield Diagnosis("lock", Health.WELL, "no command is at work")
        else:
            yield Diagnosis(
                "lock", Health.WATCH, "a command is at work", "figures below are the published ones"
            )


def _seeds(workspace: Workspace) -> Iterator[Diagnosis]:
    from tars_bench.workspace.seeds import check_seeds, own_seeds

    try:
        check_seeds(workspace)
        count = len(own_seeds(workspace))
    except TarsBenchError as error:
        yield Diagnosis("seeds", Health.ILL, error.message, error.hint or "correct that line")
        return
    yield Diagnosis("seeds", Health.WELL, f"{count} of your own, all sound")


def _sources(workspace: Workspace) -> Iterator[Diagnosis]:
    if not workspace.sources:
        yield Diagnosis(
            "sources", Health.ILL, "no source is set", "add [[sources]] to tars-bench.toml"
        )
    for source in workspace.sources:
        subject = f"source {source.type}"
        if not source.path.is_dir():
            yield Diagnosis(
                subject,
                Health.ILL,
                f"{source.path} is no folder",
                "mount it, or correct `path` under [[sources]]",
            )
        elif not os.access(source.path, os.R_OK | os.X_OK):
            yield Diagnosis(
                subject, Health.ILL, f"{source.path} cannot be read", "give this user the right"
            )
        else:
            yield Diagnosis(subject, Health.WELL, f"{source.path} can be read")


def _steps(workspace: Workspace) -> Iterator[Diagnosis]:
    from tars_bench.workspace.journal import read_journal

    failed = {
        name: entry for name, entry in read_journal(workspace).items() if not entry.is_success
    }
    for name, entry in failed.items():
        yield Diagnosis(
            f"last {name}",
            Health.ILL,
            f"failed at {entry.finished_at}: {entry.summary}",
            f"run `tars-bench {name}` to see it again",
        )
    if not failed:
        yield Diagnosis("last steps", Health.WELL, "none failed")


_NEWEST: Final = """
    select source_system, max(modified_at)
    from raw.files
    group by source_system
    order by source_system
"""


def _freshness(workspace: Workspace, now: datetime) -> Iterator[Diagnosis]:
    rows = _ask(workspace, _NEWEST)
    if rows is None:
        yield Diagnosis("freshness", Health.WATCH, "nothing is loaded yet", "`tars-bench run`")
        return
    for name, newest in rows:
        age = now - newest.replace(tzinfo=UTC)
        text = f"the newest file is {_age(age)} old"
        if age <= FRESH_FOR:
            yield Diagnosis(f"freshness of {name}", Health.WELL, text)
        else:
            yield Diagnosis(
                f"freshness of {name}",
                Health.WATCH,
                text,
                "see whether its logger still writes, and whether its folder is the right one",
            )


_SET_ASIDE: Final = """
    select
        coalesce(sum(line_count) filter (where outcome = 'quarantined'), 0),
        coalesce(sum(line_count), 0)
    from raw.line_outcomes
"""


def _quarantine(workspace: Workspace, _: datetime) -> Iterator[Diagnosis]:
    rows = _ask(workspace, _SET_ASIDE)
    if not rows or not rows[0][1]:
        return
    aside, lines = int(rows[0][0]), int(rows[0][1])
    text = f"{aside:,} of {lines:,} lines are set aside"
    if aside <= lines * QUARANTINE_MAX_RATIO:
        yield Diagnosis("quarantine", Health.WELL, text)
    else:
        yield Diagnosis(
            "quarantine",
            Health.ILL,
            text,
            "`tars-bench status` lists them with the rule they broke",
        )


def _release(workspace: Workspace, now: datetime) -> Iterator[Diagnosis]:
    from tars_bench.shared.errors import NotReadyError
    from tars_bench.warehouse.files import open_reader

    try:
        with open_reader(workspace.published_database) as connection:
            row = connection.execute("select released_at from meta.release").fetchone()
    except NotReadyError:
        yield Diagnosis("release", Health.WATCH, "nothing is published yet", "`tars-bench run`")
        return
    except TarsBenchError as error:
        yield Diagnosis("release", Health.ILL, error.message, error.hint)
        return
    age = now - row[0].replace(tzinfo=UTC) if row else timedelta.max
    text = f"published {_age(age)} ago"
    if age <= RELEASE_FRESH_FOR:
        yield Diagnosis("release", Health.WELL, text)
    else:
        yield Diagnosis(
            "release", Health.WATCH, text, "see whether the schedule still runs `tars-bench run`"
        )


def _ask(workspace: Workspace, sql: str) -> list[tuple[Any, ...]] | None:
    """Ask the working database; the published one while a command is at work.

    None if nothing is loaded. A file that cannot be read is told by `_databases`.
    """
    from tars_bench.warehouse.files import has_table, open_reader

    for path in (workspace.working_database, workspace.published_database):
        try:
            with open_reader(path) as connection:
                if has_table(connection, "raw", "files"):
                    return connection.execute(sql).fetchall()
        except TarsBenchError:
            continue
    return None


def _databases(workspace: Workspace) -> Iterator[Diagnosis]:
    """Tell of a working database that is there and cannot be read."""
    from tars_bench.warehouse.files import open_reader

    if not workspace.working_database.is_file():
        return
    try:
        with open_reader(workspace.working_database):
            yield Diagnosis("working database", Health.WELL, "it can be read")
    except BusyError:
        yield Diagnosis("working database", Health.WATCH, "a command is writing to it")
    except TarsBenchError as error:
        yield Diagnosis("working database", Health.ILL, error.message, error.hint)


def _age(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
