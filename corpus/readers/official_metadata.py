"""What a publication's metadata state of it: `metadata.xml` beside it, `meta` elements inside it.

Names repeat, and a value may hold several joined with a semicolon. Element names and their meaning: the profiles
OVERHEIDop and OWMS of the official publications.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from lxml import etree

from corpus.document import Dossier, Identity
from corpus.identity import identity_from_name, kamerstuk_identity, read_dossier_number, read_session_year
from corpus.readers.markup import local_name, parse_xml

_IDENTIFIER = re.compile(r"[A-Za-z][\w.-]*(?::[\w.-]+)*")
_KAMERSTUK_ID = re.compile(r"kst-[\w.-]+")
_RECORD = re.compile(r"/(?P<id>[a-z]{2,8}-[\w.-]+)/metadata\.xml$")
# What a letter itself is dated; the others date its publication.
_DATES_OF_TEXT = ("overheidop.datumbrief", "overheidop.datumindiening", "overheidop.datumondertekening")
_DATES = (*_DATES_OF_TEXT, "dcterms.issued", "overheidop.datumontvangst", "dcterms.date", "dcterms.available")
_NO_TITLES = ("officiële publicatie", "officiele publicatie")
_OFFICE = re.compile(r"\b(?:minister|staatssecretaris|commissie|ministerie)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Metadata:
    """Values by name; names in lower case, values in the order of the source."""

    values: dict[str, list[str]]

    def all(self, name: str) -> list[str]:
        """All values with this name; several in one value come apart at semicolons."""
        values = self.values.get(name.lower(), [])
        return [part.strip() for value in values for part in value.split(";") if part.strip()]

    def first(self, *names: str) -> str:
        """The first value that one of these names has, whole; "" when none has one."""
        return next((value for name in names for value in self.values.get(name.lower(), [])), "")

    @property
    def identifier(self) -> str:
        """The official identifier, fit for an address; "" when none is given."""
        given = self.first("dc.identifier", "dcterms.identifier")
        record = _RECORD.search(self.first("overheidop.externmetadatarecord"))
        identifier = given if _IDENTIFIER.fullmatch(re.sub(r"[()]", "", given)) else record["id"] if record else ""
        return re.sub(r"[()]", "", identifier)

    @property
    def title(self) -> str:
        """The document's own title, cut from the dossier's where the two are one value; "" when none is given."""
        own = self.first("overheidop.documenttitel")
        if own and own.casefold() not in _NO_TITLES:
            return own
        title = self.first("dc.title", "dcterms.title")
        dossier = self.first("overheidop.dossiertitel")
        if dossier and title.startswith(dossier):
            # "<dossier>; <kind>; <title>"
            rest = title.removeprefix(dossier).lstrip("; ").split("; ", 1)
            return rest[-1] or title
        is_kamerstuk = bool(_KAMERSTUK_ID.fullmatch(self.identifier))
        return title.split("; ")[-1] if is_kamerstuk else title

    def date(self, names: Iterable[str] = _DATES) -> datetime.date | None:
        """The first date that is one, of these names in this order."""
        dates = (read_date(value) for name in names for value in self.values.get(name, []))
        return next((date for date in dates if date), None)

    @property
    def sender(self) -> str:
        """Who sent the document where an office is named, or who made it when it is not one of the chambers."""
        offices = [each for each in self.all("overheidop.indiener") if _OFFICE.search(each)]
        creator = self.first("dc.creator", "dcterms.creator")
        return ", ".join(offices) or ("" if "Staten-Generaal" in creator else creator)


def read_metadata_file(data: bytes, name: str) -> Metadata:
    """Read a `metadata.xml` or `metadata_owms.xml`; UnreadableDocument when it is damaged."""
    return collect_metadata(parse_xml(data, name))


def collect_metadata(root: etree._Element) -> Metadata:
    """Collect the metadata in a tree: `metadata` and `meta` elements by attribute, OWMS elements by their text."""
    values: dict[str, list[str]] = {}
    for element in root.iter(etree.Element):
        name = element.get("name")
        if local_name(element) in ("metadata", "meta") and name:
            value = element.get("content") or ""
        else:
            name, value = _owms_name(element), element.text or ""
        if name and value.strip():
            values.setdefault(name.lower(), []).append(" ".join(value.split()))
    return Metadata(values)


def _owms_name(element: etree._Element) -> str:
    namespace, _, name = str(element.tag).removeprefix("{").rpartition("}")
    prefixes = {"/dc/terms/": "dcterms.", "/owms/terms/": "overheid.", "/oep/meta/": "overheidop."}
    prefix = next((prefix for end, prefix in prefixes.items() if namespace.endswith(end)), "")
    # Real files hold elements named "dcterms.modified", prefix and all.
    return prefix + name.rpartition(".")[2] if prefix and not len(element) else ""


def complete(identity: Identity, metadata: Metadata) -> Identity:
    """Fill what a document does not state itself; what it states stays."""
    identity = _as_kamerstuk(identity, metadata)
    named = metadata.identifier
    if named and (_KAMERSTUK_ID.fullmatch(named) or not identity.is_kamerstuk):
        identity = replace(identity, id=named if _KAMERSTUK_ID.fullmatch(named) else identity_from_name(named, "x").id)
    return replace(
        identity,
        date=identity.date or metadata.date(),
        sender=identity.sender or metadata.sender or None,
        signatories=identity.signatories,
    )


def override(identity: Identity, metadata: Metadata) -> Identity:
    """Correct an identity by the metadata that were published with the document."""
    identity = complete(identity, metadata)
    years = [year for value in metadata.all("overheidop.vergaderjaar") if (year := read_session_year(value))]
    persons = tuple(each for each in metadata.all("overheidop.indiener") if not _OFFICE.search(each))
    office = metadata.sender if _OFFICE.search(metadata.sender) else ""
    return replace(
        identity,
        title=metadata.title or identity.title,
        date=metadata.date(_DATES_OF_TEXT) or metadata.date(("dcterms.issued",)) or identity.date,
        session_year=years[0] if years and identity.session_year else identity.session_year,
        sender=office or identity.sender,
        signatories=identity.signatories or persons,
    )


def _as_kamerstuk(identity: Identity, metadata: Metadata) -> Identity:
    """Make an identity that of a Kamerstuk when only the metadata state number, dossier and year."""
    if identity.is_kamerstuk:
        return identity
    numbers = [number for value in metadata.all("overheidop.dossiernummer") if (number := read_dossier_number(value))]
    year = read_session_year(metadata.first("overheidop.vergaderjaar"))
    number = metadata.first("overheidop.ondernummer")
    chambers: dict[str, Literal["I", "II"]] = {"Eerste Kamer": "I", "Tweede Kamer": "II"}
    creator = metadata.first("dc.creator")
    chamber = next((chamber for name, chamber in chambers.items() if name in creator), None)
    if not (numbers and year and chamber and re.fullmatch(r"[\w-]+", number)):
        return identity
    dossiers = [Dossier(each, metadata.first("overheidop.dossiertitel")) for each in numbers]
    stated = kamerstuk_identity(chamber, year, dossiers, number, metadata.title or identity.title, identity.date)
    return replace(stated, sender=stated.sender or identity.sender, signatories=identity.signatories)


def read_date(value: str) -> datetime.date | None:
    """A date written as 2019-12-02 or 02-12-2019; None when it is neither."""
    match = re.match(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", value) or re.match(
        r"(?P<day>\d{2})-(?P<month>\d{2})-(?P<year>\d{4})", value
    )
    try:
        return datetime.date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:
        return None
