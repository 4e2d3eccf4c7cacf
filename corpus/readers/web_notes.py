"""Footnotes of web pages: moved to the page's end, with links from the marks in the text."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from lxml import etree

from corpus.document import NoteReference
from corpus.readers.blocks import Block, Heading, Paragraph
from corpus.readers.notes import Notes
from corpus.readers.paged_lines import find_mark
from corpus.readers.running_text import RunningText, Text

_NOTE_CLASSES = frozenset("noot voetnoot notedefault footnote endnote".split())
_MARK_CLASS = "nootnum"
_MARK = re.compile(r"[\[(]?(?P<mark>\d{1,3}|\*{1,3}|[a-z])[\])]?")
_LEADING_MARK = re.compile(r"(?:X? ?Noot )?[\[(]?(?P<mark>\d{1,3}|\*{1,3})[\].)]? (?=\S)")
_BACK = re.compile(r"(?:X|↩|↑|\^|Terug|(?:Terug )?naar boven|Terug naar (?:de )?tekst)\W*", re.IGNORECASE)
_BACK_AT_END = re.compile(r"\s*(?:↩|↑|\bNaar boven)\W*$", re.IGNORECASE)
_FLAT_START = re.compile(r"X? ?Noot(?: (?P<rest>\S.*))?")
_NOTE_BLOCKS = frozenset("p li div dd td section blockquote tr".split())
# Marks that follow these are exponents and indices: m², CO₂.
_BEFORE_EXPONENT = re.compile(r"(?:\b[kcdm]?m|\bCO|\bNO|\bH|\bPM|\b10)$")
_NOTE_CHARACTERS = 4_000


class WebNotes:
    """The footnotes of a page, found before its text is read; `elements` are those that hold them."""

    def __init__(self, root: etree._Element, notes: Notes) -> None:
        self._notes = notes
        self._order = {element: number for number, element in enumerate(root.iter(etree.Element))}
        self._targets = {key: each for each in self._order for key in (each.get("id"), each.get("name")) if key}
        self._is_short: dict[etree._Element, bool] = {}
        links = [each for each in root.iter("a") if self._is_reference(each)]
        found: dict[etree._Element, str] = {}
        for element in self._order:
            if element.tag in _NOTE_BLOCKS and _classes(element) & _NOTE_CLASSES and not _is_within(element, found):
                mark = _own_mark(element)
                if mark:
                    found[element] = mark
        for link in links:
            target = self._target_block(link, found)
            if target is not None:
                found[target] = _own_mark(target) or _mark(_text(link))
        self.elements: dict[etree._Element, str] = {
            element: notes.add(found[element], _note_text(element, found[element]))
            for element in sorted(found, key=self._order.__getitem__)
            if _note_text(element, found[element])
        }
        self._marks = {mark: mark for mark in self.elements.values()}
        self._references: dict[etree._Element, str] = {}
        for link in links:
            linked = None if _is_within(link, found) else self._mark_of_link(link)
            if linked or _MARK_CLASS in _classes(link):
                self._references[link] = linked or ""
        self.has_links = bool(self._references)

    def mark_of(self, element: etree._Element) -> str | None:
        """The mark that an inline element is, "" when its note is not on the page; None when it is text."""
        return self._references.get(element)

    def _is_reference(self, link: etree._Element) -> bool:
        if not (link.get("href") or "").rpartition("#")[2] or "#" not in (link.get("href") or ""):
            return False
        if not _MARK.fullmatch(_text(link)):
            return False
        parent = link.getparent()
        is_raised = (parent is not None and parent.tag == "sup") or any(child.tag == "sup" for child in link)
        return is_raised or any("noot" in name or "note" in name for name in _classes(link))

    def _target_block(self, link: etree._Element, found: dict[etree._Element, str]) -> etree._Element | None:
        """The block that a mark links to, when it is a note of no known class: further down, and short."""
        target = self._targets.get((link.get("href") or "").rpartition("#")[2])
        if target is None or _is_within(target, found) or self._order[target] < self._order[link]:
            return None
        while target is not None and target.tag not in _NOTE_BLOCKS:
            target = target.getparent()
        if target is None or _is_within(link, {target: ""}):
            return None
        if target not in self._is_short:
            self._is_short[target] = len(_text(target)) <= _NOTE_CHARACTERS
        return target if self._is_short[target] else None

    def _mark_of_link(self, link: etree._Element) -> str | None:
        holder = self._targets.get((link.get("href") or "").rpartition("#")[2])
        while holder is not None:
            if holder in self.elements:
                return self.elements[holder]
            holder = holder.getparent()
        return self._marks.get(_mark(_text(link)))


def gather_flat_notes(blocks: Sequence[Block], notes: Notes) -> list[Block]:
    """Take out notes that lost their markup: "X Noot", the mark, the text, "Naar boven", each a line or all in one."""
    kept: list[Block] = []
    position = 0
    while position < len(blocks):
        start = _FLAT_START.fullmatch(_text_of(blocks[position]))
        if not start:
            kept.append(blocks[position])
            position += 1
            continue
        parts = [start["rest"]] if start["rest"] else []
        position += 1
        while position < len(blocks) and not (parts and _is_end(parts[-1])):
            text = _text_of(blocks[position])
            if not text or _FLAT_START.fullmatch(text):
                break
            parts.append(text)
            position += 1
        whole = _BACK_AT_END.sub("", " ".join(parts))
        mark, _, text = whole.partition(" ")
        if _MARK.fullmatch(mark) and text:
            notes.add(mark, text)
        else:
            kept += [Paragraph(Text(part)) for part in parts]
    return kept


def attach_glued_marks(blocks: Sequence[Block], marks: Iterable[str]) -> list[Block]:
    """Find the marks of notes that nothing links to, where they are glued to the text ("2015–20191")."""
    attached = list(blocks)
    for mark in marks:
        texts = [block.text.text if isinstance(block, Paragraph) else "" for block in attached]
        place = find_mark(texts, mark) if mark.isdigit() else None
        if place is None or _BEFORE_EXPONENT.search(texts[place[0]][: place[1]]):
            continue
        number, start = place
        block = attached[number]
        assert isinstance(block, Paragraph)
        text = block.text.text
        notes = [
            replace(note, position=note.position - len(mark)) if note.position > start else note
            for note in block.text.notes
        ]
        notes = sorted([*notes, NoteReference(mark, start)], key=lambda note: note.position)
        attached[number] = replace(block, text=Text(text[:start] + text[start + len(mark) :], tuple(notes)))
    return attached


def _is_end(text: str) -> bool:
    return bool(_BACK_AT_END.search(text))


def _text_of(block: Block) -> str:
    return block.text.text if isinstance(block, Paragraph | Heading) else ""


def _classes(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").lower().split())


def _is_within(element: etree._Element, holders: dict[etree._Element, str]) -> bool:
    holder: etree._Element | None = element
    while holder is not None:
        if holder in holders:
            return True
        holder = holder.getparent()
    return False


def _own_mark(element: etree._Element) -> str:
    """The mark that a note's element begins with; "" when it has none."""
    for each in element.iter("span", "sup", "a", "strong", "b"):
        if _MARK_CLASS in _classes(each) or each.tag == "sup":
            return _mark(_text(each))
    leading = _LEADING_MARK.match(_text(element))
    return leading["mark"] if leading else ""


def _note_text(element: etree._Element, mark: str) -> str:
    running = RunningText()
    _collect(element, running)
    text = running.take().text
    leading = _LEADING_MARK.match(text)
    if leading and leading["mark"] == mark:
        text = text[leading.end() :]
    return _BACK_AT_END.sub("", text)


def _collect(element: etree._Element, running: RunningText) -> None:
    running.add(element.text)
    for child in element:
        if isinstance(child.tag, str) and not _is_apparatus(child):
            if child.tag in _NOTE_BLOCKS or child.tag == "br":
                running.add(" ")
            _collect(child, running)
            if child.tag in _NOTE_BLOCKS:
                running.add(" ")
        running.add(child.tail)


def _is_apparatus(element: etree._Element) -> bool:
    """Whether an element in a note is its mark, its title or a way back, and not its text."""
    names = _classes(element)
    text = _text(element)
    if "note-close" in names or _MARK_CLASS in names:
        return True
    if element.tag == "sup":
        return any(_MARK_CLASS in _classes(each) for each in element.iter()) or element.getprevious() is None
    return element.tag == "a" and bool(_BACK.fullmatch(text)) and (element.get("href") or "").startswith("#")


def _mark(text: str) -> str:
    match = _MARK.fullmatch(text)
    return match["mark"] if match else ""


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
