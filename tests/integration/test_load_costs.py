"""costs.json: a document its owner rewrites; a bad day stays out, alone."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from load_helpers import Place

DAY = {
    "daily": {"cost": 8.5, "tokens": 850000, "apiCalls": 234},
    "sessions": {
        "main:abc123": {"cost": 3.2, "tokens": 320000, "apiCalls": 85, "durationMinutes": 510}
    },
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data", tmp_path / "w.duckdb")


def test_days_and_sessions(place: Place) -> None:
    place.write(
        "costs.json", json.dumps({"2026-02-12": DAY, "2026-02-13": {"daily": DAY["daily"]}})
    )
    result = place.load()
    assert place.query("select * exclude (file_id) from raw.tars_daily_costs order by 1") == [
        (1, 1, date(2026, 2, 12), Decimal("8.5"), 850000, 234),
        (2, 1, date(2026, 2, 13), Decimal("8.5"), 850000, 234),
    ]
    assert place.query("select * exclude (file_id) from raw.tars_session_costs") == [
        (1, 1, date(2026, 2, 12), "main:abc123", Decimal("3.2"), 320000, 85, 510.0)
    ]
    assert result.kept_count == 2
    assert place.unaccounted() == []


BAD_DAYS = {
    "a date that does not exist": ("2026-02-30", DAY, "bad_date"),
    "no date": ("yesterday", DAY, "bad_date"),
    "another century": ("1026-02-13", DAY, "date_out_of_range"),
    "a number for a day": ("2026-02-13", 7, "bad_type:day"),
    "no daily figures": ("2026-02-13", {"sessions": {}}, "missing:daily"),
    "a cost in words": ("2026-02-13", {"daily": {"cost": "8.50"}}, "bad_type:daily.cost"),
    "a true cost": ("2026-02-13", {"daily": {"cost": True}}, "bad_type:daily.cost"),
    "a negative cost": ("2026-02-13", {"daily": {"cost": -1}}, "negative:daily.cost"),
    "no finite cost": ("2026-02-13", {"daily": {"cost": float("inf")}}, "not_finite:daily.cost"),
    "too much": ("2026-02-13", {"daily": {"cost": 1e10}}, "out_of_range:daily.cost"),
    "half a token": ("2026-02-13", {"daily": {"tokens": 1.5}}, "bad_type:daily.tokens"),
    "a day of a million and a cent": (
        "2026-02-13", {"daily": {"cost": 1_000_000.01}}, "out_of_range:daily.cost",
    ),
    "too many tokens": (
        "2026-02-13", {"daily": {"tokens": 10**14 + 1}}, "out_of_range:daily.tokens",
    ),
    "beyond bigint": ("2026-02-13", {"daily": {"tokens": 2**63}}, "out_of_range:daily.tokens"),
    "a bad session": (
        "2026-02-13", {**DAY, "sessions": {"s": {"cost": "x"}}}, "bad_type:sessions.cost",
    ),
    "a day written twice": ("2026-02-11", DAY, "duplicate_date"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD_DAYS)
def test_a_bad_day_stays_out_alone(place: Place, kind: str) -> None:
    key, value, rule = BAD_DAYS[kind]
    good = json.dumps(DAY)
    text = f'{{\n"2026-02-11": {good},\n"{key}": {json.dumps(value)},\n"2026-02-14": {good}\n}}\n'
    place.write("costs.json", text)

    result = place.load()

    assert place.quarantined() == [("costs.json", 3, rule)]
    rows = place.query("select line_number, cost_date from raw.tars_daily_costs order by 1")
    assert rows == [(1, date(2026, 2, 11)), (3, date(2026, 2, 14))]
    assert (result.kept_count, result.quarantined_count) == (2, 1)
    assert place.query("select count(*) from raw.tars_session_costs") == [(2,)]
    assert place.unaccounted() == []


def test_half_a_document_keeps_its_whole_days(place: Place) -> None:
    text = json.dumps({"2026-02-12": DAY, "2026-02-13": DAY}, indent=1)
    place.write("costs.json", text[: len(text) - 40])
    place.load()
    assert len(place.rows("tars_daily_costs")) == 1
    assert [(name, rule) for name, _, rule in place.quarantined()] == [("costs.json", "not_json")]

    place.write("costs.json", text)
    assert place.load().kept_count == 2


@pytest.mark.parametrize("content", [b"[]", b"17", b"nonsense", b'"text"', b"\xff\xfe", b"{\0"])
def test_what_is_no_document_at_all(place: Place, content: bytes) -> None:
    place.write("costs.json", content)
    result = place.load()
    assert (result.kept_count, result.quarantined_count) == (0, 1)
    assert place.unaccounted() == []


@pytest.mark.parametrize("content", [b"", b" \n", b"{}", b"\xef\xbb\xbf{ }"])
def test_an_empty_document_says_nothing(place: Place, content: bytes) -> None:
    place.write("costs.json", content)
    assert place.load().line_count == 0


def test_every_version_stays_and_the_newest_is_known(place: Place) -> None:
    first = json.dumps({"2026-02-12": DAY})
    second = json.dumps({"2026-02-12": {"daily": {"cost": 9}}})
    for version in (first, second, second, first):
        place.write("costs.json", version)
        place.load()
    rows = place.query("select load_id, cost_usd from raw.tars_daily_costs order by 1")
    # The third load found nothing new and has no number.
    assert rows == [(1, Decimal("8.5")), (2, Decimal(9)), (3, Decimal("8.5"))]
    assert place.unaccounted() == []
    assert place.load().line_count == 0
