"""The refresh of the price tables: which names, which rows, and when it writes."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tars_bench.pricing.book import create_price_tables, refresh_prices
from tars_bench.pricing.overrides import COLUMNS
from tars_bench.pricing.rates import price_book_version
from tars_bench.shared.errors import UsageError


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "working.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.tars_api_responses (model varchar)")
        connection.execute(
            "insert into raw.tars_api_responses values "
            "('claude-sonnet-4-5'), ('claude-sonnet-4-5'), ('mystery'), ('sonnet'), "
            "('<synthetic>'), (null), ('it''s; drop table raw.model_prices; --')"
        )
        connection.execute("create table raw.tars_optimization_events (attributes json)")
        connection.execute(
            "insert into raw.tars_optimization_events values "
            """('{"model": "claude-haiku-4-5", "from": "claude-opus-4-6"}'), ('{}')"""
        )
    return path


def overrides(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "price_overrides.csv"
    path.write_text("\n".join((",".join(COLUMNS), *lines)) + "\n", encoding="utf-8")
    return path


def rows(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_names_come_from_calls_events_and_alias_targets(database: Path, tmp_path: Path) -> None:
    said: list[str] = []
    csv = overrides(tmp_path, "alias,sonnet,claude-sonnet-5,,,,,,", "price,other,,output,,1,,,")

    result = refresh_prices(database, csv, said.append)

    assert [model_id for (model_id,) in rows(
        database, "select model_id from raw.logged_models order by model_id"
    )] == [
        "claude-haiku-4-5",
        "claude-opus-4-6",
        "claude-sonnet-4-5",
        "claude-sonnet-5",
        "it's; drop table raw.model_prices; --",
        "mystery",
        "sonnet",
    ]  # fmt: skip
    assert result.model_count == 6
    assert [model.model_id for model in result.unpriced_models] == [
        "it's; drop table raw.model_prices; --",
        "mystery",
    ]
    assert result.price_book_version == price_book_version()
    assert any("no price for model 'mystery'" in line for line in said)


def test_rows_are_typed_dated_and_exact(database: Path, tmp_path: Path) -> None:
    refresh_prices(database, overrides(tmp_path), lambda _: None)

    found = rows(
        database,
        "select price_id, min_prompt_tokens, usd_per_million_tokens, valid_from, valid_to, source "
        "from raw.model_prices where model_id = 'claude-opus-4-6' "
        "and token_class = 'cache_write_1h' order by valid_from nulls first, min_prompt_tokens",
    )

    change = datetime(2026, 3, 13)
    head = "anthropic/claude-opus-4-6/standard/cache_write_1h"
    assert found == [
        (f"{head}/0/ever", 0, Decimal(10), None, change, "genai-prices"),
        (f"{head}/200001/ever", 200001, Decimal(20), None, change, "genai-prices"),
        (f"{head}/0/2026-03-13", 0, Decimal(10), change, None, "genai-prices"),
    ]


def test_a_second_refresh_writes_nothing(database: Path, tmp_path: Path) -> None:
    csv = overrides(tmp_path)
    first = refresh_prices(database, csv, lambda _: None)
    before = rows(database, "select rowid, * from raw.model_prices order by all")

    second = refresh_prices(database, csv, lambda _: None)

    assert (first.is_changed, second.is_changed) == (True, False)
    assert second.price_count == first.price_count == len(before)
    assert rows(database, "select rowid, * from raw.model_prices order by all") == before


def test_a_new_name_changes_the_rows(database: Path, tmp_path: Path) -> None:
    csv = overrides(tmp_path)
    refresh_prices(database, csv, lambda _: None)
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into raw.tars_api_responses values ('gpt-5')")

    assert refresh_prices(database, csv, lambda _: None).is_changed


def test_a_bad_override_leaves_the_prices_alone(database: Path, tmp_path: Path) -> None:
    refresh_prices(database, overrides(tmp_path), lambda _: None)
    before = rows(database, "select * from raw.model_prices order by all")

    with pytest.raises(UsageError):
        refresh_prices(database, overrides(tmp_path, "alias,a,a,,,,,,"), lambda _: None)

    assert rows(database, "select * from raw.model_prices order by all") == before


def test_a_database_without_logs_gets_empty_tables(tmp_path: Path) -> None:
    path = tmp_path / "empty.duckdb"
    result = refresh_prices(path, tmp_path / "none.csv", lambda _: None)
    assert (result.model_count, result.price_count) == (0, 0)
    assert rows(path, "select count(*) from raw.model_prices") == [(0,)]


def test_tables_of_an_older_shape_are_made_anew(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "old.duckdb")) as connection:
        connection.execute("create schema raw")
        connection.execute("create table raw.model_prices (price_id varchar)")
        create_price_tables(connection)
        connection.execute("select speed from raw.model_prices")
