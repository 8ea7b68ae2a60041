"""The dashboard as a report object: the same figures for terminal, page and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from tars_bench.reports.model import (
    Cell,
    Column,
    Period,
    Report,
    Row,
    Section,
    Table,
    Tone,
    Verdict,
    number,
)
from tars_bench.reports.read.dashboard import DashboardData, read_dashboard
from tars_bench.reports.read.records import Record
from tars_bench.reports.sections.provenance import provenance_section
from tars_bench.reports.words.cells import few, figure, listed, text, unit_of, written
from tars_bench.reports.words.formatting import Unit, format_limit
from tars_bench.reports.words.statuses import shown, status_cell, tone_of
from tars_bench.shared.console import count

TITLE: Final = "TARS PERFORMANCE OPTIMIZATION DASHBOARD"

_TOTAL_LABELS: Final = {"cost": "Total Cost", "api_calls": "API Calls", "tokens": "Tokens"}
_HOUR_METRICS: Final = (
    ("cache_hit_rate", "Cache Hit Rate"),
    ("batch_efficiency", "Batch Efficiency"),
    ("response_time_avg", "Avg Response Time"),
)
_WINDOW_WORDS: Final = {
    "1h": "last hour",
    "1d": "last day",
    "7d": "last 7 days",
    "30d": "last 30 days",
    "phase": "this phase",
}


@dataclass(frozen=True, slots=True)
class TrendDay:
    """What one day cost; None where that is not known."""

    day: date
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Dashboard:
    """The dashboard.

    Args:
        report: Its sections, as any report has them.
        trend: The cost of each loaded day of the last 30.
        baseline_daily_cost_usd: What a day of the baseline cost; None where that is not known.
        data_until: When the last loaded request was made, in UTC.
        released_at: When what is shown was published, in UTC.
    """

    report: Report
    trend: tuple[TrendDay, ...]
    baseline_daily_cost_usd: float | None
    data_until: datetime
    released_at: datetime | None

    @property
    def release(self) -> str:
        """What tells one release from another."""
        return self.released_at.isoformat() if self.released_at else "unpublished"

    def section(self, section_id: str) -> Section:
        """Return a section by its id."""
        return next(one for one in self.report.sections if one.section_id == section_id)


def build_dashboard(database: Path, now: datetime) -> Dashboard:
    """Read a published file and return its dashboard.

    Args:
        database: The file.
        now: The time in UTC, naive; says how old the data are.

    Raises:
        NotReadyError: Nothing is published, or no request is loaded.
    """
    return dashboard_of(read_dashboard(database), now)


def dashboard_of(data: DashboardData, now: datetime) -> Dashboard:
    """Arrange what was read."""
    window = data.windows["30d"]
    baseline = data.windows.get("baseline")
    trend = tuple(TrendDay(row["metric_date"], row["cost_usd"]) for row in data.trend)
    return Dashboard(
        report=Report(
            kind="dashboard",
            title=TITLE,
            subtitle=tuple(_subtitle(data, now)),
            period=Period("30d", "Last 30 days", window["first_date"], window["last_date"]),
            baseline=_baseline(baseline),
            verdict=_verdict(data),
            headline=(),
            sections=(_month(data), _hour(data), _models(data), _savings(data), _alerts(data)),
            notes=(),
            provenance=provenance_section(data),
        ),
        trend=trend,
        baseline_daily_cost_usd=_metric(data, "baseline", "daily_cost").get("metric_value"),
        data_until=data.data_until,
        released_at=data.released_at,
    )


def age(then: datetime, now: datetime) -> str:
    """Return how long ago something was: "3 minutes ago", "260 days ago"."""
    passed = now - then
    if passed < timedelta(minutes=1):
        return "just now"
    steps = ((timedelta(days=2), 86400, "day"), (timedelta(hours=2), 3600, "hour"))
    for least, seconds, noun in steps:
        if passed >= least:
            return f"{int(passed.total_seconds() // seconds):,} {noun}s ago"
    minutes = int(passed.total_seconds() // 60)
    return f"{minutes} minute{'' if minutes == 1 else 's'} ago"


def _local(data: DashboardData, moment: datetime) -> datetime:
    """Return a moment of UTC as the clocks of the workspace's time zone show it."""
    zone = ZoneInfo(_zone(data))
    return moment.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)


def _zone(data: DashboardData) -> str:
    return str(data.provenance.get("reporting_timezone") or "UTC")


def _subtitle(data: DashboardData, now: datetime) -> Iterator[str]:
    until = f"{_local(data, data.data_until):%Y-%m-%d %H:%M} {_zone(data)}"
    yield f"Data until: {until} ({age(data.data_until, now)})"
    if data.released_at:
        yield f"Updated: {_local(data, data.released_at):%Y-%m-%d %H:%M} {_zone(data)}"


def _baseline(window: Record | None) -> Period | None:
    if window is None:
        return None
    return Period(
        str(window["phase_id"]), window["window_name"], window["first_date"], window["last_date"]
    )


def _metric(data: DashboardData, window_id: str, metric_id: str) -> Record:
    return data.metrics.get((window_id, metric_id), {})


def _verdict(data: DashboardData) -> Verdict:
    firing = [one for one in data.alerts if one["status"] in ("critical", "warning")]
    unknown = [one for one in data.alerts if one["status"] == "not measurable"]
    if not data.alerts:
        return Verdict("no alerts", Tone.PLAIN, "The workspace defines none.")
    if firing:
        worst = min(one["status"] for one in firing)  # critical before warning, by the alphabet
        labels = listed([one["alert_label"] for one in firing])
        sentence = f"{len(firing)} of {len(data.alerts)}: {labels}."
        return Verdict(shown(worst), tone_of(worst), sentence)
    if unknown:
        sentence = f"{len(unknown)} of {len(data.alerts)} alerts cannot be measured; none fires."
        return Verdict(shown("not measurable"), Tone.CAUTION, sentence)
    return Verdict(shown("ok"), Tone.GOOD, f"None of {len(data.alerts)} alerts fires.")


def _month(data: DashboardData) -> Section:
    columns = (
        Column("metric", "Metric"),
        Column("value", "Value", is_numeric=True),
        Column("change", "Change", is_numeric=True),
        Column("baseline", "Baseline, as many days", is_numeric=True),
    )
    average = _metric(data, "30d", "daily_cost_calendar")
    rows = [_total_row(data, total_id) for total_id in _TOTAL_LABELS]
    rows.insert(1, _average_row(average))
    return Section("month", "30-DAY METRICS", (Table(columns, tuple(rows)),), _month_notes(data))


def _total_row(data: DashboardData, total_id: str) -> Row:
    total = data.totals.get(("30d", total_id), {})
    unit = unit_of("", str(total.get("unit")))
    no_baseline = "the baseline has no data"
    return Row(
        total_id,
        (
            text(_TOTAL_LABELS[total_id]),
            figure(total.get("total_value"), unit, "no cost is known"),
            figure(total.get("change_ratio"), Unit.RATIO, no_baseline, is_signed=True),
            figure(_whole(total.get("baseline_projection"), unit), unit, no_baseline),
        ),
    )


def _whole(value: object, unit: Unit) -> object:
    """Round a projected count, which has a fraction, to whole calls or tokens."""
    projected = number(value)
    return round(projected) if projected is not None and unit is not Unit.USD else projected


def _average_row(metric: Record) -> Row:
    reduction = number(metric.get("reduction_ratio"))
    change = None if reduction is None else -reduction
    return Row(
        "daily_average",
        (
            text("Daily Average"),
            figure(metric.get("metric_value"), Unit.USD, metric.get("missing_cause") or ""),
            figure(change, Unit.RATIO, "the baseline has no data", is_signed=True),
            figure(metric.get("baseline_value"), Unit.USD, "the baseline has no data"),
        ),
    )


def _month_notes(data: DashboardData) -> tuple[str, ...]:
    window = data.windows["30d"]
    days = f"{window['day_count']} of {window['planned_day_count']} days are loaded"
    if window["baseline_day_count"]:
        days += f", {window['baseline_day_count']} of them the baseline's own"
    notes = [f"{days}; the last is {window['last_date']}."]
    if window["day_count"] < window["planned_day_count"]:
        needed = window["planned_day_count"] - window["day_count"]
        notes.append(f"A full window needs {needed} more days.")
    return tuple(notes)


def _hour(data: DashboardData) -> Section:
    window = data.windows["1h"]
    start = window["hour_at"]
    columns = (
        Column("metric", "Metric"),
        Column("value", "Value", is_numeric=True),
        Column("samples", "Rests on"),
    )
    cost = data.totals.get(("1h", "cost"), {}).get("total_value")
    calls = count(window["api_call_count"], "API call")
    rows = [
        Row("cost_rate", (text("Cost Rate per Hour"), _cost_rate(cost), text(calls))),
        *(_hour_row(data, metric_id, label) for metric_id, label in _HOUR_METRICS),
    ]
    end = start + timedelta(hours=1)
    first, last, until = (_local(data, one) for one in (start, end, data.data_until))
    title = f"LAST HOUR ({first:%Y-%m-%d %H:%M} to {last:%H:%M} {_zone(data)})"
    note = f"The last hour with a request; its data end at {until:%H:%M} {_zone(data)}."
    return Section("hour", title, (Table(columns, tuple(rows)),), (note,))


def _cost_rate(cost: object) -> Cell:
    return figure(cost, Unit.USD, "no cost is known")


def _hour_row(data: DashboardData, metric_id: str, label: str) -> Row:
    metric = _metric(data, "1h", metric_id)
    value = figure(
        metric.get("metric_value"),
        unit_of(metric_id, str(metric.get("unit"))),
        str(metric.get("missing_cause") or ""),
    )
    noun = "request" if metric_id == "cache_hit_rate" else "API call"
    samples = count(int(metric.get("sample_count") or 0), noun)
    return Row(metric_id, (text(label), value, text(samples)))


def _models(data: DashboardData) -> Section:
    columns = (
        Column("model", "Model"),
        Column("share", "Share", is_numeric=True),
        Column("calls", "API calls", is_numeric=True),
        Column("cost", "Cost", is_numeric=True),
        Column("models", "Names in the log"),
    )
    rows = tuple(_model_row(one) for one in data.models)
    title = f"MODEL DISTRIBUTION ({data.windows['1d']['last_date']})"
    notes = () if rows else ("No API call was made that day.",)
    return Section("models", title, (Table(columns, rows),), notes)


def _model_row(one: Record) -> Row:
    return Row(
        one["model_family"],
        (
            text(one["model_family"].capitalize()),
            figure(one["call_share"], Unit.RATIO),
            figure(one["api_call_count"], Unit.COUNT),
            figure(one["cost_usd"], Unit.USD, "not known"),
            text(one["model_ids"]),
        ),
    )


def _savings(data: DashboardData) -> Section:
    columns = (
        Column("strategy", "Optimization"),
        Column("savings", "Saved", is_numeric=True),
        Column("events", "Events", is_numeric=True),
        Column("share", "Of the day's cost", is_numeric=True),
    )
    strategies = [one for one in data.savings if one["line_kind"] == "strategy"]
    totals = [one for one in data.savings if one["line_kind"] == "total"]
    rows = tuple(_saving_row(one) for one in (*strategies, *totals))
    title = f"TOP OPTIMIZATIONS ({data.windows['1d']['last_date']})"
    notes = tuple(note for total in totals for note in _saving_notes(total))
    return Section("savings", title, (Table(columns, rows),), notes)


def _saving_row(one: Record) -> Row:
    unknown = "could not be valued" if one["event_count"] else "not logged"
    return Row(
        one["strategy_id"] or "total",
        (
            text(one["line_label"]),
            figure(one["savings_usd"], Unit.USD, unknown),
            figure(one["event_count"], Unit.COUNT),
            figure(one["share_of_day_cost"], Unit.RATIO, "not known"),
        ),
        is_total=one["line_kind"] == "total",
    )


def _saving_notes(total: Record) -> Iterator[str]:
    if not total["event_count"]:
        ever = "" if total["savings_usd"] is None else " that day"
        yield f"No optimization event was logged{ever}."
        return
    if total["share_of_baseline_cost"] is not None:
        share = written(total["share_of_baseline_cost"], Unit.RATIO)
        cost = written(total["baseline_daily_cost_usd"], Unit.USD)
        yield f"The total is {share} of the baseline's daily cost of {cost}."
    if total["unvalued_event_count"]:
        yield f"{total['unvalued_event_count']:,} events could not be valued and count as nothing."
    yield "What the event log says, at the price that would have been billed; not yet a proof."


def _alerts(data: DashboardData) -> Section:
    columns = (
        Column("status", "Status"),
        Column("alert", "Alert"),
        Column("observed", "Observed", is_numeric=True),
        Column("limit", "Alerts when"),
        Column("window", "Over"),
    )
    rows = tuple(_alert_row(one) for one in data.alerts)
    notes = () if rows else ("The workspace's alerts.csv holds no alert.",)
    return Section("alerts", "ALERTS", (Table(columns, rows),), notes)


def _alert_row(one: Record) -> Row:
    is_reduction = one["measure"] == "reduction_ratio"
    unit = Unit.RATIO if is_reduction else unit_of(one["metric_id"], one["unit"])
    limit = f"{one['comparison']} {format_limit(one['threshold'], unit)}"
    if is_reduction:
        limit = f"reduction {limit}"
    window = _WINDOW_WORDS.get(one["time_window"], one["time_window"])
    thin = few(one["sample_count"]) if one["observed_value"] is not None else ""
    return Row(
        one["alert_id"],
        (
            status_cell(str(one["status"])),
            text(one["alert_label"]),
            figure(one["observed_value"], unit, str(one["missing_cause"] or "")),
            text(limit),
            text(f"{window}{thin}"),
        ),
    )
