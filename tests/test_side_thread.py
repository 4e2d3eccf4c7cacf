"""The end of a process waits for its side threads, some seconds."""

import subprocess
import sys
import time

import pytest

from service.side_thread import SideThread

_PROGRAM = """
import threading, time
from service import side_thread
side_thread._WAITS_S = {waits}
over = threading.Event()
def work():
    {work}
    print("done", flush=True)
side_thread.SideThread(work, "work", stop=over.set).start()
time.sleep(0.2)
"""


@pytest.mark.parametrize(
    ("waits", "work", "says"),
    [(20, "time.sleep(1)", "done"), (20, "over.wait()", "done"), (1, "time.sleep(60)", "")],
    ids=["works on", "is told to stop", "hangs"],
)
def test_the_end_of_a_process(waits, work, says):
    """What works is finished, what waits is told, what hangs is left."""
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-c", _PROGRAM.format(waits=waits, work=work)],
        capture_output=True,
        text=True,
        timeout=40,
        check=True,
    )
    assert ended.stdout.strip() == says
    assert time.monotonic() - began < 15


def test_what_has_ended_is_waited_for_no_more(monkeypatch):
    """A service that starts thousands of them keeps none."""
    registered = []
    monkeypatch.setattr("service.side_thread.atexit.register", registered.append)
    monkeypatch.setattr("service.side_thread.atexit.unregister", registered.remove)
    thread = SideThread(lambda: None, "nothing")
    thread.start()
    thread.join()
    assert registered == []
