"""Documents as JSON: how they pass between processes, and how an index keeps them."""

from pydantic import TypeAdapter

from corpus.document import Document

DOCUMENT_FORM = TypeAdapter(Document)
