"""The benchmark `figures`: all the others in one run, and what was to be reached beside what they measured."""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from terminal import say

from benchmarks.table import Table

_BENCHMARK = Path(__file__).resolve().parent.parent / "benchmark.py"
# The large ones last: whoever breaks off has the others.
_PLAIN = ("cold-start", "encoding", "throughput", "asking", "adding", "pages", "formats")
_SIZES = ("1000", "20000", "100000", "1000000")

Tables = Mapping[str, Table]


class Figure(NamedTuple):
    """Something that is to be at most, or at least, a number; `read` finds it in the tables by benchmark."""

    name: str
    benchmark: str
    read: Callable[[Tables], float]
    most: float | None = None
    least: float | None = None


def _of_size(tables: Tables, passages: int) -> Mapping[str, Any]:
    return tables["sizes"][str(passages)]


FIGURES = (
    Figure(
        "start of the process to the first right answer, s",
        "cold-start",
        lambda t: t["cold-start"]["as served"]["seconds to the first answer"],
        most=1.5,
    ),
    Figure(
        "the same, times faster than with torch",
        "cold-start",
        lambda t: t["cold-start"]["as served"]["times faster"],
        least=8,
    ),
    Figure(
        "question over HTTP, in times of the model alone, p50",
        "throughput",
        lambda t: t["throughput"]["over HTTP"]["times the model alone"],
        most=1.5,
    ),
    Figure("times slower: the best peer, p50", "peers", lambda t: t["peers"]["best peer"]["x p50 ms"], least=2),
    Figure("times slower: the median peer, p50", "peers", lambda t: t["peers"]["median peer"]["x p50 ms"], least=4),
    Figure("answers/s, 16 clients", "throughput", lambda t: t["throughput"]["16 clients"]["answers/s"], least=100),
    Figure("errors, 16 clients", "throughput", lambda t: t["throughput"]["16 clients"]["errors"], most=0),
    Figure(
        "the same, times one client", "throughput", lambda t: t["throughput"]["16 clients"]["times one client"], least=2
    ),
    Figure(
        "passages/s, times sentence-transformers on torch",
        "encoding",
        lambda t: t["encoding"]["as served"]["times faster building"],
        least=3.5,
    ),
    Figure("answer among 100,000 passages, p50 ms", "sizes", lambda t: _of_size(t, 100_000)["p50 ms"], most=15),
    Figure("the same, p99 ms", "sizes", lambda t: _of_size(t, 100_000)["p99 ms"], most=40),
    Figure("adding one to 100,000 passages, s", "sizes", lambda t: _of_size(t, 100_000)["add one s"], most=3),
    Figure("the same, a first one, s", "sizes", lambda t: _of_size(t, 100_000)["add first s"], most=3),
    Figure("answer among 1,000,000 passages, p95 ms", "sizes", lambda t: _of_size(t, 1_000_000)["p95 ms"], most=60),
    Figure("the same, memory serving, MB", "sizes", lambda t: _of_size(t, 1_000_000)["memory MB"], most=4096),
    Figure("the same, restart, s", "sizes", lambda t: _of_size(t, 1_000_000)["restart s"], most=3),
    Figure("the same, recall@10", "sizes", lambda t: _of_size(t, 1_000_000)["recall@10"], least=0.99),
    Figure(
        "adding one, 20,000 paragraphs in times of 20",
        "adding",
        lambda t: list(t["adding"].values())[1]["ratio"],
        most=3,
    ),
    Figure(
        "answer while a build encodes, in times of at rest, p99",
        "asking",
        lambda t: t["asking"]["while building"]["p99 ratio"],
        most=2,
    ),
)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Where the measurements go, and what the large ones measure with."""
    parser.add_argument("folder", type=Path, help="keep each benchmark's JSON here; those that are there are not run")
    parser.add_argument("--passages", metavar="P.jsonl.gz", action="append", default=[], help="as for sizes")
    parser.add_argument("--environments", metavar="FOLDER", help="as for peers")


def figures(given: argparse.Namespace) -> Table:
    """Every other benchmark but engines, one after the other, in one table with what was to be reached.

    What could not be measured is told as failed; with the same folder only that is run again.
    """
    passages = [word for path in given.passages for word in ("--passages", path)]
    environments = ["--environments", given.environments] if given.environments else []
    commands = {name: [name] for name in _PLAIN}
    commands |= {"peers": ["peers", *environments], "sizes": ["sizes", *_SIZES, *passages]}
    given.folder.mkdir(parents=True, exist_ok=True)
    tables = {}
    for name, command in commands.items():
        file = given.folder / f"{name}.json"
        if not file.exists():
            say(f"{name} ...")
            # Its own progress goes to standard error; whether it was quiet enough is its own to tell.
            busy = ["--even-if-busy"] if given.even_if_busy else []
            subprocess.run([sys.executable, str(_BENCHMARK), *command, *busy, "--json", str(file)], check=False)  # noqa: S603
        if file.exists():
            tables[name] = json.loads(file.read_bytes())["table"]
    return table_of(tables)


def table_of(tables: Tables) -> Table:
    """The figures of these benchmarks, each with what was to be reached and whether it was."""
    return {figure.name: _row(figure, tables) for figure in FIGURES}


def _row(figure: Figure, tables: Tables) -> dict[str, Any]:
    goal = f"at most {figure.most:g}" if figure.most is not None else f"at least {figure.least:g}"
    try:
        found = round(float(figure.read(tables)), 3)
    except KeyError as error:
        return {"failed": f"no {error} in {figure.benchmark}"}
    reached = found <= figure.most if figure.most is not None else found >= (figure.least or 0)
    return {"measured": found, "to reach": goal, "reached": "yes" if reached else "no", "benchmark": figure.benchmark}
