"""Paragraphs as a document file; light, so that what measures a start does not wait for it."""

import html
from collections.abc import Sequence


def web_page(paragraphs: Sequence[str], title: str = "Alinea's") -> str:
    """Paragraphs as a web page, in which nothing of them is taken for a heading or for markup."""
    body = "\n".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs)
    return (
        f'<!DOCTYPE html>\n<html lang="nl"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
        f"<body>\n{body}\n</body></html>\n"
    )
