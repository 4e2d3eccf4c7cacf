"""A conversation as Markdown, with all citations."""

import datetime
import re
from collections.abc import Sequence

from service.representations import Json
from service.scope_texts import scope_text
from service.texts import counted, date_text, translator

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+.!|~&-])")


def conversation_markdown(turns: Sequence[Json], index: Json, language: str, root: str) -> str:
    """Write questions and answers; `root` is the address that the passages' own follow, with a slash at its end.

    What stands in a question or document is escaped, so that it shows as text; the marked sentence is bold.
    """
    text = translator(language)
    made = text(
        "export_made",
        date=date_text(language, datetime.date.today()),
        version=index["version"],
        documents=counted(language, "number_of_documents", index["documents"]),
        paragraphs=counted(language, "number_of_paragraphs", index["paragraphs"]),
    )
    lines = [f"# {text('export_title')}", "", _escaped(made), ""]
    for turn in turns:
        lines += [f"## {_escaped(_one_line(turn['question']))}", ""]
        if turn["understoodAs"] != turn["question"]:
            lines += [f"{text('understood_as')} {_escaped(_one_line(turn['understoodAs']))}", ""]
        if turn["scope"].narrows:
            lines += [_escaped(text("narrowed_to", scope=scope_text(language, turn["scope"]))), ""]
        if not turn["answered"]:
            lines += [f"**{_escaped(text('gone' if turn['isGone'] else 'not_answered'))}**", ""]
            lines += [f"{text('nearest_misses')}:", ""] if turn["passages"] else []
        for passage in turn["passages"]:
            lines += [f"{passage['rank']}. > {_quoted(passage)}", "", f"   {_source(passage, root)}", ""]
    return "\n".join(lines)


def _quoted(passage: Json) -> str:
    parts, position, quoted = [], 0, passage["text"]
    for span in sorted(passage["highlights"], key=lambda span: int(span["start"])):
        marked = quoted[span["start"] : span["end"]]
        # Markdown knows no bold that begins or ends with a space.
        before, bare, after = re.fullmatch(r"(\s*)(.*?)(\s*)", marked, re.DOTALL).groups()  # type: ignore[union-attr]
        strong = f"**{_escaped(bare)}**" if bare else ""
        parts += [_escaped(quoted[position : span["start"]]), before, strong, after]
        position = span["end"]
    return _one_line("".join([*parts, _escaped(quoted[position:])]))


def _source(passage: Json, root: str) -> str:
    source = passage["source"]
    return f"[{_escaped(source['citation'])}](<{root.rstrip('/')}{source['url']}>)"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _one_line(text: str) -> str:
    return " ".join(text.split())
