import datetime

import pytest

from index.references import references_in


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("27 925 nr. 681", ["Kamerstuk 27925, nr. 681"]),
        ("27925-681", ["Kamerstuk 27925, nr. 681"]),
        ("Wat staat er in kst-27925-681?", ["Kamerstuk 27925, nr. 681"]),
        ("Kamerstuk 26 150, nr. 184", ["Kamerstuk 26150, nr. 184"]),
        ("Kamerstukken II 2019/20, 27925, nr. 681", ["Kamerstuk 27925, nr. 681"]),
        ("36600-VII, nr. 12", ["Kamerstuk 36600-VII, nr. 12"]),
        ("dossier 27 925", ["dossier 27925"]),
        ("de brief van 2 december 2019", ["brief van 2 december 2019"]),
        ("the letter of 2 December 2019", ["brief van 2 december 2019"]),
        ("the letter of 31 February 2019", []),
        ("VNVR-resolutie 2396", ["resolutie 2396"]),
        ("UNSC resolution 2482 and 34052-13", ["resolutie 2482", "Kamerstuk 34052, nr. 13"]),
        ("4.000 mensen in 2015-2019 voor 75 000 euro", []),
        ("drones", []),
    ],
)
def test_references(question, names):
    """Every way that a document is named; other numbers are no names."""
    assert [reference.name for reference in references_in(question)] == names


def test_a_date_is_a_date():
    """Day, month and year, in Dutch and English."""
    (reference,) = references_in("brief d.d. 11 november 2019")
    assert reference.date == datetime.date(2019, 11, 11)


@pytest.mark.parametrize(
    "question",
    ["Wat zegt 27 925 nr. 681 over burgemeesters?", "burgemeesters in de brief van 2 december 2019", "dossier 27925"],
)
def test_a_known_document_is_searched(searcher, question):
    """Nothing is unknown, and there are hits."""
    answer = searcher.ask(question)
    assert answer.unknown_reference is None and answer.hits


@pytest.mark.parametrize(
    ("question", "unknown"),
    [
        ("Wat staat er in Kamerstuk 99 999, nr. 3 over burgemeesters?", "Kamerstuk 99999, nr. 3"),
        ("burgemeesters in de brief van 3 december 2019", "brief van 3 december 2019"),
        ("resolutie 9999 over drones", "resolutie 9999"),
    ],
)
def test_an_unknown_document_is_not_answered_with_a_look_alike(searcher, question, unknown):
    """It is named, and the question counts as not answered."""
    answer = searcher.ask(question)
    assert answer.unknown_reference == unknown
    assert not answer.answered and answer.confidence == 0


def test_a_document_that_is_only_cited(searcher):
    """Kamerstuk 26 150, nr. 184 is not here; only the paragraph that cites it is shown."""
    answer = searcher.ask("Wat staat er in Kamerstuk 26 150, nr. 184?")
    assert answer.unknown_reference == "Kamerstuk 26150, nr. 184"
    assert [hit.place.paragraph for hit in answer.hits] == [1]


def test_a_cited_resolution_is_known(searcher):
    """Resolution 2396 is no document, but paragraph 7 is about it."""
    answer = searcher.ask("Wat verplicht resolutie 2396?")
    assert answer.unknown_reference is None
    assert [hit.place.paragraph for hit in answer.hits] == [7]
