"""The figures of the real data, as their README gives them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from load_helpers import Place

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data are not here")


def test_tars_pipeline(tmp_path: Path) -> None:
    place = Place(SHARED / "tars_pipeline", tmp_path / "w.duckdb")
    result = place.load()
    assert result.feeds[0].kept_count == result.feeds[0].line_count == 7355
    assert place.query(
        """
        select count(*), sum(cost_usd)::decimal(18, 6), avg(response_time_ms)::decimal(18, 3)
        from raw.tars_api_responses
        where requested_at < '2026-07-14'
        """
    ) == [(2423, Decimal("587.278928"), Decimal("152858.889"))]
    assert place.query("select count(*) from raw.tars_daily_costs") == [(21,)]
    assert place.unaccounted() == []


def test_claude_code(tmp_path: Path) -> None:
    place = Place(SHARED / "claude_code", tmp_path / "w.duckdb", "claude_code")
    result = place.load()
    assert result.line_count == 69161
    # 42,616 lines carry usage, 143 of them in byte-identical copies of another file; two
    # tell of a call that was tried again.
    assert result.kept_count == 42616 - 143 + 2
    assert result.quarantined_count == 0
    assert place.unaccounted() == []
    assert place.load().line_count == 0
