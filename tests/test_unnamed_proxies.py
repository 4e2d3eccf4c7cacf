"""What comes through a proxy of which nothing was said, and agents where reading needs a token."""

import http.client
import re
import socket
import subprocess
import sys
import threading
import time

import pytest
from conftest import ROOT, free_port, make_app
from test_deploy import program
from test_scripts import run
from test_service_access import command

from corpus.library import Library
from index.build import build


def test_nginx_without_any_setting_opens_nothing(corpus, data, encoder, tmp_path):
    """Before a service on loopback, without a token: it reads, and nobody changes anything through it."""
    nginx = program("nginx")
    build(Library(corpus), encoder, data)
    sys.path.append(str(ROOT / "scripts"))
    from serving import make_server

    from service.config import Config

    listener = socket.create_server(("127.0.0.1", 0))
    server = make_server(make_app(data, corpus, encoder), Config(data=data, corpus=corpus), listener)
    loop = {"timeout": 0.1, "map": server._map}
    threading.Thread(target=server.asyncore.loop, kwargs=loop, daemon=True).start()
    port, main = free_port(), tmp_path / "nginx.conf"
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    site = f"server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{listener.getsockname()[1]}; }} }}"
    main.write_text(
        f"pid {tmp_path}/pid; error_log {tmp_path}/error; events {{}} http {{ access_log off; {paths} {site} }}"
    )
    process = subprocess.Popen([nginx, "-c", main, "-g", "daemon off;"])

    def through(method: str, path: str, at: int = port) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", at, timeout=20)
        try:
            connection.request(method, path)
            return connection.getresponse().status
        finally:
            connection.close()

    try:
        deadline = time.monotonic() + 10
        while True:
            try:
                assert through("GET", "/documents") == 200
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        version = subprocess.run([nginx, "-v"], capture_output=True, text=True, check=True).stderr
        if tuple(map(int, re.findall(r"\d+", version)[:3])) < (1, 29, 7):
            assert through("POST", "/v1/index-builds") == 403
            assert through("DELETE", "/v1/documents/kst-27925-681") == 403
        assert through("POST", "/v1/index-builds", listener.getsockname()[1]) == 202
    finally:
        process.terminate()
        process.wait()
        server.close()


@pytest.mark.parametrize("protocol", ["HTTP/1.0", "HTTP/1.1"])
def test_requests_of_the_old_form_change_nothing_without_a_token(client, protocol):
    """Programs on this machine have long asked by HTTP/1.1."""
    response = client.post("/v1/index-builds", environ_overrides={"SERVER_PROTOCOL": protocol})
    assert response.status_code == (403 if protocol == "HTTP/1.0" else 202)


def test_agents_do_not_read_past_the_token(data):
    """A port that anybody on the machine can reach is not opened where reading asks for a token."""
    command("make_token", "make", "jansen", data=data)
    done = run("mcp_server", data=data, VINDPLAATS_MCP_PORT="8765", VINDPLAATS_READING="token")
    assert done.returncode == 1 and "VINDPLAATS_READING=token" in done.stderr and "Traceback" not in done.stderr
