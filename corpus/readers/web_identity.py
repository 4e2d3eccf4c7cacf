"""The identity of a web page: what the head of a Kamerstuk shows, and what the page's metadata say of others."""

import re
from collections.abc import Sequence
from dataclasses import replace

from lxml import etree

from corpus.document import Identity
from corpus.identity import identity_from_name, read_head, read_session_year
from corpus.readers.blocks import Block, Heading, Paragraph
from corpus.readers.official_identity import identify_questions
from corpus.readers.official_metadata import Metadata, collect_metadata, complete
from corpus.readers.structured_head import cut_blocks, cut_letter_head

_HEAD_BLOCKS = 16
_DOSSIER_ONLY = re.compile(r"\d{2} ?\d{3}(?:[ -](?:[IVXLC]+[A-Z]?|\d{2}|\(R ?\d+\)))?")
_NUMBER_ONLY = re.compile(r"(?:Nr\. ?\d+[a-z]?|[A-Z]{1,3})")
_BOTH = re.compile(r"(?P<dossier>\d{2} ?\d{3}\b.*?\S) (?P<number>Nr\. ?\d+[a-z]? .*)")
# What a site puts behind a page's own title: " | Rijksoverheid.nl".
_SITE = re.compile(r"\s+[|–-]\s+[^|]{1,60}$")


def find_facts(root: etree._Element) -> tuple[dict[str, str], set[etree._Element]]:
    """The table that heads a page of the official site, by its column's names, and the elements it stands in."""
    for table in root.iter("table"):
        rows = [[_text(cell) for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        if len(rows) > 1 and "Organisatie" in rows[0] and "Vergaderjaar" in rows[0]:
            return dict(zip(rows[0], rows[1], strict=False)), {table}
    return {}, set()


def identify(
    root: etree._Element, blocks: Sequence[Block], facts: dict[str, str], descriptions: Sequence[str], name: str
) -> tuple[Identity, list[Block]]:
    """Read a page's identity; gives it with the blocks that are left when its head is cut off."""
    metadata = collect_metadata(root)
    lines, owners = _head_lines(blocks, facts, metadata)
    head = read_head(lines)
    if head:
        return complete(head.identity, metadata), cut_blocks(blocks, owners[head.lines - 1] + 1)
    rest = list(blocks)
    title = metadata.first("dc.title", "dcterms.title")
    if rest and isinstance(rest[0], Heading) and _is_title(rest[0], title):
        title = title or rest[0].text.text
        rest = cut_blocks(rest, 1)
    title = title or (descriptions[0].rstrip(" .") if descriptions else "") or _page_title(root)
    identity = complete(identify_questions(identity_from_name(name, title), descriptions), metadata)
    if identity.is_kamerstuk:
        rest, date = cut_letter_head(rest)
        identity = replace(identity, date=date or identity.date)
    return identity, rest


def _head_lines(blocks: Sequence[Block], facts: dict[str, str], metadata: Metadata) -> tuple[list[str], list[int]]:
    """The lines of the head, one a block and blank ones between, and the block that each line is of."""
    lines: list[str] = []
    owners: list[int] = []
    chamber = facts.get("Organisatie") or metadata.first("dc.creator")
    year = facts.get("Vergaderjaar") or metadata.first("overheidop.vergaderjaar")
    if "Kamer" in chamber and read_session_year(year):
        lines += [chamber, f"Vergaderjaar {year}", ""]
        owners += [-1, -1, -1]
    for number, block in enumerate(blocks[:_HEAD_BLOCKS]):
        if not isinstance(block, Paragraph | Heading):
            break
        text = block.text.text
        before = lines[-2] if len(lines) > 1 and not lines[-1] else ""
        if both := _BOTH.fullmatch(text):
            new = [both["dossier"], "", both["number"], ""]
        elif _DOSSIER_ONLY.fullmatch(before) or (_NUMBER_ONLY.fullmatch(before) and text.isupper()):
            # Number and title set as two lines.
            lines[-2:], owners[-2:] = [f"{before} {text}", ""], [number, number]
            continue
        else:
            new = [text, ""]
        lines += new
        owners += [number] * len(new)
    return lines, owners


def _is_title(heading: Heading, title: str) -> bool:
    return heading.depth == 1 or heading.text.text == title


def _page_title(root: etree._Element) -> str:
    title = next((_text(each) for each in root.iter("title")), "")
    return _SITE.sub("", title)


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())
