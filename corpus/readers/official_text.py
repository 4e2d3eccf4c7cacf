"""The running text of official XML: what stands inside a paragraph, a heading or a table cell, and its notes."""

from collections.abc import Iterator

from lxml import etree

from corpus.readers.markup import entity_text, local_name
from corpus.readers.notes import Notes
from corpus.readers.running_text import RunningText, Text

# Parts of a name, an office or a heading: the source keeps them apart by elements, not always by a space.
_SEPARATED = frozenset(
    "achternaam deze functie label minister naam nr organisatie subtitel titel voornaam voorvoegsels politiek "
    "aanspr partij vetnr waarde specificatie term definitie plaats datum dagtekening koning ondertekening".split()
)
_BLOCKS_INSIDE = frozenset("al al-groep li lijst noot.al noot.lijst noot.li para entry row definitie-item".split())
_NOTES = frozenset(("noot", "footnote"))
_REFERENCES = frozenset(("nootref", "voetref", "footnote-ref"))
_DROPPED = frozenset("meta-data plaatje illustratie colspec jcis brondata metadata".split())
_EMPHASIS = {
    "vet": "vet",
    "halfvet": "vet",
    "bold": "vet",
    "vetcur": "vetcur",
    "cur": "cur",
    "cursief": "cur",
    "italic": "cur",
    "ondlijn": "ondlijn",
    "onderstreept": "ondlijn",
    "underline": "ondlijn",
}
_EMPHASISING = frozenset(("nadruk", "emphasis", *_EMPHASIS))


class OfficialText:
    """Reads running text; the notes it meets are added to the document's."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    def collect_notes(self, root: etree._Element) -> None:
        """Add the notes that stand apart from their marks, at the end of old papers and of court decisions.

        A note in the place of its mark counts when it is met.
        """
        for element in root.iter("{*}voetnoot", "{*}footnote"):
            mark = element.get("nr") or element.get("label") or ""
            self._notes.add(mark, self.plain(element), element.get("id") or mark)

    def read(self, element: etree._Element, without: frozenset[str] = frozenset()) -> Text:
        """All text of an element, but for the children named in `without`."""
        running = RunningText()
        running.add(element.text)
        for child in element:
            if local_name(child) not in without:
                self.add(child, running)
            running.add(child.tail)
        return running.take()

    def plain(self, element: etree._Element, without: frozenset[str] = frozenset()) -> str:
        """The text of an element without its notes."""
        return self.read(element, without | _NOTES).text

    def add(self, element: etree._Element, running: RunningText) -> None:
        """Add an element inside running text, without what follows it.

        A processing instruction or comment vanishes, without a space: it may stand in the middle of a word.
        """
        name = local_name(element)
        if not name:
            running.add(entity_text(element))
            if element.tag is etree.PI and element.target == "linebreak":
                running.add(" ")
        elif name in _NOTES:
            self._add_note(element, running)
        elif name in _REFERENCES:
            self._add_reference(element, running)
        elif name in ("br", "nl"):
            running.add(" ")
        elif name not in _DROPPED:
            self._add_children(element, name, running)

    def _add_children(self, element: etree._Element, name: str, running: RunningText) -> None:
        if name in _SEPARATED:
            running.separate()
        if name in _BLOCKS_INSIDE:
            running.add(" ")
        running.add(element.text)
        for child in element:
            self.add(child, running)
            running.add(child.tail)
        is_glued = name in ("nr", "label") and (element.tail or "")[:1].isalnum()
        if name in _BLOCKS_INSIDE or is_glued:
            running.add(" ")

    def _add_note(self, element: etree._Element, running: RunningText) -> None:
        number = next((child for child in element if local_name(child) == "noot.nr"), None)
        mark = self.plain(number) if number is not None else element.get("nr") or ""
        text = self.plain(element, frozenset(("noot.nr",)))
        if text:
            running.mark(self._notes.add(mark, text, element.get("id") or ""))

    def _add_reference(self, element: etree._Element, running: RunningText) -> None:
        key = element.get("refid") or element.get("linkend") or element.get("nr") or ""
        mark = self._notes.mark_of(key) or self._notes.mark_of(element.get("nr") or "")
        if mark:
            running.mark(mark)


def emphasis_of(element: etree._Element) -> str:
    """How the whole of a paragraph is emphasised, "" when it is not, or only in part."""
    if (element.text or "").strip():
        return ""
    styles = set()
    for child in _real_children(element):
        if local_name(child) not in _EMPHASISING or (child.tail or "").strip():
            return ""
        kind = child.get("type") or child.get("role") or local_name(child)
        styles.add(_EMPHASIS.get(kind, "cur"))
    return styles.pop() if len(styles) == 1 else ""


def _real_children(element: etree._Element) -> Iterator[etree._Element]:
    return (child for child in element if local_name(child) not in ("", "noot", "br"))
