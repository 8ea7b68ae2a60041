"""Files that are rotated, truncated or rewritten: no loaded row vanishes, none is doubled."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest
from load_helpers import Place, event, events, loaded, numbers, record, records

FILE = "api_responses/day.jsonl"
LOG = "monitoring_logs/app.log"
HEADER = "[2026-02-13T00:00:00Z] STARTED\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data", tmp_path / "w.duckdb")


def test_rotation_by_rename_and_packing(place: Place) -> None:
    log = place.write(
        "monitoring_logs/app.log", "[2026-02-13T08:15:00Z] A\n[2026-02-13T08:16:00Z] B\n"
    )
    place.load()
    place.append("monitoring_logs/app.log", "[2026-02-13T08:17:00Z] C\n")
    packed = gzip.compress(log.read_bytes())
    log.unlink()
    place.write("monitoring_logs/app.1.log.gz", packed)
    place.write("monitoring_logs/app.log", "[2026-02-14T08:15:00Z] D\n")

    result = place.load()

    assert result.kept_count == 2
    rows = place.query("select event_type from raw.tars_optimization_events order by occurred_at")
    assert rows == [("A",), ("B",), ("C",), ("D",)]
    assert place.query("select parse_filename(path), line_count from raw.files order by 1") == [
        ("app.1.log.gz", 3), ("app.log", 1),
    ]  # fmt: skip
    assert place.query("select max(restated_load_id) from raw.files") == [(None,)]
    assert place.unaccounted() == []


def test_rotation_of_logs_with_the_same_first_line(place: Place) -> None:
    header = "[2026-02-13T00:00:00Z] STARTED\n"
    place.write("monitoring_logs/app.log", header + "[2026-02-13T08:15:00Z] A\n")
    place.load()
    (place.root / "monitoring_logs/app.log").rename(place.root / "monitoring_logs/app.1.log")
    place.write("monitoring_logs/app.log", header + "[2026-02-14T08:15:00Z] B\n")
    place.load()
    rotated = place.rows("tars_optimization_events")
    assert len(rotated) == 4

    one_go = Place(place.root, place.database.with_name("other.duckdb"))
    one_go.load()
    assert one_go.rows("tars_optimization_events") == rotated


ROTATED_NAMES = (
    "app.log.1", "app.log.12", "app.log-20260213", "app.log-20260213-1770940800",
    "app.log.2026-02-13", "app.log.2026-02-13T08", "app.log.old", "app-20260213.log",
    "app.1.log", "deep/app.log.1",
)  # fmt: skip


@pytest.mark.parametrize("header", ["", HEADER])
@pytest.mark.parametrize("packed", [False, True])
def test_rotated_names_are_found(place: Place, packed: bool, header: str) -> None:
    place.write(LOG, header + events(0, 1))
    place.load()
    for turn, name in enumerate(ROTATED_NAMES):
        current = place.root / LOG
        content = current.read_bytes() + event(100 + turn).encode()
        current.unlink()
        target = f"monitoring_logs/{name}{'.gz' if packed else ''}"
        place.write(target, gzip.compress(content) if packed else content)
        place.write(LOG, header + event(200 + turn))
        assert place.load().problems == ()
    expected = [0, 1, *range(100, 110), *range(200, 210)]
    found = [name for name in loaded(place) if name != "STARTED"]
    assert found == sorted(f"E{number}" for number in expected)
    assert place.unaccounted() == []
    assert place.load().line_count == 0


@pytest.mark.parametrize("name", ["day.jsonl.1", "day.jsonl-20260213.gz", "day.json.1"])
def test_rotated_names_of_responses(place: Place, name: str) -> None:
    content = f"[{record(0)}]" if ".json." in name else records(0)
    data = gzip.compress(content.encode()) if name.endswith(".gz") else content
    place.write(f"api_responses/{name}", data)
    place.load()
    assert numbers(place) == [0]


@pytest.mark.parametrize(
    "name",
    ["app.log.swp", "app.log.lock", "app.logs", "app.log~", "app.log.gz.tmp", "costs.json.1"],
)
def test_other_names_are_not(place: Place, name: str) -> None:
    place.write(f"monitoring_logs/{name}", events(0))
    place.write(name, "{}")
    assert all(feed.file_counts["seen"] == 0 for feed in place.load().feeds)


def test_a_log_rotated_out_of_sight_keeps_its_rows(place: Place) -> None:
    path = place.write(LOG, HEADER + events(0, 1))
    place.load()
    path.rename(place.root / "app.moved")
    place.write(LOG, HEADER + events(2))

    result = place.load()

    assert loaded(place) == ["E0", "E1", "E2", "STARTED", "STARTED"]
    assert place.deliveries(2) == [("app.log", "new")]
    assert [problem.message for problem in result.problems] == [
        "it is another file than before; the 3 lines loaded of it stay"
    ]
    place.append(LOG, events(3))
    place.load()
    assert loaded(place) == ["E0", "E1", "E2", "E3", "STARTED", "STARTED"]
    (place.root / "app.moved").rename(place.root / f"{LOG}.1")
    assert place.load().line_count == 0
    assert place.unaccounted() == []


@pytest.mark.parametrize("rest", ["", HEADER, HEADER + events(0)])
def test_a_log_that_begins_anew_with_its_header_keeps_its_rows(place: Place, rest: str) -> None:
    path = place.write(LOG, HEADER + events(0, 1))
    place.load()
    path.rename(place.root / "app.moved")
    place.write(LOG, rest)
    place.load()
    assert loaded(place) == ["E0", "E1", "STARTED"]
    place.append(LOG, events(2))
    place.load()
    assert set(loaded(place)) == {"E0", "E1", "E2", "STARTED"}
    assert place.unaccounted() == []


def test_copytruncate(place: Place) -> None:
    path = place.write(LOG, HEADER + events(0, 1))
    place.load()
    place.append(LOG, events(2))
    shutil.copy(path, path.with_name("app.log.1"))
    path.write_text("")
    place.load()
    assert loaded(place) == ["E0", "E1", "E2", "STARTED"]
    path.write_text(HEADER + events(3))
    assert place.load().problems == ()
    assert loaded(place) == ["E0", "E1", "E2", "E3", "STARTED", "STARTED"]
    assert place.unaccounted() == []


def test_truncated_to_zero_and_filled_again(place: Place) -> None:
    path = place.write(LOG, events(0, 1))
    place.load()
    path.write_text("")
    assert place.load().line_count == 0
    assert loaded(place) == ["E0", "E1"]
    path.write_text(events(2))
    place.load()
    assert loaded(place) == ["E0", "E1", "E2"]
    path.write_text("")
    place.load()
    path.write_text(events(2, 3))
    place.load()
    assert loaded(place) == ["E0", "E1", "E2", "E3"]
    assert place.unaccounted() == []


def test_a_shrunk_file_keeps_its_rows(place: Place) -> None:
    place.write(FILE, records(0, 1, 2))
    place.load()
    place.write(FILE, records(0, 1))
    place.load()
    assert numbers(place) == [0, 1, 2]
    assert place.deliveries(2) == [("day.jsonl", "duplicate")]
    place.write(FILE, records(0, 1, 2, 3))
    place.load()
    assert numbers(place) == [0, 1, 2, 3]
    assert place.unaccounted() == []


@pytest.mark.parametrize("kept", [1, 5, 19])
def test_a_log_cut_off_at_the_beginning_keeps_its_rows(place: Place, kept: int) -> None:
    place.write(LOG, events(*range(20)) + "bad\n" + events(20))
    place.load()
    rest = (events(*range(20)) + "bad\n" + events(20)).splitlines(keepends=True)[-kept:]
    place.write(LOG, "".join(rest) + events(30))

    result = place.load()

    assert loaded(place) == sorted(f"E{number}" for number in [*range(21), 30])
    assert result.feeds[1].dropped_counts == {"loaded_before": kept}
    assert place.quarantined() == [("app.log", 21, "malformed_line")]
    assert place.unaccounted() == []
    place.append(LOG, events(31))
    assert place.load().kept_count == 1


def test_a_log_grown_while_it_was_renamed(place: Place) -> None:
    path = place.write(LOG, events(0) + event(1).rstrip("\n"))
    place.load()
    place.append(LOG, "0 tokens_saved=5\n" + events(2))
    path.rename(path.with_name("app.log.1"))
    place.write(LOG, events(3))
    place.load()
    assert loaded(place) == ["E0", "E10", "E2", "E3"]
    assert place.unaccounted() == []


def test_a_single_line_that_goes_on_elsewhere(place: Place) -> None:
    path = place.write(LOG, event(1).rstrip("\n"))
    place.load()
    place.append(LOG, "0\n")
    path.rename(path.with_name("app.log.1"))
    shutil.copy(path.with_name("app.log.1"), path.with_name("app.log.2"))
    place.load()
    assert loaded(place) == ["E10"]
    assert place.unaccounted() == []


REWRITINGS = {
    "a line in the middle": records(0, 9, 2),
    "the first line": records(9, 1, 2),
    "a line less": records(0, 2),
    "more lines, one changed": records(0, 9, 2, 3, 4),
}


@pytest.mark.parametrize("kind", REWRITINGS)
def test_a_file_rewritten_in_place_is_restated(place: Place, kind: str) -> None:
    place.write(FILE, records(0, 1, 2))
    place.write("api_responses/other.jsonl", records(50))
    place.load()
    place.write(FILE, REWRITINGS[kind])

    place.load()

    assert place.deliveries(2) == [("day.jsonl", "restated")]
    assert place.query("select max(restated_load_id) from raw.files") == [(2,)]
    one_go = Place(place.root, place.database.with_name("other.duckdb"))
    one_go.load()
    assert place.rows() == one_go.rows()
    assert place.unaccounted() == []


def test_a_file_rewritten_in_every_line_is_restated(place: Place) -> None:
    """The events are known by their times, whatever else became of them."""
    place.write(FILE, records(*range(30)))
    place.load()
    place.write(FILE, "".join(record(number, cost=1) + "\n" for number in range(1, 30)))

    result = place.load()

    assert place.query("select count(*), min(cost_usd)::int from raw.tars_api_responses") == [
        (29, 1)
    ]
    assert [problem.message for problem in result.problems] == [
        "it was rewritten: its 30 lines were replaced, 1 of their events are no longer in it"
    ]


def test_other_events_in_the_same_place_are_another_file(place: Place) -> None:
    place.write(FILE, records(*range(20)))
    place.load()
    place.write(FILE, records(*range(12), *range(100, 120)))
    place.load()
    # 12 of 20 are there, 2 of the 10 that are no header: in doubt a line twice.
    assert len(numbers(place)) == 20 + 32
    assert set(numbers(place)) == {*range(20), *range(100, 120)}


def test_an_older_copy_is_known_when_the_original_is_gone(place: Place) -> None:
    path = place.write(FILE, records(0, 1, 2))
    place.load()
    path.unlink()
    place.write("api_responses/backup.jsonl", records(0, 1))
    place.load()
    assert numbers(place) == [0, 1, 2]
