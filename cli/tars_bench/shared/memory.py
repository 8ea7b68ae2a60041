"""How much memory a run takes: DuckDB's share of it, and Python's search for what is unused."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

MEMORY_VARIABLE: Final = "TARS_BENCH_MEMORY"
"""The environment variable that says what DuckDB may take, such as ``8GB``."""
_USUAL_BYTES: Final = 3_000_000_000
_GROUP_LIMIT: Final = Path("/sys/fs/cgroup/memory.max")


def memory_limit() -> str:
    """Return what DuckDB may take while it loads and builds; beyond that it works on disk.

    3 GB, or four fifths of the machine's (or the container's) memory where that is less.
    """
    own = os.environ.get(MEMORY_VARIABLE)
    if own:
        return own
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    group = _GROUP_LIMIT.read_text("ascii").strip() if _GROUP_LIMIT.is_file() else ""
    room = min(there, int(group)) if group.isdigit() else there
    return f"{min(_USUAL_BYTES, room * 4 // 5) // 1_000_000}MB"


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave Python's search for unreachable cycles out meanwhile, and do it once afterwards.

    dbt and Great Expectations build large trees that live as long as they work: the search walks
    them again and again, a third of the time of a parse, and finds nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        gc.collect()
