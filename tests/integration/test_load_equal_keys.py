"""Two equal keys of one JSON object: the last holds, as Python's own reader has it."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from load_helpers import Place

KEYS = ("tokenInput", "tokenOutput", "model", "sessionId", "project", "cacheReadTokens")
LINES = 60


def value(key: str, chance: random.Random) -> str:
    if key.startswith(("token", "cache")):
        return str(chance.randrange(1000))
    return json.dumps(chance.choice(["a", "b é", 'c "quoted"', "d\\n"]))


def line(number: int, chance: random.Random) -> str:
    """A record of the keys in any order, some of them twice or more."""
    pairs = [("timestamp", '"2026-05-04T08:00:00Z"'), ("taskId", f'"{number}"')]
    for key in KEYS:
        pairs += [(key, value(key, chance)) for _ in range(chance.choice([1, 1, 1, 2, 3]))]
    chance.shuffle(pairs)
    return "{" + ", ".join(f'"{key}": {text}' for key, text in pairs) + "}"


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("is_array", [False, True])
def test_the_last_of_two_equal_keys_holds(tmp_path: Path, seed: int, *, is_array: bool) -> None:
    chance = random.Random(seed)
    lines = [line(number, chance) for number in range(LINES)]
    (tmp_path / "data").mkdir()
    place = Place(tmp_path / "data", tmp_path / "w.duckdb")
    if is_array:
        place.write("api_responses/day.json", "[" + ",\n".join(lines) + "]")
    else:
        place.write("api_responses/day.jsonl", "\n".join(lines) + "\n")
    place.load()
    rows = place.query(
        "select task_id, token_input, token_output, model, session_id, project, cache_read_tokens"
        " from raw.tars_api_responses"
    )
    read = {task: tuple(rest) for task, *rest in rows}
    records = [json.loads(text) for text in lines]
    assert read == {one["taskId"]: tuple(one[key] for key in KEYS) for one in records}


def test_a_count_of_a_transcript_is_the_last_at_every_depth(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    place = Place(tmp_path / "data", tmp_path / "w.duckdb", "claude_code")
    usage = (
        '{"input_tokens": 1, "input_tokens": 2, "output_tokens": 5,'
        ' "cache_creation": {"ephemeral_1h_input_tokens": 3, "ephemeral_1h_input_tokens": 4},'
        ' "cache_creation_input_tokens": 4}'
    )
    message = f'{{"id": "m", "model": "old", "model": "claude-opus-4-8", "usage": {usage}}}'
    place.write(
        "projects/p/s.jsonl",
        '{"type": "user", "type": "assistant", "timestamp": "2026-05-04T08:00:00Z",'
        f' "sessionId": "s", "message": {{}}, "message": {message}}}\n',
    )
    place.load()
    assert place.query(
        "select model, input_tokens, output_tokens, ephemeral_1h_input_tokens"
        " from raw.claude_code_responses"
    ) == [("claude-opus-4-8", 2, 5, 4)]
