"""What a question is narrowed to, in words."""

from service.texts import date_text, translator
from service.turns import Scope


def scope_text(language: str, scope: Scope) -> str:
    """What a question is narrowed to, in words."""
    text = translator(language)
    parts = [
        text("narrow_document", name=scope.document) if scope.document else "",
        text("narrow_dossier", number=scope.dossier) if scope.dossier else "",
        text("narrow_from", date=date_text(language, scope.since)) if scope.since else "",
        text("narrow_to", date=date_text(language, scope.until)) if scope.until else "",
    ]
    return ", ".join(filter(None, parts)) or text("narrow_everything")
