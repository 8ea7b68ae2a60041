"""What a load did, as the caller shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

_QUIET_OUTCOMES: Final = frozenset({"seen", "unchanged", "missing", "unreadable", "skipped"})
"""What may become of a file without anything new in it."""


@dataclass(frozen=True)
class Problem:
    """Something the user should know of: a file or folder, and what is wrong with it.

    ``is_error`` says that something which should have been read could not be.
    """

    source_system: str
    path: str
    message: str
    is_error: bool = False


@dataclass(frozen=True)
class FeedResult:
    """One kind of file of one source.

    Args:
        source_system: The source's type.
        table: The raw table its lines go to.
        path: The source's root.
        file_counts: Files by what became of them: seen, unchanged, new, appended, duplicate,
            restated, missing, unreadable.
        kept_count: Lines that are rows now.
        dropped_counts: Lines left out on purpose, by rule.
        quarantined_counts: Lines set aside, by rule.
        problems: What the user should know of.
        repeated_count: Lines of copies of what is loaded.
    """

    source_system: str
    table: str
    path: str
    file_counts: Mapping[str, int]
    kept_count: int = 0
    dropped_counts: Mapping[str, int] = field(default_factory=dict)
    quarantined_counts: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    repeated_count: int = 0

    @property
    def dropped_count(self) -> int:
        """Lines left out on purpose."""
        return sum(self.dropped_counts.values())

    @property
    def quarantined_count(self) -> int:
        """Lines set aside."""
        return sum(self.quarantined_counts.values())

    @property
    def line_count(self) -> int:
        """Lines read in this load."""
        return self.kept_count + self.dropped_count + self.quarantined_count + self.repeated_count


@dataclass(frozen=True)
class LoadResult:
    """One load: its number, and what each feed brought."""

    load_id: int
    feeds: tuple[FeedResult, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every feed."""
        return tuple(problem for feed in self.feeds for problem in feed.problems)

    @property
    def line_count(self) -> int:
        """Lines read in this load."""
        return sum(feed.line_count for feed in self.feeds)

    @property
    def is_news(self) -> bool:
        """Whether anything was found that had not been seen."""
        return self.line_count > 0 or any(
            number and outcome not in _QUIET_OUTCOMES
            for feed in self.feeds
            for outcome, number in feed.file_counts.items()
        )

    @property
    def unreadable_count(self) -> int:
        """Files that could not be read."""
        return sum(feed.file_counts.get("unreadable", 0) for feed in self.feeds)

    @property
    def kept_count(self) -> int:
        """Lines that are rows now."""
        return sum(feed.kept_count for feed in self.feeds)

    @property
    def dropped_count(self) -> int:
        """Lines left out on purpose."""
        return sum(feed.dropped_count for feed in self.feeds)

    @property
    def repeated_count(self) -> int:
        """Lines of copies of what is loaded."""
        return sum(feed.repeated_count for feed in self.feeds)

    @property
    def quarantined_count(self) -> int:
        """Lines set aside; not 0 is exit code INPUT_QUARANTINED."""
        return sum(feed.quarantined_count for feed in self.feeds)
