import math

import numpy as np
import pytest
from made_places import placed

from corpus.citation import Place
from index.adapter import AdaptedEncoder, change_vectors
from index.answerable import pair_score, probability, signs, talk_score
from index.highlight import best_spans
from index.learned import AnswerWeights, Learned, learned_for
from index.lexical import LexicalIndex, QuestionWord
from index.manifest import Background
from index.packaged_model import MODEL_NAME
from index.passages import PlaceText, Span
from index.ranking import Candidate


def candidate(whole, coverage, presence):
    return Candidate(Place("d", 1), 0.0, whole, whole, whole, 0.0, coverage, presence, 0)


def test_signs_by_hand():
    """Each sign of a two-word question with two places."""
    words = [
        QuestionWord("drnxes", (("drnxes", 1.0),), 2.0, known=False, recognised=False),
        QuestionWord("2019", (("2019", 1.0),), 1.0, known=True, recognised=True),
    ]
    ranked = [candidate(0.8, 0.5, (0.0, 1.0)), candidate(0.6, 0.7, (1.0, 0.0))]
    found = signs("drnxes 2019", words, ranked, Background(mean=0.5, deviation=0.1), pair=0.25, talk=3.0)
    assert found == pytest.approx(
        {
            "whole": 0.8,
            "above background": 0.3,
            "deviations above background": 3.0,
            "coverage": 0.7,
            "rarest word": 1.0,
            "English": 0.0,
            "short": 1.0,
            "short, covered": 0.7,
            "words": math.log(3),
            "pair": 0.25,
            "small talk": 3.0,
            "no words": 0.5,
        }
    )


def test_probability_by_hand():
    """The logistic function of the weighted signs, also far out."""
    weights = AnswerWeights(constant=-1.0, weights={"a": 2.0, "b": -0.5})
    assert probability(weights, {"a": 1.5, "b": 2.0, "c": 9.0}) == pytest.approx(1 / (1 + math.exp(-1.0)))
    assert probability(weights, {"a": 1e6, "b": 0.0}) == 1
    assert probability(weights, {"a": -1e6, "b": 0.0}) == 0


def test_pair_score_by_hand():
    """q, q * s and |q - s|, each times its weight."""
    pair = np.array([1, 2, 3, 4, 5, 6], np.float32)
    learned = Learned(learned_for("x").ranking, learned_for("x").answer, pair=pair)
    q, s = np.array([0.5, 1.0], np.float32), np.array([1.0, 0.25], np.float32)
    assert pair_score(learned, q, s) == pytest.approx(0.5 + 2 + 3 * 0.5 + 4 * 0.25 + 5 * 0.5 + 6 * 0.75)
    assert pair_score(learned_for("x"), q, s) == 0


def test_talk_score_by_hand():
    """The weighted vector and the constant, never below 0; 0 where nothing was learned."""
    learned = Learned(learned_for("x").ranking, learned_for("x").answer, talk=np.array([2, -1, 0.5], np.float32))
    assert talk_score(learned, np.array([0.6, 0.8], np.float32)) == pytest.approx(2 * 0.6 - 0.8 + 0.5)
    assert talk_score(learned, np.array([-0.6, 0.8], np.float32)) == 0
    assert talk_score(learned_for("x"), np.array([0.6, 0.8], np.float32)) == 0


def test_the_map_by_hand():
    """X + xW, of length 1."""
    change = np.array([[0, 1], [0, 0]], np.float32)
    assert change_vectors(np.array([[1, 0]], np.float32), change)[0] == pytest.approx([1 / math.sqrt(2)] * 2)


def test_an_adapted_encoder_is_another_recipe(encoder):
    """Its vectors are the mapped ones, and its fingerprint tells."""
    change = np.random.default_rng(0).normal(0, 0.1, (encoder.dim, encoder.dim)).astype(np.float32)
    adapted = AdaptedEncoder(encoder, change)
    assert adapted.fingerprint != encoder.fingerprint
    expected = change_vectors(encoder.encode_passages(["drones"]), change)
    assert np.allclose(adapted.encode_passages(["drones"]), expected)
    assert np.allclose(adapted.encode_questions(["drones"]), expected)
    with pytest.raises(ValueError, match=r"shape \(2, 2\)"):
        AdaptedEncoder(encoder, np.zeros((2, 2), np.float32))


def test_what_came_with_the_program_fits_the_model():
    """The files of the packaged model are there, whole and small."""
    learned = learned_for(MODEL_NAME)
    assert learned.change is not None and learned.change.shape == (384, 384)
    assert learned.pair is not None and learned.pair.shape == (3 * 384,)
    assert learned.talk is not None and learned.talk.shape == (384 + 1,)
    assert learned_for("another").change is None


def sentences(*texts):
    spans, start = [], 0
    for text in texts:
        spans.append(Span(start, start + len(text)))
        start += len(text) + 1
    return " ".join(texts), spans


@pytest.mark.parametrize(
    ("cosines", "spans"),
    [
        ([0.9, 0.1, 0.1], [(0, 9)]),
        ([0.9, 0.85, 0.1], [(0, 19)]),  # side by side: one span
        ([0.85, 0.1, 0.9], [(0, 9), (20, 29)]),
        ([0.85, 0.88, 0.9], [(10, 29)]),  # never three
        ([], []),
    ],
)
def test_highlights(cosines, spans):
    """The best sentence, with one that comes within a tenth of it."""
    lexical = LexicalIndex.of(placed([PlaceText("een", "")]))
    text, spoken = sentences("Zin een a", "Zin twee ", "Zin drie ")
    found = best_spans(text, spoken[: len(cosines)], cosines, (), (), lexical)
    assert [(span.start, span.end) for span in found] == spans


def test_a_highlight_looks_for_the_words_that_stand_in_the_place():
    """A sentence with a rare word of the question wins over one that is a little nearer; shares are of all words."""
    lexical = LexicalIndex.of(placed([PlaceText("De brug is oud. Het plein is nieuw.", ""), PlaceText("Een weg.", "")]))
    parts = ["De brug is oud. ", "Het plein is nieuw."]
    words = lexical.understand("brug tunnel")
    presence = lexical.presence(words, np.array([0]))[:, 0].tolist()
    assert presence == [1.0, 0.0]
    covered = words[0].idf / (words[0].idf + words[1].idf)
    assert lexical.coverages_of(parts, words, presence) == [pytest.approx(covered), 0.0]
    assert lexical.coverages_of(parts, words, [0.0, 0.0]) == [0.0, 0.0]
    found = best_spans(*sentences(*parts), [0.70, 0.75], words, presence, lexical)
    assert [(span.start, span.end) for span in found] == [(0, 36)]
    found = best_spans(*sentences(*parts), [0.70, 0.62], words, presence, lexical)
    assert [(span.start, span.end) for span in found] == [(0, 16)]


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    [
        "bedankt voor je hulp",
        "Goedemorgen!",
        "are you a person?",
        "lkjf sdoiw erzx",
        "wqpo qwpoe",
        "en een fijn weekend",
    ],
)
def test_small_talk_and_nonsense_are_refused(model_searcher, question):
    """What asks nothing, in both languages; none of these was learned from."""
    assert not model_searcher.ask(question).answered


@pytest.mark.model
def test_other_documents_do_not_change_the_probability(model_searcher, model_encoder, tmp_path):
    """Adding documents on other subjects moves confidences little; what was refused stays refused."""
    import shutil

    from conftest import LETTER

    from corpus.library import Library
    from index.build import build
    from index.search import Searcher
    from index.snapshot import SnapshotFolder

    folder = tmp_path / "documents"
    folder.mkdir()
    shutil.copy(LETTER, folder)
    subjects = ("paspoort aanvragen bij de gemeente", "stikstof en landbouw", "huurtoeslag voor studenten")
    for number, subject in enumerate(subjects):
        (folder / f"anders-{number}.txt").write_text(
            "\n\n".join(
                f"Over {subject}, deel {part}: wie dit wil weten, leest de regels van het ministerie."
                for part in range(8)
            )
        )
    build(Library(folder), model_encoder, tmp_path / "var")
    snapshots = SnapshotFolder(tmp_path / "var")
    grown = Searcher(snapshots.open(snapshots.current_version()), model_encoder)
    for question in ("Wat is het GCTF?", "Welke rol spelen burgemeesters?", "drones", "Hoe bak ik een appeltaart?"):
        alone, together = model_searcher.ask(question), grown.ask(question)
        assert together.confidence == pytest.approx(alone.confidence, abs=0.15)
        assert together.answered == alone.answered
