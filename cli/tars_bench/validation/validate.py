"""``validate``: hold the marts against the checklist and the guards, and keep what was found."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.shared.memory import uncollected
from tars_bench.validation.checklist import (
    SUITES,
    checklist_batch,
    checklist_suite,
    combine,
    judge,
)
from tars_bench.validation.data_docs import finish_site, replace_site
from tars_bench.validation.guards import guard_checks
from tars_bench.validation.model import (
    Condition,
    ConditionResult,
    Evidence,
    ExpectationResult,
    Outcome,
    Run,
    Severity,
    Status,
    ValidationResult,
)
from tars_bench.validation.registry import read_conditions, read_evidence
from tars_bench.validation.runner import (
    SITE,
    Check,
    ephemeral_context,
    quiet_library,
    run_checks,
)
from tars_bench.validation.store import store
from tars_bench.warehouse.files import has_table, open_reader, open_writer
from tars_bench.workspace.config import Workspace

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Narrate = Callable[[str], None]

DATA_DOCS: Final = "data_docs"


def validate(workspace: Workspace, narrate: Narrate) -> ValidationResult:
    """Check the working database; store the results in it and write the Data Docs.

    Args:
        workspace: Its working database is read and written, its state directory gets the docs.
        narrate: Takes a line for each guard that failed and each line that did not pass.

    Raises:
        NotReadyError: Nothing was loaded or built yet.
        BusyError: Another process has the working database open.
        UsageError: The registry holds a condition without thresholds, or the same one twice.

    """
    with quiet_library(), uncollected():
        with open_reader(workspace.working_database) as connection:
            inputs = _read_inputs(connection)
        result = _checked(inputs, workspace.state_directory)
    with open_writer(workspace.working_database) as connection:
        store(connection, result)
    _narrate(result, narrate)
    return result


@dataclass(frozen=True)
class _Inputs:
    """All that is read from the database before anything is checked."""

    run: Run
    conditions: tuple[Condition, ...]
    evidence: Mapping[str, Evidence]
    checks: tuple[Check, ...]


def _read_inputs(connection: DuckDBPyConnection) -> _Inputs:
    conditions = read_conditions(connection)
    evidence = read_evidence(connection)
    return _Inputs(
        run=read_run(connection),
        conditions=conditions,
        evidence=evidence,
        checks=(
            *_checklist_checks(conditions, evidence),
            *guard_checks(connection, conditions),
        ),
    )


def _checked(inputs: _Inputs, state: Path) -> ValidationResult:
    """Run the suites and write the Data Docs, which replace the last ones when they are whole."""
    site, building = state / DATA_DOCS, state / f"{DATA_DOCS}.new"
    shutil.rmtree(building, ignore_errors=True)
    context = ephemeral_context(building)
    outcomes = run_checks(context, inputs.checks, inputs.run.run_id)
    results = judged(inputs.conditions, inputs.evidence, outcomes)
    result = ValidationResult(
        run=inputs.run,
        lines=combine(results),
        expectations=_expectations(outcomes, results),
        data_docs_index=site / "index.html",
    )
    context.build_data_docs(site_names=[SITE])
    finish_site(building, result)
    replace_site(building, site)
    return result


def judged(
    conditions: Sequence[Condition],
    evidence: Mapping[str, Evidence],
    outcomes: Sequence[Outcome],
) -> tuple[ConditionResult, ...]:
    """Hold every condition against its evidence and its expectation's outcome."""
    suites = frozenset(SUITES.values())
    by_key = {one.key: one for one in outcomes if one.suite in suites}
    return tuple(
        judge(condition, evidence.get(condition.key), by_key.get(condition.key))
        for condition in conditions
    )


def read_run(connection: DuckDBPyConnection) -> Run:
    """Return which build the marts are from: dbt's own record, else the last complete load."""
    build_id, load_id = _last_build(connection)
    return Run(
        run_id=build_id or f"load-{load_id or 0}",
        build_id=build_id,
        last_load_id=load_id,
        validated_at=datetime.now(UTC).replace(tzinfo=None),
    )


def _last_build(connection: DuckDBPyConnection) -> tuple[str | None, int | None]:
    if has_table(connection, "meta", "build_runs"):
        row = connection.execute(_LAST_BUILD_SQL).fetchone()
        if row:
            return str(row[0]), row[1]
    if has_table(connection, "raw", "load_runs"):
        row = connection.execute("select max(load_id) from raw.load_runs").fetchone()
        return None, row[0] if row else None
    return None, None


_LAST_BUILD_SQL: Final = """
    select invocation_id, last_load_id
    from meta.build_runs
    order by build_number desc
    limit 1
"""


def _checklist_checks(
    conditions: Sequence[Condition], evidence: Mapping[str, Evidence]
) -> list[Check]:
    """One suite for each kind of line that the registry has."""
    checks = []
    for kind, name in SUITES.items():
        chosen = [condition for condition in conditions if condition.kind == kind]
        if chosen:
            suite = checklist_suite(name, chosen)
            batch = checklist_batch(chosen, evidence)
            checks.append(Check(suite, batch))
    return checks


def _expectations(
    outcomes: Sequence[Outcome], results: Sequence[ConditionResult]
) -> tuple[ExpectationResult, ...]:
    by_key = {one.condition.key: one for one in results}
    suites = frozenset(SUITES.values())
    found = []
    for order, outcome in enumerate(outcomes, start=1):
        judged_as = by_key[outcome.key] if outcome.suite in suites else None
        found.append(
            ExpectationResult(
                outcome=outcome,
                expectation_order=order,
                line_id=judged_as.condition.line_id if judged_as else None,
                status=judged_as.status if judged_as else outcome.status,
            )
        )
    return tuple(found)


def _narrate(result: ValidationResult, narrate: Narrate) -> None:
    for line in result.lines:
        if line.status is not Status.PASS:
            narrate(f"  {line.verdict}: {line.line_text}")
            narrate(f"      {line.detail}")
    for guard in result.guards:
        if guard.is_broken:
            seen = guard.outcome.exception_text or guard.outcome.observed or ""
            narrate(
                f"  {_GUARD_WORDS[guard.outcome.severity]}: {guard.outcome.suite}: "
                f"{guard.outcome.description}{': ' if seen else ''}{seen}"
            )


_GUARD_WORDS: Final = {
    Severity.CRITICAL: "guard failed",
    Severity.WARNING: "guard warns",
    Severity.INFO: "guard notes",
}
