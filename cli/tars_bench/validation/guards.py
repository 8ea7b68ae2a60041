"""Suites that guard the marts: volume, freshness, ranges, uniqueness.

Each suite is a pure function of what it is told to expect; the batches are read beside them. A
mart that does not exist gives an empty batch, in which every expectation raises or fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from tars_bench.shared.text import html
from tars_bench.validation.batches import read_batch, read_number
from tars_bench.validation.model import Condition, Severity
from tars_bench.validation.runner import Check

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from great_expectations import ExpectationSuite

LEAST_VOLUME_RATIO: Final = 0.1
"""A day with less than a tenth of the median of the seven days before it has collapsed."""
MOST_DAYS_BEHIND_LOAD: Final = 3
"""A workspace that was up to date once should not fall further behind than this."""
MOST_DAYS_BEHIND_OTHERS: Final = 2
"""One source's log may end this much earlier than the others'."""


@dataclass(frozen=True)
class Metric:
    """A metric of the registry, as far as its range goes."""

    metric_id: str
    unit: str


def metrics_daily_suite(day_count: int, metrics: Sequence[Metric]) -> ExpectationSuite:
    """Guard the daily metrics: a row for each day, every metric in its range."""
    return _suite(
        "metrics_daily",
        [
            *_volume("metrics_daily"),
            _row_count(day_count, "one row for each day from the first to the last loaded day"),
            _unique("metric_date", "no day is there twice"),
            _between(
                "request_volume_ratio",
                "requests of the last week's days are at least a tenth of the trailing median",
                low=LEAST_VOLUME_RATIO,
                severity=Severity.WARNING,
            ),
            *(
                _between(column, f"{column} is not negative")
                for column in ("request_count", "api_call_count", "cost_usd")
            ),
            *(_metric_range(metric) for metric in metrics),
            *_percentiles(),
        ],
    )


def model_usage_suite() -> ExpectationSuite:
    """Guard the usage of models by day."""
    return _suite(
        "model_usage_daily",
        [
            *_volume("model_usage_daily"),
            _compound_unique(
                ("usage_date", "provider", "model_family", "model_id"),
                "one row for each day and model",
            ),
            _between("api_call_count", "calls are not negative"),
            _between("cost_usd", "cost is not negative"),
            _between("token_count", "tokens are not negative"),
            _between("call_share", "a share of calls lies between 0 and 1", high=1),
            _between("cost_share", "a share of cost lies between 0 and 1", high=1),
        ],
    )


def reconciliation_suite() -> ExpectationSuite:
    """Guard the three costs of each day."""
    return _suite(
        "cost_reconciliation_daily",
        [
            *_volume("cost_reconciliation_daily"),
            _compound_unique(("cost_date", "source_system"), "one row for each day and source"),
            *(
                _between(column, f"{column} is not negative")
                for column in ("recorded_cost_usd", "list_cost_usd", "reported_cost_usd")
            ),
            _in_set(
                "compared_status",
                ("matches",),
                "where both are known, reported cost and calls agree with the log",
                Severity.WARNING,
            ),
        ],
    )


def phase_metrics_suite(phase_count: int, metric_count: int) -> ExpectationSuite:
    """Guard the long table of phase metrics: complete, unique, in range."""
    return _suite(
        "phase_metrics",
        [
            *_volume("phase_metrics"),
            _row_count(phase_count * metric_count, "one row for each phase and metric"),
            _compound_unique(("phase_id", "metric_id"), "no metric of a phase is there twice"),
            _between("ratio_value", "a ratio lies between 0 and 1", high=1),
            _between("amount_value", "an amount is not negative"),
            _between("sample_count", "a sample is not negative"),
        ],
    )


def evidence_suite(condition_count: int) -> ExpectationSuite:
    """Guard the checklist's evidence: exactly the conditions of the registry."""
    return _suite(
        "checklist_evidence",
        [
            _row_count(condition_count, "one row for each condition of the registry"),
            _compound_unique(("line_id", "condition_order"), "no condition is measured twice"),
        ],
    )


def freshness_suite() -> ExpectationSuite:
    """Guard against stale marts: behind the requests they hold, or behind the calendar."""
    return _suite(
        "freshness",
        [
            *_volume("freshness"),
            _between(
                "days_behind_requests",
                "the daily metrics reach from the first to the last loaded request",
                low=None,
                high=0,
            ),
            _between(
                "days_behind_load",
                f"the last loaded day is at most {MOST_DAYS_BEHIND_LOAD} days older than the load "
                "(not asked of an archive, which was older when first loaded)",
                low=None,
                high=MOST_DAYS_BEHIND_LOAD,
                severity=Severity.WARNING,
            ),
        ],
    )


def builds_suite() -> ExpectationSuite:
    """Guard against marts that were built before the last load."""
    return _suite(
        "builds",
        [
            _between(
                "unbuilt_load_count",
                "no finished load waits for its build",
                high=0,
                severity=Severity.WARNING,
            ),
        ],
    )


def sources_suite() -> ExpectationSuite:
    """Guard against one log that stopped while the others went on."""
    return _suite(
        "sources",
        [
            _between(
                "days_behind_others",
                f"no source ends more than {MOST_DAYS_BEHIND_OTHERS} days before the others",
                high=MOST_DAYS_BEHIND_OTHERS,
                severity=Severity.WARNING,
            ),
        ],
    )


def guard_checks(
    connection: DuckDBPyConnection, conditions: Sequence[Condition]
) -> tuple[Check, ...]:
    """Return every guard suite with the rows it looks at."""
    metrics = read_metrics(connection)
    day_count = read_number(connection, "day_span")
    phase_count = read_number(connection, "phase_count")
    suites: dict[str, Callable[[], ExpectationSuite]] = {
        "metrics_daily": lambda: metrics_daily_suite(day_count, metrics),
        "model_usage_daily": model_usage_suite,
        "cost_reconciliation_daily": reconciliation_suite,
        "phase_metrics": lambda: phase_metrics_suite(phase_count, len(metrics)),
        "checklist_evidence": lambda: evidence_suite(len(conditions)),
        "freshness": freshness_suite,
        "builds": builds_suite,
        "sources": sources_suite,
    }
    parameters = {"freshness": (MOST_DAYS_BEHIND_LOAD,)}
    return tuple(
        Check(suite(), read_batch(connection, name, parameters.get(name, ())))
        for name, suite in suites.items()
    )


def read_metrics(connection: DuckDBPyConnection) -> tuple[Metric, ...]:
    """Return the metrics of the registry in its order."""
    rows = connection.execute(
        "select metric_id, unit from seeds.metric_definitions order by metric_order"
    ).fetchall()
    return tuple(Metric(*row) for row in rows)


def _suite(name: str, expectations: Sequence[Any]) -> ExpectationSuite:
    from great_expectations import ExpectationSuite

    for order, expectation in enumerate(expectations, start=1):
        expectation.meta = {"key": f"{name}:{order}"}
        expectation.description = html(expectation.description)
    return ExpectationSuite(name=name, expectations=list(expectations))


def _volume(mart: str) -> list[Any]:
    from great_expectations.expectations import ExpectTableRowCountToBeBetween

    return [
        ExpectTableRowCountToBeBetween(
            min_value=1, description=f"{mart} has rows", severity=Severity.CRITICAL.value
        )
    ]


def _row_count(count: int, sentence: str) -> Any:
    from great_expectations.expectations import ExpectTableRowCountToEqual

    return ExpectTableRowCountToEqual(
        value=count, description=f"{sentence} ({count})", severity=Severity.CRITICAL.value
    )


def _unique(column: str, sentence: str) -> Any:
    from great_expectations.expectations import ExpectColumnValuesToBeUnique

    return ExpectColumnValuesToBeUnique(
        column=column, description=sentence, severity=Severity.CRITICAL.value
    )


def _compound_unique(columns: Sequence[str], sentence: str) -> Any:
    from great_expectations.expectations import ExpectCompoundColumnsToBeUnique

    return ExpectCompoundColumnsToBeUnique(
        column_list=list(columns), description=sentence, severity=Severity.CRITICAL.value
    )


def _between(
    column: str,
    sentence: str,
    low: float | None = 0,
    high: float | None = None,
    severity: Severity = Severity.CRITICAL,
) -> Any:
    from great_expectations.expectations import ExpectColumnValuesToBeBetween

    return ExpectColumnValuesToBeBetween(
        column=column,
        min_value=low,
        max_value=high,
        description=sentence,
        severity=severity.value,
    )


def _in_set(column: str, values: Sequence[str], sentence: str, severity: Severity) -> Any:
    from great_expectations.expectations import ExpectColumnValuesToBeInSet

    return ExpectColumnValuesToBeInSet(
        column=column, value_set=list(values), description=sentence, severity=severity.value
    )


def _metric_range(metric: Metric) -> Any:
    if metric.unit == "ratio":
        return _between(metric.metric_id, f"{metric.metric_id} lies between 0 and 1", high=1)
    return _between(metric.metric_id, f"{metric.metric_id} is not negative")


def _percentiles() -> list[Any]:
    from great_expectations.expectations import ExpectColumnPairValuesAToBeGreaterThanB

    ladder = ("response_time_p50", "response_time_p95", "response_time_p99")
    return [
        ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=higher,
            column_B=lower,
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            description=f"{higher} is at least {lower}",
            severity=Severity.CRITICAL.value,
        )
        for lower, higher in pairwise(ladder)
    ]
