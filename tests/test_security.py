"""The attacks that have hit systems of this kind, one test for each; longer suites stand beside each part.

pickle, FAISS deserialisation: test_nothing_is_run_from_data, test_a_changed_index_is_refused
upload path traversal: test_no_name_leads_out_of_the_store, test_no_address_leads_to_a_file_of_the_server
uploaded HTML, `javascript:` links: test_no_original_is_served, test_hostile_documents_do_nothing_in_a_browser,
    test_no_text_becomes_markup
changes without signing in: test_no_change_without_the_right, test_no_route_changes_anything_without_the_right,
    test_every_route_with_every_role, test_no_header_or_field_makes_another_method
empty or default secret, token as a path: test_no_public_service_without_a_strong_secret,
    test_without_a_token_nothing_is_served_to_others, test_every_token_is_compared_in_constant_time
zip slip, zip bombs: test_zip_bombs_and_slips
XXE, entity bombs: test_entities_are_not_read
endless loops, memory floods: test_loops_and_floods_end_with_their_process,
    test_reading_that_needs_too_much_memory_is_refused, test_hostile_files_are_read_or_refused_within_the_limits
deep nesting: test_deep_json_is_refused, test_deep_documents_are_refused
SSRF: test_a_document_makes_the_reader_fetch_nothing, test_a_whole_run_connects_to_nothing_beyond_this_machine
multipart floods, cached cookies: test_floods_of_form_parts, test_the_cookie
predictable temporary names: test_temporary_files_have_private_folders
headers and policy: test_headers_on_every_response, test_what_the_server_refuses_has_the_headers_of_every_answer
crash safety: test_builds_killed_under_constant_asking, test_every_tenth_write_fsync_and_rename_fails
"""

import ast
import json
import os
import random
import re
import socket
import stat
import urllib.parse
from pathlib import Path

import pytest
from conftest import ROOT, make_app, served
from hostile_files import BOMB, DEEP, FETCHING, made, pdf, run
from test_service_access import PUBLIC, bearer, command, state
from test_service_collection import upload, wait_for

from corpus.confined import ConfinedReader
from corpus.errors import DocumentError
from corpus.library import Library
from corpus.readers import read_document
from index.build import build
from index.errors import IndexingError
from index.snapshot import SnapshotFolder
from service.tokens import Tokens

SOURCES = [path for package in ("corpus", "index", "service", "scripts") for path in (ROOT / package).rglob("*.py")]
LEADING_AWAY = (
    "../../buiten.txt", "..\\..\\buiten.txt", "/etc/cron.d/buiten.txt", "C:\\buiten.txt", "%2e%2e%2fbuiten.txt",
    "a\0../buiten.txt", "\u202etxt.netiub", "b" * 300 + ".txt", "CON", "con.txt", "punt.txt...", "", ".", "..",
    ".verborgen.txt", "a/../../buiten.txt", "\r\nX: y.txt", "~root/buiten.txt", "buiten.txt\n",
)  # fmt: skip
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>"


def read(data: bytes, name: str, tmp_path: Path):
    path = tmp_path / name
    path.write_bytes(data)
    return read_document(path)


def upload_by_hand(client, content: bytes, name: str):
    """Like `upload`, of whose large forms the test client leaves a temporary file open."""
    head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = head + content + b"\r\n--b--\r\n"
    return client.post("/v1/documents", data=body, content_type="multipart/form-data; boundary=b")


def test_every_attack_above_has_its_test():
    """By the name that stands there."""
    written = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests").glob("test_*.py"))
    named = re.findall(r"test_\w+", __doc__ or "")
    assert len(named) > 20
    assert [name for name in named if f"def {name}(" not in written] == []


def test_nothing_is_run_from_data():
    """No module loads pickles or code out of files, by any name."""
    for path in SOURCES:
        tree = ast.parse(path.read_text("utf-8"))
        names = {
            alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        names |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not names & {"pickle", "cPickle", "joblib", "dill", "cloudpickle", "shelve", "marshal"}, path
        called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
        assert not called & {"eval", "exec", "compile", "torch.load", "yaml.load", "os.system", "__import__"}, path
        assert "allow_pickle" not in path.read_text("utf-8") or "allow_pickle=False" in path.read_text("utf-8"), path


def test_a_changed_index_is_refused(corpus, data, encoder):
    """Whatever byte is flipped or cut in whatever file: refused by name, before FAISS reads it."""
    version = build(Library(corpus), encoder, data).manifest.version
    folder, chance = SnapshotFolder(data), random.Random(10)
    files = sorted(path for path in (data / "snapshots" / version).iterdir() if path.stat().st_size)
    assert any(path.suffix == ".faiss" for path in files)
    refused = 0
    for case in range(int(os.environ.get("CASES", "150"))):
        path = chance.choice([path for path in files if path.name != "manifest.json"])
        whole = path.read_bytes()
        place = chance.randrange(len(whole))
        flipped = whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
        path.write_bytes(flipped if case % 3 else whole[:place])
        with pytest.raises(IndexingError, match=re.escape(path.name)):
            # The words are read by builds only.
            (folder.place_words if path.name == "words.safetensors" else folder.open)(version)
        path.write_bytes(whole)
        refused += 1
    assert refused == int(os.environ.get("CASES", "150"))
    assert folder.open(version).documents


@pytest.mark.parametrize("name", LEADING_AWAY, ids=ascii)
def test_no_name_leads_out_of_the_store(client, corpus, tmp_path, name):
    """A file lands in the documents folder under a name of our own, or is refused; nothing else is written."""
    outside = {path for path in tmp_path.rglob("*") if corpus not in path.parents and "var" not in path.parts}
    header = name.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "%0D").replace("\n", "%0A")
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + header.encode() + b'"\r\n\r\n'
    body += b"Een alinea.\r\n--b--\r\n"
    response = client.post("/v1/documents", data=body, content_type="multipart/form-data; boundary=b")
    assert response.status_code in (201, 400)
    if response.status_code == 201:
        wait_for(client, response.get_json()["build"]["id"])
    for path in corpus.iterdir():
        assert re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,120}\.txt|\.trash", path.name), path.name
    assert {path for path in tmp_path.rglob("*") if corpus not in path.parents and "var" not in path.parts} == outside
    assert not list(Path("/etc/cron.d").glob("buiten*")) if Path("/etc/cron.d").exists() else True


@pytest.mark.parametrize("path", ["../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "/etc/passwd", "%00", "....//etc"])
def test_no_address_leads_to_a_file_of_the_server(client, path):
    """Documents, builds, removals and static files by name only."""
    for place in ("/v1/documents/", "/documents/", "/v1/index-builds/", "/static/", "/"):
        response = client.get(place + path)
        assert response.status_code in (301, 308, 404) and b"root:" not in response.data
        response.close()
    assert client.delete(f"/v1/documents/{path}").status_code in (308, 404, 405)
    assert client.post("/documents/restore", data={"removal": path}).status_code == 400


def test_no_original_is_served(client):
    """What was uploaded is never sent back as it came: no route gives anything but our own JSON and pages."""
    added = upload(client, f"<!doctype html><title>x</title><p>Tekst.</p>{SCRIPT}", "stuk.html").get_json()
    wait_for(client, added["build"]["id"])
    for rule in client.application.url_map.iter_rules():
        if "GET" not in rule.methods or "number" in rule.arguments:
            continue
        path = re.sub("<[^>]+>", added["id"], rule.rule)
        response = client.get(path)
        assert b"<script>alert" not in response.data and b"onerror=alert(1)>" not in response.data, path
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        response.close()


@pytest.mark.browser
def test_hostile_documents_do_nothing_in_a_browser(corpus, data, encoder, browser):
    """Read, listed, found and cited in Chromium: no dialog, no blocked script, no request elsewhere."""
    (corpus / "html.html").write_text(f"<!doctype html><title>{SCRIPT}</title><h1>{SCRIPT}</h1><p>Drones {SCRIPT}</p>")
    (corpus / "tekst.txt").write_text(f"Drones {SCRIPT}\n\nDrones \"'><svg onload=alert(1)>\n")
    (corpus / "md.md").write_text(
        f"# Drones\n\n[drones](javascript:alert(1)) {SCRIPT}\n\n![x](https://elders.example/x)\n"
    )
    build(Library(corpus), encoder, data)
    with served(make_app(data, corpus, encoder)) as url:
        page = browser.new_page()
        dialogs, complaints, elsewhere = [], [], []
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
        page.on(
            "console", lambda message: complaints.append(message.text) if "Content Security" in message.text else None
        )
        page.on("request", lambda sent: None if sent.url.startswith(url) else elsewhere.append(sent.url))
        for document in ("html", "tekst", "md"):
            assert page.goto(f"{url}/documents/{document}").ok
        page.goto(f"{url}/documents")
        page.goto(url)
        page.fill("#question", f"drones {SCRIPT}")
        page.press("#question", "Enter")
        page.wait_for_selector(".turn")
        for link in page.locator("a").all():
            assert not (link.get_attribute("href") or "").startswith("javascript:")
        page.close()
    assert (dialogs, complaints, elsewhere) == ([], [], [])


def test_no_change_without_the_right(corpus, data, encoder):
    """The shortest of it; every route with every role is in test_service_access.py."""
    build(Library(corpus), encoder, data)
    data.joinpath("builds").mkdir(exist_ok=True)
    app = make_app(data, corpus, encoder, **PUBLIC)
    token, before = Tokens(data).make("jansen"), state(corpus, data)
    assert upload(app.test_client()).status_code == 401
    assert app.test_client().delete("/v1/documents/kst-27925-681").status_code == 401
    assert app.test_client().post("/v1/index-builds").status_code == 401
    assert state(corpus, data) == before
    assert app.test_client().delete("/v1/documents/kst-27925-681", headers=bearer(token)).status_code == 204


def test_no_public_service_without_a_strong_secret(data):
    """It does not start; no setting gives a token of somebody's own making."""
    refused = command("serve", data=data, VINDPLAATS_HOST="0.0.0.0")
    assert refused.returncode == 1 and "make_token.py" in refused.stderr
    assert not re.search(r"VINDPLAATS_\w*(TOKEN|SECRET|PASSWORD)", (ROOT / "service/config.py").read_text())
    for path in ("", "..", "tokens.json", "/etc/passwd"):
        assert Tokens(data).holder(path) is None


@pytest.mark.parametrize("name", ["bomb.docx", "bomb.odt", "many.docx", "outside.docx", "link.docx"])
def test_zip_bombs_and_slips(client, corpus, tmp_path, name):
    """Refused by what the directory says before unpacking, or read without what leads elsewhere; nothing is unpacked."""
    before = set(tmp_path.rglob("*"))
    response = upload_by_hand(client, made()[name], name)
    assert response.status_code in (201, 400) and (response.status_code == 400 or name == "outside.docx")
    left = {path.name for path in set(tmp_path.rglob("*")) - before}
    assert not left & {"outside.xml", "x", "document.xml", "content.xml"}


@pytest.mark.parametrize("content", [BOMB, FETCHING], ids=["bomb", "file"])
@pytest.mark.parametrize("name", ["a.xml", "a.html", "a.md", "a.txt"])
def test_entities_are_not_read(tmp_path, content, name):
    """Neither a bomb of them nor a file of the server, in whatever it comes."""
    try:
        text = " ".join(paragraph.text for paragraph in read(content.encode(), name, tmp_path).paragraphs)
    except DocumentError:
        text = ""
    assert "root:" not in text and text.count("drones") < 20


def test_a_document_makes_the_reader_fetch_nothing(tmp_path):
    """A listener on this machine that documents point to hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
        page = f"<!doctype html><title>x</title><link rel=stylesheet href={url}><img src={url}><iframe src={url}></iframe><p>Tekst."
        remote = f'<?xml version="1.0"?><!DOCTYPE x SYSTEM "{url}"><x>&y;</x>'
        action = f"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /URI /URI ({url}) >> >>"
        files = {"a.html": page.encode(), "b.xml": remote.encode(), "c.md": f"![x]({url})\n".encode()}
        files["d.pdf"] = pdf(action, "<< /Type /Pages /Kids [] /Count 0 >>")
        with ConfinedReader() as reader:
            for name, content in files.items():
                (tmp_path / name).write_bytes(content)
                try:
                    reader.read(tmp_path / name)
                except DocumentError:
                    continue
        with pytest.raises(TimeoutError):
            listener.accept()


def test_loops_and_floods_end_with_their_process(tmp_path):
    """A reader that would go on for ever is killed and told; the next file is read."""
    (tmp_path / "lang.html").write_bytes(b"<!doctype html><title>x</title>" + b"<p>drones</p>" * 400_000)
    (tmp_path / "goed.txt").write_text("Een alinea.\n")
    with ConfinedReader(time_limit_s=1.0) as reader:
        with pytest.raises(DocumentError, match=r"lang\.html"):
            reader.read(tmp_path / "lang.html")
        assert reader.read(tmp_path / "goed.txt").paragraphs


@pytest.mark.parametrize("body", ["[" * DEEP, '{"history":' * DEEP, '{"question": ' + "[" * DEEP + "]" * DEEP + "}"])
def test_deep_json_is_refused(client, body):
    """By its depth or its size, not by a crash."""
    response = client.post("/v1/passages/_search", data=body, content_type="application/json")
    assert response.status_code in (400, 413) and response.content_type == "application/problem+json"


@pytest.mark.parametrize("name", ["deep.html", "deep.xml", "deep.rtf", "deep.pdf"])
def test_deep_documents_are_refused(client, name):
    """400 with the file's name; the service lives."""
    response = upload_by_hand(client, made()[name], name)
    assert response.status_code == 400 and name in response.get_json()["detail"]
    assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("path", ["/", "/v1/documents", "/documents", "/sign-in", "/v1/passages/_search"])
def test_floods_of_form_parts(client, path):
    """Parts, their memory and the body have limits; what comes back may be kept by nobody."""
    parts = (
        "".join(f'--b\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\nx\r\n' for n in range(20_000)) + "--b--\r\n"
    )
    large = '--b\r\nContent-Disposition: form-data; name="question"\r\n\r\n' + "x" * 3_000_000 + "\r\n--b--\r\n"
    for body in (parts, large):
        response = client.post(path, data=body.encode(), content_type="multipart/form-data; boundary=b")
        assert response.status_code in (413, 415), path
        assert response.headers["Cache-Control"] == "no-store"


def test_temporary_files_have_private_folders(client, data, corpus, monkeypatch):
    """0700, with names that nobody can guess; nothing is left."""
    seen = []
    real = Library.add
    monkeypatch.setattr(Library, "add", lambda self, path, name=None: seen.append(path) or real(self, path, name))
    assert upload(client).status_code == 201
    (path,) = seen
    assert path.parent == data / "incoming" and re.fullmatch(r"[0-9a-f]{16}", path.name)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700 and list(path.parent.iterdir()) == []


def test_hostile_files_are_read_or_refused_within_the_limits():
    """The short form of hostile_files.py: 20 seconds and 512 MB for each."""
    read_count, refused, _ = run(len(made()) + 13, 1)
    assert read_count + refused == len(made()) + 13 and refused >= 15


def test_no_question_is_in_an_address(client):
    """Forms and programs send it in the body; what is asked by address is not answered."""
    asked = urllib.parse.quote("Wat doet het IIJ?")
    assert client.get(f"/v1/passages/_search?question={asked}").status_code == 405
    assert "IIJ" not in client.get(f"/?question={asked}").text.split("<textarea")[1].split("</textarea>")[0]
    page = client.post("/", data={"question": "Wat doet het IIJ?"}).text
    for address in re.findall(r'(?:href|action)="([^"]*)"', page):
        assert "IIJ" not in urllib.parse.unquote(address) and "question" not in address
    assert json.loads(client.post("/v1/passages/_search", json={"question": "IIJ"}).text)["passages"]
