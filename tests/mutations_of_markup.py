"""Files damaged at random, for trying a reader on: the same seed gives the same files."""

import copy
import random
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from lxml import etree

from corpus.document import Document
from corpus.errors import DocumentError

_PIECES = (
    b"<", b">", b"</al>", b"<al>", b"<p>", b"</p>", b"<table><tr><td>", b"<li>", b"<noot>", b"&", b"&euml;", b"&#0;",
    b"<![CDATA[", b"<!--", b"-->", b"<?x ?>", b"\x00", b"\xff\xfe", b"\xc3", b'"', b"'", b"=", b"<sup>1</sup>",
    b'<a href="#x">1</a>', b"<h1>", b"<div hidden>", b"<br><br>", b"<dl><dt>", b'colspan="9999"', b"xml:lang=", b"\n\n",
)  # fmt: skip


def mutated(originals: Sequence[bytes], cases: int, seed: int) -> Iterator[bytes]:
    """Cut, repeat, swap, overwrite and insert at random places, one to six times a file."""
    chance = random.Random(seed)
    for _ in range(cases):
        data = bytearray(chance.choice(originals))
        for _ in range(chance.randint(1, 6)):
            start = chance.randrange(len(data) + 1)
            end = min(len(data), start + chance.choice((1, 3, 20, 200, 2000)))
            kind = chance.randrange(6)
            if kind == 0:
                del data[start:end]
            elif kind == 1:
                data[start:start] = data[start:end] * chance.choice((1, 2, 30))
            elif kind == 2:
                data[start:start] = chance.choice(_PIECES) * chance.choice((1, 1, 5, 300))
            elif kind == 3:
                data[start:end] = bytes(chance.randrange(256) for _ in range(end - start))
            elif kind == 4:
                del data[start:]
            else:
                other = chance.choice(originals)
                data[start:end] = other[: chance.randrange(len(other) + 1)]
        yield bytes(data)


def rearranged(originals: Sequence[bytes], cases: int, seed: int) -> Iterator[bytes]:
    """Well-formed markup whose elements are renamed, moved, nested, repeated or emptied at random."""
    chance = random.Random(seed)
    trees = [etree.fromstring(original) for original in originals]
    names = sorted({element.tag for tree in trees for element in tree.iter(etree.Element)})
    for _ in range(cases):
        tree = copy.deepcopy(chance.choice(trees))
        elements = list(tree.iter(etree.Element))[1:]
        for element in chance.sample(elements, min(len(elements), chance.randint(1, 12))):
            kind = chance.randrange(6)
            if kind == 0:
                element.tag = chance.choice(names)
            elif kind == 1:
                element.text = chance.choice(("", "x", "1", "\u00ad", " 12. ", "Vraag 2", "De Minister van X,"))
            elif kind == 2:
                other = chance.choice(elements)
                if element not in other.iterancestors():
                    element.append(copy.deepcopy(other))
            elif kind == 3:
                element.attrib.clear()
            elif kind == 4:
                del element[:]
            else:
                inner = etree.SubElement(element, chance.choice(names))
                inner.text, inner.tail = "binnen", "achter"
        yield etree.tostring(tree)


def try_reader(
    read: Callable[[bytes, str], Document], originals: Sequence[bytes], cases: int, seed: int
) -> tuple[int, int]:
    """Read damaged files, and as many rearranged ones; gives how many were read and how many refused.

    Any error but the named ones passes on.
    """
    was_read = refused = 0
    well_formed = [original for original in originals if _is_well_formed(original)]
    for data in chain(mutated(originals, cases, seed), rearranged(well_formed, cases, seed)):
        try:
            document = read(data, "beschadigd.bin")
        except DocumentError as error:
            assert "beschadigd.bin" in str(error)
            refused += 1
            continue
        was_read += 1
        assert document.paragraphs
        assert [paragraph.number for paragraph in document.paragraphs] == [*range(1, len(document.paragraphs) + 1)]
        for paragraph in document.paragraphs:
            assert paragraph.text == " ".join(paragraph.text.split())
            assert all(0 <= note.position <= len(paragraph.text) for note in paragraph.notes)
        marks = [footnote.mark for footnote in document.footnotes]
        assert len(marks) == len(set(marks))
    return was_read, refused


def _is_well_formed(data: bytes) -> bool:
    try:
        etree.fromstring(data)
    except etree.XMLSyntaxError:
        return False
    return True
