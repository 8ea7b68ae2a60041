"""What the price book says of a model name. Expected prices are the providers' published ones."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tars_bench.pricing import rates
from tars_bench.pricing.overrides import read_overrides
from tars_bench.pricing.rates import PriceRow, price_model

LONG_CONTEXT_ENDS = datetime(2026, 3, 13)
PROJECT_SEED = Path(__file__).parents[2] / "seeds" / "price_overrides.csv"


def standard(model_id: str, token_class: str) -> list[PriceRow]:
    return [
        row
        for row in price_model(model_id).rows
        if row.token_class == token_class and row.speed == "standard"
    ]


def prices(model_id: str) -> dict[str, Decimal]:
    entry = price_model(model_id)
    return {row.token_class: row.usd_per_million_tokens for row in entry.rows}


def test_haiku_has_one_price_a_class_since_ever() -> None:
    assert prices("claude-haiku-4-5-20251001") == {
        "uncached_input": Decimal(1),
        "cache_read": Decimal("0.1"),
        "cache_write_5m": Decimal("1.25"),
        "cache_write_1h": Decimal(2),
        "output": Decimal(5),
        "web_search": Decimal(10_000),
    }
    rows = price_model("claude-haiku-4-5-20251001").rows
    assert {(row.valid_from, row.valid_to, row.min_prompt_tokens) for row in rows} == {
        (None, None, 0)
    }
    assert {(row.model_id, row.priced_model_id, row.provider) for row in rows} == {
        ("claude-haiku-4-5-20251001", "claude-haiku-4-5", "anthropic")
    }


def test_a_tier_above_200000_starts_at_200001_and_ends_with_its_price_version() -> None:
    found = [
        (row.min_prompt_tokens, row.usd_per_million_tokens, row.valid_from, row.valid_to)
        for row in standard("claude-opus-4-6", "output")
    ]
    assert found == [
        (0, Decimal(25), None, LONG_CONTEXT_ENDS),
        (200001, Decimal("37.5"), None, LONG_CONTEXT_ENDS),
        (0, Decimal(25), LONG_CONTEXT_ENDS, None),
    ]


def test_a_price_id_says_what_it_prices() -> None:
    assert [row.price_id for row in standard("claude-opus-4-6", "cache_read")] == [
        "anthropic/claude-opus-4-6/standard/cache_read/0/ever",
        "anthropic/claude-opus-4-6/standard/cache_read/200001/ever",
        "anthropic/claude-opus-4-6/standard/cache_read/0/2026-03-13",
    ]


def test_a_cache_read_is_not_always_a_tenth_of_the_input() -> None:
    assert standard("claude-opus-5-5", "uncached_input")[0].usd_per_million_tokens == 4
    assert standard("claude-opus-5-5", "cache_read")[0].usd_per_million_tokens == Decimal("0.2")


def test_fast_mode_has_rows_only_where_the_book_prices_it() -> None:
    fast = {
        row.token_class: row.usd_per_million_tokens
        for row in price_model("claude-opus-4-8").rows
        if row.speed == "fast"
    }
    assert (fast["uncached_input"], fast["output"]) == (10, 50)
    assert {row.speed for row in price_model("claude-opus-4-6").rows} == {"standard"}


def test_a_class_the_book_does_not_price_has_no_row() -> None:
    assert set(prices("gpt-5")) == {
        "uncached_input",
        "cache_read",
        "output",
        "web_search",
    }


def test_a_provider_before_the_slash_is_used() -> None:
    entry = price_model("anthropic/claude-haiku-4-5")
    assert (entry.provider, entry.priced_model_id) == ("anthropic", "claude-haiku-4-5")
    assert {row.model_id for row in entry.rows} == {"anthropic/claude-haiku-4-5"}


@pytest.mark.parametrize("name", ["opus", "mystery-1", "claude-sonnet-99", "x" * 10_000, "\x00/'"])
def test_an_unknown_name_is_unpriced_with_a_reason(name: str) -> None:
    entry = price_model(name)
    assert entry.rows == ()
    assert entry.unpriced_reason == "the price book does not know the name"


def test_a_price_by_time_of_day_is_unpriced_rather_than_wrong() -> None:
    entry = price_model("deepseek-chat")
    assert entry.rows == ()
    assert "time of day" in str(entry.unpriced_reason)


def test_the_one_hour_rule_holds_only_where_the_five_minute_price_fits_it() -> None:
    from genai_prices.types import ModelPrice, Tier, TieredPrices

    fitting = ModelPrice(
        input_mtok=TieredPrices(base=Decimal(3), tiers=[Tier(start=200000, price=Decimal(6))]),
        cache_write_mtok=TieredPrices(
            base=Decimal("3.75"), tiers=[Tier(start=200000, price=Decimal("7.5"))]
        ),
    )
    by_rule = rates._card("claude-sonnet-4-5", fitting)["cache_write_1h"]
    assert [(tier.min_prompt_tokens, tier.price) for tier in by_rule] == [(0, 6), (200001, 12)]
    assert {tier.source for tier in by_rule} == {rates.ONE_HOUR_RULE_SOURCE}

    unfitting = ModelPrice(input_mtok=Decimal("0.25"), cache_write_mtok=Decimal("0.3"))
    assert rates._card("claude-3-haiku", unfitting)["cache_write_1h"] == ()
    assert rates._card("other-model", fitting)["cache_write_1h"] == ()


def test_every_moment_has_the_price_the_library_gives() -> None:
    """For each Claude model and each change, the row in force is what genai-prices would use."""
    for model in next(p for p in rates._snapshot().providers if p.id == "anthropic").models:
        rows = standard(model.id, "output")
        for moment in (datetime(2025, 6, 1), datetime(2026, 3, 12, 23, 59, 59), LONG_CONTEXT_ENDS):
            wanted = model.get_prices(moment).output_mtok
            found = [
                row.usd_per_million_tokens
                for row in rows
                if (row.valid_from or datetime.min) <= moment < (row.valid_to or datetime.max)
            ]
            tiers = [] if isinstance(wanted, Decimal) else [tier.price for tier in wanted.tiers]
            base = wanted if isinstance(wanted, Decimal) else wanted.base
            assert found == [base, *tiers], (model.id, moment)


def test_anthropic_batches_cost_half_in_every_class() -> None:
    """What var batch_discount_ratio takes for granted."""
    for model in next(p for p in rates._snapshot().providers if p.id == "anthropic").models:
        standard_prices = model.get_prices(datetime(2026, 11, 1))
        batch = model.get_prices(datetime(2026, 11, 1), {"processing": "batch"})
        for key, price in batch.__dict__.items():
            base = getattr(standard_prices, key)
            if key.endswith("_mtok") and isinstance(price, Decimal) and price != base:
                assert price * 2 == base, (model.id, key)


def test_the_projects_aliases_name_models_of_the_book() -> None:
    for override in read_overrides(PROJECT_SEED):
        assert price_model(override.priced_as_model_id).rows, override


@pytest.mark.parametrize(
    ("name", "dollars"),
    [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "3.3"),
        ("global.anthropic.claude-sonnet-4-5-20250929-v1:0", "3"),
        ("anthropic/claude-4.5-sonnet-20250929", "3"),
        ("publishers/anthropic/models/claude-sonnet-4-5@20250929", "3"),
        ("models/gemini-2.5-flash", "0.3"),
        ("claude-opus-4-8-fast", "10"),
        ("claude-opus-4-6-fast", None),
    ],
)
def test_a_name_is_found_however_it_is_spelt(name: str, dollars: str | None) -> None:
    prices = {
        (row.speed, row.usd_per_million_tokens)
        for row in price_model(name).rows
        if "/uncached_input/0/" in row.price_id
    }
    standard = {price for speed, price in prices if speed == "standard"}
    assert standard == (set() if dollars is None else {Decimal(dollars)})


@pytest.mark.parametrize(
    ("model_id", "tokens"),
    [
        ("claude-haiku-4-5", 200_000),
        ("claude-opus-4-8", 1_000_000),
        # The book says 200,000 and has a price for longer prompts.
        ("claude-sonnet-4-5", 1_000_000),
        ("no-such-model", None),
    ],
)
def test_the_context_window_is_never_shorter_than_a_prompt_with_a_price(
    model_id: str, tokens: int | None
) -> None:
    assert price_model(model_id).context_window_tokens == tokens


def test_the_us_factor_is_what_regional_names_cost_more() -> None:
    """What var us_inference_price_factor takes for granted: 1.1, and for AWS the book agrees."""
    names = ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5")
    regional, plain = (standard(name, "output")[0].usd_per_million_tokens for name in names)
    assert regional / plain == Decimal("1.1")
