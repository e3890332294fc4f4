"""What duicheck costs, measured beside what else does the same: `python -m benchmarks`."""
