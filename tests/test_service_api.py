import hashlib
import json
from unittest.mock import Mock

import pytest
from conftest import LETTER

from index.errors import ModelUnavailable
from index.search import Searcher

SEARCH = "/v1/passages/_search"


def ask(client, body, **options):
    return client.post(SEARCH, data=body if isinstance(body, bytes) else json.dumps(body), **{
        "content_type": "application/json", **options
    })  # fmt: skip


def assert_problem(response, status: int) -> dict:
    """Every error has this one shape (RFC 9457)."""
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    problem = response.get_json()
    assert problem["status"] == status
    assert problem["title"] and problem["detail"]
    assert response.headers["Cache-Control"] == "no-store"
    return problem


@pytest.mark.parametrize(
    ("error", "status", "told"),
    [
        (ModelUnavailable("the model is gone; run scripts/run again"), 503, "the model is gone; run scripts/run again"),
        (RuntimeError("secret"), 500, ""),
    ],
)
def test_faults_of_the_service_itself(client, monkeypatch, error, status, told):
    """One that says what to do is told, 503; of any other nothing is told, 500."""
    monkeypatch.setattr(Searcher, "ask", Mock(side_effect=error))
    problem = assert_problem(ask(client, {"question": "Wat deed de software?"}), status)
    assert told in problem["detail"] and "secret" not in problem["detail"]


def test_the_answers_form_field_by_field(client, letter):
    """The contract of design.md."""
    response = ask(client, {"question": "Wat deed de software?", "limit": 2})
    assert response.status_code == 200
    assert response.content_type == "application/json"
    assert response.headers["API-Version"] == "1.0.0"
    answer = response.get_json()
    assert list(answer) == [
        "question",
        "understoodAs",
        "answered",
        "confidence",
        "unknownReference",
        "passages",
        "index",
        "searched",
    ]
    assert answer["searched"] == {
        "documents": 1,
        "paragraphs": 20,
        "from": "2019-12-02",
        "to": "2019-12-02",
        "skipped": 0,
        "index": answer["index"]["version"],
    }
    assert answer["question"] == answer["understoodAs"] == "Wat deed de software?"
    assert isinstance(answer["answered"], bool)
    assert 0 <= answer["confidence"] <= 1
    assert len(answer["passages"]) == 2
    passage = answer["passages"][0]
    paragraph = letter.paragraph(7)
    assert passage["rank"] == 1
    assert passage["text"] == paragraph.text
    (highlight,) = passage["highlights"]
    assert "software" in paragraph.text[highlight["start"] : highlight["end"]]
    assert passage["source"] == {
        "documentId": "kst-27925-681",
        "title": "Brief van de Minister van Buitenlandse Zaken",
        "date": "2019-12-02",
        "sections": ["Verbinden: internationaal, nationaal en lokaal"],
        "paragraph": 7,
        "footnote": None,
        "pages": [2, 3],
        "address": "kst-27925-681#al-7",
        "citation": (
            "Kamerstukken II 2019/20, 27925, nr. 681, p. 2-3, "
            "onder 'Verbinden: internationaal, nationaal en lokaal', al. 2"
        ),
        "url": "/documents/kst-27925-681#al-7",
        "officialUrl": "https://zoek.officielebekendmakingen.nl/kst-27925-681.html",
        "sha256": hashlib.sha256(LETTER.read_bytes()).hexdigest(),
        "indexVersion": answer["index"]["version"],
    }
    assert passage["footnotes"] == []
    assert passage["before"] == letter.paragraph(6).text
    assert passage["after"] == letter.paragraph(8).text
    assert answer["index"]["documents"] == 1
    assert answer["index"]["paragraphs"] == 20
    assert answer["index"]["builtAt"].endswith("Z")


def test_a_footnote_is_a_hit_of_its_own(client, letter):
    """Its source names the mark and the paragraph that carries it."""
    answer = ask(client, {"question": "iij de", "limit": 50}).get_json()
    (hit,) = [p for p in answer["passages"] if p["source"]["footnote"] == "3"]
    assert hit["text"] == letter.footnote("3").text
    assert hit["source"]["paragraph"] == 6
    assert hit["source"]["address"] == "kst-27925-681#noot-3"
    assert hit["source"]["url"] == "/documents/kst-27925-681#noot-3"
    assert hit["source"]["pages"] == [2]


def test_footnotes_come_with_their_paragraph(client):
    """Paragraph 1 carries note 1; nothing stands before it."""
    answer = ask(client, {"question": "canada", "limit": 1}).get_json()
    assert answer["passages"][0]["source"]["paragraph"] == 1
    assert answer["passages"][0]["footnotes"] == [{"mark": "1", "text": "Raadpleegbaar via www.tweedekamer.nl."}]
    assert answer["passages"][0]["before"] is None


def test_a_document_that_is_not_here_is_said_to_be_unknown(client):
    """A number that names no document here is not answered with a look-alike."""
    answer = ask(client, {"question": "Wat staat er in Kamerstuk 26 150, nr. 999?"}).get_json()
    assert answer["unknownReference"] is not None and "26150" in answer["unknownReference"].replace(" ", "")
    assert not answer["answered"]
    page = client.post("/", data={"question": "Wat staat er in Kamerstuk 26 150, nr. 999?"}).get_data(as_text=True)
    assert "is niet in de doorzochte documenten" in page


def test_a_whole_number_may_be_written_with_a_fraction(client):
    """2.0 is the integer 2 to JSON Schema, so that the description promises to take it; 2.5, true and "2" are not."""
    asked = {"question": "drones", "limit": 2.0, "perDocument": 1.0}
    assert len(ask(client, asked).get_json()["passages"]) == 1
    for value in (2.5, True, "2"):
        problem = assert_problem(ask(client, {"question": "drones", "limit": value, "perDocument": value}), 400)
        assert [fault["pointer"] for fault in problem["errors"]] == ["/limit", "/perDocument"]
    assert ask(client, b'{"question": "drones", "limit": 1e999}').status_code == 400


def test_at_most_so_many_passages_of_one_document(client):
    """So that one long letter does not fill the list."""
    answer = ask(client, {"question": "drones", "limit": 10, "perDocument": 2}).get_json()
    assert len(answer["passages"]) == 2


def test_history_makes_a_follow_up_understood(client):
    """The earlier questions come from the client; the answer tells how the question was read."""
    answer = ask(client, {"question": "En wie was dat?", "history": ["Welke burgemeesters spraken?"]}).get_json()
    assert answer["understoodAs"] == "Welke burgemeesters spraken? En wie was dat?"
    assert answer["question"] == "En wie was dat?"


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"documents": ["kst-27925-681"]}, True),
        ({"dossier": "27925"}, True),
        ({"dossier": "27 925"}, True),
        ({"from": "2019-01-01", "to": "2019-12-31"}, True),
        ({"from": "2020-01-01"}, False),
        ({"sender": " Buitenlandse  zaken "}, True),
        ({"kind": "letter"}, True),
        ({"kind": "letter", "from": "2020-01-01"}, False),
        ({}, True),
    ],
)
def test_filters(client, filters, found):
    """Each filter narrows; what is left over is nothing, not everything."""
    answer = ask(client, {"question": "drones", "filter": filters}).get_json()
    assert bool(answer["passages"]) == found


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (b"", [""]),
        (b"{", [""]),
        (b"\xff\xfe", [""]),
        (b'{"question": "\xc3"}', [""]),
        (b"[" * 100_000, [""]),
        (None, [""]),
        ([], [""]),
        (1, [""]),
        ("drones", [""]),
        ({}, ["/question"]),
        ({"question": None}, ["/question"]),
        ({"question": 5}, ["/question"]),
        ({"question": ["drones"]}, ["/question"]),
        ({"question": ""}, ["/question"]),
        ({"question": " \t\n "}, ["/question"]),
        ({"question": "x" * 1001}, ["/question"]),
        ({"question": "drones", "limit": 0}, ["/limit"]),
        ({"question": "drones", "limit": 51}, ["/limit"]),
        ({"question": "drones", "limit": "5"}, ["/limit"]),
        ({"question": "drones", "limit": True}, ["/limit"]),
        ({"question": "drones", "limit": None}, ["/limit"]),
        ({"question": "drones", "perDocument": 0}, ["/perDocument"]),
        ({"question": "drones", "history": "x"}, ["/history"]),
        ({"question": "drones", "history": [1]}, ["/history/0"]),
        ({"question": "drones", "history": ["x"] * 51}, ["/history"]),
        ({"question": "drones", "history": ["x" * 1001]}, ["/history/0"]),
        ({"question": "drones", "filter": []}, ["/filter"]),
        ({"question": "drones", "filter": {"year": 2019}}, ["/filter/year"]),
        ({"question": "drones", "filter": {"documents": "kst"}}, ["/filter/documents"]),
        ({"question": "drones", "filter": {"documents": []}}, ["/filter/documents"]),
        ({"question": "drones", "filter": {"sender": " "}}, ["/filter/sender"]),
        ({"question": "drones", "filter": {"kind": 1}}, ["/filter/kind"]),
        ({"question": "drones", "filter": {"from": "gisteren"}}, ["/filter/from"]),
        ({"question": "drones", "filter": {"from": "2020-01-01", "to": "2019-01-01"}}, ["/filter"]),
        ({"question": "drones", "colour": 1}, ["/colour"]),
        ({"question": "", "limit": 0, "filter": {"x": 1}}, ["/question", "/limit", "/filter/x"]),
        (b'{"question": "a", "limit": 1, "question": "b"}', ["/question"]),
        (
            b'{"question": "a", "filter": {"kind": "letter", "kind": "motion"}, "limit": 1, "limit": 1}',
            ["/filter/kind", "/limit"],
        ),
    ],
    ids=lambda value: None if isinstance(value, list) else str(value)[:40],
)
def test_bad_requests_name_every_fault(client, body, pointers):
    """400, each fault with its place, all faults together."""
    problem = assert_problem(ask(client, body), 400)
    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert all(error["detail"] for error in problem["errors"])


@pytest.mark.parametrize(
    "filters",
    [{"documents": ["kst-1-1"]}, {"dossier": "99999"}, {"sender": "Gerechtshof"}, {"kind": "motion"}, {"kind": "x"}],
)
def test_a_filter_on_what_is_not_here(client, filters):
    """400 with the name of what is missing, never everything or nothing in silence."""
    problem = assert_problem(ask(client, {"question": "drones", "filter": filters}), 400)
    ((name, value),) = filters.items()
    (fault,) = problem["errors"]
    assert fault["pointer"] == f"/filter/{name}"
    assert (value if isinstance(value, str) else value[0]) in fault["detail"] and fault["detail"] in problem["detail"]


def test_all_filters_on_what_is_not_here(client):
    """All are named at once, each with its place; so is an index that is not kept."""
    filters = {"documents": ["kst-1-1", "kst-1-2"], "dossier": "99999", "sender": "Gerechtshof", "kind": "motion"}
    problem = assert_problem(ask(client, {"question": "drones", "filter": filters}), 400)
    assert [fault["pointer"] for fault in problem["errors"]] == [f"/filter/{name}" for name in filters]
    assert "kst-1-1, kst-1-2" in problem["errors"][0]["detail"]
    problem = assert_problem(ask(client, {"question": "drones", "index": "20200101T000000Z-00000000"}), 400)
    assert [fault["pointer"] for fault in problem["errors"]] == ["/index"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_other_content_types(client, content_type):
    """415 says what to send."""
    problem = assert_problem(ask(client, {"question": "drones"}, content_type=content_type), 415)
    assert "application/json" in problem["detail"]


def test_a_body_of_ten_megabytes(client):
    """413 before anything is parsed."""
    assert_problem(ask(client, b"x" * 10_000_000), 413)


@pytest.mark.parametrize(
    "path",
    [
        "/v1/documents/kst-1-1",
        "/v1/documents/kst-27925-681/paragraphs/0",
        "/v1/documents/kst-27925-681/paragraphs/21",
        "/v1/documents/kst-27925-681/paragraphs/-1",
        "/v1/documents/kst-27925-681/paragraphs/1.5",
        "/v1/documents/kst-27925-681/paragraphs/²",
        "/v1/documents/kst-27925-681/paragraphs/99999999999999999999",
        "/v1/documents/kst-1-1/paragraphs/1",
        "/v1/documents/",
        "/v1/nothing",
        "/v1",
    ],
)
def test_what_is_not_there(client, path):
    """404 as a problem, API version included, also for unknown addresses."""
    response = client.get(path)
    assert_problem(response, 404)
    assert response.headers["API-Version"] == "1.0.0"


def test_wrong_methods(client):
    """405 as a problem, with the methods that are allowed."""
    response = client.get(SEARCH)
    assert_problem(response, 405)
    assert "POST" in response.headers["Allow"]


def test_documents(client, letter):
    """The list, a document and a paragraph of it."""
    (summary,) = client.get("/v1/documents").get_json()["documents"]
    document = client.get("/v1/documents/kst-27925-681").get_json()
    assert summary.items() <= document.items()
    assert document["dossier"] == {"number": "27925", "title": "Bestrijding internationaal terrorisme"}
    assert (document["chamber"], document["sessionYear"], document["number"]) == ("II", "2019/20", "681")
    assert (document["date"], document["sender"]) == ("2019-12-02", "Minister van Buitenlandse Zaken")
    assert [p["number"] for p in document["paragraphs"]] == list(range(1, 21))
    assert document["paragraphs"][6] == {
        "number": 7,
        "text": letter.paragraph(7).text,
        "sections": ["Verbinden: internationaal, nationaal en lokaal"],
        "pages": [2, 3],
        "footnotes": [],
        "isSignature": False,
    }
    assert document["paragraphs"][0]["footnotes"] == ["1"]
    assert document["footnotes"][2] == {"mark": "3", "text": letter.footnote("3").text, "paragraph": 6}
    paragraph = client.get("/v1/documents/kst-27925-681/paragraphs/20").get_json()
    assert paragraph["source"]["citation"] == "Kamerstukken II 2019/20, 27925, nr. 681, p. 5, ondertekening"
    assert paragraph["before"] == letter.paragraph(19).text
    assert paragraph["after"] is None


def test_the_index(client):
    """What is searched, and how it was made."""
    index = client.get("/v1/index").get_json()
    assert (index["documents"], index["paragraphs"], index["skipped"]) == (1, 20, [])
    assert index["model"] == "counting"


def test_probes(client):
    """Live and ready tell the truth."""
    assert client.get("/health/live").get_json() == {"status": "live"}
    assert client.get("/health/ready").get_json()["status"] == "ready"
