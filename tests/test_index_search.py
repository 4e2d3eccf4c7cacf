import datetime
import itertools

import numpy as np
import pytest

from index.background import background_of
from index.conversation import understand
from index.errors import UnknownFilterValue
from index.passages import Grain
from index.search import Narrowing


def naive_scores(searcher, encoder, question):
    """Every place's score by hand: at each grain the best cosine, then their mean."""
    query = encoder.encode_questions([question])[0]
    places = {}
    for passage in searcher.snapshot.passages:
        cosine = float(encoder.encode_questions([passage.text])[0] @ query)
        best = places.setdefault(passage.place, {grain: -1.0 for grain in Grain})
        for grain in Grain:
            if passage.grains & grain:
                best[grain] = max(best[grain], cosine)
    return {place: sum(best.values()) / len(best) for place, best in places.items()}


def test_scores_equal_the_naive_formula(searcher, encoder):
    """Every score, and the order, as computed by hand."""
    question = "Welke drones en software heeft Nederland?"
    expected = naive_scores(searcher, encoder, question)
    hits = searcher.ask(question, limit=50).hits
    assert {hit.place: hit.score for hit in hits} == pytest.approx(expected, abs=1e-5)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(one.score >= other.score for one, other in itertools.pairwise(hits))


def test_the_paragraph_with_the_words_comes_first(searcher):
    """Burgemeesters stand in paragraph 8, rechters in 17, Canada in 1."""
    for word, number in (("burgemeesters", 8), ("rechters", 17), ("canada", 1)):
        assert searcher.ask(word).hits[0].place.paragraph == number


def test_the_highlight_is_the_best_sentence(searcher, letter):
    """The sentence that holds the word, as offsets into the paragraph."""
    hit = searcher.ask("burgemeesters").hits[0]
    (span,) = hit.highlights
    assert span.of(letter.paragraph(8).text) == (
        "In 2018 bijvoorbeeld organiseerde Nederland een sessie over de rol van burgemeesters en andere lokale actoren."
    )


def test_at_most_as_many_hits_as_asked(searcher):
    """Fewer when the documents hold fewer places: 20 paragraphs and 3 footnotes."""
    assert len(searcher.ask("drones", limit=3).hits) == 3
    assert len(searcher.ask("drones", limit=50).hits) == 23


def test_equal_scores_are_ordered_by_place(searcher):
    """A question of unknown words scores ties, which come in reading order."""
    hits = searcher.ask("xyzzy", limit=50).hits
    for one, other in itertools.pairwise(hits):
        if one.score == other.score:
            assert (one.place.paragraph, one.place.footnote or "") < (other.place.paragraph, other.place.footnote or "")


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        (Narrowing(documents=frozenset({"kst-27925-681"})), True),
        (Narrowing(dossier="27925"), True),
        (Narrowing(since=datetime.date(2019, 12, 2), until=datetime.date(2019, 12, 2)), True),
        (Narrowing(since=datetime.date(2019, 12, 3)), False),
        (Narrowing(until=datetime.date(2019, 12, 1)), False),
    ],
)
def test_narrowing(searcher, narrowing, found):
    """A narrowed question sees only what it was narrowed to; nothing left is no answer."""
    answer = searcher.ask("burgemeesters", narrowing=narrowing)
    assert bool(answer.hits) == found
    assert found or not answer.answered


@pytest.mark.parametrize("narrowing", [Narrowing(documents=frozenset({"kst-1-1"})), Narrowing(dossier="99999")])
def test_narrowing_to_what_is_not_here(searcher, narrowing):
    """A filter is never silently ignored."""
    with pytest.raises(UnknownFilterValue, match=r"kst-1-1|99999"):
        searcher.ask("drones", narrowing=narrowing)


def test_background_by_hand():
    """Median, and 1.4826 times the median absolute deviation."""
    background = background_of([0.7, 0.8, 0.9, 0.75, 0.99])
    scores = np.array([0.7, 0.8, 0.9, 0.75, 0.99])
    assert background.mean == 0.8
    assert background.deviation == pytest.approx(1.4826 * np.median(np.abs(scores - 0.8)))


@pytest.mark.parametrize(
    ("question", "history", "understood"),
    [
        ("Wat is het GCTF?", [], "Wat is het GCTF?"),
        ("En wie betaalt dat?", ["Wat is het GCTF?"], "Wat is het GCTF? En wie betaalt dat?"),
        ("Wanneer?", ["Een?", "Twee?", "Drie?"], "Twee? Drie? Wanneer?"),
        (
            "Welke rol spelen burgemeesters bij lokale samenwerking?",
            ["Wat is het GCTF?"],
            "Welke rol spelen burgemeesters bij lokale samenwerking?",
        ),
        ("How many people did they reach?", ["What is GCERF?"], "What is GCERF? How many people did they reach?"),
    ],
)
def test_follow_ups(question, history, understood):
    """A question that leans on the earlier ones is searched with them; one that stands alone is not."""
    assert understand(question, history) == understood


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Wat is het GCTF?", 2),
        ("Hoeveel rechters en andere professionals trainde het IIJ?", 17),
        ("Wat gebeurde er met de Travel Information Portal-software?", 7),
        ("How many justice professionals were trained?", 17),
        ("Welke rol spelen burgemeesters?", 8),
    ],
)
def test_the_right_paragraph_first(model_searcher, question, number):
    """The real model on the real letter."""
    answer = model_searcher.ask(question)
    assert answer.hits[0].place.address == f"kst-27925-681#al-{number}"
    assert answer.answered


@pytest.mark.model
@pytest.mark.parametrize("question", ["Hoe bak ik een appeltaart?", "What is the capital of Peru?", "hallo"])
def test_not_answered_here(model_searcher, question):
    """Questions that no letter answers are said to be unanswered; the nearest misses are still there."""
    answer = model_searcher.ask(question)
    assert not answer.answered
    assert answer.hits


@pytest.mark.model
def test_many_threads_get_the_answers_of_one(model_searcher):
    """Asking from 8 threads at once gives what asking one by one gives."""
    from concurrent.futures import ThreadPoolExecutor

    questions = ["Wat is het GCTF?", "Welke rol spelen burgemeesters?", "drones", "Wie is Voronkov?"] * 8
    alone = [model_searcher.ask(question).hits for question in questions[:4]]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: model_searcher.ask(question).hits, questions))
    for number, hits in enumerate(together):
        assert [hit.place for hit in hits] == [hit.place for hit in alone[number % 4]]
        assert [hit.score for hit in hits] == pytest.approx([hit.score for hit in alone[number % 4]], abs=1e-4)
