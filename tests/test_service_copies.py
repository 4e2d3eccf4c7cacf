"""Several copies of the service on one database: real processes, the real model, a Milvus Lite server."""

import json
import time
import urllib.error
import urllib.request

import pytest
from conftest import LETTER, free_port, start_server
from milvus_lite_server import lite_server

pytestmark = pytest.mark.model
# A second on a machine that has nothing else to do; tests may run where others work.
_SWITCHED_WITHIN_S = 3.0
QUESTION = "Hoeveel drempels heeft het zwembad van Lutjebroek?"
TEXT = "# Brief over het zwembad\n\nHet zwembad van Lutjebroek heeft zeventien drempels van hout.\n"


def ask(server, question=QUESTION):
    """The answer of one copy."""
    request = urllib.request.Request(
        f"{server.url}/v1/passages/_search",
        json.dumps({"question": question, "limit": 1}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


def version_of(server):
    """The version that one copy serves."""
    with urllib.request.urlopen(f"{server.url}/v1/index", timeout=30) as response:
        return json.load(response)["version"]


def status(url):
    """The status of a GET, and its headers."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers


def add(server, name, text):
    """Add a document through one copy, and wait for its build."""
    body = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n{text}\r\n--x--\r\n'.encode()
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    with urllib.request.urlopen(
        urllib.request.Request(f"{server.url}/v1/documents", body, headers), timeout=60
    ) as done:
        assert done.status == 201


def text_of(answer):
    return answer["passages"][0]["text"]


def until(truth, seconds):
    """Seconds until something is true; fails when it does not become so in time."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if truth():
            return time.monotonic() - began
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def database(tmp_path):
    """A Milvus Lite server."""
    pytest.importorskip("milvus_lite", reason="needs the extra 'milvus'")
    with lite_server(tmp_path / "lite", free_port()) as server:
        yield server


def test_three_copies_answer_alike_and_lose_nothing(database, corpus, tmp_path):
    """What is added through one is answered by all within a second of the switch; one that is killed takes nothing."""
    started = []
    try:
        for _ in range(3):
            started.append(start_server(tmp_path / "var", corpus, VINDPLAATS_ENGINE=f"milvus:{database.uri}"))
        first, second, third = started
        versions = {ask(each)["index"]["version"] for each in started}
        assert len(versions) == 1
        add(first, "zwembad.md", TEXT)
        # By what each says it serves, which takes no question.
        until(lambda: version_of(first) not in versions, 180)
        late = until(lambda: len({version_of(each) for each in started}) == 1, 30)
        assert late < _SWITCHED_WITHIN_S
        assert all("zeventien drempels" in text_of(ask(each)) for each in started)
        third.process.kill()
        add(second, "fietspad.md", "# Brief over het fietspad\n\nHet fietspad van Lutjebroek is negen meter breed.\n")
        breadth = "Hoe breed is het fietspad van Lutjebroek?"
        for each in (first, second):
            until(lambda each=each: "negen meter" in text_of(ask(each, breadth)), 180)
            assert "zeventien drempels" in text_of(ask(each))
            assert ask(each)["index"]["documents"] == 3
    finally:
        for each in started:
            each.process.kill()
            each.process.wait()


def test_a_database_that_goes_away_and_comes_back(database, tmp_path):
    """Answers are 503 with Retry-After, the probe is red, the pages say it; all of it passes by itself."""
    server = start_server(tmp_path / "var", LETTER.parent, VINDPLAATS_ENGINE=f"milvus:{database.uri}")
    try:
        before = ask(server, "Hoeveel rechters trainde het IIJ?")
        database.kill()
        with pytest.raises(urllib.error.HTTPError) as caught:
            ask(server, "Hoeveel rechters trainde het IIJ?")
        problem = json.load(caught.value)
        assert (caught.value.code, caught.value.headers["Retry-After"]) == (503, "5")
        assert caught.value.headers["Content-Type"] == "application/problem+json"
        assert "does not answer" in problem["detail"]
        assert status(f"{server.url}/health/ready")[0] == 503
        assert status(f"{server.url}/health/live")[0] == 200
        assert status(f"{server.url}/documents")[0] == 503
        database.start()
        until(lambda: status(f"{server.url}/health/ready")[0] == 200, 60)
        assert ask(server, "Hoeveel rechters trainde het IIJ?") == before
    finally:
        server.stop()
