"""The body of official XML, from Kamerstukken of 1995 to court decisions, read into blocks.

The vocabularies have one grandparent: `al` is a paragraph and `kop` a heading in all of them. What is known by name is
read as what it is; what is not is read by what it holds, so that no text is lost.
"""

import re
from collections.abc import Callable
from dataclasses import replace

from lxml import etree

from corpus.document import NoteReference
from corpus.readers.blocks import Block, Heading, Paragraph, Signature, Table
from corpus.readers.markup import local_name
from corpus.readers.official_table import read_table
from corpus.readers.official_text import OfficialText, emphasis_of
from corpus.readers.running_text import RunningText, Text

_DROPPED = frozenset(
    "metadata meta meta-data brondata jcis kamerstukkop kamervraagkop kamervraagnummer vraagnummer frontm versie "
    "officiele-inhoudsopgave margetekst RDF bwb-inputbestand bwb-wijzigingen redactionele-correcties citeertitel "
    "intitule witreg ltrlabel voetnoot footnote datumtekst illustratie colspec vergadering-nummer noot.nr cvdripm "
    "owmskern owmsmantel".split()
)
_PARAGRAPHS = frozenset(
    "al considerans.al context.al wij wie wat para bijschrift afkondiging.al onderwerp slotform gtxt chapeau".split()
)
_HEADINGS = frozenset(("kop", "title", "itemkop", "item-titel", "opschr"))
_FREE_HEADINGS = frozenset(("tussenkop", "tuskop", "bridgehead"))
_CLOSINGS = frozenset("ondertekening ondertekenaar ondtek ondertek gegeven uitgifte dagtekening koning".split())
_LISTS = frozenset("lijst noot.lijst itemizedlist orderedlist specificatielijst".split())
_ITEMS = frozenset("li noot.li listitem".split())
_LABELS = frozenset("li.nr lidnr nr".split())
_LABELLED = frozenset("lid wijzig-lid amendement-lid paragroup".split())
# Stand in running text, also where they happen to be the only thing in it.
_INLINE = frozenset("nadruk emphasis extref intref sup inf br noot nootref voetref footnote-ref datum naam".split())
# What a document is called: in its identity, not in its text.
_TITLES = frozenset("titel stuknr dossier nummer omschr kamervraagomschrijving".split())
_ROOTS = frozenset("officiele-publicatie kamerwrk handeling vraagdoc".split())
_QUESTION_START = re.compile(r"(?:Vraag|Antwoord)(?: op vra(?:ag|gen))? ?[\d ,en]*:?")


class OfficialBody:
    """Walks the tree in document order; `blocks` holds what it found."""

    def __init__(self, root: etree._Element, text: OfficialText) -> None:
        self.blocks: list[Block] = []
        self._text = text
        self._label = ""
        self._items = 0
        self._titles_seen: set[str] = set()
        self._title_notes: tuple[NoteReference, ...] = ()
        self._readers: dict[str, Callable[[etree._Element, int], None]] = {
            **dict.fromkeys(_PARAGRAPHS, self._paragraph),
            **dict.fromkeys(_FREE_HEADINGS, self._free_heading),
            **dict.fromkeys(_CLOSINGS, self._closing),
            **dict.fromkeys(_LISTS, self._list),
            **dict.fromkeys(_LABELLED, self._labelled),
            **dict.fromkeys(("vraag", "antwoord"), self._question),
            **dict.fromkeys(("spreekbeurt", "spreker", "voorz"), self._speech),
            **dict.fromkeys(("table", "informaltable"), self._table),
            "specificatie-item": self._specification,
            "definitie-item": self._definition,
            "bijlage": self._annex,
            "kamervraagopmerking": self._remark,
            "toelicht": self._remark,
            "toelichting": self._remark,
            **dict.fromkeys(("inhoudsindicatie", "uitspraak", "conclusie"), self._named_part),
            "voorstel-sluiting": self._bill_closing,
            **dict.fromkeys(_TITLES, self._title),
        }
        self._blocks_inside = self._find_blocks(root)

    def visit(self, element: etree._Element, depth: int = 0) -> None:
        """Read an element that stands in `depth` headed elements."""
        name = local_name(element)
        if not name or name in _DROPPED:
            return
        reader = self._readers.get(name)
        if reader:
            reader(element, depth)
        elif name in _HEADINGS:
            self._heading(element, depth)
        else:
            is_headed = any(local_name(child) in _HEADINGS and not _is_title(child) for child in element)
            # An item of a debate's agenda is numbered by the day, which tells a reader nothing.
            without = frozenset(("nr",)) if name == "agendapunt" else frozenset[str]()
            self._flow(element, depth + 1 if is_headed else depth, without)

    def _find_blocks(self, root: etree._Element) -> set[etree._Element]:
        """The elements that are blocks or hold one, and so cannot stand inside running text."""
        names = self._readers.keys() | _HEADINGS | _ITEMS
        found: set[etree._Element] = set()
        for element in root.iter(etree.Element):
            if local_name(element) in names:
                holder = element
                while holder is not None and holder not in found:
                    found.add(holder)
                    holder = holder.getparent()
        return found

    def _has_blocks(self, element: etree._Element) -> bool:
        return any(child in self._blocks_inside for child in element)

    def _flow(self, element: etree._Element, depth: int, without: frozenset[str] = frozenset()) -> None:
        """Read mixed content: blocks as blocks, and the text between them as paragraphs."""
        running = RunningText()
        running.add(element.text)
        # Where no text stands beside them, elements of an unknown name are paragraphs.
        is_mixed = local_name(element) in _PARAGRAPHS or any(
            (text or "").strip() for text in (element.text, *(child.tail for child in element))
        )
        for child in element:
            name = local_name(child)
            if name in without:
                pass
            elif name in _DROPPED or child in self._blocks_inside or not (is_mixed or not name or name in _INLINE):
                self._add(running.take(), depth)
                self.visit(child, depth)
            else:
                self._text.add(child, running)
            running.add(child.tail)
        self._add(running.take(), depth)

    def _add(self, text: Text, depth: int, style: str = "") -> None:
        if text:
            notes, self._title_notes = self._title_notes, ()
            self.blocks.append(Paragraph(Text(text.text, notes + text.notes), self._label, style, depth))
            self._label = ""

    def _paragraph(self, element: etree._Element, depth: int) -> None:
        if self._has_blocks(element):
            self._flow(element, depth)
        else:
            style = emphasis_of(element) if not self._items and not self._label else ""
            self._add(self._text.read(element), depth, style)

    def _heading(self, element: etree._Element, depth: int) -> None:
        text = self._text.read(element, frozenset(("redactie",)))
        if _is_title(element):
            self._keep_notes(text)
        elif text:
            self._label = ""
            self.blocks.append(Heading(text, max(1, depth)))

    def _title(self, element: etree._Element, depth: int) -> None:
        """Read a title without `kop`: the first is the document's own, a later one begins a part of it."""
        text = self._text.read(element)
        name = local_name(element)
        if name not in self._titles_seen or name in ("stuknr", "dossier", "nummer"):
            self._keep_notes(text)
        elif name == "titel":
            self.blocks.append(Heading(text, depth + 1))
        else:
            self._add(text, depth)
        self._titles_seen.add(name)

    def _keep_notes(self, title: Text) -> None:
        """Keep a title's notes for the first paragraph: the title itself is none."""
        self._title_notes += tuple(replace(note, position=0) for note in title.notes)

    def _free_heading(self, element: etree._Element, depth: int) -> None:
        style = element.get("kopopmaak") or element.get("letat") or element.get("role") or "vet"
        if text := self._text.read(element):
            self._label = ""
            named = {"bold": "vet", "italic": "cur", "underline": "ondlijn"}.get(style, style)
            self.blocks.append(Heading(text, depth + 1, named))

    def _closing(self, element: etree._Element, depth: int) -> None:
        """Read an office and a name, or a part of them."""
        self._label = ""
        if text := self._text.read(element):
            self.blocks.append(Signature(text, is_apart=local_name(element) == "uitgifte"))

    def _bill_closing(self, element: etree._Element, depth: int) -> None:
        """Read the end of a bill, where "Gegeven" is a label beside the signature."""
        for child in element:
            if local_name(child) == "label":
                self._closing(child, depth)
            else:
                self.visit(child, depth)

    def _list(self, element: etree._Element, depth: int) -> None:
        self._items += 1
        number = 0
        for child in element:
            name = local_name(child)
            if name in _ITEMS:
                number += 1
                own = self._own_label(child)
                counted = f"{number}." if local_name(element) == "orderedlist" else ""
                self._label = own or counted or element.get("mark") or "–"
                self._flow(child, depth, _LABELS)
                self._label = ""
            else:
                self.visit(child, depth)
        self._items -= 1

    def _own_label(self, element: etree._Element) -> str:
        label = next((self._text.plain(child) for child in element if local_name(child) in _LABELS), "")
        return label or (element.get("nr") or "").strip()

    def _labelled(self, element: etree._Element, depth: int) -> None:
        self._items += 1
        self._label = self._own_label(element)
        self._flow(element, depth, _LABELS)
        self._label = ""
        self._items -= 1

    def _specification(self, element: etree._Element, depth: int) -> None:
        self._label = self._own_label(element)
        self._add(self._text.read(element, _LABELS), depth)
        self._label = ""

    def _definition(self, element: etree._Element, depth: int) -> None:
        """Read a term with the first paragraph of its definition; what more there is follows as paragraphs."""
        label = self._own_label(element)
        definition = next((child for child in element if local_name(child) == "definitie"), None)
        first = next(iter(definition), None) if definition is not None else None
        running = RunningText()
        for child in element:
            if local_name(child) == "term":
                self._text.add(child, running)
        running.add(" ")
        if first is not None and local_name(first) == "al" and not self._has_blocks(first):
            self._text.add(first, running)
        else:
            first = None
        self._label = label
        self._add(running.take(), depth)
        self._label = ""
        self._items += 1
        for child in definition if definition is not None else ():
            if child is not first:
                self.visit(child, depth)
        if definition is not None and not len(definition):
            self._add(self._text.read(definition), depth)
        self._items -= 1

    def _annex(self, element: etree._Element, depth: int) -> None:
        if not any(local_name(child) == "kop" for child in element):
            self.blocks.append(Heading(Text("Bijlage"), 1))
        self._flow(element, 1)

    def _question(self, element: etree._Element, depth: int) -> None:
        """Read a written question or its answer, under the heading that its number is."""
        name = local_name(element).capitalize()
        number = next((self._text.read(child) for child in element if local_name(child) in ("nr", "titel")), Text())
        first = next((child for child in element if local_name(child) == "al"), None)
        if not number and first is not None and _QUESTION_START.fullmatch(self._text.plain(first)):
            number = self._text.read(first)
            element.remove(first)
        heading = number if number and number.text[0].isalpha() else Text(f"{name} {number.text}".strip(), number.notes)
        self.blocks.append(Heading(heading, depth + 1 if name == "Vraag" else depth + 2))
        self._flow(element, depth + 2, frozenset(("nr", "titel")))

    def _remark(self, element: etree._Element, depth: int) -> None:
        """Read a part of written questions that has a name and no number."""
        own = next((self._text.read(child) for child in element if local_name(child) in ("nr", "titel", "kop")), Text())
        names = {"kamervraagopmerking": "Mededeling", "toelicht": "Toelichting", "toelichting": "Toelichting"}
        self.blocks.append(Heading(own or Text(names[local_name(element)]), depth + 1))
        self._flow(element, depth + 1, frozenset(("nr", "titel", "kop")))

    def _named_part(self, element: etree._Element, depth: int) -> None:
        """Read a part of a court decision, whose element is its heading."""
        self.blocks.append(Heading(Text(local_name(element).capitalize()), depth + 1))
        self._flow(element, depth)

    def _speech(self, element: etree._Element, depth: int) -> None:
        """Read a turn in a debate, under the speaker as a heading."""
        name = local_name(element)
        who = "spreker" if name == "spreekbeurt" else "wie"
        speaker = next((self._text.read(child) for child in element if local_name(child) == who), Text())
        if name == "voorz":
            speaker = Text("De voorzitter")
        if speaker:
            self.blocks.append(Heading(Text(speaker.text.rstrip(" :"), speaker.notes), depth + 1))
        self._flow(element, depth + 1, frozenset((who, "vrzlabel", "vrznaam")))

    def _table(self, element: etree._Element, depth: int) -> None:
        self._label = ""
        for found in read_table(element, self._text):
            if isinstance(found, Table):
                self.blocks.append(found)
            elif isinstance(found, Text):
                self._add(found, depth)
            else:
                self._items += 1
                self._flow(found, depth)
                self._items -= 1


def _is_title(heading: etree._Element) -> bool:
    """Whether a heading names the whole publication: it stands at the root, or in the root's only part."""
    parent = heading.getparent()
    if parent is None or local_name(parent) in _ROOTS:
        return True
    above = parent.getparent()
    return above is not None and above.getparent() is None and local_name(above) == "officiele-publicatie"
