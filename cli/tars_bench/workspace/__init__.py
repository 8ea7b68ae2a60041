"""A workspace: its settings, seeds, lock and journal."""
