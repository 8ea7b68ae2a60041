"""Claude Code transcripts: which lines are kept, and that no text leaves them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from load_helpers import Place

FILE = "projects/-repo/session.jsonl"
USAGE = {
    "input_tokens": 3,
    "output_tokens": 9,
    "cache_read_input_tokens": 24983,
    "cache_creation_input_tokens": 19233,
    "cache_creation": {"ephemeral_5m_input_tokens": 33, "ephemeral_1h_input_tokens": 19200},
    "server_tool_use": {"web_search_requests": 2},
    "service_tier": "standard",
    "inference_geo": None,
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "data").mkdir()
    return Place(tmp_path / "data", tmp_path / "w.duckdb", "claude_code")


def message(**changes: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": "SECRET"}]
    return {"id": "msg_1", "model": "claude-opus-4-6", "content": content, "usage": USAGE} | changes


def line(**changes: Any) -> str:
    values = {
        "type": "assistant", "timestamp": "2026-02-11T15:31:23.659Z", "sessionId": "s",
        "requestId": "req_1", "uuid": "u", "isSidechain": False, "version": "2.1.37",
        "message": message(),
    }  # fmt: skip
    return json.dumps(values | changes) + "\n"


def test_an_assistant_line(place: Place) -> None:
    place.write(FILE, line())
    place.load()
    assert [row[2:] for row in place.rows("claude_code_responses")] == [
        (
            datetime(2026, 2, 11, 15, 31, 23, 659000), "s", "req_1", "msg_1", "u", False, False,
            "2.1.37", None, "claude-opus-4-6", None, 3, 9, 24983, 19233, 33, 19200, 2,
            "standard", None, None, False, None, None, None, None,
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            {"type": "agent_progress", "message": {
                "type": "assistant", "timestamp": "2026-02-11T15:00:00Z", "requestId": "req_2",
                "uuid": "inner", "message": message(id="msg_2"),
            }},
            ("msg_2", "req_2", "inner", True, datetime(2026, 2, 11, 15)),
        ),
        (
            {"type": "agent_progress", "message": message(id="msg_3")},
            ("msg_3", "req_1", "u", True, datetime(2026, 2, 11, 15, 31, 23, 659000)),
        ),
    ],
)  # fmt: skip
def test_a_progress_line_holds_a_whole_message(
    place: Place, data: dict[str, Any], expected: tuple[object, ...]
) -> None:
    place.write(FILE, line(type="progress", message=None, data=data))
    place.load()
    assert place.query(
        """
        select message_id, request_id, line_uuid, is_sidechain, responded_at
        from raw.claude_code_responses
        """
    ) == [expected]
    assert place.query("select output_tokens from raw.claude_code_responses") == [(9,)]


def test_which_lines_are_kept(place: Place) -> None:
    place.write(
        FILE,
        line(message=message(model="<synthetic>"))
        + line(type="user")
        + line(message={"role": "assistant", "content": []})
        + line(type="progress", data={"type": "hook_progress", "message": "text"})
        + line(message="text")
        + '{"_bad": "x"}\n\n'
        + line(message=message(usage={})),
    )
    place.load()
    assert place.outcomes() == [
        ("session.jsonl", "dropped", "blank_line", 1),
        ("session.jsonl", "dropped", "no_usage", 3),
        ("session.jsonl", "dropped", "other_type", 1),
        ("session.jsonl", "dropped", "turn_line", 1),
        ("session.jsonl", "kept", None, 2),
    ]
    kept = "select model, input_tokens from raw.claude_code_responses order by line_number"
    assert place.query(kept) == [
        ("<synthetic>", 3), ("claude-opus-4-6", 0),
    ]  # fmt: skip


BAD_LINES = {
    '{"SECRET": \n': "not_json",
    '"SECRET"\n': "not_an_object",
    "SECRET\0\n": "nul_byte",
    "SECRET\x1f\n": "not_json",
    line(timestamp="SECRET"): "bad_timestamp",
    line(timestamp=None): "missing_timestamp",
    line(message=message(model=None)): "missing_model",
    line(message=message(usage=USAGE | {"output_tokens": -1})): "negative:output_tokens",
    line(message=message(usage=USAGE | {"output_tokens": "SECRET"})): "bad_type:output_tokens",
    line(message=message(usage=USAGE | {"input_tokens": 1e300})): "out_of_range:input_tokens",
}


def test_no_text_of_a_bad_line_is_kept(place: Place) -> None:
    place.write(FILE, "".join(BAD_LINES) + line())
    place.load()
    assert [rule for _, _, rule in place.quarantined()] == list(BAD_LINES.values())
    assert place.query("select detail from raw.quarantined_lines where detail is not null") == [
        ("a text of 8 characters",), ("-1",), ("a text of 8 characters",), ("1e300",),
    ]  # fmt: skip
    assert place.unaccounted() == []
    assert b"SECRET" not in place.database.read_bytes()


def test_copies_that_differ_are_loaded_for_sql_to_merge(place: Place) -> None:
    place.write(FILE, line() + line(uuid="v"))
    place.write("projects/-repo/copy.jsonl", line() + line(uuid="v"))
    place.write("projects/-repo/older.jsonl", line())
    place.load()
    first = place.rows("claude_code_responses")
    assert len(first) == 3
    repeated = "select sum(line_count)::bigint from raw.line_outcomes where outcome = 'repeated'"
    assert place.query(repeated) == [(2,)]
    place.append(FILE, line(uuid="w"))
    assert place.load().kept_count == 3
    (place.root / FILE).rename(place.root / "projects/-repo/renamed.jsonl")
    assert place.load().line_count == 0
    assert place.query("select count(*) from raw.files") == [(3,)]
    assert place.unaccounted() == []


def test_the_root_may_be_the_projects_folder_itself(place: Place) -> None:
    place.write(FILE, line())
    place.write("projects/-repo/session/subagents/agent-1.jsonl", line(isSidechain=True, uuid="x"))
    inner = Place(place.root / "projects", place.database, "claude_code")
    inner.load()
    assert place.query("select count(*) from raw.claude_code_responses") == [(2,)]
    assert place.load().line_count == 0
