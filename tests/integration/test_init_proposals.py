"""`init` looks at the logs: the plan, checklist and alerts it writes fit what they can tell."""

import csv
import json
from decimal import Decimal

import pytest

from tars_bench.workspace.config import load_workspace
from tars_bench.workspace.init import create_workspace
from tars_bench.workspace.seeds import check_seeds

CALL = {"model": "sonnet", "tokenInput": 10, "tokenOutput": 1, "cost": 0.1}


def tars(folder, days, **more):
    (folder / "api_responses").mkdir(parents=True)
    lines = [
        json.dumps({**CALL, "timestamp": f"2026-05-{day:02}T12:00:00Z", **more}) for day in days
    ]
    (folder / "api_responses" / "it's [1].jsonl").write_text("\n".join(lines) + "\n")
    return folder


def claude_code(folder, days):
    (folder / "projects" / "p").mkdir(parents=True)
    lines = [
        json.dumps(
            {"timestamp": f"2026-05-{day:02}T12:00:00Z", "message": {"model": model, "usage": {}}}
        )
        for day in days
        for model in ("claude-opus-4-5", "<synthetic>")
    ]
    (folder / "projects" / "p" / "s.jsonl").write_text("\n".join([*lines, "not json"]))
    return folder


def seed(made, name):
    with (made.root / "seeds" / name).open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_plan_covers_the_days_of_the_logs_but_the_last(tmp_path):
    source = tars(tmp_path / "logs", range(1, 10))
    made = create_workspace(tmp_path / "w", (f"tars={source}",), "UTC", None)
    windows = [
        (row["phase_id"], row["start_date"], row["end_date"]) for row in seed(made, "phases.csv")
    ]
    # Days 1 to 8 of nine, split after four.
    assert windows == [
        ("baseline", "2026-05-01", "2026-05-04"),
        ("phase_1", "2026-05-05", "2026-05-08"),
    ]
    assert any("on 9 days, 2026-05-01 to 2026-05-09, of sonnet" in line for line in made.next_steps)


def test_the_baseline_ends_where_the_optimisation_log_begins(tmp_path):
    source = tars(tmp_path / "logs", range(1, 10))
    (source / "monitoring_logs").mkdir()
    (source / "monitoring_logs" / "m.log").write_text("[2026-05-04T01:00:00Z] CACHE_HIT q\n")
    made = create_workspace(tmp_path / "w", (f"tars={source}",), "UTC", None)
    assert seed(made, "phases.csv")[1]["start_date"] == "2026-05-04"
    assert len(seed(made, "phase_strategies.csv")) == 5


def test_transcripts_are_asked_nothing_they_cannot_tell(tmp_path):
    source = claude_code(tmp_path / "logs", range(1, 10))
    made = create_workspace(
        tmp_path / "w", (f"claude_code={source}",), "Europe/Berlin", Decimal(800)
    )
    text = "".join(
        (made.root / "seeds" / name).read_text()
        for name in ("validation_checklist.csv", "alerts.csv", "phases.csv", "phase_strategies.csv")
    )
    for stranger in ("181", "200", "Haiku", "haiku", "cache", "batch", "satisf", "phase_2"):
        assert stranger not in text, stranger
    assert "$800" in text


def test_hits_batches_and_errors_are_asked_for_where_they_are_logged(tmp_path):
    source = tars(tmp_path / "logs", range(1, 10), cacheHit=True, batchId="b", error="timeout")
    made = create_workspace(tmp_path / "w", (f"tars={source}",), "UTC", None)
    asked = {row["metric_id"] for row in seed(made, "validation_checklist.csv")}
    assert asked >= {"cache_hit_rate", "batch_efficiency", "error_rate", "daily_cost"}
    assert not asked & {"response_time_avg", "user_satisfaction_avg", "monthly_cost_projection"}


@pytest.mark.parametrize("days", [range(0), range(1, 2), range(1, 4), range(1, 29)])
@pytest.mark.parametrize("maker", [tars, claude_code])
def test_what_is_written_passes_the_checks_of_seeds(tmp_path, maker, days):
    source = maker(tmp_path / "logs", days)
    kind = "tars" if maker is tars else "claude_code"
    create_workspace(tmp_path / "w", (f"{kind}={source}",), "UTC", Decimal("12.50"))
    check_seeds(load_workspace(tmp_path / "w"))


def test_a_folder_that_is_not_there_gives_the_specification_plan(tmp_path):
    made = create_workspace(tmp_path / "w", ("tars=nowhere",), "UTC", None)
    assert next(row["phase_id"] for row in seed(made, "phases.csv")) == "baseline"
    assert len(seed(made, "phases.csv")) == 5


def test_logs_that_cannot_be_looked_at_are_told(tmp_path):
    source = tars(tmp_path / "logs", range(1, 4))
    (source / "api_responses" / "z.jsonl.gz").write_bytes(b"this is no gzip file")
    made = create_workspace(tmp_path / "w", (f"tars={source}",), "UTC", None)
    assert made.problems
