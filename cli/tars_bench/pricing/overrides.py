"""`price_overrides.csv`: aliases and contract prices, checked before anything uses them."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from tars_bench.pricing.rates import CHARGES, SPEEDS
from tars_bench.shared.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

COLUMNS = (
    "override_kind",
    "model_id",
    "priced_as_model_id",
    "token_class",
    "min_prompt_tokens",
    "usd_per_million_tokens",
    "valid_from",
    "valid_to",
    "note",
)
"""The header of the file."""

LATER_COLUMNS = ("speed", "service_tier")
"""Columns a file may lack, for it may be older than they are."""

_HEADERS = [
    sorted((*COLUMNS, *later)) for size in range(3) for later in combinations(LATER_COLUMNS, size)
]
_HINT = "docs/prices.md explains every column of price_overrides.csv"
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?")
_PRICE = re.compile(r"\d{1,9}(\.\d{1,9})?")
_TOKENS = re.compile(r"\d{1,15}")
_TIER = re.compile(r"[a-z0-9_-]{1,40}")
_EARLIEST = datetime.min
_LATEST = datetime.max


@dataclass(frozen=True)
class Override:
    """One line of the file: an alias, or a price that stands in for the book's.

    Args:
        line_number: The line in the file, counted from 1, the header being line 1.
        speed: The serving speed a price is for.
        service_tier: The provider's tier a price is for.
        valid_from: First moment (UTC) it holds; None since ever.
        valid_to: First moment (UTC) it no longer holds; None while it lasts.

    """

    line_number: int
    override_kind: str
    model_id: str
    priced_as_model_id: str
    speed: str
    service_tier: str
    token_class: str
    min_prompt_tokens: int
    usd_per_million_tokens: Decimal | None
    valid_from: datetime | None
    valid_to: datetime | None

    @property
    def period(self) -> tuple[datetime, datetime]:
        """The validity as two moments that can be compared."""
        return self.valid_from or _EARLIEST, self.valid_to or _LATEST


class _Line:
    """A line being read; every complaint names the file and the line."""

    def __init__(self, path: Path, line_number: int, cells: dict[str, str]) -> None:
        self.path = path
        self.line_number = line_number
        self.cells = cells

    def error(self, message: str) -> UsageError:
        return UsageError(f"{self.path}, line {self.line_number}: {message}", _HINT)

    def require_empty(self, *columns: str) -> None:
        for column in columns:
            if self.cells[column]:
                raise self.error(f"{column} must be empty on a line of this kind")

    def require(self, column: str) -> str:
        if not self.cells[column]:
            raise self.error(f"{column} is missing")
        return self.cells[column]

    def moment(self, column: str) -> datetime | None:
        text = self.cells[column]
        if not text:
            return None
        try:
            if _MOMENT.fullmatch(text):
                return datetime.fromisoformat(text)
        except ValueError:
            pass
        raise self.error(f"{column} {text!r} is no date (YYYY-MM-DD, or with HH:MM:SS, in UTC)")

    def price(self) -> Decimal:
        text = self.require("usd_per_million_tokens")
        if text.startswith("-"):
            raise self.error(f"usd_per_million_tokens {text!r} is negative")
        if not _PRICE.fullmatch(text):
            raise self.error(
                f"usd_per_million_tokens {text!r} is no price in dollars "
                "(at most 9 digits before and after the point)"
            )
        return Decimal(text)

    def tokens(self) -> int:
        text = self.cells["min_prompt_tokens"] or "0"
        if not _TOKENS.fullmatch(text):
            raise self.error(f"min_prompt_tokens {text!r} is no whole number of tokens")
        return int(text)

    def token_class(self) -> str:
        text = self.require("token_class")
        if text not in CHARGES:
            raise self.error(f"token_class {text!r} is none of {', '.join(CHARGES)}")
        return text

    def speed(self) -> str:
        text = self.cells["speed"] or SPEEDS[0]
        if text not in SPEEDS:
            raise self.error(f"speed {text!r} is none of {', '.join(SPEEDS)}")
        return text

    def service_tier(self) -> str:
        text = self.cells["service_tier"] or "standard"
        if not _TIER.fullmatch(text):
            raise self.error(f"service_tier {text!r} is no tier as logs name it, such as batch")
        return text


def read_overrides(path: Path) -> tuple[Override, ...]:
    """Read and check the file; a missing file is an empty one.

    Raises:
        UsageError: Naming file and line, for the first line that cannot be used.

    """
    if not path.exists():
        return ()
    lines = _read_lines(path)
    overrides = tuple(_parse(line) for line in lines)
    by_number = {line.line_number: line for line in lines}
    _check_aliases(overrides, by_number)
    _check_prices(overrides, by_number)
    return overrides


def _read_lines(path: Path) -> list[_Line]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = tuple(next(reader, ()))
            if sorted(header) not in _HEADERS:
                known = ",".join((*COLUMNS, *LATER_COLUMNS))
                raise UsageError(f"{path}, line 1: the header must be {known}", _HINT)
            return [_line(path, reader.line_num, header, cells) for cells in reader if cells]
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 text (byte {error.start})", _HINT) from error
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}", _HINT) from error
    except OSError as error:
        raise UsageError(f"{path}: cannot be read ({error.strerror})", _HINT) from error


def _line(path: Path, line_number: int, header: Sequence[str], cells: list[str]) -> _Line:
    line = _Line(path, line_number, {})
    if len(cells) != len(header):
        raise line.error(f"{len(cells)} columns instead of {len(header)}")
    line.cells = dict.fromkeys(LATER_COLUMNS, "")
    line.cells |= {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    return line


def _parse(line: _Line) -> Override:
    kind = line.require("override_kind")
    if kind not in ("alias", "price"):
        raise line.error(f"override_kind {kind!r} is neither alias nor price")
    parsed = _parse_alias(line) if kind == "alias" else _parse_price(line)
    begin, end = parsed.period
    if begin >= end:
        raise line.error("valid_to is not after valid_from")
    return parsed


def _parse_alias(line: _Line) -> Override:
    line.require_empty(
        "speed", "service_tier", "token_class", "min_prompt_tokens", "usd_per_million_tokens"
    )
    model_id, target = line.require("model_id"), line.require("priced_as_model_id")
    if model_id == target:
        raise line.error(f"{model_id!r} is an alias of itself")
    return Override(
        line_number=line.line_number,
        override_kind="alias",
        model_id=model_id,
        priced_as_model_id=target,
        speed="",
        service_tier="",
        token_class="",
        min_prompt_tokens=0,
        usd_per_million_tokens=None,
        valid_from=line.moment("valid_from"),
        valid_to=line.moment("valid_to"),
    )


def _parse_price(line: _Line) -> Override:
    line.require_empty("priced_as_model_id")
    return Override(
        line_number=line.line_number,
        override_kind="price",
        model_id=line.require("model_id"),
        priced_as_model_id="",
        speed=line.speed(),
        service_tier=line.service_tier(),
        token_class=line.token_class(),
        min_prompt_tokens=line.tokens(),
        usd_per_million_tokens=line.price(),
        valid_from=line.moment("valid_from"),
        valid_to=line.moment("valid_to"),
    )


def _check_aliases(overrides: Sequence[Override], lines: dict[int, _Line]) -> None:
    aliases = [override for override in overrides if override.override_kind == "alias"]
    names = {alias.model_id: alias.line_number for alias in aliases}
    for alias in aliases:
        if alias.priced_as_model_id in names:
            raise lines[alias.line_number].error(
                f"{alias.priced_as_model_id!r} is itself an alias "
                f"(line {names[alias.priced_as_model_id]}); name a model"
            )
    for group in _grouped(aliases, lambda alias: (alias.model_id,)):
        _check_overlap(group, lines)


def _check_prices(overrides: Sequence[Override], lines: dict[int, _Line]) -> None:
    """One tier at a time must not overlap itself; tiers of one version share their dates."""
    prices = [override for override in overrides if override.override_kind == "price"]

    def kind(row: Override) -> tuple[object, ...]:
        return row.model_id, row.speed, row.service_tier, row.token_class

    for group in _grouped(prices, lambda row: (*kind(row), row.min_prompt_tokens)):
        _check_overlap(group, lines)
    for version in _grouped(prices, lambda row: (*kind(row), row.period)):
        if all(row.min_prompt_tokens for row in version):
            raise lines[version[0].line_number].error(
                "a tier needs a base price (min_prompt_tokens 0) of the same model, class and dates"
            )


def _grouped(
    rows: Iterable[Override], key: Callable[[Override], tuple[object, ...]]
) -> list[list[Override]]:
    groups: defaultdict[tuple[object, ...], list[Override]] = defaultdict(list)
    for row in rows:
        groups[key(row)].append(row)
    return list(groups.values())


def _check_overlap(rows: list[Override], lines: dict[int, _Line]) -> None:
    ordered = sorted(rows, key=lambda row: (row.period, row.line_number))
    for earlier, later in pairwise(ordered):
        if later.period[0] < earlier.period[1]:
            first, second = sorted((earlier.line_number, later.line_number))
            same = earlier.period == later.period
            what = "says the same thing twice" if same else "overlaps in time"
            raise lines[second].error(f"{what} (see line {first})")
