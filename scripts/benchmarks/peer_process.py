"""A peer's own process, spoken to by JSON lines (`peers/protocol.py`)."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from benchmarks.environments import PeerFailed, last_line
from benchmarks.machine import peak_memory_mb

_SCRIPTS = Path(__file__).resolve().parent.parent
_STOP_WITHIN_S = 60
# No peer asks a hub for a model or tells its maker anything.
_OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "HAYSTACK_TELEMETRY_ENABLED": "False",
    "DO_NOT_TRACK": "1",
}


class PeerProcess:
    """Starts a peer's script; PeerFailed whenever it does not do what it is told, with the reason that it gives."""

    def __init__(self, python: Path, script: Path, model: Path, patience_s: float = 600.0) -> None:
        self._patience_s = patience_s
        self._errors: IO[bytes] = tempfile.TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603 (our own scripts)
            [python, script, model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=_environment(is_ours=str(python) == sys.executable),
        )

    def do(self, what: str, **more: object) -> dict[str, Any]:
        """Give one command and wait for its answer."""
        assert self._process.stdin is not None and self._process.stdout is not None
        # Who says nothing for too long is ended; reading then ends, too.
        alarm = threading.Timer(self._patience_s, self._process.kill)
        alarm.start()
        try:
            self._process.stdin.write(json.dumps({"do": what, **more}).encode() + b"\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = b""
        finally:
            alarm.cancel()
        if not line:
            raise PeerFailed(f"it stopped at {what}: {self._last_words()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise PeerFailed(f"{what}: {answer['error']}")
        return answer

    def peak_memory_mb(self) -> int:
        """The most memory that it and its children held."""
        return peak_memory_mb(self._process.pid)

    def __enter__(self) -> Self:
        """The process, to be stopped at the end."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End its input, at which it stops; kill it when it does not."""
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.close()
        except BrokenPipeError:
            pass
        try:
            self._process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._errors.close()

    def _last_words(self) -> str:
        try:
            self._process.wait(_STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            return "it closed its output"
        self._errors.seek(0)
        return last_line(self._errors.read().decode("utf-8", "replace"))


def _environment(is_ours: bool) -> dict[str, str]:
    """The scripts folder among the places to import from, for our own scripts; for others nothing of ours."""
    environment = os.environ | _OFFLINE
    path = environment.pop("PYTHONPATH", "")
    if is_ours:
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_SCRIPTS), path)))
    return environment
