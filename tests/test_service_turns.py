"""What the conversation's form sends, its narrowing, its corrections, and what it is saved as."""

import datetime
import re

import pytest
from conftest import make_app
from lxml import html
from werkzeug.datastructures import MultiDict

from corpus.library import Library
from index.build import build
from service.turns import BadConversation, Scope, Turn, read_scope, read_turns


@pytest.fixture
def two_documents(corpus, data, encoder):
    """A client over the letter and one other document, which both speak of drones."""
    (corpus / "regels.txt").write_text("Regels voor toestellen\n\nDrones vliegen niet boven de stad [vet] *nu*.\n")
    build(Library(corpus), encoder, data)
    return make_app(data, corpus, encoder).test_client()


def page(response):
    return html.fromstring(response.get_data(as_text=True))


def text_of(element) -> str:
    return " ".join(element.text_content().split())


def sources(turn) -> set[str]:
    return {quote.get("cite").split("#")[0] for quote in turn.xpath(".//blockquote")}


def sent_again(found) -> MultiDict:
    """What the page's form would send, its new question left out."""
    fields = found.xpath("//form[@id='ask']//input[@name='history' or @name='history-scope']")
    return MultiDict([(field.get("name"), field.get("value")) for field in fields])


def test_a_scope_survives_its_own_form():
    """What is encoded in a hidden field is read back equal."""
    scope = Scope("kst-1-2", "27925", datetime.date(2019, 1, 1), datetime.date(2019, 12, 31), True)
    form = MultiDict(
        [("history", "Wat?"), ("history-scope", scope.encoded()), ("history", "En?"), ("history-scope", "")]
    )
    assert read_turns(form, 50) == [Turn("Wat?", scope), Turn("En?")]
    assert read_turns(form, 1) == [Turn("En?")]


@pytest.mark.parametrize(
    ("fields", "fault"),
    [({"from": "2 dec"}, "date_unreadable"), ({"from": "2020-01-01", "to": "2019-01-01"}, "period_backwards")],
)
def test_periods_that_cannot_be(client, fields, fault):
    """Named in code; on the page the fields are marked, and nothing is asked."""
    with pytest.raises(BadConversation, match=fault):
        read_scope(MultiDict(fields))
    response = client.post("/", data={"question": "drones", **fields})
    assert response.status_code == 400
    found = page(response)
    assert len(found.xpath("//input[@type='date'][@aria-invalid='true'][@aria-describedby='fault']")) == 2
    assert found.xpath("//details[@class='narrow'][@open]")
    assert found.get_element_by_id("question").text.strip() == "drones"


def test_each_question_keeps_its_own_narrowing(two_documents):
    """The first is asked in one document, the second in all; both are answered so again."""
    first = page(two_documents.post("/", data={"question": "drones", "document": "regels"}))
    assert sources(first) == {"/documents/regels"}
    assert "Gezocht in: alleen regels." in text_of(first)
    assert first.xpath("//select[@name='document']/option[@selected]/@value") == ["regels"]
    second = page(two_documents.post("/", data={**sent_again(first).to_dict(flat=False), "question": "drones"}))
    turns = second.xpath("//article[@class='turn']")
    assert sources(turns[0]) == {"/documents/regels"}
    assert "/documents/kst-27925-681" in sources(turns[1])


def test_narrowing_by_dossier_and_period(two_documents):
    """A document without a date is within no period; one without a dossier in none."""
    for narrowed in ({"dossier": "27925"}, {"from": "2019-01-01", "to": "2019-12-31"}):
        found = page(two_documents.post("/", data={"question": "drones", **narrowed}))
        assert sources(found) == {"/documents/kst-27925-681"}
    nothing = page(two_documents.post("/", data={"question": "drones", "from": "2021-01-01"}))
    assert "Dit staat niet in de doorzochte documenten" in text_of(nothing)


def test_what_was_narrowed_to_is_gone(client):
    """That turn says so; the others are answered."""
    data = {"history": ["drones"], "history-scope": ["document=weg"], "question": "burgemeesters"}
    found = page(client.post("/", data=data))
    turns = found.xpath("//article[@class='turn']")
    assert "is er niet meer" in text_of(turns[0])
    assert turns[1].xpath(".//blockquote")


def test_a_follow_up_is_corrected(client):
    """The corrected question takes the old one's place and stands alone; what came before it stays."""
    data = {"history": ["Welke burgemeesters?"], "question": "En de drones?"}
    found = page(client.post("/", data=data))
    (area,) = found.xpath("//textarea[@form='ask'][@name='corrected-1']")
    assert area.text.strip() == "Welke burgemeesters? En de drones?"
    corrected = sent_again(found).to_dict(flat=False) | {"correct": "1", "corrected-1": "Wat doen de drones daar?"}
    fixed = page(client.post("/", data=corrected))
    assert [text_of(heading) for heading in fixed.xpath("//h2[@class='question']/span[2]")] == [
        "Welke burgemeesters?",
        "Wat doen de drones daar?",
    ]
    assert "Begrepen als" not in text_of(fixed)
    assert "op zichzelf begrepen" in text_of(fixed)
    assert sent_again(fixed).getlist("history-scope") == ["", "alone=1"]


def test_only_the_new_answer_when_the_others_are_shown(client):
    """A script that has the earlier answers on the page gets the new one, with its number."""
    found = page(client.post("/", data={"history": ["burgemeesters"], "question": "drones", "shown": "1"}))
    assert [turn.get("id") for turn in found.xpath("//article[@class='turn']")] == ["turn-2"]
    assert found.get_element_by_id("conversation").get("data-first") == "1"
    assert sent_again(found).getlist("history") == ["burgemeesters", "drones"]


def test_switching_language_keeps_the_conversation(client):
    """The switch is a button of the form, and asks nothing new."""
    data = {"history": ["burgemeesters"], "question": "half gety", "show": "1"}
    found = page(client.post("/?lang=en", data=data))
    assert found.get("lang") == "en"
    assert len(found.xpath("//article[@class='turn']")) == 1
    assert found.get_element_by_id("question").text.strip() == "half gety"
    (switch,) = found.xpath("//nav//button[@form='ask'][@formaction='/?lang=nl']")
    assert switch.get("lang") == "nl"


def test_saved_as_markdown(two_documents):
    """Every question and passage with its citation and address; a document's signs are no markup."""
    response = two_documents.post(
        "/export", data={"history": ["drones"], "history-scope": ["document=regels"], "as": "markdown"}
    )
    assert response.mimetype == "text/markdown"
    assert re.fullmatch(r'attachment; filename="vindplaats-\d{8}\.md"', response.headers["Content-Disposition"])
    text = response.get_data(as_text=True)
    assert "## drones" in text
    assert r"**Drones vliegen niet boven de stad \[vet\] \*nu\*\.**" in text
    assert (
        r"[Regels voor toestellen, onder 'Regels voor toestellen', al\. 1](<http://localhost/documents/regels#al-1>)"
        in text
    )


def test_saved_as_a_page(client, letter):
    """The whole quotation, its citation, and the address in full."""
    found = page(client.post("/export", data={"history": ["burgemeesters"], "as": "page"}))
    assert text_of(found.xpath("//blockquote")[0]) == letter.paragraph(8).text
    assert "Kamerstukken II 2019/20, 27925, nr. 681, p. 3" in text_of(found.xpath("//cite")[0])
    assert found.xpath("//p[@class='source']/a")[0].text == "http://localhost/documents/kst-27925-681#al-8"


def test_starting_narrowed_from_a_letter(client):
    """The letter's own link leads to a conversation about it alone."""
    (link,) = page(client.get("/documents/kst-27925-681")).xpath("//a[contains(@class,'ask-this')]/@href")
    assert page(client.get(link)).xpath("//select[@name='document']/option[@selected]/@value") == ["kst-27925-681"]


def test_a_starter_is_asked_by_its_button(client, letter):
    """Whatever stands in the field stays unasked."""
    found = page(client.post("/", data={"starter": "burgemeesters", "question": "iets anders"}))
    assert text_of(found.xpath("//blockquote")[0]) == letter.paragraph(8).text


def test_a_document_that_is_not_here_is_looked_for_elsewhere(client):
    """The official site's page of the Kamerstuk that was named."""
    found = page(client.post("/", data={"question": "Wat staat er in Kamerstuk 31 058, nr. 7?"}))
    assert found.xpath("//a[@href='https://zoek.officielebekendmakingen.nl/kst-31058-7.html']")
