"""What each step did last: one small file, so that `status` knows of failures too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from tars_bench.shared.console import Step, step, write_file
from tars_bench.shared.errors import TarsBenchError
from tars_bench.workspace.config import Workspace


@dataclass(frozen=True)
class Entry:
    """How a step ended: when (UTC, ISO 8601), whether it succeeded, and its line."""

    finished_at: str
    is_success: bool
    summary: str


@contextmanager
def recorded(workspace: Workspace, name: str) -> Iterator[Step]:
    """Time a step, say its line, and write down how it ended."""
    try:
        with step(name) as doing:
            yield doing
    except TarsBenchError as error:
        write_entry(workspace, name, is_success=False, summary=error.message)
        raise
    except KeyboardInterrupt:
        write_entry(workspace, name, is_success=False, summary="interrupted")
        raise
    write_entry(workspace, name, is_success=True, summary=doing.summary)


def read_journal(workspace: Workspace) -> Mapping[str, Entry]:
    """Return the last entry of each step; nothing if the file is missing or damaged."""
    try:
        document = json.loads(_path(workspace).read_text(encoding="utf-8"))
        return {name: Entry(**entry) for name, entry in document.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def write_entry(workspace: Workspace, name: str, *, is_success: bool, summary: str) -> None:
    """Write down how a step ended now, in place of its last entry."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entries = {**read_journal(workspace), name: Entry(now, is_success, summary)}
    text = json.dumps({key: asdict(entry) for key, entry in entries.items()}, indent=2)
    write_file(_path(workspace), text + "\n")


def _path(workspace: Workspace) -> Path:
    return workspace.state_directory / "journal.json"
