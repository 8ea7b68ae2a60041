"""What the provenance of a report says beside its facts."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from tars_bench.reports.read.records import Record
from tars_bench.reports.sections.provenance import provenance_section


@dataclass
class Warehouse:
    provenance: Record = field(default_factory=dict)
    released_at: datetime | None = None


@pytest.mark.parametrize("count", [0, None])
def test_without_charges_nothing_is_said_of_them(count: int | None) -> None:
    section = provenance_section(Warehouse({"surcharged_request_count": count}))
    assert not any("web searches" in note for note in section.notes)


def test_charges_that_list_costs_leave_out_are_said() -> None:
    section = provenance_section(Warehouse({"surcharged_request_count": 1234}))
    assert any(note.startswith("1,234 times a request was billed") for note in section.notes)
