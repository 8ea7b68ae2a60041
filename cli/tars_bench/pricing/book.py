"""The price book of a warehouse: resolve the names seen, write their prices when they differ."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from tars_bench.pricing.names import logged_model_names
from tars_bench.pricing.overrides import Override, read_overrides
from tars_bench.pricing.rates import ModelEntry, price_book_version, price_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    import duckdb

_PRICE_COLUMNS = (
    "price_id, model_id, provider, priced_model_id, speed, token_class, min_prompt_tokens, "
    "usd_per_million_tokens, valid_from, valid_to, source, checked_on, price_book_version"
)
_MODEL_COLUMNS = "model_id, provider, priced_model_id, unpriced_reason, context_window_tokens"

_Row = tuple[object, ...]


@dataclass(frozen=True)
class UnpricedModel:
    """A logged model name without a price, and why."""

    model_id: str
    reason: str


@dataclass(frozen=True)
class PriceResult:
    """What a refresh found.

    Args:
        price_book_version: The book used, with its version.
        model_count: Model names the logs mention, without aliases' targets.
        unpriced_models: Those that neither the book nor price_overrides.csv prices, by name.
        price_count: Price rows now in the warehouse.
        is_changed: Whether the rows differ from those of the last refresh.

    """

    price_book_version: str
    model_count: int
    unpriced_models: tuple[UnpricedModel, ...]
    price_count: int
    is_changed: bool


def refresh_prices(
    database: Path, overrides_csv: Path, narrate: Callable[[str], None]
) -> PriceResult:
    """Bring `raw.model_prices` and `raw.logged_models` up to date with what the logs mention.

    Both tables are replaced in one transaction, and only when their content differs.

    Args:
        database: The working DuckDB file.
        overrides_csv: Aliases and contract prices; checked whole before anything is written.
        narrate: Called with a line of progress.

    Raises:
        UsageError: When a line of `overrides_csv` cannot be used.

    """
    import duckdb

    overrides = read_overrides(overrides_csv)
    with duckdb.connect(str(database)) as connection:
        create_price_tables(connection)
        logged = logged_model_names(connection)
        targets = {row.priced_as_model_id for row in overrides if row.override_kind == "alias"}
        entries = [price_model(name) for name in sorted(logged | targets)]
        is_changed = _replace_if_different(connection, entries)
    result = _result(logged, entries, overrides, is_changed)
    _tell(result, narrate)
    return result


def create_price_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the two tables; one of other columns gives way, its content is made anew."""
    for table, columns in (("model_prices", _PRICE_COLUMNS), ("logged_models", _MODEL_COLUMNS)):
        found = connection.execute(
            "select string_agg(column_name, ', ' order by ordinal_position) "
            "from information_schema.columns where table_schema = 'raw' and table_name = ?",
            [table],
        ).fetchone()
        if found and found[0] not in (None, columns):
            connection.execute(f"drop table raw.{table}")
    connection.execute(files("tars_bench.pricing").joinpath("schema.sql").read_text("utf-8"))


def _replace_if_different(
    connection: duckdb.DuckDBPyConnection, entries: Sequence[ModelEntry]
) -> bool:
    version = price_book_version()
    prices = [(*astuple(row), None, version) for entry in entries for row in entry.rows]
    models = [
        (
            entry.model_id,
            entry.provider,
            entry.priced_model_id,
            entry.unpriced_reason,
            entry.context_window_tokens,
        )
        for entry in entries
    ]
    connection.begin()
    try:
        price_change = _replace(connection, "raw.model_prices", _PRICE_COLUMNS, prices)
        model_change = _replace(connection, "raw.logged_models", _MODEL_COLUMNS, models)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    return price_change or model_change


def _replace(
    connection: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Iterable[_Row]
) -> bool:
    wanted = sorted(rows, key=repr)
    present = connection.execute(f"select {columns} from {table}").fetchall()  # noqa: S608
    if sorted(present, key=repr) == wanted:
        return False
    marks = ", ".join("?" for _ in columns.split(","))
    connection.execute(f"delete from {table}")  # noqa: S608
    if wanted:
        connection.executemany(
            f"insert into {table} ({columns}) values ({marks})",  # noqa: S608
            wanted,
        )
    return True


def _result(
    logged: frozenset[str],
    entries: Sequence[ModelEntry],
    overrides: Sequence[Override],
    is_changed: bool,
) -> PriceResult:
    overridden = {override.model_id for override in overrides}
    return PriceResult(
        price_book_version=price_book_version(),
        model_count=len(logged),
        unpriced_models=tuple(
            UnpricedModel(entry.model_id, entry.unpriced_reason)
            for entry in entries
            if entry.unpriced_reason is not None
            and entry.model_id in logged
            and entry.model_id not in overridden
        ),
        price_count=sum(len(entry.rows) for entry in entries),
        is_changed=is_changed,
    )


def _tell(result: PriceResult, narrate: Callable[[str], None]) -> None:
    narrate(
        f"prices: {result.price_count} rows for {result.model_count} model names logged, "
        f"from {result.price_book_version}" + ("" if result.is_changed else ", unchanged")
    )
    for model in result.unpriced_models:
        narrate(f"no price for model {model.model_id!r}: {model.reason}")
