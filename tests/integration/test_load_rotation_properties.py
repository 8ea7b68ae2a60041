"""Whatever is done to logs while they are followed, each line is loaded once."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from load_helpers import Place, event, loaded

FILE = "api_responses/day.jsonl"


LOG = "monitoring_logs/app.log"


HEADER = "[2026-02-13T00:00:00Z] STARTED\n"


OPERATION = st.one_of(
    st.tuples(st.just("append"), st.integers(1, 3)),
    st.just(("half", 0)),
    st.just(("rotate", 0)),
    st.just(("copytruncate", 0)),
    st.just(("pack", 0)),
    st.just(("copy", 0)),
    st.just(("load", 0)),
)


SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


class Writer:
    """A program that logs, and what is done to its files; they are never deleted."""

    def __init__(self, place: Place, header: str) -> None:
        self.place = place
        self.header = header
        self.current = place.write(LOG, header)
        self.count = 0
        self.files = 0
        self.is_half = False

    def append(self, lines: int) -> None:
        with self.current.open("a") as stream:
            for _ in range(lines):
                stream.write(self._rest())

    def half(self, _: int) -> None:
        """Write the first half of a line, which may look like a whole one."""
        if not self.is_half:
            with self.current.open("a") as stream:
                stream.write(event(self.count)[:24])
            self.is_half = True

    def _rest(self) -> str:
        text = event(self.count)[24 if self.is_half else 0 :]
        self.is_half = False
        self.count += 1
        return text

    def rotate(self, _: int) -> None:
        self._finish()
        self.current.rename(self._next())
        self.current.write_text(self.header)

    def copytruncate(self, _: int) -> None:
        self._finish()
        shutil.copy(self.current, self._next())
        self.current.write_text(self.header)

    def pack(self, _: int) -> None:
        plain = [path for path in self._rotated() if path.suffix != ".gz"]
        if plain:
            path = plain[0]
            path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
            path.unlink()

    def copy(self, _: int) -> None:
        rotated = self._rotated()
        if rotated:
            self.files += 1
            path = rotated[-1]
            packed = ".gz" if path.suffix == ".gz" else ""
            shutil.copy(path, path.with_name(f"copy.log.{self.files}{packed}"))

    def load(self, _: int) -> None:
        self.place.load()

    def _finish(self) -> None:
        if self.is_half:
            self.append(1)

    def _next(self) -> Path:
        self.files += 1
        return self.current.with_name(f"app.log.{self.files}")

    def _rotated(self) -> list[Path]:
        return sorted(self.current.parent.glob("app.log.*"))


@SETTINGS
@given(header=st.sampled_from(["", HEADER]), operations=st.lists(OPERATION, max_size=14))
@example("", [("half", 0), ("load", 0), ("append", 1), ("rotate", 0), ("load", 0)])
@example(HEADER, [("append", 1), ("load", 0), ("rotate", 0), ("load", 0), ("append", 2)])
def test_whatever_is_done_to_logs_each_line_is_loaded_once(
    header: str, operations: list[tuple[str, int]]
) -> None:
    with TemporaryDirectory() as folder:
        place = Place(Path(folder) / "data", Path(folder) / "w.duckdb")
        writer = Writer(place, header)
        for name, amount in (*operations, ("append", 1), ("load", 0)):
            getattr(writer, name)(amount)
        found = [name for name in loaded(place) if name != "STARTED"]
        assert found == sorted(f"E{number}" for number in range(writer.count))
        assert place.unaccounted() == []
        assert place.load().line_count == 0
