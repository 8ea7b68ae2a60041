"""Files that grow, move, are copied, packed or rewritten are loaded once, and whole."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from load_helpers import Place, record, records

FILE = "api_responses/day.jsonl"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data", tmp_path / "w.duckdb")


def line_numbers(place: Place) -> list[int]:
    return [row[1] for row in place.rows()]


def test_an_unchanged_file_is_not_opened(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place.write(FILE, records(0, 1))
    place.load()
    opened = []
    original = os.open
    monkeypatch.setattr(
        os, "open", lambda name, *a, **k: (opened.append(name), original(name, *a, **k))[1]
    )

    result = place.load()

    assert path not in opened
    assert result.feeds[0].file_counts == {"seen": 1, "unchanged": 1}
    assert place.deliveries(2) == []


def test_an_appended_file_brings_its_new_lines(place: Place) -> None:
    place.write(FILE, records(0, 1))
    place.load()
    place.append(FILE, records(2, 3))

    result = place.load()

    assert result.kept_count == 2
    assert place.deliveries(2) == [("day.jsonl", "appended")]
    assert place.query("select line_number, load_id from raw.tars_api_responses order by 1") == [
        (1, 1), (2, 1), (3, 2), (4, 2),
    ]  # fmt: skip
    assert place.query("select line_count, first_load_id, last_load_id from raw.files") == [
        (4, 1, 2)
    ]


def test_a_large_append_reads_from_the_last_block(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tars_bench.ingest import plan

    monkeypatch.setattr(plan, "_VERIFIED_WHOLE_BYTES", 300_000)
    place.write(FILE, records(*range(4000)))
    place.load()
    place.append(FILE, records(4000, 4001))
    assert place.load().kept_count == 2
    one_go = Place(place.root, place.database.with_name("other.duckdb"))
    one_go.load()
    assert place.rows() == one_go.rows()
    assert place.query("select content_sha256 from raw.files") == one_go.query(
        "select content_sha256 from raw.files"
    )


def test_a_touched_file_brings_nothing(place: Place) -> None:
    path = place.write(FILE, records(0, 1))
    place.load()
    os.utime(path, (1, 1))
    assert place.load().line_count == 0
    assert place.deliveries(2) == []
    assert place.load().feeds[0].file_counts == {"seen": 1, "unchanged": 1}


@pytest.mark.parametrize("together", [True, False])
def test_a_copy_is_loaded_once(place: Place, together: bool) -> None:
    place.write(FILE, records(0, 1))
    if not together:
        place.load()
    place.write("api_responses/copy.jsonl", records(0, 1))
    place.write("api_responses/deep/packed.jsonl.gz", gzip.compress(records(0, 1).encode()))
    place.write("api_responses/older.jsonl", records(0))
    place.write("api_responses/array.json", f"[{record(0)},\n {record(1)}]")

    result = place.load()

    assert line_numbers(place) == [1, 2]
    assert result.feeds[0].file_counts["duplicate"] == 4
    assert result.feeds[0].repeated_count == 7
    assert place.unaccounted() == []
    assert place.load().line_count == 0


def test_the_shorter_copy_may_come_first_by_name(place: Place) -> None:
    place.write("api_responses/a.jsonl", records(0))
    place.write("api_responses/b.jsonl", records(0, 1, 2))
    place.load()
    assert line_numbers(place) == [1, 2, 3]
    assert place.deliveries(1) == [("a.jsonl", "duplicate"), ("b.jsonl", "new")]


def test_a_copy_that_goes_on_is_an_append(place: Place) -> None:
    place.write(FILE, records(0, 1))
    place.load()
    place.write("api_responses/later.jsonl", records(0, 1, 2))
    assert place.load().kept_count == 1
    assert line_numbers(place) == [1, 2, 3]
    assert place.query("select count(*) from raw.files") == [(1,)]


def test_a_growing_copy_is_counted_once(place: Place) -> None:
    for name in (FILE, "api_responses/mirror.jsonl"):
        place.write(name, records(0, 1))
    place.load()
    for name in (FILE, "api_responses/mirror.jsonl"):
        place.append(name, records(2))
    result = place.load()
    assert (result.kept_count, result.repeated_count) == (1, 1)


def test_a_copy_in_another_source_is_loaded_once(place: Place) -> None:
    from tars_bench.ingest.load import load_sources

    twin = Place(place.root.with_name("twin"), place.database)
    for source in (place, twin):
        source.write(FILE, records(0, 1))
    load_sources(place.database, [place, twin], print)
    result = load_sources(place.database, [place, twin], print)
    assert line_numbers(place) == [1, 2]
    assert result.line_count == 0
    assert place.query("select path from raw.files") == [(str(place.root / FILE),)]
    twin.append(FILE, records(2))
    load_sources(place.database, [place, twin], print)
    assert line_numbers(place) == [1, 2, 3]
    assert place.unaccounted() == []


def test_a_file_whose_name_is_no_text_is_reported(place: Place) -> None:
    folder = place.write(FILE, records(0)).parent
    (folder / os.fsdecode(b"\xff.jsonl")).write_text(records(1))
    result = place.load()
    assert result.kept_count == 1
    assert [problem.message for problem in result.problems] == [
        "cannot be read: its name is no UTF-8 text"
    ]


def test_a_renamed_file_is_known_by_its_content(place: Place) -> None:
    path = place.write(FILE, records(0, 1))
    place.load()
    path.rename(path.with_name("other.jsonl"))
    result = place.load()
    assert result.line_count == 0
    assert place.deliveries(2) == [("day.jsonl", "missing"), ("other.jsonl", "duplicate")]
    assert place.query("select parse_filename(path) from raw.files") == [("other.jsonl",)]
    assert place.load().line_count == 0


def test_a_deleted_file_keeps_its_rows(place: Place) -> None:
    path = place.write(FILE, records(0))
    place.write("api_responses/b.jsonl", records(1))
    place.load()
    path.unlink()
    place.load()
    place.load()
    assert len(place.rows()) == 2
    assert place.deliveries(2) == [("day.jsonl", "missing")]
    assert place.deliveries(3) == []


def test_two_equal_lines_are_two_requests(place: Place) -> None:
    place.write(FILE, records(0, 0, 0))
    place.load()
    assert line_numbers(place) == [1, 2, 3]


def test_an_array_is_read_as_lines(place: Place) -> None:
    indented = json.dumps([json.loads(record(0)), {"model": 1}, json.loads(record(2))], indent=2)
    place.write("api_responses/a.json", indented)
    place.load()
    assert place.quarantined() == [("a.json", 2, "missing_timestamp")]
    assert line_numbers(place) == [1, 3]

    place.write("api_responses/a.json", indented[:-2] + ",\n" + record(3) + "\n]")
    assert place.load().kept_count == 1
    assert place.query("select restated_load_id from raw.files") == [(None,)]


def test_a_broken_array_keeps_what_can_be_read(place: Place) -> None:
    place.write("api_responses/a.json", f"[{record(0)}, {record(1)}, oops]")
    place.write("api_responses/b.json", f"[{record(5)}, {record(6)[:30]}")
    result = place.load()
    assert place.quarantined() == [("a.json", 3, "not_json")]
    assert result.kept_count == 3
    assert "half a line" in result.problems[0].message


def test_many_batches_are_one_load(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from tars_bench.ingest import spool, tailer

    monkeypatch.setattr(spool, "BATCH_BYTES", 5_000)
    monkeypatch.setattr(tailer, "CHUNK_BYTES", 1_000)
    for name, first in (("a", 0), ("b", 1000)):
        place.write(f"api_responses/{name}.jsonl", records(*range(first, first + 200)) + "bad\n")
    place.load()
    in_batches = place.rows()
    assert place.quarantined() == [("a.jsonl", 201, "not_json"), ("b.jsonl", 201, "not_json")]
    assert place.unaccounted() == []
    place.write("api_responses/a.jsonl", records(0, *range(2, 200)))
    place.load()
    assert place.unaccounted() == []
    assert place.deliveries(2) == [("a.jsonl", "restated")]

    monkeypatch.undo()
    place.write("api_responses/a.jsonl", records(*range(200)) + "bad\n")
    one_go = Place(place.root, place.database.with_name("other.duckdb"))
    one_go.load()
    assert one_go.rows() == in_batches


def test_every_line_keeps_its_number_wherever_a_batch_begins(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tars_bench.ingest import spool, tailer

    odd = ["", "  ", "\ufeff" + record(7), "\x1e", "\x1f", "-", "", "\0", "\r", '"', ","]
    lines = [text for number in range(20) for text in (*odd, record(number))]
    place.write("api_responses/a.jsonl", "\n".join(lines) + "\n")
    place.write("api_responses/b.jsonl", "\n" + record(99) + "\n")
    for batch, chunk in ((1, 150), (700, 300), (1 << 20, 1 << 20)):
        monkeypatch.setattr(spool, "BATCH_BYTES", batch)
        monkeypatch.setattr(tailer, "CHUNK_BYTES", chunk)
        load = Place(place.root, place.database.with_name(f"{batch}-{chunk}.duckdb"))
        load.load()
        kept = [place + 1 for place, line in enumerate(lines) if line.startswith("{")]
        assert load.query(
            "select line_number from raw.tars_api_responses join raw.files using (file_id)"
            " where path like '%a.jsonl' order by 1"
        ) == [(number,) for number in kept]
        blank = [place + 1 for place, line in enumerate(lines) if not line.strip(" \r")]
        bad = sorted({*range(1, len(lines) + 1)} - {*kept} - {*blank})
        assert [number for name, number, _ in load.quarantined() if name == "a.jsonl"] == bad
        assert load.unaccounted() == []


def test_a_second_writer_is_told_the_database_is_busy(place: Place) -> None:
    import subprocess
    import sys

    from tars_bench.shared.errors import BusyError
    from tars_bench.warehouse.files import open_writer

    place.write(FILE, records(0))
    code = (
        "import duckdb, sys; held = duckdb.connect(sys.argv[1]); "
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(place.database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(BusyError), open_writer(place.database):
            pass
        holder.communicate()
    assert place.load().kept_count == 1
