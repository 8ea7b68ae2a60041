"""What the provenance of a report says beside its facts."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tars_bench.reports.read.records import Record
from tars_bench.reports.sections.provenance import provenance_section, recorded_costs


@dataclass
class Warehouse:
    provenance: Record = field(default_factory=dict)
    released_at: datetime | None = None


SAID = {
    "web_search_cost_usd": (Decimal("0.5"), "Web searches at list price are $0.50"),
    "adjustment_usd": (Decimal("-3"), "The logs credit $3.00"),
    "compaction_count": (78, "78 compactions of Claude Code replaced a context"),
    "aggregate_request_count": (1234, "1,234 requests have a prompt longer than"),
}


@pytest.mark.parametrize("name", SAID)
@pytest.mark.parametrize("value", [0, None])
def test_what_there_is_none_of_is_not_mentioned(name: str, value: int | None) -> None:
    section = provenance_section(Warehouse({name: value}))
    assert not any(note.startswith(SAID[name][1][:10]) for note in section.notes)


@pytest.mark.parametrize("name", SAID)
def test_what_is_beside_tokens_is_said(name: str) -> None:
    value, beginning = SAID[name]
    section = provenance_section(Warehouse({name: value}))
    assert any(note.startswith(beginning) for note in section.notes)


def compared(*records: Record) -> Any:
    phases = [
        SimpleNamespace(phase_id=name, phase_name=name.title()) for name in ("before", "after")
    ]
    return SimpleNamespace(baseline=phases[0], phase=phases[1], credibility=records)


WORTHS = {
    "absent": "none stated: list price",
    "zero_beside_tokens": "0 beside tokens with a price: not taken",
    "no_list_price": "no list price to compare with",
    "scatters": "scatter around 92.0% of the list price",
    "jumps": "92.0% of the list price, 100.0% before",
    "constant_ratio": "always 92.0% of the list price: a price of its own",
    "list_price": "the list price",
}


@pytest.mark.parametrize("credibility", WORTHS)
def test_a_recorded_cost_is_said_to_be_worth_what_it_is(credibility: str) -> None:
    record = {
        "phase_id": "after",
        "source_system": "tars",
        "model_id": "claude-one",
        "call_count": 3,
        "recorded_call_count": 3,
        "recorded_list_ratio": 0.92,
        "baseline_recorded_list_ratio": 1.0,
        "credibility": credibility,
    }
    table = recorded_costs(compared(record))
    assert table is not None
    ((source, model, before, after),) = [row.cells for row in table.rows]
    assert [source.value, model.value] == ["tars", "claude-one"]
    assert (before.value, before.missing) == (None, "no calls")
    assert after.value == WORTHS[credibility]


def test_nothing_is_said_of_costs_that_were_not_looked_at() -> None:
    assert recorded_costs(compared()) is None
