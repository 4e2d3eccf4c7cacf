"""Running text put together from pieces of markup: white space folded, note marks taken off and remembered."""

from dataclasses import dataclass

from corpus.document import NoteReference

# Soft hyphens and zero-width characters are advice to a browser on where to break a line, not text.
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_PUNCTUATION = (".", ",", ";", ":", "?", "!", ")")
_OPENING = ("(", "«", "‘", "“", "[", "/", "-")


@dataclass(frozen=True, slots=True)
class Text:
    """Folded text; the notes' positions count in it."""

    text: str = ""
    notes: tuple[NoteReference, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.text)


@dataclass(frozen=True, slots=True)
class _Mark:
    mark: str


class RunningText:
    """Text being collected, piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[str | _Mark] = []
        self._has_begun = False

    def __bool__(self) -> bool:
        """Whether there is more than white space."""
        return self._has_begun

    def add(self, piece: str | None) -> None:
        """Add text as the source has it; None and "" add nothing."""
        if piece and (visible := piece.translate(_INVISIBLE)):
            self._pieces.append(visible)
            self._has_begun = self._has_begun or not visible.isspace()

    def separate(self) -> None:
        """Keep what comes next apart from what there is, as an element's border does in a name or a heading."""
        last = self._pieces[-1] if self._pieces else None
        if last is not None and not (isinstance(last, str) and (last[-1].isspace() or last.endswith(_OPENING))):
            self._pieces.append(" ")

    def mark(self, mark: str) -> None:
        """Remember that a note's mark stands here."""
        self._pieces.append(_Mark(mark))
        self._has_begun = True

    def take(self) -> Text:
        """Give the text collected, and start anew."""
        pieces, self._pieces, self._has_begun = self._pieces, [], False
        return _fold(pieces)


def _fold(pieces: list[str | _Mark]) -> Text:
    folded: list[str] = []
    notes: list[NoteReference] = []
    length = 0
    space = is_loose = False
    for piece in pieces:
        if isinstance(piece, _Mark):
            notes.append(NoteReference(piece.mark, length))
            is_loose = space
            continue
        words = " ".join(piece.split())
        space = (space or piece[0].isspace()) and not (is_loose and piece.startswith(_PUNCTUATION))
        # No space of the text's: one that kept a mark off its word ("woord ¹."), or indented a closing tag.
        is_loose = "\n" in piece[len(piece.rstrip()) :]
        if words:
            if space and length:
                words = f" {words}"
            folded.append(words)
            length += len(words)
            space = piece[-1].isspace()
    return Text("".join(folded), tuple(notes))


def join_texts(texts: list[Text]) -> Text:
    """Put texts in one, a space between them."""
    running = RunningText()
    for text in texts:
        running.add(" ")
        start = 0
        for note in text.notes:
            running.add(text.text[start : note.position])
            running.mark(note.mark)
            start = note.position
        running.add(text.text[start:])
    return running.take()
