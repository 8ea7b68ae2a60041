"""What a file holds, by digest.

Content is known by digests of 256 KiB blocks, so that an append is verified by its last block
and a copy can be told from a continuation without the original at hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import IO, Final

from tars_bench.ingest.opening import FileContent

BLOCK_BYTES: Final = 256 * 1024
CHUNK_BYTES: Final = 4 * 1024 * 1024
BOM: Final = b"\xef\xbb\xbf"
DIGEST_BYTES: Final = 16


class ContentHasher:
    """Digests of the blocks of what was fed to it."""

    def __init__(self, blocks: bytes = b"") -> None:
        self._blocks = bytearray(blocks)
        self._current = hashlib.blake2b(digest_size=DIGEST_BYTES)
        self._filled = 0

    @property
    def byte_count(self) -> int:
        """How many bytes the digests stand for."""
        return len(self._blocks) // DIGEST_BYTES * BLOCK_BYTES + self._filled

    @property
    def blocks(self) -> bytes:
        """The digests of the full blocks, one after the other."""
        return bytes(self._blocks)

    @property
    def tail(self) -> bytes:
        """The digest of the last, unfinished block; empty when there is none."""
        return self._current.copy().digest() if self._filled else b""

    @property
    def sha256(self) -> str:
        """One digest of all."""
        return hashlib.sha256(self.blocks + self.tail).hexdigest()

    def update(self, data: bytes) -> None:
        """Take further bytes."""
        view = memoryview(data)
        while view:
            part = view[: BLOCK_BYTES - self._filled]
            self._current.update(part)
            self._filled += len(part)
            view = view[len(part) :]
            if self._filled == BLOCK_BYTES:
                self._blocks += self._current.digest()
                self._current = hashlib.blake2b(digest_size=DIGEST_BYTES)
                self._filled = 0

    def copy(self) -> ContentHasher:
        """Return a hasher that stands where this one does."""
        twin = ContentHasher(self.blocks)
        twin._current = self._current.copy()
        twin._filled = self._filled
        return twin


def head_sha256(stream: IO[bytes], depth: int = 1) -> str | None:
    """Return the digest of the first lines without their ends; None if there are fewer.

    A last line without an end counts as a line: it is known by what is there.
    """
    digest = hashlib.sha256()
    for _ in range(depth):
        if not _digest_line(stream, digest):
            return None
        digest.update(b"\n")
    return digest.hexdigest()


def unended_line(stream: IO[bytes], limit: int) -> bytes | None:
    """Return a first line that has no end yet, cut off beyond a limit; None if it has one."""
    held = b""
    while part := stream.readline(CHUNK_BYTES):
        if part.endswith(b"\n"):
            return None
        if len(held) <= limit:
            held += part
    return held


def _digest_line(stream: IO[bytes], digest: hashlib._Hash) -> bool:
    """Feed one line, of any length, to a digest; say whether there was one."""
    held = b""
    is_any = False
    while part := stream.readline(CHUNK_BYTES):
        is_any = True
        digest.update(held)
        held = part
        if part.endswith(b"\n"):
            break
    digest.update(held.rstrip(b"\r\n"))
    return is_any


def chunks(stream: IO[bytes], limit: int) -> Iterator[bytes]:
    """Yield up to ``limit`` bytes of a stream, piece by piece."""
    while limit > 0 and (data := stream.read(min(CHUNK_BYTES, limit))):
        limit -= len(data)
        yield data


def is_prefix_of(shorter: FileContent, longer: FileContent) -> bool:
    """Say whether one file's content is the beginning of another's, or all of it."""
    if shorter.length() > longer.length():
        return False
    with shorter.open() as left, longer.open() as right:
        while part := left.read(CHUNK_BYTES):
            if right.read(len(part)) != part:
                return False
    return True


def count_lines(content: FileContent) -> int:
    """Count a file's lines, an unfinished last one among them."""
    count, last = 0, b"\n"
    with content.open() as stream:
        while part := stream.read(CHUNK_BYTES):
            count += part.count(b"\n")
            last = part[-1:]
    return count + (last != b"\n")
