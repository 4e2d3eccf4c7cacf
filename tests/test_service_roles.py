"""Every route of the API's description and of the application, with every role: a route without a row fails."""

import re

import pytest
from conftest import make_app
from test_service_access import PUBLIC, bearer, csrf, signed_in

from corpus.library import Library
from index.build import build
from service.tokens import Tokens

# What a route is: open to anyone; for readers (a program's, a visitor's page); changing something. With the status
# that it has for who may: no row changes what another row asks for.
ANYONE, READING, PAGE, CHANGING = "anyone", "reading", "page", "changing"
ROWS = {
    ("GET", "/v1/openapi.json"): (ANYONE, 200),
    ("GET", "/health/live"): (ANYONE, 200),
    ("GET", "/health/ready"): (ANYONE, 200),
    ("GET", "/toegankelijkheid"): (ANYONE, 200),
    ("GET", "/aanmelden"): (ANYONE, 200),
    ("GET", "/sign-in"): (ANYONE, 200),
    ("POST", "/aanmelden"): (ANYONE, 401),  # no token is sent with it
    ("POST", "/sign-in"): (ANYONE, 401),
    ("GET", "/.well-known/security.txt"): (ANYONE, 404),  # none is set
    ("GET", "/static/style.css"): (ANYONE, 200),
    ("GET", "/static/theme.css"): (ANYONE, 200),
    ("GET", "/v1/documents"): (READING, 200),
    ("GET", "/v1/documents/kst-27925-681"): (READING, 200),
    ("GET", "/v1/documents/kst-27925-681/paragraphs/1"): (READING, 200),
    ("GET", "/v1/index"): (READING, 200),
    ("GET", "/v1/index-builds"): (READING, 200),
    ("GET", "/v1/index-builds/0000000000000000"): (READING, 404),
    ("POST", "/v1/passages/_search"): (READING, 200),
    ("POST", "/v1/evidence-packs"): (READING, 200),
    ("GET", "/metrics"): (READING, 200),
    ("POST", "/"): (READING, 200),
    ("POST", "/export"): (READING, 200),
    ("GET", "/api"): (READING, 200),
    ("GET", "/"): (PAGE, 200),
    ("GET", "/documents"): (PAGE, 200),
    ("GET", "/documents/kst-27925-681"): (PAGE, 200),
    ("GET", "/kst-27925-681"): (PAGE, 301),
    ("POST", "/v1/documents"): (CHANGING, 415),  # no form
    ("DELETE", "/v1/documents/kst-27925-681"): (CHANGING, 204),
    ("POST", "/v1/index-builds"): (CHANGING, 202),
    ("POST", "/documents"): (CHANGING, 400),  # no file
    ("POST", "/documents/kst-27925-681/remove"): (CHANGING, 404),  # removed by the row above
    ("POST", "/documents/restore"): (CHANGING, 400),  # no such removal
    ("POST", "/sign-out"): (CHANGING, 303),
}
# (reading, role): what it gets for each kind of route; None is what the row says.
REFUSED = {ANYONE: None, READING: None, PAGE: None, CHANGING: 401}
SHUT_OUT = {ANYONE: None, READING: 401, PAGE: 303, CHANGING: 401}
LET_IN = {ANYONE: None, READING: None, PAGE: None, CHANGING: None}
ROLES = {
    ("open", "stranger"): REFUSED,
    ("open", "wrong token"): REFUSED,
    ("open", "revoked token"): REFUSED,
    ("open", "token"): LET_IN,
    ("open", "session"): LET_IN,
    ("open", "session of a revoked token"): REFUSED,
    ("open", "session without the form's token"): LET_IN | {CHANGING: 403},
    ("open", "this machine, no token made"): LET_IN,
    ("open", "another site, no token made"): LET_IN | {CHANGING: 403},
    ("token", "stranger"): SHUT_OUT,
    ("token", "wrong token"): SHUT_OUT,
    ("token", "revoked token"): SHUT_OUT,
    ("token", "token"): LET_IN,
    ("token", "session"): LET_IN,
    ("token", "session of a revoked token"): SHUT_OUT,
    ("token", "session without the form's token"): LET_IN | {CHANGING: 403},
}
VALUES = {"document_id": "kst-27925-681", "documentId": "kst-27925-681", "number": "1", "filename": "style.css"}
VALUES |= {"build_id": "0" * 16, "buildId": "0" * 16}
BODIES = {
    "/v1/passages/_search": {"json": {"question": "drones"}},
    "/v1/evidence-packs": {"json": {"question": "drones"}},
    "/": {"data": {"question": "drones"}},
    "/export": {"data": {"question": "drones", "form": "markdown"}},
}


@pytest.fixture
def made(corpus, data, encoder):
    """Gives the application for a way of reading, and whether others than this machine can reach it."""
    build(Library(corpus), encoder, data)

    def make(reading: str, is_public: bool = True):
        return make_app(data, corpus, encoder, **({"reading": reading} | PUBLIC if is_public else {}))

    return make


def plain(path: str) -> str:
    """A static file's address without the checksum in it."""
    return re.sub(r"^/static/theme-[0-9a-f]+", "/static/theme", re.sub(r"^/static/[0-9a-f]{16}/", "/static/", path))


def routes_of(app) -> dict[tuple[str, str], str]:
    """By method and path as the rows have it: the path as it is asked. Of the description and the application."""
    found = {}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: VALUES[match[1]], rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            found[method, plain(path)] = path
    described = app.test_client().get("/v1/openapi.json").get_json()
    base = described["servers"][0]["url"]
    for template, operations in described["paths"].items():
        path = base + re.sub(r"\{(\w+)\}", lambda match: VALUES[match[1]], template)
        for method in operations.keys() & {"get", "put", "post", "delete", "patch", "head", "options", "trace"}:
            found[method.upper(), path] = path
    return found


def test_every_route_has_a_row(made):
    """And every row is a route; who adds one says here who may have it."""
    assert routes_of(made("open")).keys() == ROWS.keys()


@pytest.mark.parametrize(("reading", "role"), ROLES, ids=" ".join)
def test_every_route_with_every_role(made, data, reading, role):
    """Each gets what the table says, no route more."""
    app = made(reading, is_public="no token made" not in role)
    headers: dict[str, str] = {}
    client = app.test_client()
    if "no token made" not in role:
        token, other = Tokens(data).make("jansen"), Tokens(data).make("pieters")
        if role.startswith("session"):
            client = signed_in(app, token)
            headers = {} if "without" in role else {"X-CSRF-Token": csrf(client)}
        elif role != "stranger":
            headers = bearer("vp_guess" if role == "wrong token" else token)
        if "revoked" in role:
            Tokens(data).revoke("jansen")
        assert app.test_client().get("/v1/index", headers=bearer(other)).status_code == 200
    elif role.startswith("another site"):
        headers = {"Origin": "https://elders.example"}
    paths = routes_of(app)
    for number, ((method, name), (kind, status)) in enumerate(ROWS.items()):
        expected = ROLES[reading, role][kind] or status
        if role.startswith("another site") and name in ("/sign-in", "/aanmelden") and method == "POST":
            expected = 403
        path = paths[method, name]
        # Each from elsewhere: after some wrong tokens a client has to wait.
        elsewhere = {} if "no token made" in role else {"REMOTE_ADDR": f"198.51.100.{number}"}
        body = BODIES.get(path, {}) if method == "POST" else {}
        response = client.open(path, method=method, headers=headers, environ_overrides=elsewhere, **body)
        response.close()
        assert response.status_code == expected, (reading, role, method, name)
