"""Which charts a report has, and beside which tables they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise

from tars_bench.reports.model import (
    Chart,
    ChartKind,
    Level,
    Region,
    Section,
    Series,
    number,
)
from tars_bench.reports.read.records import ChartData, Record
from tars_bench.reports.words.cells import listed
from tars_bench.reports.words.formatting import Unit, format_limit, format_value, reads_as_zero

MAX_FAMILIES = 5
"""Model families drawn one by one, the most called first; the rest are one share."""

AS_THE_BASELINE = {
    "tasks": "the baseline at as many tasks",
    "api_calls": "the baseline at as many API calls",
    "days": "the baseline's mean day",
}
"""What the baseline's model is called, by the work it goes by."""
_MOST_GAP_DAYS = 31
_RESIDUAL_USD = Decimal("0.000001")
_ANCHORS = {
    "daily_cost": ("daily_cost", "cost_per_api_call"),
    "counterfactual": ("optimization_impact", "daily_cost"),
    "cumulative_savings": ("optimization_impact", "daily_cost"),
    "cost_bridge": ("cost_bridge", "optimization_impact", "daily_cost"),
    "model_distribution": ("sonnet_call_share", "haiku_call_share"),
    "response_times": ("response_time_p95", "response_time_avg"),
    "rates": ("cache_hit_rate", "batch_efficiency"),
    "strategy_savings": ("optimization_impact",),
}
"""Beside which section (by its id, or by a metric among its rows) each chart stands."""


@dataclass(frozen=True, slots=True)
class ChartView:
    """What of the daily figures a report shows, and what it compares them with.

    Args:
        first_date: The first day drawn.
        last_date: The last day drawn.
        timezone: Whose calendar days they are.
        regions: The phases, shaded.
        levels: The baseline's and the target's daily cost.
        phase_id: Whose cost bridge and avoided cost are drawn.
        driver_id: The work the baseline's model goes by; none where there is no model.
        names: What the bridge leads from and to.
    """

    first_date: date
    last_date: date
    timezone: str
    regions: tuple[Region, ...] = ()
    levels: tuple[Level, ...] = ()
    phase_id: str = ""
    driver_id: str = ""
    names: tuple[str, str] = ("Baseline", "Phase")


def with_charts(sections: Sequence[Section], charts: Sequence[Chart]) -> list[Section]:
    """Put each chart below the tables it belongs to; one without a place opens the report."""
    placed: dict[int, list[Chart]] = {}
    for chart in charts:
        placed.setdefault(_place(sections, chart.chart_id), []).append(chart)
    return [
        replace(section, charts=(*section.charts, *placed.get(index, ())))
        for index, section in enumerate(sections)
    ]


def _place(sections: Sequence[Section], chart_id: str) -> int:
    for anchor in _ANCHORS.get(chart_id, ()):
        for index, section in enumerate(sections):
            if section.section_id == anchor or anchor in _row_ids(section):
                return index
    return 0


def _row_ids(section: Section) -> set[str]:
    return {row.row_id for table in section.tables for row in table.rows}


def daily_charts(data: ChartData, view: ChartView) -> list[Chart]:
    """Return the charts over days: cost, savings, models, response times, rates."""
    days = [one for one in data.days if view.first_date <= one["metric_date"] <= view.last_date]
    days = [one for one in days if one["day_count"]]
    if not days:
        return []
    charts = [_cost(days, view), *_avoided(data, view), _bridge(data, view)]
    charts += [_models(days, data.models, view), _response_times(days, view), _rates(days, view)]
    return [chart for chart in charts if chart is not None]


def _cost(days: list[Record], view: ChartView) -> Chart | None:
    series = (_series(days, "cost_usd", "Cost of the day"),)
    return _over_days(
        "daily_cost", "Daily cost", days, series, Unit.USD, "US dollars per day", view, view.levels
    )


def _avoided(data: ChartData, view: ChartView) -> Iterator[Chart | None]:
    """Yield the cost of the days beside what they would have cost, and what that adds up to."""
    mine = [
        one
        for one in data.avoided
        if (one["phase_id"], one["driver_id"]) == (view.phase_id, view.driver_id)
    ]
    later = [one for one in mine if not one["is_baseline_day"]]
    if not later or later[0]["avoided_so_far_usd_low"] is None:
        return
    worked = AS_THE_BASELINE[view.driver_id]
    days = mine if _are_near(mine) else later
    series = (
        _series(days, "observed_usd", "Cost of the day"),
        _banded(days, "counterfactual_usd", f"{worked[:1].upper()}{worked[1:]}"),
    )
    title, axis = f"Daily cost beside {worked}", "US dollars per day"
    yield _over_days("counterfactual", title, days, series, Unit.USD, axis, view)
    saved = (
        _banded(later, "avoided_so_far_usd", "Saved, by the bill"),
        _series(later, "valued_so_far_usd", "Events of the log, valued"),
    )
    title, axis = f"Cumulative savings against {worked}", "US dollars since the first day"
    yield _over_days("cumulative_savings", title, later, saved, Unit.USD, axis, view)


def _are_near(days: Sequence[Record]) -> bool:
    """Return whether baseline and phase lie near enough to be drawn on one axis."""
    dates = [one["metric_date"] for one in days]
    gaps = (later - earlier for earlier, later in pairwise(dates))
    return max((gap.days for gap in gaps), default=0) <= max(_MOST_GAP_DAYS, len(dates))


def _banded(days: Sequence[Record], key: str, name: str) -> Series:
    lows, highs = (tuple(number(one[f"{key}_{end}"]) for one in days) for end in ("low", "high"))
    return Series(key, name, tuple(number(one[key]) for one in days), lows, highs)


def _family_groups(ordered: list[str]) -> list[tuple[str, list[str]]]:
    """Return the families that are drawn, each by its name; the rest of many as one."""
    families = ordered if len(ordered) <= MAX_FAMILIES + 1 else ordered[:MAX_FAMILIES]
    groups = [(name[:1].upper() + name[1:], [name]) for name in families]
    rest = ordered[len(families) :]
    return [*groups, (f"{len(rest)} other families", rest)] if rest else groups


def _models(days: list[Record], usage: Sequence[Record], view: ChartView) -> Chart | None:
    shown = {one["metric_date"] for one in days}
    calls: dict[str, dict[date, int]] = {}
    for one in usage:
        if one["usage_date"] in shown and one["api_call_count"]:
            calls.setdefault(one["model_family"], {})[one["usage_date"]] = one["api_call_count"]
    ordered = sorted(calls, key=lambda name: (-sum(calls[name].values()), name))
    groups = _family_groups(ordered)
    dates = [one["metric_date"] for one in days]
    totals = {day: sum(by_day.get(day, 0) for by_day in calls.values()) for day in dates}
    series = tuple(
        Series(f"family_{order}", name, _shares(members, calls, totals, dates))
        for order, (name, members) in enumerate(groups)
    )
    title, axis = "Model distribution", "Share of API calls"
    return _over_days(
        "model_distribution", title, days, series, Unit.RATIO, axis, view, kind=ChartKind.SHARE
    )


def _shares(
    members: Sequence[str],
    calls: dict[str, dict[date, int]],
    totals: dict[date, int],
    dates: Sequence[date],
) -> tuple[float | None, ...]:
    sums = [sum(calls[name].get(day, 0) for name in members) for day in dates]
    return tuple(
        count / totals[day] if totals[day] else None for count, day in zip(sums, dates, strict=True)
    )


def _response_times(days: list[Record], view: ChartView) -> Chart | None:
    series = tuple(
        _series(days, f"response_time_{name}", f"{name} ({words})")
        for name, words in (("p50", "median"), ("p95", "95% are faster"), ("p99", "99%"))
    )
    title, axis = "Response times of API calls", "Seconds"
    return _over_days("response_times", title, days, series, Unit.MILLISECONDS, axis, view)


def _rates(days: list[Record], view: ChartView) -> Chart | None:
    series = (
        _series(days, "cache_hit_rate", "Response-cache hits of requests"),
        _series(days, "prompt_cache_read_rate", "Prompt-cache reads of prompt tokens"),
        _series(days, "batch_efficiency", "Batched calls of API calls"),
    )
    title, axis = "Cache and batch rates", "Share"
    return _over_days("rates", title, days, series, Unit.RATIO, axis, view)


def _series(days: Sequence[Record], key: str, name: str) -> Series:
    return Series(key, name, tuple(number(one[key]) for one in days))


def _over_days(
    chart_id: str,
    title: str,
    days: Sequence[Record],
    series: tuple[Series, ...],
    unit: Unit,
    value_title: str,
    view: ChartView,
    levels: tuple[Level, ...] = (),
    kind: ChartKind = ChartKind.LINE,
) -> Chart | None:
    """Return a chart over calendar days, or None where every series is zero or unknown."""
    measured = tuple(one for one in series if any(one.values))
    if not measured:
        return None
    dates = tuple(one["metric_date"] for one in days)
    return Chart(
        chart_id=chart_id,
        title=title,
        kind=kind,
        positions=dates,
        series=measured,
        unit=unit,
        position_title=f"Calendar day, {_years(dates)}, time zone {view.timezone}",
        value_title=value_title,
        alt=_alt_over_days(title, dates, measured, unit, levels),
        regions=tuple(_clipped(view.regions, dates)),
        levels=levels,
    )


def _years(dates: Sequence[date]) -> str:
    first, last = dates[0].year, dates[-1].year
    return str(first) if first == last else f"{first} to {last}"


def _clipped(regions: Sequence[Region], dates: Sequence[date]) -> Iterator[Region]:
    for region in regions:
        first, last = max(region.first_date, dates[0]), min(region.last_date, dates[-1])
        if first <= last:
            yield replace(region, first_date=first, last_date=last)


def _alt_over_days(
    title: str,
    dates: Sequence[date],
    series: Sequence[Series],
    unit: Unit,
    levels: Sequence[Level],
) -> str:
    span = f"on {dates[0]}" if len(dates) == 1 else f"from {dates[0]} to {dates[-1]}"
    phrases = [_range(one, unit) for one in series]
    lines = [f"{level.name} {format_value(level.value, unit)}" for level in levels]
    compared = f" Lines: {listed(lines)}." if lines else ""
    return f"{title} {span}: {'; '.join(phrases)}.{compared}"


def _range(series: Series, unit: Unit) -> str:
    values = [value for value in series.values if value is not None]
    low, high, last = (format_value(one, unit) for one in (min(values), max(values), values[-1]))
    return f"{series.name} {low}" if low == high else f"{series.name} {low} to {high}, last {last}"


def _has_values(series: Series) -> bool:
    return any(value is not None for value in series.values)


def strategy_chart(savings: Sequence[Record]) -> Chart | None:
    """Return what each strategy's events are worth per day, beside what the log claims."""
    shown = [one for one in savings if one["event_count"]]
    if not shown:
        return None
    valued = tuple(number(one["savings_per_day_usd"]) for one in shown)
    claims = tuple(map(_claim_per_day, shown))
    candidates = (
        Series("valued", "Valued", valued),
        Series("claimed", "Claimed", claims),
    )
    series = tuple(filter(_has_values, candidates))
    if not series:
        return None
    names = tuple(str(one["strategy_name"]) for one in shown)
    title = "Savings per strategy"
    return Chart(
        chart_id="strategy_savings",
        title=title,
        kind=ChartKind.BAR,
        positions=names,
        series=series,
        unit=Unit.USD,
        position_title="Strategy",
        value_title="US dollars per day with calls",
        alt=_alt_over_names(title, names, series, Unit.USD),
    )


def _claim_per_day(one: Record) -> float | None:
    claimed, days = number(one["claimed_savings_usd"]), one["active_day_count"]
    return float(claimed) / days if claimed is not None and days else None


def _alt_over_names(title: str, names: Sequence[str], series: Sequence[Series], unit: Unit) -> str:
    phrases = [
        f"{name} {format_value(value, unit)}"
        for one in series[:1]
        for name, value in zip(names, one.values, strict=True)
        if value is not None
    ]
    return f"{title}: {', '.join(phrases) or 'none could be valued'}."


def _exact(value: object) -> Decimal:
    return Decimal(str(value))


def _ends_of_bridge(known: Sequence[Record]) -> tuple[Decimal, Decimal] | None:
    """Return the costs the factors lead from and to; none where they do not."""
    if not known:
        return None
    costs = (known[0]["baseline_daily_usd"], known[0]["phase_daily_usd"])
    if any(number(cost) is None for cost in costs):
        return None
    before, after = map(_exact, costs)
    whole = sum(_exact(one["contribution_usd_per_day"]) for one in known)
    return None if abs(before + whole - after) > _RESIDUAL_USD else (before, after)


def _bridge(data: ChartData, view: ChartView) -> Chart | None:
    """Return the way from the baseline's daily cost to the phase's, factor by factor.

    Factors that read as zero are left out. None where the factors do not lead from one to the
    other, because some are not known.
    """
    known = [
        one
        for one in data.bridge
        if one["phase_id"] == view.phase_id and number(one["contribution_usd_per_day"]) is not None
    ]
    costs = _ends_of_bridge(known)
    if costs is None:
        return None
    before, after = costs
    steps = [
        (str(one["factor_name"]), usd)
        for one in known
        if not reads_as_zero(usd := _exact(one["contribution_usd_per_day"]), Unit.USD)
    ]
    factors = [name for name, _ in steps]
    ends = view.names if len({*factors, *view.names}) == len(factors) + 2 else ("Before", "After")
    names = (ends[0], *factors, ends[1])
    series = (Series("cost", "Daily cost", (before, *(usd for _, usd in steps), after)),)
    title = f"Daily cost, from {ends[0]} to {ends[1]}"
    return Chart(
        chart_id="cost_bridge",
        title=title,
        kind=ChartKind.BRIDGE,
        positions=names,
        series=series,
        unit=Unit.USD,
        position_title="Factor",
        value_title="US dollars per day with calls",
        alt=_alt_over_names(title, names, series, Unit.USD),
    )


def target_levels(targets: Sequence[Record]) -> Iterator[Level]:
    """Yield the daily cost at each limit of the target."""
    for one in targets:
        for key, share in (
            ("minimum_target_usd", "target_min"),
            ("maximum_target_usd", "target_max"),
        ):
            value = number(one[key]) if one["cost_basis"] == "daily" else None
            if value is not None:
                yield Level(f"Target {format_limit(one[share], Unit.RATIO)} off", value, True)
