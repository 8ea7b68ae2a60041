"""What the provenance of a report says beside its facts."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

import pytest

from tars_bench.reports.read.records import Record
from tars_bench.reports.sections.provenance import provenance_section


@dataclass
class Warehouse:
    provenance: Record = field(default_factory=dict)
    released_at: datetime | None = None


SAID = {
    "web_search_cost_usd": (Decimal("0.5"), "Web searches at list price are $0.50"),
    "adjustment_usd": (Decimal("-3"), "The logs credit $3.00"),
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
