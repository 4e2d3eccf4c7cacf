"""Renders a document as the official XML it would be published as, so that a test can read it back."""

import re
from xml.sax.saxutils import escape

from corpus.document import Document, Dossier, NoteReference, Paragraph
from corpus.identity import sentence_case

SCHEMA = "http://technische-documentatie.oep.overheid.nl/schema/op-xsd-2012-2"
CHAMBERS = {"I": ("Eerste Kamer der Staten-Generaal", "1"), "II": ("Tweede Kamer der Staten-Generaal", "2")}
_LABELLED = re.compile(r"(?P<label>[a-z]\.|\d{1,2}\.) (?P<text>.*)")


def official_xml(document: Document, *, addressee: str = "Aan de Voorzitter van de Tweede Kamer") -> bytes:
    """Render a Kamerstuk as `officiele-publicatie`, with byte order mark and CRLF as the files have them."""
    identity = document.identity
    assert identity.is_kamerstuk and identity.chamber and identity.session_year and identity.number
    chamber, chamber_number = CHAMBERS[identity.chamber]
    number = identity.number
    date = identity.date
    head = [f"<al>{escape(addressee)}</al>", f"<al>Den Haag, {date_in_words(document)}</al>"] if date else []
    dossiers = "".join(_dossier(dossier) for dossier in identity.dossiers)
    prefix = "Nr. " if number[0].isdigit() else ""
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<officiele-publicatie xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
                      xsi:noNamespaceSchemaLocation="{SCHEMA}">
  <metadata>
    <meta name="OVERHEIDop.externMetadataRecord" scheme=""
          content="https://zoek.officielebekendmakingen.nl/{identity.id}/metadata.xml"/>
  </metadata>
  <kamerstuk>
    <kamerstukkop>
      <tekstregel inhoud="vergaderjaar">Vergaderjaar {long_session_year(identity.session_year)}</tekstregel>
      <tekstregel inhoud="kameraanduiding">{chamber}</tekstregel>
      <tekstregel inhoud="kamernummer">{chamber_number}</tekstregel>
      <tekstregel inhoud="documenttype">Kamerstukken</tekstregel>
    </kamerstukkop>
    {dossiers}
    <stuk>
      <stuknr>{prefix}<ondernummer kamer="{chamber_number}">{number}</ondernummer></stuknr>
      <titel>{escape(printed_title(identity.title))}</titel>
      <algemeen>
        <vrije-tekst><tekst status="goed">
          {"".join(head)}
          {_body(document)}
        </tekst></vrije-tekst>
        {_closing(document)}
      </algemeen>
    </stuk>
  </kamerstuk>
</officiele-publicatie>
"""
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def metadata_xml(document: Document, extra: dict[str, str] | None = None) -> bytes:
    """Render the `metadata.xml` published beside a Kamerstuk; `extra` adds or replaces values by name."""
    identity = document.identity
    assert identity.chamber and identity.session_year
    values = {
        "DC.identifier": identity.id,
        "DC.creator": CHAMBERS[identity.chamber][0],
        "OVERHEIDop.vergaderjaar": long_session_year(identity.session_year).replace("–", "-"),
        "OVERHEIDop.dossiernummer": ";".join(dossier.number for dossier in identity.dossiers),
        "OVERHEIDop.dossiertitel": identity.dossiers[0].title,
        "OVERHEIDop.ondernummer": identity.number or "",
        "OVERHEIDop.publicationName": "Kamerstuk",
    } | (extra or {})
    lines = "".join(f'<metadata name="{name}" scheme="" content="{escape(value)}"/>' for name, value in values.items())
    return f"<metadata_gegevens>{lines}</metadata_gegevens>".encode()


def printed_title(title: str) -> str:
    """A title as the head of a Kamerstuk prints it: in capitals, where reading it back gives the title again."""
    return title.upper() if sentence_case(title.upper()) == title else title


def long_session_year(short: str) -> str:
    """2019/20 as it is printed: 2019–2020."""
    first, last = short.split("/")
    return f"{first}–{last if len(last) == 4 else first[:2] + last}"


def printed_dossier(dossier: Dossier) -> tuple[str, str]:
    """A dossier's number as printed, and its budget chapter: ("36 600", "VII")."""
    number, _, addition = dossier.number.partition("-")
    spaced = f"{number[:2]} {number[2:]}"
    return (f"{spaced}-{addition}", "") if addition.isdigit() else (spaced, addition)


def date_in_words(document: Document) -> str:
    """The document's date as a letter writes it."""
    months = "januari februari maart april mei juni juli augustus september oktober november december".split()
    date = document.identity.date
    assert date
    return f"{date.day} {months[date.month - 1]} {date.year}"


def split_at_notes(text: str, notes: tuple[NoteReference, ...]) -> list[tuple[str, str]]:
    """A text in pieces, each with the mark that follows it ("" after the last)."""
    pieces, start = [], 0
    for note in notes:
        pieces.append((text[start : note.position], note.mark))
        start = note.position
    return [*pieces, (text[start:], "")]


def split_signature(text: str) -> list[tuple[str, str]]:
    """A signature block as offices with names: [("De Minister van ...,", "S.A. Blok")]."""
    return re.findall(r"(De .+?,) (.+?)(?= De |$)", text)


def _dossier(dossier: Dossier) -> str:
    number, chapter = printed_dossier(dossier)
    chapter = f"<begrotingshoofdstuk>{chapter}</begrotingshoofdstuk>" if chapter else ""
    return f"""<dossier>
      <dossiernummer>
        <dossiernr>{number}</dossiernr>{chapter}
      </dossiernummer>
      <titel>{escape(dossier.title)}</titel>
    </dossier>"""


def _body(document: Document) -> str:
    parts = []
    for section in document.sections:
        if section.paragraphs[0].is_signature:
            continue
        if section.headings:
            parts.append(f'<tussenkop kopopmaak="vet">{escape(section.headings[-1])}</tussenkop>')
        parts += [_paragraph(document, paragraph) for paragraph in section.paragraphs]
    return "\n          ".join(parts)


def _paragraph(document: Document, paragraph: Paragraph) -> str:
    item = _LABELLED.fullmatch(paragraph.text)
    if item and not paragraph.notes:
        return f'<lijst type="expliciet"><li><li.nr>{item["label"]}</li.nr><al>{escape(item["text"])}</al></li></lijst>'
    pieces = []
    for text, mark in split_at_notes(paragraph.text, paragraph.notes):
        # The typesetter's instructions stand in the middle of words, and mean nothing.
        pieces.append(re.sub(r"(\w{6})(\w{6})", r"\1<?xpp afbm?>\2", escape(text), count=1))
        if mark:
            note = escape(document.footnote(mark).text)
            pieces.append(f'<noot id="n{mark}" type="voet"><noot.nr>{mark}</noot.nr><noot.al>{note}</noot.al></noot>')
    return f"<al>{''.join(pieces)}</al>"


def _closing(document: Document) -> str:
    signers = [pair for p in document.paragraphs if p.is_signature for pair in split_signature(p.text)]
    parts = []
    for office, name in signers:
        first, _, last = name.partition(" ")
        parts.append(f"""<ondertekening>
            <functie>{escape(office)}</functie>
            <naam>
              <voornaam>{escape(first)}</voornaam>
              <achternaam>{escape(last)}</achternaam>
            </naam>
          </ondertekening>""")
    return f"<tekst-sluiting>{''.join(parts)}</tekst-sluiting>" if parts else ""
