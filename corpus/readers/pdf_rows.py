"""Glyphs become words, words become rows.

Nothing is decided here about columns, tables or notes; a row may run through two columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from corpus.readers.pdf_sheet import Glyph, Sheet
from corpus.readers.pdf_torn import is_torn
from corpus.readers.pdf_words import PageRows, Row, Word

# All distances are shares of the type size, so that they hold for every size.
_SPACE = 0.14  # the narrowest space between words of justified text
_NO_SPACE = 0.06  # a space character over which the next letter was drawn back
_SAME_BASE = 0.2
_RUN_GAP = 1.0
_SMALL = 0.85  # a mark is set this much smaller than its text, or smaller still
_RAISED = 0.1
_HIGHEST = 0.8
_MARK_GAP = 0.6
_LABEL_GAP = 3.0
_MARK_GLYPHS = 8
# A row of a thousand scattered letters is no text, and looking for marks in it would take for ever.
_ROW_RUNS = 500


def page_rows(sheet: Sheet) -> PageRows:
    """Read a sheet's glyphs into rows."""
    runs = _join_marks(_rows_of_runs(_runs(sheet.glyphs)))
    rows = [Row(words) for run in runs if (words := list(_words(run)))]
    rows.sort(key=lambda row: -row.base)
    return PageRows(sheet.index, sheet.index + 1, sheet.bottom, sheet.top, rows, sheet.rules, sheet.shades)


@dataclass(slots=True)
class _Run:
    """Glyphs that follow each other on one baseline in one style, blanks included."""

    glyphs: list[Glyph]
    is_raised: bool = False

    @property
    def base(self) -> float:
        return self.glyphs[0].base

    @property
    def size(self) -> float:
        return self.glyphs[0].style.size

    @property
    def left(self) -> float:
        return self.glyphs[0].left

    @property
    def right(self) -> float:
        return self.glyphs[-1].right


def _runs(glyphs: Sequence[Glyph]) -> list[_Run]:
    runs: list[_Run] = []
    last: Glyph | None = None
    for glyph in glyphs:
        if not glyph.text:
            continue
        size = glyph.style.size
        follows = (
            last is not None
            and glyph.style == last.style
            and abs(glyph.base - last.base) < 0.05 * size
            and last.left <= glyph.left < last.right + _RUN_GAP * size
        )
        if follows:
            runs[-1].glyphs.append(glyph)
        else:
            runs.append(_Run([glyph]))
        last = glyph
    return [run for run in runs if any(not glyph.text.isspace() for glyph in run.glyphs)]


def _rows_of_runs(runs: Sequence[_Run]) -> list[list[_Run]]:
    rows: list[list[_Run]] = []
    for run in sorted(runs, key=lambda run: (-run.base, run.left)):
        first = rows[-1][0] if rows else None
        if first and first.base - run.base <= _SAME_BASE * max(first.size, run.size):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _join_marks(rows: list[list[_Run]]) -> list[list[_Run]]:
    """Put superscripts and subscripts, which stand at a height of their own, into the row that they belong to."""
    result: list[list[_Run]] = []
    loose: list[tuple[int, _Run]] = []
    for row in rows:
        if len(row) <= _ROW_RUNS:
            loose += [(len(result), run) for run in row if len(run.glyphs) <= _MARK_GLYPHS]
        result.append(list(row))
    for place, run in loose:
        # The row below comes first: a mark that touches two rows is a superscript.
        for other in (place, place + 1, place + 2, place - 1):
            if not (0 <= other < len(result) and len(result[other]) <= _ROW_RUNS):
                continue
            if host := _host(run, result[other]):
                run.is_raised = run.base > host.base + _RAISED * host.size
                if other != place:
                    result[place].remove(run)
                    result[other] = sorted([*result[other], run], key=lambda run: run.left)
                break
    return [row for row in result if row]


def _host(run: _Run, row: Sequence[_Run]) -> _Run | None:
    """The run in a row that a small run is a mark of; None when it is none."""
    begins = not any(other.left < run.left for other in row if other is not run)
    for other in row:
        if other is run or run.size > _SMALL * other.size:
            continue
        rise = run.base - other.base
        gap = run.left - other.right if run.left >= other.left else other.left - run.right
        is_near = -_MARK_GAP * other.size < gap < (_LABEL_GAP if begins else _MARK_GAP) * other.size
        if is_near and -0.4 * other.size < rise < _HIGHEST * other.size and abs(rise) > _RAISED * other.size:
            return other
        # A mark inside a run that was drawn in one go, spaces left open for it.
        if other.left < run.left < other.right and _RAISED * other.size < rise < _HIGHEST * other.size:
            return other
    return None


def _words(row: Sequence[_Run]) -> Iterator[Word]:
    word: Word | None = None
    has_blank = False
    gaps = sorted(_word_gaps(row))
    usual = median(gaps) if len(gaps) >= 3 else 0.0
    for run in row:
        tracking = _tracking(run)
        for glyph in run.glyphs:
            if glyph.text.isspace():
                has_blank = True
                continue
            gap = glyph.left - word.right if word else 0.0
            size = min(run.size, word.size) if word else run.size
            is_spaced = gap > (_NO_SPACE if has_blank else _SPACE + tracking) * size or gap < -3 * size
            if word and is_spaced and is_torn(word.text, glyph.text) and gap < 0.6 * usual:
                is_spaced = False
            if word and not is_spaced and word.is_raised == run.is_raised and _same_style(word, run):
                word.text += glyph.text
                word.right = max(word.right, glyph.right)
            else:
                if word:
                    yield word
                word = _word(glyph, run, is_glued=word is not None and not is_spaced)
            has_blank = False
    if word:
        yield word


def _word(glyph: Glyph, run: _Run, *, is_glued: bool) -> Word:
    style = glyph.style
    return Word(
        text=glyph.text,
        left=glyph.left,
        right=glyph.right,
        base=glyph.base,
        size=style.size,
        is_bold=style.is_bold,
        is_italic=style.is_italic,
        is_artifact=style.is_artifact,
        is_raised=run.is_raised,
        is_glued=is_glued,
        font=style.font,
    )


def _same_style(word: Word, run: _Run) -> bool:
    style = run.glyphs[0].style
    return (word.is_bold, word.is_italic, word.size) == (style.is_bold, style.is_italic, style.size)


def _tracking(run: _Run) -> float:
    """The distance between letters that are set apart ("S t a t e n"), as a share of the size."""
    gaps = [b.left - a.right for a, b in pairwise(run.glyphs) if not (a.text.isspace() or b.text.isspace())]
    return max(median(gaps) / run.size, 0.0) if len(gaps) >= 4 else 0.0


def _word_gaps(row: Sequence[_Run]) -> Iterator[float]:
    for run in row:
        shown = [glyph for glyph in run.glyphs if not glyph.text.isspace()]
        for before, after in pairwise(shown):
            gap = after.left - before.right
            if gap > _SPACE * run.size:
                yield gap
