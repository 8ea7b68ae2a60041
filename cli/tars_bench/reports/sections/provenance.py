"""Where a report's figures come from, and what the reader must know to trust them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from tars_bench.reports.model import Cell, Column, Row, Section, Table, number
from tars_bench.reports.read.records import Phase, Record, ReportData
from tars_bench.reports.words.cells import text, written
from tars_bench.reports.words.formatting import Unit

_COLUMNS = (Column("fact", "Fact"), Column("value", "Value"))
_FACTS = (
    ("request_count", "Requests", Unit.COUNT),
    ("api_call_count", "API calls", Unit.COUNT),
    ("token_count", "Tokens of API calls", Unit.TOKENS),
    ("file_count", "Files read", Unit.COUNT),
    ("read_line_count", "Lines read", Unit.COUNT),
    ("kept_line_count", "Lines kept", Unit.COUNT),
    ("merged_line_count", "Lines merged into others", Unit.COUNT),
    ("dropped_line_count", "Lines dropped by rule", Unit.COUNT),
    ("quarantined_line_count", "Lines quarantined", Unit.COUNT),
    ("cost_usd", "Cost in the figures above", Unit.USD),
    ("recorded_cost_usd", "Recorded cost (what the logs say)", Unit.USD),
    ("list_cost_usd", "List cost (tokens at list price)", Unit.USD),
    ("reported_cost_usd", "Reported cost (costs.json)", Unit.USD),
    ("price_coverage_ratio", "Tokens with a list price", Unit.RATIO),
    ("uncosted_api_call_count", "API calls without any cost", Unit.COUNT),
    ("differing_day_count", "Days on which two costs differ", Unit.COUNT),
    ("price_book_version", "Price book", Unit.TEXT),
    ("reporting_timezone", "Calendar days are of time zone", Unit.TEXT),
    ("last_load_id", "Last load", Unit.COUNT),
)
_WORTHS = {
    "absent": "none stated: list price",
    "zero_beside_tokens": "0 beside tokens with a price: not taken",
    "no_list_price": "no list price to compare with",
    "scatters": "scatter around {ratio} of the list price",
    "jumps": "{ratio} of the list price, {before} before",
    "constant_ratio": "always {ratio} of the list price: a price of its own",
    "list_price": "the list price",
}
_MOST_MODELS = 12
_WIDE_GAP = 0.01
_MISSING = "none known"


class FromWarehouse(Protocol):
    """What was read together with the facts about where it was read from."""

    @property
    def provenance(self) -> Record:
        """The row of `marts.report_provenance`."""

    @property
    def released_at(self) -> datetime | None:
        """When the file was published."""


def provenance_section(data: FromWarehouse, costs: Table | None = None) -> Section:
    """Return the facts about the warehouse the report was read from: all phases together.

    Args:
        data: What was read, with those facts.
        costs: What the recorded costs of the report's own days are worth, if that is known.
    """
    record = data.provenance
    rows = [Row("window", (text("Data loaded"), _window(record)))]
    rows.extend(_fact_row(record, *fact) for fact in _FACTS)
    released = Cell(data.released_at, Unit.TIMESTAMP, missing="not published")
    rows.append(Row("released_at", (text("Warehouse published"), released)))
    table = Table(_COLUMNS, tuple(rows), "The whole warehouse, all phases")
    tables = (table, costs) if costs else (table,)
    return Section("provenance", "PROVENANCE", tables, _cost_notes(record), is_proof=True)


def recorded_costs(data: ReportData) -> Table | None:
    """Return what recorded costs are worth, per source and model, the dearest first."""
    found = {
        (one["phase_id"], one["source_system"], one["model_id"]): one for one in data.credibility
    }
    named = list(dict.fromkeys(key[1:] for key in found))
    if not named:
        return None
    phases = list({one.phase_id: one for one in (data.baseline, data.phase)}.values())
    columns = [Column("source", "Source"), Column("model", "Model")]
    columns += [Column(phase.phase_id, phase.phase_name) for phase in phases]
    rows = []
    for source, model in named[:_MOST_MODELS]:
        shown = [_worth(found.get((phase.phase_id, source, model))) for phase in phases]
        rows.append(Row(f"{source}/{model}", (text(source), text(model), *shown)))
    title = "What the costs that the logs state are worth"
    if len(named) > _MOST_MODELS:
        title += f" ({len(named) - _MOST_MODELS:,} more in marts.cost_credibility)"
    return Table(tuple(columns), tuple(rows), title)


def _worth(record: Record | None) -> Cell:
    if record is None:
        return Cell(None, missing="no calls")
    ratio, before = (
        None if record[name] is None else written(record[name], Unit.RATIO)
        for name in ("recorded_list_ratio", "baseline_recorded_list_ratio")
    )
    sentence = _WORTHS[record["credibility"]].format(ratio=ratio, before=before)
    stated, calls = record["recorded_call_count"], record["call_count"]
    if 0 < stated < calls:
        sentence += f"; of {stated:,} of {calls:,} calls"
    return text(sentence)


def _window(record: Record) -> Cell:
    if record.get("first_date") is None:
        return Cell(None, missing="nothing is loaded")
    return text(
        f"{record['first_date']} to {record['last_date']} ({record['day_count']:,} days, "
        f"{record['active_day_count']:,} with calls)"
    )


def _fact_row(record: Record, key: str, label: str, unit: Unit) -> Row:
    value = record.get(key)
    shown = value if unit is Unit.TEXT else number(value)
    return Row(key, (text(label), Cell(shown, unit, missing=_MISSING)))


def _cost_notes(record: Record) -> tuple[str, ...]:
    sentence = (
        "Costs in this report are the recorded cost of a call where its log has one, else its "
        "list cost; reported costs are never mixed in."
    )
    uncosted = record.get("uncosted_api_call_count") or 0
    sentences = [sentence, *_gap_notes(record)]
    if uncosted:
        sentences.append(f"{uncosted:,} API calls have neither and count as no dollars at all.")
    sentences.extend(_charge_notes(record))
    return tuple(sentences)


def _charge_notes(record: Record) -> Iterator[str]:
    """Say what cost is beside tokens, what was credited, and which calls are sums of several."""
    searches = number(record.get("web_search_cost_usd"))
    if searches:
        yield f"Web searches at list price are {written(searches, Unit.USD)} of the cost."
    credited = number(record.get("adjustment_usd"))
    if credited:
        yield (
            f"The logs credit {written(abs(credited), Unit.USD)} (costs below zero): a refund of "
            "whatever it was for, so it is in no cost, and its calls count at list cost."
        )
    compactions = record.get("compaction_count") or 0
    if compactions:
        estimate = number(record.get("estimated_compaction_usd"))
        worth = "" if estimate is None else f", about {written(estimate, Unit.USD)} (estimated)"
        yield (
            f"{compactions:,} compactions of Claude Code replaced a context without a line for "
            f"their call{worth}: they are in no cost and no token count."
        )
    aggregates = record.get("aggregate_request_count") or 0
    if aggregates:
        yield (
            f"{aggregates:,} requests have a prompt longer than their model takes: each is the sum "
            "of several calls, priced without the tier for long prompts and without a time."
        )


def _gap_notes(record: Record) -> Iterator[str]:
    """Name a gap between recorded and list cost that is too wide for a rounding difference."""
    recorded, listed = number(record.get("recorded_cost_usd")), number(record.get("list_cost_usd"))
    if not recorded or listed is None:
        return
    gap = float(listed) - float(recorded)
    if abs(gap) > _WIDE_GAP * abs(float(recorded)):
        side = "above" if gap > 0 else "below"
        yield (
            f"List cost is {written(abs(gap), Unit.USD)} {side} recorded cost: the tokens logged "
            "or the prices of their model names do not account for what was recorded."
        )


def notes(data: ReportData) -> Iterator[str]:
    """Yield what limits the figures: days not loaded, a fallback, prices that are missing."""
    for phase in dict.fromkeys((data.baseline, data.phase)):
        yield from _coverage_notes(phase)
    if data.phase.is_final_by_fallback and data.kind == "final":
        yield f"The plan marks no phase as final; {data.phase.phase_name} is its last one."


def _coverage_notes(phase: Phase) -> Iterator[str]:
    if phase.day_count < phase.planned_day_count:
        missing = phase.planned_day_count - phase.day_count
        yield f"{phase.phase_name}: needs {missing} more days of data to be complete."
    silent = phase.day_count - phase.active_day_count
    if silent > 0:
        yield f"{phase.phase_name}: {silent} of {phase.day_count} loaded days had no calls."
