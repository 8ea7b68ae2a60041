"""The registry and its suites, in both directions; the boundary to Great Expectations."""

import subprocess
import sys
from itertools import product
from pathlib import Path

import duckdb
import pytest

from tars_bench.shared.errors import UsageError
from tars_bench.shared.text import html
from tars_bench.validation.checklist import SUITES, checklist_batch, checklist_suite, judge
from tars_bench.validation.model import (
    KINDS,
    Condition,
    Evidence,
    Outcome,
    Position,
    Severity,
    Status,
)
from tars_bench.validation.registry import check_conditions, read_conditions
from tars_bench.validation.runner import Check, ephemeral_context, quiet_library, run_checks
from tars_bench.validation.wording import position
from tars_bench.workspace.config import project_directory

# The specification's "Validation Checklist" and "Success Criteria", without their Markdown.
CHECKLIST = [
    "Baseline metrics collected for 3+ days before optimization",
    "All optimization strategies independently verified",
    "Phase 1 benchmarks show ≥24% cost reduction",
    "Phase 2 benchmarks show ≥33% cumulative reduction",
    "Phase 3 benchmarks show ≥40% cumulative reduction",
    "Quality metrics maintained (error rate <2%, satisfaction >4.0)",
    "Response times improved by ≥30%",
    "Cache hit rate achieved ≥20%",
    "Model distribution reaches 45-50% Haiku",
    "Monthly cost projection within $155-181 range",
]
SUCCESS_CRITERIA = [
    "Cost Reduction: 30-40% daily cost reduction achieved",
    "Performance: Response times improved by ≥30%",
    "Quality: Error rate maintained <2%, user satisfaction >4.0/5.0",
    "Compliance: Monthly cost within $155-181 budget range",
    "Efficiency: Cache hit rate ≥20%, batch efficiency ≥25%",
    "Reliability: 99%+ task completion rate",
]


@pytest.fixture(scope="module")
def registry() -> tuple[Condition, ...]:
    with duckdb.connect() as connection:
        connection.execute("create schema seeds")
        connection.execute(
            "create table seeds.validation_checklist as from read_csv(?, header = true)",
            [str(project_directory() / "seeds" / "validation_checklist.csv")],
        )
        return read_conditions(connection)


def lines_of(registry: tuple[Condition, ...], kind: str) -> list[str]:
    lines = {one.line_order: one.line_text for one in registry if one.kind == kind}
    return [lines[order] for order in sorted(lines)]


def test_the_registry_holds_the_specifications_lines_word_for_word(
    registry: tuple[Condition, ...],
) -> None:
    assert lines_of(registry, "checklist") == CHECKLIST
    assert lines_of(registry, "success_criterion") == SUCCESS_CRITERIA


@pytest.mark.parametrize("kind", KINDS)
def test_registry_and_suites_match_in_both_directions(
    registry: tuple[Condition, ...], kind: str
) -> None:
    conditions = {one.key: one for one in registry if one.kind == kind}

    suite = checklist_suite(SUITES[kind], list(conditions.values()))

    assert [one.meta["key"] for one in suite.expectations] == list(conditions)
    for expectation in suite.expectations:
        condition = conditions[expectation.meta["key"]]
        assert expectation.meta["checklist_id"] == condition.line_id
        assert expectation.column == condition.key
        assert expectation.min_value == condition.min_threshold
        assert expectation.max_value == condition.max_threshold
        assert expectation.strict_min is not condition.min_inclusive
        assert expectation.strict_max is not condition.max_inclusive
        assert html(condition.line_text) in expectation.description


def test_the_thresholds_are_the_specifications(registry: tuple[Condition, ...]) -> None:
    found = {
        one.key: (
            one.min_threshold,
            one.min_inclusive,
            one.max_threshold,
            one.max_inclusive,
        )
        for one in registry
        if one.line_id != "strategies_verified"
    }

    assert found == {
        "baseline_collected:1": (3, True, None, True),
        "phase_1_reduction:1": (0.24, True, None, True),
        "phase_2_reduction:1": (0.33, True, None, True),
        "phase_3_reduction:1": (0.40, True, None, True),
        "quality_maintained:1": (None, True, 0.02, False),
        "quality_maintained:2": (4.0, False, None, True),
        "response_times_improved:1": (0.30, True, None, True),
        "cache_hit_rate_reached:1": (0.20, True, None, True),
        "haiku_share_reached:1": (0.45, True, 0.50, True),
        "monthly_cost_in_range:1": (155, True, 181, True),
        "success_cost_reduction:1": (0.30, True, 0.40, True),
        "success_performance:1": (0.30, True, None, True),
        "success_quality:1": (None, True, 0.02, False),
        "success_quality:2": (4.0, False, None, True),
        "success_compliance:1": (155, True, 181, True),
        "success_efficiency:1": (0.20, True, None, True),
        "success_efficiency:2": (0.25, True, None, True),
        "success_reliability:1": (0.99, True, None, True),
    }


def make_condition(
    key: str,
    low: float | None,
    high: float | None,
    low_inclusive: bool = True,
    high_inclusive: bool = True,
    better_beyond: str | None = None,
) -> Condition:
    return Condition(
        key, 1, "checklist", 1, "A line", "a condition", None, "value",
        low, low_inclusive, high, high_inclusive, "usd", better_beyond,
    )  # fmt: skip


def outcome_of(value: float | None, is_success: bool, exception: str | None = None) -> Outcome:
    return Outcome(
        suite="validation_checklist",
        key="line:1",
        expectation="expect_column_max_to_be_between",
        column="line:1",
        description="",
        severity=Severity.WARNING,
        is_success=is_success,
        observed=None,
        observed_number=value,
        element_count=None,
        missing_count=None,
        unexpected_count=None,
        exception_text=exception,
    )


def test_the_library_and_the_position_agree_on_every_kind_of_bound(tmp_path: Path) -> None:
    bounds = [(155.0, None), (None, 181.0), (155.0, 181.0), (155.0, 155.0)]
    values = [-1.0, 0.0, 154.999, 155.0, 160.0, 181.0, 181.001, 1e12]
    conditions, evidence = [], {}
    for number, ((low, high), low_in, high_in, value) in enumerate(
        product(bounds, (True, False), (True, False), values)
    ):
        condition = make_condition(f"line_{number}", low, high, low_in, high_in)
        conditions.append(condition)
        evidence[condition.key] = Evidence("phase_3", value, 10, 7, None)

    with quiet_library():
        suite = checklist_suite("validation_checklist", conditions)
        check = Check(suite, checklist_batch(conditions, evidence))
        outcomes = run_checks(ephemeral_context(tmp_path), [check], "test")

    assert len(outcomes) == 128
    for condition, outcome in zip(conditions, outcomes, strict=True):
        value = evidence[condition.key].observed_value
        assert value is not None
        assert outcome.observed_number == value
        is_within = position(condition, value) is Position.WITHIN
        assert outcome.is_success is is_within, (condition, value)


@pytest.mark.parametrize(
    ("value", "better_beyond", "expected"),
    [
        (149.10, "min", Status.INCONCLUSIVE),
        (149.10, None, Status.FAIL),
        (149.10, "max", Status.FAIL),
        (200.0, "min", Status.FAIL),
        (200.0, "max", Status.INCONCLUSIVE),
    ],
)
def test_outside_a_range_is_a_plain_failure_only_on_its_worse_side(
    value: float, better_beyond: str | None, expected: Status
) -> None:
    condition = make_condition("line", 155, 181, better_beyond=better_beyond)

    result = judge(condition, Evidence(None, value, 1, 1, None), outcome_of(value, False))

    assert result.status is expected
    assert result.verdict.endswith("the range")


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (None, outcome_of(1.0, True)),
        (Evidence(None, 1.0, 1, 1, None), None),
        (Evidence(None, 1.0, 1, 1, None), outcome_of(2.0, True)),
        (Evidence(None, 1.0, 1, 1, None), outcome_of(None, True)),
        (Evidence(None, 1.0, 1, 1, None), outcome_of(1.0, True, "the column does not exist")),
        (Evidence(None, None, 1, 1, None), outcome_of(1.0, True)),
        (Evidence(None, float("nan"), 1, 1, None), outcome_of(None, True)),
        (Evidence(None, float("inf"), 1, 1, None), outcome_of(float("inf"), True)),
    ],
)
def test_success_is_not_believed_without_the_value_it_was_about(
    evidence: Evidence | None, outcome: Outcome | None
) -> None:
    assert judge(make_condition("line", 0, None), evidence, outcome).status is Status.ERROR


def test_no_value_is_not_applicable_even_if_the_library_calls_it_a_success() -> None:
    evidence = Evidence("phase_3", None, 0, 7, "no feedback was logged")

    result = judge(make_condition("line", 0, None), evidence, outcome_of(None, True))

    assert result.status is Status.NOT_APPLICABLE
    assert result.detail == "a condition: not measurable: no feedback was logged"


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ([make_condition("line", None, None)], r"'line:1' has no threshold"),
        ([make_condition("line", 2, 1)], r"2 to 1 is no range"),
        ([make_condition("line", 1, 2)] * 2, r"'line:1' is there 2 times"),
        ([make_condition("<b>", 1, 2)], r"'<b>' is no line_id"),
        ([make_condition("line", 1, 2, better_beyond="up")], r"better_beyond is 'up'"),
    ],
)
def test_a_registry_that_cannot_be_checked_is_refused(
    conditions: list[Condition], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        check_conditions(conditions)


def test_importing_validation_does_not_import_the_library() -> None:
    code = (
        "import sys, tars_bench.validation.validate;"
        "print([name for name in ('great_expectations', 'pandas') if name in sys.modules])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stdout.strip() == "[]"
