"""What a request changed, named for the audit log."""

from flask import g


def name_changed(document_id: str) -> None:
    """Name a document that this request added."""
    g.setdefault("changed", []).append(document_id)


def changed() -> list[str]:
    """The documents that this request named as added, in order."""
    return list(g.get("changed", []))
