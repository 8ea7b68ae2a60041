"""Everything that lies under a source: to be read, skipped by a named rule, or unreadable.

Linked folders are walked once, after the folders that are really there; a link back to a folder
above it is named, not followed.
"""

from __future__ import annotations

import os
import stat as modes
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.ingest.feed import Feed
from tars_bench.ingest.opening import Stat

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMED_RULES: Final = {
    "packing_not_supported": "it is packed in a way that is not read; unpack it, or pack it as .gz",
    "no_regular_file": "it is no regular file, and is not read",
    "link_loop": "it links to a folder above it, and is not followed",
    "linked_twice": "it links to a folder that is read under another name",
}
"""The rules a load tells of; the others (`other_name`, `other_folder`) are only counted."""


@dataclass(frozen=True)
class Skipped:
    """Something under a source that is not read, and the rule that says so."""

    path: str
    rule: str


@dataclass
class Listing:
    """What lies under a source.

    Args:
        files: The files of each feed, by its table, in path order; None as stat of one that
            cannot be reached.
        skipped: What is left alone by a named rule.
        unreadable: Folders that cannot be listed, each with what the system said.
    """

    files: dict[str, list[tuple[Path, Stat | None]]] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Say whether there is no file to be read."""
        return not any(self.files.values())


def list_source(root: Path, feeds: Sequence[Feed]) -> Listing:
    """Walk a source's root."""
    walk = _Walk(root, feeds)
    walk.run()
    for files in walk.listing.files.values():
        files.sort()
    walk.listing.skipped.sort(key=lambda item: item.path)
    return walk.listing


class _Walk:
    def __init__(self, root: Path, feeds: Sequence[Feed]) -> None:
        self.listing = Listing({feed.table: [] for feed in feeds})
        self._root = str(root)
        self._feeds = feeds
        self._folders = [str(root)]
        self._links: list[str] = []
        self._seen: set[tuple[int, int]] = set()
        subfolder = next((feed.subfolder for feed in feeds if feed.subfolder), "")
        has_subfolder = bool(subfolder) and (root / subfolder).is_dir()
        self._prefix = f"{root / subfolder if has_subfolder else root}/"
        self._tops = {subfolder} if has_subfolder else _tops(feeds)

    def run(self) -> None:
        """Walk folders first, then links to folders, until there are none left."""
        while self._folders or self._links:
            if self._folders:
                self._list(self._folders.pop())
                continue
            self._links.sort(reverse=True)
            self._follow(self._links.pop())

    def _follow(self, link: str) -> None:
        target, parent = os.path.realpath(link), os.path.realpath(Path(link).parent)
        if os.path.commonpath([target, parent]) == target:
            self._skip(link, "link_loop")
        elif _identity(link) in self._seen:
            self._skip(link, "linked_twice")
        else:
            self._list(link)

    def _list(self, folder: str) -> None:
        try:
            self._seen.add(_identity(folder))
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self.listing.unreadable.append((_shown(folder), error.strerror or str(error)))
            return
        for entry in found:
            self._take(entry, folder == self._root)

    def _take(self, entry: os.DirEntry[str], is_top: bool) -> None:
        if entry.is_dir(follow_symlinks=False):
            self._take_folder(entry, is_top, self._folders)
            return
        try:
            stat = entry.stat()
        except OSError:
            self._take_file(entry, None)
            return
        if modes.S_ISDIR(stat.st_mode):
            self._take_folder(entry, is_top, self._links)
        elif modes.S_ISREG(stat.st_mode):
            self._take_file(entry, Stat.from_os(stat))
        else:
            self._skip(entry.path, "no_regular_file")

    def _take_folder(self, entry: os.DirEntry[str], is_top: bool, queue: list[str]) -> None:
        if is_top and self._tops and entry.name not in self._tops:
            self._skip(entry.path, "other_folder")
        else:
            queue.append(entry.path)

    def _take_file(self, entry: os.DirEntry[str], stat: Stat | None) -> None:
        is_inside = entry.path.startswith(self._prefix)
        place = entry.path[len(self._prefix) :] if is_inside else ""
        for feed in self._feeds:
            if place and feed.reads(place):
                self.listing.files[feed.table].append((Path(entry.path), stat))
                return
        is_packed = place and any(feed.knows_packed(place) for feed in self._feeds)
        self._skip(entry.path, "packing_not_supported" if is_packed else "other_name")

    def _skip(self, path: str, rule: str) -> None:
        self.listing.skipped.append(Skipped(_shown(path), rule))


def _tops(feeds: Sequence[Feed]) -> set[str]:
    """Return the folders right under the root that feeds read; none if they read all."""
    folders = {pattern.split("/")[0] for feed in feeds for pattern in feed.patterns}
    return set() if "**" in folders else folders


def _identity(path: str) -> tuple[int, int]:
    found = Path(path).stat()
    return found.st_dev, found.st_ino


def _shown(path: str) -> str:
    return path.encode("utf-8", errors="backslashreplace").decode()


_Row = tuple[str, str, str | None]


def save_skipped(
    connection: DuckDBPyConnection, system: str, root: Path, listing: Listing, load_id: int
) -> None:
    """Record what is skipped or cannot be listed under a root, if that changed."""
    from tars_bench.ingest.ledger import insert_rows

    now: set[_Row] = {(item.path, item.rule, None) for item in listing.skipped}
    now |= {(path, "unreadable_folder", detail) for path, detail in listing.unreadable}
    key = [system, _shown(str(root))]
    known = set(
        connection.execute(
            "select path, rule, detail from raw.skipped_paths where source_system = ? and root = ?",
            key,
        ).fetchall()
    )
    gone = [path for path, _, _ in known - now]
    if gone:
        connection.execute(
            "delete from raw.skipped_paths"
            " where source_system = ? and root = ? and path in (select unnest(?))",
            [*key, gone],
        )
    fresh = sorted(now - known, key=lambda item: item[:2])
    insert_rows(connection, "raw.skipped_paths", [(*key, *item, load_id) for item in fresh])
