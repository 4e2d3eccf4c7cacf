"""Reasons for the keeper, in the visitor's language."""

import ast
from pathlib import Path

import pytest

from corpus.document import Document, Identity, Paragraph, Section
from corpus.quality import judge
from corpus.readers import pdf_glyphs
from service.reasons import reason_in

ROOT = Path(__file__).resolve().parents[1]
SAYING = {"UnreadableDocument", "UnsupportedFormat", "Skipped", "FileExistsError"}
NAMES = {"name", "self._name", "path.name", "source.name", "document.id", "other.source_name", "name or source.name"}


def sentences() -> set[str]:
    """Every sentence that the corpus says of a file, with something in the place of each value."""
    found = set()
    for path in (ROOT / "corpus").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAYING:
                found |= {filled(part) for part in node.args if isinstance(part, ast.JoinedStr)}
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "reason":
                found.add(filled(node.value))
    return found


def filled(sentence: ast.expr) -> str:
    assert isinstance(sentence, ast.JoinedStr)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else value_of(part) for part in sentence.values)


def value_of(part: ast.expr) -> str:
    written = ast.unparse(part.value) if isinstance(part, ast.FormattedValue) else ""
    values = {"kind.mime": "image/jpeg", "_WITHOUT_PAGES": pdf_glyphs._WITHOUT_PAGES}
    return "brief.pdf" if written in NAMES else values.get(written, "7")


def test_there_are_sentences():
    """Those that are looked for below are found."""
    assert len(sentences()) > 45
    assert "brief.pdf is empty; remove it, or put the document's text into it" in sentences()


@pytest.mark.parametrize("sentence", sorted(sentences()))
def test_every_fault_of_a_file_is_told_in_dutch(sentence):
    """With the file's name, and nothing left in English."""
    said, spoken = reason_in("nl", sentence)
    assert spoken == "nl"
    assert said.startswith(("brief.pdf", "7")) and not said.endswith(".")
    assert not {"the", "it", "and", "save", "again", "holds"} & set(said.replace(";", " ").replace(",", " ").split())
    assert reason_in("en", sentence) == (sentence.rstrip("."), "en")


@pytest.mark.parametrize(
    "text",
    [
        "This letter was written by a foreign official who knows nothing of our language at all, " * 3,
        "T weede Kamer. " * 3,
        "T weede Kamer.",
        "De minister \ufffd.",
        "De minister \ufffd\ufffd.",
    ],
)
def test_every_fault_of_a_text_is_told_in_dutch(text):
    """Also those that are found by its pages."""
    document = Document(
        Identity("x", "X"), (Section((), (Paragraph(1, text, pages=(3,)), Paragraph(2, "Ja.", pages=(9,)))),)
    )
    reasons = judge(document).reasons
    assert len(reasons) >= 2
    for reason in reasons:
        said, spoken = reason_in("nl", reason)
        assert spoken == "nl", reason
        assert not {"words", "page", "characters", "and"} & set(said.split())


@pytest.mark.parametrize(
    ("reason", "dutch"),
    [
        ("x.pdf is encrypted; save it without a password and add it again", "x.pdf is versleuteld; bewaar het zonder"),
        ("12% of the words are not in a Dutch word list", "12% van de woorden staat niet"),
        ("1 words are torn apart, such as 'T weede'", "1 woord is uiteengevallen: 'T weede'"),
        ("/d/builds cannot be written (No space left on device); make room", "er is geen ruimte meer"),
        ("the process that reads files cannot be started; try again when the machine is less busy", "het lezen van"),
        ("the build ended with status -9", "de bouw stopte met status -9"),
    ],
)
def test_known_reasons(reason, dutch):
    """In Dutch to who reads Dutch."""
    assert reason_in("nl", reason)[0].startswith(dutch)
    assert reason_in("nl", reason)[1] == "nl"
    assert reason_in("en", reason) == (reason.rstrip("."), "en")


def test_an_unknown_reason_stays_as_it_is():
    """And says that it is in English."""
    assert reason_in("nl", "something else.") == ("something else", "en")
