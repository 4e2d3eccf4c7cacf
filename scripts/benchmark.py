"""Measure speed as ratios within one run: of reading, of building, of the model, of starting and of answering.

    .venv/bin/python scripts/benchmark.py cold-start
    .venv/bin/python scripts/benchmark.py peers --passages P.jsonl --questions Q.jsonl --picture peers.svg
    .venv/bin/python scripts/benchmark.py sizes 1000 20000 100000 --passages P.jsonl.gz --json sizes.json
    .venv/bin/python scripts/benchmark.py figures FOLDER --passages P.jsonl.gz

The formats need the test extra (scripts/test makes it): the letter is rendered by the tests' own renderers. Peers are
installed in environments of their own, with pip, when they are first measured.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import adding, encoding, engines, figures, formats, pages, peers, picture, serving, sizes
from benchmarks.machine import QUIET_BELOW, Others, cores_in_use, describe
from benchmarks.table import Table, as_text
from question_files import BadQuestions
from terminal import EXIT_BAD_INPUT, failing_in_one_sentence, say

_EXIT_BUSY = 1

_PLAIN: dict[str, Callable[[], Table]] = {
    "formats": formats.formats,
    "adding": adding.adding,
    "asking": adding.asking,
    "encoding": encoding.encoding,
    "cold-start": serving.cold_start,
    "throughput": serving.throughput,
    "pages": pages.pages,
}


def main() -> int:
    """Run one benchmark and print a table, or JSON; exit status 1 when others were using the machine."""
    given = _parser().parse_args()
    with failing_in_one_sentence():
        if not given.even_if_busy and _is_busy(cores_in_use(), "Others use"):
            return _EXIT_BUSY
        others = Others()
        try:
            table: Table = given.measure(given)
        except BadQuestions as error:
            say(str(error))
            return EXIT_BAD_INPUT
        cores = others.cores()
        if not given.even_if_busy and _is_busy(cores, "While this was measured, others used"):
            return _EXIT_BUSY
        _report(given, table, cores)
        return 0
    return 1


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--json", nargs="?", const="-", metavar="FILE", help="write JSON; without a file, print it instead of the table"
    )
    common.add_argument("--picture", type=Path, metavar="FILE.svg", help="draw the table")
    common.add_argument("--even-if-busy", action="store_true", help="measure although other programs are running")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    benchmarks = parser.add_subparsers(dest="what", required=True, metavar="BENCHMARK")
    for name, measure in _PLAIN.items():
        added = benchmarks.add_parser(name, parents=[common], help=_first_line(measure), description=measure.__doc__)
        added.set_defaults(measure=lambda given, measure=measure: measure(), draw=picture.bars)
    for module, measured, draw in (
        (peers, peers.peers, picture.bars),
        (sizes, sizes.sizes, picture.lines),
        (engines, engines.engines, picture.bars),
        (figures, figures.figures, picture.bars),
    ):
        name = measured.__name__
        added = benchmarks.add_parser(name, parents=[common], help=_first_line(measured), description=measured.__doc__)
        module.add_options(added)
        added.set_defaults(measure=measured, draw=draw)
    return parser


def _first_line(function: Callable[..., Table]) -> str:
    return (function.__doc__ or "").splitlines()[0].replace("%", "%%")


def _is_busy(cores: float, who: str) -> bool:
    if cores <= QUIET_BELOW:
        return False
    say(f"{who} {cores:.1f} cores of this machine; wait until it is quiet, or measure anyway with --even-if-busy.")
    return True


def _report(given: argparse.Namespace, table: Table, cores: float) -> None:
    found: dict[str, Any] = {
        "benchmark": given.what,
        "measured at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "machine": describe(),
        "cores used by others": round(cores, 2),
        "table": table,
    }
    text = json.dumps(found, indent=2, ensure_ascii=False)
    if given.json == "-":
        print(text)
    else:
        print(as_text(table))
        busy = f" (busy: {cores:.1f} cores used by others)" if cores > QUIET_BELOW else ""
        print(f"\n{found['machine']['cores']} cores, {found['machine']['processor']}{busy}")
        if given.json:
            Path(given.json).write_text(text + "\n", "utf-8")
    if given.picture:
        given.picture.write_text(given.draw(f"Vindplaats: {given.what}", table), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
