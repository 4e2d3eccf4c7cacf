"""The service as it is run: its limits, its stop, behind a proxy, as a unit, and what it connects to."""

import http.client
import json
import os
import re
import shutil
import signal
import socket
import ssl
import stat
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from conftest import LETTER, ROOT, free_port, make_app, start_server

from corpus.library import Library
from index.build import build
from service.tokens import Tokens

DEPLOY = ROOT / "scripts" / "deploy"
QUESTION = {"question": "Wat doet het GCTF tegen geheime drones?"}
# A server with the fake encoder, in a process of its own, whose questions take a while.
SLOW_SERVER = """
import socket, sys, time
sys.path[:0] = ["scripts", "tests"]
import logging
from pathlib import Path
from conftest import make_app, WORDS
from fake_encoder import CountingEncoder
from serving import make_server, run
import serving
from service.config import Config
from service import logs
logs.configure("json")
data, corpus, wait, serving._REQUEST_S, serving._SILENCE_S = Path(sys.argv[1]), Path(sys.argv[2]), *map(float, sys.argv[3:])
class Slow(CountingEncoder):
    def encode_questions(self, texts):
        time.sleep(wait)
        return super().encode_questions(texts)
listener = socket.create_server(("127.0.0.1", 0))
app = make_app(data, corpus, Slow(WORDS))
server = make_server(app, Config(data=data), listener)
print(listener.getsockname()[1], flush=True)
run(server)
"""


def program(name: str) -> str:
    """Where a program is; the test is skipped without it."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not on this machine")
    return found


@pytest.fixture
def slow_server(corpus, data, encoder):
    """Starts a server: seconds of a question, of a whole request, of silence. Gives its port and process."""
    build(Library(corpus), encoder, data)
    started = []

    def start(wait: float, request_s: float = 300, silence_s: float = 30):
        process = subprocess.Popen(
            [sys.executable, "-c", SLOW_SERVER, data, corpus, str(wait), str(request_s), str(silence_s)],
            cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        started.append(process)
        return int(process.stdout.readline()), process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def ask(port: int, timeout: float = 20) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    connection.request("POST", "/v1/passages/_search", json.dumps(QUESTION), {"Content-Type": "application/json"})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response.status


def test_who_is_being_answered_is_answered_when_it_stops(slow_server):
    """SIGTERM during a question: its answer comes whole, and the process ends with 0 soon after."""
    port, process = slow_server(1.5)
    statuses: list[int] = []
    asking = threading.Thread(target=lambda: statuses.append(ask(port)))
    asking.start()
    time.sleep(0.5)
    process.send_signal(signal.SIGHUP)
    process.send_signal(signal.SIGTERM)
    asking.join()
    assert statuses == [200]
    assert process.wait(10) == 0


def test_slow_clients_do_not_keep_others_waiting(slow_server):
    """150 who never end their request, more than there are threads: others are answered at once."""
    port, _ = slow_server(0)
    slow = []
    for number in range(150):
        connection = socket.create_connection(("127.0.0.1", port))
        head = b"POST /v1/passages/_search HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
        connection.sendall(head if number % 2 else head + b"Content-Type: application/json\r\n\r\n{")
        slow.append(connection)
    began = time.monotonic()
    assert [ask(port) for _ in range(5)] == [200] * 5
    assert time.monotonic() - began < 5
    for connection in slow:
        connection.close()


def test_a_request_that_trickles_in_is_ended(slow_server):
    """A byte now and then keeps no connection for ever."""
    port, _ = slow_server(0, 1.0, 0.6)
    connection = socket.create_connection(("127.0.0.1", port), timeout=1)
    began, ended = time.monotonic(), False
    while not ended and time.monotonic() - began < 20:
        try:
            connection.sendall(b"G")
            connection.settimeout(0.2)
            ended = connection.recv(100) == b""
        except TimeoutError:
            continue
        except OSError:
            ended = True
    connection.close()
    assert ended


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400),
    ],
)
def test_what_the_server_itself_refuses(slow_server, request_bytes, status):
    """Headers and bodies that are too large, and lengths that two servers would read differently."""
    port, _ = slow_server(0)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request_bytes)
        first = connection.recv(1000)
    # Of a length and chunks the chunks hold, and the connection ends: nothing is left to be read as a request.
    assert int(first.split()[1]) == status or (status == 400 and b"Connection: close" in first), first


@pytest.mark.model
def test_a_service_with_tokens_as_it_runs(tmp_path):
    """In a process of its own: JSON logs without questions, private folders, tokens that count at once."""
    corpus, data = tmp_path / "documents", tmp_path / "deep" / "var"
    corpus.mkdir()
    shutil.copy(LETTER, corpus)
    first = Tokens(data).make("first")
    server = start_server(data, corpus, VINDPLAATS_LOG="json", VINDPLAATS_HOSTNAMES="vindplaats.example")
    port = int(server.url.rsplit(":", 1)[1])

    def build_with(token: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("POST", "/v1/index-builds", headers={"Authorization": f"Bearer {token}"})
        status = connection.getresponse().status
        connection.close()
        return status

    try:
        assert ask(port) == 200
        assert build_with(first) == 202 and build_with("vp_none") == 401
        second = Tokens(data).make("second")
        Tokens(data).revoke("first")
        assert build_with(second) == 202 and build_with(first) == 401
    finally:
        assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.read_text().splitlines()]
    assert any(line["message"].startswith("Vindplaats answers on") for line in lines)
    assert {"/v1/passages/_search", "/v1/index-builds"} <= {line.get("route") for line in lines}
    assert "drones" not in server.log.read_text() and first not in server.log.read_text()
    for path in (data, *(path for path in data.rglob("*"))):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    assert stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.mark.model
def test_a_whole_run_connects_to_nothing_beyond_this_machine(tmp_path):
    """Start, add, build, ask, stop, with every child process: the kernel saw no other address."""
    strace = program("strace")
    corpus, data, trace = tmp_path / "documents", tmp_path / "var", tmp_path / "trace"
    corpus.mkdir()
    shutil.copy(LETTER, corpus)
    port = free_port()
    environment = os.environ | {
        "VINDPLAATS_PORT": str(port), "VINDPLAATS_DATA": str(data), "VINDPLAATS_CORPUS": str(corpus)
    }  # fmt: skip
    command = [strace, "-f", "-qq", "--seccomp-bpf", "-e", "trace=connect,sendto,sendmsg", "-o", trace]
    process = subprocess.Popen(
        [*command, sys.executable, "scripts/serve.py"], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    )
    url, deadline = f"http://127.0.0.1:{port}", time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"{url}/health/ready", timeout=5).close()
            break
        except OSError:
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.3)
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\nZie https://example.com/a.png.\r\n--b--\r\n'
    sent = urllib.request.Request(f"{url}/v1/documents", body, {"Content-Type": "multipart/form-data; boundary=b"})
    with urllib.request.urlopen(sent, timeout=60) as response:
        build_id = json.load(response)["build"]["id"]
    status = ""
    while status not in ("succeeded", "failed"):
        assert time.monotonic() < deadline
        time.sleep(0.3)
        with urllib.request.urlopen(f"{url}/v1/index-builds/{build_id}", timeout=30) as response:
            status = json.load(response)["status"]
    assert status == "succeeded" and ask(port, 60) == 200
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    os.kill(int(children[0]), signal.SIGTERM)
    process.communicate(timeout=60)
    text = trace.read_text()
    # The trace is of all processes: it saw the answers go out to this test.
    assert "sendto(" in text or "sendmsg(" in text
    addresses = re.findall(r'inet_addr\("([^"]+)"\)|inet_pton\(AF_INET6, "([^"]+)"', text)
    assert {four or six for four, six in addresses} <= {"127.0.0.1", "::1"}, addresses


def test_the_unit_is_valid(tmp_path):
    """Systemd reads it without a word; what it starts is there."""
    analyze = program("systemd-analyze")
    unit = (DEPLOY / "vindplaats.service").read_text()
    assert "scripts/serve.py" in unit and (ROOT / "scripts/serve.py").exists()
    # The checkout is where it is here, and the user one that there is.
    unit = unit.replace("/opt/vindplaats/.venv/bin/python", sys.executable).replace("/opt/vindplaats", str(ROOT))
    unit = re.sub(r"^(User|Group)=.*", r"\1=root", unit, flags=re.MULTILINE)
    path = tmp_path / "vindplaats.service"
    path.write_text(unit)
    done = subprocess.run([analyze, "verify", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "vindplaats" not in done.stderr, done.stderr


@pytest.fixture
def proxied(tmp_path, corpus, data, encoder):
    """The nginx site over TLS before a real server; gives a function that asks and the token."""
    nginx, openssl = program("nginx"), program("openssl")
    build(Library(corpus), encoder, data)
    token = Tokens(data).make("jansen")
    sys.path.append(str(ROOT / "scripts"))
    from serving import make_server

    from service.config import Config

    settings = {"trusted_proxy": "127.0.0.1", "hostnames": ("vindplaats.example",), "asking_limit": 3}
    listener = socket.create_server(("127.0.0.1", 0))
    config = Config(data=data, corpus=corpus, **settings)
    server = make_server(make_app(data, corpus, encoder, **settings), config, listener)
    running = threading.Thread(target=server.asyncore.loop, kwargs={"timeout": 0.1, "map": server._map}, daemon=True)
    running.start()
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=vindplaats.example",
         "-keyout", tmp_path / "key", "-out", tmp_path / "pem"], check=True, capture_output=True,
    )  # fmt: skip
    plain, secure = free_port(), free_port()
    site = (DEPLOY / "nginx.conf").read_text()
    site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)
    site = site.replace("listen 80;", f"listen 127.0.0.1:{plain};").replace("listen 443", f"listen 127.0.0.1:{secure}")
    site = site.replace("127.0.0.1:8000", f"127.0.0.1:{listener.getsockname()[1]}")
    site = site.replace("/etc/ssl/certs/vindplaats.pem", str(tmp_path / "pem"))
    site = site.replace("/etc/ssl/private/vindplaats.key", str(tmp_path / "key"))
    paths = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = tmp_path / "nginx.conf"
    main.write_text(f"pid {tmp_path}/pid; error_log {tmp_path}/error; events {{}} http {{ {paths}\n{site}\n}}")
    checked = subprocess.run([nginx, "-t", "-c", main], capture_output=True, text=True, check=False)
    assert checked.returncode == 0 and "warn" not in checked.stderr, checked.stderr
    process = subprocess.Popen([nginx, "-c", main, "-g", "daemon off;"])

    def through(method: str, path: str, headers: dict[str, str] | None = None, body: bytes | None = None):
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection("127.0.0.1", secure, context=context, timeout=20)
        connection.request(method, path, body, {"Host": "vindplaats.example", **(headers or {})})
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response

    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            through("GET", "/health/live")
            break
        except OSError:
            time.sleep(0.1)
    through.port = secure
    yield through, token
    process.terminate()
    process.wait()
    server.close()


def test_behind_nginx_with_tls(proxied):
    """HSTS, Secure cookies, clients told apart by their own address, none of whose headers are believed."""
    through, token = proxied
    page = through("GET", "/documents")
    assert page.status == 200 and page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert page.headers["Server"] == "nginx"
    form = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://vindplaats.example"}
    signed = through("POST", "/sign-in", form, f"token={token}".encode())
    assert signed.status == 303 and "Secure" in signed.headers["Set-Cookie"]
    assert through("POST", "/v1/index-builds").status == 401
    assert through("POST", "/v1/index-builds", {"Authorization": f"Bearer {token}"}).status == 202
    assert through("GET", "/metrics").status == 404
    kinds = {"Content-Type": "application/json"}
    asked = [
        through("POST", "/v1/passages/_search", kinds | {"X-Forwarded-For": f"192.0.2.{n}"}, b'{"question": "drones"}')
        for n in range(4)
    ]
    # Four made-up addresses are one client still.
    assert [response.status for response in asked] == [200, 200, 200, 429]
    text = (b"Een zin over drones. " * 100 + b"\n\n") * 1200
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n' + text + b"\r\n--b--\r\n"
    upload = {"Content-Type": "multipart/form-data; boundary=b"}
    assert len(body) > 2 * 1024 * 1024
    assert through("POST", "/v1/documents", upload, body).status == 401
    assert through("POST", "/v1/documents", upload | {"Authorization": f"Bearer {token}"}, body).status == 201
    assert through("POST", "/v1/passages/_search", kinds, body).status == 413


def test_one_client_has_forty_connections_at_nginx(proxied):
    """The next one is told so, while another client is answered; once they end it is, too."""
    through, _ = proxied
    context = ssl._create_unverified_context()
    held = []
    for _ in range(40):
        connection = context.wrap_socket(socket.create_connection(("127.0.0.1", through.port), 10))
        connection.sendall(b"POST /sign-in HTTP/1.1\r\nHost: vindplaats.example\r\nContent-Length: 9\r\n\r\nx")
        held.append(connection)
    deadline = time.monotonic() + 10
    while through("GET", "/health/live").status != 429:
        assert time.monotonic() < deadline
    other = http.client.HTTPSConnection("127.0.0.1", through.port, context=context, source_address=("127.0.0.2", 0))
    other.request("GET", "/health/live", headers={"Host": "vindplaats.example"})
    assert other.getresponse().status == 200
    other.close()
    for connection in held:
        connection.close()
    deadline = time.monotonic() + 10
    while through("GET", "/health/live").status != 200:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_copy_made_while_building_serves(corpus, data, encoder, tmp_path):
    """A backup by copying the folder needs no stop: what the copy holds is served or built anew."""
    build(Library(corpus), encoder, data)
    done = threading.Event()

    def keep_building() -> None:
        number = 0
        while not done.is_set():
            number += 1
            (corpus / f"brief{number}.txt").write_text(f"Brief {number} over drones.\n")
            build(Library(corpus), encoder, data)

    building = threading.Thread(target=keep_building)
    building.start()
    copies = []
    try:
        for number in range(6):
            copy = tmp_path / f"copy{number}"
            # Like cp -a: a name that was there and is gone is told, and the rest is copied.
            subprocess.run(["cp", "-a", data, copy], check=False, stderr=subprocess.DEVNULL)
            copies.append(copy)
    finally:
        done.set()
        building.join()
    for copy in copies:
        report = build(Library(corpus), encoder, copy)
        client = make_app(copy, corpus, encoder).test_client()
        answer = client.post("/v1/passages/_search", json={"question": "drones"})
        assert answer.status_code == 200 and answer.get_json()["index"]["version"] == report.manifest.version
        assert not [path for path in (copy / "snapshots").iterdir() if path.name.startswith(".")]


def test_an_index_of_another_form_is_made_anew(corpus, data, encoder):
    """An older or newer version's data folder: refused by a clear message until it is built, then served."""
    version = build(Library(corpus), encoder, data).manifest.version
    path = data / "snapshots" / version / "manifest.json"
    manifest = json.loads(path.read_text())
    number = next(key for key in manifest if "format" in key.lower())
    for other in (manifest[number] - 1, manifest[number] + 1):
        path.write_text(json.dumps(manifest | {number: other}))
        client = make_app(data, corpus, encoder).test_client()
        problem = client.post("/v1/passages/_search", json={"question": "drones"})
        assert problem.status_code == 503 and "build_index.py" in problem.get_json()["detail"]
    build(Library(corpus), encoder, data)
    assert client.post("/v1/passages/_search", json={"question": "drones"}).status_code == 200
