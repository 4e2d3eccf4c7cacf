"""Documents to measure with: the letter, and letters of shuffled sentences of it; and questions about them."""

import random
from collections.abc import Iterable
from pathlib import Path

from corpus.readers import read_document
from index.passages import split_into_sentences

LETTER = Path(__file__).resolve().parent.parent.parent / "corpus" / "documents" / "kst-27925-681.txt"
PARAGRAPHS = 20

# Answered by the letter, whatever else is there.
QUESTION, ANSWER_HAS = "Hoeveel rechters en andere professionals trainde het IIJ?", "ruim 4.000 rechters"
QUESTIONS = (
    QUESTION, "Wat is het GCTF?", "Welke rol spelen burgemeesters?", "How many justice professionals were trained?",
    "Wie zit het forum voor?", "Wat doet Nederland tegen drones?", "Wie betaalt dat?",
    "Wanneer begon het voorzitterschap?",
)  # fmt: skip


def answers(text: str) -> bool:
    """Whether a paragraph is the one that answers `QUESTION`."""
    return ANSWER_HAS in text


def made_letters(count: int, seed: int = 1) -> Iterable[str]:
    """Texts of 20 paragraphs of four shuffled sentences of the letter, each with a number that makes it new."""
    chance = random.Random(seed)  # noqa: S311 (data for measuring)
    sentences = [span.of(p.text) for p in read_document(LETTER).paragraphs for span in split_into_sentences(p.text)]
    for number in range(count):
        paragraphs = [
            " ".join(f"{sentence[:-1]} ({seed}-{number}-{place})." for sentence in chance.sample(sentences, 4))
            for place in range(PARAGRAPHS)
        ]
        yield "\n\n".join(paragraphs) + "\n"
