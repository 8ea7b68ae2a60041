"""Values are bound without loading pandas, and pandas can be loaded afterwards."""

import subprocess
import sys

SCRIPT = """
import sys
import duckdb
from tars_bench.warehouse.binding import execute

connection = duckdb.connect()
row = execute(connection, "select ?, ?, ?", ["x'; drop table y --", 1, None]).fetchone()
assert row == ("x'; drop table y --", 1, None), row
assert "pandas" not in sys.modules
import pandas
assert connection.sql("select 1 as one").df().loc[0, "one"] == 1
assert execute(connection, "select ?", [pandas.NaT]).fetchone() == (None,)
"""


def test_a_bound_value_loads_no_pandas():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
