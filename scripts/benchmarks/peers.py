"""The benchmark `peers`: other ways to answer with the same model, the same passages and the same questions."""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from measures import ndcg
from terminal import say

from benchmarks.environments import PEERS, Peer, PeerFailed, environments_folder, python_of
from benchmarks.peer_process import PeerProcess
from benchmarks.questions import Collection, read_collection
from benchmarks.table import FAILED, Table, percentiles, with_ratios
from index.packaged_model import packaged_model_folder

_SCRIPTS = Path(__file__).resolve().parent.parent / "peers"
SERVED, IN_PROCESS = "Vindplaats over HTTP", "Vindplaats in process"
_OURS = (
    Peer(SERVED, _SCRIPTS / "vindplaats_served_peer.py", ()),
    Peer(IN_PROCESS, _SCRIPTS / "vindplaats_peer.py", ()),
)
# Figures with ratios, and whether less of it is better.
_COMPARED = {"first right answer s": True, "p50 ms": True, "p95 ms": True, "passages/s": False, "memory MB": True}
_DEPTH = 10


@dataclass(slots=True)
class _Measured:
    """What was seen of one peer, over all rounds."""

    starts_s: list[float] = field(default_factory=list)
    questions_s: list[float] = field(default_factory=list)
    memory_mb: list[int] = field(default_factory=list)
    build_s: float = 0.0
    ranked: list[list[str]] = field(default_factory=list)


def add_options(parser: argparse.ArgumentParser) -> None:
    """What else may be said to this benchmark."""
    parser.add_argument("--passages", type=Path, metavar="P.jsonl", help="search these; else the letter")
    parser.add_argument(
        "--questions", type=Path, metavar="Q.jsonl", help="ask these, as scripts/evaluate.py reads them"
    )
    parser.add_argument("--most", type=int, default=400, metavar="N", help="the first so many passages (400)")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="how often each is started and asked (3)")
    parser.add_argument("--only", action="append", metavar="PEER", help="leave out the others; may be repeated")
    parser.add_argument(
        "--environments", type=Path, metavar="FOLDER", help="where the peers' environments are kept (your cache folder)"
    )


def peers(given: argparse.Namespace) -> Table:
    """Start, answers, build, memory and quality of each peer with the same model, as ratios to Vindplaats over HTTP.

    "x p50 ms" 2.0 is twice as slow as Vindplaats over HTTP, "x passages/s" 2.0 half as fast. R@1 is the share of
    questions whose first passage answers; nDCG@10 counts every passage that does. Each peer runs in a process and an
    environment of its own and keeps what it built on disk; a question's time is what its caller waits, within that
    process, and for Vindplaats over HTTP the way to the server and back, too.
    """
    collection = read_collection(given.passages, given.questions, given.most)
    say(f"{collection.name}: {len(collection.passages)} passages, {len(collection.asked)} questions")
    chosen = [peer for peer in (*_OURS, *PEERS) if not given.only or peer.name in given.only]
    return measure(chosen, collection, given.environments or environments_folder(), given.rounds)


def measure(chosen: Sequence[Peer], collection: Collection, environments: Path, rounds: int) -> Table:
    """The table; a peer that fails has a row that says why."""
    model = packaged_model_folder()
    measured = {peer.name: _Measured() for peer in chosen}
    failed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        # All are built before any is asked, and then asked in turn, so that a change of the machine's speed hits all.
        for number in range(rounds + 1):
            for peer in chosen:
                if peer.name in failed:
                    continue
                say(f"{peer.name}: {f'round {number}' if number else 'build'}")
                try:
                    python = python_of(peer, environments) if peer.packages else Path(sys.executable)
                    kept = Path(folder) / peer.script.stem
                    if number:
                        _ask(python, peer, model, kept, collection, measured[peer.name])
                    else:
                        _build(python, peer, model, kept, collection, measured[peer.name])
                except PeerFailed as error:
                    failed[peer.name] = str(error)
                    say(f"{peer.name} failed: {error}")
    rows = {
        peer.name: {FAILED: failed[peer.name]} if peer.name in failed else _row(measured[peer.name], collection)
        for peer in chosen
    }
    return with_ratios(rows, SERVED, _COMPARED, apart=(IN_PROCESS,))


def _build(python: Path, peer: Peer, model: Path, kept: Path, collection: Collection, measured: _Measured) -> None:
    """Build from one passage first, so that loading a model is not counted, whenever a peer does so."""
    passages = list(collection.passages.items())
    with PeerProcess(python, peer.script, model) as process:
        for some, folder in ((passages[:1], kept.with_suffix(".first")), (passages, kept)):
            folder.mkdir()
            measured.build_s = process.do("build", passages=some, folder=str(folder))["seconds"]


def _ask(python: Path, peer: Peer, model: Path, kept: Path, collection: Collection, measured: _Measured) -> None:
    """One round: from the start of the process to the first right answer, then every question."""
    started = time.perf_counter()
    with PeerProcess(python, peer.script, model) as process:
        process.do("open", folder=str(kept))
        for asked in collection.asked:
            ids = process.do("ask", question=asked.question, limit=_DEPTH)["ids"]
            if ids and ids[0] in asked.gold:
                break
        else:
            raise PeerFailed("it answers no question right")
        measured.starts_s.append(time.perf_counter() - started)
        answers = [process.do("ask", question=asked.question, limit=_DEPTH) for asked in collection.asked]
        measured.questions_s += [answer["seconds"] for answer in answers]
        measured.ranked = [answer["ids"] for answer in answers]
        measured.memory_mb.append(process.peak_memory_mb())


def _row(measured: _Measured, collection: Collection) -> dict[str, Any]:
    """R@1 is the share of questions whose first passage answers; nDCG@10 counts every passage that does."""
    right = [[key in asked.gold for key in ids] for ids, asked in zip(measured.ranked, collection.asked, strict=True)]
    gains = [ndcg(each, len(asked.gold)) for each, asked in zip(right, collection.asked, strict=True)]
    return {
        "first right answer s": round(statistics.median(measured.starts_s), 2),
        **percentiles(measured.questions_s),
        "passages/s": round(len(collection.passages) / measured.build_s, 1),
        "memory MB": max(measured.memory_mb),
        "R@1": round(float(np.mean([bool(each and each[0]) for each in right])), 3),
        "nDCG@10": round(float(np.mean(gains)), 3),
    }
