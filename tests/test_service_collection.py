"""Documents come and go over HTTP; builds in these tests run in this process, with the fake encoder."""

import io
import shutil
import threading
import time
from pathlib import Path

import pytest
from conftest import LETTER, make_app
from lxml import html
from test_service_api import assert_problem

from corpus.library import Library
from index.build import build
from index.build_record import BuildRecord, BuildRecords
from index.errors import DataFolderUnusable
from service.builds import Builds

NOTE = "Een alinea over drones.\n"


def upload(client, content: bytes | str = NOTE, name: str = "Nieuwe notitie.txt", **options):
    data = content.encode() if isinstance(content, str) else content
    return client.post("/v1/documents", data={"file": (io.BytesIO(data), name)}, **options)


def wait_for(client, build_id: str) -> dict:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        record = client.get(f"/v1/index-builds/{build_id}").get_json()
        if record["status"] in ("succeeded", "failed"):
            return record
        time.sleep(0.02)
    raise AssertionError(record)


def test_an_added_document_is_found(client, corpus: Path):
    """201 with its address; once the build has succeeded its paragraphs answer."""
    response = upload(client)
    assert response.status_code == 201
    assert response.headers["Location"] == "/v1/documents/nieuwe-notitie"
    added = response.get_json()
    assert (added["id"], added["format"], added["paragraphCount"]) == ("nieuwe-notitie", "text", 1)
    assert (corpus / "nieuwe-notitie.txt").read_text() == NOTE
    record = wait_for(client, added["build"]["id"])
    assert (record["status"], record["phase"], record["documents"], record["error"]) == ("succeeded", "done", 2, None)
    assert client.get("/v1/index").get_json()["version"] == record["index"]
    assert client.get("/v1/documents/nieuwe-notitie").status_code == 200


def test_the_same_file_again(client):
    """200, and nothing is there twice."""
    wait_for(client, upload(client).get_json()["build"]["id"])
    response = upload(client)
    assert response.status_code == 200
    wait_for(client, response.get_json()["build"]["id"])
    assert len(client.get("/v1/documents").get_json()["documents"]) == 2


def test_another_text_of_a_document_that_is_here(client, corpus: Path):
    """409; the one that is here stays."""
    other = LETTER.read_text("utf-8").replace("Canada", "Kenia")
    problem = assert_problem(upload(client, other), 409)
    assert "kst-27925-681 is already here" in problem["detail"]
    assert (corpus / "kst-27925-681.txt").read_bytes() == LETTER.read_bytes()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(50), b"PK\x03\x04junk", b"%PDF-1.4 junk"])
def test_what_cannot_be_read_is_refused(client, corpus: Path, content: bytes):
    """400 with the reason; no file is left."""
    problem = assert_problem(upload(client, content, "stuk.pdf"), 400)
    assert "stuk.pdf" in problem["detail"]
    assert [path.name for path in corpus.iterdir()] == ["kst-27925-681.txt"]


def test_an_upload_without_a_file(client):
    """400 names the field; another content type is 415."""
    assert_problem(client.post("/v1/documents", data={"other": "x"}, content_type="multipart/form-data"), 400)
    assert_problem(client.post("/v1/documents", json={}), 415)


def test_an_upload_that_is_too_large(corpus, data, encoder):
    """413 states the limit of uploads, not of questions."""
    build(Library(corpus), encoder, data)
    client = make_app(data, corpus, encoder, max_upload_bytes=300_000).test_client()
    assert upload(client, b"x" * 200_000 + b" .\n").status_code == 201
    problem = assert_problem(upload(client, b"x" * 400_000, "groot.txt"), 413)
    assert "300000 bytes" in problem["detail"]


def test_a_removed_document_is_gone_from_answers(client, corpus: Path):
    """204; its file is in the trash, with the next switch its paragraphs are gone."""
    assert client.delete("/v1/documents/kst-27925-681").status_code == 204
    assert not (corpus / "kst-27925-681.txt").exists()
    (latest,) = client.get("/v1/index-builds").get_json()["builds"]
    wait_for(client, latest["id"])
    assert client.get("/v1/documents").get_json()["documents"] == []
    assert_problem(client.delete("/v1/documents/kst-27925-681"), 404)
    assert len(list((corpus / ".trash").rglob("kst-27925-681.txt"))) == 1


def test_a_removed_document_takes_its_twins_along(client, corpus: Path, letter):
    """The lesser format does not come back in its place."""
    from rendering_docx import render_docx

    wait_for(client, upload(client, render_docx(letter), "brief.docx").get_json()["build"]["id"])
    (document,) = client.get("/v1/documents").get_json()["documents"]
    assert (document["format"], document["twins"]) == ("docx", ["kst-27925-681.txt"])
    assert client.delete("/v1/documents/kst-27925-681").status_code == 204
    assert [path.name for path in corpus.iterdir()] == [".trash"]


def test_builds_on_request(client):
    """202 and a place to look; unknown builds are 404."""
    response = client.post("/v1/index-builds")
    assert response.status_code == 202
    record = response.get_json()
    assert response.headers["Location"] == f"/v1/index-builds/{record['id']}"
    assert wait_for(client, record["id"])["status"] == "succeeded"
    for unknown in ("0" * 16, "x", "..", "%2e%2e%2fcurrent"):
        assert_problem(client.get(f"/v1/index-builds/{unknown}"), 404)


def test_one_build_at_a_time(corpus: Path, data: Path, encoder):
    """A second request gets the running build; what came in between is in the index when it has ended."""
    build(Library(corpus), encoder, data)
    may_go_on, began = threading.Event(), threading.Event()
    ran: list[str] = []

    def run_build(build_id: str) -> None:
        ran.append(build_id)
        began.set()
        assert may_go_on.wait(10)
        build(Library(corpus), encoder, data, build_id=build_id)

    builds = Builds(data, run_build)
    first = builds.start()
    assert began.wait(10)
    assert builds.start().id == first.id
    (corpus / "tussendoor.txt").write_text(NOTE)
    may_go_on.set()
    deadline = time.monotonic() + 10
    while len(ran) < 2 or builds.read(first.id).status != "succeeded":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert builds.read(first.id).documents == 2


def test_a_build_that_fails_is_told(corpus: Path, data: Path, encoder):
    """The record holds the reason, and the next build can start."""

    def run_build(build_id: str) -> None:
        raise RuntimeError("the disk is full; make room")

    builds = Builds(data, run_build)
    record = builds.start()
    deadline = time.monotonic() + 10
    while (found := builds.read(record.id)).status != "failed":
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert found.error == "the disk is full; make room"
    time.sleep(0.05)
    assert builds.start().id != record.id


@pytest.mark.parametrize("is_gone", [False, True])
def test_a_build_that_fails_while_nothing_can_be_written(data: Path, monkeypatch, is_gone):
    """A full disk, or an emptied data folder: it is told as failed where it can be, and the next can start."""
    began, may_fail, ran = threading.Event(), threading.Event(), []

    def run_build(build_id: str) -> None:
        ran.append(build_id)
        began.set()
        assert may_fail.wait(10)
        raise DataFolderUnusable("no room")

    def refuse(self: BuildRecords, record: BuildRecord) -> None:
        raise DataFolderUnusable("no room for records either")

    builds = Builds(data, run_build)
    record = builds.start()
    assert began.wait(10)
    with monkeypatch.context() as full:
        full.setattr(BuildRecords, "write", refuse)
        if is_gone:
            shutil.rmtree(data / "builds")
        may_fail.set()
        deadline = time.monotonic() + 10
        while not is_gone and builds.read(record.id).status != "failed":
            assert time.monotonic() < deadline
            time.sleep(0.02)
    assert is_gone or builds.latest() == builds.read(record.id)
    while len(ran) < 2:
        assert time.monotonic() < deadline
        builds.start()
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/documents"),
        ("DELETE", "/v1/documents/kst-27925-681"),
        ("POST", "/v1/index-builds"),
        ("POST", "/documents"),
        ("POST", "/documents/kst-27925-681/remove"),
        ("POST", "/documents/restore"),
    ],
)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elders.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Host": "elders.example"},
    ],
    ids=lambda headers: " ".join(f"{name}: {value}" for name, value in headers.items()),
)
def test_other_sites_cannot_change_anything(client, corpus: Path, method: str, path: str, headers: dict[str, str]):
    """A page of another site, and a name that was made to lead here, are refused: 403."""
    response = client.open(path, method=method, headers=headers)
    assert response.status_code == 403
    assert (corpus / "kst-27925-681.txt").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_on_a_network_nothing_can_be_changed(corpus, data, encoder, host: str):
    """Until there are tokens, writing is for loopback; the page then offers no forms."""
    build(Library(corpus), encoder, data)
    client = make_app(data, corpus, encoder, host=host).test_client()
    assert_problem(upload(client), 403)
    assert_problem(client.delete("/v1/documents/kst-27925-681"), 403)
    assert_problem(client.post("/v1/index-builds"), 403)
    page = html.fromstring(client.get("/documents").get_data(as_text=True))
    assert page.xpath("//main//form[@method='post']") == []
    assert client.post("/v1/passages/_search", json={"question": "drones"}).status_code == 200


def test_adding_removing_and_undoing_on_the_page(client, corpus: Path):
    """Without JavaScript: forms that lead back to the page."""
    response = client.post(
        "/documents", data={"file": [(io.BytesIO(NOTE.encode()), "a.txt"), (io.BytesIO(b"Twee.\n"), "b.txt")]}
    )
    assert (response.status_code, response.location) == (303, "/documents?added=2")
    assert "2 bestanden zijn toegevoegd." in client.get(response.location).get_data(as_text=True)
    (latest,) = client.get("/v1/index-builds").get_json()["builds"]
    assert wait_for(client, latest["id"])["documents"] == 3
    response = client.post("/documents/a/remove")
    assert response.status_code == 303
    page = html.fromstring(client.get(response.location).get_data(as_text=True))
    (form,) = page.xpath("//form[contains(@class,'undo')]")
    assert "a is verwijderd." in form.text_content()
    assert not (corpus / "a.txt").exists()
    response = client.post("/documents/restore", data=dict(form.fields))
    assert response.status_code == 303
    assert (corpus / "a.txt").read_text() == NOTE
    assert "a.txt is teruggezet." in client.get(response.location).get_data(as_text=True)


def test_nothing_chosen(client):
    """The page says what to do first."""
    response = client.post("/documents", data={"other": "x"}, content_type="multipart/form-data")
    assert response.status_code == 400
    assert 'Niet toegevoegd: <span lang="nl">kies eerst een bestand.</span>' in response.get_data(as_text=True)


def test_files_that_cannot_be_added_are_named_on_the_page(client, corpus: Path):
    """The others are added all the same."""
    response = client.post(
        "/documents", data={"file": [(io.BytesIO(b""), "leeg.txt"), (io.BytesIO(b"Goed.\n"), "goed.txt")]}
    )
    assert response.status_code == 400
    page = html.fromstring(response.get_data(as_text=True))
    (fault,) = page.xpath("//*[@role='alert']")
    assert "Niet toegevoegd: leeg.txt is leeg" in " ".join(fault.text_content().split())
    assert (corpus / "goed.txt").exists()


def test_quality_and_twins_are_shown(client, letter):
    """What the keeper has to know of each document."""
    from rendering_docx import render_docx

    wait_for(client, upload(client, render_docx(letter), "brief.docx").get_json()["build"]["id"])
    page = html.fromstring(client.get("/documents").get_data(as_text=True))
    (row,) = page.xpath("//tbody/tr")
    text = " ".join(row.text_content().split())
    assert "docx" in text and "ook aanwezig: kst-27925-681.txt" in text and "Leeskwaliteit 100%" in text


def test_a_kept_snapshot_can_be_asked_again(client):
    """An answer names its snapshot; with that name the same answer comes back after the documents changed."""
    question = {"question": "drones", "limit": 50}
    before = client.post("/v1/passages/_search", json=question).get_json()
    wait_for(client, upload(client).get_json()["build"]["id"])
    after = client.post("/v1/passages/_search", json=question).get_json()
    again = client.post("/v1/passages/_search", json=question | {"index": before["index"]["version"]}).get_json()
    assert after["index"]["version"] != before["index"]["version"]
    assert len(after["passages"]) == len(before["passages"]) + 1
    assert again == before
    for unknown in ("20010101T000000Z-00000000", "../current", ""):
        assert_problem(client.post("/v1/passages/_search", json=question | {"index": unknown}), 400)


def test_changes_in_the_folder_are_noticed(tmp_path: Path):
    """With the setting, a file put into the folder starts a build; hidden files do not."""
    from service.builds import build_on_changes

    started: list[float] = []

    class Counting:
        def start(self) -> None:
            started.append(time.monotonic())
            # A full disk, say: what comes later is noticed all the same.
            raise DataFolderUnusable("no room")

    folder = tmp_path / "documents"
    build_on_changes(folder, Counting())  # type: ignore[arg-type]
    deadline = time.monotonic() + 20
    number = 0
    while not started and time.monotonic() < deadline:
        number += 1
        (folder / f".verborgen{number}").write_text("x")
        time.sleep(0.3)
        assert not started
        (folder / f"brief{number}.txt").write_text(NOTE)
        time.sleep(2.5)
    assert started
    before = len(started)
    (folder / "nog een.txt").write_text(NOTE)
    while len(started) == before:
        assert time.monotonic() < deadline
        time.sleep(0.1)
