"""Times of logs: what is read at once, and what is looked at closely, are read alike."""

import random
import re
from datetime import UTC, datetime

import duckdb

from tars_bench.ingest.timestamp_sql import timestamp_value

USUAL = ("2026-07-03T16:00:52.215Z", "2024-02-29T23:59:59.999999Z", "2026-12-31T00:00:00.000Z")
FORM = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3}|\d{6})Z", re.ASCII)


def read(text: str) -> datetime | None:
    """Read a time by its digits; None where it is none."""
    found = FORM.fullmatch(text)
    if not found:
        return None
    *parts, fraction = found.groups()
    try:
        return datetime(*map(int, parts), int(fraction.ljust(6, "0")), UTC).replace(tzinfo=None)
    except ValueError:
        return None


def test_times_in_the_usual_form_are_read_by_their_digits() -> None:
    draw = random.Random(20260703)
    texts = list(USUAL)
    for _ in range(20_000):
        text = list(draw.choice(USUAL))
        for _ in range(draw.randint(1, 3)):
            text[draw.randrange(len(text))] = draw.choice("0123456789+- :.TZ_x/\u0663,")
        texts.append("".join(text))
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        sql = f"select text, {timestamp_value('text')} from (select unnest(?) as text)"
        found = connection.execute(sql, [texts]).fetchall()
    assert [read(text) for text in USUAL] == [value for _, value in found[: len(USUAL)]]
    odd = [(text, value) for text, value in found if read(text) and read(text) != value]
    assert odd == []
    formed = [(text, value) for text, value in found if FORM.fullmatch(text) and not read(text)]
    assert [text for text, value in formed if value and "T24:00:00" not in text] == []
