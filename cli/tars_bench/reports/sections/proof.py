"""The sections that say how far a comparison holds: bridge, strategies, quality, hygiene."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from tars_bench.reports.model import Cell, Column, Row, Section, Table, number
from tars_bench.reports.read.records import Proof, Record, ReportData
from tars_bench.reports.words.cells import figure, interval, text, unit_of, written
from tars_bench.reports.words.formatting import Unit, format_limit
from tars_bench.reports.words.hygiene import sentence_of
from tars_bench.reports.words.missing import missing_words, token_explanation
from tars_bench.reports.words.quality import quality_reason
from tars_bench.reports.words.statuses import status_cell
from tars_bench.shared.reasons import strategy_reason

_HYGIENE_ORDER = ("serious", "warning", "not measurable", "ok")
_MAX_MODELS = 8


def bridge_section(data: ReportData, proof: Proof) -> Section:
    """Return what the change of daily cost is made of, factor by factor, then model by model."""
    if not proof.bridge:
        return Section(
            "cost_bridge",
            "COST BRIDGE",
            (),
            (f"There is no bridge for {data.here}.",),
            is_proof=True,
        )
    columns = (
        Column("factor", "Factor"),
        Column("before", data.baseline.phase_name, is_numeric=True, is_detail=True),
        Column("after", data.phase.phase_name, is_numeric=True, is_detail=True),
        Column("unit", "Unit", is_detail=True),
        Column("contribution", "USD per day", is_numeric=True),
        Column("share", "Of the change", is_numeric=True),
    )
    first = proof.bridge[0]
    rows = (
        _end_row("baseline", "Daily cost before", first["baseline_daily_usd"]),
        *(_factor_row(data, one) for one in proof.bridge if _is_shown(one)),
        _end_row("phase", "Daily cost after", first["phase_daily_usd"]),
    )
    tables = [Table(columns, rows)]
    if proof.bridge_models:
        tables.append(_models_table(data, proof))
    notes = tuple(_bridge_notes(data, proof))
    return Section("cost_bridge", "COST BRIDGE", tuple(tables), notes, is_proof=True)


def _is_shown(one: Record) -> bool:
    """Leave out the factors that logged tokens would have to explain where they cannot."""
    return one["is_token_explained"] or not one["missing_reason"]


def _end_row(row_id: str, label: str, value: object) -> Row:
    none = text("n/a")
    amount = figure(value, Unit.USD, "no cost")
    return Row(row_id, (text(label), none, none, none, amount, none), is_total=True)


def _factor_row(data: ReportData, one: Record) -> Row:
    reason = missing_words(one["missing_reason"], data.here, data.there, "none")
    unit = _driver_unit(one["driver_unit"] or "")
    cells = (
        text(one["factor_name"]),
        figure(one["baseline_driver_value"], unit, "none"),
        figure(one["phase_driver_value"], unit, "none"),
        text(one["driver_unit"] or "none"),
        figure(one["contribution_usd_per_day"], Unit.USD, reason, is_signed=True),
        figure(one["share_of_change"], Unit.RATIO, reason),
    )
    return Row(one["factor_id"], cells)


def _driver_unit(words: str) -> Unit:
    """Return how a driver is written, from its unit in words."""
    if words.startswith("share"):
        return Unit.RATIO
    if words.startswith("USD per call"):
        return Unit.USD_FINE
    if words.startswith("USD"):
        return Unit.USD
    return Unit.COUNT if words.endswith(("per day", "tokens per call")) else Unit.SCORE


def _bridge_notes(data: ReportData, proof: Proof) -> Iterator[str]:
    yield (
        "The factors add up to the change of daily cost per day with calls, to the last cent; "
        "a plus sign means higher cost. Shares may exceed 100% where factors work against each "
        "other."
    )
    unexplained = next((one for one in proof.bridge if not one["is_token_explained"]), None)
    if unexplained:
        reason = token_explanation(unexplained, data.here, data.there)
        yield (
            f"Logged tokens do not explain the cost: {reason}. So nothing is said about tokens, "
            "prompt caching or prices; their part is in the cost per call that stays unexplained."
        )
    reasons = {
        one["missing_reason"]: one["factor_name"]
        for one in proof.bridge
        if one["missing_reason"] and _is_shown(one)
    }
    for reason, name in reasons.items():
        yield f"{name}: {missing_words(reason, data.here, data.there)}."


def _models_table(data: ReportData, proof: Proof) -> Table:
    columns = (
        Column("model", "Model"),
        Column("calls_before", f"Calls per day, {data.baseline.phase_name}", is_numeric=True),
        Column("calls_after", f"Calls per day, {data.phase.phase_name}", is_numeric=True),
        Column("before", f"Cost, {data.baseline.phase_name}", is_numeric=True),
        Column("after", f"Cost, {data.phase.phase_name}", is_numeric=True),
        Column("change", "Change", is_numeric=True),
        Column("most", "Mostly"),
    )
    models = [list(rows) for _, rows in groupby(proof.bridge_models, lambda one: one["model_id"])]
    shown = [_model_row(rows) for rows in models[:_MAX_MODELS]]
    rest = models[_MAX_MODELS:]
    if rest:
        shown.append(_rest_row([rows[0] for rows in rest]))
    return Table(columns, tuple(shown), "By model, per day with calls")


def _model_row(rows: Sequence[Record]) -> Row:
    one = rows[0]
    parts = [row for row in rows if row["contribution_usd_per_day"] is not None]
    most = max(parts, key=lambda row: abs(row["contribution_usd_per_day"]), default=None)
    cells = (text(one["model_id"]), *_model_figures([one]), _most_cell(most))
    return Row(f"model:{one['model_id']}", cells)


def _most_cell(most: Record | None) -> Cell:
    if most is None or not most["contribution_usd_per_day"]:
        return text("no change")
    return text(f"{most['factor_name']} {signed_usd(most['contribution_usd_per_day'])}")


def _rest_row(models: Sequence[Record]) -> Row:
    name = text(f"{len(models):,} other models")
    return Row("other_models", (name, *_model_figures(models), text("various")))


def _model_figures(models: Sequence[Record]) -> Iterator[Cell]:
    for key, unit, is_signed in (
        ("baseline_calls_per_day", Unit.COUNT, False),
        ("phase_calls_per_day", Unit.COUNT, False),
        ("baseline_daily_usd", Unit.USD, False),
        ("phase_daily_usd", Unit.USD, False),
        ("change_usd_per_day", Unit.USD, True),
    ):
        total = sum(float(one[key] or 0) for one in models)
        yield figure(total, unit, is_signed=is_signed)


def signed_usd(value: object) -> str:
    """Return dollars with their sign, as they stand inside a sentence."""
    return figure(value, Unit.USD, is_signed=True).text


def strategy_section(data: ReportData, proof: Proof) -> Section:
    """Return, per strategy, whether it was on, moved traffic, and moved its driver."""
    planned = (Column("planned", "In the plan", is_detail=True),) if data.is_planned else ()
    columns = (
        Column("strategy", "Strategy"),
        *planned,
        Column("events", "Events", is_numeric=True),
        Column("traffic", "Traffic moved"),
        Column("driver", "Metric it targets"),
        Column("interval", "95% interval", is_numeric=True),
        Column("status", "Status"),
    )
    on = [one for one in proof.strategies if one["is_planned"] or one["event_count"]]
    off = [one["strategy_name"] for one in proof.strategies if one not in on]
    rows = tuple(_strategy_row(one, is_planned=data.is_planned) for one in on)
    tables = (Table(columns, rows),) if on else ()
    notes = tuple(_strategy_notes(data, on, off))
    return Section("strategies_verified", "STRATEGIES VERIFIED", tables, notes, is_proof=True)


def _strategy_notes(data: ReportData, on: Sequence[Record], off: Sequence[str]) -> Iterator[str]:
    if any(one["status"] == "verified" for one in on):
        yield (
            "Verified: the strategy was used and the metric it targets improved: its whole "
            "interval lies on the right side of zero."
        )
    yield from (
        f"{one['strategy_name']}: {strategy_reason(one, data.here)}."
        for one in on
        if one["status"] != "verified"
    )
    if on and not data.is_planned:
        yield f"Those whose events were logged in {data.here} are taken to have been in use."
    if off:
        where = "Neither in the plan nor in the event log" if data.is_planned else "No event logged"
        yield f"{where}: {', '.join(off)}."


def _strategy_row(one: Record, *, is_planned: bool) -> Row:
    unit = unit_of(one["driver_metric_id"], one["driver_unit"] or "")
    display = "points" if unit is Unit.RATIO else "ratio"
    planned = (text("yes" if one["is_planned"] else "no"),) if is_planned else ()
    cells = (
        text(one["strategy_name"]),
        *planned,
        figure(one["event_count"], Unit.COUNT),
        traffic_cell(one),
        text(one["driver_metric_name"] or one["driver_metric_id"]),
        interval(one, display, unit, "driver_change"),
        status_cell(one["status"]),
    )
    return Row(one["strategy_id"], cells)


def traffic_cell(one: Record) -> Cell:
    """Return how much traffic a strategy moved, from the baseline to the phase."""
    unit = unit_of("", one["traffic_unit"])
    if one["traffic_value"] is None:
        return Cell(None, missing="not logged")
    before = one["baseline_traffic_value"]
    start = f"{written(before, unit)} to " if before is not None else ""
    word = {Unit.TOKENS: " tokens"}.get(unit, "")
    return text(f"{start}{written(one['traffic_value'], unit)}{word}")


def quality_section(data: ReportData, proof: Proof) -> Section:
    """Return whether a worsening as large as its margin can be ruled out, per quality metric."""
    columns = (
        Column("metric", "Metric"),
        Column("baseline", data.baseline.phase_name, is_numeric=True),
        Column("phase", data.phase.phase_name, is_numeric=True),
        Column("interval", "95% interval of the change", is_numeric=True),
        Column("margin", "Margin", is_numeric=True),
        Column("clusters", "Resampled", is_numeric=True, is_detail=True),
        Column("status", "Status"),
    )
    rows = tuple(_quality_row(one) for one in proof.quality)
    note = (
        "Not worse: the interval rules out a worsening as large as the margin. Inconclusive: it "
        "does not."
    )
    reasons = [
        f"{one['metric_name']}: {quality_reason(one, data.here, data.there)}"
        f"{'' if one['is_required'] else ' (not required)'}."
        for one in proof.quality
        if one["status"] != "not worse"
    ]
    tables = (Table(columns, rows),) if rows else ()
    return Section(
        "quality_checks", "QUALITY MUST NOT BE WORSE", tables, (note, *reasons), is_proof=True
    )


def _quality_row(one: Record) -> Row:
    unit = unit_of(one["metric_id"], one["unit"])
    is_relative = one["margin_kind"] == "relative"
    display = "ratio" if is_relative else "points" if unit is Unit.RATIO else "absolute"
    counts = f"{one['baseline_cluster_count']:,} / {one['phase_cluster_count']:,}"
    cells = (
        text(one["metric_name"]),
        figure(one["baseline_value"], unit),
        figure(one["phase_value"], unit),
        interval(one, display, unit),
        _margin(one, unit, is_relative=is_relative),
        text(counts),
        status_cell(one["status"]),
    )
    return Row(f"quality:{one['metric_id']}", cells)


def _margin(one: Record, unit: Unit, *, is_relative: bool) -> Cell:
    """Return the margin with the sign of a worsening."""
    sign = 1 if one["direction"] == "lower" else -1
    if is_relative:
        shown = Unit.RATIO
    else:
        shown = {Unit.RATIO: Unit.POINTS, Unit.SCORE_OF_FIVE: Unit.SCORE}.get(unit, unit)
    return figure(sign * one["margin"], shown, is_signed=True)


def hygiene_section(proof: Proof) -> Section:
    """Return what could spoil the comparison, the most serious first."""
    columns = (
        Column("check", "Check"),
        Column("observed", "Measured", is_numeric=True),
        Column("limits", "Warning, serious", is_detail=True),
        Column("status", "Status"),
        Column("sentence", "What it means"),
    )
    ordered = sorted(proof.hygiene, key=lambda one: _HYGIENE_ORDER.index(one["status"]))
    counts = Counter(one["status"] for one in proof.hygiene)
    counted = ", ".join(f"{counts[one]} {one}" for one in _HYGIENE_ORDER if counts[one])
    tables = (Table(columns, tuple(_hygiene_row(one) for one in ordered)),) if ordered else ()
    note = (
        f"Of {len(proof.hygiene)} checks: {counted}. One serious check and no saving is called "
        "established."
    )
    notes = (note,) if ordered else ()
    return Section("hygiene", "BEFORE YOU TRUST THIS", tables, notes, is_proof=True)


def _hygiene_row(one: Record) -> Row:
    unit = unit_of("", one["unit"])
    cells = (
        text(one["check_name"]),
        figure(one["observed_value"], unit),
        text(_limits(one, unit)),
        status_cell(one["status"]),
        text(sentence_of(one)),
    )
    return Row(f"hygiene:{one['check_id']}", cells)


def _limits(one: Record, unit: Unit) -> str:
    sign = "<" if one["worse_is"] == "below" else ">"
    limits = [number(one[f"{name}_threshold"]) for name in ("warning", "serious")]
    return ", ".join(
        "never" if one is None else f"{sign} {format_limit(one, unit)}" for one in limits
    )
