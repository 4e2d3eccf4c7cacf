"""What was searched, beside a count by hand."""

import datetime

from corpus.citation import Place
from corpus.document import Document, Identity, Paragraph, Section
from corpus.summary import summary_of
from index.coverage import Coverage, Searched
from index.narrowing import Narrowing

FIRST, LAST = datetime.date(2019, 12, 2), datetime.date(2021, 1, 31)


def made(document_id: str, paragraphs: int, date: datetime.date | None) -> Document:
    texts = tuple(Paragraph(number, "Tekst.") for number in range(1, paragraphs + 1))
    return Document(Identity(document_id, "", date), (Section((), texts),))


def test_counts_and_period_by_hand():
    """Documents and paragraphs are summed; one without a date does not widen the period."""
    coverage = Coverage(map(summary_of, [made("a", 3, LAST), made("b", 4, FIRST), made("c", 5, None)]))
    assert coverage.everything == Searched(3, 12, FIRST, LAST)
    assert coverage.of({"a", "c"}) == Searched(2, 8, LAST, LAST)
    assert coverage.of({"c"}) == Searched(1, 5, None, None)
    assert coverage.of(()) == Searched(0, 0, None, None)


def test_places_count_their_own_paragraphs_only():
    """A paragraph and its footnote are one paragraph; the rest of the document was not searched."""
    coverage = Coverage(map(summary_of, [made("a", 3, LAST), made("b", 4, FIRST)]))
    places = [Place("a", 1), Place("a", 1, "3"), Place("b", 2), Place("b", 4)]
    assert coverage.of_places(places) == Searched(2, 3, FIRST, LAST)


def test_an_answer_tells_what_was_searched(searcher, letter):
    """All of it; nothing where the narrowing leaves nothing; one letter where the question names it."""
    everything = Searched(1, len(letter.paragraphs), FIRST, FIRST)
    assert searcher.ask("drones").searched == everything
    assert searcher.ask("drones", narrowing=Narrowing(kind="letter")).searched == everything
    assert searcher.ask("drones", narrowing=Narrowing(since=LAST)).searched == Searched(0, 0, None, None)
    assert searcher.ask("Wat zegt Kamerstuk 27 925, nr. 681 over drones?").searched == everything


def test_a_question_that_cites_what_is_not_here(searcher, letter):
    """Only the places that cite it were searched."""
    answer = searcher.ask("Wat staat er in Kamerstuk 26 150, nr. 184?")
    citing = {hit.place.paragraph for hit in answer.hits}
    assert answer.searched == Searched(1, len(citing), FIRST, FIRST)
    assert all("26 150" in letter.paragraph(number).text for number in citing)
