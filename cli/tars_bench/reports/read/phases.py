"""What a report reads: the published warehouse, opened read-only, one query per mart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tars_bench.reports.read.charts import read_chart_data
from tars_bench.reports.read.experiment_answers import read_experiments
from tars_bench.reports.read.proof import read_proof
from tars_bench.reports.read.records import Line, Phase, Record, ReportData
from tars_bench.shared.errors import NotReadyError, UsageError
from tars_bench.warehouse.binding import execute
from tars_bench.warehouse.files import has_table, open_reader

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KINDS: Final = ("baseline", "phase", "final")

_PHASES: Final = """
    select
        phase_id,
        baseline_phase_id,
        phase_name,
        phase_order,
        strategy_names,
        start_date,
        end_date,
        target_reduction_ratio,
        target_reduction_max_ratio,
        planned_day_count,
        day_count,
        active_day_count,
        request_count,
        api_call_count,
        task_count,
        token_count,
        is_baseline,
        is_reported_final,
        is_final_by_fallback
    from marts.phase_windows
    order by phase_order, phase_id
"""
LINES: Final = """
    select
        section_order,
        section_title,
        line_order,
        line_label,
        metric_id,
        unit,
        direction,
        baseline_value,
        phase_value,
        change_value,
        change_ratio,
        change_display,
        baseline_sample_count,
        sample_count,
        missing_reason
    from marts.report_lines
    where report_kind = ? and phase_id = ?
    order by section_order, line_order, metric_id
"""
MODELS: Final = """
    select
        phase_id,
        model_family,
        reference_model_family,
        api_call_count,
        calls_per_day,
        call_share,
        cost_share,
        usd_per_million_tokens,
        list_usd_per_million_tokens,
        cost_efficiency_ratio
    from marts.phase_model_usage
    where phase_id in (?, ?)
    order by api_call_count desc, model_family
"""
_SESSIONS: Final = """
    select
        session_id,
        session_name,
        shown_cost_usd,
        shown_token_count,
        shown_api_call_count,
        cost_per_day_usd,
        duration_minutes,
        is_reported_only
    from marts.phase_session_usage
    where phase_id = ?
    order by shown_cost_usd desc nulls last, session_id, source_system
"""
_SAVINGS: Final = """
    select
        strategy_id,
        strategy_name,
        event_count,
        orphan_event_count,
        unvalued_event_count,
        claimed_savings_usd,
        active_day_count,
        savings_per_day_usd,
        is_switched_on
    from marts.phase_strategy_savings
    where phase_id = ?
    order by display_order, strategy_id
"""
_SAVINGS_LINES: Final = """
    select
        line_kind,
        line_key,
        line_label,
        tokens_saved_per_day,
        savings_per_day_usd,
        share_of_baseline_cost
    from marts.phase_savings_lines
    where phase_id = ?
    order by line_order, line_key
"""
_TARGETS: Final = """
    select
        cost_basis,
        phase_value,
        achieved_reduction_ratio,
        target_min,
        target_max,
        minimum_target_usd,
        maximum_target_usd,
        is_minimum_met,
        is_maximum_met,
        status,
        missing_reason
    from marts.target_achievement
    where phase_id = ?
    order by cost_basis
"""
_FINANCIAL: Final = """
    select
        daily_budget_usd,
        monthly_budget_usd,
        annual_budget_usd,
        baseline_monthly_usd,
        phase_monthly_usd,
        baseline_annual_usd,
        phase_annual_usd,
        baseline_vs_budget_usd,
        phase_vs_budget_usd,
        monthly_savings_usd,
        annual_savings_usd,
        missing_reason
    from marts.monthly_financial_impact
    where phase_id = ?
    order by budget_id
"""
PROVENANCE: Final = """
    select
        reporting_timezone,
        price_book_version,
        last_load_id,
        first_date,
        last_date,
        day_count,
        active_day_count,
        request_count,
        api_call_count,
        uncosted_api_call_count,
        aggregate_request_count,
        token_count,
        price_coverage_ratio,
        cost_usd,
        recorded_cost_usd,
        list_cost_usd,
        web_search_cost_usd,
        adjustment_usd,
        compaction_count,
        compacted_tokens,
        estimated_compaction_usd,
        reported_cost_usd,
        differing_day_count,
        file_count,
        read_line_count,
        kept_line_count,
        merged_line_count,
        dropped_line_count,
        quarantined_line_count
    from marts.report_provenance
"""
_CREDIBILITY: Final = """
    select
        phase_id,
        source_system,
        model_id,
        call_count,
        recorded_call_count,
        list_cost_usd,
        recorded_list_ratio,
        baseline_recorded_list_ratio,
        adjustment_usd,
        credibility
    from marts.cost_credibility
    where phase_id in (?, ?)
    order by list_cost_usd desc, source_system, model_id, phase_id
"""
# All columns: a file validated by an older release has none of the intervals.
_CHECKLIST: Final = """
    select *
    from validation.checklist_results
    order by kind, line_order, line_id
"""
_CONDITIONS: Final = """
    select *
    from validation.checklist_conditions
    order by line_id, condition_order
"""
_RELEASE: Final = "select released_at from meta.release"


def read_report(database: Path, kind: str, phase_id: str | None) -> ReportData:
    """Read everything the report of one kind and phase shows.

    Raises:
        UsageError: The kind or the phase does not exist.
        NotReadyError: The file does not exist or lacks the marts.
    """
    if kind not in KINDS:
        raise UsageError(f"no report is called {kind!r}", f"there are: {', '.join(KINDS)}")
    with missing_tables_explained(database), open_reader(database) as connection:
        return read_from(connection, kind, phase_id)


@contextmanager
def missing_tables_explained(database: Path) -> Iterator[None]:
    """Turn DuckDB's complaint about a table or column into what to do about it."""
    import duckdb

    try:
        yield
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise NotReadyError(
            f"{database} lacks what the report reads: {str(error).splitlines()[0]}",
            "`tars-bench run` builds and publishes it",
        ) from error


def find_phase(phases: Sequence[Phase], kind: str, phase_id: str | None) -> Phase:
    """Return the phase a report is about; `1` means `phase_1`.

    Raises:
        UsageError: There is no such phase, or a phase report names the baseline.
    """
    candidates = [phase for phase in phases if _fits(phase, kind)]
    if kind == "phase":
        wanted = (phase_id or "", f"phase_{phase_id}")
        candidates = [phase for phase in candidates if phase.phase_id in wanted]
    if not candidates:
        raise _no_phase(phases, kind, phase_id)
    return candidates[0]


def _no_phase(phases: Sequence[Phase], kind: str, phase_id: str | None) -> UsageError:
    if kind != "phase":
        return UsageError(f"the plan has no {kind} phase", "see the workspace's seeds/phases.csv")
    names = ", ".join(phase.phase_id for phase in phases if not phase.is_baseline)
    return UsageError(f"the plan has no phase {phase_id!r} to report on", f"it has: {names}")


def _fits(phase: Phase, kind: str) -> bool:
    if kind == "final":
        return phase.is_reported_final
    return phase.is_baseline == (kind == "baseline")


def read_from(connection: DuckDBPyConnection, kind: str, phase_id: str | None) -> ReportData:
    """Read what a report shows over an open connection, which may see other windows.

    Raises:
        UsageError: The phase does not exist.
    """
    phases = read_phases(connection)
    phase = find_phase(phases, kind, phase_id)
    baseline = next(
        one for one in phases if one.phase_id == (phase.baseline_phase_id or phase.phase_id)
    )
    here = [phase.phase_id]
    lines = records(connection, LINES, [kind, phase.phase_id])
    return ReportData(
        kind=kind,
        phase=phase,
        baseline=baseline,
        lines=tuple(Line(**record) for record in lines),
        models=records(connection, MODELS, [baseline.phase_id, phase.phase_id]),
        sessions=records(connection, _SESSIONS, here),
        savings=records(connection, _SAVINGS, here),
        savings_lines=records(connection, _SAVINGS_LINES, here),
        targets=records(connection, _TARGETS, here),
        financial=records(connection, _FINANCIAL, here),
        checklist=_validated(connection, "checklist_results", _CHECKLIST),
        conditions=_validated(connection, "checklist_conditions", _CONDITIONS),
        provenance=next(iter(records(connection, PROVENANCE)), {}),
        credibility=records(connection, _CREDIBILITY, [baseline.phase_id, phase.phase_id]),
        released_at=released_at(connection),
        phases=tuple(phases),
        charts=read_chart_data(connection),
        proof=None if kind == "baseline" else read_proof(connection, phase.phase_id),
        experiments=read_experiments(connection) if kind == "final" else (),
    )


def read_phases(connection: DuckDBPyConnection) -> list[Phase]:
    """Read the phases of the plan in its order."""
    return [Phase(**record) for record in records(connection, _PHASES)]


def records(
    connection: DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> tuple[Record, ...]:
    """Return the rows of a query as dictionaries."""
    cursor = execute(connection, sql, parameters)
    names = [column[0] for column in cursor.description or ()]
    return tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())


def _validated(connection: DuckDBPyConnection, table: str, sql: str) -> tuple[Record, ...]:
    """Read a table of `validate`; nothing where it has not run."""
    return records(connection, sql) if has_table(connection, "validation", table) else ()


def released_at(connection: DuckDBPyConnection) -> datetime | None:
    """Return when the file was published."""
    if not has_table(connection, "meta", "release"):
        return None
    found = records(connection, _RELEASE)
    return found[0]["released_at"] if found else None
