"""Questions to begin with."""

import threading
import time

import pytest

from corpus.document import Document, Identity, Paragraph, Section
from index.question_queue import QueueFull
from index.search import Searcher
from service.question_forms import questions_answered_by
from service.starters import Starters, heading_candidates, sentence_candidates, starter_questions, subject_of


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("Het GCTF is een internationaal samenwerkingsverband tegen terrorisme.", "Wat is het GCTF?"),
        ("De Autoriteit Consument en Markt (ACM) is de toezichthouder.", "Wat is de Autoriteit Consument en Markt?"),
        ("TikTok is een sociaal medium.", "Wat is TikTok?"),
        ("Bewijsstukken zijn de papieren die bewijzen dat uw gegevens niet kloppen.", "Wat zijn bewijsstukken?"),
        (
            "In 2018 bijvoorbeeld organiseerde Nederland een sessie over de rol van burgemeesters.",
            "Wanneer organiseerde Nederland een sessie over de rol van burgemeesters?",
        ),
        ("Op 29 maart 2026 gaat de klok een uur vooruit.", "Wanneer gaat de klok een uur vooruit?"),
        (
            "De politiepost groot in Wolvega wordt in 2025 vervangen door een politiepost klein.",
            "Wanneer wordt de politiepost groot in Wolvega vervangen door een politiepost klein?",
        ),
        ("Nederland heeft in 1977 de zomertijd ingevoerd.", "Wanneer heeft Nederland de zomertijd ingevoerd?"),
        (
            "1. De ambtenaar heeft recht op vergoeding wegens reiskosten, tenzij hij op kosten van het Rijk reist.",
            "Wie heeft recht op vergoeding wegens reiskosten?",
        ),
        ("65-plussers hebben recht op een Senior Ticket.", "Wie heeft recht op een Senior Ticket?"),
        ("Het subsidieplafond bedraagt ten hoogste € 2 miljoen.", "Hoeveel bedraagt het subsidieplafond?"),
    ],
)
def test_the_question_that_a_sentence_answers(sentence, question):
    """In the sentence's own words, in the order that a Dutch question has."""
    assert questions_answered_by(sentence) == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "Het werd in 2011 opgericht onder leiding van Turkije.",
        "Dit is een belangrijk punt.",
        "De app is een uitgave van de dienst.",
        "Het forum is informeel en apolitiek.",
        "Soms is het overzicht onvolledig.",
        "Een voedingssupplement is het ook niet.",
        "Het onderzoek vindt in België plaats en de bedoeling is het vaccin te testen.",
        "Op 3 mei 2019 heeft hij daarover gesproken.",
        "Indien de ambtenaar is belast met het toezicht, meldt hij dat.",
        "Wanneer zijn de verkiezingen?",
        "In 2015 gepubliceerde rapporten wijzen hierop.",
        "- | (8.1) | Gemeentecode",
        "Op 3 mei 2019 heeft [verweerder] een offerte uitgebracht.",
    ],
)
def test_no_question_of_a_sentence_that_is_not_clear_by_itself(sentence):
    """It points back, names nothing, has another verb than it seems, or is no sentence."""
    assert questions_answered_by(sentence) == []


@pytest.mark.parametrize(
    ("heading", "subject"),
    [
        ("2.1 Kosten van het toezicht.", "kosten van het toezicht"),
        ("Artikel 1.1 Recht op toegang", "recht op toegang"),
        ("GCTF en Nederland", "GCTF en Nederland"),
        ("Den Haag en omstreken", "Den Haag en omstreken"),
        ("Inleiding", None),
        ("Antwoord op vraag 3", None),
        ("ARTIKEL I", None),
        ("Artikel 1", None),
        ("Kosten", None),
        ("Verbinden: internationaal, nationaal en lokaal", None),
        ("Kop <script>alert(1)</script> en meer", None),
        ("1.", None),
        ("x " * 46 + "x", None),
    ],
)
def test_what_a_heading_is_about(heading, subject):
    """Without its number, in lower case unless it is a name; nothing for headings that every letter has."""
    assert subject_of(heading) == subject


def test_candidates_of_a_document(letter):
    """Each with the paragraphs that may answer it; nothing of a foreign text or a signature."""
    made = {candidate.question: candidate.paragraphs for candidate in sentence_candidates(letter)}
    assert made["Wat is het GCTF?"] == {2}
    assert len(made) == 3
    subjects = {candidate.question: candidate.paragraphs for candidate in heading_candidates(letter)}
    assert subjects["Wat staat er over oprichting GCTF en het Nederlands voorzitterschap?"] == {2, 3}
    foreign = (Paragraph(1, "TikTok is een platform. It is used by the young and is the most popular of them all."),)
    signed = (Paragraph(2, "TikTok is een platform.", is_signature=True),)
    assert list(sentence_candidates(Document(Identity("x", "X"), (Section((), foreign + signed),)))) == []


class Asked(Searcher):
    """A searcher that notes what it is asked, and may be held or full."""

    def __init__(self, searcher: Searcher, fails: bool = False) -> None:
        self.__dict__.update(searcher.__dict__)
        self.may_go, self.fails, self.rounds = threading.Event(), fails, 0

    def ask_all(self, *args, **kwargs):
        """Wait until it may go on, and answer, unless it is full."""
        self.rounds += 1
        self.may_go.wait(10)
        if self.fails:
            raise QueueFull(1)
        return super().ask_all(*args, **kwargs)


def wait_for(condition) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_no_page_waits_for_them(searcher):
    """They are sought once, beside the pages, which have none until they are found."""
    starters, held = Starters(), Asked(searcher)
    began = time.monotonic()
    assert starters.questions(held) == starters.questions(held) == []
    assert time.monotonic() - began < 1
    held.may_go.set()
    wait_for(lambda: starters._version)
    rounds = held.rounds
    starters.questions(held)
    assert held.rounds == rounds > 0


def test_sought_again_when_visitors_went_first(searcher):
    """A full queue leaves none, and the next page seeks anew."""
    starters, full = Starters(), Asked(searcher, fails=True)
    full.may_go.set()
    starters.questions(full)
    wait_for(lambda: full.rounds == 1 and starters._seeking is None)
    starters.questions(full)
    wait_for(lambda: full.rounds == 2)


@pytest.mark.model
def test_starters_are_answered_rightly(model_searcher: Searcher, letter: Document):
    """The best hit of each is the paragraph, or the section, that it was made from."""
    questions = starter_questions(model_searcher)
    places = {
        candidate.question: candidate.paragraphs
        for candidate in [*sentence_candidates(letter), *heading_candidates(letter)]
    }
    assert len(questions) == 4
    assert questions[0] == "Wat is het GCTF?"
    for answer in model_searcher.ask_all([(question, ()) for question in questions]):
        assert answer.answered
        assert answer.hits[0].place.paragraph in places[answer.question]


def test_a_stop_is_not_waited_for_long(searcher):
    """Once it is over no other paragraph is tried."""
    asked = []

    class Counted:
        snapshot = searcher.snapshot

        def ask_all(self, questions, limit):
            asked.append(questions)
            return searcher.ask_all(questions, limit)

    assert len(starter_questions(Counted(), lambda: True)) <= 4 and len(asked) == 1
