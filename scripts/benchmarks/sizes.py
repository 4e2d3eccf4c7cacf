"""later"""
import argparse
from benchmarks.table import Table
def add_options(parser: argparse.ArgumentParser) -> None:
    pass
def sizes(given: argparse.Namespace) -> Table:
    """Later."""
    return {}
