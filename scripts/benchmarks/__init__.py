"""The benchmarks that scripts/benchmark.py runs, a module each, and what they share."""
