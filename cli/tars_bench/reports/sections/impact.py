"""What the strategies brought: savings, the target and the monthly budget."""

from collections.abc import Iterator

from tars_bench.reports.model import Cell, Column, Row, Section, Table, Tone, number
from tars_bench.reports.read.records import Record, ReportData
from tars_bench.reports.words.cells import figure, listed, text, written
from tars_bench.reports.words.formatting import (
    Unit,
    digits_to_tell_apart,
    format_limit,
    reads_as_zero,
)
from tars_bench.reports.words.missing import missing_words
from tars_bench.reports.words.statuses import status_cell

_SAVINGS_COLUMNS = (
    Column("line", "Savings per day with calls"),
    Column("savings", "Amount", is_numeric=True),
    Column("share", "Of baseline daily cost", is_numeric=True),
    Column("tokens", "Tokens saved per day", is_numeric=True),
)
_AUDIT_COLUMNS = (
    Column("strategy", "Per day with calls"),
    Column("events", "Events", is_numeric=True),
    Column("valued", "Valued", is_numeric=True),
    Column("claimed", "Log claims", is_numeric=True),
    Column("supported", "Bridge supports", is_numeric=True),
    Column("over_claim", "Claimed per supported", is_numeric=True),
    Column("orphans", "Without a request", is_numeric=True, is_detail=True),
    Column("doubles", "Claimed twice", is_numeric=True, is_detail=True),
    Column("shared", "Also another's", is_numeric=True, is_detail=True),
    Column("unvalued", "Not valued", is_numeric=True, is_detail=True),
)
IMPACT = "optimization_impact"
"""The section that says what the strategies brought."""
AUDIT = "claims_audit"
"""The section that holds the claims beside what the cost bridge supports."""
_AUDIT_LABELS = {"unexplained": "Left of the measured drop"}
_NO_PRICE = "not valued"
_NO_EVENT = "no event logged"
_NO_PAIR = "one side is missing"
_UNKNOWN = "not known"
_NO_MATTER = "n/a"


def impact_section(data: ReportData) -> Section:
    """Return what the strategies of the plan saved by the event log, beside the drop measured."""
    reason = _NO_PRICE if _has_events(data) else _NO_EVENT
    lines = tuple(
        _savings_row(one, reason)
        for one in data.savings_lines
        if not (_is_audited(data) and one["line_kind"] == "unexplained")
    )
    tables = (Table(_SAVINGS_COLUMNS, lines),) if lines else ()
    return Section(IMPACT, "OPTIMIZATION IMPACT", tables, tuple(_impact_notes(data)))


def audit_section(data: ReportData) -> Section | None:
    """Return what the log claims per strategy beside what the bridge supports; None without."""
    if not _is_audited(data):
        return None
    table = Table(_AUDIT_COLUMNS, tuple(_audit_rows(data)))
    return Section(AUDIT, "CLAIMS AUDIT", (table,), tuple(_audit_notes(data)), is_proof=True)


def _is_audited(data: ReportData) -> bool:
    return bool(data.proof and data.proof.claims and _has_events(data))


def _has_events(data: ReportData) -> bool:
    return any(one["event_count"] for one in data.savings)


def _savings_row(one: Record, reason: str) -> Row:
    kind = one["line_kind"]
    is_claim = kind not in ("measured", "unexplained")
    is_rise = kind == "measured" and (one["savings_per_day_usd"] or 0) < 0
    cells = (
        text(f"{one['line_label']}{' (negative: it rose)' if is_rise else ''}"),
        figure(one["savings_per_day_usd"], Unit.USD, reason if is_claim else _NO_PAIR),
        figure(one["share_of_baseline_cost"], Unit.RATIO, reason if is_claim else _NO_PAIR),
        figure(one["tokens_saved_per_day"], Unit.TOKENS, reason if is_claim else _NO_MATTER),
    )
    return Row(one["line_key"], cells, is_total=kind == "total")


def _is_left_out(claim: Record, savings: Record | None) -> bool:
    if claim["line_kind"] == "measured_drop":
        return True
    if savings and not (savings["event_count"] or savings["is_switched_on"]):
        return True
    return claim["line_kind"] == "rest_factor" and not _is_told(claim["supported_usd_per_day"])


def _audit_rows(data: ReportData) -> Iterator[Row]:
    """Yield the strategies that were on or claim something, their sum, and what is left over."""
    names = {one["strategy_id"]: one for one in data.savings}
    for one in data.proof.claims if data.proof else ():
        if _is_left_out(one, names.get(one["line_id"])):
            continue
        label = _AUDIT_LABELS.get(one["line_kind"], one["line_label"])
        cells = (text(label), *_audit_cells(one))
        key = one["line_id"] if one["line_kind"] == "unexplained" else f"audit:{one['line_id']}"
        yield Row(key, cells, is_total=one["line_kind"] == "total")


def _is_told(usd: float | None) -> bool:
    return usd is not None and not reads_as_zero(usd, Unit.USD)


def _audit_cells(one: Record) -> Iterator[Cell]:
    is_factor = one["line_kind"] == "rest_factor"
    is_rest = is_factor or one["line_kind"] == "unexplained"
    none = _NO_MATTER if is_rest else _UNKNOWN
    yield figure(one["event_count"], Unit.COUNT, none)
    yield figure(one["valued_usd_per_day"], Unit.USD, _NO_MATTER if is_factor else _UNKNOWN)
    yield figure(one["claimed_usd_per_day"], Unit.USD, _NO_MATTER if is_factor else "names none")
    yield figure(one["supported_usd_per_day"], Unit.USD, _UNKNOWN)
    ratio = number(one["over_claim_ratio"])
    unsupported = _UNKNOWN if one["supported_usd_per_day"] is None else "none supported"
    yield Cell(ratio, Unit.MULTIPLE, missing=none if is_rest else unsupported)
    for key in ("orphan_event", "double_claim", "shared_claim", "unvalued_claim"):
        yield figure(one[f"{key}_count"], Unit.COUNT, none)


def _impact_notes(data: ReportData) -> Iterator[str]:
    if not _has_events(data):
        yield f"No optimization event was logged in {data.here}: no strategy can be credited."
        return
    unvalued = sum(one["unvalued_event_count"] or 0 for one in data.savings)
    if unvalued:
        yield (
            f"{unvalued:,} events could not be valued, for want of a price or of the request they "
            "belong to, and count as no saving."
        )


def _audit_notes(data: ReportData) -> Iterator[str]:
    """Yield how to read the claims, and what of them is not known."""
    yield (
        "Valued: the log's own events at the price that would have been billed. Log claims: the "
        "dollars the log itself names. Bridge supports: what the strategy's factor of the cost "
        "bridge did, below zero where it raised the cost. Claimed per supported: above 1x, more is "
        "claimed than is seen in the bill; of all claims, those the bridge has a factor for."
    )
    yield from _doubtful_claims(data)
    yield from _support_reasons(data)


def _doubtful_claims(data: ReportData) -> Iterator[str]:
    """Say what is wrong with events, for who does not see the columns that count it."""
    total = data.proof.claim("total") if data.proof else {}
    for key, words in (
        ("orphan_event_count", "belong to no request that was logged"),
        ("double_claim_count", "claim a saving that was claimed before"),
    ):
        if total.get(key):
            yield f"{total[key]:,} events {words}."


def _support_reasons(data: ReportData) -> Iterator[str]:
    """Say once why figures of the audit are missing."""
    for name, key in (("Log claims", "claims"), ("Bridge supports", "support")):
        labels: dict[str, list[str]] = {}
        for one in data.proof.claims if data.proof else ():
            if one["line_kind"] == "strategy" and one[f"{key}_missing_reason"]:
                labels.setdefault(one[f"{key}_missing_reason"], []).append(one["line_label"])
        yield from (
            f"{name}, not known for {listed(names)}: {missing_words(why, data.here, data.there)}."
            for why, names in labels.items()
        )


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
    status = str(one["status"])
    reason = one["missing_reason"]
    if reason:
        return status_cell(status, f" {reason}")
    rose = (number(one["achieved_reduction_ratio"]) or 0) < 0
    return status_cell(status, ", it rose" if rose else "")


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
        return status_cell("not measurable")
    return status_cell("reached" if is_met else "not reached")


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
        yield Row(f"{key}_monthly", (text(f"{label} cost"), amount, _against(one, key)))
    for key, label in (("monthly", "Monthly"), ("annual", "Annual")):
        savings = figure(one[f"{key}_savings_usd"], Unit.USD, reason)
        yield Row(f"{key}_savings", (text(f"{label} {_savings_word(savings)}"), savings, nothing))


def _against(one: Record, key: str) -> Cell:
    gap = one[f"{key}_vs_budget_usd"]
    return against_budget(gap, one["missing_reason"] or "no budget is set")


def against_budget(gap: object, missing: str) -> Cell:
    """Return how far a month is over or under its budget."""
    amount = number(gap)
    if amount is None:
        return Cell(None, missing=missing)
    if amount == 0:
        return text("exactly the budget")
    if amount > 0:
        return Cell(f"OVER by {written(amount, Unit.USD)} ❌", tone=Tone.BAD)
    return Cell(f"UNDER by {written(abs(amount), Unit.USD)} ✅", tone=Tone.GOOD)


def _savings_word(savings: Cell) -> str:
    value = number(savings.value)
    return "savings (negative: it costs more)" if value is not None and value < 0 else "savings"
