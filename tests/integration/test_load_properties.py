"""Properties of loading: every line accounted for, whatever the bytes and however they arrive."""

from __future__ import annotations

import gzip
import json
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from load_helpers import Place, record, records

from tars_bench.ingest.sources.tars_api_responses import _FIELDS as FIELDS

FILES = (
    "api_responses/a.jsonl",
    "monitoring_logs/a.log",
    "feedback/a.jsonl",
)
HOSTILE = st.sampled_from(
    [
        b"{", b"}", b'"', b"\\", b",", b"[", b"]", b"\0", b"\r", b"\r\n", b" ", b"\t", b"\x1e",
        b"\x1f", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"'", b"#", b"NULL", b"\\N", b"1e400",
        b"NaN", b'{"timestamp":null}', b'{"timestamp":"2026-02-30T00:00:00Z"}',
        b"[2026-02-13T08:15:00Z] X", b"[2026-02-13T08:15:00Z] CACHE_HIT q tokens_saved=1500",
        b'{"a":"\\ud800"}', "é\u2028".encode(),
        record(1).encode(), record(2, tokenInput=-1).encode(), record(3).encode(), b"[" * 3000,
    ]
)  # fmt: skip
LINE = st.one_of(st.lists(HOSTILE, max_size=4).map(b"".join), st.binary(max_size=30))
CONTENT = st.lists(LINE, max_size=12).map(b"\n".join)
SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def tables(place: Place) -> dict[str, object]:
    """Everything a load stores, but for the numbers of loads."""
    names = ("tars_api_responses", "tars_optimization_events", "tars_feedback", "tars_daily_costs")
    stored: dict[str, object] = {name: place.rows(name) for name in names}
    stored["outcomes"] = place.outcomes()
    stored["quarantined"] = place.query(
        "select * exclude (load_id) from raw.quarantined_lines order by file_id, line_number"
    )
    stored["files"] = place.query(
        "select file_id, path, byte_count, line_count, content_sha256 from raw.files order by 1"
    )
    return stored


def expected_line_count(content: bytes) -> tuple[int, int]:
    """Lines with an end, and lines if an unended last one is counted too."""
    whole = content.count(b"\n")
    return whole, whole + (not content.endswith(b"\n") and content != b"")


@SETTINGS
@given(content=CONTENT)
def test_every_line_of_any_bytes_is_accounted_for(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        place = Place(Path(folder), Path(folder) / "w.duckdb")
        for name in (*FILES, "api_responses/b.json", "costs.json"):
            place.write(name, content)
        place.write("api_responses/c.jsonl.gz", gzip.compress(content))
        place.load()
        assert place.unaccounted() == []
        counts = place.query("select line_count from raw.files where path like '%/a.%'")
        assert all(count in expected_line_count(content) for (count,) in counts)
        assert place.load().line_count == 0


@SETTINGS
@given(content=CONTENT, seed=st.integers(0, 2**16))
def test_loading_in_pieces_is_loading_in_one_go(content: bytes, seed: int) -> None:
    cuts = sorted(random.Random(seed).sample(range(len(content) + 1), min(2, len(content))))
    with TemporaryDirectory() as folder:
        place = Place(Path(folder) / "data", Path(folder) / "w.duckdb")
        for cut in (*cuts, len(content)):
            for name in FILES:
                place.write(name, content[:cut])
            place.load()
        one_go = Place(place.root, Path(folder) / "other.duckdb")
        one_go.load()
        assert tables(place) == tables(one_go)
        assert place.unaccounted() == []


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2)
    ),
    max_leaves=3,
)


@SETTINGS
@given(values=st.lists(VALUE, min_size=len(FIELDS), max_size=len(FIELDS)))
def test_any_value_in_any_field_is_kept_or_set_aside(values: list[object]) -> None:
    lines = [
        json.dumps(json.loads(record(1)) | {field.name: value})
        for field, value in zip(FIELDS, values, strict=True)
    ]
    with TemporaryDirectory() as folder:
        place = Place(Path(folder), Path(folder) / "w.duckdb")
        place.write(FILES[0], "\n".join(lines) + "\n")
        result = place.load()
        assert result.kept_count + result.quarantined_count == len(lines)
        assert place.unaccounted() == []


CHILD = """
import sys
from pathlib import Path
from tars_bench.ingest import spool, tailer
from tars_bench.ingest.load import load_sources
from tars_bench.workspace.config import Source

spool.BATCH_BYTES = 60_000
tailer.CHUNK_BYTES = 20_000
sources = [Source("tars", Path(sys.argv[1]))]
load_sources(Path(sys.argv[2]), sources, lambda text: print(text, flush=True))
"""


def test_killed_at_any_batch_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path / "data", tmp_path / "killed.duckdb")
    for name, first in (("a", 0), ("b", 2000), ("c", 4000)):
        place.write(f"api_responses/{name}.jsonl", records(*range(first, first + 1500)) + "bad\n")
    for lines_to_read in (2, 3, 5, 7):
        _kill_after(place, lines_to_read)
    place.load()

    one_go = Place(place.root, tmp_path / "other.duckdb")
    one_go.load()
    assert tables(place) == tables(one_go)
    assert place.unaccounted() == []
    assert len(place.rows()) == 4500
    assert place.query("select count(*) from raw.load_runs where status = 'running'")[0][0] >= 1


def _kill_after(place: Place, line_count: int) -> None:
    """Load in another process and kill it once it has told of some batches."""
    command = [sys.executable, "-c", CHILD, str(place.root), str(place.database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for _, _ in zip(range(line_count), child.stdout, strict=False):
            pass
        child.kill()
