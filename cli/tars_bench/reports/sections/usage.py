"""Who used what: the model distribution and the session breakdown."""

from collections.abc import Sequence

from tars_bench.reports.model import Cell, Column, Row, Section, Table
from tars_bench.reports.read.records import Record, ReportData
from tars_bench.reports.words.cells import figure, text
from tars_bench.reports.words.formatting import Unit

MAX_SESSIONS = 10
"""Sessions listed one by one, the dearest first; the rest are added up in one row."""

_NO_CALLS = "no calls"
_NO_PRICE = "no list price"


def model_tables(data: ReportData) -> tuple[Table, ...]:
    """Return the share of calls and cost per model family, and what a family's tokens cost."""
    mine = [one for one in data.models if one["phase_id"] == data.phase.phase_id]
    if data.is_baseline:
        return (_description(mine),)
    before = [one for one in data.models if one["phase_id"] == data.baseline.phase_id]
    pairs = _paired(before, mine)
    return (_distribution(data, pairs), _efficiency(mine))


def _paired(before: Sequence[Record], after: Sequence[Record]) -> list[tuple[Record, Record]]:
    """Return each family's usage in both periods; the mart has every family in every phase."""
    old = {one["model_family"]: one for one in before}
    return [(old[one["model_family"]], one) for one in after]


def _description(mine: Sequence[Record]) -> Table:
    columns = (
        Column("model", "Model"),
        Column("call_share", "Share of calls", is_numeric=True),
        Column("calls_per_day", "Calls per day", is_numeric=True),
        Column("cost_share", "Share of cost", is_numeric=True),
    )
    rows = tuple(
        Row(
            one["model_family"],
            (
                text(family_name(one["model_family"])),
                *_call_cells(one),
                figure(one["cost_share"], Unit.RATIO, "no cost"),
            ),
        )
        for one in mine
    )
    return Table(columns, rows, "Model distribution")


def _call_cells(one: Record) -> tuple[Cell, Cell]:
    return (
        figure(one["call_share"], Unit.RATIO, _NO_CALLS),
        figure(one["calls_per_day"], Unit.COUNT, _NO_CALLS),
    )


def _distribution(data: ReportData, pairs: Sequence[tuple[Record, Record]]) -> Table:
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
    return Table(columns, tuple(_family_row(*pair) for pair in pairs), "By model family")


def _family_row(old: Record, new: Record) -> Row:
    shares = (old["call_share"], new["call_share"])
    moved = None if None in shares else shares[1] - shares[0]
    cells = (
        text(family_name(new["model_family"])),
        *_call_cells(old),
        *_call_cells(new),
        figure(moved, Unit.POINTS),
        figure(new["cost_share"], Unit.RATIO, "no cost"),
    )
    return Row(new["model_family"], cells)


def _efficiency(mine: Sequence[Record]) -> Table:
    reference = family_name(mine[0]["reference_model_family"]) if mine else ""
    columns = (
        Column("model", "Model"),
        Column("usd_per_million_tokens", "Paid per million tokens", is_numeric=True),
        Column("list_usd_per_million_tokens", "At list price", is_numeric=True),
        Column("cost_efficiency_ratio", f"Cost efficiency ({reference} = 1x)", is_numeric=True),
    )
    return Table(columns, tuple(_efficiency_row(one) for one in mine), "Cost efficiency")


def _efficiency_row(one: Record) -> Row:
    nothing = _NO_CALLS if not one["api_call_count"] else "no tokens or no cost"
    cells = (
        text(family_name(one["model_family"])),
        figure(one["usd_per_million_tokens"], Unit.USD, nothing),
        figure(one["list_usd_per_million_tokens"], Unit.USD, _NO_PRICE),
        figure(one["cost_efficiency_ratio"], Unit.MULTIPLE, _NO_PRICE),
    )
    return Row(one["model_family"], cells)


def family_name(family: str) -> str:
    """Return a model family as people write it."""
    return family[:1].upper() + family[1:]


def session_section(data: ReportData) -> Section:
    """Return cost, tokens, calls and duration per session, the dearest first."""
    rows = [_session_row(one) for one in data.sessions[:MAX_SESSIONS]]
    rest = data.sessions[MAX_SESSIONS:]
    if rest:
        rows.append(_rest_row(rest))
    columns = (
        Column("session", "Session"),
        Column("cost", "Cost", is_numeric=True),
        Column("per_day", "Per day", is_numeric=True),
        Column("tokens", "Tokens", is_numeric=True),
        Column("calls", "Calls", is_numeric=True),
        Column("duration", "Duration", is_numeric=True),
    )
    tables = (Table(columns, tuple(rows)),) if rows else ()
    return Section("session_breakdown", "SESSION BREAKDOWN", tables, _session_notes(data))


def _session_notes(data: ReportData) -> tuple[str, ...]:
    if not data.sessions:
        return (f"No session was logged in {data.here}.",)
    notes = [
        "Cost, tokens and calls are the session's in the whole period; per day, its cost over the "
        "period's days with calls; the duration is the mean of the session's own days."
    ]
    if any(one["is_reported_only"] for one in data.sessions):
        notes.append(
            "Sessions marked (costs.json) are known only from that file; they are shown as it "
            "reports them, and their calls are counted under other sessions."
        )
    return tuple(notes)


def _session_row(one: Record) -> Row:
    name, session_id = one["session_name"], one["session_id"]
    label = f"{name} ({session_id})" if name and name != session_id else session_id
    source = " (costs.json)" if one["is_reported_only"] else ""
    cells = (
        text(f"{label}{source}"),
        figure(one["shown_cost_usd"], Unit.USD, "no cost known"),
        figure(one["cost_per_day_usd"], Unit.USD, "no cost known"),
        figure(one["shown_token_count"], Unit.TOKENS, "no tokens known"),
        figure(one["shown_api_call_count"], Unit.COUNT, "no calls known"),
        figure(one["duration_minutes"], Unit.MINUTES, "no duration known"),
    )
    return Row(session_id, cells)


def _rest_row(rest: Sequence[Record]) -> Row:
    def total(key: str) -> float:
        return sum(float(one[key]) for one in rest if one[key] is not None)

    cells = (
        text(f"{len(rest):,} other sessions"),
        figure(total("shown_cost_usd"), Unit.USD),
        figure(total("cost_per_day_usd"), Unit.USD),
        figure(total("shown_token_count"), Unit.TOKENS),
        figure(total("shown_api_call_count"), Unit.COUNT),
        figure(None, Unit.MINUTES, "not added up"),
    )
    return Row("other_sessions", cells)
