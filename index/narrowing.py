"""What a question is narrowed to."""

from dataclasses import dataclass
from datetime import date

from corpus.document import Identity
from corpus.summary import Summary
from index.words import fold


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a question is narrowed to; None leaves a condition out. `since` and `until` are included."""

    documents: frozenset[str] | None = None
    dossier: str | None = None
    since: date | None = None
    until: date | None = None
    sender: str | None = None
    kind: str | None = None

    def admits(self, document: Summary) -> bool:
        """Whether the document may answer. One without a date is not within any period.

        `sender` is part of the sender's name; case and accents make no difference.
        """
        identity = document.identity
        return (
            (self.documents is None or document.id in self.documents)
            and (self.dossier is None or self.dossier in {dossier.number for dossier in identity.dossiers})
            and (self.since is None or (identity.date is not None and identity.date >= self.since))
            and (self.until is None or (identity.date is not None and identity.date <= self.until))
            and (self.sender is None or is_sent_by(identity, self.sender))
            and (self.kind is None or self.kind == document.kind)
        )


EVERYTHING = Narrowing()


def is_sent_by(identity: Identity, name: str) -> bool:
    """Whether a document's sender is called so, in part or whole; case and accents make no difference."""
    return identity.sender is not None and fold(name) in fold(identity.sender)


def faults_of(
    narrowing: Narrowing, unknown: list[str], has_dossier: bool, has_sender: bool, kinds: set[str]
) -> dict[str, str]:
    """What a narrowing names that is not here, by condition; empty when all is.

    `unknown` are the documents that are not here, `kinds` all that are; the others say whether one document fits.
    """
    faults: dict[str, str] = {}
    if unknown:
        faults["documents"] = f"there is no document {', '.join(unknown)} here; see the list of documents"
    if narrowing.dossier is not None and not has_dossier:
        faults["dossier"] = f"no document here belongs to dossier {narrowing.dossier}"
    if narrowing.sender is not None and not has_sender:
        faults["sender"] = f"no document here was sent by {narrowing.sender}; see the list of documents"
    if narrowing.kind is not None and narrowing.kind not in kinds:
        here = f"those here are of the kinds {', '.join(sorted(kinds))}" if kinds else "no kind is known of those"
        faults["kind"] = f"no document here is of kind {narrowing.kind}; {here}"
    return faults
