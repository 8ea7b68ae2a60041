from datetime import date, datetime
from decimal import Decimal

import pytest

from tars_bench.reports.words.formatting import (
    Unit,
    digits_to_tell_apart,
    format_limit,
    format_value,
    reads_as_zero,
)


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (Decimal("1060.630071"), Unit.USD, "$1,060.63"),
        (Decimal("0.125"), Unit.USD, "$0.13"),
        (-3.53, Unit.USD, "-$3.53"),
        (0.215051, Unit.USD_FINE, "$0.2151"),
        (152858.889, Unit.MILLISECONDS, "152.86 s"),
        (0.08475265, Unit.RATIO, "8.5%"),
        (-0.415, Unit.RATIO, "-41.5%"),
        (0.25, Unit.POINTS, "+25.0 pp"),
        (-0.002, Unit.POINTS, "-0.2 pp"),
        (850000, Unit.TOKENS, "850,000"),
        (212.0, Unit.COUNT, "212"),
        (242.3, Unit.COUNT, "242.3"),
        (2_083_719.4545, Unit.TOKENS, "2,083,719"),
        (0.95, Unit.SCORE, "0.95"),
        (4.3, Unit.SCORE_OF_FIVE, "4.30 / 5"),
        (510, Unit.MINUTES, "8:30 hours"),
        (1530.5, Unit.MINUTES, "25:31 hours"),
        (11.25, Unit.MULTIPLE, "11.25x"),
        (3, Unit.DAYS, "3 days"),
        (date(2026, 2, 13), Unit.DATE, "2026-02-13"),
        (datetime(2026, 3, 9, 6, 5), Unit.TIMESTAMP, "2026-03-09 06:05 UTC"),
        ("UTC", Unit.TEXT, "UTC"),
    ],
)
def test_a_value_is_written_in_its_unit(value, unit, expected):
    assert format_value(value, unit) == expected


def test_halves_are_rounded_away_from_zero_as_people_do():
    # 0.00125 is 0.125 %; binary rounding of 0.125 to two decimals would give 0.12.
    assert format_value(0.125, Unit.SCORE) == "0.13"
    assert format_value(1.005, Unit.USD) == "$1.01"


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.0003, Unit.USD, "$0.0003"),
        (0.00004, Unit.RATIO, "0.004%"),
        (-0.00004, Unit.POINTS, "-0.004 pp"),
        (0, Unit.USD, "$0.00"),
        (1e-16, Unit.USD, "$0.00"),
        (-1e-16, Unit.USD, "$0.00"),
    ],
)
def test_a_small_value_is_not_shown_as_zero_but_noise_is(value, unit, expected):
    assert format_value(value, unit) == expected


def test_signs_are_shown_on_changes_only():
    assert format_value(0.017, Unit.RATIO, is_signed=True) == "+1.7%"
    assert format_value(0, Unit.RATIO, is_signed=True) == "0.0%"
    assert format_value(0.017, Unit.RATIO) == "1.7%"


def test_a_near_miss_gets_the_decimals_that_show_it():
    assert digits_to_tell_apart(0.327, 0.33, Unit.RATIO) is None
    assert digits_to_tell_apart(0.3296, 0.33, Unit.RATIO) == 2
    assert digits_to_tell_apart(0.32996, 0.33, Unit.RATIO) == 3
    assert digits_to_tell_apart(0.33, 0.33, Unit.RATIO) is None
    assert digits_to_tell_apart(None, 0.33, Unit.RATIO) is None


def test_a_limit_is_written_as_people_state_it():
    assert format_limit(0.24, Unit.RATIO) == "24%"
    assert format_limit(0.125, Unit.RATIO) == "12.5%"
    assert format_limit(155, Unit.USD) == "$155"
    assert format_limit(154.8, Unit.USD) == "$154.80"


def test_a_change_reads_as_zero_when_its_usual_decimals_are_zeros():
    assert reads_as_zero(0.0004, Unit.RATIO)
    assert not reads_as_zero(0.0005, Unit.RATIO)
    assert not reads_as_zero(-0.01, Unit.USD)
