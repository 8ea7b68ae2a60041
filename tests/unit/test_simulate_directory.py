"""Writing a simulation: same bytes, no work twice, nobody else's files."""

import json
from datetime import date
from pathlib import Path

import pytest

from tars_bench.shared.errors import UsageError
from tars_bench.shared.switchback import switchback
from tars_bench.simulate import generate, writing
from tars_bench.simulate.generate import SimulationOptions, simulate
from tars_bench.simulate.output_directory import MARKER

SMALL = {"calls_per_day": 20.0, "days": 6}


def run(out: Path, **options: object) -> generate.SimulationResult:
    return simulate(SimulationOptions(out, **(SMALL | options)), lambda line: None)  # type: ignore[arg-type]


def contents(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_the_same_options_give_the_same_bytes(tmp_path: Path) -> None:
    run(tmp_path / "one")
    run(tmp_path / "two")
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    run(tmp_path / "one", seed=1)
    run(tmp_path / "two", seed=2)
    one, two = contents(tmp_path / "one"), contents(tmp_path / "two")
    assert one["costs.json"] != two["costs.json"]
    assert one["api_responses/2026-02-11.jsonl"] != two["api_responses/2026-02-11.jsonl"]


def test_a_second_run_does_nothing(tmp_path: Path) -> None:
    first = run(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    second = run(tmp_path)
    assert (first.was_written, second.was_written) == (True, False)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
    assert second.api_calls == first.api_calls
    assert second.byte_count == first.byte_count


def test_the_result_counts_what_was_written(tmp_path: Path) -> None:
    result = run(tmp_path)
    files = contents(tmp_path)
    del files[MARKER]
    lines = {
        folder: sum(text.count(b"\n") for name, text in files.items() if name.startswith(folder))
        for folder in ("api_responses", "monitoring_logs", "feedback")
    }
    assert result.file_count == len(files)
    assert result.byte_count == sum(map(len, files.values()))
    assert result.api_calls + result.cache_hits == lines["api_responses"]
    assert result.events == lines["monitoring_logs"]
    assert result.feedback == lines["feedback"]


def test_the_start_shifts_every_date_and_nothing_else(tmp_path: Path) -> None:
    run(tmp_path / "plan")
    result = run(tmp_path / "later", start=date(2027, 2, 11))
    plan, later = contents(tmp_path / "plan"), contents(tmp_path / "later")
    shifted = {
        name.replace("2026-", "2027-"): text.replace(b"2026-", b"2027-").replace(b"_2026", b"_2027")
        for name, text in plan.items()
        if name != MARKER
    }
    del later[MARKER]
    assert later == shifted
    assert result.windows[0].start == date(2027, 2, 11)


def test_other_options_replace_the_last_simulation(tmp_path: Path) -> None:
    run(tmp_path / "there")
    run(tmp_path / "there", start=date(2027, 1, 1))
    run(tmp_path / "fresh", start=date(2027, 1, 1))
    assert contents(tmp_path / "there") == contents(tmp_path / "fresh")


def test_a_missing_file_is_written_again(tmp_path: Path) -> None:
    run(tmp_path)
    before = contents(tmp_path)
    (tmp_path / "costs.json").unlink()
    assert run(tmp_path).was_written
    assert contents(tmp_path) == before


def test_a_directory_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "costs.json").write_text("mine")
    with pytest.raises(UsageError, match="not empty and was not written by a simulation"):
        run(tmp_path)
    assert contents(tmp_path) == {"costs.json": b"mine"}


def test_a_file_in_place_of_the_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    with pytest.raises(UsageError, match="not a directory"):
        run(tmp_path / "data")


def test_files_of_others_in_a_simulations_directory_stay(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    run(tmp_path, seed=7)
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_a_file_of_another_where_a_new_one_would_go_is_refused(tmp_path: Path) -> None:
    run(tmp_path)
    stranger = tmp_path / "api_responses" / "2030-01-01.jsonl"
    stranger.write_text("mine")
    before = contents(tmp_path)
    with pytest.raises(UsageError, match="2030-01-01"):
        run(tmp_path, start=date(2029, 12, 30))
    assert contents(tmp_path) == before


def test_an_interrupted_run_is_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path / "whole", seed=3)
    run(tmp_path / "there")

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(writing, "write_costs", stop)
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "there", seed=3)
    assert not json.loads((tmp_path / "there" / MARKER).read_text())["is_complete"]
    assert run(tmp_path / "there", seed=3).was_written
    assert contents(tmp_path / "there") == contents(tmp_path / "whole")


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        "{}",
        '{"options": {}, "is_complete": true, "files": {"../x": 1}, "totals": {}}',
        '{"options": {}, "is_complete": true, "files": {"/etc/passwd": 1}, "totals": {}}',
        '{"options": {}, "is_complete": true, "files": {"a": "b"}, "totals": {}}',
    ],
)
def test_a_broken_marker_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / MARKER).write_text(text)
    with pytest.raises(UsageError):
        run(tmp_path)
    assert contents(tmp_path) == {MARKER: text.encode()}


def requests_of(directory: Path) -> list[dict[str, object]]:
    paths = sorted((directory / "api_responses").iterdir())
    return [json.loads(line) for path in paths for line in path.read_text().splitlines()]


def test_after_the_baseline_each_session_is_of_one_arm(tmp_path: Path) -> None:
    result = run(tmp_path, has_arms=True, sessions_per_day=10, calls_per_day=200.0, days=12)
    found = requests_of(tmp_path)
    first = result.windows[1].start.isoformat()
    before = [one for one in found if str(one["timestamp"]) < first]
    after = [one for one in found if str(one["timestamp"]) >= first]
    assert before
    assert {one.get("arm") for one in before} == {None}
    arms = {
        arm: {one["sessionId"] for one in after if one["arm"] == arm}
        for arm in ("control", "treated")
    }
    assert {one["arm"] for one in after} == set(arms)
    assert not arms["control"] & arms["treated"]
    assert len({one["requestId"] for one in found}) == len(found)
    models = {arm: [str(one["model"]) for one in after if one["arm"] == arm] for arm in arms}
    assert not any("haiku" in model for model in models["control"])
    assert any("haiku" in model for model in models["treated"])
    calls = sum(not one["cacheHit"] for one in found)
    costs = json.loads((tmp_path / "costs.json").read_text())
    assert calls == result.api_calls == sum(one["daily"]["apiCalls"] for one in costs.values())


def test_a_switchback_follows_the_days_a_plan_draws(tmp_path: Path) -> None:
    result = run(tmp_path, switchback_seed=5, calls_per_day=60.0, days=19)
    first = result.windows[1].start
    found = requests_of(tmp_path)
    for day, is_on in switchback(first, 14, 5):
        models = {
            str(one["model"]) for one in found if str(one["timestamp"])[:10] == day.isoformat()
        }
        assert any("haiku" in model for model in models) is is_on
    assert {one.get("arm") for one in found} == {None}
    assert len({one["requestId"] for one in found}) == len(found)
