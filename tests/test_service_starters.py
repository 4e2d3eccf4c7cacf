"""Questions to begin with."""

import pytest

from corpus.document import Document, Identity, Paragraph, Section
from index.search import Searcher
from service.starters import candidate_questions, starter_questions, subject_of


@pytest.mark.parametrize(
    ("heading", "subject"),
    [
        ("Verbinden: internationaal, nationaal en lokaal", "verbinden: internationaal, nationaal en lokaal"),
        ("2.1 Kosten van het toezicht.", "kosten van het toezicht"),
        ("GCTF en Nederland", "GCTF en Nederland"),
        ("Den Haag en omstreken", "Den Haag en omstreken"),
        ("Inleiding", None),
        ("Antwoord op vraag 3", None),
        ("1.", None),
        ("x" * 91, None),
    ],
)
def test_what_a_heading_is_about(heading, subject):
    """Without its number, in lower case unless it is a name; nothing for headings that every letter has."""
    assert subject_of(heading) == subject


def test_documents_take_turns(letter):
    """The first heading of each, newest document first, then the second."""
    section = Section(("Kosten van het toezicht",), (Paragraph(1, "Tekst."),))
    undated = Document(Identity("x", "X"), (section,))
    questions = candidate_questions([undated, letter])
    assert questions[:2] == [
        "Wat staat er over oprichting GCTF en het Nederlands voorzitterschap?",
        "Wat staat er over kosten van het toezicht?",
    ]
    assert len(questions) == 6


@pytest.mark.model
def test_starters_are_answered(model_searcher: Searcher):
    """By the documents at hand."""
    questions = starter_questions(model_searcher)
    assert len(questions) == 4
    assert all(answer.answered for answer in model_searcher.ask_all([(question, ()) for question in questions]))
