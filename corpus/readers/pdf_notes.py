"""Footnotes: small type at the foot of a page or column, or at the document's end, and the marks that refer to them.

A raised mark is better evidence than a digit that is glued to a word, and is looked for first.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.readers.paged_lines import find_mark, join_lines
from corpus.readers.pdf_lines import Flow, PageFlows, TextLine, plain_line
from corpus.readers.pdf_words import Word

_SMALL = 0.94
_MARK = re.compile(r"(?P<mark>\d{1,3}|\*{1,3}|†|‡|[a-z])[).]?")
_PLAIN_MARK = re.compile(r"(?P<mark>\d{1,3}|\*{1,3}|†|‡)[).]?")
_MARKS = re.compile(r"\d{1,3}(?:\s*,\s*\d{1,3})+,?")
_SENTENCE_END = re.compile(r"[.?!]['\"’”»)\]]*$")
_RULE = (25.0, 0.7)  # how long the rule above notes is: points at least, share of the column at most
_RULE_PLACE = 12.0
_NOTES_HEADING = re.compile(r"(?:Eind|Voet)?noten:?", re.IGNORECASE)


@dataclass(slots=True)
class Note:
    """A footnote as it stands on its pages."""

    mark: str
    lines: list[TextLine]

    def text(self, whole_words: frozenset[str]) -> str:
        """What it says, without its mark."""
        lines = [plain_line(line) for line in self.lines]
        return join_lines(lines, whole_words)[0].strip()

    @property
    def pages(self) -> tuple[int, ...]:
        """The pages on which it stands."""
        return tuple(dict.fromkeys(line.page for line in self.lines))


def take_notes(pages: Sequence[PageFlows], size: float) -> list[Note]:
    """Take the footnotes out of the pages' flows and mark the words that refer to them.

    `size` is that of the body. A note that does not end its sentence goes on at the next page's foot.
    """
    notes: list[Note] = []
    for page in pages:
        _divide_raised(page)
        found = [note for flow in page.flows for note in _foot_notes(flow, page, notes, size)]
        notes += found
        for note in found:
            _refer(note.mark, [page])
    notes += _end_notes(pages, notes)
    return notes


def _foot_notes(flow: Flow, page: PageFlows, before: Sequence[Note], size: float) -> list[Note]:
    """Cut the notes off a flow's end; the lines that go on with an earlier page's note are added to it."""
    start = _foot_start(flow, page, size)
    raised = {_mark_of(word.text) for other in page.flows for line in other for word in line.words if word.is_raised}
    expected = str(int(before[-1].mark) + 1) if before and before[-1].mark.isdigit() else "1"
    found: list[Note] = []
    kept = flow[:start]
    may_continue = bool(before) and not _SENTENCE_END.search(before[-1].lines[-1].text)
    for line in flow[start:]:
        mark, rest = _note_start(line, raised, expected, flow[:start])
        if mark and line.table is None:
            found.append(Note(mark, [rest]))
            expected = str(int(mark) + 1) if mark.isdigit() else expected
        elif found and line.table is None:
            found[-1].lines.append(line)
        elif may_continue and line.table is None and line.page != before[-1].lines[0].page:
            before[-1].lines.append(line)
        else:
            kept.append(line)
    flow[:] = kept
    return found


def _foot_start(flow: Flow, page: PageFlows, size: float) -> int:
    """Where the foot begins: below a short rule, or where only small type follows."""
    start = len(flow)
    while start and flow[start - 1].table is None and flow[start - 1].size <= _SMALL * size:
        start -= 1
    # A whole flow in small type is an annex or a table's explanation, unless another flow holds the text.
    if start == 0 and not any(line.size > _SMALL * size for other in page.flows for line in other):
        start = len(flow)
    for number in range(1, len(flow)):
        line = flow[number]
        if line.table or line.size > 1.02 * size or number >= start:
            continue
        if _has_note_rule(flow[number - 1], line, page) and all(other.size <= 1.02 * size for other in flow[number:]):
            if line.words[0].is_raised or _PLAIN_MARK.fullmatch(line.words[0].text):
                return number
    return start


def _has_note_rule(above: TextLine, line: TextLine, page: PageFlows) -> bool:
    width = max(line.edge - line.start, 1.0)
    return any(
        rule.is_flat
        and line.base + 0.5 * line.size < rule.bottom < above.base
        and abs(rule.left - line.start) <= _RULE_PLACE
        and _RULE[0] <= rule.right - rule.left <= _RULE[1] * width
        for rule in page.page.rules
    )


def _note_start(line: TextLine, raised: set[str], expected: str, body: Sequence[TextLine]) -> tuple[str, TextLine]:
    """The mark with which a line begins a note, and the line without it; "" when it begins none."""
    first = line.words[0]
    match = _MARK.fullmatch(first.text)
    if match and len(line.words) > 1 and first.is_raised and match["mark"] in raised | {expected}:
        return match["mark"], _without_first(line)
    match = _PLAIN_MARK.fullmatch(first.text)
    if match and len(line.words) > 1 and not first.is_raised:
        mark = match["mark"]
        others = [other for other in body if other.table is None]
        if mark in _raised_in(others) or (mark == expected and find_mark([other.text for other in others], mark)):
            return mark, _without_first(line)
    return "", line


def _raised_in(lines: Sequence[TextLine]) -> set[str]:
    return {_mark_of(word.text) for line in lines for word in line.words[1:] if word.is_raised}


def _without_first(line: TextLine) -> TextLine:
    rest = line.words[1:]
    return replace(line, words=[replace(rest[0], is_glued=False), *rest[1:]], label="")


def _mark_of(text: str) -> str:
    match = _MARK.fullmatch(text)
    return match["mark"] if match else ""


def _divide_raised(page: PageFlows) -> None:
    """Make a word of each mark where several stand together ("1, 2")."""
    for words in _word_lists(page):
        for position in range(len(words) - 1, -1, -1):
            word = words[position]
            if word.is_raised and _MARKS.fullmatch(word.text):
                parts = re.findall(r"\d+|,", word.text)
                words[position : position + 1] = [
                    replace(word, text=part, is_glued=number > 0 or word.is_glued) for number, part in enumerate(parts)
                ]


def _word_lists(page: PageFlows) -> Iterator[list[Word]]:
    for flow in page.flows:
        for line in flow:
            if line.table:
                for row in line.table.rows:
                    for cell in row:
                        yield from cell
            else:
                yield line.words


def _refer(mark: str, pages: Sequence[PageFlows]) -> bool:
    """Mark the word that refers to a note; False when none does."""
    for page in pages:
        for words in _word_lists(page):
            for position, word in enumerate(words):
                # "m2" is no reference; neither is a mark that begins its line, which begins a note.
                is_unit = position > 0 and words[position - 1].text in ("m", "km", "cm", "CO")
                if word.is_raised and not word.note and _mark_of(word.text) == mark and not is_unit:
                    word.note = mark
                    return True
    return any(_refer_glued(mark, page) for page in pages)


def _refer_glued(mark: str, page: PageFlows) -> bool:
    """The same for a mark that is set like its word."""
    lines = [line for flow in page.flows for line in flow if line.table is None and not line.label]
    place = find_mark([line.text for line in lines], mark)
    if not place:
        return False
    line, position = lines[place[0]], place[1]
    start = 0
    for number, word in enumerate(line.words):
        if word.note:
            continue
        start += 0 if start == 0 or word.is_glued else 1
        if start <= position < start + len(word.text):
            cut = position - start
            parts = [word.text[:cut], mark, word.text[cut + len(mark) :]]
            line.words[number : number + 1] = [
                replace(word, text=part, is_glued=n > 0 or word.is_glued, note=mark if n == 1 else "")
                for n, part in enumerate(parts)
                if part
            ]
            return True
        start += len(word.text)
    return False


def _end_notes(pages: Sequence[PageFlows], before: Sequence[Note]) -> list[Note]:
    """Take the notes that stand together at the document's end, in any size, each line begun by its raised mark."""
    known = {note.mark for note in before}
    open_marks = [
        mark
        for page in pages
        for words in _word_lists(page)
        for word in words[1:]
        if word.is_raised and not word.note and (mark := _mark_of(word.text)).isdigit() and mark not in known
    ]
    flows = [flow for page in pages for flow in page.flows]
    if not open_marks or open_marks != sorted(set(open_marks), key=int):
        return []
    starts = [
        (number, position)
        for number, flow in enumerate(flows)
        for position, line in enumerate(flow)
        if line.words[0].is_raised and _mark_of(line.words[0].text) in open_marks and len(line.words) > 1
    ]
    begun = [_mark_of(flows[number][position].words[0].text) for number, position in starts]
    if begun != open_marks:
        return []
    return _cut_end_notes(flows, starts, begun, pages)


def _cut_end_notes(
    flows: Sequence[Flow], starts: Sequence[tuple[int, int]], marks: Sequence[str], pages: Sequence[PageFlows]
) -> list[Note]:
    notes: list[Note] = []
    first, position = starts[0]
    for number in range(first, len(flows)):
        begin = position if number == first else 0
        for place, line in enumerate(flows[number][begin:], begin):
            if (number, place) in starts:
                notes.append(Note(marks[len(notes)], [_without_first(line)]))
            elif line.table is None:
                notes[-1].lines.append(line)
        if begin and _NOTES_HEADING.fullmatch(flows[number][begin - 1].text):
            begin -= 1
        del flows[number][begin:]
    for note in notes:
        _refer(note.mark, pages)
    return notes
