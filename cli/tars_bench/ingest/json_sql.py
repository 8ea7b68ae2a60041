"""SQL that turns lines of JSON into typed columns, and says which rule a bad line breaks.

Every text here is a constant of the program: names of fields and columns, never data. The scan
is one pass: ``json_transform`` gives the raw JSON text of each field, ``try_cast`` the value;
where a text has no value, the field's rule names the line's fault.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tars_bench.ingest.timestamp_sql import (
    TIMESTAMP_END,
    TIMESTAMP_START,
    epoch_value,
    timestamp_rule,
    timestamp_value,
)

_NUMBERS: Final = ("integer", "number")
_LENIENT: Final = ("money", "unreadable_money")
"""Kinds whose value may be lost without the line: a cost that cannot be read is no cost."""


@dataclass(frozen=True)
class Field:
    """One value of a record and the column it becomes.

    Args:
        name: Its name in the source, as rules show it.
        column: The column it becomes.
        kind: text, id (text or number), integer, number, flag, timestamp, any (as text), money (a
            number, or text that is one; anything else is no cost and costs the line nothing) or
            unreadable_money (whether there is something that is no money).
        json: SQL for its raw JSON text; default: the record's field of that name.
        required: SQL that says when it must be there; empty: it may be missing.
        default: SQL for a missing value.
        minimum: The smallest value that makes sense, of numbers.
        maximum: The largest value that makes sense, of numbers.
        of: The column of the money that may be unreadable.
    """

    name: str
    column: str
    kind: str
    json: str = ""
    required: str = ""
    default: str = "null"
    minimum: int | None = 0
    maximum: int | None = None
    of: str = ""

    @property
    def source(self) -> str:
        """SQL for the raw JSON text."""
        return self.json or f"record.{self.name}::varchar"

    @property
    def raw(self) -> str:
        """The column that carries the raw JSON text through the query."""
        return f"raw_{self.of or self.column}"

    def value_sql(self) -> str:
        """Return SQL for the typed value; null where the text has none."""
        value = _VALUES[self.kind].replace("{raw}", self.raw)
        return value.replace("{maximum}", str(self.maximum)).replace("{of}", self.of)

    def good_sql(self) -> str:
        """Return cheap SQL that is true only where the field breaks no rule."""
        value = self.column
        if self.kind in _LENIENT:
            return "true"
        checks = {
            "timestamp": f"{value} >= {TIMESTAMP_START} and {value} < {TIMESTAMP_END}",
            "number": f"isfinite({value})",
        }
        parts = [checks.get(self.kind, f"{value} is not null")]
        if self.kind in _NUMBERS and self.minimum is not None:
            parts.append(f"{value} >= {self.minimum}")
        if self.kind in _NUMBERS and self.maximum is not None:
            parts.append(f"{value} <= {self.maximum}")
        absent = f"not ({self.required})" if self.required else "true"
        return f"case when {self.raw} is null then {absent} else {' and '.join(parts)} end"

    def rule_sql(self) -> str:
        """Return SQL for the rule the field breaks, or null."""
        if self.kind in _LENIENT:
            return "null"
        branches = []
        if self.required:
            branches.append(f"when {self.raw} is null and ({self.required}) then '{self._missing}'")
        branches.append(f"when {self.raw} is null then null")
        branches += self._value_branches()
        return "case " + " ".join(branches) + " end"

    def detail_sql(self) -> str:
        """Return SQL for a case branch: the text of the value that broke a rule."""
        if self.kind == "timestamp":
            return f"when broken like '%timestamp%' then {self.raw}"
        return f"when broken like '%:{self.name}' then {self.raw}"

    @property
    def _missing(self) -> str:
        return (
            f"missing_{self.name}"
            if self.name in ("timestamp", "model")
            else f"missing:{self.name}"
        )

    def _value_branches(self) -> list[str]:
        if self.kind == "timestamp":
            return [f"else {timestamp_rule(self.column)}"]
        unreadable = f"when {self.column} is null then {self._unreadable()}"
        return [unreadable, *self._bounds()]

    def _unreadable(self) -> str:
        bad_type = f"'bad_type:{self.name}'"
        if self.kind == "integer":
            number = f"try_cast({self.raw} as double)"
            return f"""case
                when {number} is null then {bad_type}
                when not isfinite({number}) then 'not_finite:{self.name}'
                when {number} < 0 then 'negative:{self.name}'
                when abs({number}) >= 1e9 then 'out_of_range:{self.name}'
                else {bad_type}
            end"""
        return bad_type

    def _bounds(self) -> list[str]:
        if self.kind not in _NUMBERS:
            return []
        found = []
        if self.kind == "number":
            found.append(f"when not isfinite({self.column}) then 'not_finite:{self.name}'")
        if self.minimum is not None:
            rule = "negative" if self.minimum == 0 else "out_of_range"
            found.append(f"when {self.column} < {self.minimum} then '{rule}:{self.name}'")
        if self.maximum is not None:
            found.append(f"when {self.column} > {self.maximum} then 'out_of_range:{self.name}'")
        return found


_UNQUOTED: Final = """case
            when not starts_with({raw}, '"') then null
            when contains({raw}, '\\') then {raw}::json ->> '$'
            else {raw}[2:-2]
        end"""
_MONEY: Final = """case
            when starts_with({raw}, '"')
                then case
                    when abs(try_cast(trim({raw}, '"') as decimal(18, 9))) <= {maximum}
                        then try_cast(trim({raw}, '"') as decimal(18, 9))
                end
            when abs(try_cast({raw} as decimal(18, 9))) <= {maximum}
                then try_cast({raw} as decimal(18, 9))
        end"""
_VALUES: Final[Mapping[str, str]] = {
    "text": _UNQUOTED,
    "id": """case
            when not starts_with({raw}, '"')
                then case when not regexp_matches({raw}, '^[tf[{]') then {raw} end
            when contains({raw}, '\\') then {raw}::json ->> '$'
            else {raw}[2:-2]
        end""",
    "any": """case
            when {raw} = 'false' then ''
            when not starts_with({raw}, '"') then {raw}
            when contains({raw}, '\\') then {raw}::json ->> '$'
            else {raw}[2:-2]
        end""",
    "integer": """case
            when not regexp_matches({raw}, '[.eE]') then try_cast({raw} as bigint)
            when try_cast({raw} as double) = try_cast({raw} as bigint)
                then try_cast({raw} as bigint)
        end""",
    "number": "try_cast({raw} as double)",
    "money": _MONEY,
    "unreadable_money": "case when {raw} is not null then {of} is null end",
    "flag": "case {raw} when 'true' then true when 'false' then false end",
    "timestamp": f"""case
            when starts_with({{raw}}, '"') then {timestamp_value("{raw}[2:-2]")}
            else {epoch_value("{raw}")}
        end""",
}


def json_select(
    structure: Mapping[str, object],
    fields: Sequence[Field],
    *,
    preparations: Sequence[str] = (),
    dropped_sql: str = "null",
    rules_sql: Sequence[str] = (),
    goods_sql: Sequence[str] = (),
    foreign_sql: str = "null",
) -> str:
    """Return the query that classifies and types lines of JSON.

    Args:
        structure: What ``json_transform`` takes out of a line, each leaf as ``"JSON"``.
        fields: The columns, in the order of the raw table.
        preparations: Further CTEs between the scan and the fields; the last is ``prepared``.
        dropped_sql: The rule by which a good line is left out on purpose, or null.
        rules_sql: Further rules over the typed columns.
        goods_sql: For each of them, what is true only where it is not broken.
        foreign_sql: The rule by which a line that is not good is another tool's record, or null.
    """
    shape = json.dumps(structure)
    raws = ",\n        ".join(f"{item.source} as {item.raw}" for item in fields if not item.of)
    values = ",\n        ".join(f"{item.value_sql()} as {item.column}" for item in fields)
    goods = "\n            and ".join([*(item.good_sql() for item in fields), *goods_sql])
    rules = ",\n                ".join([*(item.rule_sql() for item in fields), *rules_sql])
    columns = ",\n        ".join(_output(item) for item in fields)
    details = "\n        ".join(item.detail_sql() for item in fields)
    before = "".join(f"{cte},\n" for cte in preparations)
    start = "prepared" if preparations else "transformed"
    return _SELECT.format(
        shape=shape, before=before, start=start, raws=raws, values=values, rules=rules,
        goods=goods, columns=columns, dropped=dropped_sql, details=details, foreign=foreign_sql,
    )  # fmt: skip


def _output(item: Field) -> str:
    if item.kind == "any":
        return f"nullif({item.column}, '') as {item.column}"
    if item.default == "null":
        return item.column
    missing = f"case when broken is null then {item.default} end"
    return f"coalesce({item.column}, {missing}) as {item.column}"


_SHOWN_KINDS: Final = ("integer", "number", "money", "flag", "timestamp")
_SHOWN_TEXTS: Final = ("model",)
"""Texts of the contract that are names from a vendor's list."""


def shown_columns(fields: Sequence[Field]) -> tuple[str, ...]:
    """Return the columns that may be kept of a bad line: they cannot hold what a person wrote."""
    return tuple(
        item.column for item in fields if item.kind in _SHOWN_KINDS or item.column in _SHOWN_TEXTS
    )


def fields_sql(columns: Sequence[str]) -> str:
    """Return SQL for a JSON text of what is known of the given columns; null where nothing is."""
    if not columns:
        return "null"
    pairs = ", ".join(f"'{column}': {_shown(column)}" for column in columns)
    return f"nullif(json_merge_patch('{{}}', to_json({{{pairs}}}))::varchar, '{{}}')"


def _shown(column: str) -> str:
    if column not in _SHOWN_TEXTS:
        return column
    return f"case when regexp_full_match({column}, '{_MODEL_NAME}') then {column} end"


_MODEL_NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._:/@<>-]{0,99}"
_SAFE_DETAIL: Final = r'"?[0-9TZ:.,+eE/ _-]{1,40}"?|-?Infinity|NaN|true|false|null'


def safe_detail_sql(text: str) -> str:
    """Return SQL for a value that broke a rule, where it is a number or a time; else its kind."""
    return f"""case
            when regexp_full_match({text}, '{_SAFE_DETAIL}') then {text}
            when starts_with({text}, '{{') then 'an object'
            when starts_with({text}, '[') then 'a list'
            else concat('a text of ', length({text}), ' characters')
        end"""


def safe_detail(text: str) -> str:
    """Return a value that broke a rule, where it is a number or a time; else its kind."""
    if re.fullmatch(_SAFE_DETAIL, text):
        return text
    return f"a text of {len(text)} characters"


_SELECT = """
with

-- Half an emoji, which a text that was cut leaves, is no reason to lose the line's numbers.
checked as (
    select
        *,
        case
            when json_valid(line) then line
            when regexp_matches(line, '\\\\u[dD][89a-fA-F]')
                then regexp_replace(
                    line, '\\\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}', '\\\\ufffd', 'g'
                )
        end as text,
    from lines
),

valid as (
    select
        * replace (case when text = line or json_valid(text) then text end as text),
    from checked
),

transformed as (
    select
        segment,
        line_number,
        line,
        text,
        case
            when starts_with(line, '{{') then null
            when trim(line, ' \t') = '' then 'blank_line'
        end as blank,
        case
            when text is null then 'not_json'
            when starts_with(line, '{{') then null
            when not starts_with(ltrim(line, ' \t'), '{{') then 'not_an_object'
        end as fault,
        json_transform(text, '{shape}') as record,
    from valid
),

{before}extracted as (
    select
        segment,
        line_number,
        line,
        coalesce(blank, case when fault is null then {dropped} end) as dropped,
        fault,
        {raws},
    from {start}
),

typed as (
    select
        *,
        {values},
    from extracted
),

ruled as (
    select
        *,
        case
            when fault is null and {goods} then null
            else coalesce(
                fault,
                {foreign},
                {rules}
            )
        end as broken,
    from typed
)

select
    segment,
    line_number,
    line,
    case
        when dropped is not null then 'dropped'
        when broken is not null then 'quarantined'
        else 'kept'
    end as outcome,
    coalesce(dropped, broken) as rule,
    case
        when broken is null then null
        {details}
    end as detail,
    {columns},
from ruled
"""


def is_whole_json_object(line: bytes) -> bool:
    """Say whether bytes are one whole JSON object."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
