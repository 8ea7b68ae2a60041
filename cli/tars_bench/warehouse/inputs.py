"""What a release is made of: files, seeds, prices, code and settings, each as one digest.

Looking costs names, sizes and times of the sources' files and the text of seeds and code; nothing
heavy is imported. A file whose size, times and place are as they were has not changed.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Final

from tars_bench.shared.console import write_file
from tars_bench.workspace.config import Workspace, project_directory
from tars_bench.workspace.seeds import composed_seeds

UNSETTLED: Final = ""
"""The digest of files of which some could not be read: it equals none that is looked at."""

_PACKAGES: Final = ("dbt-core", "dbt-duckdb", "duckdb", "great-expectations")
_PROJECT_PARTS: Final = (
    "dbt_project.yml",
    "macros",
    "models",
    "profiles",
    "seeds",
    "tests/generic",
    "tests/singular",
)
_SUBFOLDERS: Final = {"claude_code": "projects"}
"""Where all files of a source lie when its root has such a folder: the rest changes all day."""


@dataclass(frozen=True)
class Inputs:
    """What a run reads; `seeds` has one digest for each seed's name."""

    files: str
    seeds: Mapping[str, str]
    prices: str
    code: str
    settings: str

    def changed_parts(self, other: Inputs) -> tuple[str, ...]:
        """Return the names of the parts in which two differ."""
        mine, theirs = asdict(self), asdict(other)
        return tuple(name for name in mine if mine[name] != theirs[name])

    def changed_seeds(self, other: Inputs) -> tuple[str, ...]:
        """Return the names of the seeds in which two differ."""
        names = {*self.seeds, *other.seeds}
        return tuple(
            sorted(name for name in names if self.seeds.get(name) != other.seeds.get(name))
        )


@dataclass(frozen=True)
class Made:
    """What was made last, and of what.

    Args:
        inputs: What it was made of.
        invocation_id: The build, complete and successful.
        release: The number it was published as; None if it is not published.
        working: What the file system said of the working database afterwards.
    """

    inputs: Inputs
    invocation_id: str
    release: int | None = None
    working: str = ""


def look(workspace: Workspace) -> Inputs:
    """Return what a run would read now."""
    settings = [workspace.timezone, *(f"{one.type}={one.path}" for one in workspace.sources)]
    return Inputs(
        files=files_digest(workspace),
        seeds={
            name: sha256(content).hexdigest() for name, content in composed_seeds(workspace).items()
        },
        prices=_version("genai-prices"),
        code=_code_digest(),
        settings=_digest(settings),
    )


def files_digest(workspace: Workspace) -> str:
    """Return what changes when a file of the sources does."""
    digest = sha256()
    for source in workspace.sources:
        for line in sorted(_listed(_root(source.type, source.path))):
            digest.update(line)
    return digest.hexdigest()


def read_made(workspace: Workspace) -> Made | None:
    """Return what was made last; None if nothing is known of it."""
    try:
        document = json.loads(_path(workspace).read_text(encoding="utf-8"))
        return Made(**{**document, "inputs": Inputs(**document["inputs"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_made(workspace: Workspace, made: Made) -> None:
    """Remember what was made, in place of what was before."""
    write_file(_path(workspace), json.dumps(asdict(made), indent=1) + "\n")


def forget_made(workspace: Workspace) -> None:
    """Remember nothing: a build begins, and what it leaves when it is stopped is not known."""
    _path(workspace).unlink(missing_ok=True)


def remember_release(workspace: Workspace, made: Made, number: int) -> None:
    """Remember that what was made is published."""
    state = working_state(workspace)
    write_made(workspace, replace(made, release=number, working=state))


def unchanged_release(workspace: Workspace, inputs: Inputs) -> int | None:
    """Return the release that a run over these inputs would make again, if there is one."""
    made = read_made(workspace)
    if made is None or made.release is None or made.inputs != inputs:
        return None
    is_there = workspace.published_database.is_file()
    return made.release if is_there and made.working == working_state(workspace) else None


def working_state(workspace: Workspace) -> str:
    """Return what changes when anything is written to the working database."""
    path = workspace.working_database
    log = path.with_name(f"{path.name}.wal")
    return " ".join(_state(one) for one in (path, log))


def _path(workspace: Workspace) -> Path:
    return workspace.state_directory / "made.json"


def _state(path: Path) -> str:
    try:
        found = path.stat()
    except OSError as error:
        return str(error.errno)
    return f"{found.st_size}/{found.st_mtime_ns}/{found.st_ctime_ns}/{found.st_ino}"


def _root(kind: str, root: Path) -> Path:
    """Return the folder a source's files lie in."""
    inner = root / _SUBFOLDERS.get(kind, "")
    return inner if inner.is_dir() else root


def _listed(root: Path) -> Iterator[bytes]:
    """Give a line for every file and folder under a root, those behind links included."""
    seen: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            found = folder.stat()
            if (found.st_dev, found.st_ino) in seen:
                continue
            seen.add((found.st_dev, found.st_ino))
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir():
                        waiting.append(Path(entry.path))
                    yield f"{entry.path}\0{_state(Path(entry.path))}\n".encode(errors="replace")
        except OSError as error:
            yield f"{folder}\0{error.errno}\n".encode(errors="replace")


def _code_digest() -> str:
    """Return what changes when the package, the dbt project or what runs them does."""
    package, project = Path(__file__).resolve().parents[1], project_directory()
    roots = [package, *(project / name for name in _PROJECT_PARTS)]
    digest = sha256(_digest([sys.version, *(_version(name) for name in _PACKAGES)]).encode())
    for path in sorted({path for root in roots for path in _code_files(root)}):
        digest.update(f"{path}\0{_state(path)}\n".encode(errors="replace"))
    return digest.hexdigest()


def _code_files(root: Path) -> Iterator[Path]:
    if root.is_file():
        yield root
    for folder, names, files in os.walk(root):
        names[:] = [name for name in names if name != "__pycache__"]
        # Seeds are told apart by name.
        yield from (Path(folder, name) for name in files if not name.endswith((".csv", ".pyc")))


def _version(package: str) -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} is missing"


def _digest(parts: list[str]) -> str:
    return sha256("\0".join(parts).encode(errors="replace")).hexdigest()
