"""Which sentence of a place holds the answer."""

from collections.abc import Sequence

from index.lexical import LexicalIndex, QuestionWord
from index.passages import Passage, Span

# A sentence's cosine and the share of the question's words in it, together.
_COVERAGE_WEIGHT = 0.3
# The next best sentence is shown as well when it is this close and stands beside the best.
_CLOSE = 0.03


def best_span(
    sentences: Sequence[Passage], cosines: Sequence[float], words: Sequence[QuestionWord], lexical: LexicalIndex
) -> Span | None:
    """The span of the sentence that answers best, or of two beside each other that cannot be told apart.

    `sentences` are those of one place, in reading order. None when there are none.
    """
    if not sentences:
        return None
    scores = [
        cosine + _COVERAGE_WEIGHT * lexical.coverage_of(sentence.text, words)
        for sentence, cosine in zip(sentences, cosines, strict=True)
    ]
    order = sorted(range(len(scores)), key=lambda at: -scores[at])
    best = order[0]
    span = sentences[best].span
    if len(order) > 1 and abs(order[1] - best) == 1 and scores[best] - scores[order[1]] < _CLOSE:
        other = sentences[order[1]].span
        return Span(min(span.start, other.start), max(span.end, other.end))
    return span
