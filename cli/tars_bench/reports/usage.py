"""Who used what: the model distribution and the session breakdown."""

from collections.abc import Sequence

from tars_bench.reports.formatting import Unit
from tars_bench.reports.model import Column, Row, Section, Table, number
from tars_bench.reports.records import Phase, Record, ReportData
from tars_bench.reports.words import figure, text

MAX_SESSIONS = 10
"""Sessions listed one by one, the dearest first; the rest are added up in one row."""

_NO_CALLS = "no API call was logged"


def model_tables(data: ReportData) -> tuple[Table, ...]:
    """Return the share of calls and cost per model family, and what a family's tokens cost."""
    before, after = _shares(data, data.baseline), _shares(data, data.phase)
    if data.is_baseline:
        return (_description(after),)
    return (_distribution(data, before, after), _efficiency(data, after))


def _shares(data: ReportData, phase: Phase) -> dict[str, Record]:
    """Return usage per family with its shares, the most used first."""
    mine = [one for one in data.models if one["phase_id"] == phase.phase_id]
    calls = sum(one["api_call_count"] for one in mine)
    cost = sum(one["cost_usd"] or 0 for one in mine)
    ordered = sorted(mine, key=lambda one: (-one["api_call_count"], one["model_family"] or ""))
    return {
        one["model_family"] or "": {
            **one,
            "call_share": one["api_call_count"] / calls if calls else None,
            "calls_per_day": _per_day(one["api_call_count"], phase),
            "cost_share": (one["cost_usd"] or 0) / cost if cost else None,
        }
        for one in ordered
    }


def _per_day(count: int, phase: Phase) -> float | None:
    return count / phase.active_day_count if phase.active_day_count else None


def _description(after: dict[str, Record]) -> Table:
    columns = (
        Column("model", "Model"),
        Column("call_share", "Share of calls", is_numeric=True),
        Column("calls_per_day", "Calls per day", is_numeric=True),
        Column("cost_share", "Share of cost", is_numeric=True),
    )
    rows = tuple(
        Row(
            family,
            (
                text(family_name(family)),
                figure(one["call_share"], Unit.RATIO),
                figure(one["calls_per_day"], Unit.COUNT),
                figure(one["cost_share"], Unit.RATIO),
            ),
        )
        for family, one in after.items()
    )
    return Table(columns, rows, "Model distribution")


def _distribution(data: ReportData, before: dict[str, Record], after: dict[str, Record]) -> Table:
    names = (data.baseline.phase_name, data.phase.phase_name)
    columns = (
        Column("model", "Model"),
        Column("baseline_call_share", f"{names[0]}: calls", is_numeric=True),
        Column("baseline_calls_per_day", "per day", is_numeric=True),
        Column("call_share", f"{names[1]}: calls", is_numeric=True),
        Column("calls_per_day", "per day", is_numeric=True),
        Column("change", "Change", is_numeric=True),
        Column("cost_share", "Share of cost", is_numeric=True),
    )
    families = list(dict.fromkeys([*after, *before]))
    return Table(columns, tuple(_family_row(one, before, after) for one in families))


def _family_row(family: str, before: dict[str, Record], after: dict[str, Record]) -> Row:
    old = _usage(before, family)
    new = _usage(after, family)
    is_compared = old["call_share"] is not None and new["call_share"] is not None
    moved = new["call_share"] - old["call_share"] if is_compared else None
    cells = (
        text(family_name(family)),
        figure(old["call_share"], Unit.RATIO, _NO_CALLS),
        figure(old["calls_per_day"], Unit.COUNT, _NO_CALLS),
        figure(new["call_share"], Unit.RATIO, _NO_CALLS),
        figure(new["calls_per_day"], Unit.COUNT, _NO_CALLS),
        figure(moved, Unit.POINTS),
        figure(new["cost_share"], Unit.RATIO, _NO_CALLS),
    )
    return Row(family, cells)


def _usage(families: dict[str, Record], family: str) -> Record:
    """Return a family's usage: zero where others were used, unknown where nothing was."""
    keys = ("call_share", "calls_per_day", "cost_share")
    return families.get(family) or dict.fromkeys(keys, 0 if families else None)


def _efficiency(data: ReportData, after: dict[str, Record]) -> Table:
    """Return the tokens a dollar buys from each family, as a multiple of the baseline's."""
    line = data.line("cost_per_million_tokens")
    reference = number(line.baseline_value) if line else None
    columns = (
        Column("model", "Model"),
        Column("cost_per_million_tokens", "Cost per million tokens", is_numeric=True),
        Column("efficiency", "Cost efficiency (baseline = 1x)", is_numeric=True),
    )
    rows = tuple(_efficiency_row(name, one, reference) for name, one in after.items())
    return Table(columns, rows)


def _efficiency_row(family: str, usage: Record, reference: object) -> Row:
    cost, tokens = number(usage["cost_usd"]), number(usage["token_count"])
    price = float(cost) / float(tokens) * 1e6 if cost is not None and tokens else None
    base = number(reference)
    multiple = float(base) / price if base is not None and price else None
    cells = (
        text(family_name(family)),
        figure(price, Unit.USD, "no cost or no tokens logged"),
        figure(multiple, Unit.MULTIPLE),
    )
    return Row(family, cells)


def family_name(family: str | None) -> str:
    """Return a model family as people write it."""
    return family[:1].upper() + family[1:] if family else "(unknown model)"


def session_section(data: ReportData) -> Section:
    """Return cost, tokens, calls and duration per session, the dearest first."""
    ordered = sorted(data.sessions, key=lambda one: (-(one["cost_usd"] or 0), one["session_id"]))
    rows = [_session_row(one) for one in ordered[:MAX_SESSIONS]]
    rest = ordered[MAX_SESSIONS:]
    if rest:
        rows.append(_rest_row(rest))
    columns = (
        Column("session", "Session"),
        Column("cost", "Cost per day", is_numeric=True),
        Column("tokens", "Tokens per day", is_numeric=True),
        Column("calls", "Calls per day", is_numeric=True),
        Column("duration", "Duration", is_numeric=True),
    )
    tables = (Table(columns, tuple(rows)),) if rows else ()
    notes = () if rows else ("No session was logged in this phase.",)
    return Section("session_breakdown", "SESSION BREAKDOWN", tables, notes)


def _session_row(one: Record) -> Row:
    name, session_id = one["session_name"], one["session_id"]
    label = f"{name} ({session_id})" if name and name != session_id else session_id
    cells = (
        text(label),
        figure(one["cost_per_day_usd"], Unit.USD, "no cost known"),
        figure(one["tokens_per_day"], Unit.TOKENS),
        figure(one["calls_per_day"], Unit.COUNT),
        figure(one["duration_minutes"], Unit.MINUTES, "no duration known"),
    )
    return Row(session_id, cells)


def _rest_row(rest: Sequence[Record]) -> Row:
    def total(key: str) -> object:
        return sum(one[key] for one in rest if one[key] is not None)

    cells = (
        text(f"{len(rest):,} other sessions"),
        figure(total("cost_per_day_usd"), Unit.USD),
        figure(total("tokens_per_day"), Unit.TOKENS),
        figure(total("calls_per_day"), Unit.COUNT),
        figure(None, Unit.MINUTES, "not added up"),
    )
    return Row("other_sessions", cells)
