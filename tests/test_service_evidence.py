"""An evidence pack shows later whether what was quoted still stands there."""

import json

import pytest

from corpus.library import Library
from corpus.quotations import differences_from_sources
from service.evidence import NoEvidence, quotations_of

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
    library = Library(corpus)
    assert len(quotations_of(pack)) == 3
    assert differences_from_sources(library, quotations_of(pack)) == []
    (corpus / "kst-27925-681.txt").rename(corpus / "hernoemd.txt")
    assert differences_from_sources(library, quotations_of(pack)) == []


def test_a_changed_source_is_noticed(pack, corpus):
    """Said once, for the document."""
    path = corpus / "kst-27925-681.txt"
    path.write_text(path.read_text("utf-8").replace("software", "hardware"), "utf-8")
    (said,) = differences_from_sources(Library(corpus), quotations_of(pack))
    assert said.startswith("kst-27925-681: no file here has the contents that were quoted")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda passage: passage.update(text=passage["text"].replace("e", "i")), "is not what was quoted"),
        (lambda passage: passage["source"].update(paragraph=99), "no such paragraph"),
        (lambda passage: passage["source"].update(citation="Kamerstukken I"), "its citation is Kamerstukken II"),
        (lambda passage: passage["source"].update(documentId="kst-1-1"), "the file is kst-27925-681 now"),
    ],
)
def test_a_changed_pack_is_noticed(pack, corpus, change, said):
    """Whoever changes a quotation in the file does not get it past the check."""
    held = json.loads(pack.read_text())
    change(held["answer"]["passages"][0])
    pack.write_text(json.dumps(held))
    (difference,) = differences_from_sources(Library(corpus), quotations_of(pack))
    assert said in difference


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"form": "vindplaats-evidence/2"}'])
def test_what_is_no_pack(tmp_path, content):
    """Said with the file's name."""
    path = tmp_path / "iets.json"
    path.write_bytes(content)
    with pytest.raises(NoEvidence, match=r"iets\.json is no evidence pack"):
        quotations_of(path)
