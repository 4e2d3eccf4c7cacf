"""A Milvus Lite server as a process of its own, for tests of the engine that keeps the index in Milvus."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class LiteServer:
    """The server on a folder, at one port, that can be stopped and started again."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder, self._port = folder, port
        self._process: subprocess.Popen[bytes] | None = None
        self.uri = f"http://127.0.0.1:{port}"

    def start(self) -> None:
        """Start it and wait until it takes connections."""
        command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(self._folder)]
        self._process = subprocess.Popen(
            [*command, "--port", str(self._port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONWARNINGS": "ignore"},
        )
        for _ in range(300):
            assert self._process.poll() is None, "the Milvus Lite server ended at once"
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1):
                return
            time.sleep(0.1)
        raise AssertionError("the Milvus Lite server does not start")

    def kill(self) -> None:
        """Let it die, as by a fault of its machine."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextlib.contextmanager
def lite_server(folder: Path, port: int) -> Iterator[LiteServer]:
    """A server that runs within this context."""
    server = LiteServer(folder, port)
    server.start()
    try:
        yield server
    finally:
        server.kill()
