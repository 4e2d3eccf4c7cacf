"""The identity of official XML: what the head of a Kamerstuk states by element, and what other kinds state."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from lxml import etree

from corpus.document import Dossier, Identity
from corpus.identity import (
    find_dates,
    identity_from_name,
    kamerstuk_identity,
    read_dossier_number,
    read_session_year,
)
from corpus.readers.markup import local_name
from corpus.readers.notes import Notes
from corpus.readers.official_metadata import Metadata, read_date
from corpus.readers.official_text import OfficialText

_ANSWER = re.compile(r"Antwoord van (?P<sender>[^()]+(?:\([^()]*\))?)")


def read_identity(root: etree._Element, name: str) -> Identity:
    """Read the identity that the elements of a publication state, before its metadata."""
    return _read_kamerstuk(root) or _read_other(root, name)


def _read_kamerstuk(root: etree._Element) -> Identity | None:
    number = _first(root, "ondernummer") or _number_of_old_paper(root)
    lines = [*_texts(root, "tekstregel"), *_texts(root, "vergjaar"), *_texts(root, "subtitel")]
    session_year = next((year for line in lines if (year := read_session_year(line))), None)
    dossiers = [*_dossiers(root)]
    chamber = _chamber(root, number)
    if not (chamber and session_year and dossiers and number):
        return None
    head = next(iter(root.iter("{*}stuk")), None)
    title = next((child for child in head if local_name(child) == "titel"), None) if head is not None else None
    date = next((read_date(each.get("isodatum") or "") for each in root.iter("{*}datum") if _is_of_head(each)), None)
    return kamerstuk_identity(chamber, session_year, dossiers, number, "" if title is None else _text(title), date)


def _is_of_head(element: etree._Element) -> bool:
    parent = element.getparent()
    return parent is not None and local_name(parent) == "datumtekst"


def _number_of_old_paper(root: etree._Element) -> str:
    """The number of a paper in the vocabulary before 2010."""
    numbers = (each for each in root.iter("{*}nummer") if local_name(each.getparent()) == "stuk")
    number = next(numbers, None)
    return "" if number is None else _text(number)


def _dossiers(root: etree._Element) -> Iterator[Dossier]:
    for dossier in root.iter("{*}dossier", "{*}onderw"):
        title = _first(dossier, "titel") or _first(dossier, "naam")
        for each in dossier.iter("{*}dossiernummer", "{*}nummer"):
            parts = [_text(child) for child in each] or [_text(each)]
            number = read_dossier_number(" ".join(parts))
            if number:
                yield Dossier(number, title)


def _chamber(root: etree._Element, number: str) -> Literal["I", "II"] | None:
    """The chamber; a paper of both is cited as one of the Tweede Kamer, unless a letter numbers it."""
    stated = " ".join(
        (
            *_texts(root, "tekstregel"),
            *_texts(root, "titel")[:1],
            root.get("kamer") or "",
            *_texts(root, "subtitel")[:1],
        )
    )
    attribute = next((each.get("kamer") or "" for each in root.iter("{*}ondernummer")), root.get("kamer"))
    if "Tweede Kamer" in stated:
        return "II"
    if "Eerste Kamer" in stated or attribute == "1":
        return "I"
    if "Staten-Generaal" in stated or attribute == "2":
        return "I" if number[:1].isalpha() else "II"
    return None


def _read_other(root: etree._Element, name: str) -> Identity:
    title = (
        _first(root, "citeertitel")
        or _first(root, "kamervraagomschrijving")
        or _first(root, "intitule")
        or _first(root, "item-titel")
        or _title_of_publication(root)
    )
    identity = identity_from_name(name, title.rstrip(" .") if title.endswith(".") else title)
    if local_name(root) == "toestand" and root.get("bwb-id"):
        stamp = f"{root.get('bwb-id')}-{root.get('inwerkingtreding') or ''}"
        return replace(identity_from_name(stamp, identity.title), date=read_date(root.get("inwerkingtreding") or ""))
    return identify_questions(identity, _texts(root, "kamervraagomschrijving"))


def identify_questions(identity: Identity, descriptions: Sequence[str]) -> Identity:
    """Complete the identity of written questions from the lines that say who asks and who answers, and when."""
    if not descriptions:
        return identity
    answer = _ANSWER.match(descriptions[-1])
    dates = find_dates(descriptions[-1])
    return replace(identity, sender=answer["sender"].strip() if answer else None, date=dates[0] if dates else None)


def _title_of_publication(root: etree._Element) -> str:
    """The heading of the root's only part, as gazettes have it."""
    for part in root:
        for child in part:
            if local_name(child) in ("kop", "titel"):
                return _text(child)
    return ""


def complete_court_decision(identity: Identity, metadata: Metadata) -> Identity:
    """Complete the identity of a court decision, whose title and date of decision its RDF states."""
    title = next((value for value in metadata.values.get("dcterms.title", [])), "")
    return replace(
        identity,
        title=title.replace(" , ", ", ") or identity.title,
        date=metadata.date(("dcterms.date",)) or identity.date,
        sender=metadata.first("dcterms.creator") or identity.sender,
    )


def _first(root: etree._Element, name: str) -> str:
    return next(iter(_texts(root, name)), "")


def _texts(root: etree._Element, name: str) -> list[str]:
    return [text for each in root.iter(f"{{*}}{name}") if (text := _text(each))]


def _text(element: etree._Element) -> str:
    return OfficialText(Notes()).plain(element)
