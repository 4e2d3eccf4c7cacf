"""Which sentence of a place holds the answer, or which two when one alone cannot be told."""

from collections.abc import Sequence

from index.lexical import LexicalIndex, QuestionWord
from index.passages import Span

# A sentence counts by its cosine and a little by the share of the question's words in it. Both numbers were measured:
# a second sentence this close holds the answer often enough to be worth showing, a third does not.
_COVERAGE_WEIGHT = 0.1
_CLOSE = 0.1


def best_spans(
    text: str,
    sentences: Sequence[Span],
    cosines: Sequence[float],
    words: Sequence[QuestionWord],
    presence: Sequence[float],
    lexical: LexicalIndex,
) -> tuple[Span, ...]:
    """The spans of the best sentence and of one that comes close to it, in reading order, joined when side by side.

    `sentences` are those of a place with this text, in reading order, with their cosines to the question; `presence` is
    that of the question's words in the place.
    """
    if len(sentences) == 1:
        return (sentences[0],)
    coverages = lexical.coverages_of([span.of(text) for span in sentences], words, presence)
    scores = [cosine + _COVERAGE_WEIGHT * coverage for cosine, coverage in zip(cosines, coverages, strict=True)]
    order = sorted(range(len(scores)), key=lambda at: -scores[at])[:2]
    kept = sorted(at for at in order if scores[order[0]] - scores[at] <= _CLOSE)
    spans = [sentences[at] for at in kept]
    if len(kept) == 2 and kept[1] - kept[0] == 1:
        return (Span(spans[0].start, spans[1].end),)
    return tuple(spans)
