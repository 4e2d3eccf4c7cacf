"""What stands on a page but belongs to no text: running headers and footers, page numbers, a letterhead's side column.

The footers also tell which number each page has in print.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from corpus.readers.pdf_words import PageRows, Row, Word, text_of

_EDGE_ROWS = 4
_HEIGHT_TOLERANCE = 4.0
_SHARE_OF_PAGES = 0.3
# The body's first line is further from a running header than from its second line.
_GAP = 1.25
_SMALLER, _FULL = 0.97, 0.7
_SIDE_SIZE = 0.87
_SIDE_GAP = 1.5
_EDGE_ZONE = 0.12
_REPEAT_ZONE = 0.16

_PARLIAMENT = re.compile(
    r"(?:(?P<before>\d{1,4}) )?(?:Eerste|Tweede) Kamer, vergaderjaar \d{4}\s*[-–]\s*\d{4}, .+?(?: (?P<page>\d{1,4}))?"
)
_PAGE_OF = re.compile(
    r"(?:Pagina|Blad|Page|p\.)\s*(?P<page>\d{1,4})|"
    r"(?:.{0,80}\s)?(?:Pagina|Blad|Page)\s*(?P<counted>\d{1,4})\s*(?:van|/|of)\s*\d{1,4}",
    re.IGNORECASE,
)
_ROMAN = re.compile(r"[-–]?\s*[ivxl]{1,6}\s*[-–]?")
_BARE_NUMBER = re.compile(r"[-–]?\s*\d{1,4}\s*[-–]?")
_NOTE_START = re.compile(r"\d{1,3} ?[^\W\d]")
_OF_ALL = re.compile(r"(?P<page>\d{1,4})\s*(?:/|van)\s*\d{1,4}")
# The imprint at the foot of a Kamerstuk's first page.
_IMPRINT = re.compile(
    r"(?:kst|blg|ah|h|stcrt|stb|trb)-[\w-]*\d[\w-]*|KST\d+|ISSN \d{4}\s*-\s*\d{4}|.{0,3}s-Gravenhage \d{4}"
)


def body_size(pages: Sequence[PageRows]) -> float:
    """The size in which most of the text is set, in points."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for row in page.rows:
            for word in row.words:
                sizes[round(word.size * 2) / 2] += len(word.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def drop_furniture(pages: Sequence[PageRows]) -> None:
    """Take running headers, footers, page numbers and side columns off the pages; number the pages as printed.

    A page before the first printed number keeps its place in the file as its number.
    """
    for page in pages:
        _drop_imprint(page)
    leading = _leading(pages)
    repeated = _repeated(pages, body_size(pages))
    offset = _offset(pages)
    for page in pages:
        if offset is not None and page.index + offset > 0:
            page.number = page.index + offset
        dropped = _edge_rows(page, repeated, leading, has_number=offset is not None)
        page.rows = [row for row in page.rows if not any(row is other for other in dropped)]
    _drop_side_columns(pages)


def _offset(pages: Sequence[PageRows]) -> int | None:
    """What to add to a page's place in the file for its printed number; None when no number is printed."""
    votes: Counter[int] = Counter()
    for page in pages:
        found: set[int] = set()
        for row in _edges(page):
            # One statement beyond doubt is worth as much as numbers on two pages.
            if (stated := _plain_statement(row.text)) is not None and _depth(row, page) < _EDGE_ZONE:
                votes[stated - page.index] += 2
            elif (row is page.rows[0] or row is page.rows[-1] or len(row.words) == 1) and not _begins_note(row):
                found |= {number - page.index for number in _stated_numbers(row.text)}
        votes.update(found)
    if not votes:
        return None
    offset, count = max(votes.items(), key=lambda vote: (vote[1], -abs(vote[0] - 1)))
    return offset if count >= max(2.0, _SHARE_OF_PAGES * len(pages)) else None


def _leading(pages: Sequence[PageRows]) -> float:
    distances = [
        above.base - below.base for page in pages for above, below in pairwise(page.rows) if above.base > below.base
    ]
    return median(distances) if distances else 0.0


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", text)


def _edges(page: PageRows) -> Iterator[Row]:
    yield from page.rows[:_EDGE_ROWS]
    yield from page.rows[max(len(page.rows) - _EDGE_ROWS, _EDGE_ROWS) :]


def _repeated(pages: Sequence[PageRows], size: float) -> dict[str, list[float]]:
    """The rows that stand at the same height of several pages, numbers aside: their shape and their heights.

    A full line in the body's size is never one: pages of a form may begin with the same sentence.
    """
    heights: dict[str, list[tuple[int, float]]] = defaultdict(list)
    widest = max((row.right - row.left for page in pages for row in page.rows), default=0.0)
    for page in pages:
        for row in _edges(page):
            if _depth(row, page) > _REPEAT_ZONE:
                continue
            if row.size > _SMALLER * size and row.right - row.left > _FULL * widest and len(row.words) > 8:
                continue
            heights[_shape(row.text)].append((page.index, row.base))
    needed = max(2.0, _SHARE_OF_PAGES * len(pages))
    repeated: dict[str, list[float]] = defaultdict(list)
    for shape, places in heights.items():
        places.sort(key=lambda place: place[1])
        for start, (_, base) in enumerate(places):
            if repeated[shape] and base - repeated[shape][-1] < _HEIGHT_TOLERANCE:
                continue
            near = {index for index, other in places[start:] if other - base <= _HEIGHT_TOLERANCE}
            if len(near) >= needed:
                repeated[shape].append(base)
    return repeated


def _edge_rows(page: PageRows, repeated: dict[str, list[float]], leading: float, *, has_number: bool) -> list[Row]:
    """The furniture at the top and the foot of a page: from its edge inwards, as far as it goes."""
    dropped: list[Row] = []
    for rows, is_foot in ((page.rows, False), (page.rows[::-1], True)):
        taken: list[Row] = []
        for row in rows[: _EDGE_ROWS + 2]:
            states_number = has_number and not taken and page.number in _stated_numbers(row.text)
            is_furniture = states_number or _is_furniture(row, page, repeated, is_foot=is_foot)
            # Notes that say the same ("1 Raadpleegbaar via ...") may stand at the same height of several pages.
            is_note = _begins_note(row) or (_NOTE_START.match(row.text) and not states_number)
            if is_note and not _is_certain(row, page, is_foot=is_foot):
                break
            if not is_furniture or any(row is other for other in dropped):
                break
            taken.append(row)
        following = rows[len(taken)] if len(taken) < len(rows) else None
        while taken and following and not _is_certain(taken[-1], page, is_foot=is_foot):
            if abs(taken[-1].base - following.base) > _GAP * leading:
                break
            following = taken.pop()
        dropped += taken
    return dropped


def _begins_note(row: Row) -> bool:
    return bool(row.words) and row.words[0].is_raised


def _is_furniture(row: Row, page: PageRows, repeated: dict[str, list[float]], *, is_foot: bool) -> bool:
    if _is_certain(row, page, is_foot=is_foot):
        return True
    if is_foot and _BARE_NUMBER.fullmatch(row.text) and _depth(row, page) < _EDGE_ZONE:
        return True
    heights = repeated.get(_shape(row.text), [])
    return any(-0.01 <= row.base - height <= _HEIGHT_TOLERANCE for height in heights)


def _is_certain(row: Row, page: PageRows, *, is_foot: bool) -> bool:
    """Whether a row says by itself that it is furniture."""
    text = row.text
    if not row.words or (all(word.is_artifact for word in row.words) and (page.index > 0 or is_foot)):
        return True
    if _depth(row, page) >= _EDGE_ZONE:
        return False
    if _PARLIAMENT.fullmatch(text) or _PAGE_OF.fullmatch(text) or _ROMAN.fullmatch(text):
        return True
    return is_foot and text.strip("-– ") == str(page.number)


def _depth(row: Row, page: PageRows) -> float:
    """How far a row is from the nearer edge of its page, as a share of the page's height."""
    return min(row.base - page.bottom, page.top - row.base) / max(page.top - page.bottom, 1.0)


def _drop_imprint(page: PageRows) -> None:
    """Take the publisher's imprint off: it stands in the margin at the foot, beside the footer or a note."""
    for row in page.rows:
        words = row.words
        if _depth(row, page) >= _EDGE_ZONE or row.base - page.bottom > page.top - row.base:
            continue
        for end in range(min(len(words), 6), 0, -1):
            apart = end == len(words) or words[end].left - words[end - 1].right > _SIDE_GAP * words[end].size
            if apart and _IMPRINT.fullmatch(text_of(words[:end])):
                row.words = words[end:]
                break
    page.rows = [row for row in page.rows if row.words]


def _stated_numbers(text: str) -> set[int]:
    """The numbers in a row that may be the page's: those at its ends."""
    if match := _OF_ALL.fullmatch(text):
        return {int(match["page"])}
    tokens = text.strip("-– ").split()
    return {int(token) for token in tokens[:1] + tokens[-1:] if re.fullmatch(r"\d{1,4}", token)}


def _plain_statement(text: str) -> int | None:
    """The page number that a row states beyond doubt: then one page is enough to number them all."""
    for form, names in ((_PARLIAMENT, ("page", "before")), (_PAGE_OF, ("page", "counted"))):
        if match := form.fullmatch(text):
            return next((int(match[name]) for name in names if match[name]), None)
    return None


def _drop_side_columns(pages: Sequence[PageRows]) -> None:
    """Take the letterhead's side column off: small type to the right of where the text ends."""
    size = body_size(pages)
    rights = sorted(
        word.right for page in pages for row in page.rows for word in row.words if word.size > _SIDE_SIZE * size
    )
    if not rights:
        return
    edge = rights[len(rights) * 97 // 100] if len(rights) > 100 else rights[-1]
    for page in pages:
        for row in page.rows:
            row.words = row.words[: _side_start(row.words, edge, size)]
        page.rows = [row for row in page.rows if row.words]


def _side_start(words: Sequence[Word], edge: float, size: float) -> int:
    """Where a row's side column begins, as a position in its words; their number when it has none."""
    for start, word in enumerate(words):
        if word.left <= edge or word.size > _SIDE_SIZE * size:
            continue
        before = words[start - 1] if start else None
        # A table in small type may be wider than the text: then the words before it are small, too.
        is_apart = before is None or (before.size > word.size and word.left - before.right > _SIDE_GAP * word.size)
        if is_apart and all(other.size <= _SIDE_SIZE * size for other in words[start:]):
            return start
    return len(words)
