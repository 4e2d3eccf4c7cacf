"""The identity that the head of a Kamerstuk states: chamber, session year, dossier, number, sender, date."""

import datetime
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.citation import MONTHS
from corpus.document import Dossier, Identity

_CHAMBER = re.compile(r"(?P<name>Eerste|Tweede) Kamer der Staten-Generaal(?: [12I]{1,2})?", re.IGNORECASE)
_SESSION_YEAR = re.compile(r"Vergaderjaar (?P<first>\d{4})\s*[-‐‑‒–/]\s*(?P<last>\d{4})", re.IGNORECASE)
_DOSSIER_NUMBER = re.compile(r"(?P<number>\d{2} ?\d{3})(?P<addition>(?:[^\d].*)?)")
_DOSSIER = re.compile(
    r"(?P<number>\d{2} ?\d{3})(?:(?: |-| - |\()(?P<addition>[IVXLC]+[A-Z]?|\d{2}|\(R ?\d+\)))?\)? (?P<title>\D.*)"
)
_NUMBER = re.compile(r"(?:Nr\. ?(?P<number>\d+[a-z]?)|(?P<letter>[A-Z]{1,3}))(?: (?P<title>\S.*))?")
_DATE = re.compile(
    r"(?:(?P<town>[^\d,]+), |(?:Ontvangen|Vastgesteld|Voorgesteld|Ingezonden|Verzonden) )?"
    rf"(?P<day>\d{{1,2}}) (?P<month>{'|'.join(MONTHS)}) (?P<year>\d{{4}})",
    re.IGNORECASE,
)
_SENDER = re.compile(r"\b(?P<sender>(?:Minister|Staatssecretaris)\b.*)", re.IGNORECASE)
_SIGNING_OFFICE = re.compile(
    r"(?:De )?(?P<office>(?:Minister|Staatssecretaris|Voorzitter|Griffier)\b[^,]*),", re.IGNORECASE
)
_NAME = re.compile(
    r"(?:[A-Z][a-z]{0,2}\. ?)*[A-Z][a-z]{0,2}\.(?: (?:van|de|der|den|het|ter|ten|te|'t|el|al))* [A-Z][\w’'-]+"
    r"(?:(?: |-)(?!(?:De|Mede|Namens) )[A-Z][\w’'-]+)*"
)
_SMALL_WORDS = frozenset("aan bij c.s. de den der des een en het in namens of op over te ten ter van voor".split())
_MEMBERS = frozenset(("lid", "leden"))
# What a motion or amendment is about, after the names of those who move it.
_AFTER_NAMES = frozenset(("over", "ter", "tot", "inzake"))
_OFFICES = frozenset(("minister", "staatssecretaris", "minister-president", "ministers"))

# File systems take 255 bytes for a name; its ending and what is put aside need some.
_ID_CHARACTERS = 120
# Longer than any head seen; a date further down belongs to the text.
_HEAD_LINES = 40


@dataclass(frozen=True, slots=True)
class Head:
    """The front matter of a Kamerstuk and how many of the lines given belong to it."""

    identity: Identity
    lines: int


def read_head(lines: Sequence[str]) -> Head | None:  # noqa: C901 (one branch for each kind of line)
    """Read the front matter from a document's first lines (white space folded, blank lines included).

    None when the lines do not state chamber, session year, dossier and number: then it is no Kamerstuk.
    """
    chamber: Literal["I", "II"] | None = None
    session_year = number = None
    dossiers: list[Dossier] = []
    title: list[str] = []
    date = None
    end = 0
    state = ""
    for position, line in enumerate(lines[:_HEAD_LINES]):
        # The addressee and the date end a title also where no blank line does.
        if not line or line.startswith("Aan de ") or _DATE.fullmatch(line):
            state = ""
        if not line:
            continue
        if match := _CHAMBER.fullmatch(line):
            chamber = "I" if match["name"].lower() == "eerste" else "II"
            end = position + 1
        elif match := _SESSION_YEAR.fullmatch(line):
            session_year = short_session_year(int(match["first"]), int(match["last"]))
            end = position + 1
        elif chamber and number is None and (match := _DOSSIER.fullmatch(line)):
            addition = f"-{match['addition'].strip('()').replace(' ', '')}" if match["addition"] else ""
            dossiers.append(Dossier(match["number"].replace(" ", "") + addition, match["title"]))
            state, end = "dossier", position + 1
        elif dossiers and number is None and (match := _NUMBER.fullmatch(line)):
            number = match["number"] or match["letter"]
            title = [match["title"]] if match["title"] else []
            state, end = "title", position + 1
        elif state == "dossier":
            dossiers[-1] = Dossier(dossiers[-1].number, f"{dossiers[-1].title} {line}")
            end = position + 1
        elif state == "title":
            title.append(line)
            end = position + 1
        elif number and (match := _DATE.fullmatch(line)):
            date = _date(match)
            end = position + 1
            break
        elif number and line.endswith((".", ";", ":", "?")):
            # The text has begun; a date on a line of its own further down is that of a letter quoted there.
            break
    if not (chamber and session_year and dossiers and number):
        return None
    return Head(kamerstuk_identity(chamber, session_year, dossiers, number, " ".join(title), date), end)


def kamerstuk_identity(
    chamber: Literal["I", "II"],
    session_year: str,
    dossiers: Sequence[Dossier],
    number: str,
    title: str,
    date: datetime.date | None,
) -> Identity:
    """The identity of a Kamerstuk from the parts of its head; `title` as printed, the dossier's when empty."""
    full_title = sentence_case(title) or dossiers[0].title
    sender = _SENDER.search(full_title)
    return Identity(
        id=kamerstuk_id(dossiers[0].number, number),
        title=full_title,
        date=date,
        chamber=chamber,
        session_year=session_year,
        number=number,
        dossiers=tuple(dossiers),
        sender=sender["sender"] if sender else None,
    )


def read_date(line: str) -> datetime.date | None:
    """The date of a line that is a place and date and nothing else ("Den Haag, 2 december 2019")."""
    match = _DATE.fullmatch(line)
    return _date(match) if match else None


def find_dates(text: str) -> list[datetime.date]:
    """All dates written out in running text, in order ("ontvangen 14 mei 2024")."""
    dates = (_date(match) for match in _DATE.finditer(text))
    return [date for date in dates if date]


def read_session_year(text: str) -> str | None:
    """The session year in the form of citations, from "2019-2020" or "Vergaderjaar 2019–2020"."""
    match = _SESSION_YEAR.search(f"Vergaderjaar {text.casefold().replace('vergaderjaar', '').strip()}")
    return short_session_year(int(match["first"]), int(match["last"])) if match else None


def read_dossier_number(text: str) -> str | None:
    """A dossier's number without spaces, its addition after a hyphen: `36600-VII` from "36 600 VII"."""
    match = _DOSSIER_NUMBER.fullmatch(text.strip())
    if not match:
        return None
    addition = "-".join(re.findall(r"\w+", match["addition"]))
    return match["number"].replace(" ", "") + (f"-{addition}" if addition else "")


def identity_from_name(name: str, title: str) -> Identity:
    """The identity of a document that is no Kamerstuk: its id is its file's name in lower case, without accents."""
    # Whatever path a name came with, of any system, only its last part tells something.
    stem = re.sub(r"\.\w{1,5}$", "", re.split(r"[/\\]", name)[-1])
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "document"
    return Identity(id=slug[:_ID_CHARACTERS].strip("-"), title=title or stem)


def sign(identity: Identity, signature: str) -> Identity:
    """Complete an identity from its signature block: who signed, and the office where the head states none."""
    office = _SIGNING_OFFICE.search(signature)
    return replace(
        identity,
        signatories=identity.signatories or tuple(_NAME.findall(signature)),
        sender=identity.sender or (sentence_case(office["office"]) if office else None),
    )


def kamerstuk_id(dossier: str, number: str) -> str:
    """The official identifier, `kst-27925-681`."""
    return f"kst-{dossier}-{number}"


def short_session_year(first: int, last: int) -> str:
    """Write a session year as citations do: `2019/20`; in full when the century turns, `1999/2000`."""
    return f"{first}/{last % 100:02d}" if first // 100 == last // 100 else f"{first}/{last}"


def sentence_case(title: str) -> str:
    """Write a title that is all capitals as running text; others stay as they are.

    From the first office on ("Minister van ...") every word but the small ones gets its capital; after a member of
    parliament, every word up to the subject, and the first always ("het lid Van der Graaf c.s. over").
    """
    if not title.isupper():
        return title
    words: list[str] = []
    is_office = is_member = False
    for word in title.lower().split():
        is_member = (is_member or (words[-1:] != [] and words[-1] in _MEMBERS)) and word not in _AFTER_NAMES
        is_office = is_office or word.rstrip(",") in _OFFICES
        is_name = (is_office or is_member) and word.strip("(),") not in _SMALL_WORDS
        has_capital = not words or is_name or words[-1] in _MEMBERS
        words.append(word[0].upper() + word[1:] if has_capital else word)
    return " ".join(words)


def _date(match: re.Match[str]) -> datetime.date | None:
    try:
        return datetime.date(int(match["year"]), MONTHS.index(match["month"].lower()) + 1, int(match["day"]))
    except ValueError:
        return None
