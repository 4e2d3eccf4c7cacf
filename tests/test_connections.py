"""What one connection may send, how it ends when the service stops, and what the server itself answers."""

import http.client
import json
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from test_deploy import QUESTION, slow_server  # noqa: F401 (a fixture)

from service.tokens import Tokens

LARGE = 90 * 1024 * 1024
UPLOAD = "Content-Type: multipart/form-data; boundary=b\r\n"


def answered(
    port: int, head: str, body: bytes = b"", timeout: float = 5
) -> tuple[int, http.client.HTTPResponse, bytes]:
    """What comes back to a request of which only so much was sent."""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as connection:
        connection.sendall(f"{head}\r\n".encode() + body)
        response = http.client.HTTPResponse(connection)
        response.begin()
        return response.status, response, response.read()


def is_refused(port: int) -> bool:
    """Whether nobody listens; waits a moment when somebody does."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            time.sleep(0.05)
            return False
    except ConnectionRefusedError:
        return True


STRANGERS = ["", "Authorization: Bearer vp_none\r\n", "Cookie: vindplaats=forged.x.y\r\n"]


def bodies_on_disk(process) -> list[str]:
    """Files without a name that a process holds: bodies as they come in."""
    found = []
    for entry in Path(f"/proc/{process.pid}/fd").iterdir():
        try:
            found.append(os.readlink(entry))
        except FileNotFoundError:
            continue
    return [target for target in found if target.endswith("(deleted)")]


@pytest.mark.parametrize("sent", STRANGERS)
@pytest.mark.parametrize("path", ["/v1/documents", "/v1/passages/_search"])
def test_a_stranger_fills_no_disk(slow_server, data, sent, path):  # noqa: F811
    """Nothing is kept of a large body from who may not add documents; the answer waits for its end."""
    Tokens(data).make("jansen")
    port, process = slow_server(0)
    size = 8 * 1024 * 1024
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{UPLOAD}Content-Length: {size}\r\n{sent}\r\n".encode()
        )
        connection.sendall(b"x" * (size - 1))
        time.sleep(0.3)
        assert bodies_on_disk(process) == []
        connection.sendall(b"x")
        response = http.client.HTTPResponse(connection)
        response.begin()
        assert response.status == (401 if path == "/v1/documents" else 415)
        assert json.loads(response.read())["status"] == response.status


@pytest.mark.parametrize(("path", "shown"), [("/", b"<h1"), ("/v1/passages/_search", b'"status":413')])
def test_a_conversation_that_is_too_large_is_refused_where_it_was_sent(slow_server, path, shown):  # noqa: F811
    """Who sent a form gets a page that says so, a program problem+json."""
    port, _ = slow_server(0)
    sent = b"question=" + b"x" * (2 * 1024 * 1024)
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    head += f"Content-Length: {len(sent)}\r\n"
    if path != "/":
        head = head.replace("x-www-form-urlencoded", "json")
    status, response, body = answered(port, head, sent, timeout=30)
    assert status == 413 and shown in body.replace(b": ", b":")
    assert response.headers["Content-Type"].startswith("text/html" if path == "/" else "application/problem+json")


@pytest.mark.parametrize("sent", STRANGERS)
def test_who_asks_first_is_answered_first(slow_server, data, sent):  # noqa: F811
    """Expect: 100-continue, as curl sends with a large file: refused before it is sent."""
    Tokens(data).make("jansen")
    port, _ = slow_server(0)
    for path, status in (("/v1/documents", 401), ("/", 413)):
        head = f"POST {path} HTTP/1.1\r\nHost: x\r\n{UPLOAD}Content-Length: {LARGE}\r\nExpect: 100-continue\r\n{sent}"
        found, response, _ = answered(port, head)
        assert found == status and response.headers["Connection"] == "close"


def test_a_stranger_in_chunks(slow_server, data):  # noqa: F811
    """A body whose length is not told is passed over, too; one of a question is read as far as that may go."""
    Tokens(data).make("jansen")
    port, process = slow_server(0)
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(
            f"POST /v1/documents HTTP/1.1\r\nHost: x\r\n{UPLOAD}Transfer-Encoding: chunked\r\n\r\n".encode()
        )
        connection.sendall(chunk * 4)
        time.sleep(0.3)
        assert bodies_on_disk(process) == []
        connection.sendall(b"0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 401")
    head = "POST /v1/passages/_search HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
    question = json.dumps(QUESTION).encode()
    assert answered(port, head, f"{len(question):x}\r\n".encode() + question + b"\r\n0\r\n\r\n")[0] == 200
    assert answered(port, head, chunk + b"8\r\n")[0] == 413


def test_who_may_add_sends_a_large_body(slow_server, data, corpus):  # noqa: F811
    """With a length and in chunks."""
    held = Tokens(data).make("jansen")
    port, _ = slow_server(0)
    for name, chunked in (("een", False), ("twee", True)):
        text = (b"Een zin over drones. " * 100 + b"\n\n") * 600
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}.txt"\r\n\r\n'.encode()
        body = head + text + b"\r\n--b--\r\n"
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Content-Type": "multipart/form-data; boundary=b", "Authorization": f"Bearer {held}"}
        parts = iter([body[:70_000], body[70_000:]]) if chunked else body
        connection.request("POST", "/v1/documents", parts, headers, encode_chunked=chunked)
        response = connection.getresponse()
        told = response.read()
        connection.close()
        assert response.status == 201, told
        assert (corpus / f"{name}.txt").stat().st_size == len(text)


def test_what_the_server_refuses_has_the_headers_of_every_answer(slow_server):  # noqa: F811
    """And no word of which server it is."""
    port, _ = slow_server(0)
    head = f"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {2 * LARGE}\r\n"
    status, response, body = answered(port, head)
    assert status == 413 and response.headers["Connection"] == "close"
    assert response.headers["Content-Type"] == "application/problem+json"
    assert json.loads(body)["status"] == 413 and b"waitress" not in body
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store" and "Server" not in response.headers


@pytest.mark.parametrize("bad", ["GET / HTTP/1.1\r\nHost : x\r\n", "GET / HTTP/1.1\r\nX: " + "a" * 20_000 + "\r\n"])
def test_what_is_no_request_gets_the_headers_too(slow_server, bad):  # noqa: F811
    """400 and 431 of the server itself."""
    port, _ = slow_server(0)
    status, response, body = answered(port, bad)
    assert status in (400, 431) and json.loads(body)["status"] == status
    assert response.headers["X-Content-Type-Options"] == "nosniff" and response.headers["X-Frame-Options"] == "DENY"


def test_it_stops_soon_while_everybody_goes_on_asking(slow_server):  # noqa: F811
    """Kept connections, as a proxy has them: each answer in flight comes whole, tells the end, and none is cut."""
    port, process = slow_server(0.2)
    stopped = threading.Event()
    ends: list[str] = []

    def keep_asking() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while True:
            try:
                connection.request(
                    "POST", "/v1/passages/_search", json.dumps(QUESTION), {"Content-Type": "application/json"}
                )
                response = connection.getresponse()
                whole = json.loads(response.read())
            except (OSError, http.client.HTTPException, ValueError) as error:
                ends.append(type(error).__name__)
                return
            if response.headers.get("Connection") == "close":
                ends.append("told" if whole["passages"] and stopped.is_set() else "too soon")
                return

    asking = [threading.Thread(target=keep_asking) for _ in range(6)]
    for thread in asking:
        thread.start()
    time.sleep(1)
    stopped.set()
    process.send_signal(signal.SIGTERM)
    began = time.monotonic()
    # Who comes from then on hears at once that nobody is there.
    while not is_refused(port):
        assert time.monotonic() - began < 5
    for thread in asking:
        thread.join()
    assert process.wait(30) == 0 and time.monotonic() - began < 8
    assert ends == ["told"] * 6
