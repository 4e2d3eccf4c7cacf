"""Kill builds at random moments while questions are asked: `PYTHONPATH=.:tests python tests/killing_builds.py 100 7`.

Takes how many and a seed. The build runs in a process of its own with the fake encoder; the asking index lives here, as
in the service. That process is forked from one that has imported everything, so that kills fall into building.
"""

import json
import multiprocessing
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

from fake_encoder import CountingEncoder

from corpus.library import Library
from index.build import build
from index.errors import IndexingError
from index.snapshot import SnapshotFolder
from service.serving import ServedIndex

WORDS = ("drones", "software", "fietsen", "het", "de")
# The first; then a little more than the last build took that came to its end, so that kills fall into all of it.
_LONGEST_BUILD_S = 1.2
# Documents of one folder: more only make every build slower, not another one.
_ROUND = 250


class SlowEncoder(CountingEncoder):
    """Takes its time, so that kills fall into encoding too."""

    def encode_passages(self, texts, on_encoded=None):
        """Encode passages, slowly."""
        time.sleep(0.0005 * len(texts))
        return super().encode_passages(texts, on_encoded)


def build_here(corpus: Path, data: Path) -> None:
    """What the killed process runs."""
    build(Library(corpus), SlowEncoder(WORDS), data)


def kill_builds(count: int, seed: int, folder: Path) -> dict[str, int]:
    """Add a document and kill its build, `count` times; then build once more and compare with the library.

    Gives how many builds were killed and how many had ended before, how many questions were answered, how many
    failed, and how many documents are missing at the end.
    """
    chance = random.Random(seed)
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["index.build", "killing_builds"])
    corpus, data = folder / "documents", folder / "var"
    corpus.mkdir()
    (corpus / "eerste.txt").write_text("Een alinea over drones.\n")
    build(Library(corpus), CountingEncoder(WORDS), data)
    served = ServedIndex(data, CountingEncoder(WORDS))
    tally = {"killed": 0, "ended": 0, "answered": 0, "failed": 0, "missing": 0}
    over = threading.Event()
    longest_s = _LONGEST_BUILD_S

    def keep_asking() -> None:
        while not over.is_set():
            try:
                answer = served.searcher().ask("drones")
                tally["answered" if answer.hits else "failed"] += 1
            except Exception:  # whatever it is, a visitor would have seen it
                tally["failed"] += 1
            time.sleep(0.001)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        for number in range(count):
            text = "\n\n".join(f"Alinea {number}-{place} over fietsen en software." for place in range(40))
            (corpus / f"brief-{number}.txt").write_text(f"{text}\n")
            process = processes.Process(target=build_here, args=(corpus, data))
            start = time.monotonic()
            process.start()
            process.join(chance.uniform(0.0, longest_s))
            if process.exitcode is None:
                process.kill()
                process.join()
            ended = process.exitcode == 0
            tally["ended" if ended else "killed"] += 1
            longest_s = 1.1 * (time.monotonic() - start) if ended else 1.1 * longest_s
            folder_state = SnapshotFolder(data)
            try:
                folder_state.open(folder_state.current_version())
            except IndexingError:
                tally["failed"] += 1
    finally:
        over.set()
        asking.join()
    manifest = build(Library(corpus), CountingEncoder(WORDS), data).manifest
    tally["missing"] = count + 1 - manifest.documents
    for file in manifest.skipped:
        print(file.reason, file=sys.stderr, flush=True)
    return tally


def kill_many(count: int, seed: int) -> dict[str, int]:
    """Kill `count` builds, in folders of at most 250 documents; the sums of what `kill_builds` gives."""
    sums: Counter[str] = Counter()
    for start in range(0, count, _ROUND):
        with tempfile.TemporaryDirectory() as scratch:
            sums.update(kill_builds(min(_ROUND, count - start), seed + start, Path(scratch)))
        print(f"{start} and on: {json.dumps(sums)}", file=sys.stderr, flush=True)
    return dict(sums)


if __name__ == "__main__":
    print(json.dumps(kill_many(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7)))
