"""The spool: clean lines of many files in one temporary file that DuckDB scans once.

The lines stand there as they stood in their files, one after the other: which file a line is of
and its number there follow from its place, which the scan counts. What DuckDB's reader cannot
take (NUL, bytes that are no UTF-8, over-long lines) is set aside here, and leaves its place empty.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Final

from tars_bench.ingest.feed import MAX_LINE_BYTES, Feed
from tars_bench.shared.errors import TarsBenchError

NULL: Final = b"\x1e"
"""What the reader takes for null: it stands for a line set aside, and in no other."""
DELIMITER: Final = b"\x1f"
"""What would stand between two columns, which no line in the spool holds."""
_FIRST_LINE: Final = b"-\n"
"""The spool's line 0, of no file: the reader takes a byte order mark off the first line."""
_EMPTY_LINE: Final = b" "
"""What stands for a line without any byte, which the reader would not count."""
BATCH_BYTES: Final = 128 * 1024 * 1024
"""How much is spooled before it is scanned."""
_REJECT_BYTES: Final = 512
"""What a line set aside counts for: its row takes that much, however short the line."""


@dataclass
class Segment:
    """A file whose lines are in the spool.

    Args:
        file_id: The content they belong to.
        offset: What a line's place in the spool exceeds its number in the file by.
        loaded_before: Lines up to this one were loaded with another content.
        line_count: How many there are, those set aside among them.
        first_place: The place of the first of them in the spool.
    """

    file_id: str
    first_place: int
    offset: int
    loaded_before: int = 0
    line_count: int = 0


class Spool:
    """Lines waiting for their scan. A context manager: its files go with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.line_count = 0
        self.byte_count = 0
        self.segments: list[Segment] = []
        self.reject_count = 0
        self.rejects_path = path.with_suffix(".rejects")
        self._begun = (0, 0, 0, 0, 0)
        self._file = path.open("wb")
        self._rejects = self.rejects_path.open("wb")
        self.clear()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file, path in ((self._file, self.path), (self._rejects, self.rejects_path)):
            file.close()
            path.unlink(missing_ok=True)

    @property
    def is_full(self) -> bool:
        """Say whether it is time for a scan."""
        return self.byte_count >= BATCH_BYTES

    def clear(self) -> None:
        """Forget everything."""
        for file in (self._file, self._rejects):
            file.seek(0)
            file.truncate()
        self.line_count = self.byte_count = self.reject_count = 0
        self.segments = []
        self._file.write(_FIRST_LINE)

    def flush(self) -> None:
        """Let a reader see everything added so far."""
        self._file.flush()
        self._rejects.flush()

    def rewrite(self, change: Callable[[bytes], bytes]) -> None:
        """Change lines one by one; there are as many after it."""
        self.flush()
        lines = self.path.read_bytes().split(b"\n")
        self._file.seek(0)
        self._file.truncate()
        self._put(b"\n".join(map(change, lines)), self._file)
        self.flush()

    def begin(self, file_id: str, first_line_number: int, loaded_before: int = 0) -> None:
        """Say whose lines come next, the number of the first, and of the last to leave out."""
        place = self.line_count + 1
        offset = place - first_line_number
        self.segments.append(Segment(file_id, place, offset, loaded_before))
        self._begun = (
            self._file.tell(),
            self._rejects.tell(),
            self.line_count,
            self.byte_count,
            self.reject_count,
        )

    def abandon(self) -> None:
        """Forget the lines of the last file that was begun."""
        at, rejects_at, self.line_count, self.byte_count, self.reject_count = self._begun
        for file, place in ((self._file, at), (self._rejects, rejects_at)):
            file.seek(place)
            file.truncate()
        self.segments.pop()

    def add_lines(self, lines: bytes, feed: Feed) -> int:
        """Add whole lines, each with its end; return how many."""
        body = lines.replace(b"\r\n", b"\n") if b"\r" in lines else lines
        if _is_clean(body):
            self._put(body, self._file)
            return self._count(body.count(b"\n"))
        parts = body.split(b"\n")[:-1]
        for line in parts:
            self._add_suspect(line, feed)
        return len(parts)

    def add_reject(self, byte_length: int, sha256: str, rule: str) -> None:
        """Set a line aside, without its text."""
        row = (len(self.segments) - 1, self.line_count + 1, byte_length, sha256, rule)
        self._put("{},{},{},{},{}\n".format(*row).encode(), self._rejects)
        self._put(NULL + b"\n", self._file)
        self.byte_count += _REJECT_BYTES
        self.reject_count += 1
        self._count(1)

    def _count(self, count: int) -> int:
        self.line_count += count
        self.segments[-1].line_count += count
        return count

    def _put(self, data: bytes, file: IO[bytes]) -> None:
        try:
            file.write(data)
        except OSError as error:
            raise TarsBenchError(
                f"{self.path} cannot be written: {error.strerror}",
                "loading needs about 300 MB of room for temporary files (TMPDIR says where)",
            ) from error
        self.byte_count += len(data)

    def _add_suspect(self, line: bytes, feed: Feed) -> None:
        rule = _fault(line, feed)
        if rule is None:
            self._put((line.replace(b"\r", b" ") or _EMPTY_LINE) + b"\n", self._file)
            self._count(1)
            return
        self.add_reject(len(line), hashlib.sha256(line).hexdigest(), rule)


def _is_clean(body: bytes) -> bool:
    if any(part in body for part in (b"\0", b"\r", NULL, DELIMITER, b"\n\n")):
        return False
    if body.startswith(b"\n"):
        return False
    if len(body) > MAX_LINE_BYTES and max(map(len, body.split(b"\n"))) > MAX_LINE_BYTES:
        return False
    return _is_utf8(body)


def _is_utf8(body: bytes) -> bool:
    if body.isascii():
        return True
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _fault(line: bytes, feed: Feed) -> str | None:
    if len(line) > MAX_LINE_BYTES:
        return "line_too_long"
    if b"\0" in line:
        return "nul_byte"
    if not _is_utf8(line):
        return "invalid_utf8"
    if NULL in line or DELIMITER in line or not _is_break_harmless(line, feed):
        return feed.control_rule
    return None


def _is_break_harmless(line: bytes, feed: Feed) -> bool:
    """Say whether a carriage return within a line is mere space between tokens of JSON."""
    if b"\r" not in line or not line.strip():
        return True
    if feed.control_rule != "not_json":
        return False
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True
