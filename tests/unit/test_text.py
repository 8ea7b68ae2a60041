import csv
import io

import pytest

from tars_bench.shared import tables, text


@pytest.mark.parametrize(
    "ordinary", ["claude-sonnet-4-5", "Größe 12 µs", "日本語", "a_b.c/d:e", ""]
)
def test_ordinary_text_is_shown_as_it_is(ordinary):
    assert text.printable(ordinary) == ordinary
    assert text.terminal(ordinary) == ordinary
    assert text.html(ordinary) == ordinary
    assert text.csv_cell(ordinary) == ordinary


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x9b31m", "\\x9b31m"),
        ("bell\x07", "bell\\x07"),
        ("two\nlines", "two\\x0alines"),
        ("\u202egpj.exe", "\\u202egpj.exe"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("half\ud83d", "half\\ud83d"),
        ("tag\U000e0041", "tag\\U000e0041"),
    ],
)
def test_what_a_terminal_would_act_on_is_written_as_an_escape(hostile, shown):
    assert text.printable(hostile) == shown


def test_a_terminal_gets_no_markup_from_untrusted_text():
    from rich.text import Text

    hostile = "[red]x[/red] [link=http://e]y"
    assert Text.from_markup(text.terminal(hostile)).plain == hostile


def test_a_markdown_cell_stays_one_cell_without_markup():
    assert text.markdown_cell("a|b") == "a\\|b"
    assert text.markdown_cell("two\nlines") == "two lines"
    assert text.markdown_cell("<img src=x>") == "&lt;img src=x&gt;"
    assert text.markdown_cell("[x](http://e)") == "\\[x\\](http://e)"
    assert text.markdown_cell("*a* `b` __c__") == "\\*a\\* \\`b\\` \\_\\_c\\_\\_"
    assert text.markdown_cell("task_type_a") == "task_type_a"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_csv_cell_is_no_formula(start):
    assert text.csv_cell(f"{start}cmd|' /C calc'!A0") == f"'{start}cmd|' /C calc'!A0"


def test_html_is_text():
    assert text.html("<script>\"'&") == "&lt;script&gt;&quot;&#x27;&amp;"


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_a_formula_on_a_later_line_is_no_formula_and_its_break_is_quoted(line_break):
    cell = f"first{line_break}=cmd|' /C calc'!A0"
    lines = list(tables.as_csv(tables.Rows(("name", "value"), [(cell, -1)])))
    assert lines[1] == f"\"first{line_break}'=cmd|' /C calc'!A0\",-1"
    read = list(csv.reader(io.StringIO("\n".join(lines), newline="")))
    assert read == [["name", "value"], [f"first{line_break}'=cmd|' /C calc'!A0", "-1"]]
