"""A directory that only a simulation may overwrite.

The marker lists the files that belong to the simulation and is written before and after them:
a directory with other things in it is refused, a run that was interrupted is repeated, and no
file the marker does not list is ever touched.
"""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tars_bench.shared.errors import UsageError

MARKER = ".tars-simulation.json"
_STAGING = ".tars-simulation.partial"
_FORMAT = 1


@dataclass(frozen=True)
class Marker:
    """What a marker says.

    Attributes:
        options: The options of the simulation, as JSON values.
        is_complete: False while files are being written.
        files: Path below the directory → bytes.
        totals: Counts of the simulation's result.
    """

    options: dict[str, Any]
    is_complete: bool
    files: dict[str, int]
    totals: dict[str, int]


class OutputDirectory:
    """The directory a simulation writes to.

    Raises:
        UsageError: On construction, when the path is a file or holds anything but a simulation.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.staging = path / _STAGING
        self.marker = self._read_marker()

    def holds(self, options: dict[str, Any]) -> Marker | None:
        """The marker when the directory already has the whole simulation of these options."""
        marker = self.marker
        if marker is None or not marker.is_complete or marker.options != options:
            return None
        return marker if self._sizes(marker.files) == marker.files else None

    def begin(self, options: dict[str, Any], possible_files: list[str]) -> None:
        """Claim the directory for these files and empty the staging directory."""
        self.path.mkdir(parents=True, exist_ok=True)
        self._refuse_strangers(possible_files)
        known = set(possible_files) | set(self.marker.files if self.marker else ())
        self._write_marker(Marker(options, False, dict.fromkeys(sorted(known), 0), {}))
        shutil.rmtree(self.staging, ignore_errors=True)
        self.staging.mkdir()

    def finish(self, options: dict[str, Any], totals: dict[str, int]) -> Marker:
        """Move the staged files into place, remove what they replace, close the marker."""
        staged = {
            str(path.relative_to(self.staging)): path.stat().st_size
            for path in sorted(self.staging.rglob("*"))
            if path.is_file()
        }
        for name in self.marker.files if self.marker else ():
            if name not in staged:
                (self.path / name).unlink(missing_ok=True)
        for name in staged:
            (self.path / name).parent.mkdir(parents=True, exist_ok=True)
            (self.staging / name).replace(self.path / name)
        shutil.rmtree(self.staging)
        marker = Marker(options, True, staged, totals)
        self._write_marker(marker)
        return marker

    def _sizes(self, names: dict[str, int]) -> dict[str, int]:
        paths = {name: self.path / name for name in names}
        return {name: path.stat().st_size for name, path in paths.items() if path.is_file()}

    def _read_marker(self) -> Marker | None:
        if self.path.exists() and not self.path.is_dir():
            raise UsageError(f"{self.path} is not a directory", "name a new or empty directory")
        file = self.path / MARKER
        if not file.is_file():
            self._refuse_unless_empty()
            return None
        return _parsed(file)

    def _refuse_unless_empty(self) -> None:
        if self.path.is_dir() and any(self.path.iterdir()):
            raise UsageError(
                f"{self.path} is not empty and was not written by a simulation",
                "name a new or empty directory; nothing was changed",
            )

    def _refuse_strangers(self, possible_files: list[str]) -> None:
        """A file that came in since must not be overwritten."""
        known = set(self.marker.files) if self.marker else set()
        for name in possible_files:
            if name not in known and (self.path / name).exists():
                raise UsageError(
                    f"{self.path / name} was not written by a simulation",
                    "move it away or name another directory; nothing was changed",
                )

    def _write_marker(self, marker: Marker) -> None:
        text = json.dumps({"format": _FORMAT, **vars(marker)}, indent=1, sort_keys=True)
        new = self.path / f"{MARKER}.new"
        new.write_text(text + "\n", encoding="utf-8")
        new.replace(self.path / MARKER)
        self.marker = marker


def _parsed(file: Path) -> Marker:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        files = {str(name): int(size) for name, size in content["files"].items()}
        marker = Marker(content["options"], content["is_complete"], files, content["totals"])
    except (ValueError, KeyError, TypeError, AttributeError) as problem:
        raise UsageError(
            f"{file} cannot be read as the marker of a simulation", "remove the directory yourself"
        ) from problem
    if any(Path(name).is_absolute() or ".." in Path(name).parts for name in files):
        raise UsageError(f"{file} names files outside its directory", "remove it yourself")
    return marker
