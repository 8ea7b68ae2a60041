"""The dashboard's words, its two renderings, and what hostile names come to in them."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest

from fixtures.dashboard_figures import NOW, alert, dashboard, metric, model, saving, total, window
from tars_bench.reports.documents.dashboard import age, dashboard_of
from tars_bench.reports.render import dashboard_json, dashboard_terminal
from tars_bench.reports.render.dashboard_html import render_content, render_page, trend_of

HOSTILE = "<script>alert(1)</script>[bold]x[/]\x1b[2J|=cmd()"


def shown(**changes):
    return dashboard_of(dashboard(**changes), NOW)


def cells(found, section_id):
    table = found.section(section_id).tables[0]
    return {row.row_id: [cell.text for cell in row.cells] for row in table.rows}


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(minutes=119), "119 minutes ago"),
        (timedelta(hours=2), "2 hours ago"),
        (timedelta(hours=47), "47 hours ago"),
        (timedelta(days=260), "260 days ago"),
    ],
)
def test_how_old_the_data_are(passed, words):
    assert age(datetime(2026, 1, 1), datetime(2026, 1, 1) + passed) == words


def test_totals_stand_beside_as_many_days_of_the_baseline():
    # 149.10 against 30 × 8.50 = 255: (149.10 − 255) / 255 = −41.5 %; 5400 / 7020; 15.9 / 25.5.
    month = cells(shown(), "month")
    assert month["cost"] == ["Total Cost", "$149.10", "-41.5%", "$255.00"]
    assert month["daily_average"] == ["Daily Average", "$4.97", "-41.5%", "$8.50"]
    assert month["api_calls"] == ["API Calls", "5,400", "-23.1%", "7,020"]
    assert month["tokens"] == ["Tokens", "15,900,000", "-37.6%", "25,500,000"]


def test_without_a_baseline_nothing_is_compared():
    found = shown(
        totals={("30d", "cost"): total(3.0, "usd", None), ("1h", "cost"): total(1.0, "usd", None)},
        metrics={("30d", "daily_cost_calendar"): metric(3.0, "usd")},
    )
    assert cells(found, "month")["cost"][2] == "the baseline has no data"
    assert "not comparable: the baseline has no data" in dashboard_terminal.render(found)


def test_a_window_that_is_not_full_says_what_it_needs():
    windows = dict(dashboard().windows)
    windows["30d"] = {**windows["30d"], "day_count": 1, "baseline_day_count": 1}
    notes = shown(windows=windows).section("month").notes
    assert notes[0].startswith("1 of 30 days are loaded, 1 of them the baseline's own")
    assert notes[1] == "A full window needs 29 more days."


def test_without_an_event_log_savings_are_unknown_not_zero():
    found = shown(
        savings=tuple(
            {**saving(one, "Name", None, None), "event_count": 0} for one in ("model_routing", None)
        )
    )
    assert cells(found, "savings")["model_routing"][1] == "not logged"
    assert found.section("savings").notes == ("No optimization event was logged.",)
    text = dashboard_terminal.render(found)
    assert "1. Name  not logged\n" in text
    assert "saved" not in text


def test_a_figure_that_is_missing_says_why():
    assert cells(shown(), "hour")["response_time_avg"][1] == "no response time was logged"
    assert cells(shown(), "alerts")["User Satisfaction"][:3] == [
        "not measurable ❔",
        "User Satisfaction",
        "no feedback with a satisfaction rating was logged",
    ]


def test_an_alert_on_few_requests_says_so():
    assert cells(shown(), "alerts")["Cache hit rate below its target"] == [
        "warning ⚠️",
        "Cache hit rate below its target",
        "23.0%",
        "below 25%",
        "last hour, on only 13 samples",
    ]


def one_alert(status):
    return (alert("Rate", status, "error_rate", "ratio", 0.5, "above", 0.4),)


@pytest.mark.parametrize(
    ("alerts", "word", "sentence"),
    [
        ((), "no alerts", "The workspace defines none."),
        (one_alert("ok"), "ok ✅", "None of 1 alerts fires."),
        (one_alert("warning"), "warning ⚠️", "1 of 1: Rate."),
        (one_alert("critical") + one_alert("warning"), "critical ❌", "2 of 2: Rate and Rate."),
        (
            one_alert("not measurable") + one_alert("ok"),
            "not measurable ❔",
            "1 of 2 alerts cannot be measured; none fires.",
        ),
    ],
)
def test_the_worst_alert_is_the_verdict(alerts, word, sentence):
    verdict = shown(alerts=alerts).report.verdict
    assert (verdict.word, verdict.sentence) == (word, sentence)


def test_every_figure_of_the_terminal_stands_in_the_page_and_in_json():
    found = shown()
    page, document = render_page(found), json.loads(dashboard_json.render(found))
    texts = [
        cell["text"]
        for section in document["sections"]
        for table in section["tables"]
        for row in table["rows"]
        for cell in row["cells"].values()
        if cell["unit"] != "text" and cell["value"] is not None
    ]
    assert len(texts) > 25
    terminal = dashboard_terminal.render(found, 200)
    for text in texts:
        assert text.lstrip("+-") in page.replace("&#39;", "'")
    for text in ("$149.10", "5,400", "50.0%", "$0.89", "$2.30", "23.0%"):
        assert text in terminal


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def hostile():
    windows = dict(dashboard().windows)
    windows["baseline"] = window(HOSTILE, phase_id=HOSTILE)
    return shown(
        models=(model(HOSTILE, HOSTILE + "x" * 300, 1, "1", 1.0),),
        alerts=(alert(HOSTILE, "warning", "error_rate", "ratio", 0.5, "above", 0.4),),
        windows=windows,
    )


def test_hostile_names_are_text_in_the_page():
    page = render_page(hostile())
    tags = Tags()
    tags.feed(page)
    assert sum(tag == "script" for tag, _ in tags.found) == 1
    assert "\x1b" not in page
    assert "\\x1b[2J" in page
    assert "&lt;script&gt;" in page


def test_a_page_names_no_outside_address_and_allows_none():
    tags = Tags()
    tags.feed(render_page(hostile()))
    addresses = [
        value
        for _, attributes in tags.found
        for name, value in attributes.items()
        if name in ("src", "href", "action", "style") or name.startswith("on")
    ]
    assert addresses == ["data:,"]
    policy = next(a["content"] for tag, a in tags.found if a.get("http-equiv"))
    assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("width", [80, 160])
def test_hostile_names_neither_style_nor_break_the_terminal(width):
    text = dashboard_terminal.render(hostile(), width)
    assert "\x1b" not in text
    assert "[bold]" in text
    assert max(len(line) for line in text.splitlines()) <= width


def test_the_chart_has_a_bar_for_each_day_and_the_baselines_height():
    # Highest 8.50, the baseline's too: at the top. 4.25 is half of the 60 units high.
    trend = trend_of(shown())
    assert len(trend.bars) == 30
    assert trend.baseline_y == 0
    assert (trend.bars[0].height, trend.bars[-1].height, trend.bars[3].height) == (60, 30, 0)
    assert trend.bars[3].title == "2026-02-10: cost not known"
    assert trend_of(replace(shown(), trend=shown().trend[:1])) is None


def test_one_release_is_one_content():
    assert re.sub(r"\(\d+ \w+ ago\)", "", render_content(shown())) == re.sub(
        r"\(\d+ \w+ ago\)", "", render_content(shown())
    )


def test_times_are_those_of_the_workspaces_time_zone():
    # 2026-03-08 is the day the clocks of New York go forward: 08:00 UTC is 04:00 there.
    there = {**dashboard().provenance, "reporting_timezone": "America/New_York"}
    found = shown(provenance=there)
    assert found.section("hour").title == "LAST HOUR (2026-03-08 04:00 to 05:00 America/New_York)"
    assert all("UTC" not in line for line in found.report.subtitle)
    assert found.report.subtitle[0].startswith("Data until: 2026-03-08 04:")
