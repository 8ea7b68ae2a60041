"""Every SQL recipe of the documentation runs over the published file of the simulated plan."""

import re
from pathlib import Path

import duckdb
import pytest

PROJECT = Path(__file__).parents[2]
PUBLISHED = PROJECT / "warehouse" / "tars_bench.duckdb"
RECIPES = re.findall(
    r"^## (.+?)\n.*?```sql\n(.*?)```", (PROJECT / "docs/recipes.md").read_text(), re.DOTALL | re.M
)


@pytest.fixture(scope="module")
def connection():
    if not PUBLISHED.is_file():
        pytest.skip("`make build` publishes the simulated plan first")
    with duckdb.connect(str(PUBLISHED), read_only=True) as opened:
        yield opened


def test_ten_questions_have_an_answer():
    assert len(RECIPES) >= 10


@pytest.mark.parametrize(("question", "sql"), RECIPES, ids=[name for name, _ in RECIPES])
def test_a_recipe_runs_and_finds_something(connection, question, sql):
    assert connection.execute(sql).fetchall(), question


def test_the_sums_of_two_recipes_agree(connection):
    recipes = dict(RECIPES)
    by_hour = connection.execute(recipes["At which hour of the day is money spent?"]).fetchall()
    by_model = connection.execute(recipes["What does each model cost, day by day?"]).fetchall()
    assert sum(row[2] for row in by_hour) == sum(row[3] for row in by_model)
    assert sum(row[1] for row in by_hour) == sum(row[2] for row in by_model)
    by_project = connection.execute(recipes["What does each project cost, by model?"]).fetchall()
    assert sum(row[4] for row in by_project) == sum(row[3] for row in by_model)
    assert sum(row[2] for row in by_project) == sum(row[2] for row in by_model)
