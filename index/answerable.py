"""How probable it is that the best places answer the question, from signs that no single score shows.

A logistic regression over few signs, learned on questions with and without an answer over collections of several
sizes (scripts/train_ranking.py). No sign is a fused rank score, and the only ones that depend on the collection are
measured against it: how high questions that nothing answers score there, and how rare a word is there.
"""

import math
from collections.abc import Sequence

from index.learned import AnswerWeights
from index.lexical import QuestionWord
from index.ranking import Candidate
from index.snapshot import Background
from index.words import language_of

_BEST = 3  # places looked at
_OTHERS = 5

def signs(
    question: str,
    words: Sequence[QuestionWord],
    ranked: Sequence[Candidate],
    background: Background,
) -> dict[str, float]:
    """The signs by name. `ranked` holds one place at least."""
    top = ranked[:_BEST]
    first = ranked[0]
    others = ranked[1 : 1 + _OTHERS]
    total = sum(word.idf for word in words) or 1.0
    rarest = max(range(len(words)), key=lambda at: words[at].idf, default=None)
    numbers = [at for at, word in enumerate(words) if word.word[0].isdigit()]
    coverage = max(candidate.coverage for candidate in top)
    english = float(language_of(question) == "en")
    return {
        "sentence": max(candidate.sentence for candidate in top),
        "window": max(candidate.window for candidate in top),
        "whole": max(candidate.whole for candidate in top),
        "above background": max(dense_score(candidate) for candidate in top) - background.mean,
        "lead": dense_score(first) - sum(map(dense_score, others)) / len(others) if others else 0.0,
        "coverage": coverage,
        "coverage, English": coverage * english,
        "English": english,
        "rarest word": max(candidate.presence[rarest] for candidate in top) if rarest is not None else 0.0,
        "unknown words": sum(word.idf for word in words if not word.known) / total,
        "unknown words, English": english * sum(word.idf for word in words if not word.known) / total,
        "short": float(len(words) <= 2),
        "short, covered": float(len(words) <= 2) * coverage,
        "one word": float(len(words) == 1),
        "one word, covered": float(len(words) == 1) * coverage,
        "words": math.log1p(len(words)),
        "numbers missing": sum(1 - max(candidate.presence[at] for candidate in top) for at in numbers),
    }


def dense_score(candidate: Candidate) -> float:
    """The mean of a place's best cosines at the three grains."""
    return (candidate.whole + candidate.window + candidate.sentence) / 3


def probability(weights: AnswerWeights, found: dict[str, float]) -> float:
    """The logistic function of the weighted signs, 0..1."""
    total = weights.constant + sum(weight * found[name] for name, weight in weights.weights.items())
    # In the form that cannot overflow.
    return (1 + math.tanh(total / 2)) / 2
