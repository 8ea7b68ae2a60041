"""The served dashboard in a browser: logs grow, and a number on the open page changes."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tars_bench.shared.errors import TarsBenchError
from tars_bench.warehouse import live as following
from tars_bench.warehouse.files import open_reader
from tars_bench.warehouse.live import Outcome, Watcher, fingerprint, live_database, newest_database
from tars_bench.workspace.config import load_workspace
from tars_bench.workspace.journal import read_journal
from tars_bench.workspace.lock import exclusive

CALL = {
    "model": "claude-sonnet-4-5",
    "tokenInput": 2500,
    "tokenOutput": 1200,
    "responseTime": 2300,
    "cacheHit": False,
    "taskType": "research",
    "cost": 0.5,
}
PATIENCE_MS = 400_000


def append(place, *times):
    path = place / "data" / "api_responses" / "a.jsonl"
    with path.open("a") as file:
        for time in times:
            file.write(json.dumps(CALL | {"timestamp": time}) + "\n")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A workspace with three calls and nothing built."""
    folder = tmp_path_factory.mktemp("live")
    subprocess.run([sys.executable, "-m", "tars_bench", "init", str(folder)], check=True)
    (folder / "data" / "api_responses").mkdir(parents=True)
    append(folder, "2026-02-11T10:00:00Z", "2026-02-12T10:00:00Z", "2026-03-02T10:00:00Z")
    return folder


@pytest.fixture(scope="module")
def served(place):
    """`tars-bench serve --watch` on a free port; ended as a service manager does."""
    options = ("--port", "0", "--watch", "--interval", "0.5", "--workspace", str(place))
    process = subprocess.Popen(
        [sys.executable, "-m", "tars_bench", "serve", *options], stdout=subprocess.PIPE, text=True
    )
    yield process.stdout.readline().strip()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=600) == 0


@pytest.fixture(scope="module")
def browser():
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no chromium")
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_an_open_page_shows_new_lines_by_itself(place, served, browser):
    page = browser.new_page(viewport={"width": 375, "height": 800})
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(served)
    # The first cycle builds and publishes everything.
    page.wait_for_selector("[data-key=month-api_calls]", timeout=PATIENCE_MS)
    assert page.inner_text("[data-key=month-api_calls]") == "3"
    assert page.inner_text("[data-key=month-cost]") == "$1.50"
    append(place, "2026-03-02T10:30:00Z", "2026-03-02T11:15:00Z")
    page.wait_for_selector("[data-key=month-api_calls]:text-is('5')", timeout=PATIENCE_MS)
    assert page.inner_text("[data-key=month-cost]") == "$2.50"
    assert "11:00 to 12:00" in page.inner_text("#hour")
    assert page.locator(".changed").count() > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    assert said == []
    assert {url.removeprefix(served) for url in asked} == {"", "content"}


def test_the_published_file_waits_for_a_whole_run(place, served, browser):
    """Runs after the page was seen to change: the live release has five calls, not three."""
    workspace = load_workspace(place)
    assert newest_database(workspace) == live_database(workspace)
    with open_reader(workspace.published_database) as published:
        assert published.execute("select count(*) from marts.fct_requests").fetchone() == (3,)
    with open_reader(live_database(workspace)) as live:
        found = live.execute("select sum(api_call_count) from marts.metrics_daily").fetchone()
    assert found == (5,)
    assert read_journal(workspace)["live"].is_success


def test_looking_at_unchanged_sources_does_nothing_and_a_busy_workspace_is_waited_for(tmp_path):
    subprocess.run([sys.executable, "-m", "tars_bench", "init", str(tmp_path / "w")], check=True)
    responses = tmp_path / "w" / "data" / "api_responses"
    responses.mkdir(parents=True)
    workspace = load_workspace(tmp_path / "w")
    before = fingerprint(workspace)
    assert fingerprint(workspace) == before
    (responses / "a.jsonl").write_text("")
    grown = fingerprint(workspace)
    assert grown != before
    os.utime(responses / "a.jsonl", ns=(1, 1))
    assert fingerprint(workspace) != grown
    with exclusive(workspace):
        cycle = Watcher(workspace, print).cycle()
    assert cycle.outcome is Outcome.BUSY
    assert not Path(workspace.working_database).exists()


def test_a_failed_cycle_is_tried_again_after_a_minute(tmp_path, monkeypatch):
    subprocess.run([sys.executable, "-m", "tars_bench", "init", str(tmp_path / "w")], check=True)
    workspace = load_workspace(tmp_path / "w")
    now = 1_000.0
    tries = []

    def fail(_):
        tries.append(now)
        raise TarsBenchError("the disk is full")

    monkeypatch.setattr(following, "monotonic", lambda: now)
    monkeypatch.setattr(following, "load", fail)
    watcher = Watcher(workspace, print)
    assert watcher.cycle().outcome is Outcome.FAILED
    assert read_journal(workspace)["live"].summary == "the disk is full"
    now = 1_059.0
    assert watcher.cycle().outcome is Outcome.UNCHANGED
    now = 1_060.0
    assert watcher.cycle().outcome is Outcome.FAILED
    assert tries == [1_000.0, 1_060.0]
