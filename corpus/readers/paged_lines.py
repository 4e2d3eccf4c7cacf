"""Lines on pages become headings, paragraphs and footnotes: what a text file and a PDF have in common.

A page's text is cut by its footnotes and its end, not by the sentence; here the pieces are put together again.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace

from corpus.document import NoteReference
from corpus.readers.outline import Outline

_SENTENCE_END = re.compile(r"[.?!…:;]['\"’”»)\]]*$")
_NOTE_START = re.compile(r"(?P<mark>\d{1,3}) (?P<text>\S.*)")
_HEADING_NUMBER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2})*)\.? \S")
_SIGNATURE = re.compile(
    r"(?:(?:De|Namens de|Mede namens de|Mede namens) )?(?:Minister|Staatssecretaris|Voorzitter|Griffier|"
    r"[Mm]inister|[Ss]taatssecretaris|[Vv]oorzitter|[Gg]riffier|Adjunct-griffier|[Aa]djunct-griffier)\b[^.?!]*,"
)
_LIST_ITEM = re.compile(r"(?P<label>[-–•*·▪]|\(?(?:[a-z]|\d{1,2})[.)]|[ivx]{1,4}\.) ")
# From a word's start only: elsewhere a word of a million letters would be tried a million times.
_HYPHENATED = re.compile(r"(?<![^\W\d_])[^\W\d_]+(?:-[^\W\d_]+)+")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*-$")
_FIRST_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_KEPT_BEFORE = re.compile(r"(?:en|of) ")

_LONGEST_WORD = 80
_HEADING_LINES = 3
_HEADING_CHARACTERS = 200
_SIGNATURE_CHARACTERS = 90
# Of a signature, at most.
CLOSING_LINES = 12


@dataclass(frozen=True, slots=True)
class Line:
    """One line, white space folded, note marks taken off; `page` is None when the format has no pages."""

    text: str
    page: int | None = None
    notes: tuple[NoteReference, ...] = ()


@dataclass(slots=True)
class Page:
    """The lines of one page in reading order, blank ones included, without running header and footer."""

    number: int | None
    lines: list[str] = field(default_factory=list)


Block = list[Line]


def read_pages(pages: Sequence[Page], outline: Outline) -> None:
    """Read pages into the outline: headings, paragraphs joined over page breaks, signature, footnotes."""
    blocks: list[Block] = []
    expected = 1
    width = _column_width(page.lines for page in pages)
    hyphenated = hyphenated_words(line for page in pages for line in page.lines)
    for page in pages:
        body, notes, expected = _split_footnotes(page, expected)
        for mark, lines in notes.items():
            text, _ = join_lines([Line(line) for line in lines], hyphenated)
            outline.footnote(mark, text, pages=(page.number,) if page.number else ())
        page_blocks = _blocks(_mark_notes(body, list(notes), page.number))
        if blocks and page_blocks and _continues(blocks[-1], page_blocks[0], width):
            blocks[-1] += page_blocks.pop(0)
        blocks += page_blocks
    _write(blocks, outline, hyphenated)


def join_lines(
    lines: Sequence[Line], hyphenated: Collection[str] = frozenset()
) -> tuple[str, tuple[NoteReference, ...]]:
    """Make running text of lines: hyphens at line ends repaired, note positions counted in the result.

    `hyphenated` are the words (`hyphenated_words`) that keep their hyphen when a line ends at it.
    """
    text = ""
    notes: list[NoteReference] = []
    for line in lines:
        text = _join(text, line.text, hyphenated)
        start = len(text) - len(line.text)
        notes += [replace(note, position=start + note.position) for note in line.notes]
    return text, tuple(notes)


def hyphenated_words(lines: Iterable[str]) -> frozenset[str]:
    """The words that stand with a hyphen inside a line, in lower case: the document's own spelling of them."""
    return frozenset(word.lower() for line in lines for word in _HYPHENATED.findall(line))


def _join(text: str, following: str, hyphenated: Collection[str]) -> str:
    if not text or not following:
        return text or following
    if text.endswith("\u00ad"):
        return text[:-1] + following
    if not re.search(r"\w-$", text):
        return f"{text} {following}"
    before = text[-2]
    if _KEPT_BEFORE.match(following):  # "land- en tuinbouw"
        return f"{text} {following}"
    # A capital on either side is a hyphen of the word itself: Counter-Terrorism, VN-resolutie, 2015-2019.
    if following[0].isupper() or following[0].isdigit() or before.isupper() or before.isdigit():
        return text + following
    if hyphenated:
        start, end = _LAST_WORD.search(text[-_LONGEST_WORD:]), _FIRST_WORD.match(following)
        if start and end and f"{start[0]}{end[0]}".lower() in hyphenated:
            return text + following
    return text[:-1] + following


def _column_width(pages: Iterable[Sequence[str]]) -> int:
    """The length that a full line has, in characters: nine of ten lines are no longer.

    The longest lines are no measure: footnotes are set smaller and so are longer.
    """
    lengths = sorted(len(line) for lines in pages for line in lines if line)
    return lengths[len(lengths) * 9 // 10] if lengths else 0


def _split_footnotes(page: Page, expected: int) -> tuple[list[str], dict[str, list[str]], int]:
    """Cut the footnotes off the page's foot; gives body, notes by mark, and the next mark to expect.

    A line that starts with the next mark begins a footnote only after a blank line (or a footnote) and when
    the body above it carries that mark: "1 Inleiding" is a heading.
    """
    body: list[str] = []
    notes: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in page.lines:
        match = _NOTE_START.fullmatch(line)
        follows_gap = current is not None or not body or not body[-1]
        if match and int(match["mark"]) == expected and follows_gap and find_mark(body, match["mark"]):
            current = notes.setdefault(match["mark"], [match["text"]])
            expected += 1
        elif current is not None and line and page.number is not None:
            # A footnote may hold a blank line; on a page nothing but footnotes comes below a footnote.
            current.append(line)
        elif current is not None and line:
            is_new_block = body[-1:] == [""]
            (body if is_new_block else current).append(line)
            current = None if is_new_block else current
        elif current is not None:
            body += [""] if page.number is None else []
        else:
            body.append(line)
    return body, notes, expected


def find_mark(body: Sequence[str], mark: str) -> tuple[int, int] | None:
    """Where a note mark is glued to the text, as line number and character; None when it is nowhere.

    A mark follows a letter, closing punctuation, or a whole year ("2015–20191"); digits that merely end a
    number are none. Before punctuation or a line's end it is likelier than inside a sentence.
    """
    glued = re.compile(rf"(?:(?<=[^\W\d_])|(?<=[)\]’”»'\".,;:?!])|(?<=\b(?:19|20)\d\d)){mark}(?![\w%])")
    found: list[tuple[bool, int, int]] = []
    for number, line in enumerate(body):
        for match in glued.finditer(line):
            is_chemical = line[: match.start()].endswith(("CO", "NO", "PM"))
            is_at_end = not line[match.end() :] or line[match.end()] in ".,;:?!)"
            if not is_chemical and not (line[match.start() - 1] in ".,:" and line[: match.start() - 1][-1:].isdigit()):
                found.append((not is_at_end, number, match.start()))
    return min(found)[1:] if found else None


def _mark_notes(body: Sequence[str], marks: Sequence[str], page: int | None) -> list[Line]:
    """Take the note marks off the body's lines and keep their places."""
    lines = [Line(line, page) for line in body]
    for mark in reversed(marks):
        place = find_mark([line.text for line in lines], mark)
        if place:
            number, start = place
            line = lines[number]
            text = line.text[:start] + line.text[start + len(mark) :]
            later = tuple(replace(n, position=n.position - len(mark)) if n.position > start else n for n in line.notes)
            lines[number] = Line(text, page, (NoteReference(mark, start), *later))
    return lines


def _blocks(lines: Iterable[Line]) -> list[Block]:
    blocks: list[Block] = [[]]
    for line in lines:
        if not line.text:
            blocks.append([])
        elif blocks[-1] and _LIST_ITEM.match(line.text) and _SENTENCE_END.search(blocks[-1][-1].text):
            blocks.append([line])
        else:
            blocks[-1].append(line)
    return [block for block in blocks if block]


def _continues(block: Block, following: Block, width: int) -> bool:
    """Whether a paragraph goes on over the page break.

    It does when its sentence is not over. After a full stop the last line tells: a paragraph's last line ends
    early, while a full line has no room for the next page's first word.
    """
    last, first = block[-1].text, following[0].text
    if _is_heading_text(block) and len(block) <= _HEADING_LINES and not first[0].islower():
        return False
    if not _SENTENCE_END.search(last):
        return True
    if last.endswith((":", ";")) or _LIST_ITEM.match(first):
        return False
    return len(last) + 1 + len(first.split()[0]) > width


def _is_heading_text(block: Block) -> bool:
    text = " ".join(line.text for line in block)
    return (
        len(block) <= _HEADING_LINES
        and len(text) <= _HEADING_CHARACTERS
        and (text[0].isupper() or text[0].isdigit())
        and not _SENTENCE_END.search(text)
        and not text.endswith((",", "-", "–"))
        and not _LIST_ITEM.match(text)
    )


def _write(blocks: Sequence[Block], outline: Outline, hyphenated: Collection[str]) -> None:
    for position, block in enumerate(blocks):
        # No more blocks than tell: a book has a hundred thousand of them, looked at one by one.
        if is_signing_office(block[0].text) or starts_signature(blocks[position : position + CLOSING_LINES + 1]):
            text, notes = join_lines([line for rest in blocks[position:] for line in rest], hyphenated)
            outline.signature(text, pages=_pages(block), notes=notes)
            return
        text, notes = join_lines(block, hyphenated)
        if _is_heading_text(block) and position + 1 < len(blocks):
            number = _HEADING_NUMBER.match(text)
            outline.heading(text, level=number["number"].count(".") + 1 if number else 1)
        elif item := _LIST_ITEM.match(text):
            inside = tuple(replace(note, position=note.position - item.end()) for note in notes)
            outline.list_item(item["label"], text[item.end() :], pages=_pages(block), notes=inside)
        else:
            outline.paragraph(text, pages=_pages(block), notes=notes)


def is_signing_office(text: str) -> bool:
    """Whether a line is an office that signs, up to its comma: "De Minister van Financiën,"."""
    return bool(_SIGNATURE.fullmatch(text))


def starts_signature(blocks: Sequence[Block]) -> bool:
    """Whether an office and a name close the text: only short lines without a sentence come after."""
    first = " ".join(line.text for line in blocks[0][:2])
    if not _SIGNATURE.match(first):
        return False
    lines = [line.text for block in blocks for line in block]
    return (
        len(lines) <= CLOSING_LINES
        and all(len(line) <= _SIGNATURE_CHARACTERS for line in lines)
        and not any(line.endswith((".", "?", "!")) for line in lines)
    )


def _pages(block: Block) -> tuple[int, ...]:
    return tuple(dict.fromkeys(line.page for line in block if line.page is not None))
