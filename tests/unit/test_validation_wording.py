"""Figures and thresholds in words; positions with strict and inclusive bounds."""

from dataclasses import replace

import pytest

from tars_bench.validation.model import Condition, Evidence, Position, Status, worst
from tars_bench.validation.wording import (
    condition_sentence,
    expectation_sentence,
    position,
    threshold_text,
    value_text,
    verdict,
)


def condition(
    low: float | None = None,
    high: float | None = None,
    *,
    low_inclusive: bool = True,
    high_inclusive: bool = True,
    unit: str = "ratio",
    text: str = "error rate",
) -> Condition:
    return Condition(
        line_id="line",
        condition_order=1,
        kind="checklist",
        line_order=1,
        line_text="A line",
        condition_text=text,
        metric_id="error_rate",
        measure="value",
        min_threshold=low,
        min_inclusive=low_inclusive,
        max_threshold=high,
        max_inclusive=high_inclusive,
        unit=unit,
        better_beyond=None,
    )


@pytest.mark.parametrize(
    ("value", "unit", "against", "expected"),
    [
        (149.1, "usd", (155.0, 181.0), "$149.10"),
        (-3.5, "usd", (), "-$3.50"),
        (1306.8, "usd", (), "$1,306.80"),
        (0.415, "ratio", (0.3, 0.4), "41.5%"),
        (0.3296, "ratio", (0.33,), "32.96%"),  # not 33.0 %
        (0.32999999, "ratio", (0.33,), "32.999999%"),
        (0.0200001, "ratio", (0.02,), "2.00001%"),
        (0.33, "ratio", (0.33,), "33.0%"),
        (3.999, "score", (4.0,), "3.999"),
        (0.4, "count", (0.0,), "0.4"),
        (112500, "tokens", (0.0,), "112,500 tokens"),
        (3, "days", (3.0,), "3 days"),
        (152858.889, "ms", (), "152,858.9 ms"),
        (1.0, "flag", (1.0,), "yes"),
        (0.0, "flag", (1.0,), "no"),
        (2.5, "widgets", (), "2.50 widgets"),
    ],
)
def test_rounding_never_hides_the_distance_to_a_threshold(
    value: float, unit: str, against: tuple[float | None, ...], expected: str
) -> None:
    assert value_text(value, unit, against) == expected


@pytest.mark.parametrize(
    ("checked", "expected"),
    [
        (condition(0.24), "≥ 24%"),
        (condition(4.0, low_inclusive=False, unit="score"), "> 4"),
        (condition(high=0.02, high_inclusive=False), "< 2%"),
        (condition(high=0.02), "≤ 2%"),
        (condition(155, 181, unit="usd"), "$155–$181"),
        (condition(0.45, 0.5), "45–50%"),
        (condition(0.45, 0.5, high_inclusive=False), "45–50% (upper end excluded)"),
        (condition(1, unit="flag"), "yes"),
        (condition(0.29, unit="ratio"), "≥ 29%"),  # 0.29 * 100 is 28.999999999999996
    ],
)
def test_thresholds_as_a_reader_writes_them(checked: Condition, expected: str) -> None:
    assert threshold_text(checked) == expected


@pytest.mark.parametrize(
    ("value", "low_inclusive", "high_inclusive", "expected"),
    [
        (154.99, True, True, Position.BELOW),
        (155, True, True, Position.WITHIN),
        (155, False, True, Position.BELOW),
        (160, False, False, Position.WITHIN),
        (181, True, True, Position.WITHIN),
        (181, True, False, Position.ABOVE),
        (181.01, True, True, Position.ABOVE),
    ],
)
def test_position(
    value: float, low_inclusive: bool, high_inclusive: bool, expected: Position
) -> None:
    checked = condition(
        155, 181, low_inclusive=low_inclusive, high_inclusive=high_inclusive, unit="usd"
    )

    assert position(checked, value) is expected


def test_a_range_says_on_which_side_it_was_missed() -> None:
    both, one_sided = condition(0.3, 0.4), condition(0.3)

    assert verdict(both, Status.INCONCLUSIVE, Position.ABOVE) == "above the range"
    assert verdict(both, Status.FAIL, Position.BELOW) == "fail, below the range"
    assert verdict(both, Status.PASS, Position.WITHIN) == "pass"
    assert verdict(one_sided, Status.FAIL, Position.BELOW) == "fail"
    assert verdict(one_sided, Status.NOT_APPLICABLE, None) == "not measurable"
    assert verdict(both, Status.ERROR, None) == "error"


def test_sentences() -> None:
    evidence = Evidence("phase_3", 0.021, 1250, 7, None)
    missing = Evidence("phase_3", None, 0, 7, "no call was logged in this phase")
    checked = condition(high=0.02, high_inclusive=False)

    assert (
        condition_sentence(checked, evidence, Status.FAIL, "fail", None)
        == "error rate: 2.1%, asked for < 2%: fail (phase_3, n = 1,250)"
    )
    assert (
        condition_sentence(checked, missing, Status.NOT_APPLICABLE, "not measurable", None)
        == "error rate: not measurable: no call was logged in this phase"
    )
    assert (
        condition_sentence(checked, None, Status.ERROR, "error", "the marts hold no row")
        == "error rate: could not be checked: the marts hold no row"
    )
    assert expectation_sentence(checked) == "A line — error rate: < 2%"


def test_a_negative_reduction_is_called_a_rise() -> None:
    checked = replace(condition(0.24, text="reduction of daily cost"), measure="reduction_ratio")
    evidence = Evidence("phase_1", -0.642, 4932, 10, None)

    assert (
        condition_sentence(checked, evidence, Status.FAIL, "fail", None)
        == "reduction of daily cost: -64.2% (it rose), asked for ≥ 24%: fail (phase_1, n = 4,932)"
    )


def test_control_characters_are_shown_not_obeyed() -> None:
    checked = condition(0.2, text="hits\x1b[2J")

    assert expectation_sentence(checked) == "A line — hits\\x1b[2J: ≥ 20%"


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["pass", "pass"], "pass"),
        (["pass", "not_applicable"], "not_applicable"),
        (["not_applicable", "inconclusive", "pass"], "inconclusive"),
        (["inconclusive", "fail", "not_applicable"], "fail"),
        (["fail", "error", "pass"], "error"),
        ([], "error"),
    ],
)
def test_the_worst_condition_decides(statuses: list[str], expected: str) -> None:
    assert worst(Status(one) for one in statuses) is Status(expected)
