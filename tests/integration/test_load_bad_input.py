"""Every kind of bad input gets its rule, and the rest is loaded."""

from __future__ import annotations

import gzip
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pytest
from load_helpers import Place, record, records

from tars_bench.ingest.load import load_sources
from tars_bench.shared.errors import UsageError

FILE = "api_responses/day.jsonl"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data", tmp_path / "warehouse" / "w.duckdb")


BAD_LINES = {
    "not JSON": (b"{oops", "not_json"),
    "half a record with its line end": (record(1)[:40].encode(), "not_json"),
    "an array": (b"[1, 2]", "not_an_object"),
    "a number": (b"17", "not_an_object"),
    "a control character in a string": (b'{"model": "a\x1fb"}', "not_json"),
    "the placeholder's byte alone": (b"\x1e", "not_json"),
    "NUL byte": (record(1).encode().replace(b"sonnet", b"son\0net"), "nul_byte"),
    "invalid UTF-8": (record(1).encode().replace(b"sonnet", b"\xff\xfe"), "invalid_utf8"),
    "a surrogate": (record(1).encode().replace(b"sonnet", b"\xed\xa0\x80"), "invalid_utf8"),
    "no timestamp": (record(1, timestamp=...).encode(), "missing_timestamp"),
    "null timestamp": (record(1, timestamp=None).encode(), "missing_timestamp"),
    "an impossible date": (
        record(1, timestamp="2026-02-30T08:00:00Z").encode(), "bad_timestamp",
    ),
    "an impossible hour": (
        record(1, timestamp="2026-02-13T25:00:00Z").encode(), "bad_timestamp",
    ),
    "an impossible offset": (
        record(1, timestamp="2026-02-13T08:00:00+99:99").encode(), "bad_timestamp",
    ),
    "a date without a time": (record(1, timestamp="2026-02-13").encode(), "bad_timestamp"),
    "words for a time": (record(1, timestamp="infinity").encode(), "bad_timestamp"),
    "a number for a time": (record(1, timestamp=17709).encode(), "bad_timestamp"),
    "a LiteLLM record": (
        b'{"call_type": "acompletion", "spend": 0.1, "model": "m"}', "looks_like:litellm",
    ),
    "a span": (b'{"traceId": "a", "spanId": "b"}', "looks_like:otel"),
    "an OpenAI record": (b'{"usage": {"prompt_tokens": 5}}', "looks_like:openai"),
    "the year 1": (record(1, timestamp="0001-01-01T00:00:00Z").encode(), "timestamp_out_of_range"),
    "no model": (record(1, model=...).encode(), "missing_model"),
    "empty model": (record(1, model=" ").encode(), "missing_model"),
    "a model that is a number": (record(1, model=4).encode(), "bad_type:model"),
    "tokens in words": (record(1, tokenInput="many").encode(), "bad_type:tokenInput"),
    "a number written as a string": (record(1, tokenInput="123").encode(), "bad_type:tokenInput"),
    "half a token": (record(1, tokenInput=1.5).encode(), "bad_type:tokenInput"),
    "tokens as an object": (record(1, tokenInput={"n": 1}).encode(), "bad_type:tokenInput"),
    "tokens true": (record(1, tokenInput=True).encode(), "bad_type:tokenInput"),
    "negative tokens": (record(1, tokenOutput=-1).encode(), "negative:tokenOutput"),
    "a token too many": (record(1, tokenInput=10**8 + 1).encode(), "out_of_range:tokenInput"),
    "tokens of a sun": (record(1, tokenOutput=9 * 10**18).encode(), "out_of_range:tokenOutput"),
    "too much read": (record(1, cacheReadTokens=1e9).encode(), "out_of_range:cacheReadTokens"),
    "over a week": (record(1, responseTime=604_800_001).encode(), "out_of_range:responseTime"),
    "a long silence": (
        record(1, timeToFirstToken=1e300).encode(), "out_of_range:timeToFirstToken",
    ),
    "very complex": (record(1, complexityScore=1e308).encode(), "out_of_range:complexityScore"),
    "beyond bigint": (record(1, tokenInput=10**30).encode(), "out_of_range:tokenInput"),
    "beyond bigint, negative": (record(1, tokenInput=-(10**30)).encode(), "negative:tokenInput"),
    "no tokens": (record(1, tokenInput=...).encode(), "missing:tokenInput"),
    "endless response": (record(1).replace("1500.5", "1e999").encode(), "not_finite:responseTime"),
    "negative response time": (record(1, responseTime=-3).encode(), "negative:responseTime"),
    "a score above 1": (record(1, qualityScore=95).encode(), "out_of_range:qualityScore"),
    "a flag in words": (record(1, cacheHit="yes").encode(), "bad_type:cacheHit"),
    "an id that is a list": (record(1, requestId=["r"]).encode(), "bad_type:requestId"),
}  # fmt: skip

NO_COSTS = {
    "in words": '"free"',
    "with a unit": '"$0.01"',
    "no number": "NaN",
    "a flag": "true",
    "1e400 dollars": "1e400",
    "a million million dollars": "1e12",
    "a cent above what a call can cost": "10000.01",
    "as far below": "-10000.01",
}
COSTS = {'"0.0125"': "0.0125", "-0.01": "-0.01", "1.23e-7": "0.000000123", "10000": "10000"}


@pytest.mark.parametrize("kind", NO_COSTS)
def test_a_bad_cost_loses_the_cost_and_not_the_call(place: Place, kind: str) -> None:
    place.write(FILE, record(0).replace("0.0125", NO_COSTS[kind]) + "\n" + record(1) + "\n")

    place.load()

    assert place.quarantined() == []
    assert place.query(
        "select cost_usd::varchar, is_cost_unreadable from raw.tars_api_responses order by 1"
    ) == [("0.012500000", False), (None, True)]


@pytest.mark.parametrize("text", COSTS)
def test_a_cost_may_be_text_and_may_be_a_credit(place: Place, text: str) -> None:
    place.write(FILE, record(0).replace("0.0125", text) + "\n")

    place.load()

    assert place.query("select cost_usd, is_cost_unreadable from raw.tars_api_responses") == [
        (Decimal(COSTS[text]), False)
    ]


@pytest.mark.parametrize("kind", BAD_LINES)
def test_a_bad_line_is_set_aside_and_the_rest_is_loaded(place: Place, kind: str) -> None:
    line, rule = BAD_LINES[kind]
    place.write(FILE, record(0).encode() + b"\n" + line + b"\n" + record(2).encode() + b"\n")

    result = place.load()

    assert place.quarantined() == [("day.jsonl", 2, rule)]
    assert place.query("select line_number from raw.tars_api_responses order by 1") == [(1,), (3,)]
    assert (result.kept_count, result.quarantined_count, result.line_count) == (2, 1, 3)
    assert place.query("select byte_length, line_sha256 from raw.quarantined_lines") == [
        (len(line), hashlib.sha256(line).hexdigest())
    ]
    assert place.unaccounted() == []


def test_all_bad_lines_together_keep_their_numbers(place: Place) -> None:
    lines = [line for bad, _ in BAD_LINES.values() for line in (record(0).encode(), bad)]
    place.write(FILE, b"\n".join(lines) + b"\n")

    place.load()

    expected = [("day.jsonl", 2 * n, rule) for n, (_, rule) in enumerate(BAD_LINES.values(), 1)]
    assert place.quarantined() == expected
    assert place.unaccounted() == []


def test_of_a_bad_line_its_numbers_are_kept_and_no_text(place: Place) -> None:
    written = "sk-SECRET of a person"
    words = dict.fromkeys(("taskType", "taskId", "sessionId", "error", "note"), written)
    for number, change in enumerate(
        ({"tokenInput": written}, {"tokenOutput": -5}, {"timestamp": written}, {"model": [written]})
    ):
        place.write(f"api_responses/{number}.jsonl", record(number, **words | change) + "\n")
    place.write("api_responses/4.jsonl", f'{{"{written}\n{written}\0\n{written}\xff\n')
    place.write("monitoring_logs/a.log", f"{written}\n[{written}] CACHE_HIT {written}\n")
    place.write("costs.json", f'{{"{written}": "{written}", "2026-02-13": "{written}"}}')

    assert place.load().quarantined_count == 11

    shown = place.query(
        """
        select rule, detail, fields
        from raw.quarantined_lines
        inner join raw.files using (file_id)
        where line_number = 1 and path like '%jsonl'
        order by path
        """
    )
    assert [(rule, detail) for rule, detail, _ in shown] == [
        ("bad_type:tokenInput", "a text of 23 characters"),
        ("negative:tokenOutput", "-5"),
        ("bad_timestamp", "a text of 23 characters"),
        ("bad_type:model", "a list"),
        ("not_json", None),
    ]
    known = json.loads(shown[0][2])
    assert (known["model"], known["token_output"]) == ("claude-sonnet-4-5", 20)
    assert "token_input" not in known
    assert shown[4][2] is None
    assert b"SECRET" not in place.database.read_bytes()


def test_a_line_of_50_mb_is_set_aside_by_its_hash(place: Place) -> None:
    long = b'{"text": "' + b"x" * 50_000_000 + b'"}'
    place.write(FILE, b"\n".join([record(0).encode(), long, record(2).encode(), b""]))

    result = place.load()

    assert place.quarantined() == [("day.jsonl", 2, "line_too_long")]
    assert place.query("select byte_length, line_sha256 from raw.quarantined_lines") == [
        (50_000_012, hashlib.sha256(long).hexdigest())
    ]
    assert result.kept_count == 2
    assert place.unaccounted() == []
    place.append(FILE, records(3))
    assert place.load().kept_count == 1


def test_the_longest_allowed_line_is_loaded(place: Place) -> None:
    room = 16 * 1024 * 1024 - len(record(1, note=""))
    fits, too_long = record(1, note="x" * room), record(1, note="x" * (room + 1))
    place.write(FILE, f"{fits}\n{too_long}\n")

    place.load()

    assert place.quarantined() == [("day.jsonl", 2, "line_too_long")]


def test_half_a_last_line_waits_for_the_rest(place: Place) -> None:
    half = record(1)
    place.write(FILE, records(0) + half[:50])

    first = place.load()
    assert first.kept_count == 1
    assert first.quarantined_count == 0
    assert "half a line (50 bytes)" in first.problems[0].message

    again = place.load()
    assert again.line_count == 0
    assert "half a line" in again.problems[0].message

    place.append(FILE, half[50:] + "\n")
    second = place.load()
    assert (second.kept_count, second.problems) == (1, ())
    assert [row[1] for row in place.rows()] == [1, 2]
    assert place.unaccounted() == []


def test_a_whole_last_record_without_line_end_is_loaded_once(place: Place) -> None:
    place.write(FILE, records(0) + record(1))
    assert place.load().kept_count == 2

    place.append(FILE, "\r\n" + records(2))
    assert place.load().kept_count == 1
    assert [row[1] for row in place.rows()] == [1, 2, 3]
    assert place.query("select line_count, restated_load_id from raw.files") == [(3, None)]
    assert place.unaccounted() == []


def test_a_last_record_that_goes_on_is_restated(place: Place) -> None:
    log = "monitoring_logs/a.log"
    place.write(log, "[2026-02-13T08:15:00Z] CACHE_HIT q1 tokens_saved=15")
    assert place.load().kept_count == 1

    place.append(log, "00\n")
    place.load()

    rows = place.query(
        "select line_number, attributes ->> 'tokens_saved' from raw.tars_optimization_events"
    )
    assert rows == [(1, "1500")]
    assert place.query("select restated_load_id from raw.files") == [(2,)]
    assert place.unaccounted() == []


def test_blank_lines_are_dropped_and_counted(place: Place) -> None:
    place.write(FILE, "\n\n" + records(0) + "\n  \n\t\n\n" + records(1) + "\r\n\n")
    place.load()
    assert place.outcomes() == [
        ("day.jsonl", "dropped", "blank_line", 8),
        ("day.jsonl", "kept", None, 2),
    ]
    assert [row[1] for row in place.rows()] == [3, 8]


def test_windows_line_ends_and_a_byte_order_mark(place: Place) -> None:
    place.write(FILE, b"\xef\xbb\xbf" + (record(0) + "\r\n" + record(1) + "\r\n").encode())
    place.load()
    assert place.quarantined() == []
    assert len(place.rows()) == 2


def test_a_carriage_return_between_tokens_is_space(place: Place) -> None:
    place.write(
        FILE, record(0).replace(", ", ",\r", 1) + "\n" + record(1) + "\r" + record(2) + "\n"
    )
    place.load()
    assert place.quarantined() == [("day.jsonl", 2, "not_json")]


def test_a_missing_path_names_every_source(tmp_path: Path) -> None:
    sources = [
        Place(tmp_path / "a", tmp_path / "w.duckdb"),
        Place(tmp_path / "b", tmp_path / "w.duckdb", "claude_code"),
    ]
    with pytest.raises(UsageError) as caught:
        load_sources(tmp_path / "w.duckdb", sources, print)
    assert str(tmp_path / "a") in caught.value.message
    assert str(tmp_path / "b") in caught.value.message
    assert not (tmp_path / "w.duckdb").exists()


def test_an_empty_directory_is_a_problem_not_an_error(place: Place) -> None:
    result = place.load()
    assert [problem.message for problem in result.problems] == [
        f"no files of tars under {place.root}"
    ]
    assert place.query("select count(*) from raw.tars_api_responses") == [(0,)]


def test_a_source_added_with_a_wrong_path_is_an_error_and_the_rest_is_loaded(
    place: Place, tmp_path: Path
) -> None:
    place.write(FILE, record(1))
    place.load()
    place.write("api_responses/next.jsonl", record(2))
    mistyped = Place(tmp_path / "clode", place.database, "claude_code")
    result = load_sources(place.database, [place, mistyped], print)
    assert [(one.source_system, one.message) for one in result.problems if one.is_error] == [
        ("claude_code", "cannot be read: there is no such folder")
    ]
    assert result.unreadable_count == 1
    assert place.query("select count(*) from raw.tars_api_responses") == [(2,)]


def test_a_broken_archive_is_reported_and_the_rest_loaded(place: Place) -> None:
    place.write("api_responses/a.jsonl.gz", b"no gzip at all")
    place.write("api_responses/b.jsonl.gz", gzip.compress(records(0, 1, 2).encode())[:-12])
    place.write("api_responses/c.jsonl", records(7))

    result = place.load()

    assert {Path(problem.path).name for problem in result.problems} >= {"a.jsonl.gz"}
    assert result.kept_count >= 1
    assert place.unaccounted() == []

    place.write("api_responses/a.jsonl.gz", gzip.compress(records(8).encode()))
    place.write("api_responses/b.jsonl.gz", gzip.compress(records(0, 1, 2).encode()))
    assert place.load().problems == ()
    assert len(place.rows()) == 5


def test_a_dangling_link_is_reported(place: Place) -> None:
    place.write(FILE, records(0))
    (place.root / "api_responses" / "gone.jsonl").symlink_to(place.root / "nowhere")
    result = place.load()
    assert [Path(problem.path).name for problem in result.problems] == ["gone.jsonl"]
    assert place.deliveries(1) == [("day.jsonl", "new"), ("gone.jsonl", "unreadable")]
    assert result.kept_count == 1
