import json
import random
import sys

import numpy as np
import pytest
from conftest import ROOT
from fake_encoder import CountingEncoder

sys.path.insert(0, str(ROOT / "scripts"))

from train_ranking import fit_logistic, fit_ranking
from training import View, encode_texts, fit_change, read_halves


def test_a_logistic_regression_is_where_its_slope_is_zero():
    """The slope of the penalised loss, by hand, at the weights found."""
    rng = np.random.default_rng(0)
    rows, counts = rng.normal(size=(80, 3)), rng.uniform(0.5, 2, 80)
    outcomes = rng.random(80) < 1 / (1 + np.exp(-rows[:, 0]))
    constant, weights = fit_logistic(rows, outcomes, counts, penalty=2.0)
    wrong = counts * (1 / (1 + np.exp(-(constant + rows @ weights))) - outcomes)
    assert wrong.sum() == pytest.approx(0, abs=1e-4)
    assert rows.T @ wrong + 2.0 * weights == pytest.approx(np.zeros(3), abs=1e-6)


@pytest.fixture
def halves(tmp_path):
    """Sixteen paragraphs of one word each, with a question that holds it."""
    words = [f"woord{letter}" for letter in "abcdefghijklmnop"]
    passages, questions = tmp_path / "passages.jsonl", tmp_path / "questions.jsonl"
    passages.write_text("\n".join(json.dumps({"id": w, "title": "", "text": f"Hier staat {w}."}) for w in words))
    asked = [{"passage": w, "kind": "fact", "question": f"Waar staat {w}?", "answerable": True} for w in words]
    questions.write_text("\n".join(json.dumps(question) for question in asked))
    return words, read_halves(passages, questions, random.Random(0))


def test_halves_share_no_paragraph(halves):
    """Every paragraph is in one half, with its own questions."""
    words, (one, other) = halves
    assert {row[0] for row in one.rows} | {row[0] for row in other.rows} == set(words)
    assert not {row[0] for row in one.rows} & {row[0] for row in other.rows}
    for half in (one, other):
        assert {asked.passage for asked in half.asked} == {row[0] for row in half.rows}


def test_learning_from_cached_vectors(halves, tmp_path):
    """A second run encodes nothing; the same vectors give the same map and weights."""
    words, (one, other) = halves
    encoder = CountingEncoder(words)
    cache = tmp_path / "vectors.npz"
    first = encode_texts([one, other], encoder, cache)
    encoder.encoded.clear()
    second = encode_texts([one, other], encoder, cache)
    assert not encoder.encoded
    change = fit_change([one], first)
    assert change.shape == (encoder.dim, encoder.dim) and np.array_equal(change, fit_change([one], second))
    weights = fit_ranking([View(other, first, change)])
    assert weights.whole > 0 and weights.coverage > 0
