"""Lines of Claude Code transcripts, as the client writes them."""

from __future__ import annotations

import json
from typing import Any

WORDS = "the words of a person"


def line(kind: str, at: str, session: str, **fields: Any) -> str:
    """A line of any kind; `at` is a time without its zone, a field of `...` is left out."""
    record = {
        "type": kind,
        "timestamp": f"{at}Z",
        "sessionId": session,
        "isSidechain": False,
        "userType": "external",
        "version": "2.1.40",
        **fields,
    }
    return json.dumps({name: value for name, value in record.items() if value is not ...}) + "\n"


def prompt(at: str, session: str, uuid: str, text: Any = WORDS, **fields: Any) -> str:
    """What a person asks, or whatever the client writes in the same form."""
    message = {"role": "user", "content": text}
    return line("user", at, session, uuid=uuid, message=message, **fields)


def tool_result(at: str, session: str, uuid: str, **fields: Any) -> str:
    """What a tool gave."""
    content = [{"type": "tool_result", "tool_use_id": "t", "content": WORDS}]
    message = {"role": "user", "content": content}
    return line("user", at, session, uuid=uuid, message=message, **fields)


def answer(at: str, session: str, message_id: str | None, output: int = 100, **fields: Any) -> str:
    """One line of a response."""
    model = fields.pop("model", "claude-sonnet-4-5-20250929")
    usage = {
        "input_tokens": fields.pop("uncached", 100),
        "cache_read_input_tokens": fields.pop("read", 0),
        "cache_creation_input_tokens": fields.pop("written", 0),
        "output_tokens": output,
    }
    message = {
        "id": message_id,
        "role": "assistant",
        "model": model,
        "stop_reason": fields.pop("stop_reason", "end_turn"),
        "content": [{"type": "text", "text": WORDS}],
        "usage": usage,
    }
    fields = {"requestId": f"req_{message_id}", **fields}
    return line("assistant", at, session, message=message, **fields)


def failure(at: str, session: str, message_id: str, **fields: Any) -> str:
    """A call that failed for good, as the client tells it."""
    return answer(
        at, session, message_id, 0, model="<synthetic>", uncached=0, isApiErrorMessage=True,
        stop_reason="stop_sequence", requestId=..., **fields,
    )  # fmt: skip


def retry(at: str, session: str, uuid: str, **fields: Any) -> str:
    """A call that failed and is made again."""
    return line(
        "system", at, session, subtype="api_error", uuid=uuid, level="error",
        error={"status": 529, "message": WORDS}, retryAttempt=1, maxRetries=10, **fields,
    )  # fmt: skip
