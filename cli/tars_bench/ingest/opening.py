"""Opening a file: regular files only, never one that waits, and the one that was planned.

A file is known by what the file system said of it when it was planned. It is read up to the size
it had then; a file that was rotated, truncated or replaced since is the next load's.
"""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import re
import stat as modes
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast

from tars_bench.ingest.json_array import array_as_lines

if TYPE_CHECKING:
    from typing_extensions import Buffer

READ_ERRORS: Final = (OSError, EOFError, zlib.error, lzma.LZMAError)
"""What reading a damaged or vanishing file may raise."""
PACKINGS: Final = r"(\.(gz|bz2|xz))?"
"""The packings that are read, as they end a name."""
UNREAD_PACKINGS: Final = r"\.(zst|zstd|zip|lz4|br|7z|z|lzma|sz|snappy)"
"""Packings that are known, and not read."""
ROTATION: Final = r"([.-]\d[\dTZ._-]*|\.old)?"
"""What a rotated file's name ends with: ``.1``, ``-20260213``, ``.2026-02-13``."""
HELD_BYTES: Final = 256 * 1024
"""A file up to this size is read once, into memory, and planned and loaded from there."""
_ARRAY_NAME: Final = re.compile(rf".*\.json{ROTATION}{PACKINGS}", re.IGNORECASE | re.DOTALL)


class ChangedError(OSError):
    """A file is no longer the one that was planned; it is the next load's."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.ESTALE, "it changed while it was read", str(path))


@dataclass(frozen=True)
class Stat:
    """What the file system says of a file: if none of it changed, neither did the content."""

    byte_count: int
    modified_ns: int
    changed_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Stat:
        """Ask the file system.

        Raises:
            OSError: There is no such file, or it cannot be reached.
        """
        return cls.from_os(path.stat())

    @classmethod
    def from_os(cls, found: os.stat_result) -> Stat:
        """Take what the file system said."""
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    def may_grow_into(self, later: Stat) -> bool:
        """Say whether a file seen later may be this one, grown or not."""
        return self.inode == later.inode and self.byte_count <= later.byte_count


UNREAD: Final = Stat(-1, 0, 0, 0)
"""The stat of a file that must be looked at again."""


class FileContent:
    """What a file holds, unpacked, as it was when it was planned.

    Args:
        path: Where it lies.
        stat: What the file system said of it when it was planned; None takes it as it is.
    """

    def __init__(self, path: Path, stat: Stat | None = None) -> None:
        self.path = path
        self.stat = stat
        self._held: bytes | None = None
        self._length: int | None = None
        self._opened: _Regular | None = None

    @property
    def is_packed(self) -> bool:
        """Say whether it must be read from its beginning to reach any place in it."""
        return self.path.suffix.lower() in _UNPACKERS or self._is_array

    @property
    def _is_array(self) -> bool:
        return _ARRAY_NAME.fullmatch(self.path.name) is not None

    def hold(self, room: int) -> int:
        """Keep a small file in memory, if there is room; return how much it takes."""
        limit = min(room, HELD_BYTES)
        if self.stat is None or not 0 < self.stat.byte_count <= limit:
            return 0
        with self.open() as stream:
            data = stream.read(limit + 1)
            if len(data) > limit:
                return 0
            self._verify_size()
        self._held = data
        return len(data)

    def open(self) -> IO[bytes]:
        """Open the lines for reading.

        Raises:
            ChangedError: The file is no longer the one that was planned.
            OSError: It cannot be read, or is no regular file.
        """
        if self._held is not None:
            return io.BytesIO(self._held)
        if self._is_array:
            with self._open_bytes() as stream:
                return io.BytesIO(array_as_lines(stream.read()))
        return self._open_bytes()

    def open_at(self, offset: int) -> IO[bytes]:
        """Open the lines at a place, in unpacked bytes."""
        stream = self.open()
        stream.seek(offset)
        return stream

    def _open_bytes(self) -> IO[bytes]:
        self._opened = _open_regular(self.path, self.stat)
        below = io.BufferedReader(self._opened)
        unpacker = _UNPACKERS.get(self.path.suffix.lower())
        return cast(IO[bytes], unpacker(below) if unpacker else below)

    def length(self) -> int:
        """Return how many bytes it holds, unpacked."""
        if self._length is None:
            self._length = self._measure()
        return self._length

    def _measure(self) -> int:
        if self._held is not None:
            return len(self._held)
        if self.stat is not None and not self.is_packed:
            return self.stat.byte_count
        with self.open() as stream:
            return sum(len(part) for part in iter(lambda: stream.read(1 << 20), b""))

    def verify(self, last: bytes, offset: int) -> None:
        """Check, while the file is open, that what was read of it is still what it holds.

        Args:
            last: The last bytes that were read.
            offset: Where they began.

        Raises:
            ChangedError: They are not there any more.
        """
        if self._held is not None or self._opened is None or self._opened.closed:
            return
        now = self._verify_size()
        if now == self.stat:
            return
        if self.is_packed or os.pread(self._opened.fileno(), len(last), offset) != last:
            raise ChangedError(self.path)

    def _verify_size(self) -> Stat | None:
        if self._opened is None or self._opened.closed:
            return self.stat
        now = Stat.from_os(os.fstat(self._opened.fileno()))
        if self.stat is not None and not self.stat.may_grow_into(now):
            raise ChangedError(self.path)
        return now


def read_document(path: Path) -> tuple[bytes, Stat]:
    """Return all of a document's bytes, unpacked, and what it was when they were read.

    Raises:
        OSError: It cannot be read, is no regular file, or changed meanwhile.
    """
    content = FileContent(path)
    with content._open_bytes() as stream:
        opened = content._opened
        before = Stat.from_os(os.fstat(opened.fileno())) if opened else UNREAD
        data = stream.read()
        if opened and Stat.from_os(os.fstat(opened.fileno())) != before:
            raise ChangedError(path)
    return data, before


class _Regular(io.FileIO):
    """A regular file, read up to the size it had when it was planned."""

    def __init__(self, descriptor: int, limit: int) -> None:
        super().__init__(descriptor, "rb", closefd=True)
        self._limit = limit

    def readinto(self, buffer: Buffer) -> int:
        """Fill a buffer, not beyond the limit."""
        view = memoryview(buffer)
        room = max(0, self._limit - self.tell())
        return super().readinto(view[:room]) or 0 if room else 0

    def readall(self) -> bytes:
        """Read what is left up to the limit."""
        parts = []
        while part := self.read(max(0, self._limit - self.tell())):
            parts.append(part)
        return b"".join(parts)


def _open_regular(path: Path, planned: Stat | None) -> _Regular:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        found = os.fstat(descriptor)
        if not modes.S_ISREG(found.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        if planned is not None and not planned.may_grow_into(Stat.from_os(found)):
            raise ChangedError(path)
        return _Regular(descriptor, planned.byte_count if planned else found.st_size)
    except BaseException:
        os.close(descriptor)
        raise


class _Gzip(gzip.GzipFile):
    def __init__(self, below: IO[bytes]) -> None:
        self._below = below
        super().__init__(fileobj=below, mode="rb")

    def close(self) -> None:
        super().close()
        self._below.close()


class _Bz2(bz2.BZ2File):
    def __init__(self, below: IO[bytes]) -> None:
        self._below = below
        super().__init__(below, "rb")

    def close(self) -> None:
        super().close()
        self._below.close()


class _Xz(lzma.LZMAFile):
    def __init__(self, below: IO[bytes]) -> None:
        self._below = below
        super().__init__(below, "rb")

    def close(self) -> None:
        super().close()
        self._below.close()


_UNPACKERS: Final = {".gz": _Gzip, ".bz2": _Bz2, ".xz": _Xz}
