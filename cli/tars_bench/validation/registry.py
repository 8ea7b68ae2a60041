"""The registry of conditions and the evidence for them, read from the working database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tars_bench.shared.errors import NotReadyError, UsageError
from tars_bench.validation.model import KINDS, Condition, Evidence
from tars_bench.warehouse.files import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CONDITIONS_SQL: Final = """
    select
        line_id,
        condition_order,
        kind,
        line_order,
        line_text,
        condition_text,
        metric_id,
        measure,
        cast(min_threshold as double) as min_threshold,
        coalesce(min_inclusive, true) as min_inclusive,
        cast(max_threshold as double) as max_threshold,
        coalesce(max_inclusive, true) as max_inclusive,
        unit,
        better_beyond
    from seeds.validation_checklist
    order by kind, line_order, line_id, condition_order
"""

_EVIDENCE_SQL: Final = """
    select
        line_id,
        condition_order,
        phase_id,
        cast(observed_value as double) as observed_value,
        sample_count,
        day_count,
        missing_reason,
        interval_low,
        interval_high,
        cluster_count,
        baseline_cluster_count,
        is_inconclusive,
        days_needed,
        note_code,
        interval_reason_code,
        interval_reason_limit,
        driver_metric_name
    from marts.checklist_evidence
"""

_LINE_ID: Final = re.compile(r"\w+", re.ASCII)
_SEED: Final = "validation_checklist.csv"


def read_conditions(connection: DuckDBPyConnection) -> tuple[Condition, ...]:
    """Return every condition of the registry, in the order a reader sees them.

    Raises:
        NotReadyError: The seeds are not built yet.
        UsageError: A condition has no threshold, an empty range, or the place of another.

    """
    _require(connection, "seeds", "validation_checklist")
    rows = connection.execute(_CONDITIONS_SQL).fetchall()
    conditions = tuple(Condition(*row) for row in rows)
    check_conditions(conditions)
    return conditions


def check_conditions(conditions: Sequence[Condition]) -> None:
    """Refuse conditions that cannot be held against anything.

    Raises:
        UsageError: It names the line of the checklist.

    """
    for key, count in Counter(condition.key for condition in conditions).items():
        if count > 1:
            raise UsageError(f"{_SEED}: condition {key!r} is there {count} times")
    for condition in conditions:
        _check_condition(condition)


def read_evidence(connection: DuckDBPyConnection) -> Mapping[str, Evidence]:
    """Return what the marts measured, by the condition's key.

    Raises:
        NotReadyError: The marts are not built yet.

    """
    _require(connection, "marts", "checklist_evidence")
    rows = connection.execute(_EVIDENCE_SQL).fetchall()
    return {f"{line_id}:{order}": Evidence(*rest) for line_id, order, *rest in rows}


def _check_condition(condition: Condition) -> None:
    if not _LINE_ID.fullmatch(condition.line_id):
        raise UsageError(
            f"{_SEED}: {condition.line_id!r} is no line_id", "use letters, digits and underscores"
        )
    if condition.kind not in KINDS:
        raise UsageError(
            f"{_SEED}: condition {condition.key!r} is of no known kind: {condition.kind!r}",
            f"known: {', '.join(KINDS)}",
        )
    low, high = condition.min_threshold, condition.max_threshold
    if low is None and high is None:
        raise UsageError(
            f"{_SEED}: condition {condition.key!r} has no threshold",
            "set min_threshold, max_threshold or both",
        )
    if low is not None and high is not None and low > high:
        raise UsageError(f"{_SEED}: condition {condition.key!r}: {low} to {high} is no range")
    if condition.better_beyond not in (None, "min", "max"):
        raise UsageError(
            f"{_SEED}: condition {condition.key!r}: better_beyond is {condition.better_beyond!r}",
            "write min, max or nothing",
        )


def _require(connection: DuckDBPyConnection, schema: str, table: str) -> None:
    if not has_table(connection, schema, table):
        raise NotReadyError(f"{schema}.{table} does not exist yet", "`tars-bench build` makes it")
