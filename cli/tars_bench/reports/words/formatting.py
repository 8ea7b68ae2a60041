"""The one place where figures are rounded and become text.

A value that is not zero is not shown as zero: decimals are added, up to six, until it shows.
"""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

Value = Decimal | float | int | str | date | datetime | None

_MAX_DIGITS = 9
_MAX_DIGITS_TO_SHOW = 6


class Unit(StrEnum):
    """What a value is, and with it how it is written."""

    TEXT = "text"
    USD = "usd"
    """Dollars, two decimals."""
    USD_WHOLE = "usd_whole"
    """Dollars inside a sentence: none of the cents from ten dollars on."""
    USD_FINE = "usd_fine"
    """Dollars of one call or one task, four decimals."""
    MILLISECONDS = "ms"
    """Milliseconds, written as seconds with two decimals."""
    RATIO = "ratio"
    """A share of one, written as per cent with one decimal."""
    POINTS = "points"
    """A difference of two shares of one, written as percentage points."""
    NUMBER = "number"
    """A plain number of as many decimals as asked for."""
    COUNT = "count"
    TOKENS = "tokens"
    SCORE = "score"
    """A score on a scale of its own, two decimals."""
    SCORE_OF_FIVE = "score_of_5"
    MINUTES = "minutes"
    """Minutes, written as hours and minutes."""
    MULTIPLE = "multiple"
    """How many times as much."""
    DAYS = "days"
    DATE = "date"
    TIMESTAMP = "timestamp"


_DIGITS = {
    Unit.USD: 2,
    Unit.USD_FINE: 4,
    Unit.MILLISECONDS: 2,
    Unit.RATIO: 1,
    Unit.POINTS: 1,
    Unit.SCORE: 2,
    Unit.SCORE_OF_FIVE: 2,
    Unit.MULTIPLE: 2,
}
_SCALE = {
    Unit.MILLISECONDS: Decimal("0.001"),
    Unit.RATIO: Decimal(100),
    Unit.POINTS: Decimal(100),
}
_PREFIX = {Unit.USD: "$", Unit.USD_FINE: "$", Unit.USD_WHOLE: "$"}
_SUFFIX = {
    Unit.MILLISECONDS: " s",
    Unit.RATIO: "%",
    Unit.POINTS: " pp",
    Unit.SCORE_OF_FIVE: " / 5",
    Unit.MULTIPLE: "x",
    Unit.DAYS: " days",
}
_COUNTS = (Unit.COUNT, Unit.TOKENS)
_WHOLE_FROM = 10
"""Inside a sentence dollars and per cent of ten and more are written without decimals."""


def format_value(
    value: Value, unit: Unit, digits: int | None = None, *, is_signed: bool = False
) -> str:
    """Write a value in its unit.

    Args:
        value: The unrounded value; not None.
        unit: Its unit.
        digits: Decimals instead of the unit's own.
        is_signed: Whether positive values get a plus sign; percentage points always do.
    """
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) or value is None:
        return value or ""
    exact = _exact(value)
    if unit is Unit.MINUTES:
        return _hours_and_minutes(exact)
    return _number_text(exact, unit, digits, is_signed=is_signed or unit is Unit.POINTS)


def format_span(low: Decimal | float | int, high: Decimal | float | int, unit: Unit) -> str:
    """Write two figures without sign as a span: "16–31%", "4.2–9.8%"."""
    ends = [_scaled(_exact(end), unit) for end in (low, high)]
    are_whole = min(ends) >= _WHOLE_FROM and _rounded(ends[0], 0) != _rounded(ends[1], 0)
    first, last = (format_value(end, unit, 0 if are_whole else None) for end in (low, high))
    return last if first == last else f"{first.removesuffix(_SUFFIX.get(unit, ''))}–{last}"


def format_limit(value: Decimal | float | int, unit: Unit) -> str:
    """Write a threshold or target as people state it: "24%", "$155", "4.5 s"."""
    scaled = _scaled(_exact(value), unit)
    is_whole = scaled == scaled.to_integral_value()
    return format_value(value, unit, 0 if is_whole else None)


def reads_as_zero(value: Decimal | float | int, unit: Unit) -> bool:
    """Return whether a value is zero at the unit's usual decimals."""
    scaled = _scaled(_exact(value), unit)
    return _rounded(scaled, _usual_digits(scaled, unit)) == 0


def digits_to_tell_apart(value: Value, other: Value, unit: Unit) -> int | None:
    """Return the decimals that keep two different values different, or None for the usual ones."""
    if not isinstance(value, Decimal | float | int) or not isinstance(other, Decimal | float | int):
        return None
    first, second = _scaled(_exact(value), unit), _scaled(_exact(other), unit)
    usual = _usual_digits(first, unit)
    if first == second or _rounded(first, usual) != _rounded(second, usual):
        return None
    for digits in range(usual + 1, _MAX_DIGITS + 1):
        if _rounded(first, digits) != _rounded(second, digits):
            return digits
    return _MAX_DIGITS


def _exact(value: Decimal | float | int) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _scaled(value: Decimal, unit: Unit) -> Decimal:
    return value * _SCALE.get(unit, Decimal(1))


def _rounded(value: Decimal, digits: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def _usual_digits(scaled: Decimal, unit: Unit) -> int:
    if unit is Unit.USD_WHOLE:
        return 0 if abs(scaled) >= _WHOLE_FROM else 2
    if unit in _COUNTS:
        is_whole = scaled == scaled.to_integral_value()
        return 0 if is_whole or abs(scaled) >= 1000 else 1
    return _DIGITS.get(unit, 0)


def _digits_that_show(scaled: Decimal, digits: int) -> int:
    """Return more decimals for a value that would read as zero; the usual ones for noise."""
    tries = range(digits, max(digits, _MAX_DIGITS_TO_SHOW) + 1)
    return next((count for count in tries if _rounded(scaled, count) != 0), digits)


def _number_text(value: Decimal, unit: Unit, digits: int | None, *, is_signed: bool) -> str:
    scaled = _scaled(value, unit)
    wanted = _usual_digits(scaled, unit) if digits is None else digits
    rounded = _rounded(scaled, _digits_that_show(scaled, wanted))
    sign = "-" if rounded < 0 else "+" if is_signed and rounded > 0 else ""
    return f"{sign}{_PREFIX.get(unit, '')}{abs(rounded):,f}{_SUFFIX.get(unit, '')}"


def _hours_and_minutes(minutes: Decimal) -> str:
    whole = int(_rounded(minutes, 0))
    return f"{whole // 60}:{whole % 60:02d} hours"
