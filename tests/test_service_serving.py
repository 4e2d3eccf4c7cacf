import logging
import time

from conftest import make_app

from corpus.library import Library
from index.build import build
from index.snapshot import SnapshotFolder
from service.serving import ServedIndex, warm


def test_a_new_snapshot_serves_at_the_next_request(corpus, data, encoder):
    """Who has the old searcher keeps it; who asks next gets the new one."""
    build(Library(corpus), encoder, data)
    served = ServedIndex(data, encoder)
    old = served.searcher()
    (corpus / "nieuw.txt").write_text("Een alinea over drones.\n")
    version = build(Library(corpus), encoder, data).manifest.version
    new = served.searcher()
    assert new.snapshot.manifest.version == version
    assert len(old.snapshot.documents) == 1 and len(new.snapshot.documents) == 2
    assert old.ask("drones").hits


def test_a_start_opens_an_index_once(corpus, data, encoder, monkeypatch):
    """The build that finds it current hands it on; what is built later is served as ever."""
    assert build(Library(corpus), encoder, data).opened is None
    openings = []
    open_it = SnapshotFolder.open

    def counted(folder, version):
        openings.append(version)
        return open_it(folder, version)

    monkeypatch.setattr(SnapshotFolder, "open", counted)
    report = build(Library(corpus), encoder, data)
    served = ServedIndex(data, encoder)
    heard = []
    served.tell(heard.append)
    served.serve(report.opened)
    assert served.searcher().ask("drones").hits and heard == [served.searcher()]
    assert openings == [report.manifest.version]
    (corpus / "nieuw.txt").write_text("Een alinea over drones.\n")
    later = build(Library(corpus), encoder, data)
    assert later.opened is None and served.searcher().snapshot.manifest.version == later.manifest.version


def test_a_damaged_new_snapshot_is_not_served(corpus, data, encoder, caplog):
    """The old one goes on serving, and the log says why, once."""
    build(Library(corpus), encoder, data)
    served = ServedIndex(data, encoder)
    old = served.searcher()
    (corpus / "nieuw.txt").write_text("Een alinea over drones.\n")
    version = build(Library(corpus), encoder, data).manifest.version
    (data / "snapshots" / version / "vectors.faiss").write_bytes(b"x")
    with caplog.at_level(logging.ERROR):
        assert served.searcher() is old
        assert served.searcher() is old
    assert len([r for r in caplog.records if "vectors.faiss" in r.getMessage()]) == 1
    (corpus / "nog.txt").write_text("Nog een.\n")
    build(Library(corpus), encoder, data)
    assert len(served.searcher().snapshot.documents) == 3


def test_a_follower_switches_within_a_second(corpus, data, encoder):
    """No request loads a snapshot; the one that is loaded was asked before it serves."""
    build(Library(corpus), encoder, data)
    served = ServedIndex(data, encoder)
    served.searcher()
    served.follow()
    (corpus / "nieuw.txt").write_text("Een alinea over drones.\n")
    version = build(Library(corpus), encoder, data).manifest.version
    ended = time.monotonic()
    while served.searcher().snapshot.manifest.version != version:
        assert time.monotonic() < ended + 5
        time.sleep(0.01)
    assert time.monotonic() - ended < 1.5


def test_a_full_queue_is_a_problem_that_says_when_to_come_back(corpus, data, encoder, monkeypatch):
    """503 with Retry-After; the next question is answered."""
    client = make_app(data, corpus, encoder).test_client()
    build(Library(corpus), encoder, data)
    asked = {"question": "Wat doet het GCTF?"}
    with monkeypatch.context() as full:
        served = client.application.extensions["served"]
        full.setattr(served._encoder, "_room", 0)
        refused = client.post("/v1/passages/_search", json=asked)
        page = client.post("/", data=asked)
    assert (refused.status_code, refused.content_type) == (503, "application/problem+json")
    assert refused.json["title"] == "Too many questions at once" and refused.headers["Retry-After"] == "1"
    assert page.status_code == 503 and "te druk" in page.text
    assert client.post("/v1/passages/_search", json=asked).status_code == 200


def test_a_build_that_succeeded_is_served(corpus, data, encoder, monkeypatch):
    """Whoever reads that it succeeded finds what it made at once, however seldom the server looks by itself."""
    build(Library(corpus), encoder, data)
    monkeypatch.setattr("service.serving._LOOK_EVERY_S", 3600.0)
    app = make_app(data, corpus, encoder)
    app.extensions["served"].searcher()
    app.extensions["served"].follow()
    client = app.test_client()
    (corpus / "nieuw.txt").write_text("Drones vliegen.\n")
    build(Library(corpus), encoder, data)
    assert len(client.get("/v1/documents").get_json()["documents"]) == 1
    assert client.get("/v1/index-builds").get_json()["builds"][0]["status"] == "succeeded"
    assert len(client.get("/v1/documents").get_json()["documents"]) == 2


def test_warming_makes_ready_what_a_misspelt_word_needs(corpus, data, encoder):
    """Nobody's first question waits for the letters of all words."""
    build(Library(corpus), encoder, data)
    searcher = ServedIndex(data, encoder).searcher()
    vocabulary = searcher.snapshot.lexical.vocabulary
    assert "_letters" not in vars(vocabulary)
    warm(searcher)
    assert "_letters" in vars(vocabulary)


def test_what_serves_from_the_start_is_made_ready_soon(corpus, data, encoder):
    """Without a question, as soon as it is followed."""
    build(Library(corpus), encoder, data)
    served = ServedIndex(data, encoder)
    vocabulary = served.searcher().snapshot.lexical.vocabulary
    assert "_letters" not in vars(vocabulary)
    served.follow()
    ends = time.monotonic() + 20
    while "_letters" not in vars(vocabulary):
        assert time.monotonic() < ends
        time.sleep(0.1)
