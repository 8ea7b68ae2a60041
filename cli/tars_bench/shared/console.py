"""What the command says: data on stdout, narration on stderr, nothing anywhere else."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from tars_bench.shared.errors import TarsBenchError
from tars_bench.shared.exit_codes import ExitCode
from tars_bench.shared.text import printable


@dataclass
class Settings:
    """How much is said: the two switches every command takes."""

    quiet: bool = False
    debug: bool = False


settings = Settings()


@dataclass
class Step:
    """A step under way; its ``summary`` is what its line will say when it is done."""

    summary: str = ""


def narrate(line: str) -> None:
    """Say what is going on, on stderr; ``--quiet`` silences it. Escapes what is not printable."""
    if not settings.quiet:
        _write_stderr(line)


class Chatter:
    """Says a line on a terminal while something takes long, not more often than it helps.

    Quick steps say one line at their end; a slow one shows that it is alive to who looks.
    """

    def __init__(self, quiet_seconds: float = 5.0) -> None:
        self._quiet_seconds = quiet_seconds
        self._spoke_at = monotonic()

    def __call__(self, line: str) -> None:
        """Say the line, or keep it to oneself."""
        if monotonic() - self._spoke_at >= self._quiet_seconds and sys.stderr.isatty():
            narrate(f"  {line}")
            self._spoke_at = monotonic()


class Bar:
    """One line on a terminal, drawn over itself: "build [#####     ] 120 of 340".

    Silent where nobody looks; gone when it ends.
    """

    _WIDTH = 30

    def __init__(self, name: str) -> None:
        self._name = name
        self._is_shown = sys.stderr.isatty() and not settings.quiet

    def __enter__(self) -> "Bar":
        """Begin; nothing is drawn yet."""
        return self

    def __call__(self, done: int, total: int) -> None:
        """Draw how far it is."""
        if self._is_shown:
            full = self._WIDTH * done // max(total, 1)
            bar = "#" * full + " " * (self._WIDTH - full)
            self._draw(f"{self._name} [{bar}] {done} of {total}")

    def __exit__(self, *_: object) -> None:
        """Wipe it away."""
        if self._is_shown:
            self._draw("")

    def _draw(self, text: str) -> None:
        try:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()
        except BrokenPipeError:
            self._is_shown = False


def complain(message: str, hint: str = "") -> None:
    """Say what went wrong and what to do, on stderr, whatever the settings."""
    _write_stderr(f"error: {message}")
    if hint:
        _write_stderr(f"hint: {hint}")


def write(text: str) -> None:
    """Put data on stdout, as it is, ended by one line break.

    Raises:
        SystemExit: The reader is gone (``| head``); nothing is said about it.
    """
    with _reader_may_leave():
        sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def flush() -> None:
    """Hand over what was written, before the interpreter ends.

    Raises:
        SystemExit: The reader is gone.
    """
    with _reader_may_leave():
        sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """Put data that is no text on stdout, as it is.

    Raises:
        SystemExit: The reader is gone.
    """
    with _reader_may_leave():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)


def write_file(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all: a reader never finds half of it.

    Raises:
        TarsBenchError: It cannot be written; what was there is untouched.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise TarsBenchError(f"{path} cannot be written: {error.strerror}") from error


@contextmanager
def step(name: str) -> Iterator[Step]:
    """Time a step and say one line about it when it has succeeded."""
    started = monotonic()
    doing = Step()
    yield doing
    narrate(f"{name:<9}{seconds(monotonic() - started):>8}   {doing.summary}".rstrip())


def seconds(duration: float) -> str:
    """Return a duration for reading: ``0.42 s``, ``12.3 s``, ``4 min 05 s``."""
    if duration < 1:
        return f"{duration:.2f} s"
    if duration < 60:
        return f"{duration:.1f} s"
    return f"{int(duration // 60)} min {int(duration % 60):02d} s"


def count(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is one: ``1 file``, ``1,204 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _write_stderr(text: str) -> None:
    try:
        sys.stderr.write("\n".join(printable(line) for line in text.split("\n")) + "\n")
        sys.stderr.flush()
    except BrokenPipeError:
        settings.quiet = True


@contextmanager
def _reader_may_leave() -> Iterator[None]:
    """End quietly when nobody reads any more, the way every filter does."""
    try:
        yield
    except BrokenPipeError:
        # The interpreter's own last flush must find a stream that takes it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(ExitCode.OUTPUT_CLOSED) from None
