"""What both ways to ask Vindplaats keep in their folder: a document, its index, and what paragraph is which passage."""

from pathlib import Path

from benchmarks.web_page import web_page
from protocol import Passages


def documents(folder: str) -> Path:
    """The documents folder."""
    return Path(folder) / "documents"


def data(folder: str) -> Path:
    """The data folder."""
    return Path(folder) / "var"


def write_document(passages: Passages, folder: str) -> None:
    """Write passages, whose texts are one line each, as a document with a paragraph for each."""
    documents(folder).mkdir()
    (documents(folder) / "passages.html").write_text(web_page([text for _, text in passages]), "utf-8")
    (Path(folder) / "ids.tsv").write_text("".join(f"{key}\t{text}\n" for key, text in passages), "utf-8")


def ids_by_text(folder: str) -> dict[str, str]:
    """The passages' ids by their texts."""
    lines = (Path(folder) / "ids.tsv").read_text("utf-8").split("\n")
    return {text: key for key, _, text in (line.partition("\t") for line in lines)}
