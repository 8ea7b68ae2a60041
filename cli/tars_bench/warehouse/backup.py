"""Backup and restore of the working database: rows of logs rotated away live only there."""

from __future__ import annotations

import shutil
from pathlib import Path

from tars_bench.shared.errors import NotReadyError, TarsBenchError, UsageError
from tars_bench.warehouse.files import has_table, open_reader, open_writer
from tars_bench.warehouse.inputs import forget_made
from tars_bench.warehouse.releases import sync
from tars_bench.workspace.config import Workspace


def back_up(workspace: Workspace, target: Path) -> int:
    """Copy the working database to a file, whole or not at all; return its size in bytes.

    The caller holds the workspace.

    Raises:
        NotReadyError: Nothing was loaded yet.
        UsageError: The file exists already.
        TarsBenchError: It cannot be written, or the copy does not open.
    """
    working = workspace.working_database
    if not working.is_file():
        raise NotReadyError("nothing is loaded yet", "`tars-bench load` comes first")
    if target.exists():
        raise UsageError(f"{target} exists already", "name another file; none is overwritten")
    with open_writer(working) as connection:
        connection.execute("checkpoint")
    _copy(working, target)
    return target.stat().st_size


def restore(workspace: Workspace, backup: Path) -> Path | None:
    """Put a backup in the working database's place; return where that is now, if there was one.

    The caller holds the workspace.

    Raises:
        NotReadyError: There is no such file.
        TarsBenchError: It is no backup, or cannot be copied; nothing was changed.
    """
    with open_reader(backup) as connection:
        if not has_table(connection, "raw", "load_runs"):
            raise TarsBenchError(f"{backup} is no backup of a working database")
    working = workspace.working_database
    working.parent.mkdir(parents=True, exist_ok=True)
    incoming = working.with_name(f"{working.name}.restoring")
    incoming.unlink(missing_ok=True)
    _copy(backup, incoming)
    forget_made(workspace)
    aside = _set_aside(working) if working.is_file() else None
    incoming.replace(working)
    sync(working.parent)
    return aside


def _set_aside(working: Path) -> Path:
    """Move the working database, with what belongs to it, to a free name."""
    number = 1
    while (aside := working.with_name(f"{working.stem}.replaced-{number}.duckdb")).exists():
        number += 1
    log = working.with_name(f"{working.name}.wal")
    if log.exists():
        log.replace(aside.with_name(f"{aside.name}.wal"))
    return working.replace(aside)


def _copy(source: Path, target: Path) -> None:
    temporary = target.with_name(f"{target.name}.copying")
    try:
        shutil.copyfile(source, temporary)
        sync(temporary)
        with open_reader(temporary):
            temporary.replace(target)
        sync(target.parent)
    except OSError as error:
        raise TarsBenchError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        temporary.unlink(missing_ok=True)
