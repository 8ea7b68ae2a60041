"""Two equal keys of one JSON object: the last of them holds, as everywhere else.

DuckDB takes the first. Lines are written anew before the scan where a key stands in them twice;
what objects hold which keys DuckDB says of a whole spool at once, and few lines differ in that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any


def has_equal_keys(objects: Iterable[Iterable[str] | None]) -> bool:
    """Say whether one of some objects, each given by its keys, has a key twice."""
    return any(len(set(keys := list(one or ()))) < len(keys) for one in objects)


def with_last_keys(line: bytes) -> bytes:
    """Return a line whose objects have no key twice: the line itself where it has none."""
    if not line.lstrip().startswith(b"{"):
        return line
    found = False

    def kept(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal found
        last = dict(pairs)
        found = found or len(last) < len(pairs)
        return last

    try:
        record = json.loads(line, object_pairs_hook=kept)
    except (ValueError, RecursionError):
        return line
    return json.dumps(record).encode() if found else line
