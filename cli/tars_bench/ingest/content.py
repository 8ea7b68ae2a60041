"""What a file holds, however it is packed: plain, gzip, or a JSON array read as lines.

Content is known by digests of 256 KiB blocks, so that an append is verified by its last block
and a copy can be told from a continuation without the original at hand.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, cast

from tars_bench.ingest.json_array import array_as_lines

BLOCK_BYTES: Final = 256 * 1024
CHUNK_BYTES: Final = 4 * 1024 * 1024
BOM: Final = b"\xef\xbb\xbf"
DIGEST_BYTES: Final = 16
READ_ERRORS: Final = (OSError, EOFError, zlib.error)
"""What reading a damaged or vanishing file may raise."""
ROTATION: Final = r"([.-]\d[\dTZ._-]*|\.old)?(\.gz)?"
"""What a rotated file's name ends with: ``.1``, ``-20260213``, ``.2026-02-13``, packed or not."""
_ARRAY_NAME: Final = re.compile(rf".*\.json{ROTATION}", re.IGNORECASE)


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


def is_packed(path: Path) -> bool:
    """Say whether a file must be read from its beginning to reach any place in it."""
    return path.suffix.lower() == ".gz" or _is_array(path)


def _is_array(path: Path) -> bool:
    return _ARRAY_NAME.fullmatch(path.name) is not None


def open_content(path: Path) -> IO[bytes]:
    """Open a file's lines for reading, unpacked.

    Raises:
        OSError: The file cannot be read.
    """
    if _is_array(path):
        return io.BytesIO(array_as_lines(read_whole(path)))
    return _open_bytes(path)


def read_whole(path: Path) -> bytes:
    """Return all of a document's bytes.

    Raises:
        OSError: The file cannot be read.
    """
    with _open_bytes(path) as stream:
        return stream.read()


def _open_bytes(path: Path) -> IO[bytes]:
    if path.suffix.lower() == ".gz":
        return cast(IO[bytes], gzip.open(path, "rb"))
    return path.open("rb")


def open_at(path: Path, offset: int) -> IO[bytes]:
    """Open a file's lines at a place, in unpacked bytes."""
    stream = open_content(path)
    stream.seek(offset)
    return stream


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


def is_prefix_of(shorter: Path, longer: Path) -> bool:
    """Say whether one file's content is the beginning of another's, or all of it."""
    with open_content(shorter) as left, open_content(longer) as right:
        while part := left.read(CHUNK_BYTES):
            if right.read(len(part)) != part:
                return False
    return True


def count_lines(path: Path) -> int:
    """Count a file's lines, an unfinished last one among them."""
    count, last = 0, b"\n"
    with open_content(path) as stream:
        while part := stream.read(CHUNK_BYTES):
            count += part.count(b"\n")
            last = part[-1:]
    return count + (last != b"\n")


def content_length(path: Path) -> int:
    """Return how many bytes a file holds unpacked."""
    if not is_packed(path):
        return path.stat().st_size
    with open_content(path) as stream:
        return sum(len(part) for part in iter(lambda: stream.read(CHUNK_BYTES), b""))
