"""Markdown, parsed by markdown-it: headings, lists, tables, footnotes; emphasis, links and HTML lose their marks.

A Kamerstuk's head stands in lines before the first heading, as in plain text.
"""

import html
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.readers.flow import Block, BlockText, Item, Table, TableCell, blocks_of, fold
from corpus.readers.flow_writer import document_from_flow
from corpus.readers.note_marks import NoteMarks
from corpus.readers.plain_text import decode

# A thousand pages of text are 3 MB, for which the parser takes some three seconds.
MAX_BYTES: Final = 4 * 1024 * 1024

_SIGNS = re.compile(r"^ {0,3}#{1,6} \S|^ {0,3}\[\^[^\]\s]+\]:|^ {0,3}\|?(?: *:?-{3,}:? *\|)+", re.MULTILINE)
_TAG = re.compile(r"<(?P<name>/?[a-zA-Z!?][^\s>/]*)[^>]*>?")
_INVISIBLE = re.compile(
    r"<!--.*?(?:-->|$)|<(?P<name>script|style)\b.*?(?:</(?P=name)\s*>|$)", re.DOTALL | re.IGNORECASE
)
_FRONT_TITLE = re.compile(r"^title: *(['\"]?)(?P<title>.+?)\1 *$", re.MULTILINE | re.IGNORECASE)
_STYLES: Final = {
    "strong_open": ("bold", 1),
    "strong_close": ("bold", -1),
    "em_open": ("slanted", 1),
    "em_close": ("slanted", -1),
}


def looks_like_markdown(text: str) -> bool:
    """Whether a text has headings, footnotes or tables in Markdown's form; without them it is as good as plain."""
    return bool(_SIGNS.search(text))


def read_markdown(data: bytes, name: str) -> Document:
    """Read a Markdown file's bytes; `name` (without folder) gives a document its id when the text has none.

    UnreadableDocument when it is not text, holds no paragraph, or is too large to parse.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(f"{name} is larger than {MAX_BYTES // 2**20} MB; split it into several files")
    text = decode(data, name)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).use(footnote_plugin).use(front_matter_plugin)
    reading = _MarkdownReading()
    tokens = parser.parse(text)
    reading.read(tokens)
    front = next((token.content for token in tokens if token.type == "front_matter"), "")
    title = _FRONT_TITLE.search(front)
    return document_from_flow(reading.items, reading.footnotes, name, title=title["title"] if title else "")


class _MarkdownReading:
    """Tokens being turned into items; `footnotes` are the texts by mark."""

    def __init__(self) -> None:
        self.items: list[Item] = []
        self.footnotes: dict[str, str] = {}
        self._marks = NoteMarks()
        self._label: str | None = None
        self._level: int | None = None
        self._note: str | None = None

    def read(self, tokens: Sequence[Token]) -> None:
        """Read all tokens of a document."""
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == "table_open":
                end = next(i for i in range(position, len(tokens)) if tokens[i].type == "table_close")
                self._add(self._table(tokens[position:end]))
                position = end
            else:
                self._token(token)
            position += 1

    def _token(self, token: Token) -> None:
        if token.type == "heading_open":
            self._level = int(token.tag[1:])
        elif token.type == "list_item_open":
            self._label = f"{token.info}{token.markup}" if token.info else "-"
        elif token.type == "list_item_close":
            self._label = None
        elif token.type == "footnote_open":
            self._note = self._mark(token)
        elif token.type == "footnote_close":
            self._note = None
        elif token.type == "inline":
            self._add(replace(self._inline(token.children or []), level=self._level, label=self._label))
            self._level = self._label = None
        elif token.type in ("fence", "code_block"):
            self._add(Block(token.content))
        elif token.type == "html_block":
            self._add(Block(_without_tags(token.content)))

    def _add(self, item: Item) -> None:
        if self._note is None:
            self.items.append(item)
        else:
            texts = [self.footnotes.get(self._note, ""), *(fold(block.text)[0] for block in blocks_of([item]))]
            self.footnotes[self._note] = " ".join(filter(None, texts))

    def _table(self, tokens: Sequence[Token]) -> Table:
        rows: list[tuple[TableCell, ...]] = []
        for token in tokens:
            if token.type == "tr_open":
                rows.append(())
            elif token.type == "inline" and rows:
                rows[-1] += (TableCell((self._inline(token.children or []),)),)
        return Table(tuple(rows), header_rows=1, has_borders=True)

    def _inline(self, tokens: Sequence[Token]) -> Block:
        text = BlockText()
        depth = {"bold": 0, "slanted": 0}
        for token in tokens:
            if token.type in _STYLES:
                style, step = _STYLES[token.type]
                depth[style] += step
            elif token.type == "footnote_ref":
                # A note that is referred to twice belongs to the first place.
                if not token.meta.get("subId"):
                    text.note(self._mark(token))
            else:
                text.add(_text_of(token), bold=depth["bold"] > 0, slanted=depth["slanted"] > 0)
        return text.block()

    def _mark(self, token: Token) -> str:
        return self._marks.mark("footnote", str(token.meta.get("id")), own=token.meta.get("label") or "")


def _text_of(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    if token.type == "html_inline":
        return "\n" if re.match(r"<br\b", token.content, re.IGNORECASE) else ""
    return token.content if token.type in ("text", "code_inline", "text_special") else ""


def _without_tags(text: str) -> str:
    return html.unescape(_TAG.sub(" ", _INVISIBLE.sub(" ", text)))
