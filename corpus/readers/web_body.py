"""The text of a web page, read into blocks."""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from corpus.readers.blocks import Block, Heading, Paragraph, Signature
from corpus.readers.cell_grid import build_table, is_layout
from corpus.readers.markup import entity_text
from corpus.readers.running_text import RunningText, Text, join_texts
from corpus.readers.web_notes import WebNotes
from corpus.readers.web_table import emphasis_of, read_rows

_BLOCKS = frozenset(
    "address article blockquote body center dd details dialog div dl dt fieldset figcaption figure footer form h1 h2 "
    "h3 h4 h5 h6 header hr li main menu ol p pre section summary table ul".split()
)
_DROPPED = frozenset(
    "script style noscript template nav footer aside iframe object svg canvas audio video img picture map head link "
    "meta button input select textarea label option datalist dialog del colgroup".split()
)
_DROPPED_CLASSES = frozenset(
    "verberg tekstueel broodkruimels breadcrumb breadcrumbs inhouds-opgave toc note-close sr-only visually-hidden "
    "visuallyhidden hidden cookie-banner".split()
)
_DROPPED_ROLES = frozenset("navigation banner contentinfo search complementary dialog alert".split())
_HIDDEN = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LABEL_CLASSES = frozenset("ol nr lidnr li.nr".split())
_SIGNATURE_CLASSES = frozenset("ondertekening dagtekening koning gegeven uitgifte".split())
_SEPARATED_CLASSES = frozenset("functie naam voornaam voorvoegsels achternaam dagtekening koning deze".split())
_LAST_LETTER = 26


class WebBody:
    """Walks a page's content in document order; `blocks` holds what it found.

    `descriptions` are the lines that say who asks and who answers written questions.
    """

    def __init__(self, content: etree._Element, notes: WebNotes, dropped: set[etree._Element]) -> None:
        self.blocks: list[Block] = []
        self.descriptions: list[str] = []
        self._notes = notes
        self._dropped = dropped
        self._label = ""
        self._term = Text()
        self._items = 0
        self._heading_level = 0
        self._readers: dict[str, Callable[[etree._Element], None]] = {
            **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._heading),
            **dict.fromkeys(("ul", "ol", "menu"), self._list),
            "dl": self._definitions,
            "dt": self._definition_term,
            "table": self._table,
            "pre": self._preformatted,
        }
        self._blocks_inside: set[etree._Element] = set()
        for element in content.iter(*_BLOCKS):
            holder = element
            while holder is not None and holder not in self._blocks_inside:
                self._blocks_inside.add(holder)
                holder = holder.getparent()

    def visit(self, element: etree._Element) -> None:
        """Read an element that is a block, or holds blocks."""
        if self._is_dropped(element):
            return
        names = set((element.get("class") or "").lower().split())
        reader = self._readers.get(element.tag)
        if "kamervraagomschrijving" in names:
            self._description(element)
        elif names & _SIGNATURE_CLASSES:
            self._signature(element)
        elif reader:
            reader(element)
        elif element.tag == "p" and self._is_heading_class(names):
            self._free_heading(element)
        elif "nummer" in names and self._is_question(element.getparent()):
            self._question_number(element)
        else:
            self._paragraph(element)

    def _is_dropped(self, element: etree._Element) -> bool:
        if not isinstance(element.tag, str) or element.tag in _DROPPED or element in self._dropped:
            return True
        if element in self._notes.elements:
            return True
        names = set((element.get("class") or "").lower().split())
        return bool(
            names & _DROPPED_CLASSES
            or element.get("hidden") is not None
            or element.get("aria-hidden") == "true"
            or element.get("role") in _DROPPED_ROLES
            or _HIDDEN.search(element.get("style") or "")
        )

    def _paragraph(self, element: etree._Element) -> None:
        style = ""
        if element.tag == "p" and not self._items and not self._has_blocks(element):
            style = emphasis_of(element)
        self._flow(element, style)

    def _flow(self, element: etree._Element, style: str = "") -> None:
        """Read mixed content: blocks as blocks, and the text between them as paragraphs.

        Two line breaks in a row part paragraphs, as on pages that know no other way.
        """
        running = RunningText()
        running.add(element.text)
        text_since_break = "x"
        for child in element:
            if child.tag == "br":
                if not text_since_break.strip():
                    self._add(running.take(), style)
                running.add(" ")
                text_since_break = ""
            elif child in self._blocks_inside:
                self._add(running.take(), style)
                self.visit(child)
            elif not self._take_label(child, running):
                self._inline(child, running)
                text_since_break += "x"
            running.add(child.tail)
            text_since_break += child.tail or ""
        self._add(running.take(), style)

    def _has_blocks(self, element: etree._Element) -> bool:
        return any(child in self._blocks_inside for child in element)

    def _take_label(self, element: etree._Element, running: RunningText) -> bool:
        """Take an element that is a list item's number, or its bullet, for the label of the paragraph it begins."""
        if element.tag != "span" or running:
            return False
        text = " ".join("".join(element.itertext()).split())
        names = set((element.get("class") or "").lower().split())
        is_bullet = self._items and text and not any(character.isalnum() for character in text)
        if names & _LABEL_CLASSES or (is_bullet and len(text) == 1):
            self._label = text
            return True
        return False

    def _inline(self, element: etree._Element, running: RunningText) -> None:
        if not isinstance(element.tag, str):
            running.add(entity_text(element))
            return
        mark = self._notes.mark_of(element)
        if mark is not None:
            if mark:
                running.mark(mark)
            return
        if self._is_dropped(element):
            return
        if element.tag == "br":
            running.add(" ")
        names = set((element.get("class") or "").lower().split())
        if names & _SEPARATED_CLASSES:
            running.separate()
        if element.tag in _BLOCKS:
            running.add(" ")
        running.add(element.text)
        for child in element:
            self._inline(child, running)
            running.add(child.tail)
        if element.tag in _BLOCKS:
            running.add(" ")

    def _read(self, element: etree._Element) -> Text:
        running = RunningText()
        running.add(element.text)
        for child in element:
            self._inline(child, running)
            running.add(child.tail)
        return running.take()

    def _add(self, text: Text, style: str = "") -> None:
        if not text:
            return
        if self._term:
            text, self._term = join_texts([self._term, text]), Text()
        self.blocks.append(Paragraph(text, self._label, style, self._heading_level))
        self._label = ""

    def _heading(self, element: etree._Element) -> None:
        self._label = ""
        if any(True for _ in element.iterdescendants("p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6")):
            # A heading that was never closed holds the page's text.
            self._flow(element)
        elif text := self._read(element):
            self._heading_level = int(element.tag[1])
            self.blocks.append(Heading(text, self._heading_level))

    def _is_heading_class(self, names: set[str]) -> bool:
        return any(name.startswith(("tussenkop", "subkop")) or name.endswith("_kop") for name in names)

    def _free_heading(self, element: etree._Element) -> None:
        self._label = ""
        if text := self._read(element):
            self.blocks.append(Heading(text, self._heading_level + 1, emphasis_of(element) or "vet"))

    def _description(self, element: etree._Element) -> None:
        if text := self._read(element):
            if self.descriptions:
                self._add(text)
            self.descriptions.append(text.text)

    def _is_question(self, element: etree._Element | None) -> bool:
        return element is not None and bool({"vraag", "antwoord"} & set((element.get("class") or "").split()))

    def _question_number(self, element: etree._Element) -> None:
        names = set((element.getparent().get("class") or "").split())
        text = self._read(element)
        name = "Vraag" if "vraag" in names else "Antwoord"
        whole = text.text if text.text[:1].isalpha() else f"{name} {text.text}".strip()
        self.blocks.append(Heading(Text(whole, text.notes), self._heading_level + 1))

    def _signature(self, element: etree._Element) -> None:
        self._label = ""
        if text := self._read(element):
            self.blocks.append(Signature(text, is_apart="uitgifte" in (element.get("class") or "")))

    def _list(self, element: etree._Element) -> None:
        self._items += 1
        labels = _numbers(element) if element.tag == "ol" else None
        for child in element:
            if child.tag == "li" and not self._is_dropped(child):
                self._label = next(labels) if labels else "–"
                value = child.get("value") or ""
                if labels and value.isdecimal() and len(value) < 6:
                    labels = _numbers(element, int(value))
                    self._label = next(labels)
                self._flow(child)
                self._label = ""
            elif isinstance(child.tag, str):
                self.visit(child)
        self._items -= 1

    def _definitions(self, element: etree._Element) -> None:
        self._flow(element)
        term, self._term = self._term, Text()
        self._add(term)

    def _definition_term(self, element: etree._Element) -> None:
        """Keep a term for the first paragraph of its definition."""
        if next(element.iterancestors("dl"), None) is None:
            self._flow(element)
            return
        term, self._term = self._term, Text()
        self._add(term)
        running = RunningText()
        running.add(element.text)
        for child in element:
            if not self._take_label(child, running):
                self._inline(child, running)
            running.add(child.tail)
        self._term = running.take()

    def _preformatted(self, element: etree._Element) -> None:
        for part in re.split(r"\n\s*\n", "".join(element.itertext())):
            running = RunningText()
            running.add(part)
            self._add(running.take())

    def _table(self, element: etree._Element) -> None:
        self._label = ""
        for caption in element.iterchildren("caption"):
            self._flow(caption)
        header, body = read_rows(element, self._read, self._is_dropped)
        cells = [[cell for _, cell in row] for row in body]
        holds_table = any(True for _ in element.iterdescendants("table"))
        if holds_table or is_layout(header, cells):
            self._items += 1
            for row in body:
                for cell, _ in row:
                    self._flow(cell)
            self._items -= 1
        elif table := build_table(header, cells):
            self.blocks.append(table)


def _numbers(element: etree._Element, start: int | None = None) -> Iterator[str]:
    """The labels that a browser gives the items of a numbered list: "1.", "2." ..., or letters."""
    given = element.get("start") or ""
    number = start if start is not None else int(given) if given.isdecimal() and len(given) < 6 else 1
    while True:
        letter = element.get("type") in ("a", "A") and 1 <= number <= _LAST_LETTER
        label = chr(ord(str(element.get("type"))) + number - 1) if letter else str(number)
        yield f"{label}."
        number += 1
