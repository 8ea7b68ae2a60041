"""A report in a browser: it fetches nothing, runs nothing that was logged, and fits a phone."""

import shutil

import pytest

from fixtures.report_warehouse import specification
from tars_bench.reports.documents.build import build_report
from tars_bench.reports.render import html as render_html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOSTILE = "</script><script>window.injected = 1</script><img src=x onerror='window.injected = 1'>"
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium here")


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    warehouse = specification()
    tables = warehouse.tables
    tables["marts.phase_windows"][0]["phase_name"] = HOSTILE
    for phase in ("baseline", "phase_3"):
        model = {**tables["marts.phase_model_usage"][0], "model_family": HOSTILE * 3}
        tables["marts.phase_model_usage"].append({**model, "phase_id": phase})
    usage = {**tables["marts.model_usage_daily"][0], "model_family": HOSTILE}
    tables["marts.model_usage_daily"].append(usage)
    folder = tmp_path_factory.mktemp("browser")
    report = build_report(warehouse.write(folder / "w.duckdb"), "final")
    path = folder / "report.html"
    path.write_text(render_html.render(report, HOSTILE), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light"), (320, "dark")], ids=str)
def page(request, browser, page_file):
    width, scheme = request.param
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.requests, page.complaints = [], []
    page.on("request", lambda one: page.requests.append(one.url))
    page.on("console", lambda one: page.complaints.append(one.text))
    page.on("pageerror", lambda one: page.complaints.append(str(one)))
    page.goto(page_file.as_uri())
    yield page
    page.close()


def test_the_page_asks_for_nothing_and_complains_of_nothing(page, page_file):
    assert page.requests == [page_file.as_uri()]
    assert page.complaints == []


def test_logged_text_does_not_run(page):
    assert page.evaluate("window.injected") is None
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0


def test_the_page_is_as_wide_as_the_window(page):
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0


def test_the_outline_and_tables_can_be_found_by_role(page):
    assert page.get_by_role("heading", level=1).count() == 1
    assert page.get_by_role("heading", level=2).count() >= 8
    assert page.get_by_role("navigation", name="Sections").get_by_role("link").count() >= 8
    table = page.get_by_role("table").first
    assert table.get_by_role("rowheader").count() == 3
    assert table.get_by_role("cell", name="$4.97").count() > 0


def test_every_link_leads_somewhere(page):
    targets = page.locator("a").evaluate_all("links => links.map(one => one.getAttribute('href'))")
    assert targets
    for target in targets:
        assert page.locator(f"[id='{target.removeprefix('#')}']").count() == 1


def test_a_chart_reads_out_by_pointer_and_by_keys(page):
    picture = page.locator("#chart-daily_cost .picture")
    reading = picture.locator(".reading")
    assert reading.is_hidden()
    picture.hover()
    assert "Cost of the day: $" in reading.inner_text()
    page.mouse.move(0, 0)
    picture.focus()
    picture.press("ArrowRight")
    assert reading.inner_text().endswith("Cost of the day: $8.40")
    assert "2026-02-11" in reading.inner_text()
    picture.press("ArrowRight")
    assert "2026-02-12" in reading.inner_text()
    picture.press("Escape")
    assert reading.is_hidden()


def test_one_drawing_of_each_chart_is_seen(page):
    seen = page.locator(".picture svg").evaluate_all(
        "drawings => drawings.filter(one => one.getClientRects().length).length"
    )
    assert seen == page.locator("figure.chart").count() > 4
