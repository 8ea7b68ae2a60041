"""Results go into the working database: the latest run, and every build's run beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tars_bench.validation.model import (
    ConditionResult,
    ExpectationResult,
    LineResult,
    Run,
    Status,
    ValidationResult,
)

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = tuple[Any, ...]

_TABLES: Final = ("checklist_results", "checklist_conditions", "expectation_results")


def store(connection: DuckDBPyConnection, result: ValidationResult) -> None:
    """Write the result, all or nothing; storing the same build again replaces its rows.

    What is not committed when an error closes the connection never happened.
    """
    connection.begin()
    _write(connection, result)
    connection.commit()


def _write(connection: DuckDBPyConnection, result: ValidationResult) -> None:
    connection.execute(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
    run = result.run
    rows = {
        "checklist_results": [_line_row(run, line) for line in result.lines],
        "checklist_conditions": [
            _condition_row(run, one) for line in result.lines for one in line.conditions
        ],
        "expectation_results": [_expectation_row(run, one) for one in result.expectations],
    }
    connection.execute("delete from validation.runs where run_id = ?", [run.run_id])
    _insert(connection, "runs", [_run_row(result)])
    for table in _TABLES:
        connection.execute(
            f"delete from validation.{table}_history where run_id = ?",  # noqa: S608 - a constant
            [run.run_id],
        )
        _insert(connection, table, rows[table])
        _insert(connection, f"{table}_history", rows[table])


def _insert(connection: DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    if rows:
        places = ", ".join("?" for _ in rows[0])
        connection.executemany(
            f"insert into validation.{table} values ({places})",  # noqa: S608 - a constant
            rows,
        )


def _run_row(result: ValidationResult) -> Row:
    run = result.run
    return (
        run.run_id,
        run.build_id,
        run.last_load_id,
        run.validated_at,
        result.count(Status.PASS),
        result.count(Status.FAIL),
        result.count(Status.INCONCLUSIVE),
        result.count(Status.NOT_APPLICABLE),
        result.count(Status.ERROR),
        sum(guard.is_broken for guard in result.guards),
        result.has_critical_guard_failure,
    )


def _line_row(run: Run, line: LineResult) -> Row:
    return (
        run.run_id,
        line.line_id,
        line.kind,
        line.line_order,
        line.line_text,
        str(line.status),
        line.verdict,
        *_measurement(line.deciding),
        len(line.conditions),
        sum(one.status is Status.PASS for one in line.conditions),
        line.detail,
        run.validated_at,
        *_certainty(line.deciding),
    )


def _condition_row(run: Run, result: ConditionResult) -> Row:
    return (
        run.run_id,
        result.condition.line_id,
        result.condition.condition_order,
        result.condition.condition_text,
        str(result.status),
        result.verdict,
        *_measurement(result),
        result.evidence.why_missing if result.evidence else None,
        result.detail,
        run.validated_at,
        *_certainty(result),
    )


def _measurement(result: ConditionResult) -> Row:
    """Position to day_count: the columns lines and conditions have in common."""
    condition, evidence = result.condition, result.evidence
    return (
        str(result.position) if result.position else None,
        condition.metric_id,
        condition.measure,
        evidence.phase_id if evidence else None,
        result.observed_value,
        condition.min_threshold,
        condition.min_inclusive,
        condition.max_threshold,
        condition.max_inclusive,
        condition.unit,
        evidence.sample_count if evidence else None,
        evidence.day_count if evidence else None,
    )


def _certainty(result: ConditionResult) -> Row:
    """The interval and what it rests on: the last columns of lines and conditions."""
    evidence = result.evidence
    if evidence is None:
        return (None, None, None, None, False, None)
    return (
        evidence.interval_low,
        evidence.interval_high,
        evidence.cluster_count,
        evidence.baseline_cluster_count,
        evidence.is_inconclusive,
        evidence.days_needed,
    )


def _expectation_row(run: Run, result: ExpectationResult) -> Row:
    outcome = result.outcome
    return (
        run.run_id,
        outcome.suite,
        result.expectation_order,
        result.line_id,
        outcome.expectation,
        outcome.column,
        outcome.description,
        str(outcome.severity),
        str(result.status),
        outcome.observed,
        outcome.element_count,
        outcome.missing_count,
        outcome.unexpected_count,
        outcome.exception_text,
        run.validated_at,
    )
