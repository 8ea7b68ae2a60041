"""What the strategies brought: savings, the target and the monthly budget."""

from collections.abc import Iterator

from tars_bench.reports.formatting import Unit, digits_to_tell_apart, format_limit
from tars_bench.reports.model import Cell, Column, Row, Section, Table, Tone, number
from tars_bench.reports.records import Record, ReportData
from tars_bench.reports.words import figure, text, written

_SAVINGS_COLUMNS = (
    Column("line", "Savings per day with calls"),
    Column("savings", "Amount", is_numeric=True),
    Column("share", "Of baseline daily cost", is_numeric=True),
    Column("tokens", "Tokens saved", is_numeric=True),
)
_EVIDENCE_COLUMNS = (
    Column("strategy", "Strategy"),
    Column("switched_on", "In the plan"),
    Column("events", "Events", is_numeric=True),
    Column("orphans", "Without a request", is_numeric=True),
    Column("valued", "Valued per day", is_numeric=True),
    Column("claimed", "Log claims per day", is_numeric=True),
)
_STATUSES = {
    "achieved": ("achieved ✅", Tone.GOOD),
    "exceeds target": ("exceeds target ✅", Tone.GOOD),
    "not achieved": ("not achieved ❌", Tone.BAD),
}
_EVIDENCE_TITLE = "What the event log holds, strategy by strategy"
_NO_PRICE = "not valued"
_NO_EVENT = "no event logged"
_NO_PAIR = "one side is missing"
_NO_CLAIM = "no claim"


def impact_section(data: ReportData) -> Section:
    """Return the savings the event log accounts for beside the drop that was measured."""
    reason = _NO_PRICE if any(one["event_count"] for one in data.savings) else _NO_EVENT
    lines = tuple(_savings_row(one, reason) for one in data.savings_lines)
    evidence = tuple(_evidence_row(one) for one in data.savings if _took_part(one))
    tables = [Table(_SAVINGS_COLUMNS, lines)] if lines else []
    if evidence:
        tables.append(Table(_EVIDENCE_COLUMNS, evidence, _EVIDENCE_TITLE))
    return Section("optimization_impact", "OPTIMIZATION IMPACT", tuple(tables), _impact_notes(data))


def _took_part(one: Record) -> bool:
    return bool(one["is_switched_on"] or one["event_count"])


def _savings_row(one: Record, reason: str) -> Row:
    kind = one["line_kind"]
    is_claim = kind not in ("measured", "unexplained")
    is_rise = kind == "measured" and (one["savings_per_day_usd"] or 0) < 0
    cells = (
        text(f"{one['line_label']}{' (negative: it rose)' if is_rise else ''}"),
        figure(one["savings_per_day_usd"], Unit.USD, reason if is_claim else _NO_PAIR),
        figure(one["share_of_baseline_cost"], Unit.RATIO, reason if is_claim else _NO_PAIR),
        figure(one["tokens_saved"], Unit.TOKENS, "not counted" if is_claim else "does not apply"),
    )
    return Row(one["line_key"], cells, is_total=kind == "total")


def _evidence_row(one: Record) -> Row:
    nothing = _NO_PRICE if one["event_count"] else _NO_EVENT
    cells = (
        text(one["strategy_name"]),
        text("yes" if one["is_switched_on"] else "no"),
        figure(one["event_count"], Unit.COUNT),
        figure(one["orphan_event_count"], Unit.COUNT),
        figure(one["savings_per_day_usd"], Unit.USD, nothing),
        figure(_per_day(one), Unit.USD, _NO_CLAIM if one["event_count"] else _NO_EVENT),
    )
    return Row(one["strategy_id"], cells)


def _per_day(one: Record) -> float | None:
    claimed, days = number(one["claimed_savings_usd"]), one["active_day_count"]
    return float(claimed) / days if claimed is not None and days else None


def _impact_notes(data: ReportData) -> tuple[str, ...]:
    if not any(one["event_count"] for one in data.savings):
        return ("No optimisation event was logged in this phase, so no strategy can be credited.",)
    notes = [
        "Savings are the log's own events valued at the price that would have been billed: claims, "
        "not proof. The measured drop is the difference of two daily costs; what is left over is "
        "named, and it may be workload, model mix, chance or a price change."
    ]
    unvalued = sum(one["unvalued_event_count"] or 0 for one in data.savings)
    if unvalued:
        notes.append(
            f"{unvalued:,} events could not be valued, for want of a price or of the request they "
            "belong to, and count as no saving."
        )
    return tuple(notes)


def target_section(data: ReportData) -> Section:
    """Return whether the phase met its target, on the daily and on the monthly cost."""
    asked = [one for one in data.targets if one["status"] != "no target"]
    if not asked:
        return Section("target_achievement", "TARGET ACHIEVEMENT", (), ("The plan sets none.",))
    columns = (
        Column("basis", "Cost"),
        Column("target", "Target reduction"),
        Column("achieved", "Achieved", is_numeric=True),
        Column("status", "Status"),
    )
    rows = tuple(_target_row(one) for one in asked)
    limits = tuple(row for one in asked for row in _limit_rows(one))
    tables = (Table(columns, rows), Table(_LIMIT_COLUMNS, limits))
    return Section("target_achievement", "TARGET ACHIEVEMENT", tables)


_LIMIT_COLUMNS = (
    Column("limit", "Cost at the target"),
    Column("allowed", "At most", is_numeric=True),
    Column("actual", "Measured", is_numeric=True),
    Column("status", "Status"),
)
_BASES = {"daily": "Daily cost (per day with calls)", "monthly": "Monthly cost"}


def _target_row(one: Record) -> Row:
    cells = (
        text(_BASES.get(one["cost_basis"], one["cost_basis"])),
        text(target_text(one)),
        achieved_cell(one),
        target_status(one),
    )
    return Row(one["cost_basis"], cells)


def target_text(one: Record) -> str:
    """Return the target as the plan states it: "at least 20%", "30% to 40%"."""
    low, high = one["target_min"], one["target_max"]
    if high is None:
        return f"at least {format_limit(low, Unit.RATIO)}"
    return f"{format_limit(low, Unit.RATIO)} to {format_limit(high, Unit.RATIO)}"


def achieved_cell(one: Record) -> Cell:
    """Return the reduction reached, with the decimals that tell it from the target."""
    value = number(one["achieved_reduction_ratio"])
    limits = [limit for limit in (one["target_min"], one["target_max"]) if limit is not None]
    wanted = [digits_to_tell_apart(value, limit, Unit.RATIO) for limit in limits]
    digits = max((count for count in wanted if count is not None), default=None)
    return Cell(value, Unit.RATIO, missing=one["missing_reason"] or "", digits=digits)


def target_status(one: Record) -> Cell:
    """Return whether the target was met, in a word before its tick, or why nobody can say."""
    word, tone = _STATUSES.get(one["status"], ("not measurable ❔", Tone.CAUTION))
    reason = one["missing_reason"]
    if reason:
        return Cell(f"{word} {reason}", tone=tone)
    rose = (number(one["achieved_reduction_ratio"]) or 0) < 0
    return Cell(f"{word}, it rose" if rose else word, tone=tone)


def _limit_rows(one: Record) -> Iterator[Row]:
    for name, title, is_met in (
        ("minimum", "Minimum", "is_minimum_met"),
        ("maximum", "Maximum", "is_maximum_met"),
    ):
        share = one["target_min" if name == "minimum" else "target_max"]
        if share is None:
            continue
        allowed, actual = number(one[f"{name}_target_usd"]), number(one["phase_value"])
        digits = digits_to_tell_apart(actual, allowed, Unit.USD)
        yield Row(
            f"{one['cost_basis']}_{name}",
            (
                text(
                    f"{title} target ({format_limit(share, Unit.RATIO)}), {one['cost_basis']} cost"
                ),
                Cell(allowed, Unit.USD, digits=digits),
                Cell(actual, Unit.USD, digits=digits),
                _met_cell(one[is_met]),
            ),
        )


def _met_cell(is_met: bool | None) -> Cell:
    if is_met is None:
        return Cell("not measurable ❔", tone=Tone.CAUTION)
    return Cell("reached ✅", tone=Tone.GOOD) if is_met else Cell("not reached ❌", tone=Tone.BAD)


def financial_section(data: ReportData) -> Section:
    """Return what the phase means for a month and a year, beside the budget."""
    columns = (
        Column("line", "Line"),
        Column("amount", "Amount", is_numeric=True),
        Column("budget", "Against the budget"),
    )
    one = next(iter(data.financial), None)
    if one is None:
        return Section("monthly_financial_impact", "MONTHLY FINANCIAL IMPACT", (), (_NO_BASELINE,))
    note = "A month is 365 / 12 days at the cost per calendar day; a year is twelve such months."
    table = Table(columns, tuple(_financial_rows(data, one)))
    return Section("monthly_financial_impact", "MONTHLY FINANCIAL IMPACT", (table,), (note,))


_NO_BASELINE = "There is no baseline to compare with."


def _financial_rows(data: ReportData, one: Record) -> Iterator[Row]:
    reason = one["missing_reason"] or ""
    nothing = text("does not apply")
    budget = figure(one["monthly_budget_usd"], Unit.USD, "no budget is set")
    yield Row("monthly_budget", (text("Monthly budget"), budget, nothing))
    for key, label in (("baseline", "Previous"), ("phase", "Optimized")):
        amount = figure(one[f"{key}_monthly_usd"], Unit.USD, reason)
        yield Row(f"{key}_monthly", (text(f"{label} cost"), amount, _budget_cell(one, key)))
    for key, label in (("monthly", "Monthly"), ("annual", "Annual")):
        savings = figure(one[f"{key}_savings_usd"], Unit.USD, reason)
        yield Row(f"{key}_savings", (text(f"{label} {_savings_word(savings)}"), savings, nothing))


def _savings_word(savings: Cell) -> str:
    value = number(savings.value)
    return "savings (negative: it costs more)" if value is not None and value < 0 else "savings"


def _budget_cell(one: Record, key: str) -> Cell:
    gap = number(one[f"{key}_vs_budget_usd"])
    if gap is None:
        return Cell(None, missing=one["missing_reason"] or "no budget is set")
    if gap == 0:
        return text("exactly the budget")
    if gap > 0:
        return Cell(f"OVER by {written(gap, Unit.USD)} ❌", tone=Tone.BAD)
    return Cell(f"UNDER by {written(abs(gap), Unit.USD)} ✅", tone=Tone.GOOD)
