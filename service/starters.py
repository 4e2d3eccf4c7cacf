"""Questions to start with, taken from the documents at hand."""

import re
from collections.abc import Iterable

from corpus.document import Document
from index.search import Searcher

_STARTERS = 4
_ASKED_PER_STARTER = 3
_SHORTEST, _LONGEST = 6, 90  # characters
# A heading that begins so names no subject of its own.
_EMPTY = re.compile(
    r"(?:inleiding|algemeen|tot slot|slot|conclusie|bijlagen?|samenvatting|achtergrond|vraag|antwoord|aanleiding)\b",
    re.I,
)
_NUMBERING = re.compile(r"^(?:[\dIVX]+(?:\.\d+)*\.?|[a-z][.)]|§\s*\d+)\s+", re.I)


def candidate_questions(documents: Iterable[Document]) -> list[str]:
    """A question for each heading that names a subject, the documents taking turns, newest document first."""
    dated = sorted(documents, key=lambda document: (document.identity.date is None, _age(document), document.id))
    queues = [[heading for section in document.sections for heading in section.headings[-1:]] for document in dated]
    questions: list[str] = []
    for turn in range(max(map(len, queues), default=0)):
        for queue in queues:
            subject = subject_of(queue[turn]) if turn < len(queue) else None
            question = f"Wat staat er over {subject}?"
            if subject is not None and question not in questions:
                questions.append(question)
    return questions


def subject_of(heading: str) -> str | None:
    """What a heading is about, as it stands in a sentence; None when it names no subject."""
    subject = _NUMBERING.sub("", heading).strip().rstrip(".:;?")
    if not _SHORTEST <= len(subject) <= _LONGEST or _EMPTY.match(subject):
        return None
    first = subject.split()[0]
    # An abbreviation or a name keeps its capital; a name is one that is followed by another capital.
    is_plain = first[1:].islower() and not re.match(r"\w+ [A-Z][a-z]", subject)
    return subject[0].lower() + subject[1:] if is_plain else subject


def starter_questions(searcher: Searcher) -> list[str]:
    """Some questions that the searcher's documents answer."""
    asked = candidate_questions(searcher.snapshot.documents.values())[: _STARTERS * _ASKED_PER_STARTER]
    if not asked:
        return []
    answers = searcher.ask_all([(question, ()) for question in asked], limit=1)
    return [answer.question for answer in answers if answer.answered][:_STARTERS]


def _age(document: Document) -> int:
    return -document.identity.date.toordinal() if document.identity.date else 0
