"""The registry of sources: one small module each."""

from collections.abc import Mapping
from typing import Final

from tars_bench.ingest.feed import Feed
from tars_bench.ingest.sources import (
    claude_code,
    tars_api_responses,
    tars_costs,
    tars_feedback,
    tars_optimization_events,
)

FEEDS: Final[Mapping[str, tuple[Feed, ...]]] = {
    "tars": (
        tars_api_responses.FEED,
        tars_optimization_events.FEED,
        tars_costs.FEED,
        tars_feedback.FEED,
    ),
    "claude_code": (claude_code.FEED,),
}
"""The feeds of each source type, in the order they are loaded."""
