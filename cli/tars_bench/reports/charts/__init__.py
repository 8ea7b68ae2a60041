"""Charts: what is drawn, as data, pictures and characters."""
