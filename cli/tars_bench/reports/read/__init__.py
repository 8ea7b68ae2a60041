"""Read: SQL over the published file in, frozen records out."""
