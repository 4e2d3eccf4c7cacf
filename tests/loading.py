"""Ask a real service by many clients at once while it builds: `PYTHONPATH=.:tests python tests/loading.py 64 10`.

Takes how many clients and minutes. Every answer must be right, or 503 or 429 with Retry-After; memory is that of the
serving process in MB, minute by minute.
"""

import http.client
import itertools
import json
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from conftest import LETTER, Server, start_server

QUESTIONS = (
    "Hoeveel rechters en andere professionals trainde het IIJ?",
    "Wat doet het GCTF?",
    "Welke landen zijn lid?",
    "En wie betaalt dat?",
    "Wat zegt de brief over drones en burgemeesters?",
)
# Each adds a document and waits until its build has ended.
_PAUSE_BETWEEN_BUILDS_S = 5.0


class Load:
    """Clients of one service, and what they were answered."""

    def __init__(self, server: Server) -> None:
        self.server, self.over = server, threading.Event()
        self.statuses: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._address = urlsplit(server.url).netloc

    def keep_asking(self, seed: int) -> None:
        """Ask one question after the other, each as soon as the last was answered."""
        chance = random.Random(seed)
        connection = http.client.HTTPConnection(self._address, timeout=120)
        while not self.over.is_set():
            # Made new by a number: no answer is one that was kept.
            asked = {"question": f"{chance.choice(QUESTIONS)} {chance.randrange(10**9)}", "limit": 3}
            began = time.monotonic()
            try:
                connection.request("POST", "/v1/passages/_search", json.dumps(asked), _JSON)
                response = connection.getresponse()
                body = response.read()
                told = self._judge(response, body)
            except (OSError, http.client.HTTPException, ValueError) as error:
                connection.close()
                told = f"error: {type(error).__name__}"
            self.seconds.append(time.monotonic() - began)
            self.statuses[told] += 1
            if told.startswith(("503", "429")):
                time.sleep(float(response.headers["Retry-After"]))

    def keep_building(self) -> None:
        """Add and remove documents, so that builds run all the time."""
        for number in itertools.count():
            text = "\n\n".join(f"Alinea {number}-{place} over drones en burgemeesters." for place in range(30))
            head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="brief-{number}.txt"\r\n\r\n'
            self._change("POST", "/v1/documents", f"{head}{text}\r\n--b--\r\n", _FORM)
            if number >= 20:
                self._change("DELETE", f"/v1/documents/brief-{number - 20}")
            while not self.over.wait(_PAUSE_BETWEEN_BUILDS_S):
                if self._change("GET", "/v1/index-builds")["builds"][0]["status"] not in ("queued", "running"):
                    break
            if self.over.is_set():
                return

    def memory_mb(self) -> int:
        """What the serving process holds in memory."""
        status = Path(f"/proc/{self.server.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) // 1024

    def _change(self, method: str, path: str, body: str | None = None, headers: dict[str, str] | None = None) -> dict:
        connection = http.client.HTTPConnection(self._address, timeout=120)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            found = response.read()
            self.statuses[f"{method} {response.status}"] += 1
            return json.loads(found or b"{}")
        except (OSError, http.client.HTTPException) as error:
            self.statuses[f"error: {method} {type(error).__name__}"] += 1
            return {"builds": [{"status": "running"}]}
        finally:
            connection.close()

    @staticmethod
    def _judge(response: http.client.HTTPResponse, body: bytes) -> str:
        if response.status == 200:
            return "200" if json.loads(body)["passages"] else "error: no passages"
        if response.status in (503, 429):
            told = json.loads(body)["status"] == response.status and int(response.headers["Retry-After"]) > 0
            return f"{response.status} told" if told else f"error: {response.status} not told"
        return f"error: {response.status}"


_JSON = {"Content-Type": "application/json"}
_FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def load(clients: int, minutes: float, folder: Path) -> dict[str, object]:
    """Ask as long as said; gives the answers by status, seconds, memory by minute and how many builds succeeded."""
    corpus = folder / "documents"
    corpus.mkdir()
    shutil.copy(LETTER, corpus)
    server = start_server(folder / "var", corpus)
    put = Load(server)
    threads = [threading.Thread(target=put.keep_asking, args=(number,)) for number in range(clients)]
    threads.append(threading.Thread(target=put.keep_building))
    for thread in threads:
        thread.start()
    memory = []
    ends = time.monotonic() + 60 * minutes
    while time.monotonic() < ends:
        time.sleep(min(60.0, max(0.0, ends - time.monotonic())))
        memory.append(put.memory_mb())
        print(f"{dict(put.statuses)}, {memory[-1]} MB", file=sys.stderr, flush=True)
    put.over.set()
    for thread in threads:
        thread.join()
    records = [json.loads(path.read_text()) for path in (folder / "var" / "builds").glob("[0-9a-f]*.json")]
    stopped = server.stop()
    part = statistics.quantiles(put.seconds, n=100)
    return {
        "answers": dict(put.statuses),
        "seconds": {"p50": round(part[49], 3), "p95": round(part[94], 3), "p99": round(part[98], 3)},
        "memory_mb": memory,
        "builds (the latest 50)": dict(Counter(record["status"] for record in records)),
        "exit status": stopped,
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(load(int(sys.argv[1]), float(sys.argv[2]), Path(scratch)), indent=1))
