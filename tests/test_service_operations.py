"""What an administrator has: the audit log, limits, headers, logs, metrics, probes."""

import io
import json
import logging
import os
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from conftest import ROOT, make_app
from test_service_access import PUBLIC, bearer, routes, signed_in
from test_service_api import assert_problem
from test_service_collection import upload

from corpus.library import Library
from index.build import build
from service import logs
from service.config import BadSetting, Config
from service.limits import Limits, TooManyRequests
from service.tokens import Tokens

QUESTION = "Hoeveel drones kocht het geheime ministerie"


@pytest.fixture
def make(corpus, data, encoder):
    build(Library(corpus), encoder, data)
    return lambda **settings: make_app(data, corpus, encoder, **settings)


@pytest.fixture
def token(make, data):
    return Tokens(data).make("jansen")


def audit_lines(data) -> list[dict]:
    return [json.loads(line) for line in (data / "audit.jsonl").read_text("utf-8").splitlines()]


def test_every_change_is_recorded(make, data, token):
    """Who, from where, what, when and what came of it; no question, no token."""
    app = make(**PUBLIC)
    client, held = app.test_client(), bearer(token)
    upload(client, headers=held | {"X-Request-Id": "loader-7"})
    client.delete("/v1/documents/kst-27925-681", headers=held)
    client.delete("/v1/documents/kst-27925-681")
    client.post("/v1/passages/_search", json={"question": QUESTION})
    client.post("/", data={"question": QUESTION})
    signed_in(app, token)
    client.post("/sign-in", data={"token": "vp_geraden"})
    found = [(line["who"], line["what"], line["result"], line.get("documents")) for line in audit_lines(data)]
    assert found == [
        ("token jansen", "add_document", 201, ["nieuwe-notitie"]),
        ("token jansen", "remove_document", 204, ["kst-27925-681"]),
        ("anyone", "remove_document", 401, ["kst-27925-681"]),
        ("session jansen", "sign in", 303, None),
        ("anyone", "sign in", 401, None),
    ]
    first = audit_lines(data)[0]
    assert (first["client"], first["requestId"]) == ("127.0.0.1", "loader-7")
    assert abs(datetime.fromisoformat(first["time"]) - datetime.now(UTC)) < timedelta(minutes=1)
    text = (data / "audit.jsonl").read_text()
    assert token not in text and "vp_geraden" not in text and "drones" not in text
    assert stat.S_IMODE((data / "audit.jsonl").stat().st_mode) == 0o600


def test_what_cannot_be_recorded_is_not_done(make, data, corpus):
    """507 before anything changes; asking goes on."""
    client = make().test_client()
    (data / "audit.jsonl").mkdir()
    problem = assert_problem(client.delete("/v1/documents/kst-27925-681"), 507)
    assert "audit" in problem["detail"]
    assert (corpus / "kst-27925-681.txt").exists()
    assert client.post("/v1/passages/_search", json={"question": "drones"}).status_code == 200


def test_one_client_cannot_ask_without_end(make):
    """429 with Retry-After, as problem or page; another client is answered."""
    client = make(asking_limit=3).test_client()
    for _ in range(2):
        assert client.post("/v1/passages/_search", json={"question": "drones"}).status_code == 200
    assert client.post("/", data={"question": "drones"}).status_code == 200
    refused = client.post("/v1/passages/_search", json={"question": "drones"})
    assert "3 times in a minute" in assert_problem(refused, 429)["detail"]
    assert 1 <= int(refused.headers["Retry-After"]) <= 61
    page = client.post("/", data={"question": "drones"})
    assert page.status_code == 429 and "Te veel in korte tijd" in page.text and page.headers["Retry-After"]
    assert client.get("/documents").status_code == 200
    other = {"REMOTE_ADDR": "192.0.2.9"}
    asked = client.post("/v1/passages/_search", json={"question": "drones"}, environ_overrides=other)
    assert asked.status_code == 200


def test_one_client_cannot_change_without_end(make, data):
    """What is refused counts, too, and a flood of it fills no disk."""
    client = make(writing_limit=2, **PUBLIC).test_client()
    statuses = [client.post("/v1/index-builds").status_code for _ in range(6)]
    assert statuses == [403, 403, 429, 429, 429, 429]
    assert len(audit_lines(data)) == 2


def test_one_ipv6_network_is_one_client(make):
    """A client has all addresses of its /64."""
    client = make(asking_limit=1).test_client()
    found = [
        client.post("/v1/passages/_search", json={"question": "x"}, environ_overrides={"REMOTE_ADDR": a}).status_code
        for a in ("2001:db8::1", "2001:db8::2:3", "2001:db8:0:1::1")
    ]
    assert found == [200, 429, 200]


def test_a_window_that_moves():
    """Limits count again once the minute is over; who is refused meanwhile does not wait longer for it."""
    limits = Limits(Config(asking_limit=2))
    limits.check_asking("a")
    limits.check_asking("a")
    waits = []
    for _ in range(2):
        with pytest.raises(TooManyRequests) as refused:
            limits.check_asking("a")
        waits.append(refused.value.retry_after_s)
    assert waits[1] <= waits[0] <= 61


def test_headers_on_every_response(make, token):
    """Every route, allowed and refused, over TLS and not."""
    app = make(**PUBLIC)
    seen = set()
    for method, path in [*set(routes(app)), ("GET", "/nothing"), ("TRACE", "/"), ("POST", "/v1/nothing")]:
        for scheme, headers in (("http", {}), ("https", bearer(token))):
            response = app.test_client().open(path, method=method, headers=headers, base_url=f"{scheme}://localhost")
            response.close()
            found = response.headers
            policy = found["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
            assert found["X-Content-Type-Options"] == "nosniff" and found["X-Frame-Options"] == "DENY"
            is_page = not path.startswith(("/v1", "/health", "/metrics"))
            assert found["Referrer-Policy"] == ("same-origin" if is_page else "no-referrer") and "Server" not in found
            assert (found.get("Cache-Control") == "no-store") or path.startswith("/static/")
            assert ("Strict-Transport-Security" in found) == (scheme == "https")
            assert found["X-Request-Id"]
            assert "Content-Encoding" not in found
            seen.add(response.status_code)
    assert {200, 401, 404, 405} <= seen


def test_other_names_are_refused(make):
    """With the setting only its names and this machine's are answered."""
    client = make(hostnames=("vindplaats.example",)).test_client()
    for host, status in (
        ("vindplaats.example", 200), ("vindplaats.example:8443", 200), ("localhost", 200), ("127.0.0.1:8000", 200),
        ("elders.example", 400), ("vindplaats.example.elders.example", 400), ("", 400), ("a@b", 400),
    ):  # fmt: skip
        assert client.get("/v1/documents", headers={"Host": host}).status_code == status, host
        assert client.get("/documents", headers={"Host": host}).status_code == status, host


def test_security_txt(make):
    """RFC 9116: a contact and a date to come within the year; not there without a contact."""
    assert make().test_client().get("/.well-known/security.txt").status_code == 404
    response = make(security_contact="mailto:veilig@example.nl").test_client().get("/.well-known/security.txt")
    assert response.content_type == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in response.text.splitlines())
    assert fields["Contact"] == "mailto:veilig@example.nl"
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("READING", "nobody"), ("TRUSTED_PROXY", "proxy.example"), ("TRUSTED_PROXY", "*"), ("HOSTNAMES", "a b"),
        ("HOSTNAMES", "https://a.nl"), ("ASKING_LIMIT", "-1"), ("WRITING_LIMIT", "many"), ("LOG", "xml"),
        ("SECURITY_CONTACT", "veilig@example.nl"), ("SECURITY_CONTACT", "mailto:a\nb"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be(name, value):
    """Each names its variable and what it may be."""
    with pytest.raises(BadSetting, match=f"(?s)VINDPLAATS_{name}=.*give"):
        Config.from_env({f"VINDPLAATS_{name}": value})


def test_limits_are_for_others():
    """On a network there are some without asking for them; this machine has none."""
    assert Config.from_env({}).asking_limit == 0
    assert Config.from_env({"VINDPLAATS_HOST": "0.0.0.0"}).asking_limit == 120
    assert Config.from_env({"VINDPLAATS_TRUSTED_PROXY": "::1"}).writing_limit == 60
    assert Config.from_env({"VINDPLAATS_HOST": "::", "VINDPLAATS_ASKING_LIMIT": "0"}).asking_limit == 0


def test_request_ids(make):
    """The client's when it is usable, else one of our own; never its bytes as they come."""
    client = make().test_client()
    assert client.get("/", headers={"X-Request-Id": "abc-1.2_3"}).headers["X-Request-Id"] == "abc-1.2_3"
    ids = [client.get("/", headers={"X-Request-Id": bad}).headers["X-Request-Id"] for bad in ("", "x" * 65, "a b", "<")]
    assert all(len(each) == 16 for each in ids) and len(set(ids)) == 4


def logged(caplog, monkeypatch, form: str) -> io.StringIO:
    """All that the process logs from now on, as it would stand in its log."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonFormatter() if form == "json" else logs.TextFormatter())
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", [handler])
    caplog.set_level(logging.DEBUG)
    return written


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_question_is_in_a_log(make, caplog, monkeypatch, form):
    """Not of one that is answered, refused, or makes the service fail with the question in the fault's text."""
    app = make()
    client = app.test_client()
    written = logged(caplog, monkeypatch, form)
    client.post("/v1/passages/_search", json={"question": QUESTION, "history": [QUESTION]})
    client.post("/v1/passages/_search", json={"question": QUESTION * 100})
    client.post("/", data={"question": QUESTION})
    client.get(f"/documents?words={QUESTION}", headers={"X-Request-Id": QUESTION})
    client.get(f"/{QUESTION}")
    client.get("/v1/documents", headers={"Authorization": "Bearer vp_verborgen"})

    class Failing:
        def __getattr__(self, name):
            raise RuntimeError(f"cannot answer {QUESTION}")

    monkeypatch.setattr(type(app.extensions["served"]), "searcher", lambda self: Failing())
    failed = client.post("/v1/passages/_search", json={"question": QUESTION})
    assert failed.status_code == 500 and "geheime" not in failed.text
    text = written.getvalue()
    assert "RuntimeError" in text and "__getattr__" in text
    assert "geheime" not in text and "drones" not in text and "vp_verborgen" not in text
    if form == "json":
        lines = [json.loads(line) for line in text.splitlines()]
        answered = [line for line in lines if line["logger"] == "service.access"]
        assert [line["status"] for line in answered] == [200, 400, 200, 200, 404, 200, 500]
        assert (answered[0]["route"], answered[0]["method"]) == ("/v1/passages/_search", "POST")
        assert answered[-1]["requestId"] == failed.headers["X-Request-Id"]


def samples(client) -> dict[str, float]:
    from prometheus_client.parser import text_string_to_metric_families

    families = text_string_to_metric_families(client.get("/metrics").text)
    return {
        ",".join([sample.name, *(str(value) for value in sample.labels.values())]): sample.value
        for family in families
        for sample in family.samples
    }


def test_metrics_are_what_happened(make, data):
    """Counted by hand."""
    client = make(asking_limit=3).test_client()
    for _ in range(5):
        client.post("/v1/passages/_search", json={"question": QUESTION})
    client.post("/documents", headers={"Origin": "https://elders.example"})
    found = samples(client)
    assert found["vindplaats_requests_total,api.search_passages,200"] == 3
    assert found["vindplaats_refusals_total,429"] == 2 and found["vindplaats_refusals_total,403"] == 1
    assert found["vindplaats_asking_seconds_count,encode"] == found["vindplaats_asking_seconds_count,rank"] == 3
    assert 0 < found["vindplaats_asking_seconds_sum,encode"]
    assert (found["vindplaats_documents"], found["vindplaats_paragraphs"]) == (1, 20)
    assert 0 <= found["vindplaats_index_age_seconds"] < 60 and found["vindplaats_index_served"] == 1
    assert found["vindplaats_questions_waiting"] == 0
    assert "drones" not in client.get("/metrics").text and "127.0.0.1" not in client.get("/metrics").text


def test_metrics_without_an_index(tmp_path, data, encoder):
    """They tell that there is none."""
    found = samples(make_app(data, tmp_path / "none", encoder).test_client())
    assert found["vindplaats_index_served"] == 0 and "vindplaats_documents" not in found


def test_ready_tells_of_a_build_that_failed(make, data):
    """The earlier index answers, which is told as degraded, in the metrics, too."""
    from index.build_record import BuildRecord, BuildRecords, new_build_id, utc_now

    client = make().test_client()
    assert client.get("/health/ready").get_json()["status"] == "ready"
    record = BuildRecord(id=new_build_id(), status="failed", phase="done", started_at=utc_now(), error="no room")
    BuildRecords(data).write(record)
    response = client.get("/health/ready")
    assert response.status_code == 200
    assert response.get_json() | {"index": ""} == {"status": "degraded", "index": "", "buildFailed": "no room"}
    assert samples(client)["vindplaats_build,failed"] == 1


def test_ready_tells_of_a_data_folder_that_cannot_be_written(make, monkeypatch):
    """507 with the reason; live all the same."""
    from pathlib import Path

    client = make().test_client()

    def full(self, **options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(Path, "touch", full)
        problem = assert_problem(client.get("/health/ready"), 507)
    assert "No space left" in problem["detail"]
    assert client.get("/health/live").status_code == 200
    assert client.get("/health/ready").status_code == 200


def test_a_form_of_many_parts_is_refused(make):
    """413 before they are all looked at."""
    client = make().test_client()
    form = {f"field{number}": "x" for number in range(600)}
    assert client.post("/", data=form, content_type="multipart/form-data").status_code == 413


def test_a_record_that_does_not_reach_the_disk_is_a_fault(tmp_path, monkeypatch):
    """The caller hears of it; lines that were there stay, and others follow."""
    import os

    from index.errors import DataFolderUnusable
    from service.audit_log import AuditLog

    log = AuditLog(tmp_path)
    log.write(who="a")

    def failing(descriptor):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", failing)
        with pytest.raises(DataFolderUnusable, match=r"audit\.jsonl cannot be written"):
            log.write(who="b")
    log.write(who="c")
    assert [line["who"] for line in audit_lines(tmp_path)] == ["a", "b", "c"]


COMPUTING = """
import os, subprocess, sys, threading, time
import index
import numpy as np

texts, change, done = np.ones((16, 384), np.float32), np.ones((384, 384), np.float32), [0] * 4

def compute(number):
    while True:
        texts @ change
        done[number] += 1

for number in range(4):
    threading.Thread(target=compute, args=(number,), daemon=True).start()
for _ in range(5):
    before = list(done)
    for _ in range(10):
        subprocess.run(["true"], preexec_fn=lambda: None)
    time.sleep(0.5)
    print("stuck" if done == before else "goes on", flush=True)
os._exit(0)
"""


def test_who_computes_goes_on_while_processes_are_started():
    """OpenBLAS with threads of its own waits for ever within ten starts, and so did every question then."""
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    command = [sys.executable, "-c", COMPUTING]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.split("\n")[:5] == ["goes on"] * 5, done.stderr
