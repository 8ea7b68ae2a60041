"""The DuckDB files: built by dbt, published, queried, watched."""
