"""The API's description: made from the routes, true of every answer, and as the Dutch design rules want it."""

import io
import json
import shutil
import subprocess

import pytest
from conftest import ROOT, make_app
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from test_service_api import assert_problem

from corpus.library import Library
from index.build import build
from service.tokens import Tokens

RULES = ROOT / "tests" / "data" / "nlgov-adr-spectral.yaml"


@pytest.fixture
def description(client) -> dict:
    response = client.get("/v1/openapi.json")
    assert response.status_code == 200
    return response.get_json()


def test_it_is_valid_and_read_from_anywhere(client, description):
    """OpenAPI 3.1; tools on other sites may fetch it."""
    validate(description)
    assert description["openapi"].startswith("3.1")
    assert client.get("/v1/openapi.json").headers["Access-Control-Allow-Origin"] == "*"


def test_every_route_below_v1_is_described(client, description):
    """Nothing is served that nobody can read about."""
    served = {
        (method.lower(), str(rule).removeprefix("/v1").replace("<", "{").replace(">", "}"))
        for rule in client.application.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if str(rule).startswith("/v1/") and str(rule) != "/v1/openapi.json"
    }
    told = {(method, path) for path, operations in description["paths"].items() for method in operations}
    names = {"{documentId}": "{document_id}", "{buildId}": "{build_id}"}
    for public, internal in names.items():
        told = {(method, path.replace(public, internal)) for method, path in told}
    assert told == served


def answers(client):
    """One answer of every operation, by what it is called in the description."""
    search = {"question": "Wat deed de software?", "limit": 2}
    yield "post", "/passages/_search", client.post("/v1/passages/_search", json=search)
    yield "post", "/passages/_search", client.post("/v1/passages/_search", json={"question": "zzz", "limit": 0})
    yield "post", "/evidence-packs", client.post("/v1/evidence-packs", json=search)
    yield "get", "/documents", client.get("/v1/documents")
    yield "get", "/documents/{documentId}", client.get("/v1/documents/kst-27925-681")
    yield "get", "/documents/{documentId}", client.get("/v1/documents/kst-1-1")
    yield "get", "/documents/{documentId}/paragraphs/{number}", client.get("/v1/documents/kst-27925-681/paragraphs/2")
    yield "get", "/index", client.get("/v1/index")
    yield "get", "/index-builds", client.get("/v1/index-builds")
    added = {"file": (io.BytesIO(b"Drones vliegen laag.\n"), "nieuw.txt")}
    yield "post", "/documents", client.post("/v1/documents", data=added)
    yield "post", "/documents", client.post("/v1/documents", json={})
    started = client.post("/v1/index-builds")
    yield "post", "/index-builds", started
    yield "get", "/index-builds/{buildId}", client.get(started.headers["Location"])
    yield "delete", "/documents/{documentId}", client.delete("/v1/documents/kst-1-1")


def test_every_answer_is_as_described(client, description):
    """Each is held against the schema of its status, which allows no field that it does not name."""
    seen = set()
    for method, path, response in answers(client):
        told = description["paths"][path][method]["responses"][str(response.status_code)]
        content = told["content"][response.content_type]
        schema = content["schema"] | {"components": description["components"]}
        Draft202012Validator(schema).validate(response.get_json())
        seen.add((method, path))
    assert len(seen) == sum(map(len, description["paths"].values()))


@pytest.mark.skipif(not shutil.which("spectral"), reason="spectral (npm @stoplight/spectral-cli) is not installed")
def test_the_design_rules_of_the_dutch_government(description, tmp_path):
    """No error and no warning of the rules' own linter."""
    (tmp_path / "openapi.json").write_text(json.dumps(description))
    done = subprocess.run(
        ["spectral", "lint", "-r", str(RULES), "--fail-severity", "hint", "openapi.json"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("get", "/v1/nowhere", {}, 404),
        ("get", "/v1/documents/", {}, 404),
        ("get", "/v1//documents", {}, 404),
        ("get", "/v1", {}, 404),
        ("put", "/v1/documents", {}, 405),
        ("post", "/v1/passages/_search", {"json": {"question": 7, "limit": "x"}}, 400),
        ("post", "/v1/passages/_search", {"data": "vraag", "content_type": "text/plain"}, 415),
        ("get", "/v1/documents", {"headers": {"Accept": "text/csv"}}, 406),
        ("get", "/v1/documents/kst-27925-681", {"headers": {"Accept": "application/pdf"}}, 406),
        ("get", "/v1/documents?page=0&pageSize=x", {}, 400),
        ("get", "/v1/index-builds/0000000000000000", {}, 404),
    ],
)
def test_every_error_is_a_problem_with_the_version(client, method, path, options, status):
    """Also for routes and methods that there are not; no redirect for a trailing slash."""
    response = client.open(path, method=method, **options)
    assert_problem(response, status)
    assert response.headers["API-Version"] == "1.0.0"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_all_faults_of_a_query_together(client):
    """Not the first one only."""
    problem = client.get("/v1/documents?page=0&pageSize=x").get_json()
    assert [fault["pointer"] for fault in problem["errors"]] == ["/page", "/pageSize"]


def test_pages_of_documents(client, corpus):
    """Each page once, with links to the next and the one before."""
    first = client.get("/v1/documents?pageSize=1")
    assert first.get_json()["total"] == 1 and len(first.get_json()["documents"]) == 1
    assert set(first.get_json()["_links"]) == {"self"}
    second = client.get("/v1/documents?page=2&pageSize=1").get_json()
    assert second["documents"] == []
    assert second["_links"]["prev"]["href"] == "/v1/documents?page=1&pageSize=1"


def test_a_document_as_markdown_and_as_text(client, letter):
    """Every paragraph with its number; signs of Markdown in the text stay text."""
    plain = client.get("/v1/documents/kst-27925-681", headers={"Accept": "text/plain"})
    assert plain.mimetype == "text/plain" and plain.headers["Vary"] == "Accept"
    for paragraph in letter.paragraphs:
        assert f"[{paragraph.number}] {paragraph.text}" in plain.text
    markdown = client.get("/v1/documents/kst-27925-681", headers={"Accept": "text/markdown"})
    assert markdown.mimetype == "text/markdown"
    assert markdown.text.count("\n**") == len(letter.paragraphs)
    assert "[^3]: " in markdown.text and "[^3]" in markdown.text.split("[^3]: ")[0]


@pytest.mark.parametrize(
    "path", ["/v1/documents", "/v1/documents/kst-27925-681", "/v1/documents/kst-27925-681/paragraphs/2"]
)
def test_who_has_it_already_is_told_so(client, path):
    """304 without a body for the same ETag, the whole for another."""
    first = client.get(path)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"other"'}).data == first.data


def test_the_documentation_page(client, description):
    """Every operation and model has its place on it."""
    page = client.get("/api").text
    for operations in description["paths"].values():
        for operation in operations.values():
            assert f'id="{operation["operationId"]}"' in page
    for name in description["components"]["schemas"]:
        assert f'id="model-{name}"' in page


@pytest.mark.parametrize("path", ["/v1/documents?pagesize=2", "/v1/index?x=1", "/v1/documents/kst-27925-681?page=1"])
def test_a_misspelt_parameter_is_refused(client, path):
    """It is named, and so are those that there are."""
    problem = assert_problem(client.get(path), 400)
    assert problem["errors"][0]["pointer"] == "/" + path.partition("?")[2].partition("=")[0]


def test_a_parameter_given_twice_is_refused(client):
    """Neither of its values is left out unseen."""
    problem = assert_problem(client.get("/v1/documents?page=1&page=2&pageSize=1"), 400)
    assert problem["errors"] == [{"pointer": "/page", "detail": "it is given 2 times; give it once"}]


def test_numbers_are_described_with_their_bounds(description):
    """So that clients made from the description take numbers."""
    operation = description["paths"]["/documents/{documentId}/paragraphs/{number}"]["get"]
    schemas = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
    assert schemas["number"] == {"type": "integer", "minimum": 1}
    search = description["components"]["schemas"]["SearchRequest"]["properties"]
    for schema in (search["limit"], search["perDocument"]["anyOf"][0]):
        assert (schema["type"], schema["minimum"], schema["maximum"]) == ("integer", 1, 50)


def test_other_sites_may_ask_with_a_token(corpus, data, encoder):
    """The browser's question before it comes without the token and is answered; the request itself needs it."""
    build(Library(corpus), encoder, data)
    token = Tokens(data).make("jansen")
    site = "https://example.nl"
    client = make_app(data, corpus, encoder, host="192.0.2.1", reading="token", cors_origins=(site,)).test_client()
    before = {
        "Origin": site,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    preflight = client.options("/v1/passages/_search", headers=before)
    assert preflight.status_code == 200
    assert preflight.headers["Access-Control-Allow-Origin"] == site
    assert "authorization" in preflight.headers["Access-Control-Allow-Headers"].lower()
    asking = {"json": {"question": "drones"}, "headers": {"Origin": site}}
    refused = client.post("/v1/passages/_search", **asking)
    assert_problem(refused, 401)
    assert refused.headers["Access-Control-Allow-Origin"] == site
    asking["headers"]["Authorization"] = f"Bearer {token}"
    assert client.post("/v1/passages/_search", **asking).status_code == 200


def test_other_sites_may_ask_only_when_the_setting_names_them(corpus, data, encoder):
    """Off by default; then for asking and reading, from these sites, without cookies."""
    build(Library(corpus), encoder, data)
    asking = {"Origin": "https://example.nl", "Access-Control-Request-Method": "POST"}
    shut = make_app(data, corpus, encoder).test_client().options("/v1/passages/_search", headers=asking)
    assert "Access-Control-Allow-Origin" not in shut.headers
    client = make_app(data, corpus, encoder, cors_origins=("https://example.nl",)).test_client()
    opened = client.options("/v1/passages/_search", headers=asking)
    assert opened.headers["Access-Control-Allow-Origin"] == "https://example.nl"
    assert "DELETE" not in opened.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Credentials" not in opened.headers
    other = client.get("/v1/documents", headers={"Origin": "https://elders.nl"})
    assert other.headers.get("Access-Control-Allow-Origin") != "https://elders.nl"
    assert "Access-Control-Allow-Origin" not in client.get("/", headers={"Origin": "https://example.nl"}).headers
