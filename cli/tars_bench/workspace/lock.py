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
_HOLD: Final = "lock"
_QUEUE: Final = "lock.queue"


@contextmanager
def exclusive(
    workspace: Workspace, patience_seconds: float = _PATIENCE_SECONDS, *, checked: bool = True
) -> Iterator[None]:
    """Hold the workspace: no second load, build, validate or publish runs meanwhile.

    Who waits is next in line: see `is_awaited`. The locks are the operating system's: they end
    with the process, however that ends.

    Args:
        workspace: The workspace.
        patience_seconds: How long to wait for another command.
        checked: Whether to open the working database, to see that no other program holds it.

    Raises:
        BusyError: Another process holds the workspace, or has the working database open.
        TarsBenchError: The workspace cannot be written.
    """
    with _lock_file(workspace, _HOLD) as file:
        give_up_at = time.monotonic() + patience_seconds
        with _lock_file(workspace, _QUEUE) as queue:
            is_held = _locked(queue, alone=True, until=give_up_at) and _locked(
                file, alone=True, until=give_up_at
            )
        if not is_held:
            raise _busy(file, workspace)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        if checked and workspace.working_database.is_file():
            # Find a program that holds the file before any step has begun.
            with open_writer(workspace.working_database):
                pass
        yield


def is_awaited(workspace: Workspace) -> bool:
    """Say whether a command waits for the workspace; what runs again and again lets it go first."""
    with _lock_file(workspace, _QUEUE) as queue:
        return not _locked(queue, alone=False, until=0)


@contextmanager
def shared(workspace: Workspace) -> Iterator[bool]:
    """Keep writers out for a moment; yields False at once if one is at work."""
    if not workspace.state_directory.is_dir():
        yield True
        return
    with _lock_file(workspace, _HOLD) as file:
        yield _locked(file, alone=False, until=0)


@contextmanager
def _lock_file(workspace: Workspace, name: str) -> Iterator[IO[str]]:
    try:
        workspace.state_directory.mkdir(parents=True, exist_ok=True)
        file = (workspace.state_directory / name).open("a+", encoding="utf-8")
    except OSError as error:
        raise TarsBenchError(
            f"{workspace.state_directory} cannot be written: {error.strerror}"
        ) from error
    with file:
        yield file


def _locked(file: IO[str], *, alone: bool, until: float) -> bool:
    import fcntl

    mode = fcntl.LOCK_EX if alone else fcntl.LOCK_SH
    while True:
        try:
            fcntl.flock(file, mode | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.1)
        else:
            return True


def _busy(file: IO[str], workspace: Workspace) -> BusyError:
    file.seek(0)
    holder = file.read(20).strip() or "unknown"
    return BusyError(
        f"another tars-bench command (process {holder}) is working in {workspace.root}",
        "`tars-bench run --wait` waits until it has finished",
    )
