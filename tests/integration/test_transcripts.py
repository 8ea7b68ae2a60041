"""What a transcript says of tasks, of times and of calls that failed."""

from __future__ import annotations

import pytest
from build_helpers import MODELS_ONLY, Build
from load_helpers import Place
from transcript_lines import WORDS, answer, failure, prompt, retry, tool_result

DAY = "2026-02-11T"


def at(clock: str) -> str:
    return f"{DAY}{clock}"


MAIN = "".join(
    [
        # p1 is asked, and answered in two calls, the first of them in two lines.
        prompt(at("10:00:00"), "s1", "p1"),
        answer(at("10:00:04"), "s1", "m1", 1),
        answer(at("10:00:09"), "s1", "m1", 80),
        tool_result(at("10:00:10"), "s1", "u1"),
        prompt(at("10:00:10"), "s1", "u2", [{"type": "text", "text": WORDS}], isMeta=True),
        answer(at("10:00:13"), "s1", "m2"),
        # p2 fails twice before it is answered; the second answer was asked for by nothing.
        prompt(at("11:00:00"), "s1", "p2", [{"type": "text", "text": WORDS}]),
        retry(at("11:00:01"), "s1", "e1"),
        retry(at("11:00:03"), "s1", "e2"),
        answer(at("11:00:20.500"), "s1", "m3"),
        answer(at("11:00:30"), "s1", "m4"),
        # The client answers /cost itself; /review is answered by the model.
        prompt(at("11:30:00"), "s1", "c1", "<command-name>/cost</command-name>"),
        prompt(at("11:30:00"), "s1", "u3", "<local-command-stdout>x</local-command-stdout>"),
        answer(at("11:30:05"), "s1", "m5"),
        prompt(at("11:40:00"), "s1", "c2", "<command-message>review</command-message>"),
        prompt(at("11:40:00"), "s1", "u4", [{"type": "text", "text": WORDS}], isMeta=True),
        answer(at("11:40:02"), "s1", "m6"),
        prompt(at("11:41:00"), "s1", "u5", "[Request interrupted by user]"),
        prompt(at("11:42:00"), "s1", "u6", "<task-notification>done</task-notification>"),
        answer(at("11:42:02"), "s1", "m7"),
        prompt(at("11:43:00"), "s1", "u7", WORDS, isCompactSummary=True),
        # p3 is never answered: the call failed.
        prompt(at("12:00:00"), "s1", "p3"),
        failure(at("12:00:05"), "s1", "f1"),
    ]
)
# Resumed in another file: every line again, under a session of its own, and p4.
RESUMED = MAIN.replace('"s1"', '"s2"') + "".join(
    [prompt(at("13:00:00"), "s2", "p4"), answer(at("13:00:07"), "s2", "m8")]
)
# p5 starts two agents; a1 works on while p6 is asked, and is given something new in p6.
PARENT = "".join(
    [
        prompt(at("14:00:00"), "s3", "p5"),
        answer(at("14:00:02"), "s3", "m10"),
        prompt(at("14:10:00"), "s3", "p6"),
        answer(at("14:10:05"), "s3", "m11"),
        prompt(at("14:30:00"), "s3", "p7"),
        answer(at("14:30:05"), "s3", "m12"),
    ]
)
AGENT_1 = "".join(
    [
        prompt(at("14:00:03"), "s3", "a1-1", isSidechain=True, agentId="a1", parentUuid=None),
        answer(at("14:00:06"), "s3", "m13", isSidechain=True, agentId="a1"),
        tool_result(at("14:15:00"), "s3", "a1-2", isSidechain=True, agentId="a1"),
        answer(at("14:15:04"), "s3", "m14", isSidechain=True, agentId="a1"),
        prompt(at("14:20:00"), "s3", "a1-3", isSidechain=True, agentId="a1"),
        answer(at("14:35:00"), "s3", "m15", isSidechain=True, agentId="a1"),
    ]
)
# Its lines name no agent, and its second one overlaps with the other agent's.
AGENT_2 = "".join(
    [
        prompt(at("14:00:04"), "s3", "a2-1", isSidechain=True),
        answer(at("14:15:02"), "s3", "m16", isSidechain=True),
    ]
)
# No line of a user; one uuid for all of them; a gateway that gives no ids of messages.
SILENT = answer(at("15:00:00"), "s4", "m20") + answer(at("15:01:00"), "s4", "m21")
ONE_UUID = "".join(
    [
        prompt(at("16:00:00"), "s5", "same"),
        answer(at("16:00:01"), "s5", None),
        prompt(at("16:10:00"), "s5", "same"),
        answer(at("16:10:01"), "s5", None),
    ]
)
FILES = {
    "main": MAIN,
    "resumed": RESUMED,
    "parent": PARENT,
    "parent/subagents/agent-a1": AGENT_1,
    "parent/subagents/agent-a2": AGENT_2,
    "silent": SILENT,
    "one_uuid": ONE_UUID,
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Loaded and built in three goes: the agents before those who started them."""
    made = Build(tmp_path_factory.mktemp("transcripts"))
    place = Place(made.folder / "data", made.database, "claude_code")
    for names in (("parent/subagents/agent-a1", "resumed", "one_uuid"), FILES):
        for name in names:
            place.write(f"projects/-repo/{name}.jsonl", FILES[name])
        made.load(place)
        made.build("--select", "+fct_requests", "+line_ledger", *MODELS_ONLY)
    return made


def test_a_task_is_what_a_person_asked(build: Build) -> None:
    found = dict(
        build.query(
            "select coalesce(source_request_id, 'none ' || strftime(requested_at, '%H:%M')),"
            " task_id from marts.fct_requests"
        )
    )
    first, second = found.pop("none 16:00"), found.pop("none 16:10")
    assert first != second
    assert None not in (first, second)
    assert found == {
        "m1": "p1", "m2": "p1",
        "e1": "p2", "e2": "p2", "m3": "p2", "m4": "p2", "m5": "p2",
        "m6": "c2", "m7": "c2",
        "f1": "p3",
        "m8": "p4",
        "m10": "p5", "m13": "p5", "m14": "p5", "m16": "p5",
        "m11": "p6", "m15": "p6",
        "m12": "p7",
        "m20": None, "m21": None,
    }  # fmt: skip


def test_how_long_an_answer_took(build: Build) -> None:
    found = build.query(
        "select source_request_id, time_to_first_token_ms, response_time_ms"
        " from marts.fct_requests where source_request_id is not null order by requested_at"
    )
    assert {name: times for name, *times in found if times != [None, None]} == {
        "m1": [4000, 9000],
        "m2": [None, 3000],
        "m3": [None, 20500],
        # A notice of the client's asked for m7; the command whose output is the client's own, for
        # what came next.
        "m5": [None, 5000],
        "m6": [None, 2000],
        "m7": [None, 2000],
        "m8": [None, 7000],
        "m10": [None, 2000],
        "m11": [None, 5000],
        "m12": [None, 5000],
        "m13": [None, 3000],
        "m14": [None, 4000],
        "m15": [None, 900_000],
        # 14:00:04 to 14:15:02, by the agent's own lines.
        "m16": [None, 898_000],
    }


def test_a_try_that_failed_is_a_failed_call(build: Build) -> None:
    assert build.query(
        "select source_request_id, error_type, model_id, total_tokens, cost_usd::double"
        " from marts.fct_requests where status = 'error' order by requested_at"
    ) == [
        ("e1", "api_error_retried", "unknown", 0, 0.0),
        ("e2", "api_error_retried", "unknown", 0, 0.0),
        ("f1", "api_error", "unknown", 0, 0.0),
    ]


def test_no_word_of_a_person_is_stored(build: Build) -> None:
    assert WORDS.encode() not in build.database.read_bytes()
    assert build.query("select count(*) from raw.claude_code_turn_lines") == [
        # Of main and its copy 12 each, p4, 3 of the parent, 3 + 1 of its agents, 2 of one uuid.
        (12 + 12 + 1 + 3 + 3 + 1 + 2,)
    ]


def test_every_line_is_accounted_for(build: Build) -> None:
    lines = sum(content.count("\n") for content in FILES.values())
    assert build.query(
        "select sum(read_line_count), sum(kept_line_count + merged_line_count"
        " + dropped_line_count + quarantined_line_count), sum(kept_line_count)"
        " from marts.line_ledger"
    ) == [(lines, lines, 22)]
