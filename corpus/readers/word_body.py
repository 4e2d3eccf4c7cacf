"""The body of a Word file as blocks and tables, in reading order."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from corpus.readers.flow import BLANK_LINE, MAX_COLUMNS, Block, BlockText, Item, Table, TableCell, blocks_of, is_blank
from corpus.readers.markup import Element
from corpus.readers.word_numbering import Numbering
from corpus.readers.word_styles import WORD, Styles, flag, has_borders, integer, outline_level, value
from corpus.readers.word_text import WordText, alternative, is_placeholder

_ALTERNATIVE: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_TRANSPARENT: Final = frozenset(f"{WORD}{name}" for name in ("ins", "moveTo", "customXml", "smartTag", "sdtContent"))
# A merged cell's text is repeated in every row that it covers, so it has to be short.
_LONGEST_REPEATED: Final = 200


class WordBody:
    """Reads a story of a Word file: its body, a header, or the notes."""

    def __init__(self, text: WordText, styles: Styles, numbering: Numbering) -> None:
        self._text = text
        self._styles = styles
        self._numbering = numbering

    def items(self, parent: Element) -> list[Item]:
        """The blocks and tables in a body, a cell, a text box or a note."""
        return _Reading(self._text, self._styles, self._numbering).read(parent)


class _Reading:
    """One container being read."""

    def __init__(self, text: WordText, styles: Styles, numbering: Numbering) -> None:
        self._text = text
        self._styles = styles
        self._numbering = numbering
        self._items: list[Item] = []
        # The text of a paragraph whose end was deleted, so that it runs on in the next one.
        self._carried: BlockText | None = None
        self._framed: list[Item] = []

    def read(self, parent: Element) -> list[Item]:
        self._children(parent)
        self._flush()
        return self._items

    def _children(self, parent: Element) -> None:
        for child in parent:
            if child.tag == f"{WORD}p":
                self._paragraph(child)
            elif child.tag == f"{WORD}tbl":
                self._flush()
                self._items.append(self._table(child))
            elif child.tag == f"{WORD}sdt":
                if not is_placeholder(child):
                    self._children(child)
            elif child.tag in _TRANSPARENT:
                self._children(child)
            elif child.tag == _ALTERNATIVE:
                for branch in alternative(child):
                    self._children(branch)

    def _flush(self) -> None:
        if self._carried:
            self._items.append(self._carried.block())
            self._carried = None
        if self._framed:
            # What stands in one frame stands together, as in a text box.
            self._items.append(_box(self._framed))
            self._framed = []

    def _paragraph(self, paragraph: Element) -> None:
        properties = paragraph.find(f"{WORD}pPr")
        text = self._carried or BlockText()
        boxes = self._text.read(paragraph, text)
        if _end_is_gone(properties):
            self._carried = text
            self._boxes(boxes)
            return
        self._carried = None
        style = None if properties is None else value(properties.find(f"{WORD}pStyle"))
        is_framed = properties is not None and properties.find(f"{WORD}framePr") is not None
        if not is_framed:
            self._flush()
        if self._text.is_visible and not self._styles.is_contents(style):
            block = self._block(text, style, properties)
            (self._framed if is_framed else self._items).append(block)
        self._boxes(boxes)

    def _block(self, text: BlockText, style: str | None, properties: Element | None) -> Block:
        level = self._styles.level(style)
        has_gap = False
        if properties is not None:
            own = properties.find(f"{WORD}outlineLvl")
            level = level if own is None else outline_level(own)
            has_gap = flag(properties, "pageBreakBefore") is True
            if properties.find(f"{WORD}sectPr") is not None:
                text.add(BLANK_LINE)
        label = self._label(style, properties)
        return replace(text.block(), level=level, label=label, after_gap=has_gap)

    def _label(self, style: str | None, properties: Element | None) -> str | None:
        from_style = self._styles.numbering(style)
        own = None if properties is None else properties.find(f"{WORD}numPr")
        sources = [source for source in (own, from_style) if source is not None]
        number = next((n for n in (value(source.find(f"{WORD}numId")) for source in sources) if n is not None), None)
        if number is None or number == "0":
            return None
        level = next(
            (n for n in (integer(value(source.find(f"{WORD}ilvl"))) for source in sources) if n is not None), None
        )
        if level is None:
            level = self._numbering.level_of_style(number, style)
        return self._numbering.label(number, level)

    def _boxes(self, boxes: Sequence[Element]) -> None:
        for box in boxes:
            fields = self._text.enter_box()
            inside = _Reading(self._text, self._styles, self._numbering).read(box)
            self._text.leave_box(fields)
            self._items.append(_box(inside))

    def _table(self, table: Element) -> Table:
        properties = table.find(f"{WORD}tblPr")
        style = None if properties is None else value(properties.find(f"{WORD}tblStyle"))
        own_borders = None if properties is None else properties.find(f"{WORD}tblBorders")
        rows: list[tuple[TableCell, ...]] = []
        above: dict[int, TableCell] = {}
        headers = 0
        for row in _parts(table, f"{WORD}tr"):
            row_properties = row.find(f"{WORD}trPr")
            if row_properties is not None and row_properties.find(f"{WORD}del") is not None:
                continue
            if flag(row_properties, "tblHeader") and headers == len(rows):
                headers += 1
            rows.append(self._row(row, row_properties, above))
        look = None if properties is None else properties.find(f"{WORD}tblLook")
        if not headers and _uses_first_row(look) and self._styles.has_bold_first_row(style):
            headers = 1
        borders = has_borders(own_borders) or (
            own_borders is None and style is not None and self._styles.has_borders(style)
        )
        return Table(tuple(rows), headers, borders or any(has_borders(e) for e in table.iter(f"{WORD}tcBorders")))

    def _row(self, row: Element, properties: Element | None, above: dict[int, TableCell]) -> tuple[TableCell, ...]:
        skipped = integer(value(None if properties is None else properties.find(f"{WORD}gridBefore"))) or 0
        cells = [TableCell(())] * max(0, min(skipped, MAX_COLUMNS))
        column = len(cells)
        for element in _parts(row, f"{WORD}tc"):
            cell_properties = element.find(f"{WORD}tcPr")
            span = 1
            merge = None
            if cell_properties is not None:
                if cell_properties.find(f"{WORD}cellDel") is not None:
                    continue
                span = integer(value(cell_properties.find(f"{WORD}gridSpan"))) or 1
                merge = cell_properties.find(f"{WORD}vMerge")
            span = max(1, min(span, MAX_COLUMNS))
            items = tuple(_Reading(self._text, self._styles, self._numbering).read(element))
            if merge is not None and value(merge) in (None, "continue") and column in above:
                items = above[column].items if _is_short(above[column]) else ()
            cell = TableCell(items, span)
            above[column] = cell
            cells.append(cell)
            column += span
            if column >= MAX_COLUMNS:
                break
        return tuple(cells)


def _parts(parent: Element, tag: str) -> list[Element]:
    """The rows of a table or the cells of a row, those in content controls and insertions included."""
    found = []
    for child in parent:
        if child.tag == tag:
            found.append(child)
        elif child.tag == f"{WORD}sdt" or child.tag in _TRANSPARENT:
            found += _parts(child, tag)
    return found


def _end_is_gone(properties: Element | None) -> bool:
    """Whether a paragraph's end was deleted or hidden, so that the next paragraph goes on on its line."""
    mark = None if properties is None else properties.find(f"{WORD}rPr")
    if mark is None:
        return False
    if mark.find(f"{WORD}del") is not None or mark.find(f"{WORD}moveFrom") is not None:
        return True
    # A style separator hides the end of a heading on purpose; the heading stays one.
    return flag(mark, "vanish") is True and flag(mark, "specVanish") is not True


def _box(items: Sequence[Item]) -> Table:
    return Table(((TableCell(tuple(items)),),))


def _is_short(cell: TableCell) -> bool:
    blocks = [block for block in blocks_of(cell.items) if not is_blank(block.text)]
    return sum(len(block.text) for block in blocks) <= _LONGEST_REPEATED and not any(block.notes for block in blocks)


def _uses_first_row(look: Element | None) -> bool:
    if look is None:
        return False
    bits = look.get(f"{WORD}val") or ""
    return look.get(f"{WORD}firstRow") in ("1", "true") or (len(bits) == 4 and bits[2] in "2367abefABEF")
