"""From a model name to dated price rows: the only module that knows genai-prices."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN_CLASSES = ("uncached_input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
"""The five ways a provider charges for a token; a request's tokens fall into exactly one each."""

WEB_SEARCH = "web_search"
"""What a provider charges for beside tokens; its price is of a million searches."""

CHARGES = (*TOKEN_CLASSES, WEB_SEARCH)
"""Everything that has a price of its own."""

SPEEDS = ("standard", "fast")
"""The serving speeds a price may depend on."""

BOOK_SOURCE = "genai-prices"
ONE_HOUR_RULE_SOURCE = "Anthropic's published rule: a 1-hour cache write costs 2 × input"

_FAST_NAME = re.compile(r"(.*claude.*)-fast", re.IGNORECASE)
"""A name that says fast mode: never priced as standard. Other makers have models named so."""
_BEDROCK_NAME = re.compile(r"([a-z-]+\.)?anthropic\.claude.*")
_NUMBER_FIRST = re.compile(r"claude-(\d)([.-](\d{1,2}))-([a-z]+)")

_NANO_DOLLAR = Decimal("0.000000001")
_FIVE_MINUTE_FACTOR = Decimal("1.25")
_ONE_HOUR_FACTOR = Decimal(2)
_BEFORE_ANY_PRICE = datetime(1970, 1, 1)


@dataclass(frozen=True)
class PriceRow:
    """One price: a model, a token class, a tier and the time it holds.

    Args:
        token_class: One of ``CHARGES``.
        min_prompt_tokens: The smallest whole prompt (uncached input, cache reads and writes) the
            price applies to; 0 is the base. A tier "above 200,000" starts at 200,001.
        usd_per_million_tokens: US dollars per million tokens (or searches), to the nano-dollar.
        valid_from: First moment (UTC) the price holds; None since ever.
        valid_to: First moment (UTC) it no longer holds; None while it lasts.

    """

    price_id: str
    model_id: str
    provider: str
    priced_model_id: str
    speed: str
    token_class: str
    min_prompt_tokens: int
    usd_per_million_tokens: Decimal
    valid_from: datetime | None
    valid_to: datetime | None
    source: str


@dataclass(frozen=True)
class ModelEntry:
    """What the price book says of one model name.

    Args:
        unpriced_reason: Why there are no rows; None when there are.
        context_window_tokens: The longest prompt the model takes; None where nothing is known.

    """

    model_id: str
    provider: str | None
    priced_model_id: str | None
    unpriced_reason: str | None
    rows: tuple[PriceRow, ...]
    context_window_tokens: int | None = None


@dataclass(frozen=True)
class _Tier:
    min_prompt_tokens: int
    price: Decimal
    source: str


_Card = dict[str, tuple[_Tier, ...]]
"""Charge → its tiers, ascending: the prices of one model in force at one moment."""

_CardAt = Callable[[Any, datetime], _Card]


def price_book_version() -> str:
    """Return the name and version of the price book in use."""
    from importlib.metadata import version

    return f"genai-prices {version('genai-prices')}"


@cache
def _snapshot() -> Any:
    """Return the prices bundled with the package; never a download."""
    from genai_prices.data import providers
    from genai_prices.data_snapshot import DataSnapshot

    return DataSnapshot(providers=providers, from_auto_update=False)


def price_model(model_id: str) -> ModelEntry:
    """Look one model name up in the price book.

    The provider is inferred from the name; `provider/model` names the provider itself.
    """
    fast = _FAST_NAME.fullmatch(model_id)
    found = _find(fast[1] if fast else model_id)
    if found is None:
        return ModelEntry(model_id, None, None, "the price book does not know the name", ())
    provider, model = found
    if _depends_on_time_of_day(model):
        reason = "its price depends on the time of day; give it prices in price_overrides.csv"
        return ModelEntry(model_id, provider.id, model.id, reason, ())
    cards = (_fast_card, _fast_card) if fast else (_standard_card, _fast_card)
    rows = tuple(_model_rows(model_id, provider.id, model, cards))
    kind = "prices of fast mode" if fast else "token prices"
    reason_or_none = None if rows else f"the price book has no {kind} for it"
    window = _context_window(provider, model, rows)
    return ModelEntry(model_id, provider.id, model.id, reason_or_none, rows, window)


def _context_window(provider: Any, model: Any, rows: tuple[PriceRow, ...]) -> int | None:
    """Return the longest prompt; the provider's longest where a price is of longer ones."""
    window: int | None = model.context_window
    if window is None or all(row.min_prompt_tokens <= window for row in rows):
        return window
    return max(one.context_window or 0 for one in provider.models)


def _find(model_id: str) -> tuple[Any, Any] | None:
    for name, provider_id in _spellings(model_id):
        try:
            found: tuple[Any, Any] = _snapshot().find_provider_model(name, None, provider_id, None)
        except LookupError:
            continue
        return found
    return None


def _spellings(model_id: str) -> Iterator[tuple[str, str | None]]:
    """Yield what the book may know a name as, and under which provider, the name itself first."""
    yield model_id, "litellm" if "/" in model_id else None
    name = model_id.rpartition("/")[2]
    if _BEDROCK_NAME.fullmatch(name):
        yield name, "aws"
        return
    yield name, None
    yield _NUMBER_FIRST.sub(r"claude-\4-\1-\3", name), None


def _depends_on_time_of_day(model: Any) -> bool:
    from genai_prices.types import TimeOfDateConstraint

    return any(isinstance(limit, TimeOfDateConstraint) for limit in _constraints(model))


def _constraints(model: Any) -> list[Any]:
    dated = model.prices if isinstance(model.prices, list) else []
    fast = [variant for variant in model.price_variants or () if variant.when == {"speed": "fast"}]
    return [entry.constraint for entry in (*dated, *fast) if entry.constraint is not None]


def _model_rows(
    model_id: str, provider: str, model: Any, cards_of_speeds: tuple[_CardAt, ...]
) -> Iterator[PriceRow]:
    starts = _change_moments(model)
    for speed, card_at in zip(SPEEDS, cards_of_speeds, strict=True):
        cards = [card_at(model, start or _BEFORE_ANY_PRICE) for start in starts]
        for token_class in CHARGES:
            history = [card.get(token_class, ()) for card in cards]
            for tiers, valid_from, valid_to in _periods(history, starts):
                for tier in tiers:
                    yield _row(
                        (provider, model_id, speed, token_class),
                        model.id,
                        tier,
                        (valid_from, valid_to),
                    )


def _change_moments(model: Any) -> list[datetime | None]:
    """Return when the model's prices may change, ascending; None stands for "since ever"."""
    dates = {limit.start_date for limit in _constraints(model)}
    return [None, *(datetime.combine(day, time()) for day in sorted(dates))]


def _standard_card(model: Any, moment: datetime) -> _Card:
    return _card(model.id, model.get_prices(moment))


def _fast_card(model: Any, moment: datetime) -> _Card:
    """Return the prices of fast mode; empty while the book has none, never the standard ones."""
    standard = model.get_prices(moment)
    fast = model.get_prices(moment, {"speed": "fast"})
    return {} if fast == standard else _card(model.id, fast)


def _card(priced_model_id: str, prices: Any) -> _Card:
    card: _Card = {
        "uncached_input": _tiers(prices.input_mtok),
        "cache_read": _tiers(prices.cache_read_mtok),
        "cache_write_5m": _tiers(_first(prices.cache_write_5m_mtok, prices.cache_write_mtok)),
        "cache_write_1h": _tiers(prices.cache_write_1h_mtok),
        "output": _tiers(prices.output_mtok),
        WEB_SEARCH: _tiers(_per_million(prices.web_searches_kcount)),
    }
    if not card["cache_write_1h"] and "claude" in priced_model_id.lower():
        card["cache_write_1h"] = _one_hour_by_rule(card)
    return card


def _per_million(per_thousand: Any) -> Any:
    return per_thousand * 1000 if isinstance(per_thousand, Decimal) else None


def _first(first: Any, second: Any) -> Any:
    return second if first is None else first


def _tiers(price: Any) -> tuple[_Tier, ...]:
    if price is None:
        return ()
    if isinstance(price, Decimal):
        return (_tier(0, price),)
    above = (_tier(tier.start + 1, tier.price) for tier in price.tiers)
    return (_tier(0, price.base), *above)


def _tier(min_prompt_tokens: int, price: Decimal) -> _Tier:
    return _Tier(min_prompt_tokens, price.quantize(_NANO_DOLLAR), BOOK_SOURCE)


def _one_hour_by_rule(card: _Card) -> tuple[_Tier, ...]:
    """Return 2 × input for each tier if the 5-minute write is 1.25 × input there, else nothing."""
    five_minute = [(tier.min_prompt_tokens, tier.price) for tier in card["cache_write_5m"]]
    by_rule = [
        (tier.min_prompt_tokens, tier.price * _FIVE_MINUTE_FACTOR)
        for tier in card["uncached_input"]
    ]
    if not five_minute or five_minute != by_rule:
        return ()
    return tuple(
        _Tier(tier.min_prompt_tokens, tier.price * _ONE_HOUR_FACTOR, ONE_HOUR_RULE_SOURCE)
        for tier in card["uncached_input"]
    )


def _periods(
    history: list[tuple[_Tier, ...]], starts: list[datetime | None]
) -> Iterator[tuple[tuple[_Tier, ...], datetime | None, datetime | None]]:
    """Join neighbouring periods of equal prices; periods without a price yield nothing."""
    begin = 0
    for index in range(1, len(history) + 1):
        if index < len(history) and history[index] == history[begin]:
            continue
        if history[begin]:
            yield history[begin], starts[begin], starts[index] if index < len(starts) else None
        begin = index


def _row(
    key: tuple[str, str, str, str],
    priced_model_id: str,
    tier: _Tier,
    validity: tuple[datetime | None, datetime | None],
) -> PriceRow:
    provider, model_id, speed, token_class = key
    valid_from, valid_to = validity
    since = "ever" if valid_from is None else valid_from.date().isoformat()
    return PriceRow(
        price_id="/".join((*key, str(tier.min_prompt_tokens), since)),
        model_id=model_id,
        provider=provider,
        priced_model_id=priced_model_id,
        speed=speed,
        token_class=token_class,
        min_prompt_tokens=tier.min_prompt_tokens,
        usd_per_million_tokens=tier.price,
        valid_from=valid_from,
        valid_to=valid_to,
        source=tier.source,
    )
