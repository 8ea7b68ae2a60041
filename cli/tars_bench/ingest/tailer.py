"""Reading a file's new bytes into the spool, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Final

from tars_bench.ingest.content import BOM, CHUNK_BYTES, ContentHasher
from tars_bench.ingest.feed import MAX_LINE_BYTES, Feed
from tars_bench.ingest.opening import READ_ERRORS, ChangedError
from tars_bench.ingest.spool import Spool

_SEAM_BYTES: Final = 64 * 1024
"""So many of the last bytes read are looked at again before they count."""


@dataclass
class Tail:
    """How far a file was read.

    Args:
        hasher: The digests of what was loaded, this load's part last.
        line_count: Lines loaded in all.
        is_last_line_open: Whether its line end is still to come.
        pending_byte_count: Bytes of a half last line, left for next time.
        error: Why reading stopped early; empty if it did not.
        last_read: The last bytes that were read, and where they began.
    """

    hasher: ContentHasher
    line_count: int = 0
    is_last_line_open: bool = False
    pending_byte_count: int = 0
    error: str = ""
    last_read: tuple[bytes, int] = (b"", 0)


class Tailer:
    """Moves whole lines from a stream to the spool."""

    def __init__(
        self,
        feed: Feed,
        spool: Spool,
        tail: Tail,
        on_chunk: Callable[[], None],
        verify: Callable[[bytes, int], None] = lambda last, offset: None,
    ) -> None:
        self._verify = verify
        self._feed = feed
        self._spool = spool
        self._tail = tail
        self._on_chunk = on_chunk

    def read(self, stream: IO[bytes]) -> None:
        """Read to the end, or to where reading fails (noted in the tail)."""
        try:
            self._read(stream)
        except ChangedError:
            raise
        except READ_ERRORS as error:
            self._tail.error = str(error) or type(error).__name__

    def _read(self, stream: IO[bytes]) -> None:
        carry = self._open_end(stream)
        while data := stream.read(CHUNK_BYTES):
            self._verify(*self._tail.last_read)
            self._tail.last_read = (data[-_SEAM_BYTES:], stream.tell() - len(data[-_SEAM_BYTES:]))
            carry = self._take_lines(carry + data)
            if len(carry) > MAX_LINE_BYTES:
                carry = self._skip_long_line(carry, stream)
        self._finish(carry)

    def _open_end(self, stream: IO[bytes]) -> bytes:
        """Take the line end that an open last line was waiting for."""
        if not self._tail.is_last_line_open:
            return b""
        first = stream.read(1)
        if first == b"\r":
            first += stream.read(1)
        if first not in (b"\n", b"\r\n"):
            return first
        self._tail.hasher.update(first)
        self._tail.is_last_line_open = False
        return b""

    def _take_lines(self, buffer: bytes) -> bytes:
        """Spool the whole lines of a buffer; return what is left."""
        cut = buffer.rfind(b"\n") + 1
        if cut:
            whole = buffer[:cut]
            self._accept(whole, whole)
            self._on_chunk()
        return buffer[cut:]

    def _accept(self, raw: bytes, lines: bytes) -> None:
        """Spool lines, and take the bytes they were written as for loaded."""
        if self._tail.hasher.byte_count == 0:
            lines = lines.removeprefix(BOM)
        self._tail.line_count += self._spool.add_lines(lines, self._feed)
        self._tail.hasher.update(raw)

    def _skip_long_line(self, carry: bytes, stream: IO[bytes]) -> bytes:
        """Set an over-long line aside without holding it; return what follows it."""
        hasher = self._tail.hasher.copy()
        hasher.update(carry)
        digest, length = hashlib.sha256(carry), len(carry)
        while part := stream.readline(CHUNK_BYTES):
            body = part.rstrip(b"\r\n") if part.endswith(b"\n") else part
            digest.update(body)
            length += len(body)
            hasher.update(part)
            if part.endswith(b"\n"):
                self._reject_long_line(hasher, length, digest.hexdigest())
                return b""
        self._tail.pending_byte_count = length
        return b""

    def _reject_long_line(self, hasher: ContentHasher, length: int, sha256: str) -> None:
        self._spool.add_reject(length, sha256, "line_too_long")
        self._tail.hasher = hasher
        self._tail.line_count += 1

    def _finish(self, carry: bytes) -> None:
        """Take a whole record without a line end; leave half a line for next time."""
        if not carry:
            return
        line = carry.rstrip(b"\r")
        if len(line) <= MAX_LINE_BYTES and self._feed.is_whole_record(line.removeprefix(BOM)):
            self._accept(line, line + b"\n")
            self._tail.is_last_line_open = True
            self._tail.pending_byte_count = len(carry) - len(line)
        else:
            self._tail.pending_byte_count = len(carry)
