"""Questions to start with: taken from the documents at hand, each tried to see that its own paragraph answers it."""

import heapq
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from corpus.document import Document
from corpus.summary import Summary
from index.errors import EngineAway
from index.passages import split_into_sentences
from index.question_queue import QueueFull
from index.search import Answer, Searcher
from service.languages import quotation_language
from service.question_forms import questions_answered_by
from service.side_thread import SideThread

_STARTERS = 4
_DOCUMENTS = 24  # the newest
_PARAGRAPHS = 120  # of each
_FROM_ONE_DOCUMENT = 8
_AT_ONCE = 4
_SHORTEST, _LONGEST = 6, 90  # characters of a heading's subject
# A heading that begins so names no subject of its own.
_EMPTY = re.compile(
    r"(?:inleiding|algemeen|tot slot|slot|conclusie|bijlagen?|samenvatting|achtergrond|vraag|antwoord|aanleiding|"
    r"slotbepaling(?:en)?|begripsbepaling(?:en)?|inwerkingtreding|citeertitel|overige?|wijziging(?:en)?|"
    r"intrekking|nota van toelichting)\b",
    re.I,
)
# More than one word, and nothing but words.
_SUBJECT = re.compile(r"[\w'’-]+(?:,? [\w'’()/-]+)+")
_NUMBERING = re.compile(
    r"^(?:(?:artikel|hoofdstuk|paragraaf|afdeling|titel|deel)(?:\s+[\dIVXLivx]+[a-z]?(?:[.:]\d+)*[a-z]?)?\.?"
    r"|[\dIVX]+(?:\.\d+)*\.?|[a-z][.)]|§\s*\d+)(?:\s+|$)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question with the numbers of the paragraphs of a document that may answer it."""

    question: str
    document_id: str
    paragraphs: frozenset[int]


class Starters:
    """The questions of the snapshot that serves. They are found in a thread of their own, so that no page waits."""

    def __init__(self) -> None:
        self._version: str | None = None
        self._questions: list[str] = []
        self._seeking: str | None = None
        self._mutex = threading.Lock()
        self._over = threading.Event()

    def questions(self, searcher: Searcher) -> list[str]:
        """Those of the searcher's snapshot; none yet while they are sought, which this starts."""
        version = searcher.snapshot.manifest.version
        with self._mutex:
            if version == self._version:
                return self._questions
            if self._seeking is None:
                self._seeking = version
                SideThread(partial(self._seek, searcher), "starters", stop=self._over.set).start()
            return []

    def _seek(self, searcher: Searcher) -> None:
        version: str | None = searcher.snapshot.manifest.version
        found: list[str] = []
        try:
            found = starter_questions(searcher, self._over.is_set)
        except (QueueFull, EngineAway):
            # Visitors' own questions go first, and an engine comes back; the next page seeks anew.
            version = None
        finally:
            with self._mutex:
                self._version, self._questions, self._seeking = version, found, None


def starter_questions(searcher: Searcher, is_over: Callable[[], bool] = lambda: False) -> list[str]:
    """Some questions whose best hit is the paragraph that they were made from, the documents taking turns.

    What was found so far once it is over.
    """
    documents = searcher.snapshot.documents
    newest = [documents[each.id] for each in heapq.nsmallest(_DOCUMENTS, documents.summaries(), key=_newest_first)]
    found: list[str] = []
    used: set[str] = set()
    # Those of a sentence ask for something; a heading's only in the last resort.
    for candidates in (sentence_candidates, heading_candidates):
        for together in _in_turns([candidates(document) for document in newest]):
            asked = [candidate for candidate in together if candidate.question not in used]
            used.update(candidate.question for candidate in asked)
            began = time.perf_counter()
            answers = searcher.ask_all([(candidate.question, ()) for candidate in asked], limit=1) if asked else []
            # A large collection is asked hundreds of times: visitors have the other half of the time.
            time.sleep(time.perf_counter() - began)
            found += [one.question for one, answer in zip(asked, answers, strict=True) if _is_right(one, answer)]
            if len(found) >= _STARTERS or is_over():
                return found[:_STARTERS]
    return found


def sentence_candidates(document: Document) -> Iterator[Candidate]:
    """Questions that single sentences of a document answer, in reading order."""
    paragraphs = [paragraph for section in document.sections for paragraph in section.paragraphs]
    for paragraph in paragraphs[:_PARAGRAPHS]:
        if paragraph.is_signature or quotation_language(paragraph.text) != "nl":
            continue
        for span in split_into_sentences(paragraph.text):
            for question in questions_answered_by(paragraph.text[span.start : span.end]):
                yield Candidate(question, document.id, frozenset((paragraph.number,)))


def heading_candidates(document: Document) -> Iterator[Candidate]:
    """A question for each heading that names a subject, in reading order."""
    for section in document.sections:
        subject = subject_of(section.headings[-1]) if section.headings else None
        if subject:
            numbers = frozenset(paragraph.number for paragraph in section.paragraphs)
            yield Candidate(f"Wat staat er over {subject}?", document.id, numbers)


def _in_turns(queues: Sequence[Iterator[Candidate]]) -> Iterator[list[Candidate]]:
    """The first candidate of each queue, then the second and so on, a few at a time."""
    for _ in range(_FROM_ONE_DOCUMENT):
        together = [candidate for queue in queues if (candidate := next(queue, None))]
        yield from (together[start : start + _AT_ONCE] for start in range(0, len(together), _AT_ONCE))


def subject_of(heading: str) -> str | None:
    """What a heading is about, as it stands in a sentence; None when it names no subject."""
    subject = _NUMBERING.sub("", heading).strip().rstrip(".:;?")
    if not _SHORTEST <= len(subject) <= _LONGEST or _EMPTY.match(subject) or not _SUBJECT.fullmatch(subject):
        return None
    first = subject.split()[0]
    # An abbreviation or a name keeps its capital; a name is one that is followed by another capital.
    is_plain = first[1:].islower() and not re.match(r"\w+ [A-Z][a-z]", subject)
    return subject[0].lower() + subject[1:] if is_plain else subject


def _is_right(candidate: Candidate, answer: Answer) -> bool:
    if not answer.answered or not answer.hits:
        return False
    place = answer.hits[0].place
    return place.document_id == candidate.document_id and place.paragraph in candidate.paragraphs


def _newest_first(document: Summary) -> tuple[bool, int, str]:
    date = document.identity.date
    return date is None, -date.toordinal() if date else 0, document.id
