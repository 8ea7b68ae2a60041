"""The documentation says what is there: the catalogue of tables, links, examples of schedules."""

import ast
import configparser
import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from tars_bench.app import app

PROJECT = Path(__file__).parents[2]
PAGES = sorted((PROJECT / "docs").rglob("*.md"))


def blocks(page, language):
    text = (PROJECT / "docs" / page).read_text("utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def test_the_catalogue_of_tables_is_the_one_of_the_models():
    made = runpy.run_path(str(PROJECT / "docs" / "catalogue.py"))
    assert made["PAGE"].read_text("utf-8") == made["page"](), "run `python docs/catalogue.py`"


@pytest.mark.parametrize("page", PAGES, ids=[path.stem for path in PAGES])
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text("utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=[path.stem for path in PAGES])
def test_every_command_named_is_a_command(page):
    known = set(get_command(app).commands)
    text = page.read_text("utf-8")
    for verb in re.findall(r"^(?:\$ )?tars-bench ([a-z]+)", text, re.MULTILINE):
        assert verb in known, verb


def test_the_site_is_built_without_a_warning(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "--site-dir", tmp_path],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "index.html").is_file()


def test_examples_of_schedules_are_well_formed():
    page = "how-to/schedule.md"
    for unit in blocks(page, "ini"):
        parser = configparser.ConfigParser(strict=True)
        parser.read_string(unit)
        assert "Unit" in parser
    (workflow,) = (yaml.safe_load(text) for text in blocks(page, "yaml"))
    assert workflow["jobs"]["run"]["steps"]
    for text in blocks(page, "python"):
        ast.parse(text)
    for line in blocks(page, "cron")[0].splitlines():
        assert re.match(r"(\S+ ){5} *\S", line)
