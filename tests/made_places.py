"""Tables of places for tests, made of nothing but their texts."""

from collections.abc import Iterable

from corpus.citation import Place
from index.passages import PlaceText
from index.place_table import PlaceTable


def placed(texts: Iterable[PlaceText]) -> PlaceTable:
    """The paragraphs of one document that have these texts."""
    return PlaceTable.of({Place("d", number): text for number, text in enumerate(texts, start=1)})
