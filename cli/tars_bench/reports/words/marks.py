"""What the answers of comparisons and of experiments share: their ticks, units and shape."""

from __future__ import annotations

from typing import Final

from tars_bench.reports.model import Answer, Tone
from tars_bench.reports.read.records import Record

Mark = tuple[str, Tone]

GOOD: Final[Mark] = ("✅", Tone.GOOD)
BAD: Final[Mark] = ("❌", Tone.BAD)
OPEN: Final[Mark] = ("❔", Tone.CAUTION)
UNITS_OF_WORK: Final = {"task": "task", "api_call": "API call"}


def marked(found: Record, lead: str, mark: Mark, rest: str = "", joined: str = ":") -> Answer:
    """Return an answer: words, their tick, and what is joined to them where there is more to say.

    Args:
        found: A row with `question_id`, `answer` and `is_established`.
        lead: The answer in words.
        mark: Its tick and tone.
        rest: Why, or on what it rests; without its full stop.
        joined: What stands between the two.

    """
    sign, tone = mark
    return Answer(
        question_id=found["question_id"],
        answer=found["answer"],
        is_established=bool(found["is_established"]),
        lead=f"{lead} {sign}{joined if rest else '.'}",
        rest=f"{rest}." if rest else "",
        tone=tone,
    )
