"""The same input gives the same bytes: in whatever order rows lie, on however many threads."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from build_helpers import MODELS_ONLY, PROJECT, Build
from load_helpers import Place

from tars_bench.simulate.generate import simulate
from tars_bench.simulate.options import SimulationOptions

REPLICATES = ("--vars", "{bootstrap_replicates: 500}")


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[Build]:
    """The simulated plan, built on one thread as loaded and on four from shuffled rows."""
    folder = tmp_path_factory.mktemp("determinism")
    simulate(SimulationOptions(out=folder / "data"), lambda _: None)
    loaded = Build(folder, "loaded")
    loaded.load(Place(folder / "data", loaded.database))
    shuffled = Build(folder, "shuffled")
    shutil.copy(loaded.database, shuffled.database)
    shuffle_rows(shuffled.database)
    for build, threads in ((loaded, 1), (shuffled, 4)):
        build.profiles = write_profiles(folder / build.name, threads)
        build.build(*MODELS_ONLY, *REPLICATES)
    return [loaded, shuffled]


def shuffle_rows(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        tables = connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'raw'"
        ).fetchall()
        for (table,) in tables:
            connection.execute(
                "create temp table shuffled as"
                f" from raw.{table} as one order by md5(cast(one as varchar))"
            )
            connection.execute(f"delete from raw.{table}")
            connection.execute(f"insert into raw.{table} from shuffled")
            connection.execute("drop table shuffled")


def write_profiles(folder: Path, threads: int) -> Path:
    """The project's profile with so many threads of the engine, which are not dbt's."""
    text = (PROJECT / "profiles" / "profiles.yml").read_text(encoding="utf-8")
    folder.mkdir()
    (folder / "profiles.yml").write_text(
        text.replace("settings:\n", f"settings:\n        threads: {threads}\n"), encoding="utf-8"
    )
    return folder


def checksums(build: Build, schema: str) -> dict[str, tuple[int, int]]:
    """Rows of each table, and the sum of their hashes: every bit counts, the order does not."""
    tables = build.query(
        f"select table_name from duckdb_tables() where schema_name = '{schema}' order by table_name"
    )
    return {
        table: build.query(
            "select count(*), coalesce(sum(cast(hash(one) as hugeint)), 0)"
            f" from {schema}.{table} as one"
        )[0]
        for (table,) in tables
    }


@pytest.mark.parametrize("schema", ["marts", "intermediate"])
def test_order_of_rows_and_threads_leave_no_trace(builds: list[Build], schema: str) -> None:
    loaded, shuffled = (checksums(build, schema) for build in builds)
    assert loaded == shuffled
    assert len(loaded) > 40
    assert sum(rows for rows, _ in loaded.values()) > 10_000


def test_the_rows_were_shuffled(builds: list[Build]) -> None:
    first = [
        build.query("select line_number from raw.tars_api_responses limit 100") for build in builds
    ]
    assert first[0] != first[1]
