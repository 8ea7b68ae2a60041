"""What each step did last: one small file, so that `status` knows of failures too."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final

from tars_bench.shared.console import Step, step, write_file
from tars_bench.shared.errors import TarsBenchError
from tars_bench.workspace.config import Workspace


@dataclass(frozen=True)
class Entry:
    """How a step ended: when (UTC, ISO 8601), whether it succeeded, and its line."""

    finished_at: str
    is_success: bool
    summary: str


@dataclass(frozen=True)
class FinishedStep:
    """A step of this process: how it ended, in how many seconds, and its line."""

    step: str
    is_success: bool
    seconds: float
    summary: str


finished_steps: Final[list[FinishedStep]] = []
"""The steps this process has finished, in order; a command that tells of them clears it first."""


@contextmanager
def recorded(workspace: Workspace, name: str) -> Iterator[Step]:
    """Time a step, say its line, and write down how it ended."""
    started = monotonic()
    failure = ""
    try:
        with step(name) as doing:
            yield doing
    except TarsBenchError as error:
        failure = error.message
        raise
    except KeyboardInterrupt:
        failure = "interrupted"
        raise
    except BaseException as error:
        failure = f"{type(error).__name__}: {error}".splitlines()[0]
        raise
    finally:
        summary = failure or doing.summary
        seconds = round(monotonic() - started, 3)
        finished_steps.append(FinishedStep(name, not failure, seconds, summary))
        write_entry(workspace, name, is_success=not failure, summary=summary)


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
