"""The guards of the daily marts, and the pages that show them."""

import re
import socket
from pathlib import Path
from typing import Any

import pytest

from fixtures.validation_warehouse import change, guard, make_workspace, run
from tars_bench.validation.model import Severity, Status
from tars_bench.workspace.config import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_workspace(tmp_path)


def test_guards_on_empty_marts_are_errors_and_failures_never_passes(workspace: Workspace) -> None:
    for mart in ("metrics_daily", "model_usage_daily", "phase_metrics"):
        change(workspace, f"delete from marts.{mart}")

    result = run(workspace)

    for suite in ("metrics_daily", "model_usage_daily", "phase_metrics"):
        found = [one for one in result.guards if one.outcome.suite == suite]
        statuses = {
            one.status
            for one in found
            if "one row for each day from" not in one.outcome.description
        }
        assert statuses <= {Status.ERROR, Status.FAIL}, suite
    assert result.has_critical_guard_failure


def test_a_missing_column_or_table_is_an_error(workspace: Workspace) -> None:
    change(workspace, "alter table marts.metrics_daily drop column cache_hit_rate")
    change(workspace, "drop table marts.model_usage_daily")

    result = run(workspace)

    missing = guard(result, "metrics_daily", "cache_hit_rate")
    assert missing.status is Status.ERROR
    assert missing.outcome.exception_text == (
        'Error: The column "cache_hit_rate" in BatchData does not exist.'
    )
    assert guard(result, "model_usage_daily", "cost is not negative").status is Status.ERROR
    assert guard(result, "model_usage_daily", "has rows").status is Status.FAIL


def test_critical_guards(workspace: Workspace) -> None:
    change(workspace, "delete from marts.metrics_daily where metric_date = '2026-03-03'")
    change(workspace, "update marts.metrics_daily set error_rate = 1.01")
    change(workspace, "update marts.metrics_daily set daily_cost = -0.01")
    change(workspace, "update marts.metrics_daily set response_time_p95 = 3.5")
    change(workspace, "update marts.cost_reconciliation_daily set recorded_cost_usd = -1")
    change(
        workspace,
        "update marts.phase_metrics set metric_value = 1.2 where metric_id = 'error_rate'",
    )
    row = "(date '2026-03-06', timestamp '2026-03-06 00:30', 1)"
    change(workspace, f"insert into marts.fct_requests values {row}")
    change(workspace, "insert into marts.model_usage_daily from marts.model_usage_daily limit 1")

    result = run(workspace)

    assert {
        (one.outcome.suite, one.outcome.description) for one in result.guards if one.is_broken
    } == {
        ("metrics_daily", "one row for each day from the first to the last loaded day (4)"),
        ("metrics_daily", "error_rate lies between 0 and 1"),
        ("metrics_daily", "daily_cost is not negative"),
        ("metrics_daily", "response_time_p99 is at least response_time_p95"),
        ("cost_reconciliation_daily", "recorded_cost_usd is not negative"),
        ("phase_metrics", "a ratio lies between 0 and 1"),
        ("freshness", "the daily metrics reach from the first to the last loaded request"),
        ("model_usage_daily", "one row for each day and model"),
    }
    assert result.has_critical_guard_failure


def test_warning_guards_do_not_make_the_marts_unbelievable(workspace: Workspace) -> None:
    change(
        workspace,
        "update marts.metrics_daily set request_count = 9 where metric_date = '2026-03-05'",
    )
    change(
        workspace,
        "insert into raw.load_runs values (2, '2026-03-16 02:00', '2026-03-16 02:01', 'complete')",
    )
    change(workspace, "update raw.tars_daily_costs set cost_date = date '2026-03-02'")
    change(
        workspace, "update marts.cost_reconciliation_daily set reconciliation_status = 'differs'"
    )

    result = run(workspace)

    broken = [one for one in result.guards if one.is_broken]
    assert [one.outcome.column for one in broken] == [
        "request_volume_ratio",
        "compared_status",
        "days_behind_load",
        "unbuilt_load_count",
        "days_behind_others",
    ]
    assert {one.outcome.severity for one in broken} == {Severity.WARNING}
    assert {one.status for one in broken} == {Status.FAIL}
    assert not result.has_critical_guard_failure


def test_an_archive_is_not_stale(workspace: Workspace) -> None:
    change(workspace, "update raw.load_runs set finished_at = timestamp '2027-01-01'")

    result = run(workspace)

    assert guard(result, "freshness", "older than the load").status is Status.NOT_APPLICABLE


def test_names_from_logs_and_seeds_do_not_become_markup(workspace: Workspace) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> ${v} \x1b[2J'; drop table x"
    change(
        workspace,
        "update seeds.validation_checklist set line_text = ? where line_id = 'phase_1_reduction'",
        hostile,
    )
    change(workspace, "update marts.model_usage_daily set model_id = ?", hostile)
    change(workspace, "insert into marts.model_usage_daily from marts.model_usage_daily")

    result = run(workspace)

    pages = [*result.data_docs_index.parent.rglob("*.html")]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert sum("onerror" in text for text in texts) == 4  # index, suite, both results
    assert not any("<script" in text or "<img src=x" in text for text in texts)
    shown = hostile.replace("\x1b", "\\x1b")
    line = next(line for line in result.lines if line.line_id == "phase_1_reduction")
    assert line.line_text == shown
    observed = guard(result, "model_usage_daily", "one row for each day").outcome.observed
    assert observed.startswith(f"2026-03-02 / anthropic / haiku / {shown}, 2026-03-03 / ")


def test_data_docs_ask_nobody_for_anything(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("validate opened a network connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)

    result = run(workspace)

    directory = result.data_docs_index.parent
    pages = [*directory.rglob("*.html")]
    remote = re.compile(r"<(?:link|script|img)[^>]*https?://", re.IGNORECASE)
    assert [page for page in pages if remote.search(page.read_text(encoding="utf-8"))] == []
    index = result.data_docs_index.read_text(encoding="utf-8")
    links = re.findall(r'<a href="([^"]+)"', index)
    assert len(links) == 2 * 10
    assert all((directory / link).is_file() for link in links)
    assert "below the range" in index
    assert capfd.readouterr() == ("", "")
