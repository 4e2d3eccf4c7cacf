"""Builds in a process of their own, so that asking never waits for encoding.

It is ready before it is needed where that can be foreseen, and stays for who adds another document.
"""

import atexit
import os
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from service.builds import Builds
from service.config import Config

_PROGRAM = Path(__file__).resolve().parent.parent / "scripts" / "build_index.py"
_NICENESS = 15
_LAST_WORDS_BYTES = 2000
# Memory that a build took goes back to the system when it is done: https://www.gnu.org/software/libc/manual/ , mallopt.
_GIVES_BACK = {"MALLOC_MMAP_THRESHOLD_": "1000000", "MALLOC_TRIM_THRESHOLD_": "1000000", "MALLOC_ARENA_MAX": "2"}


class BuildFailed(Exception):
    """Read in the build's record: what the build's process said last."""


class BuildProcess:
    """Runs builds by the command `scripts/build_index.py --ready`, below all else in priority, one at a time."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None
        self._starting = threading.Lock()
        self._is_building = False

    def get_ready(self) -> None:
        """Start the process when there is none."""
        with self._starting:
            if self._process is None or self._process.poll() is not None:
                self._start()

    def run(self, build_id: str) -> None:
        """Build under this id; BuildFailed when the process ends instead."""
        self._is_building = True
        try:
            # One that had nothing to do may end just now.
            for _ in range(2):
                self.get_ready()
                if self._ask(build_id):
                    return
            raise BuildFailed("the build did not begin; start another")
        finally:
            self._is_building = False

    def leave(self) -> None:
        """End the process, unless it builds: then it ends by itself, when it has done so."""
        if self._process and not self._is_building:
            # It may still be opening the model, which nobody needs to wait for.
            self._process.terminate()
            self.end()

    def end(self) -> None:
        """Let the process end when it has done what it does, and wait for it."""
        if self._process and self._said:
            with self._said, self._process, suppress(BrokenPipeError):
                assert self._process.stdin
                self._process.stdin.close()
            self._process = self._said = None

    def _start(self) -> None:
        self.end()
        self._said = tempfile.TemporaryFile()
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter, our own program)
            [sys.executable, str(_PROGRAM), "--ready"],
            env=self._config.environment() | _GIVES_BACK,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
        )
        # From here: a function that runs between fork and exec would hold up libraries that work in other threads.
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self._process.pid, _NICENESS)

    def _ask(self, build_id: str) -> bool:
        """Whether the build was made; it was not begun when the process had ended by itself."""
        process, said = self._process, self._said
        assert process and process.stdin and process.stdout and said
        # The process goes on where we are: what it said of builds before is of no use.
        said.seek(0)
        said.truncate()
        with suppress(BrokenPipeError):
            process.stdin.write(f"{build_id}\n".encode())
            process.stdin.flush()
        if process.stdout.readline():
            return True
        status = process.wait()
        said.seek(max(0, said.seek(0, os.SEEK_END) - _LAST_WORDS_BYTES))
        last = said.read().decode("utf-8", "replace").strip()
        if status == 0:
            return False
        if status < 0 or not last:
            # What it said last then is how far it was.
            raise BuildFailed(f"the build's process was stopped (status {status}); start another")
        raise BuildFailed(last.splitlines()[-1])


def process_builds(config: Config) -> Builds:
    """Builds that a process of their own makes."""
    process = BuildProcess(config)
    atexit.register(process.leave)
    return Builds(config.data, process.run, process.get_ready)
