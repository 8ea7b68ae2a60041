"""Puts this folder on the import path, so that tests can say `from fixtures import …`."""
