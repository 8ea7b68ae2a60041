"""Times as logs write them, as SQL: with and without zone, comma fractions, epoch numbers."""

from __future__ import annotations

from typing import Final

TIMESTAMP_START: Final = "timestamp '2000-01-01'"
TIMESTAMP_END: Final = "timestamp '2100-01-01'"
"""Times before the one, or from the other on, are a clock's or a unit's mistake."""

TIMESTAMP_PATTERN: Final = (
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?\s?(Z|[+-](0\d|1[0-8])(:?[0-5]\d)?)?"
)
"""ISO 8601 with an offset, ``Z``, or neither (UTC). Fractions beyond microseconds are cut."""


_LOOSE_TIMESTAMP_PATTERN: Final = (
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}([.,]\d+)?"
    r"( ?UTC|\s?([Zz]|[+-](0\d|1[0-8])(:?[0-5]\d)?)?)"
)
"""The same as Python's logs write it, with a comma; in lower case; with UTC in words."""


_USUAL_FORMS: Final = ("____-__-__T__:__:__.___Z", "____-__-__T__:__:__.______Z")
"""As most logs write it, which is read at once; what does not fit is looked at closely."""


_EPOCH_PATTERN: Final = r"\d{10,13}(\.\d+)?"


def timestamp_value(text: str) -> str:
    """Return SQL for the naive UTC timestamp of a text expression; null where it is none."""
    usual = f"replace(upper(regexp_replace({text}, ' ?UTC$', 'Z')), ',', '.')"
    usually = " or ".join(f"{text} like '{form}'" for form in _USUAL_FORMS)
    return f"""coalesce(
            case when {usually} then try_strptime({text}, '%Y-%m-%dT%H:%M:%S.%fZ') end,
            case
            when regexp_full_match({text}, '{TIMESTAMP_PATTERN}') then {_moment(text)}
            when regexp_full_match({text}, '{_LOOSE_TIMESTAMP_PATTERN}') then {_moment(usual)}
            when regexp_full_match({text}, '{_EPOCH_PATTERN}') then {epoch_value(text)}
            end
        )"""


def _moment(text: str) -> str:
    return f"""case
                when ends_with({text}, 'Z') then try_cast({text} as timestamp)
                when not regexp_matches({text}, ':.*[+-]')
                    then try_cast({text} as timestamp)
                else timezone('UTC', try_cast({text} as timestamptz))
            end"""


def epoch_value(text: str) -> str:
    """Return SQL for the timestamp of a number of seconds or milliseconds since 1970."""
    number = f"try_cast({text} as double)"
    return f"""case
                when {number} >= 1e9 and {number} < 4102444800
                    then make_timestamp(round({number} * 1e6)::bigint)
                when {number} >= 1e12 and {number} < 4102444800000
                    then make_timestamp(round({number} * 1e3)::bigint)
            end"""


def timestamp_rule(value: str) -> str:
    """Return SQL for the rule a timestamp breaks: dates no log can be of."""
    return f"""case
            when {value} is null then 'bad_timestamp'
            when {value} < {TIMESTAMP_START} or {value} >= {TIMESTAMP_END}
                then 'timestamp_out_of_range'
        end"""
