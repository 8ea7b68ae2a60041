#!/usr/bin/env python3
"""The specification's report command: `tars-bench report` under the name it is written with there.

Runs with any Python 3: where that has no tars_bench, the project's own .venv takes over.
"""

import os
import sys
from pathlib import Path

VENV = Path(__file__).resolve().parent / ".venv"


def main():
    """Hand the arguments to `tars-bench report`."""
    try:
        from tars_bench.app import main as tars_bench
    except ImportError:
        sys.exit(run_in_project_environment())
    tars_bench(["report", *sys.argv[1:]])


def run_in_project_environment():
    """Start again with the project's Python; return only if there is none that works."""
    python = VENV / "bin" / "python"
    if Path(sys.prefix).resolve() != VENV.resolve() and python.is_file():
        sys.stdout.flush()
        os.execv(str(python), [str(python), str(Path(__file__).resolve()), *sys.argv[1:]])  # noqa: S606
    sys.stderr.write("error: tars_bench is not installed here: `make setup` installs it\n")
    return 1


if __name__ == "__main__":
    main()
