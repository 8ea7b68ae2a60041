"""What a run does with Python's memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


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
