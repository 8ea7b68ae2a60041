"""The largest values a record may hold: beyond them it is set aside, as no call is that large.

They also keep every sum of the models within its type, whatever the number of lines.
"""

from typing import Final

MAX_TOKENS: Final = 100_000_000
"""Of one kind in one call: ten times the longest prompt any model takes."""
MAX_MILLISECONDS: Final = 7 * 24 * 60 * 60 * 1000
"""Of one call: a week; batches are answered within a day."""
MAX_USD: Final = 10_000
"""Of one call, or claimed by one event."""
MAX_COUNT: Final = 1_000_000
"""Of what one call or event counts: searches, calls of a batch; and of a score without a scale."""
MAX_DAY_USD: Final = 1_000_000
"""Of one day or session of a cost report."""
MAX_DAY_TOKENS: Final = 100_000_000_000_000
"""Of one day or session of a cost report."""
MAX_DAY_CALLS: Final = 1_000_000_000
"""Of one day or session of a cost report."""
MAX_SESSION_MINUTES: Final = 10 * 366 * 24 * 60
"""Of one session of a cost report: ten years."""
