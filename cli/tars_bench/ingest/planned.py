"""What a load is going to read: one file as it was looked at, and all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tars_bench.ingest.copies import (
    Found,
)
from tars_bench.ingest.ledger import Delivery, FileEntry, PathEntry


@dataclass(frozen=True)
class Reading:
    """A file to be read: from the beginning, or from where its entry ends.

    Args:
        found: The file.
        file_id: The content it belongs to.
        outcome: new, appended or restated.
        entry: What is loaded of it; None to read from the beginning.
        replaced: The content whose rows go first, of a restated file.
        loaded_before: Lines up to this one are loaded with another content.
        detail: What the user should know of it.
    """

    found: Found
    file_id: str
    outcome: str
    entry: FileEntry | None = None
    replaced: FileEntry | None = None
    loaded_before: int = 0
    detail: str | None = None


@dataclass
class Plan:
    """What a feed's load will do."""

    readings: list[Reading] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    paths: list[PathEntry] = field(default_factory=list)
    moves: list[tuple[str, str]] = field(default_factory=list)
    seen_count: int = 0
    unchanged_count: int = 0
    pending: list[tuple[str, int]] = field(default_factory=list)
    copied_counts: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)

    _ids: dict[str, dict[Found, str]] = field(default_factory=lambda: defaultdict(dict))

    def read(self, reading: Reading) -> None:
        """Add a file to be read."""
        self.readings.append(reading)
        self._ids[reading.found.head_sha256][reading.found] = reading.file_id

    def ids_of_head(self, head_sha256: str) -> dict[Found, str]:
        """Return the files to be read that begin with a line, and their identities."""
        return self._ids[head_sha256]

    def forget(self, file_ids: set[str]) -> None:
        """Leave what hangs on contents that could not be read to the next load."""
        self.paths = [entry for entry in self.paths if entry.file_id not in file_ids]
        self.deliveries = [one for one in self.deliveries if one.file_id not in file_ids]
        self.moves = [move for move in self.moves if move[0] not in file_ids]
        for key in [key for key in self.copied_counts if key[0] in file_ids]:
            del self.copied_counts[key]
