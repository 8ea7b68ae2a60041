import csv
import datetime
import io
import json
from decimal import Decimal

from tars_bench.shared.tables import Rows, as_csv, as_json, as_markdown, as_table

COLUMNS = ("name", "usd", "at")
AT = datetime.datetime(2026, 2, 13, 8, 15)
ROWS = [("a|b", Decimal("8.500000000"), AT), (None, None, None)]


def lines(render, columns=COLUMNS, rows=ROWS, **options):
    return "\n".join(render(Rows(columns, rows), **options))


def test_a_table_aligns_numbers_right_and_says_null():
    assert lines(as_table) == (
        "name          usd  at\n"
        "────  ───────────  ───────────────────\n"
        "a|b   8.500000000  2026-02-13 08:15:00\n"
        "null         null  null"
    )


def test_a_table_without_rows_has_its_header():
    assert lines(as_table, rows=[]) == "name  usd  at\n────  ───  ──"


def test_a_table_counts_wide_characters_as_two_columns_and_shows_no_control_character():
    shown = lines(as_table, ("n", "x"), [("日本", "\x1b[2J"), ("ab", "y")])
    assert shown == "n     x\n────  ───────\n日本  \\x1b[2J\nab    y"


def test_markdown_escapes_what_would_break_the_table():
    assert lines(as_markdown).splitlines()[2:] == [
        "| a\\|b | 8.500000000 | 2026-02-13 08:15:00 |",
        "| null | null | null |",
    ]


def test_csv_reads_back_and_null_is_an_empty_field():
    text = lines(as_csv, rows=[*ROWS, ('two\n"lines"', -1, AT)])
    assert list(csv.reader(io.StringIO(text, newline=""))) == [
        list(COLUMNS),
        ["a|b", "8.500000000", "2026-02-13 08:15:00"],
        ["", "", ""],
        ['two\n"lines"', "-1", "2026-02-13 08:15:00"],
    ]


def test_csv_guards_text_and_never_numbers():
    rows = [("=1+1", Decimal("-0.5"), -3.0)]
    assert lines(as_csv, rows=rows).splitlines()[1] == "'=1+1,-0.5,-3.0"
    assert lines(as_csv, rows=rows, formula_guard=False).splitlines()[1] == "=1+1,-0.5,-3.0"
    assert lines(as_csv, ("=cmd",), []).splitlines() == ["'=cmd"]


def test_json_keeps_every_digit_and_is_json():
    rows = [
        ("x\n", Decimal("123456789.123456789"), float("nan")),
        ([1, {"a": True}], Decimal("1E+3"), None),
    ]
    text = lines(as_json, rows=rows)
    assert json.loads(text, parse_float=Decimal) == [
        {"name": "x\n", "usd": Decimal("123456789.123456789"), "at": None},
        {"name": [1, {"a": True}], "usd": 1000, "at": None},
    ]
    assert lines(as_json, rows=[]) == "[]"
