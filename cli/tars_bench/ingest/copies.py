"""Telling copies, continuations and different files apart by what they hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cmp_to_key
from pathlib import Path
from typing import Final

from tars_bench.ingest.content import (
    BLOCK_BYTES,
    CHUNK_BYTES,
    DIGEST_BYTES,
    ContentHasher,
    chunks,
    is_prefix_of,
)
from tars_bench.ingest.ledger import FileEntry
from tars_bench.ingest.opening import FileContent, Stat

_ORDER_BYTES: Final = 4 * 1024


@dataclass(frozen=True)
class Found:
    """A changed file whose first line is known."""

    path: Path
    stat: Stat
    head_sha256: str
    content: FileContent = field(compare=False, repr=False)

    @property
    def name(self) -> str:
        """The path as the ledger writes it."""
        return str(self.path)


def wholes(ordered: Sequence[Found], planned: Iterable[Found]) -> Mapping[Found, Found]:
    """Return the files that are copies or beginnings of another, each with that one.

    In the order of their content, a file that is the beginning of any is the beginning of the
    next. Of equal files the one that is planned already is no copy, then the first by name.
    """
    fixed = set(planned)
    runs: list[list[Found]] = []
    for found in reversed(ordered):
        if runs and is_prefix_of(found.content, runs[-1][-1].content):
            runs[-1].append(found)
        else:
            runs.append([found])
    copies: dict[Found, Found] = {}
    for run in runs:
        length = run[0].content.length()
        equal = [found for found in run if found.content.length() == length]
        whole = min(equal, key=lambda found: (found not in fixed, found.name))
        copies |= {found: whole for found in run if found is not whole and found not in fixed}
    return copies


def equals(group: Sequence[Found]) -> list[list[Found]]:
    """Return the files that hold the same, together; in the order of their names."""
    by_length: dict[int, list[Found]] = defaultdict(list)
    for found in group:
        by_length[found.content.length()].append(found)
    by_content: dict[tuple[int, str], list[Found]] = defaultdict(list)
    for length, alike in by_length.items():
        for found in alike:
            digest = digest_of(found).sha256 if len(alike) > 1 else ""
            by_content[length, digest].append(found)
    return list(by_content.values())


def digest_of(found: Found) -> ContentHasher:
    """Return the digests of all a file holds."""
    hasher = ContentHasher()
    with found.content.open() as stream:
        while part := stream.read(CHUNK_BYTES):
            hasher.update(part)
    return hasher


def begun_with(found: Found, entries: Iterable[FileEntry]) -> list[FileEntry]:
    """Return the contents a file begins with, in one pass over it."""
    length = found.content.length()
    by_size: dict[int, list[FileEntry]] = defaultdict(list)
    for entry in entries:
        if entry.byte_count <= length:
            by_size[entry.byte_count].append(entry)
    fitting: list[FileEntry] = []
    if not by_size:
        return fitting
    hasher, place = ContentHasher(), 0
    with found.content.open() as stream:
        for size in sorted(by_size):
            for part in chunks(stream, size - place):
                hasher.update(part)
            place = size
            at = (hasher.blocks, hasher.tail)
            fitting += [entry for entry in by_size[size] if (entry.blocks, entry.tail) == at]
    return fitting


def begins_with(found: Found, entry: FileEntry, start: int = 0) -> bool:
    """Say whether a file holds all that is loaded of a content, and goes on at a line's end.

    What lies before ``start``, a block's first byte, is taken on trust.
    """
    following = _following(found, entry, start)
    return following is not None and _is_at_line_end(entry, following)


def _following(found: Found, entry: FileEntry, start: int = 0) -> bytes | None:
    """Return the two bytes after a content in a file; None if the file does not begin with it."""
    hasher = ContentHasher(entry.blocks[: start // BLOCK_BYTES * DIGEST_BYTES])
    with found.content.open_at(start) as stream:
        for part in chunks(stream, entry.byte_count - start):
            hasher.update(part)
        return stream.read(2) if entry.is_at(hasher) else None


def _is_at_line_end(entry: FileEntry, following: bytes) -> bool:
    """Say whether a last line that had no end yet got one, or is still the last."""
    is_ended = following.startswith(b"\n") or following in (b"", b"\r", b"\r\n")
    return is_ended or not entry.is_last_line_open


def goes_on(found: Found, entry: FileEntry) -> bool:
    """Say whether what was taken for a content's whole last line went on in a file."""
    if not entry.is_last_line_open:
        return False
    following = _following(found, entry)
    return following is not None and not _is_at_line_end(entry, following)


def has_its_blocks(found: Found, entry: FileEntry) -> bool:
    """Say whether a file may be the beginning of a content: whole blocks known by digest are."""
    if len(entry.blocks) == 0:
        return True
    hasher = ContentHasher()
    with found.content.open() as stream:
        for part in chunks(stream, entry.byte_count):
            hasher.update(part)
    return entry.blocks.startswith(hasher.blocks)


def in_content_order(group: Sequence[Found]) -> list[Found]:
    """Sort files by what they hold: of logs, by time. The name decides between equals."""
    if len(group) < 2:
        return list(group)
    beginnings = [(_beginning(found), found) for found in group]
    return [found for _, found in sorted(beginnings, key=cmp_to_key(_compare))]


def _beginning(found: Found) -> bytes:
    with found.content.open() as stream:
        return stream.read(_ORDER_BYTES)


def _compare(left: tuple[bytes, Found], right: tuple[bytes, Found]) -> int:
    if left[0] != right[0]:
        return -1 if left[0] < right[0] else 1
    order = _compare_rest(left[1], right[1]) if len(left[0]) == _ORDER_BYTES else 0
    return order or (-1 if left[1].name < right[1].name else int(left[1].name > right[1].name))


def _compare_rest(left: Found, right: Found) -> int:
    with left.content.open() as first, right.content.open() as second:
        while True:
            one, other = first.read(CHUNK_BYTES), second.read(CHUNK_BYTES)
            if one != other:
                return -1 if one < other else 1
            if not one:
                return 0


def longest_of_first(ordered: Sequence[Found]) -> Found:
    """Return the longest continuation of the first file; of equal ones, the first."""
    longest = ordered[0]
    for found in ordered[1:]:
        is_longer = found.content.length() > longest.content.length()
        if is_longer and is_prefix_of(longest.content, found.content):
            longest = found
    return longest
