"""Render: one file per format."""
