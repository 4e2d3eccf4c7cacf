"""The peers that `benchmark.py peers` measures: what each is made of, and an environment of its own for each.

The one place where their versions stand. None is a dependency of the product: an environment is made when it is first
asked for, in a cache folder, and kept, so that a second run is soon under way.
"""

import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

_SCRIPTS = Path(__file__).resolve().parent.parent / "peers"
# What encodes for all of them, as for the product's own checks of its model; torch without CUDA.
_SAME_FOR_ALL = ("torch==2.13.0", "sentence-transformers==6.2.0", "transformers==5.24.0", "numpy==2.4.6")
_STAMP = "installed.txt"
_INSTALL_WITHIN_S = 1800


@dataclass(frozen=True, slots=True)
class Peer:
    """Another way to answer with the same model; its script speaks `peers/protocol.py`."""

    name: str
    script: Path
    packages: tuple[str, ...]


PEERS = (
    Peer("sentence-transformers + FAISS", _SCRIPTS / "plain_peer.py", ("faiss-cpu==1.15.1",)),
    Peer("txtai", _SCRIPTS / "txtai_peer.py", ("txtai==9.14.0", "faiss-cpu==1.15.1")),
    Peer("chromadb", _SCRIPTS / "chromadb_peer.py", ("chromadb==1.5.9",)),
    Peer("haystack-ai", _SCRIPTS / "haystack_peer.py", ("haystack-ai==3.4.1", "sentence-transformers-haystack==2.0.0")),
    Peer(
        "llama-index-core",
        _SCRIPTS / "llama_index_peer.py",
        ("llama-index-core==0.14.25", "llama-index-embeddings-huggingface==0.8.0"),
    ),
    Peer("lancedb", _SCRIPTS / "lancedb_peer.py", ("lancedb==0.40.0",)),
    Peer("qdrant-client", _SCRIPTS / "qdrant_peer.py", ("qdrant-client==1.20.0",)),
)


class PeerFailed(Exception):
    """Read by whoever runs the benchmark: why a peer has no figures, in one line."""


def environments_folder() -> Path:
    """Where the environments are kept unless another place is named."""
    return user_cache_path("vindplaats", appauthor=False) / "peers"


def python_of(peer: Peer, environments: Path) -> Path:
    """The interpreter of the peer's environment, made when it is missing or differs; PeerFailed when that cannot be."""
    folder = environments / peer.script.stem
    python, stamp = folder / "bin" / "python", folder / _STAMP
    wanted = "\n".join((*_SAME_FOR_ALL, *peer.packages))
    if python.exists() and stamp.exists() and stamp.read_text("utf-8") == wanted:
        return python
    print(f"Making an environment for {peer.name}, once, in {folder} ...", file=sys.stderr, flush=True)
    try:
        if not python.exists():
            venv.create(folder, clear=True, with_pip=True)
        done = subprocess.run(  # noqa: S603 (our own list of packages)
            [python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", *_SAME_FOR_ALL, *peer.packages],
            capture_output=True,
            text=True,
            timeout=_INSTALL_WITHIN_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PeerFailed(f"its environment cannot be made: {error}") from error
    if done.returncode:
        raise PeerFailed(f"it cannot be installed: {last_line(done.stderr)}")
    stamp.write_text(wanted, "utf-8")
    return python


def last_line(text: str) -> str:
    """What a program said last, which usually is why it stopped; "no reason given" when it said nothing."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"
