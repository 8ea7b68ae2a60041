"""One command at a time in a workspace."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Final

from tars_bench.shared.errors import BusyError, TarsBenchError
from tars_bench.warehouse.files import open_writer
from tars_bench.workspace.config import Workspace

_PATIENCE_SECONDS: Final = 2.0
"""How long a command waits for one that only looks, like `status`, to be through."""


@contextmanager
def exclusive(workspace: Workspace, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the workspace: no second load, build, validate or publish runs meanwhile.

    The lock is the operating system's: it ends with the process, however that ends.

    Raises:
        BusyError: Another process holds the workspace, or has the working database open.
        TarsBenchError: The workspace cannot be written.
    """
    with _lock_file(workspace) as file:
        if not _locked(file, alone=True, patience_seconds=patience_seconds):
            raise _busy(file, workspace)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        if workspace.working_database.is_file():
            # Find a program that holds the file before any step has begun.
            with open_writer(workspace.working_database):
                pass
        yield


@contextmanager
def shared(workspace: Workspace) -> Iterator[bool]:
    """Keep writers out for a moment; yields False at once if one is at work."""
    if not workspace.state_directory.is_dir():
        yield True
        return
    with _lock_file(workspace) as file:
        yield _locked(file, alone=False, patience_seconds=0)


@contextmanager
def _lock_file(workspace: Workspace) -> Iterator[IO[str]]:
    try:
        workspace.state_directory.mkdir(parents=True, exist_ok=True)
        file = (workspace.state_directory / "lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise TarsBenchError(
            f"{workspace.state_directory} cannot be written: {error.strerror}"
        ) from error
    with file:
        yield file


def _locked(file: IO[str], *, alone: bool, patience_seconds: float) -> bool:
    import fcntl

    mode = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    give_up_at = time.monotonic() + patience_seconds
    while True:
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= give_up_at:
                return False
            time.sleep(0.1)
        else:
            return True


def _busy(file: IO[str], workspace: Workspace) -> BusyError:
    file.seek(0)
    holder = file.read(20).strip() or "unknown"
    return BusyError(
        f"another tars-bench command (process {holder}) is working in {workspace.root}",
        "wait until it has finished, then run this again",
    )
