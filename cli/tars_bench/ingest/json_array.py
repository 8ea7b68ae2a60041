"""A JSON array read as lines: one element, one line, exactly as it was written.

So an array that grew is an append, and a copy of it as JSON lines is a copy.
"""

from __future__ import annotations

import json
import re
from typing import Final

_SPACE: Final = re.compile(r"[ \t\r\n]*")
_BREAKS: Final = str.maketrans("\r\n", "  ")


def array_as_lines(document: bytes) -> bytes:
    """Return the elements of an array as lines.

    A document that is no array is given as it is written, line by line. What cannot be read
    becomes one last line, unfinished if the document ends within it.
    """
    text = document.decode("utf-8", errors="surrogateescape").removeprefix("\ufeff")
    position = _skip(text, 0)
    if not text.startswith("[", position):
        return _one_record(text, document)
    lines, rest = _elements(text, position + 1)
    body = "".join(f"{line}\n" for line in lines) + rest
    return body.encode("utf-8", errors="surrogateescape")


def _one_record(text: str, document: bytes) -> bytes:
    """Put a record that is spread over lines on one; leave JSON lines as they are."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return document
    return (text.translate(_BREAKS).strip() + "\n").encode("utf-8", errors="surrogateescape")


def _elements(text: str, position: int) -> tuple[list[str], str]:
    decoder = json.JSONDecoder()
    lines: list[str] = []
    while True:
        position = _skip(text, position)
        if text.startswith("]", position) and not text[position + 1 :].strip():
            return lines, ""
        try:
            _, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            return lines, _unreadable(text, position)
        lines.append(text[position:end].translate(_BREAKS))
        position = _skip(text, end)
        if text.startswith(",", position):
            position += 1
        elif not text.startswith("]", position):
            return lines, _unreadable(text, position)


def _unreadable(text: str, position: int) -> str:
    """Return the rest as a line; finished if the array's end is there."""
    rest = text[position:].translate(_BREAKS).strip()
    return f"{rest}\n" if rest.endswith("]") else rest


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position
