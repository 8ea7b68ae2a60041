"""Telling copies, continuations and different files apart by what they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tars_bench.ingest.content import (
    BLOCK_BYTES,
    DIGEST_BYTES,
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
    hasher = ContentHasher()
    with open_content(found.path) as stream:
        for part in chunks(stream, entry.byte_count):
            hasher.update(part)
    return entry.blocks.startswith(hasher.blocks)


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
