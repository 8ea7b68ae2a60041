"""Telling copies, continuations and different files apart by what they hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tars_bench.ingest.content import (
    BLOCK_BYTES,
    DIGEST_BYTES,
    READ_ERRORS,
    ContentHasher,
    chunks,
    content_length,
    is_prefix_of,
    open_at,
    open_content,
)
from tars_bench.ingest.ledger import FileEntry, Stat

_ORDER_BYTES: Final = 64 * 1024


@dataclass(frozen=True)
class Found:
    """A changed file whose first line is known."""

    path: Path
    stat: Stat
    head_sha256: str

    @property
    def name(self) -> str:
        """The path as the ledger writes it."""
        return str(self.path)


def original(found: Found, others: Iterable[Found]) -> Found | None:
    """Return the file of which this one is the beginning; of equal ones, the first by name."""
    for other in others:
        if other is found or not is_prefix_of(found.path, other.path):
            continue
        is_equal = content_length(found.path) == content_length(other.path)
        if not is_equal or other.name < found.name:
            return other
    return None


def end_of_chain(found: Found, copies: Mapping[Found, Found]) -> Found:
    """Follow copies of copies to the file that is none."""
    while found in copies:
        found = copies[found]
    return found


def begins_with(found: Found, entry: FileEntry, start: int = 0) -> bool:
    """Say whether a file holds all that is loaded of a content, and goes on at a line's end.

    What lies before ``start``, a block's first byte, is taken on trust.
    """
    following = _following(found, entry, start)
    return following is not None and _is_at_line_end(entry, following)


def _following(found: Found, entry: FileEntry, start: int = 0) -> bytes | None:
    """Return the two bytes after a content in a file; None if the file does not begin with it."""
    hasher = ContentHasher(entry.blocks[: start // BLOCK_BYTES * DIGEST_BYTES])
    with open_at(found.path, start) as stream:
        for part in chunks(stream, entry.byte_count - start):
            hasher.update(part)
        return stream.read(2) if entry.is_at(hasher) else None


def _is_at_line_end(entry: FileEntry, following: bytes) -> bool:
    """Say whether a last line that had no end yet got one, or is still the last."""
    return not entry.is_last_line_open or following in (b"", b"\r") or b"\n" in following


def is_rewriting(found: Found, entry: FileEntry) -> bool:
    """Say whether a file that changed is its path's old content, rewritten.

    It is if the first line stayed, or the last one is still somewhere in it, or what was taken
    for a whole last line went on.
    """
    return (
        found.head_sha256 == entry.head_sha256
        or _following(found, entry) is not None
        or _holds_line(found, entry)
    )


def is_beginning_of(found: Found, entry: FileEntry) -> bool:
    """Say whether a file is the beginning of a loaded content.

    Whole blocks are known by their digests. What follows them is compared with the content
    where it lies; if it is gone the answer is no: better a line twice than a line lost.
    """
    hasher = ContentHasher()
    with open_content(found.path) as stream:
        for part in chunks(stream, entry.byte_count):
            hasher.update(part)
    if not entry.blocks.startswith(hasher.blocks):
        return False
    try:
        return is_prefix_of(found.path, Path(entry.path))
    except READ_ERRORS:
        return not hasher.tail


def _holds_line(found: Found, entry: FileEntry) -> bool:
    """Say whether a file still holds the last line that was loaded of a content."""
    with open_content(found.path) as stream:
        return any(
            hashlib.sha256(line.rstrip(b"\r\n")).hexdigest() == entry.last_line_sha256
            for line in stream
        )


def in_content_order(group: Sequence[Found]) -> list[Found]:
    """Sort files by what they hold: of logs, by time. The name decides between equals."""
    return sorted(group, key=lambda found: (_beginning(found.path), found.name))


def _beginning(path: Path) -> bytes:
    with open_content(path) as stream:
        return stream.read(_ORDER_BYTES)


def longest_of_first(ordered: Sequence[Found]) -> Found:
    """Return the longest continuation of the first file; of equal ones, the first."""
    longest = ordered[0]
    for found in ordered[1:]:
        is_longer = content_length(found.path) > content_length(longest.path)
        if is_longer and is_prefix_of(longest.path, found.path):
            longest = found
    return longest
