"""`python -m tars_bench`: the command without an installed script."""

from tars_bench.app import main

main()
