"""Experiments as the marts have them: three answers each, and the checks behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tars_bench.warehouse.binding import execute
from tars_bench.warehouse.files import has_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]

_ANSWERS: Final = """
    select
        experiment_id,
        experiment_name,
        question_id,
        answer,
        is_established,
        evidence_kind,
        design,
        label_kind,
        control_label,
        treated_label,
        start_date,
        end_date,
        unit_of_work,
        control_value,
        treated_value,
        change_ratio,
        change_ratio_low,
        change_ratio_high,
        interval_basis,
        p_value,
        smallest_p_value,
        reason_code,
        reason_check_id,
        reason_value,
        reason_limit,
        days_needed,
        control_unit_count,
        treated_unit_count,
        control_day_count,
        treated_day_count,
        pair_count,
        planned_pair_count,
        washout_hours
    from marts.experiment_answers
    order by start_date, experiment_id, question_order
"""
_CHECKS: Final = """
    select
        experiment_id,
        check_id,
        check_kind,
        check_name,
        unit,
        control_value,
        treated_value,
        observed_value,
        observed_low,
        observed_high,
        warning_limit,
        serious_limit,
        status
    from marts.experiment_checks
    order by experiment_id, check_order
"""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment: its answers by question, its checks in their order."""

    answers: dict[str, Row]
    checks: tuple[Row, ...]

    @property
    def facts(self) -> Row:
        """What every one of its answers says of the experiment itself."""
        return self.answers["unit_cost"]


def read_experiments(connection: DuckDBPyConnection) -> tuple[Experiment, ...]:
    """Read all experiments, the earliest first; none of a file published before there were any."""
    if not has_table(connection, "marts", "experiment_answers"):
        return ()
    answers: dict[str, dict[str, Row]] = {}
    for row in _rows(connection, _ANSWERS):
        answers.setdefault(row["experiment_id"], {})[row["question_id"]] = row
    checks = _rows(connection, _CHECKS)
    return tuple(
        Experiment(found, tuple(one for one in checks if one["experiment_id"] == name))
        for name, found in answers.items()
    )


def _rows(connection: DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = execute(connection, sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
