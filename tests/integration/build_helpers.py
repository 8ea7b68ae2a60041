"""Run dbt over a database of its own, and read what it made."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from load_helpers import Place

from fixtures.dbt import PROJECT, run_dbt
from tars_bench.pricing.book import refresh_prices
from tars_bench.warehouse.files import open_reader

MODELS_ONLY = ("--resource-type", "seed", "--resource-type", "model")


@dataclass
class Build:
    """A working database and the environment dbt builds it in."""

    folder: Path
    name: str = "working"
    environment: dict[str, str] = field(default_factory=dict)
    profiles: Path = PROJECT / "profiles"

    @property
    def database(self) -> Path:
        return self.folder / f"{self.name}.duckdb"

    def load(self, *places: Place) -> None:
        for place in places:
            place.load()
        refresh_prices(self.database, PROJECT / "seeds" / "price_overrides.csv", print)

    def dbt(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run dbt as a schedule would; the caller looks at the return code."""
        return run_dbt(
            self.folder,
            *arguments,
            name=self.name,
            profiles=self.profiles,
            environment=self.environment,
        )

    def build(self, *arguments: str) -> None:
        done = self.dbt("build", "--warn-error", *arguments)
        assert done.returncode == 0, done.stdout[-6000:]

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        with open_reader(self.database) as connection:
            return connection.execute(sql).fetchall()

    def tables(self, schema: str = "marts", without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
        """Every table of a schema as its sorted rows, columns named in `without` left out.

        Doubles are compared to 12 digits: a sum of doubles may differ in its last bits with
        the order in which threads add.
        """
        names = self.query(
            "select table_name, list(column_name order by ordinal_position)"
            " from information_schema.columns join information_schema.tables"
            " using (table_schema, table_name)"
            f" where table_schema = '{schema}' and table_type = 'BASE TABLE'"
            " group by table_name order by table_name"
        )
        return {
            name: sorted(
                (
                    tuple(rounded(value) for value in row)
                    for row in self.query(
                        "select "
                        + ", ".join(column for column in columns if column not in without)
                        + f" from {schema}.{name}"
                    )
                ),
                key=repr,
            )
            for name, columns in names
        }


def rounded(value: Any) -> Any:
    """A double to 12 significant digits; anything else as it is."""
    return float(f"{value:.12g}") if isinstance(value, float) else value
