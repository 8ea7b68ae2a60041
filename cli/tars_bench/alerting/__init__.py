"""Alerts that reach a person: what is not well, told once when it begins and once when it ends."""
