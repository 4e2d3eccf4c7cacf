"""Paragraphs without end to measure with: real ones while there are enough, then shuffled sentences of them."""

import gzip
import itertools
import json
import random
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.texts import LETTER
from benchmarks.web_page import web_page
from corpus.readers import read_document
from index.passages import split_into_sentences, split_text

_PER_DOCUMENT = 40
_SENTENCES = 4
# Paragraphs that tell how many passages a paragraph makes, and how many lend their sentences to made ones.
_LOOKED_AT, _SHUFFLED = 500, 5000


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Paragraphs without end: `real` ones, each once, and then made ones."""

    real: tuple[str, ...]

    @classmethod
    def read(cls, files: Sequence[Path]) -> "Paragraphs":
        """Those of files ({"text"} a line, perhaps packed by gzip); the letter's when there are no files."""
        if not files:
            return cls(tuple(paragraph.text for paragraph in read_document(LETTER).paragraphs))
        texts: dict[str, None] = {}
        for file in files:
            content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
            rows = (json.loads(line) for line in content.splitlines() if line.strip())
            texts.update(dict.fromkeys(" ".join(row["text"].split()) for row in rows))
        return cls(tuple(text for text in texts if text))

    def first(self, count: int) -> Iterator[str]:
        """So many of them, always the same."""
        return itertools.islice(itertools.chain(self.real, self._made()), count)

    def for_passages(self, passages: int) -> int:
        """How many paragraphs make about so many passages."""
        looked_at = self.real[:_LOOKED_AT] or tuple(self.first(_LOOKED_AT))
        return max(1, round(passages / statistics.mean(len(split_text(text)) for text in looked_at)))

    def _made(self) -> Iterator[str]:
        """Paragraphs of four shuffled sentences, with a number that makes each new."""
        chance = random.Random(1)  # noqa: S311 (data for measuring)
        lenders = self.real[:: max(1, len(self.real) // _SHUFFLED)]
        sentences = [span.of(text) for text in lenders for span in split_into_sentences(text)]
        for number in itertools.count():
            chosen = chance.choices(sentences, k=_SENTENCES)
            yield " ".join(f"{sentence.rstrip('.')} ({number}-{place})." for place, sentence in enumerate(chosen))


def write_documents(paragraphs: Iterator[str], folder: Path) -> int:
    """Write paragraphs as web pages of 40 paragraphs; gives how many pages."""
    folder.mkdir(parents=True)
    for number in itertools.count():
        some = list(itertools.islice(paragraphs, _PER_DOCUMENT))
        if not some:
            return number
        (folder / f"stuk-{number:06}.html").write_text(web_page(some, f"Stuk {number}"), "utf-8")
    raise AssertionError
