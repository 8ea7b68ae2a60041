"""Whatever lies under a source is read, skipped by a named rule, or unreadable; nothing hangs."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from build_helpers import MODELS_ONLY, Build
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from load_helpers import Place, numbers, record, records

from tars_bench.ingest import lines, opening

FILE = "api_responses/day.jsonl"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data", tmp_path / "w.duckdb")


def skipped(place: Place) -> list[tuple[str, str]]:
    return [
        (path.removeprefix(f"{place.root}/"), rule)
        for path, rule in place.query("select path, rule from raw.skipped_paths order by path")
    ]


def test_names_in_any_case_and_packing_are_read(place: Place) -> None:
    place.write("api_responses/A.JSONL", records(0))
    place.write("api_responses/b.ndjson", records(1))
    place.write("api_responses/c.jsonl.BZ2", bz2.compress(records(2).encode()))
    place.write("api_responses/d.Json.xz", lzma.compress(f"[{record(3)}]".encode()))
    place.write("api_responses/it's/e.jsonl", records(4))
    place.load()
    assert numbers(place) == [0, 1, 2, 3, 4]
    assert skipped(place) == []


def test_what_is_not_read_has_a_rule(place: Place) -> None:
    place.write(FILE, records(0))
    place.write("api_responses/a.jsonl.zst", b"packed")
    place.write("api_responses/notes.txt", "text")
    place.write("notes/a.jsonl", records(1))
    os.mkfifo(place.root / "api_responses" / "pipe.jsonl")
    (place.root / "api_responses" / "zero.jsonl").symlink_to("/dev/zero")

    result = place.load()

    expected = [
        ("api_responses/a.jsonl.zst", "packing_not_supported"),
        ("api_responses/notes.txt", "other_name"),
        ("api_responses/pipe.jsonl", "no_regular_file"),
        ("api_responses/zero.jsonl", "no_regular_file"),
        ("notes", "other_folder"),
    ]
    assert skipped(place) == expected
    assert result.feeds[0].file_counts["skipped"] == len(expected)
    assert {Path(problem.path).name for problem in result.problems} == {
        "a.jsonl.zst", "pipe.jsonl", "zero.jsonl",
    }  # fmt: skip
    assert not any(problem.is_error for problem in result.problems)
    (place.root / "api_responses" / "a.jsonl.zst").unlink()
    place.load()
    assert skipped(place) == expected[1:]


def test_linked_folders_are_read_once_and_loops_are_named(place: Place) -> None:
    outside = place.root.parent / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "a.jsonl").write_text(records(1))
    (outside / "deep" / "b.jsonl").write_text(records(2))
    place.write(FILE, records(0))
    folder = place.root / "api_responses"
    (folder / "2026").symlink_to(outside)
    (folder / "again").symlink_to(outside / "deep")
    (folder / "loop").symlink_to("..")

    place.load()

    assert numbers(place) == [0, 1, 2]
    assert skipped(place) == [
        ("api_responses/again", "linked_twice"),
        ("api_responses/loop", "link_loop"),
    ]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_cannot_be_listed_is_unreadable(place: Place) -> None:
    place.write(FILE, records(0))
    place.write("api_responses/closed/a.jsonl", records(1))
    closed = place.root / "api_responses" / "closed"
    closed.chmod(0)
    result = place.load()
    closed.chmod(0o700)
    assert result.feeds[0].file_counts["unreadable"] == 1
    assert [problem.is_error for problem in result.problems] == [True]


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_root_that_is_not_mounted_is_unreadable(place: Place, is_gone: bool) -> None:
    place.write(FILE, records(0))
    place.load()
    place.root.rename(place.root.with_name("away"))
    if not is_gone:
        place.root.mkdir()

    result = place.load()

    assert result.feeds[0].file_counts == {"unreadable": 1}
    assert [problem.is_error for problem in result.problems] == [True]
    shutil.rmtree(place.root, ignore_errors=True)
    place.root.with_name("away").rename(place.root)
    assert place.load().feeds[0].file_counts == {"seen": 1, "unchanged": 1}
    assert numbers(place) == [0]


CHANGES = {
    "rotated": lambda path: (path.rename(f"{path}.1"), path.write_text(records(50, 51, 52))),
    "vanished": lambda path: path.unlink(),
    "truncated": lambda path: path.write_text(""),
    "truncated and filled": lambda path: path.write_text(records(*range(40, 60))),
    "grown": lambda path: path.open("a").write(records(60)),
}


@pytest.mark.parametrize("held", [0, opening.HELD_BYTES])
@pytest.mark.parametrize("is_loaded", [True, False])
@pytest.mark.parametrize("kind", CHANGES)
def test_what_changes_between_plan_and_read_is_the_next_loads(
    place: Place, monkeypatch: pytest.MonkeyPatch, kind: str, is_loaded: bool, held: int
) -> None:
    monkeypatch.setattr(opening, "HELD_BYTES", held)
    path = place.write(FILE, records(0, 1))
    if is_loaded:
        place.load()
    place.append(FILE, records(2))
    place.write("api_responses/copy.jsonl", records(0, 1, 2))
    place.write("api_responses/other.jsonl", records(7))
    plan = lines._plan

    def planned(*arguments: object) -> object:
        made = plan(*arguments)
        if made.readings and kind not in done:
            CHANGES[kind](path)
            done.append(kind)
        return made

    done: list[str] = []
    monkeypatch.setattr(lines, "_plan", planned)
    place.load()
    assert place.unaccounted() == []
    place.load()
    place.load()

    assert place.unaccounted() == []
    one_go = Place(place.root, place.database.with_name("other.duckdb"))
    one_go.load()
    assert sorted(set(numbers(place))) == sorted({0, 1, 2, *numbers(one_go)})
    assert len(numbers(place)) == len(set(numbers(place)))


def test_a_file_rewritten_under_the_reader_is_not_taken(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tars_bench.ingest import spool, tailer

    monkeypatch.setattr(spool, "BATCH_BYTES", 20_000)
    monkeypatch.setattr(tailer, "CHUNK_BYTES", 10_000)
    monkeypatch.setattr(opening, "HELD_BYTES", 0)
    path = place.write(FILE, records(*range(400)))
    scan = lines.scan_spool
    calls = []

    def scanned(*arguments: object) -> object:
        calls.append(1)
        if len(calls) == 2:
            path.write_text(records(*range(1000, 1900)))
        return scan(*arguments)

    monkeypatch.setattr(lines, "scan_spool", scanned)
    place.load()
    assert place.unaccounted() == []
    found = numbers(place)
    place.load()
    assert place.unaccounted() == []
    assert set(range(1000, 1900)) <= set(numbers(place))
    assert len(numbers(place)) == len(set(numbers(place)))
    assert set(found) <= set(range(400))


NAME = st.sampled_from(
    ["backup.jsonl", "day.jsonl.1", "day-20260213.jsonl", "old/day.jsonl", "DAY.NDJSON", "a.jsonl"]
)
PACK = st.sampled_from([("", bytes), (".gz", gzip.compress), (".bz2", bz2.compress)])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(
    copies=st.lists(st.tuples(NAME, PACK, st.booleans()), max_size=4),
    is_removed=st.booleans(),
)
def test_copies_under_any_name_and_packing_change_no_row(
    copies: list[tuple[str, tuple[str, object], bool]], is_removed: bool
) -> None:
    with TemporaryDirectory() as folder:
        place = Place(Path(folder) / "data", Path(folder) / "w.duckdb")
        content = records(*range(30)).encode()
        place.write(FILE, content)
        for name, (ending, pack), is_loaded in copies:
            if is_loaded:
                place.load()
            place.write(f"api_responses/{name}{ending}", pack(content))  # type: ignore[operator]
        place.load()
        if is_removed:
            for path in place.root.glob("api_responses/**/*"):
                if path.is_file() and path != place.root / FILE:
                    path.unlink()
            place.load()
        assert numbers(place) == list(range(30))
        assert place.unaccounted() == []
        assert place.query("select count(*) from raw.files") == [(1,)]
        assert place.load().line_count == 0


def test_copies_change_no_request_and_stop_no_build(tmp_path: Path) -> None:
    """The ledger's own tests, which run before anything is published, hold beside copies."""
    build = Build(tmp_path)
    place = Place(tmp_path / "data", build.database)
    content = records(*range(20)).encode()
    place.write(FILE, content)
    place.write("api_responses/day.jsonl.1.gz", gzip.compress(content))
    place.write("api_responses/deep/backup.jsonl", content)
    place.write("api_responses/half.jsonl", records(*range(10)))
    build.load(place)

    build.build("--select", "+fct_requests", "+line_ledger", *MODELS_ONLY)
    build.build("--select", "line_ledger", "--resource-type", "test")

    assert build.query("select count(*), count(distinct request_id) from marts.fct_requests") == [
        (20, 20)
    ]
    columns = "read_line_count, kept_line_count, dropped_line_count, repeated_line_count"
    assert build.query(f"select {columns} from marts.line_ledger") == [(20, 20, 0, 50)]
