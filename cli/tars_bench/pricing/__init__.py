"""List prices: from genai-prices and a CSV of overrides to rows that SQL can join."""
