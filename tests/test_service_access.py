"""Who may do what: tokens, sessions, and every route with every role."""

import json
import os
import re
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, make_app, served
from lxml import html
from test_service_api import assert_problem
from werkzeug.test import EnvironBuilder

from corpus.library import Library
from index.build import build
from service.tokens import TokenError, Tokens, session_secret
from service.writing import is_allowed_upload, is_upload

PUBLIC = {"host": "192.0.2.1"}
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")
# Nothing changes by these; all else that is no reading needs the right to write.
ASKING = {("POST", "/"), ("POST", "/export"), ("POST", "/v1/passages/_search"), ("POST", "/v1/evidence-packs")}
SIGNING_IN = {("POST", "/sign-in"), ("POST", "/aanmelden")}


@pytest.fixture
def token(data: Path) -> str:
    data.mkdir(exist_ok=True)
    return Tokens(data).make("jansen")


@pytest.fixture
def app(corpus, data, encoder, token):
    build(Library(corpus), encoder, data)
    return make_app(data, corpus, encoder, **PUBLIC)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def signed_in(app, token: str):
    client = app.test_client()
    assert client.post("/sign-in", data={"token": token}).status_code == 303
    return client


def csrf(client) -> str:
    page = html.fromstring(client.get("/documents").get_data(as_text=True))
    return page.xpath("//form[@id='add']//input[@name='csrf']/@value")[0]


def state(corpus: Path, data: Path) -> tuple:
    builds = sorted(path.name for path in (data / "builds").glob("*")) if (data / "builds").exists() else []
    return sorted(str(path) for path in corpus.rglob("*")), builds


def routes(app):
    for rule in app.url_map.iter_rules():
        values = {"document_id": "kst-27925-681", "build_id": "0" * 16, "number": "1", "filename": "style.css"}
        with app.test_request_context():
            from flask import url_for

            path = url_for(rule.endpoint, **{name: values[name] for name in rule.arguments}, _external=False)
        if rule.rule == "/aanmelden":
            path = "/aanmelden"
        for method in sorted(rule.methods):
            yield method, path


def test_no_route_changes_anything_without_the_right(app, corpus, data):
    """Default deny over the whole map: no token, a wrong one, a session's cookie without its form's token."""
    tokenless = app.test_client()
    held = signed_in(app, Tokens(data).make("pieters"))
    before = state(corpus, data)
    refused = 0
    for number, (method, path) in enumerate(set(routes(app))):
        # Each from elsewhere: who sends wrong tokens often is told to wait.
        elsewhere = {"REMOTE_ADDR": f"198.51.100.{number}"}
        for client, headers in (
            (tokenless, {}),
            (tokenless, bearer("vp_wrong")),
            (tokenless, bearer("")),
            (tokenless, {"Authorization": "Basic amFuc2VuOng="}),
            (tokenless, {"Cookie": "vindplaats=forged.x.y"}),
            (held, {}),
            (held, {"X-CSRF-Token": "x"}),
        ):
            response = client.open(path, method=method, headers=headers, environ_overrides=elsewhere)
            response.close()
            changes = method not in ("GET", "HEAD", "OPTIONS") and (method, path) not in ASKING | SIGNING_IN
            if changes:
                assert response.status_code == (403 if client is held else 401), (method, path, headers)
                refused += 1
            else:
                assert response.status_code not in (401, 403) or (method, path) in SIGNING_IN, (method, path)
    assert refused >= 7 * 7
    assert state(corpus, data) == before


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_no_header_or_field_makes_another_method(app, corpus, data, header):
    """A request is what its first line says."""
    before = state(corpus, data)
    client = app.test_client()
    for method in ("DELETE", "PUT", "POST"):
        for path in ("/v1/documents/kst-27925-681", "/v1/documents", "/documents", "/v1/index-builds"):
            assert client.get(path, headers={header: method}).status_code == 200
            client.post("/", data={"question": "drones", "_method": method}, headers={header: method})
    for path in ("/v1/documents/kst-27925-681", "/v1/passages/_search"):
        for method in METHODS[4:]:
            assert client.open(path, method=method).status_code in (401, 405)
    assert state(corpus, data) == before


def test_the_matrix_with_the_right(app, token, corpus):
    """The same routes do answer who has it: token and session."""
    client = app.test_client()
    assert client.post("/v1/index-builds").status_code == 401
    assert client.post("/v1/index-builds", headers=bearer(token)).status_code == 202
    assert client.delete("/v1/documents/unknown", headers=bearer(token)).status_code == 404
    assert client.delete("/v1/documents/kst-27925-681", headers=bearer(token)).status_code == 204
    assert client.post("/v1/documents", headers=bearer(token), data={}).status_code == 415


def test_an_upload_by_a_session(app, token, corpus):
    """The form's hidden token goes along; a file larger than a question's limit is taken."""
    import io

    client = signed_in(app, token)
    # More than a question may be, in few paragraphs: reading many would take as long as a busy machine allows.
    large = b"Een alinea over drones.\n\n" + (b"1" * 999 + b" ") * 1500
    assert len(large) > 1024 * 1024
    # By hand: the test client's own encoder leaves a large form's temporary file open.
    part = "--b\r\nContent-Disposition: form-data; name="
    body = f'{part}"csrf"\r\n\r\n{csrf(client)}\r\n{part}"file"; filename="groot.txt"\r\n\r\n'.encode()
    body += large + b"\r\n--b--\r\n"
    assert client.post("/documents", data=body, content_type="multipart/form-data; boundary=b").status_code == 303
    assert (corpus / "groot.txt").exists()
    without = {"file": (io.BytesIO(b"Tekst.\n"), "klein.txt")}
    assert client.post("/documents", data=without).status_code == 403
    assert not (corpus / "klein.txt").exists()


def test_every_form_of_a_session_has_the_token(app, token):
    """A form that posts without it would be refused."""
    client = signed_in(app, token)
    client.post("/documents/kst-27925-681/remove", data={"csrf": csrf(client)})
    for path in ("/documents?removed=x&removal=y", "/", "/documents/kst-27925-681"):
        page = html.fromstring(client.get(path).get_data(as_text=True))
        for form in page.xpath("//form[@method='post']"):
            if form.get("action") != "/":
                assert form.xpath(".//input[@name='csrf']/@value"), html.tostring(form)


def test_another_site_cannot_use_a_session(app, token):
    """Even with the form's token."""
    client = signed_in(app, token)
    sent = {"X-CSRF-Token": csrf(client)}
    for headers in ({"Origin": "https://elders.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        assert client.post("/v1/index-builds", headers=sent | headers).status_code == 403
        assert client.post("/sign-in", data={"token": token}, headers=headers).status_code == 403
    assert client.post("/v1/index-builds", headers=sent).status_code == 202


def test_the_cookie(app, token):
    """HttpOnly, SameSite=Strict, Secure behind TLS; it holds no token, and ends by itself."""
    for scheme in ("http", "https"):
        response = app.test_client().post("/sign-in", data={"token": token}, base_url=f"{scheme}://localhost")
        cookie = response.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and "Expires=" in cookie
        assert ("Secure" in cookie) == (scheme == "https")
        assert token not in cookie and response.headers["Cache-Control"] == "no-store"


def test_signing_out_and_revoking_end_a_session(app, token, data):
    """A revoked token is refused from the next request on, without a restart; so are its sessions."""
    client = signed_in(app, token)
    assert client.post("/sign-out", data={"csrf": csrf(client)}).status_code == 303
    assert client.post("/v1/index-builds").status_code == 401
    again = signed_in(app, token)
    sent = {"X-CSRF-Token": csrf(again)}
    other = Tokens(data)
    second = other.make("loader")
    assert app.test_client().post("/v1/index-builds", headers=bearer(second)).status_code == 202
    other.revoke("jansen")
    assert again.post("/v1/index-builds", headers=sent).status_code == 401
    assert app.test_client().post("/v1/index-builds", headers=bearer(token)).status_code == 401
    assert app.test_client().post("/v1/index-builds", headers=bearer(second)).status_code == 202


def test_failed_sign_ins_are_slowed(app, token):
    """After five the right token waits, too; another client does not."""
    client = app.test_client()
    for _ in range(5):
        assert client.post("/sign-in", data={"token": "vp_guess"}).status_code == 401
    response = client.post("/sign-in", data={"token": token})
    assert response.status_code == 429 and 1 <= int(response.headers["Retry-After"]) <= 61
    other = {"REMOTE_ADDR": "192.0.2.77"}
    assert app.test_client().post("/sign-in", data={"token": token}, environ_overrides=other).status_code == 303


def test_who_has_no_address_is_one_client(app, token):
    """As through a socket of the machine: slowed like any other."""
    client = app.test_client()
    nowhere = {"REMOTE_ADDR": ""}
    guesses = [client.post("/sign-in", data={"token": "x"}, environ_overrides=nowhere).status_code for _ in range(6)]
    assert guesses == [401] * 5 + [429]


def test_of_many_sign_ins_at_once_five_are_looked_at(app, token, monkeypatch):
    """The others are refused without a look at what they sent."""
    looked_at = []
    real = Tokens.holder

    def holder(self, sent):
        time.sleep(0.02)
        looked_at.append(sent)
        return real(self, sent)

    monkeypatch.setattr(Tokens, "holder", holder)

    def sign_in(_: int) -> int:
        return app.test_client().post("/sign-in", data={"token": "vp_guess"}).status_code

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(sign_in, range(20)))
    assert (statuses.count(401), statuses.count(429), len(looked_at)) == (5, 15, 5)


def test_wrong_tokens_of_programs_are_slowed(app, token, monkeypatch):
    """After twenty the right one is not looked at either; another client's is, and nobody's reading waits."""
    client = app.test_client()
    for _ in range(20):
        assert client.post("/v1/index-builds", headers=bearer("vp_guess")).status_code == 401
    response = client.post("/v1/index-builds", headers=bearer(token))
    problem = assert_problem(response, 429)
    assert "wrong token" in problem["detail"] and 1 <= int(response.headers["Retry-After"]) <= 61
    page = client.post("/documents", headers=bearer(token))
    assert page.status_code == 429 and "text/html" in page.content_type
    assert client.get("/v1/index", headers=bearer(token)).status_code == 200
    assert client.get("/documents", headers=bearer(token)).status_code == 200
    other = {"REMOTE_ADDR": "192.0.2.77"}
    assert client.post("/v1/index-builds", headers=bearer(token), environ_overrides=other).status_code == 202


def test_who_may_upload_is_known_from_the_headers_alone(app, token):
    """Of an upload that is still coming in; thirty wrong tokens there count for no limit, since the request will."""

    def headers(path: str, **sent: str) -> dict:
        return EnvironBuilder(path=path, method="POST", headers=sent, base_url="http://127.0.0.1").get_environ()

    right = headers("/v1/documents", Authorization=f"Bearer {token}")
    assert is_upload(app, right) and is_allowed_upload(app, right)
    for path in ("/v1/passages/_search", "/nergens"):
        other = headers(path, Authorization=f"Bearer {token}")
        assert not is_upload(app, other) and not is_allowed_upload(app, other)
    for _ in range(30):
        wrong = headers("/v1/documents", Authorization="Bearer vp_wrong")
        assert is_upload(app, wrong) and not is_allowed_upload(app, wrong)
    assert not is_allowed_upload(app, headers("/v1/documents"))
    assert app.test_client().get("/v1/documents", headers=bearer("vp_wrong")).status_code == 200
    assert is_allowed_upload(app, right)


def test_wrong_tokens_for_reading_are_slowed(corpus, data, encoder, token):
    """Where reading needs one: 429 to programs, the way to sign in to visitors."""
    build(Library(corpus), encoder, data)
    client = make_app(data, corpus, encoder, reading="token", **PUBLIC).test_client()
    assert [client.get("/v1/index", headers=bearer("vp_guess")).status_code for _ in range(21)] == [401] * 20 + [429]
    assert client.get("/documents", headers=bearer(token)).location == "/sign-in"
    assert client.get("/health/live").status_code == 200


def test_the_sign_in_page(app, token):
    """In both languages and under both addresses; a wrong token is told, and not shown again."""
    client = app.test_client()
    assert "Aanmelden" in client.get("/aanmelden").text and "Sign in" in client.get("/sign-in?lang=en").text
    response = app.test_client().post("/sign-in", data={"token": "vp_geheim"})
    assert response.status_code == 401 and "vp_geheim" not in response.text and "geldt niet" in response.text
    page = html.fromstring(signed_in(app, token).get("/documents").text)
    assert "Afmelden (jansen)" in page.text_content()
    assert html.fromstring(client.get("/documents").text).xpath("//form[@id='add']") == []


def test_reading_can_ask_for_a_token(corpus, data, encoder, token):
    """With the setting everything but probes, the way in and static files needs one; pages lead to the way in."""
    build(Library(corpus), encoder, data)
    app = make_app(data, corpus, encoder, reading="token", **PUBLIC)
    for_anyone = {"/sign-in", "/aanmelden", "/health/live", "/health/ready", "/v1/openapi.json", "/toegankelijkheid"}
    for method, path in set(routes(app)):
        response = app.test_client().open(path, method=method)
        response.close()
        if path in for_anyone or path.startswith(("/.well-known", "/static/")):
            assert response.status_code in (200, 401, 404), path
        elif method != "OPTIONS" or response.status_code != 200:
            assert response.status_code in (401, 303), (method, path)
            assert response.status_code == 401 or response.location == "/sign-in"
        if method not in ("GET", "POST"):
            continue
        allowed = app.test_client().open(path, method=method, headers=bearer(token))
        allowed.close()
        assert allowed.status_code not in (401, 403) or (method, path) in SIGNING_IN, (method, path)
    assert signed_in(app, token).get("/").status_code == 200


def test_on_loopback_a_token_ends_open_writing(client, data):
    """From the first token on this machine's own programs need one, too."""
    assert client.post("/v1/index-builds").status_code == 202
    token = Tokens(data).make("jansen")
    problem = assert_problem(client.post("/v1/index-builds"), 401)
    assert "Authorization: Bearer" in problem["detail"]
    assert client.post("/v1/index-builds", headers=bearer(token)).status_code == 202


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP", "X-Forwarded-Proto"])
def test_a_proxy_that_was_not_named_opens_nothing(client, header):
    """Bound to loopback, but what comes through a proxy comes from elsewhere."""
    assert client.post("/v1/index-builds", headers={header: "203.0.113.9"}).status_code == 403


@pytest.mark.parametrize("settings", [{"trusted_proxy": "127.0.0.1"}, {"hostnames": ("localhost",)}])
def test_behind_a_named_proxy_writing_needs_a_token(corpus, data, encoder, settings):
    """Bound to loopback or not."""
    build(Library(corpus), encoder, data)
    assert make_app(data, corpus, encoder, **settings).test_client().post("/v1/index-builds").status_code == 403


def test_tokens_are_kept_as_hashes(data, token):
    """Nobody reads a token from the disk; the file is its owner's; tokens are long and differ."""
    path = data / "tokens.json"
    text = path.read_text()
    assert token not in text and token.removeprefix("vp_") not in text
    import hashlib

    assert hashlib.sha256(token.encode()).hexdigest() in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert re.fullmatch(r"vp_[A-Za-z0-9_-]{43}", token) and Tokens(data).make("b") != token
    session_secret(data)
    assert stat.S_IMODE((data / "session.key").stat().st_mode) == 0o600
    assert session_secret(data) == session_secret(data)


def test_every_token_is_compared_in_constant_time(data, token, monkeypatch):
    """The first one, too, when the last is the one."""
    tokens = Tokens(data)
    last = tokens.make("last")
    compared = []
    from service import tokens as module

    real = module.hmac.compare_digest
    monkeypatch.setattr(module.hmac, "compare_digest", lambda a, b: compared.append(a) or real(a, b))
    assert tokens.holder(token).name == "jansen" and len(compared) == 2
    assert tokens.holder(last).name == "last" and len(compared) == 4
    assert tokens.holder("") is None and tokens.holder("é") is None


@pytest.mark.parametrize("content", ["", "{}x", '{"format": 2, "tokens": []}', '{"tokens": [{"name": "a"}]}'])
def test_a_damaged_token_file_lets_nobody_in(client, data, content):
    """Damage is told, and never means that there are no tokens."""
    (data / "tokens.json").write_text(content)
    problem = assert_problem(client.post("/v1/index-builds"), 503)
    assert "tokens.json" in problem["detail"]
    assert html.fromstring(client.get("/documents").text).xpath("//form[@id='add']") == []
    assert client.post("/sign-in", data={"token": "x"}).status_code == 503
    with pytest.raises(TokenError):
        Tokens(data).make("x")


@pytest.mark.parametrize("name", ["", "../x", "A b", "x" * 65, "-x", "é"])
def test_names_of_tokens(data, name):
    """Short and plain."""
    with pytest.raises(TokenError, match="no name"):
        Tokens(data).make(name)


def test_a_short_session_secret_is_refused(data):
    """An empty secret signs nothing."""
    data.mkdir()
    (data / "session.key").write_bytes(b"")
    with pytest.raises(TokenError, match="too short"):
        session_secret(data)


def command(name: str, *arguments: str, data: Path, **settings: str):
    environment = os.environ | {"VINDPLAATS_DATA": str(data), **settings}
    return subprocess.run(
        [sys.executable, f"scripts/{name}.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_command_makes_lists_and_revokes(data):
    """The token alone on standard output; every change in the audit log, without the token."""
    made = command("make_token", "make", "jansen", data=data)
    token = made.stdout.strip()
    assert made.returncode == 0 and Tokens(data).holder(token).name == "jansen"
    again = command("make_token", "make", "jansen", data=data)
    assert again.returncode == 1 and "already" in again.stderr
    assert command("make_token", "list", data=data).stdout.startswith("jansen\t20")
    assert command("make_token", "revoke", "jansen", data=data).returncode == 0
    assert command("make_token", "revoke", "jansen", data=data).returncode == 1
    log = (data / "audit.jsonl").read_text()
    assert [json.loads(line)["what"] for line in log.splitlines()] == ["make token", "revoke token"]
    assert token not in log and stat.S_IMODE(data.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "settings",
    [
        {"VINDPLAATS_HOST": "0.0.0.0"},
        {"VINDPLAATS_TRUSTED_PROXY": "127.0.0.1"},
        {"VINDPLAATS_HOSTNAMES": "vindplaats.example"},
        {"VINDPLAATS_READING": "token"},
    ],
)
def test_without_a_token_nothing_is_served_to_others(data, settings):
    """The start is refused, and says how to make one."""
    done = command("serve", data=data, **settings)
    assert done.returncode == 1
    assert "scripts/make_token.py make NAME" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.browser
def test_signing_in_and_changing_in_a_browser(app, token, corpus, browser, tmp_path):
    """The whole way as a keeper goes it, under the real policy: sign in, add, remove, undo, sign out."""
    with served(app) as url:
        page = browser.new_page()
        complaints = []
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        page.goto(f"{url}/documents")
        assert page.locator("#add").count() == 0
        page.click("text=Aanmelden")
        page.fill("#token", token + "x")
        page.press("#token", "Enter")
        assert "geldt niet" in page.inner_text("main")
        page.fill("#token", token)
        page.press("#token", "Enter")
        page.wait_for_url(f"{url}/documents")
        note = tmp_path / "notitie.txt"
        note.write_text("Een alinea over drones.\n")
        page.set_input_files("#file", note)
        page.click("#add button[type=submit]")
        page.wait_for_selector("text=notitie")
        assert (corpus / "notitie.txt").exists()
        page.click("[aria-label='Verwijder notitie']")
        page.wait_for_selector("text=Ongedaan maken")
        assert not (corpus / "notitie.txt").exists()
        page.click("text=Ongedaan maken")
        page.wait_for_selector("text=notitie.txt is teruggezet.")
        assert (corpus / "notitie.txt").exists()
        page.screenshot(path=tmp_path / "signed_in.png")
        page.click("text=Afmelden (jansen)")
        page.wait_for_url(f"{url}/")
        page.goto(f"{url}/documents")
        assert page.locator("#add").count() == 0 and complaints == []
        page.close()


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_fault_while_writing_tokens_changes_nothing(data, token, monkeypatch, call):
    """The tokens that were there count on, and no half file stays."""

    def failing(*arguments):
        raise OSError(28, "No space left on device")

    before = set(data.iterdir())
    with monkeypatch.context() as broken:
        broken.setattr(os, call, failing)
        with pytest.raises(OSError, match="No space"):
            Tokens(data).make("pieters")
        with pytest.raises(OSError, match="No space"):
            Tokens(data).revoke("jansen")
    assert [each.name for each in Tokens(data).all()] == ["jansen"]
    assert set(data.iterdir()) - before <= {data / "tokens.lock"}
    with pytest.raises(TokenError, match="no token pieters"):
        Tokens(data).revoke("pieters")
