"""Build a report: read once, then arrange; every renderer gets the same object."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tars_bench.reports.charts.build import with_charts
from tars_bench.reports.charts.view import charts_of
from tars_bench.reports.model import Period, Report, Section
from tars_bench.reports.read.phases import read_report
from tars_bench.reports.read.records import Phase, PlanCheck, ReportData
from tars_bench.reports.sections.avoided import avoided_section, disagreements
from tars_bench.reports.sections.checklist import checklist_section
from tars_bench.reports.sections.experiments import experiments_section
from tars_bench.reports.sections.headline import baseline_headline, why_no_cost
from tars_bench.reports.sections.impact import (
    audit_section,
    financial_section,
    impact_section,
    target_section,
)
from tars_bench.reports.sections.metrics import intervals_section, metric_sections, strategy_table
from tars_bench.reports.sections.missing import missing_headline, missing_section, silent_phases
from tars_bench.reports.sections.opening import answers, opening, warnings
from tars_bench.reports.sections.proof import (
    bridge_section,
    hygiene_section,
    quality_section,
    strategy_section,
)
from tars_bench.reports.sections.provenance import notes, provenance_section, recorded_costs
from tars_bench.reports.sections.usage import model_tables, session_section
from tars_bench.reports.sections.verdict import in_words_section
from tars_bench.reports.words.cells import written
from tars_bench.reports.words.evidence import evidence_line
from tars_bench.reports.words.formatting import Unit

_MODEL_METRICS = frozenset({"sonnet_call_share", "haiku_call_share"})


def build_report(
    database: Path, kind: str, phase_id: str | None = None, plan_check: PlanCheck | None = None
) -> Report:
    """Read the published warehouse and return the report of one kind.

    Args:
        database: The published file.
        kind: `baseline`, `phase` or `final`.
        phase_id: Which phase a phase report is about; `1` means `phase_1`.
        plan_check: Says whether a written plan named some days before they began.

    Raises:
        UsageError: There is no such kind or phase.
        NotReadyError: Nothing is published, or it lacks a table the report reads.

    """
    data = read_report(database, kind, phase_id)
    return report_of(replace(data, plan_check=plan_check))


def report_of(data: ReportData) -> Report:
    """Arrange what was read into a report; a short one where there is nothing to report on."""
    if silent_phases(data):
        return _report_of_nothing(data)
    return Report(
        kind=data.kind,
        title=_title(data),
        subtitle=tuple(_subtitle(data)),
        period=_period(data.phase),
        baseline=None if data.is_baseline else _period(data.baseline),
        verdict=None,
        headline=baseline_headline(data) if data.is_baseline else comparison_headline(data),
        sections=tuple(with_charts(list(_sections(data)), charts_of(data))),
        notes=tuple(notes(data)),
        provenance=provenance_section(data, recorded_costs(data)),
        warnings=tuple(warnings(data)),
        answers=tuple(answers(data)),
        opening=opening(data),
    )


def comparison_headline(data: ReportData) -> tuple[str, ...]:
    """Return what stands below the answers: where two ways to count a saving disagree.

    Where there are no answers, why the costs cannot be compared.
    """
    if data.proof and data.proof.answers:
        return tuple(disagreements(data))
    return (why_no_cost(data),)


def _report_of_nothing(data: ReportData) -> Report:
    return Report(
        kind=data.kind,
        title=_title(data),
        subtitle=tuple(_subtitle(data)),
        period=_period(data.phase),
        baseline=None if data.is_baseline else _period(data.baseline),
        verdict=None,
        headline=missing_headline(data),
        sections=(missing_section(data),),
        notes=(),
        provenance=provenance_section(data, recorded_costs(data)),
    )


def _title(data: ReportData) -> str:
    if data.kind == "final":
        return "FINAL BENCHMARK REPORT - PERFORMANCE OPTIMIZATION"
    if data.kind == "comparison":
        return "BENCHMARK COMPARISON"
    if data.kind == "phase":
        return f"{data.phase.phase_name.upper()} BENCHMARK REPORT"
    return f"BASELINE REPORT - {data.phase.end_date.isoformat()}"


def _subtitle(data: ReportData) -> Iterator[str]:
    phase = data.phase
    yield f"Period: {_span(phase)}"
    if not data.is_baseline:
        yield f"Compared with: {data.baseline.phase_name}, {_span(data.baseline)}"
        yield _strategies(data)
    calls, tokens = (
        written(phase.api_call_count, Unit.COUNT),
        written(phase.token_count, Unit.TOKENS),
    )
    yield f"Sample size: {calls} API calls, {tokens} tokens"
    if data.proof and data.proof.answers:
        kind = data.proof.answers[0]["evidence_kind"]
        yield evidence_line(kind, data.planned(data.baseline), data.planned(phase))


def _strategies(data: ReportData) -> str:
    names = data.phase.strategy_names
    if data.kind == "comparison":
        return f"Optimizations with events in the candidate: {names or 'none'}"
    return f"Optimizations: {names or 'none in the plan'}"


def _span(phase: Phase) -> str:
    return f"{phase.start_date.isoformat()} to {phase.end_date.isoformat()} ({day_counts(phase)})"


def day_counts(phase: Phase) -> str:
    """Return how many days there are, and how many of them are loaded and have calls."""
    planned = f"{phase.planned_day_count} day{'' if phase.planned_day_count == 1 else 's'}"
    if phase.active_day_count == phase.planned_day_count:
        return (
            f"{planned}, all with calls" if phase.planned_day_count > 1 else f"{planned} with calls"
        )
    return f"{planned}, {phase.day_count} loaded, {phase.active_day_count} with calls"


def _period(phase: Phase) -> Period:
    return Period(phase.phase_id, phase.phase_name, phase.start_date, phase.end_date)


def _sections(data: ReportData) -> Iterator[Section]:
    for section in metric_sections(data):
        yield with_models(data, section)
    if data.is_baseline:
        yield session_section(data)
    else:
        yield impact_section(data)
        if data.kind == "final":
            yield financial_section(data)
        if data.is_planned:
            yield target_section(data)
        experiments = experiments_section(data.experiments)
        if experiments:
            yield experiments
        yield from proof_sections(data)
    checklist = checklist_section(data)
    if checklist:
        yield checklist


def proof_sections(data: ReportData) -> Iterator[Section]:
    """Yield what the answers rest on: words, quality, bridge, claims, strategies, intervals."""
    words, audit = in_words_section(data), audit_section(data)
    if words:
        yield words
    if data.proof:
        yield quality_section(data, data.proof)
        avoided = avoided_section(data, data.proof)
        if avoided:
            yield avoided
        yield bridge_section(data, data.proof)
    if audit:
        yield audit
    if data.proof:
        yield strategy_section(data, data.proof)
        yield intervals_section(data)
        yield hygiene_section(data.proof)


def with_models(data: ReportData, section: Section) -> Section:
    """Put the model tables below the section that has the shares of Sonnet and Haiku."""
    shown = {row.row_id for table in section.tables for row in table.rows}
    if not shown & _MODEL_METRICS:
        return section
    tables = (*section.tables, *model_tables(data))
    if data.is_baseline and data.savings:
        tables = (*tables, strategy_table(data))
    return replace(section, tables=tables)
