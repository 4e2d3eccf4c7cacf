"""How probable it is that the best places answer the question, from signs that no single score shows.

A logistic regression over few signs, learned on questions with and without an answer over collections of several
sizes (scripts/train_ranking.py). None is a fused rank score. Those that depend on the collection are measured
against it: how high questions that nothing answers score there, how rare a word is there.
"""

import math
from collections.abc import Sequence

import numpy as np

from index.encoder import Vectors
from index.learned import AnswerWeights, Learned
from index.lexical import QuestionWord
from index.manifest import Background
from index.ranking import Candidate
from index.words import language_of

_BEST = 3  # places looked at
_SHORT = 2  # words of a question that is no sentence
# Questions for a number are often left unanswered, but their kind alone must not refuse them.
_LOWEST_PAIR = -5.0
# Below this a question is about something; how far below says nothing.
_LOWEST_TALK = 0.0


def signs(
    question: str,
    words: Sequence[QuestionWord],
    ranked: Sequence[Candidate],
    background: Background,
    pair: float,
    talk: float,
) -> dict[str, float]:
    """The signs by name. `ranked` holds one place at least.

    `pair` is what `pair_score` gives for its first, `talk` what `talk_score` gives for the question.
    """
    top = ranked[:_BEST]
    coverage = max(candidate.coverage for candidate in top)
    above = best_dense(top) - background.mean
    rarest = max(range(len(words)), key=lambda at: words[at].idf, default=None)
    short = float(len(words) <= _SHORT)
    return {
        "whole": max(candidate.whole for candidate in top),
        "above background": above,
        "deviations above background": above / background.deviation,
        "coverage": coverage,
        "rarest word": 0.0 if rarest is None else max(candidate.presence[rarest] for candidate in top),
        "English": float(language_of(question) == "en"),
        "short": short,
        "short, covered": short * coverage,
        "words": math.log1p(len(words)),
        "pair": pair,
        "small talk": talk,
        "no words": 1 - sum(word.is_word for word in words) / len(words) if words else 1.0,
    }


def pair_score(learned: Learned, query: Vectors, sentence: Vectors) -> float:
    """What the pair weights give for a question's and a sentence's vector, not below -5; 0 when none were learned."""
    if learned.pair is None:
        return 0.0
    found = float(learned.pair @ np.concatenate([query, query * sentence, np.abs(query - sentence)]))
    return max(_LOWEST_PAIR, found)


def talk_score(learned: Learned, query: Vectors) -> float:
    """How much a question's vector is like small talk, 0 for one that is about something or when none was learned."""
    if learned.talk is None:
        return 0.0
    return max(_LOWEST_TALK, float(learned.talk[:-1] @ query + learned.talk[-1]))


def best_dense(ranked: Sequence[Candidate]) -> float:
    """The highest mean of a place's best cosines at the three grains, among the first places."""
    return max((place.whole + place.window + place.sentence) / 3 for place in ranked[:_BEST])


def probability(weights: AnswerWeights, found: dict[str, float]) -> float:
    """The logistic function of the weighted signs, 0..1."""
    total = weights.constant + sum(weight * found[name] for name, weight in weights.weights.items())
    # In the form that cannot overflow.
    return (1 + math.tanh(total / 2)) / 2
