"""What agents get by the Model Context Protocol: the same answers as the API, each with citation and address."""

import json
from collections.abc import Callable
from typing import Annotated, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from pydantic import Field

from index.errors import IndexingError
from index.narrowing import Narrowing
from index.search import Searcher
from service.document_text import as_markdown
from service.representations import Json, answer_json, document_summary_json, paragraph_json
from service.requests import BadRequest, parse_search

_INSTRUCTIONS = (
    "Searches Dutch government letters and gives whole paragraphs, word for word. Quote them unchanged and give each "
    "its citation. When answered is false the documents do not answer the question: say so, and present the passages "
    "as nearest misses only. Questions may be Dutch or English."
)


def mcp_server(searcher: Callable[[], Searcher]) -> MCPServer:
    """A server with the four tools; `searcher` gives the one that serves at the moment of a call."""
    server = MCPServer("vindplaats", instructions=_INSTRUCTIONS)

    @server.tool()
    def search_passages(
        question: Annotated[str, Field(description="what is asked, in Dutch or English")],
        history: Annotated[list[str], Field(description="earlier questions, oldest first")] = [],  # noqa: B006
        limit: Annotated[int, Field(description="passages at most, 1 to 50")] = 5,
        documents: Annotated[list[str] | None, Field(description="ids of the documents to search")] = None,
        dossier: Annotated[str | None, Field(description="dossier number, such as 27925")] = None,
        since: Annotated[str | None, Field(description="earliest date of a document, YYYY-MM-DD")] = None,
        until: Annotated[str | None, Field(description="latest date of a document, YYYY-MM-DD")] = None,
    ) -> dict[str, Any]:
        """Answer a question with the most relevant paragraphs, each with citation and address."""
        narrowed = {"documents": documents, "dossier": dossier, "from": since, "to": until}
        given = {"question": question, "history": history, "limit": limit}
        filters = {name: value for name, value in narrowed.items() if value is not None}
        try:
            asked = parse_search(json.dumps(given | {"filter": filters}).encode())
            serving = searcher()
            answer = serving.ask(asked.question, asked.history, asked.limit, asked.filter.narrowing())
        except (BadRequest, IndexingError) as error:
            raise ToolError(str(error)) from error
        return answer_json(answer, serving.snapshot)

    @server.tool()
    def read_paragraph(
        document_id: Annotated[str, Field(description="such as kst-27925-681")],
        paragraph: Annotated[int, Field(description="its number, from 1")],
    ) -> dict[str, Any]:
        """Read one paragraph with its citation, its footnotes and the paragraphs around it."""
        snapshot = searcher().snapshot
        document = snapshot.documents.get(document_id)
        if document is None:
            raise ToolError(f"there is no document {document_id} here; list_documents tells which there are")
        try:
            return paragraph_json(document, paragraph, snapshot.manifest.version)
        except KeyError:
            last = len(document.paragraphs)
            raise ToolError(f"document {document_id} has paragraphs 1 to {last}, not {paragraph}") from None

    @server.tool()
    def read_document(document_id: Annotated[str, Field(description="such as kst-27925-681")]) -> str:
        """Read a whole document as Markdown, every paragraph with its number."""
        document = searcher().snapshot.documents.get(document_id)
        if document is None:
            raise ToolError(f"there is no document {document_id} here; list_documents tells which there are")
        return as_markdown(document)

    @server.tool()
    def list_documents(
        dossier: Annotated[str | None, Field(description="only those of this dossier")] = None,
    ) -> list[dict[str, Any]]:
        """List the documents with id, title, date and sender."""
        narrowing = Narrowing(dossier=None if dossier is None else dossier.replace(" ", ""))
        documents = searcher().snapshot.documents.summaries()
        return [_listed(document_summary_json(each)) for each in documents if narrowing.admits(each)]

    return server


def _listed(summary: Json) -> Json:
    names = ("id", "title", "date", "sender", "dossier", "kind", "paragraphCount", "url")
    return {name: summary[name] for name in names}
