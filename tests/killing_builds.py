"""Kill builds at random moments while questions are asked; by hand: `PYTHONPATH=.:tests python tests/killing_builds.py 100`.

The build runs in a process of its own with the fake encoder; the asking index lives here, as in the service.
"""

import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from fake_encoder import CountingEncoder

from corpus.library import Library
from index.build import build
from index.errors import IndexingError
from index.snapshot import SnapshotFolder
from service.serving import ServedIndex

WORDS = ("drones", "software", "fietsen", "het", "de")
_LONGEST_BUILD_S = 2.0


class SlowEncoder(CountingEncoder):
    """Takes its time, so that kills fall into encoding too."""

    def encode_passages(self, texts, on_encoded=None):
        """Encode passages, slowly."""
        time.sleep(0.002 * len(texts))
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
    corpus, data = folder / "documents", folder / "var"
    corpus.mkdir()
    (corpus / "eerste.txt").write_text("Een alinea over drones.\n")
    build(Library(corpus), CountingEncoder(WORDS), data)
    served = ServedIndex(data, CountingEncoder(WORDS))
    tally = {"killed": 0, "ended": 0, "answered": 0, "failed": 0, "missing": 0}
    over = threading.Event()

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
            process = subprocess.Popen([sys.executable, __file__, "--build", str(corpus), str(data)])
            try:
                process.wait(chance.uniform(0.2, _LONGEST_BUILD_S))
                tally["ended"] += 1
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                tally["killed"] += 1
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
    return tally


if __name__ == "__main__":
    if sys.argv[1] == "--build":
        build_here(Path(sys.argv[2]), Path(sys.argv[3]))
    else:
        with tempfile.TemporaryDirectory() as scratch:
            print(json.dumps(kill_builds(int(sys.argv[1]), 7, Path(scratch))))
