"""The figures that the real data have to come out with."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from build_helpers import MODELS_ONLY, Build
from load_helpers import Place

SHARED = Path(__file__).parents[3] / "shared" / "data"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real data are not here")


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    made = Build(tmp_path_factory.mktemp("real"))
    made.load(
        Place(SHARED / "tars_pipeline", made.database),
        Place(SHARED / "claude_code", made.database, "claude_code"),
    )
    made.build(*MODELS_ONLY)
    return made


def test_the_pipelines_baseline(build: Build) -> None:
    assert build.query(
        """
        select
            sum(api_call_count), sum(active_day_count), sum(day_count),
            cast(sum(cost_usd) as decimal(18, 6)),
            cast(sum(response_time_sum_ms) / sum(response_time_count) as decimal(18, 3))
        from marts.metrics_daily
        where metric_date between '2026-07-03' and '2026-07-13'
        """
    ) == [(2423, 10, 11, Decimal("587.278928"), Decimal("152858.889"))]
    assert build.query(
        "select round(quantile_cont(response_time_ms, 0.95), 6) from marts.fct_requests"
        " where is_api_call and requested_date between '2026-07-03' and '2026-07-13'"
    ) == [(354102.8,)]


# 418 of 4,932 calls are 8.475264 %.
def test_the_pipelines_second_window(build: Build) -> None:
    assert build.query(
        """
        select
            sum(api_call_count), sum(active_day_count),
            cast(sum(cost_usd) as decimal(18, 6)),
            cast(sum(cost_usd) / sum(api_call_count) as decimal(18, 6)),
            sum(sonnet_api_call_count)
        from marts.metrics_daily
        where metric_date between '2026-07-14' and '2026-07-24'
        """
    ) == [(4932, 11, Decimal("1060.630071"), Decimal("0.215051"), 418)]


def test_costs_json_agrees_with_the_calls_it_was_derived_from(build: Build) -> None:
    assert build.query(
        "select reconciliation_status, count(*) from marts.cost_reconciliation_daily"
        " where source_system = 'tars' group by reconciliation_status"
    ) == [("matches", 21)]


def test_claude_code_after_merging(build: Build) -> None:
    assert build.query(
        """
        select
            count(*), sum(uncached_input_tokens), sum(output_tokens),
            sum(cache_write_5m_tokens + cache_write_1h_tokens), sum(cache_read_tokens),
            count(distinct requested_date)
        from marts.fct_requests
        where source_system = 'claude_code'
        """
    ) == [(10152, 190614, 976657, 41431045, 937777014, 39)]  # two of them API errors


def test_claude_codes_turns(build: Build) -> None:
    """Of 1,132 prompts 982 are followed by an answer before the next one."""
    assert build.query(
        "select count(distinct task_id), count(*) filter (where task_id is null),"
        " count(response_time_ms) from marts.fct_requests where source_system = 'claude_code'"
    ) == [(982, 0, 10150)]


def test_the_ledger_shows_where_every_line_went(build: Build) -> None:
    assert build.query(
        """
        select
            source_system, sum(read_line_count), sum(kept_line_count), sum(merged_line_count),
            sum(dropped_line_count) + sum(quarantined_line_count)
        from marts.line_ledger
        group by source_system
        order by source_system
        """
    ) == [
        # 40 lines of <synthetic> answers are among the dropped.
        # 69,161 lines, 243 of them in byte-identical copies; 42,473 of the rest carry usage, 40 of
        # these are <synthetic>, of which three tell of one API error; two lines tell of one that
        # was tried again.
        ("claude_code", 68918, 10152, 42473 - 40 + 5 - 10152, 68918 - (42473 - 40 + 5)),
        ("tars", 7376, 7376, 0, 0),
    ]
