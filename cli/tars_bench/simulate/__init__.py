"""A deterministic generator of workloads in the shape of the TARS sources.

`generate.simulate` writes the files of a data directory; `workload.draw_workload` makes the same
workload as arrays in memory. Only this package knows the plan: no report reads it.
"""
