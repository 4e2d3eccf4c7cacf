import re

import pytest
from conftest import make_app
from lxml import html

from service.static_files import static_url_path
from service.texts import LANGUAGES

CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
HOSTILE = "<script>alert(1)</script> & \"'> \u202e"


def page(response):
    return html.fromstring(response.get_data(as_text=True))


def text_of(element) -> str:
    return " ".join(element.text_content().split())


def test_the_start_page(client):
    """A labelled question field and what is searched."""
    found = page(client.get("/"))
    (field,) = found.xpath("//textarea[@name='question']")
    assert found.xpath(f"//label[@for='{field.get('id')}']")
    assert "1 document" in text_of(found.get_element_by_id("main"))
    assert found.get("lang") == "nl"


def test_asking_without_javascript(client, letter):
    """The answer shows the paragraph in full, its best sentence marked, its citation, and a link into the letter."""
    found = page(client.post("/", data={"question": "burgemeesters"}))
    first = found.xpath("//*[contains(@class,'passage')][@open]")[0]
    assert text_of(first.xpath(".//blockquote")[0]) == letter.paragraph(8).text
    assert "een sessie over de rol van burgemeesters" in text_of(first.xpath(".//mark")[0])
    assert text_of(first.xpath(".//cite")[0]).startswith("Kamerstukken II 2019/20, 27925, nr. 681, p. 3")
    assert first.xpath(".//a[@href='/documents/kst-27925-681#al-8']")


def test_the_conversation_stays_on_the_page(client):
    """Earlier questions are sent along by the form and answered above the new one."""
    first = page(client.post("/", data={"question": "Welke burgemeesters?"}))
    history = first.xpath("//input[@name='history']/@value")
    second = page(client.post("/", data={"question": "En welke rechters?", "history": history}))
    questions = [text_of(heading) for heading in second.xpath("//h2[@class='question']")]
    assert [question.removeprefix("U vroeg: ") for question in questions] == [
        "Welke burgemeesters?",
        "En welke rechters?",
    ]
    assert "Begrepen als: Welke burgemeesters? En welke rechters?" in text_of(second)
    assert second.xpath("//input[@name='history']/@value") == ["Welke burgemeesters?", "En welke rechters?"]


def test_what_is_not_answered_is_said(client):
    """A clear sentence; the nearest misses are folded."""
    found = page(client.post("/", data={"question": "xyzzy"}))
    assert "Dit staat niet in de doorzochte documenten." in text_of(found)
    (misses,) = found.xpath("//details[@class='misses']")
    assert misses.get("open") is None
    assert misses.xpath(".//blockquote")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "Typ eerst een vraag."),
        ({"question": "  "}, "Typ eerst een vraag."),
        ({"question": "x" * 1001}, "Uw vraag telt 1001 tekens; hoogstens 1000 is mogelijk."),
        ({"question": "drones", "history": ["x" * 1001]}, "Uw vraag telt 1001 tekens"),
    ],
)
def test_bad_questions_are_explained_in_dutch(client, form, sentence):
    """400, with the field marked and what was typed still in it."""
    response = client.post("/", data=form)
    assert response.status_code == 400
    found = page(response)
    assert sentence in text_of(found.get_element_by_id("fault"))
    (field,) = found.xpath("//textarea[@aria-invalid='true'][@aria-describedby='fault']")
    assert (field.text or "").strip() == form.get("question", "").strip()


def test_english_by_a_switch(client):
    """The switch sets the page's language and is remembered; quotations stay Dutch."""
    assert page(client.get("/?lang=en")).get("lang") == "en"
    found = page(client.post("/", data={"question": "burgemeesters"}))
    assert found.get("lang") == "en"
    assert found.xpath("//blockquote/@lang")[0] == "nl"
    assert page(client.get("/?lang=nl")).get("lang") == "nl"
    assert page(client.get("/?lang=xx")).get("lang") == "nl"


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_texts(language):
    """No text is missing in one language, nor has other values in it; a year has twelve months."""
    dutch, here = LANGUAGES["nl"], LANGUAGES[language]
    assert dutch.keys() == here.keys()
    for name in dutch:
        assert set(re.findall(r"\{\w+\}", dutch[name])) == set(re.findall(r"\{\w+\}", here[name])), name
    assert len(here["months"].split()) == 12


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/documents",
        "/documents?words=x",
        "/documents?added=2",
        "/documents/kst-27925-681",
        "/toegankelijkheid",
        "/no",
    ],
)
def test_one_language_on_a_page(client, language, path):
    """No sentence of the other language's stands on a page, but for what says that it is in it."""
    client.set_cookie("lang", language)
    response = client.get(path)
    assert response.status_code == (404 if path == "/no" else 200)
    found = page(response)
    for switch in found.xpath(f"//*[@lang and @lang!='{language}'][not(descendant-or-self::html)]"):
        switch.drop_tree()
    texts_here = LANGUAGES[language]
    shown = " ".join(
        [
            text_of(found),
            *found.xpath("//@aria-label"),
            *found.xpath("//@title"),
            *found.xpath("//@*[starts-with(name(), 'data-')]"),
        ]
    )
    foreign = [
        text
        for there in LANGUAGES.values()
        for name, text in there.items()
        if len(text) > 9 and "{" not in text and text != texts_here[name]
    ]
    assert [text for text in foreign if text in shown and not any(text in own for own in texts_here.values())] == []


def test_the_letter(client, letter):
    """Every paragraph and footnote has its address; headings and note marks stand where they belong."""
    found = page(client.get("/documents/kst-27925-681"))
    for paragraph in letter.paragraphs:
        (text,) = found.get_element_by_id(f"al-{paragraph.number}").xpath("./div[@class='text']")
        notes = text.xpath("./details[@class='note']")
        assert [note.xpath("./summary")[0].text for note in notes] == [note.mark for note in paragraph.notes]
        for note in notes:
            note.drop_tree()
        assert text.text_content() == paragraph.text
    for footnote in letter.footnotes:
        assert footnote.text in text_of(found.get_element_by_id(f"noot-{footnote.mark}"))
    assert len(found.xpath("//nav[@class='contents']//a")) == 5


def test_the_short_address(client):
    """/kst-27925-681 leads to the letter; an unknown one is a page that says so."""
    response = client.get("/kst-27925-681")
    assert (response.status_code, response.location) == (301, "/documents/kst-27925-681")
    response = client.get("/kst-1-1")
    assert response.status_code == 404
    assert "Deze pagina bestaat niet" in text_of(page(response))


def test_the_documents_page(client):
    """What is in the collection."""
    found = page(client.get("/documents"))
    (row,) = found.xpath("//tbody/tr")
    assert "Brief van de Minister van Buitenlandse Zaken" in text_of(row)
    assert "kst-27925-681" in text_of(row)


@pytest.mark.parametrize(
    ("method", "path", "status", "sentence"),
    [
        ("GET", "/documents/kst-1-1", 404, "Deze pagina bestaat niet"),
        ("GET", "/a/b/c", 404, "Deze pagina bestaat niet"),
        ("DELETE", "/documents", 405, "Dit verzoek kan niet worden beantwoord"),
    ],
)
def test_errors_are_pages_for_visitors(client, method, path, status, sentence):
    """In Dutch, without a stack trace."""
    response = client.open(path, method=method)
    assert response.status_code == status
    assert sentence in text_of(page(response))


def test_a_form_that_is_too_large(client):
    """413 is explained on a page."""
    response = client.post("/", data={"question": "x" * 2_000_000})
    assert response.status_code == 413
    assert "Dit is te groot om te versturen" in text_of(page(response))


@pytest.mark.parametrize(
    "path",
    ["/", "/documents", "/documents/kst-27925-681", "/nothing", "/v1/documents", f"{static_url_path()}/style.css"],
)
def test_security_headers_on_every_response(client, path):
    """No inline script or style is allowed, nothing frames the page, nothing is sniffed."""
    response = client.get(path)
    response.close()
    headers = response.headers
    is_page = not path.startswith("/v1")
    policy = f"{CSP}form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    # An answer of the API holds no markup: nothing of it is loaded, run or framed.
    assert headers["Content-Security-Policy"] == (policy if is_page else "default-src 'none'; frame-ancestors 'none'")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == ("same-origin" if is_page else "no-referrer")


def test_pages_need_no_inline_script_or_style(client):
    """What the policy would block is not there."""
    for path in ("/", "/documents", "/documents/kst-27925-681"):
        text = client.get(path).get_data(as_text=True)
        assert "<style" not in text and "style=" not in text and "javascript:" not in text
        assert not re.search(r"<script(?![^>]*\bsrc=)", text) and not re.search(r"\son\w+=", text)


def test_what_a_visitor_types_is_text(client):
    """A question never becomes markup."""
    body = client.post("/", data={"question": HOSTILE, "history": [HOSTILE]}).get_data(as_text=True)
    assert "<script>alert" not in body
    assert body.count("&lt;script&gt;alert(1)") >= 3


def test_what_a_document_holds_is_text(corpus, data, encoder):
    """A document's text, title and headings never become markup."""
    from corpus.library import Library
    from index.build import build

    (corpus / "vijandig.txt").write_text(f"Kop {HOSTILE}\n\nDrones {HOSTILE}.\n")
    build(Library(corpus), encoder, data)
    client = make_app(data, corpus, encoder).test_client()
    for body in (
        client.get("/documents").get_data(as_text=True),
        client.get("/documents/vijandig").get_data(as_text=True),
        client.post("/", data={"question": "drones"}).get_data(as_text=True),
    ):
        assert "<script>alert" not in body
        assert "&lt;script&gt;alert(1)" in body


def test_no_documents_yet(tmp_path, data, encoder):
    """The service says that there are none, on the page and in the API."""
    from corpus.library import Library
    from index.build import build

    build(Library(tmp_path / "empty"), encoder, data)
    client = make_app(data, tmp_path / "empty", encoder).test_client()
    assert "Er zijn nog geen documenten" in text_of(page(client.get("/")))
    assert "Er zijn nog geen documenten" in text_of(page(client.post("/", data={"question": "drones"})))
    assert "Er zijn nog geen documenten" in text_of(page(client.get("/documents")))
    assert client.get("/v1/documents").get_json()["documents"] == []
    answer = client.post("/v1/passages/_search", json={"question": "drones"}).get_json()
    assert (answer["answered"], answer["passages"], answer["index"]["documents"]) == (False, [], 0)


def test_no_index_yet(tmp_path, data, encoder):
    """503 with what to do, on the page and in the API; live but not ready."""
    client = make_app(data, tmp_path / "empty", encoder).test_client()
    response = client.get("/")
    assert response.status_code == 503
    assert "scripts/build_index.py" in text_of(page(response))
    response = client.get("/health/ready")
    assert response.status_code == 503
    assert "run scripts/build_index.py" in response.get_json()["detail"]
    assert response.headers["Retry-After"]
    assert client.get("/health/live").status_code == 200


def test_every_answer_says_what_was_searched(client):
    """Documents, period and paragraphs, below an answer and with an honest no."""
    for question in ("software", "zzz qqq"):
        shown = text_of(page(client.post("/", data={"question": question})))
        assert "Gezocht in 1 document van 2 december 2019, samen 20 alinea's." in shown
