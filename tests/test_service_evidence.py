"""An evidence pack shows later whether what was quoted still stands there."""

import json

import pytest

from corpus.library import Library
from service.evidence import NoEvidence, differences_from_sources, read_pack

QUESTION = {"question": "Wat deed de software?", "history": ["Wat is het GCTF?"], "limit": 3}


@pytest.fixture
def pack(client, tmp_path):
    response = client.post("/v1/evidence-packs", json=QUESTION)
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    path = tmp_path / "bewijs.json"
    path.write_bytes(response.data)
    return path


def test_what_a_pack_holds(pack, client, letter):
    """Question, history, time, index, model, passages, documents with their checksums."""
    held = json.loads(pack.read_text())
    assert held["form"] == "vindplaats-evidence/1"
    assert held["request"] == QUESTION
    assert held["documents"] == [{"id": "kst-27925-681", "sha256": letter.source_sha256, "file": "kst-27925-681.txt"}]
    assert held["answer"] == client.post("/v1/passages/_search", json=QUESTION).get_json()
    assert held["model"] and held["modelFingerprint"] and held["madeAt"].endswith("Z")


def test_all_stand(pack, corpus):
    """Also when the file has another name now."""
    assert len(read_pack(pack).answer.passages) == 3
    assert differences_from_sources(read_pack(pack), Library(corpus)) == []
    (corpus / "kst-27925-681.txt").rename(corpus / "hernoemd.txt")
    assert differences_from_sources(read_pack(pack), Library(corpus)) == []


def test_a_changed_source_is_noticed(pack, corpus):
    """Said once, for the document."""
    path = corpus / "kst-27925-681.txt"
    path.write_text(path.read_text("utf-8").replace("software", "hardware"), "utf-8")
    (said,) = differences_from_sources(read_pack(pack), Library(corpus))
    assert said.startswith("kst-27925-681: no file here has the contents that were quoted")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda passage: passage.update(text=passage["text"].replace("e", "i")), "text is not what stands"),
        (lambda passage: passage.update(before="Iets anders."), "before is not"),
        (lambda passage: passage.update(after=None), "after is not"),
        (lambda passage: passage.update(footnotes=[{"mark": "9", "text": "Noot."}]), "footnotes is not"),
        (lambda passage: passage.update(highlights=[{"start": 0, "end": 100_000}]), "highlights is not"),
        (lambda passage: passage["source"].update(paragraph=99), "no such paragraph"),
        (lambda passage: passage["source"].update(citation="Kamerstukken I"), "citation is not"),
        (lambda passage: passage["source"].update(address="kst-27925-681#al-8"), "address is not"),
        (lambda passage: passage["source"].update(pages=[9]), "pages is not"),
    ],
)
def test_a_changed_pack_is_noticed(pack, corpus, change, said):
    """Whoever changes a quotation in the file does not get it past the check."""
    held = json.loads(pack.read_text())
    change(held["answer"]["passages"][0])
    pack.write_text(json.dumps(held))
    (difference,) = differences_from_sources(read_pack(pack), Library(corpus))
    assert said in difference


def test_a_changed_checksum_is_noticed(pack, corpus):
    """In the list of documents as well as with a passage."""
    held = json.loads(pack.read_text())
    held["documents"][0]["sha256"] = "0" * 64
    pack.write_text(json.dumps(held))
    (said,) = differences_from_sources(read_pack(pack), Library(corpus))
    assert "two checksums" in said


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"form": "vindplaats-evidence/2"}'])
def test_what_is_no_pack(tmp_path, content):
    """Said with the file's name."""
    path = tmp_path / "iets.json"
    path.write_bytes(content)
    with pytest.raises(NoEvidence, match=r"iets\.json is no evidence pack"):
        read_pack(path)
