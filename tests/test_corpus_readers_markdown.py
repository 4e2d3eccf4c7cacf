"""Markdown: headings, lists, tables and notes; what only marks up is left out."""

import datetime

import pytest
from mutations import run_mutations

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.readers.markdown import MAX_BYTES, looks_like_markdown, read_markdown

_RICH = """\
# Voortgang van de aanpak

Eerste alinea met **vet**, *cursief* en een [verwijzing](https://example.org).[^1] Zij loopt
door op de volgende regel.

## Maatregelen

De maatregelen zijn:

1. De eerste maatregel;
2. De tweede, met onderdelen:

   - een bolletje;[^noot]
   - nog een bolletje

   en een tweede alinea.

Een lijst die is getypt:
a) het eerste;
b) het tweede.

### Cijfers

| Jaar | Aantal | Toelichting   |
|------|-------:|---------------|
| 2018 | 1.200  | eerste jaar   |
| 2019 | 4.000  | geschat[^1]   |

Slot
----

> Een citaat met `code` en 2 \\* 3.

[^1]: Kamerstuk 27 925, nr. 1.
[^noot]: Een noot

    van twee alinea's.
"""


def _read(text: str) -> Document:
    return read_markdown(text.encode(), "voortgang.md")


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_a_document_with_everything():
    document = _read(_RICH)
    assert (document.id, document.identity.title) == ("voortgang", "Voortgang van de aanpak")
    assert [(s.headings, [p.text for p in s.paragraphs]) for s in document.sections] == [
        ((), ["Eerste alinea met vet, cursief en een verwijzing. Zij loopt door op de volgende regel."]),
        (("Maatregelen",), [
            "De maatregelen zijn:",
            "1. De eerste maatregel;",
            "2. De tweede, met onderdelen:",
            "een bolletje;",
            "nog een bolletje",
            "en een tweede alinea.",
            "Een lijst die is getypt:",
            "a) het eerste;",
            "b) het tweede.",
        ]),
        (("Maatregelen", "Cijfers"), [
            "Jaar: 2018 | Aantal: 1.200 | Toelichting: eerste jaar",
            "Jaar: 2019 | Aantal: 4.000 | Toelichting: geschat",
        ]),
        (("Slot",), ["Een citaat met code en 2 * 3."]),
    ]  # fmt: skip
    assert [(f.mark, f.text, f.paragraph) for f in document.footnotes] == [
        ("1", "Kamerstuk 27 925, nr. 1.", 1),
        ("noot", "Een noot van twee alinea's.", 5),
    ]
    assert [(n.mark, n.position) for p in document.paragraphs for n in p.notes] == [("1", 49), ("noot", 13)]


def test_a_head_is_lines_before_the_first_heading():
    """With a blank line between them or not."""
    head = [
        "Tweede Kamer der Staten-Generaal 2",
        "Vergaderjaar 2019–2020",
        "36 600 VII Begroting Binnenlandse Zaken",
        "Nr. 12 BRIEF VAN DE MINISTER VAN FINANCIËN",
        "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal",
        "Den Haag, 2 december 2019",
    ]
    for text in ("\n\n".join(head), "\n".join(head), "# " + "\n\n# ".join(head)):
        document = _read(f"{text}\n\nDe tekst.\n\n## Kop\n\nMeer tekst.\n")
        assert document.id == "kst-36600-VII-12"
        assert document.identity.title == "Brief van de Minister van Financiën"
        assert document.identity.date == datetime.date(2019, 12, 2)
        assert _texts(document) == ["De tekst.", "Meer tekst."]


def test_raw_html_loses_its_tags_and_what_is_never_shown():
    text = (
        "<div>\nIn een <b>blok</b> &amp; zo.\n</div>\n\n<!-- weg -->\n\n"
        "<script>\nweg()\n</script>\n\nEen<br>twee <em>drie</em>.\n"
    )
    assert _texts(_read(text)) == ["In een blok & zo.", "Een twee drie."]


def test_images_are_left_out_and_code_is_text():
    assert _texts(_read("Voor ![logo](x.png) na.\n\n```\nregel 1\nregel 2\n```\n")) == ["Voor na.", "regel 1 regel 2"]


def test_front_matter_may_state_the_title():
    document = _read('---\ntitle: "Nota over water"\nauthor: x\n---\n\nTekst.\n')
    assert (document.identity.title, _texts(document)) == ("Nota over water", ["Tekst."])


def test_a_heading_without_text_below_it_is_not_lost():
    assert _texts(_read("Tekst.\n\n## Slot\n")) == ["Tekst.", "Slot"]


def test_a_note_without_text_stays_as_it_was_typed():
    document = _read("Tekst [^9] verder.\n")
    assert (_texts(document), document.footnotes) == (["Tekst [^9] verder."], ())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gewone tekst.\n\n1. een lijst\n", False),
        ("27 925 Bestrijding\n\nNr. 681 BRIEF\n", False),
        ("# Kop\n", True),
        ("Tekst.[^1]\n\n[^1]: Noot.\n", True),
        ("| a | b |\n|---|---|\n", True),
        ("#5 op de lijst\n", False),
        ("-----\n", False),
    ],
)
def test_markdown_is_known_by_its_signs(text, expected):
    assert looks_like_markdown(text) is expected


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\0\0\0", b"<!-- -->", b">" * 100_000])
def test_a_file_without_a_paragraph_says_so(data):
    with pytest.raises(UnreadableDocument, match=r"^leeg\.md "):
        read_markdown(data, "leeg.md")


def test_a_large_file_is_refused_before_it_is_parsed():
    with pytest.raises(UnreadableDocument, match="larger than 4 MB"):
        read_markdown(b"a" * (MAX_BYTES + 1), "groot.md")


def mutation_seeds() -> list[bytes]:
    """A file that holds a bit of everything, to be damaged."""
    return [_RICH.encode()]


def test_damaged_files_give_named_errors_only():
    assert run_mutations(read_markdown, mutation_seeds(), 500) > 400
