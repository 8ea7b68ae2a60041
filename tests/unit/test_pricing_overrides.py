"""`price_overrides.csv`: what is accepted, and the complaint each bad line gets."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tars_bench.pricing.overrides import COLUMNS, read_overrides
from tars_bench.shared.errors import UsageError

HEADER = ",".join(COLUMNS)
PROJECT_SEED = Path(__file__).parents[2] / "seeds" / "price_overrides.csv"


def write(folder: Path, *lines: str) -> Path:
    path = folder / "price_overrides.csv"
    path.write_text("\n".join((HEADER, *lines)) + "\n", encoding="utf-8")
    return path


def test_an_alias_and_a_price_are_read(tmp_path: Path) -> None:
    alias, price = read_overrides(
        write(
            tmp_path,
            "alias,opus,claude-opus-4-6,,,,2026-02-05,,why",
            'price,house-model,,output,200001,12.5,2026-01-01 06:30,2026-02-01T00:00:00,"a, b"',
            "price,house-model,,output,,10,2026-01-01 06:30,2026-02-01,",
        )
    )[:2]

    assert (alias.override_kind, alias.model_id, alias.priced_as_model_id) == (
        "alias",
        "opus",
        "claude-opus-4-6",
    )
    assert (alias.valid_from, alias.valid_to) == (datetime(2026, 2, 5), None)
    assert (price.token_class, price.min_prompt_tokens) == ("output", 200001)
    assert price.usd_per_million_tokens == Decimal("12.5")
    assert price.valid_from == datetime(2026, 1, 1, 6, 30)
    assert price.line_number == 3


@pytest.mark.parametrize(
    ("lines", "line_number", "complaint"),
    [
        (["rebate,opus,x,,,,,,"], 2, "neither alias nor price"),
        (["alias,opus,claude-opus-4-6,,,,2026-02-30,,"], 2, "'2026-02-30' is no date"),
        (["alias,opus,claude-opus-4-6,,,,2026-W07,,"], 2, "'2026-W07' is no date"),
        (["alias,opus,claude-opus-4-6,,,,2026-02-01 10:00+02:00,,"], 2, "is no date"),
        (["alias,opus,claude-opus-4-6,,,,2026-02-02,2026-02-02,"], 2, "not after valid_from"),
        (["alias,opus,opus,,,,,,"], 2, "alias of itself"),
        (["alias,,claude-opus-4-6,,,,,,"], 2, "model_id is missing"),
        (["alias,opus,,,,,,,"], 2, "priced_as_model_id is missing"),
        (["alias,opus,claude-opus-4-6,output,,,,,"], 2, "token_class must be empty"),
        (["alias,a,b,,,,,,", "alias,b,c,,,,,,"], 2, "'b' is itself an alias (line 3)"),
        (
            ["alias,a,b,,,,,2026-03-02,", "alias,a,c,,,,2026-03-01,,"],
            3,
            "overlaps in time (see line 2)",
        ),
        (["alias,a,b,,,,,,", "alias,a,b,,,,,,"], 3, "the same thing twice (see line 2)"),
        (["price,a,,output,0,-1,,,"], 2, "'-1' is negative"),
        (["price,a,,output,0,,,,"], 2, "usd_per_million_tokens is missing"),
        (["price,a,,output,0,1e3,,,"], 2, "is no price in dollars"),
        (["price,a,,output,0,nan,,,"], 2, "is no price in dollars"),
        (["price,a,,output,0,0.0000000001,,,"], 2, "is no price in dollars"),
        (["price,a,,thought,0,1,,,"], 2, "token_class 'thought' is none of uncached_input"),
        (["price,a,,output,-5,1,,,"], 2, "'-5' is no whole number of tokens"),
        (["price,a,b,output,0,1,,,"], 2, "priced_as_model_id must be empty"),
        (["price,a,,output,200001,1,,,"], 2, "a tier needs a base price"),
        (["price,a,,output,0,1,,,", "price,a,,output,,2,,,"], 3, "twice (see line 2)"),
        (["price,a,,output,0,1,,", ""], 2, "8 columns instead of 9"),
    ],
)
def test_a_bad_line_is_named(
    tmp_path: Path, lines: list[str], line_number: int, complaint: str
) -> None:
    path = write(tmp_path, *lines)

    with pytest.raises(UsageError) as caught:
        read_overrides(path)

    assert caught.value.message.startswith(f"{path}, line {line_number}: ")
    assert complaint in caught.value.message


def test_ranges_that_touch_do_not_overlap(tmp_path: Path) -> None:
    path = write(
        tmp_path, "alias,a,b,,,,,2026-03-01,", "alias,a,c,,,,2026-03-01,,", "price,b,,output,,1,,,"
    )
    assert len(read_overrides(path)) == 3


def test_a_missing_or_empty_file_has_no_overrides(tmp_path: Path) -> None:
    assert read_overrides(tmp_path / "none.csv") == ()
    assert read_overrides(write(tmp_path)) == ()


def test_a_wrong_header_is_named(tmp_path: Path) -> None:
    path = tmp_path / "price_overrides.csv"
    path.write_text("model,price\n", encoding="utf-8")
    with pytest.raises(UsageError, match="line 1: the header must be override_kind"):
        read_overrides(path)


def test_bytes_that_are_no_text_are_named(tmp_path: Path) -> None:
    path = tmp_path / "price_overrides.csv"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match="not UTF-8"):
        read_overrides(path)


def test_a_cell_is_never_taken_for_sql_or_markup(tmp_path: Path) -> None:
    (row,) = read_overrides(write(tmp_path, "alias,x'; drop table t; --,claude-opus-4-6,,,,,,"))
    assert row.model_id == "x'; drop table t; --"


def test_the_projects_own_file_is_valid_and_only_aliases() -> None:
    overrides = read_overrides(PROJECT_SEED)
    assert {row.override_kind for row in overrides} == {"alias"}
    assert {row.model_id for row in overrides} == {"haiku", "sonnet", "opus"}


LATER = HEADER + ",speed,service_tier"


def test_a_price_may_name_a_speed_and_a_tier(tmp_path: Path) -> None:
    path = tmp_path / "price_overrides.csv"
    same = "price,opus,,output,,%s,,,,%s"
    path.write_text(
        "\n".join((LATER, same % (50, "fast,"), same % (9, ",batch"), same % (25, ","))) + "\n"
    )
    found = [(one.speed, one.service_tier) for one in read_overrides(path)]
    assert found == [("fast", "standard"), ("standard", "batch"), ("standard", "standard")]


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("price,opus,,output,,9,,,,slow,", "speed 'slow' is none of standard, fast"),
        ("price,opus,,output,,9,,,,,Half price", "service_tier 'Half price' is no tier"),
        ("alias,opus,claude-opus-4-6,,,,,,,fast,", "speed must be empty"),
        ("price,opus,,output,,9,,,", "9 columns instead of 11"),
    ],
)
def test_a_bad_speed_or_tier_is_named(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "price_overrides.csv"
    path.write_text(f"{LATER}\n{line}\n")
    with pytest.raises(UsageError, match="line 2") as raised:
        read_overrides(path)
    assert complaint in str(raised.value)
