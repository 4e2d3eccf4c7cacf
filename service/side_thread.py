"""Threads beside those that answer: a stop waits for them, but not for ever."""

import atexit
import threading
from collections.abc import Callable

# Longer than opening a large index or encoding a batch takes.
_WAITS_S = 10.0


class SideThread(threading.Thread):
    """Runs `target`, for which the end of the process waits some seconds.

    Cut off while it encodes or opens an index it would end the process with an abort; one that hangs is cut off.
    """

    def __init__(self, target: Callable[[], object], name: str, stop: Callable[[], object] = lambda: None) -> None:
        super().__init__(target=target, name=name, daemon=True)
        self._tell_to_stop = stop

    def run(self) -> None:
        """Run the target; nothing waits for it afterwards."""
        atexit.register(self._end)
        try:
            super().run()
        finally:
            atexit.unregister(self._end)

    def _end(self) -> None:
        self._tell_to_stop()
        self.join(_WAITS_S)
