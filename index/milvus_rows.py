"""What is written into the collections of a version (`index/milvus_schema.py`), row by row."""

import json
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from corpus.citation import MONTHS
from corpus.document_form import DOCUMENT_FORM
from corpus.summary import Summary, summary_of
from index.coverage import Coverage
from index.milvus_schema import LETTERS, LONGEST, NO_DATE
from index.milvus_store import Row
from index.snapshot_contents import Contents
from index.words import fold, stem, words_of

_FIRST_LETTER = ord("a")
_MONTH_STEMS = frozenset(map(stem, MONTHS))
_LONGEST_NUMBER = 3  # letters of a number that is none
_MOST_CITED = 4096
_NOTHING = [0.0, 0.0]


def passage_rows(contents: Contents) -> Iterator[Row]:
    """A row a passage."""
    narrowing = {document.id: _narrowing(summary_of(document)) for document in contents.documents}
    table = contents.passages
    for row, passage in enumerate(table):
        yield {
            "passage": row,
            "vector": contents.dense.vectors(np.array([row]))[0],
            "place": int(table.place_numbers[row]),
            "start": passage.span.start,
            "stop": passage.span.end,
            "grains": int(passage.grains),
            "document_id": passage.place.document_id,
            **narrowing[passage.place.document_id],
        }


def place_rows(contents: Contents) -> Iterator[Row]:
    """A row a place; what is too long for a field is None."""
    narrowing = {document.id: _narrowing(summary_of(document)) for document in contents.documents}
    table = contents.passages
    for number, (place, text, stems, words) in enumerate(
        zip(
            table.places,
            table.places.texts,
            contents.lexical.stems_of_places(),
            _words_of_places(contents),
            strict=True,
        )
    ):
        repeated = (name for name, often in stems.items() for _ in range(max(1, round(often))))
        yield {
            "place": number,
            "paragraph": place.paragraph,
            "mark": place.footnote or "",
            "first": int(table.starts[number]),
            "passages": int(table.starts[number + 1] - table.starts[number]),
            "text": text if _fits(text) else None,
            "words": words if _fits(words) else None,
            "cited": [name for name, often in stems.items() if often >= 1 and _may_be_cited(name)][:_MOST_CITED],
            # A word may be common to so many stems that they do not fit; candidates are found by the first then.
            "stems": _cut(" ".join(repeated)),
            "document_id": place.document_id,
            **narrowing[place.document_id],
        }


def document_rows(contents: Contents) -> Iterator[Row]:
    """A row a document; `at` is its place in the order of the passages."""
    for at, document in enumerate(contents.documents):
        names = {dossier.number.upper() for dossier in document.identity.dossiers}
        narrowing = _narrowing(summary_of(document))
        yield {
            "document_id": document.id,
            "at": at,
            # By inner product with (1, 0) and (-1, 0) the last and the first day are found.
            "days": [float(max(narrowing["day"], 0)), 0.0],
            "number": (document.identity.number or "").upper(),
            "named": sorted(names | {name.split("-")[0] for name in names}),
            **narrowing,
        }


def word_rows(contents: Contents) -> Iterator[Row]:
    """A row a word of the texts, a stem, and each way to write an abbreviation."""
    lexical = contents.lexical
    for word, count in lexical.vocabulary.counts.items():
        if len(word) <= _LONGEST_WORD:
            yield _word(f"w:{word}", count, len(word) if word.isalpha() else 0, letters_of(word))
    for name, count in lexical.stem_counts.items():
        if len(name) <= _LONGEST_WORD:
            yield _word(f"s:{name}", count)
    keys: dict[str, tuple[str, str]] = {}
    for short, long in lexical.abbreviations.items():
        keys[f"a:{short.lower()}"] = keys[long_form_key(words_of(long))] = (short, long)
    for key, pair in keys.items():
        yield _word(key, 0, value=json.dumps(pair, ensure_ascii=False))


_LONGEST_WORD = 250


def _word(key: str, count: int, length: int = 0, letters: list[float] | None = None, value: str = "") -> Row:
    return {"key": key, "often": count, "size": length, "value": value, "letters": letters or [0.0] * LETTERS}


def long_form_key(words: list[str]) -> str:
    """The key of an abbreviation's long form, by its words."""
    return f"l:{' '.join(words)}"[:_LONGEST_WORD]


def letters_of(word: str) -> list[float]:
    """How often each letter of the alphabet is in a word."""
    counts = [0.0] * LETTERS
    for sign in word:
        at = ord(sign) - _FIRST_LETTER
        if 0 <= at < LETTERS:
            counts[at] += 1
    return counts


def text_rows(contents: Contents) -> Iterator[Row]:
    """What is longer than a field, the manifest not among it."""
    for document in contents.documents:
        yield from parts(f"document:{document.id}", DOCUMENT_FORM.dump_json(document).decode())
    for number, (text, words) in enumerate(
        zip(contents.passages.places.texts, _words_of_places(contents), strict=True)
    ):
        if not _fits(text):
            yield from parts(f"text:{number}", text)
        if not _fits(words):
            yield from parts(f"words:{number}", words)
    yield from parts("meta", json.dumps(_meta(contents)))


def parts(name: str, content: str) -> Iterator[Row]:
    """A text in parts that fit into fields; the first begins with how many there are."""
    # A character takes four bytes at most.
    size = LONGEST // 4
    pieces = [content[start : start + size] for start in range(0, len(content), size)] or [""]
    for number, piece in enumerate(pieces):
        begin = f"{len(pieces)}\n" if number == 0 else ""
        yield {"key": f"{name}#{number}", "content": begin + piece, "nothing": _NOTHING}


def _meta(contents: Contents) -> dict[str, object]:
    """What every question needs to know of a version besides its manifest."""
    summaries = [summary_of(document) for document in contents.documents]
    searched = Coverage(summaries).everything
    lengths = contents.lexical.lengths
    return {
        "places": contents.lexical.places,
        "mean_length": float(lengths.mean()) if len(lengths) else 1.0,
        "kinds": sorted({each.kind for each in summaries if each.kind is not None}),
        "since": searched.since.isoformat() if searched.since else None,
        "until": searched.until.isoformat() if searched.until else None,
        "words": len(contents.lexical.vocabulary.counts),
    }


def _words_of_places(contents: Contents) -> Iterator[str]:
    """Of each place its length in words, its stems, and what its compounds are made of, as JSON."""
    parts_of = lru_cache(100_000)(contents.lexical.vocabulary.parts)
    words = contents.words
    for number, stems in enumerate(contents.lexical.stems_of_places()):
        own = (words.words[at] for at in words.numbers[words.starts[number] : words.starts[number + 1]].tolist())
        compounds = {word: found for word in own if (found := parts_of(word))}
        length = float(contents.lexical.lengths[number])
        yield json.dumps({"n": length, "s": stems, "p": compounds}, ensure_ascii=False, separators=(",", ":"))


def _narrowing(document: Summary) -> Row:
    identity = document.identity
    return {
        "dossiers": [dossier.number for dossier in identity.dossiers],
        "day": identity.date.toordinal() if identity.date else NO_DATE,
        "kind": document.kind or "",
        "sender": _cut(fold(identity.sender or ""), 4000),
    }


def _may_be_cited(name: str) -> bool:
    return len(name) <= _LONGEST_NUMBER or name in _MONTH_STEMS or any(sign.isdigit() for sign in name)


def _fits(text: str) -> bool:
    return len(text.encode()) <= LONGEST


def _cut(text: str, size: int | None = None) -> str:
    return text.encode()[: size or LONGEST].decode(errors="ignore")
