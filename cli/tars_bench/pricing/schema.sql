-- What pricing writes. Replaced as a whole by `pricing.book.refresh_prices`, and only when it differs.
create schema if not exists raw;

-- One row per model name × speed × token class × prompt-size tier × validity.
-- A class the book does not price has no row.
create table if not exists raw.model_prices (
    price_id varchar not null,
    model_id varchar not null,              -- the name as logged, or the target of an alias
    provider varchar not null,
    priced_model_id varchar not null,       -- the entry of the price book
    speed varchar not null,                 -- 'standard' or 'fast'
    token_class varchar not null,           -- or 'web_search', priced per million searches
    min_prompt_tokens bigint not null,      -- the smallest prompt of the tier; 0 is the base
    usd_per_million_tokens decimal(18, 9) not null,
    valid_from timestamp,                   -- null: since ever
    valid_to timestamp,                     -- exclusive; null: open
    source varchar not null,
    checked_on date,                        -- the book's check date, where it says one
    price_book_version varchar not null
);

-- One row per model name that a log or an alias names, priced or not.
create table if not exists raw.logged_models (
    model_id varchar not null,
    provider varchar,                       -- null: the book does not know the name
    priced_model_id varchar,
    unpriced_reason varchar,                -- null: the book prices it
    context_window_tokens bigint            -- the longest prompt; null: not known
);
