"""What DuckDB may take of the machine's memory."""

import re
from pathlib import Path

import pytest

from tars_bench.shared.errors import UsageError
from tars_bench.shared.memory import memory_limit
from tars_bench.warehouse.files import open_writer


def test_it_takes_three_gigabytes_or_less_if_nobody_says_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TARS_BENCH_MEMORY", raising=False)
    found = re.fullmatch(r"(\d+)MB", memory_limit())
    assert found
    assert 0 < int(found[1]) <= 3000


def test_a_writer_is_limited_to_what_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TARS_BENCH_MEMORY", "512MiB")
    with open_writer(tmp_path / "w.duckdb") as connection:
        limit = connection.execute("select current_setting('memory_limit')").fetchone()
    assert limit == ("512.0 MiB",)


def test_what_is_no_amount_is_said_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TARS_BENCH_MEMORY", "much'; drop")
    with (
        pytest.raises(UsageError, match="TARS_BENCH_MEMORY is no amount of memory"),
        open_writer(tmp_path / "w.duckdb"),
    ):
        pass
