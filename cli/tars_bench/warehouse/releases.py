"""The releases: every publish is a read-only file of its own, behind one stable name.

``warehouse/releases/tars_bench.0007.duckdb`` is release 7; ``warehouse/tars_bench.duckdb`` is a
link to the one readers see. DuckDB keeps an open file by its resolved path, so a pool that opens
one more connection by the stable name sees the new release even while others are open.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from tars_bench.shared.errors import NotReadyError, TarsBenchError
from tars_bench.warehouse.files import has_table, open_reader
from tars_bench.workspace.config import Workspace

_FOLDER: Final = "releases"


@dataclass(frozen=True)
class Release:
    """One kept release: its number, file and size; when it was made (UTC); whether it is shown."""

    number: int
    path: Path
    released_at: datetime | None
    byte_count: int
    is_shown: bool


def release_path(workspace: Workspace, number: int) -> Path:
    """Return the file of a release."""
    stable = workspace.published_database
    return stable.parent / _FOLDER / f"{stable.stem}.{number:04d}{stable.suffix}"


def kept_numbers(workspace: Workspace) -> list[int]:
    """Return the numbers of the releases that are there, in order."""
    stable = workspace.published_database
    name = re.compile(rf"{re.escape(stable.stem)}\.(\d{{4,}}){re.escape(stable.suffix)}")
    folder = stable.parent / _FOLDER
    found = [name.fullmatch(path.name) for path in folder.glob(f"*{stable.suffix}")]
    return sorted(int(match.group(1)) for match in found if match)


def next_number(workspace: Workspace) -> int:
    """Return the number of the next release; the newest is always kept, so none comes twice."""
    return max(kept_numbers(workspace), default=0) + 1


def shown_number(workspace: Workspace) -> int | None:
    """Return the number of the release readers see; None if there is none."""
    stable = workspace.published_database
    if not stable.is_symlink() or not stable.exists():
        return None
    target = stable.resolve()
    numbers = kept_numbers(workspace)
    return next((one for one in numbers if release_path(workspace, one).resolve() == target), None)


def show(workspace: Workspace, number: int) -> None:
    """Let the stable name mean a release, in one instant."""
    stable, path = workspace.published_database, release_path(workspace, number)
    link = stable.with_name(f"{stable.name}.link")
    link.unlink(missing_ok=True)
    link.symlink_to(path.relative_to(stable.parent))
    link.replace(stable)
    sync(stable.parent)


def prune(workspace: Workspace) -> None:
    """Delete the oldest releases beyond those that are kept; never the shown or the newest one."""
    numbers, shown = kept_numbers(workspace), shown_number(workspace)
    for number in numbers[: -workspace.kept_release_count]:
        if number != shown:
            release_path(workspace, number).unlink()


def list_releases(workspace: Workspace) -> Sequence[Release]:
    """Return the kept releases, the newest first."""
    shown = shown_number(workspace)
    return [
        _read(release_path(workspace, number), number, number == shown)
        for number in reversed(kept_numbers(workspace))
    ]


def roll_back(workspace: Workspace, number: int) -> None:
    """Show readers a kept release, older or newer; the working database stays as it is.

    Raises:
        NotReadyError: It is not kept.
        TarsBenchError: Its file cannot be opened; what readers see is untouched.
    """
    kept = kept_numbers(workspace)
    if number not in kept:
        named = ", ".join(map(str, kept)) or "none"
        raise NotReadyError(f"release {number} is not kept", f"kept: {named}")
    with open_reader(release_path(workspace, number)) as connection:
        if not has_table(connection, "meta", "release"):
            raise TarsBenchError(f"{release_path(workspace, number)} is no release")
    show(workspace, number)


def sync(path: Path) -> None:
    """Make a file or folder durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path, number: int, is_shown: bool) -> Release:
    try:
        with open_reader(path) as connection:
            found = connection.execute("select released_at from meta.release").fetchone()
    except TarsBenchError:
        found = None  # a damaged file is listed, without its time
    return Release(number, path, found[0] if found else None, path.stat().st_size, is_shown)
