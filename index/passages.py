"""Paragraphs become passages: the splitting rule.

A question may match a paragraph as a whole or a single sentence in it, so a paragraph is embedded at three
grains: whole, every two sentences that follow each other, and every sentence. Scoring the three together finds
the right paragraph more often than any of them alone (scripts/benchmarks/FIGURES.md).
"""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntFlag
from typing import NamedTuple

import syntok.segmenter
import syntok.tokenizer

from corpus.citation import Place
from corpus.document import Document

# Part of every snapshot's manifest: a snapshot made by another rule is rebuilt.
SPLITTER = "paragraph+window2+sentence/1"

# Dutch prose has 3.5 to 4.5 characters a token, so this stays below the 512 tokens of the default model.
MAX_PASSAGE_CHARACTERS = 1500

_SENTENCES_PER_WINDOW = 2
# syntok does not know these; after them no sentence begins.
_TITLES = re.compile(r"(?:^|[\s(])(?:drs|mr|dr|ir|ing|prof|mw|dhr|bc|jhr|nr|nrs|blz|art|lid|bijv|resp|incl)\.$", re.I)


class Grain(IntFlag):
    """How much of its paragraph a passage covers; a short paragraph's only sentence is all three."""

    PARAGRAPH = 1
    WINDOW = 2
    SENTENCE = 4


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` (included) to `end` (excluded) of a text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters themselves."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Passage:
    """What is embedded: a span of one paragraph's or footnote's text."""

    place: Place
    span: Span
    grains: Grain
    text: str


class PlaceText(NamedTuple):
    """The whole text of a paragraph or footnote, and what stands above it."""

    text: str
    headings: str


def texts_by_place(documents: Iterable[Document]) -> dict[Place, PlaceText]:
    """Every paragraph and footnote with its whole text and the title and headings above it, in order of passages."""
    texts: dict[Place, PlaceText] = {}
    for document in documents:
        for section in document.sections:
            above = " ".join((document.identity.title, *section.headings))
            for paragraph in section.paragraphs:
                texts[Place(document.id, paragraph.number)] = PlaceText(paragraph.text, above)
                for footnote in document.footnotes_of(paragraph.number):
                    texts[Place(document.id, paragraph.number, footnote.mark)] = PlaceText(footnote.text, above)
    return texts


def split_text(text: str) -> list[tuple[Span, Grain]]:
    """The passages of one place's text, by start, the longest first."""
    sentences = [part for sentence in split_into_sentences(text) for part in _cut(text, sentence)]
    grains: dict[Span, Grain] = {}
    for grain, spans in (
        (Grain.PARAGRAPH, _parts(sentences)),
        (Grain.WINDOW, _windows(sentences)),
        (Grain.SENTENCE, iter(sentences)),
    ):
        for span in spans:
            grains[span] = grains.get(span, Grain(0)) | grain
    return sorted(grains.items(), key=lambda entry: (entry[0].start, -entry[0].end))


def split_into_sentences(text: str) -> list[Span]:
    """The sentences of a text, in order, white space around them left out; together they hold all other characters."""
    tokens = syntok.tokenizer.Tokenizer(replace_not_contraction=False).tokenize(text)
    later = [sentence[0].offset for sentence in syntok.segmenter.segment(tokens)][1:]
    spans: list[Span] = []
    for start, following in itertools.pairwise([0, *later, len(text)]):
        span = _trim(text, start, following)
        if spans and _TITLES.search(spans[-1].of(text)):
            spans[-1] = Span(spans[-1].start, span.end)
        elif span.start < span.end:
            spans.append(span)
    return spans


def _parts(sentences: list[Span]) -> Iterator[Span]:
    """The whole text, or parts of it that each end with a sentence when it is too long for one embedding."""
    start = end = None
    for sentence in sentences:
        if start is not None and end is not None and sentence.end - start > MAX_PASSAGE_CHARACTERS:
            yield Span(start, end)
            start = None
        start = sentence.start if start is None else start
        end = sentence.end
    if start is not None and end is not None:
        yield Span(start, end)


def _windows(sentences: list[Span]) -> Iterator[Span]:
    for position in range(max(1, len(sentences) - _SENTENCES_PER_WINDOW + 1)):
        window = sentences[position : position + _SENTENCES_PER_WINDOW]
        if window and window[-1].end - window[0].start <= MAX_PASSAGE_CHARACTERS:
            yield Span(window[0].start, window[-1].end)
        elif window:
            yield window[0]


def _cut(text: str, sentence: Span) -> Iterator[Span]:
    """Cut what has no sentence end for too long (a list, a table) at white space, else at the limit."""
    start = sentence.start
    while sentence.end - start > MAX_PASSAGE_CHARACTERS:
        limit = start + MAX_PASSAGE_CHARACTERS
        space = text.rfind(" ", start + 1, limit)
        cut = space if space > start else limit
        yield _trim(text, start, cut)
        start = _trim(text, cut, sentence.end).start
    yield Span(start, sentence.end)


def _trim(text: str, start: int, end: int) -> Span:
    inside = text[start:end]
    return Span(start + len(inside) - len(inside.lstrip()), start + len(inside.rstrip()))
