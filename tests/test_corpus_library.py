import hashlib
from pathlib import Path

import pytest
from conftest import LETTER

from corpus.document import Document
from corpus.errors import UnreadableDocument, UnsupportedFormat
from corpus.library import Library, Skipped, read_sources


def test_sources_are_listed_by_name_with_their_hash(corpus: Path):
    """Hidden files and links do not count; folders do."""
    (corpus / ".hidden.txt").write_text("x")
    (corpus / "link.txt").symlink_to(LETTER)
    (corpus / "map").mkdir()
    (corpus / "map" / "a.txt").write_text("Een.\n")
    sources = Library(corpus).sources()
    assert [source.name for source in sources] == ["kst-27925-681.txt", "map/a.txt"]
    assert sources[1].sha256 == hashlib.sha256(b"Een.\n").hexdigest()


def test_a_folder_that_does_not_exist_holds_nothing(tmp_path: Path):
    """No folder, no documents."""
    assert Library(tmp_path / "none").sources() == []


def test_unreadable_files_are_skipped_with_a_reason(corpus: Path):
    """One bad file does not stop the others."""
    (corpus / "a-leeg.txt").write_text("")
    (corpus / "b.pdf").write_bytes(b"\x00\x01\x02junk")
    (corpus / "zelfde.txt").write_bytes(LETTER.read_bytes())
    empty, junk, letter, same = read_sources(Library(corpus).sources())
    assert empty == Skipped("a-leeg.txt", "a-leeg.txt is empty; remove it, or put the document's text into it")
    assert isinstance(junk, Skipped) and junk.reason.startswith("b.pdf is")
    assert isinstance(letter, Document) and letter.source_name == "kst-27925-681.txt"
    assert same == Skipped("zelfde.txt", "zelfde.txt is the same document as kst-27925-681.txt (kst-27925-681)")


def test_a_file_that_changes_while_it_is_read_is_skipped(corpus: Path):
    """A snapshot must hold what its source hash says."""
    sources = Library(corpus).sources()
    (corpus / "kst-27925-681.txt").write_text("Iets anders.\n")
    (read,) = read_sources(sources)
    assert isinstance(read, Skipped) and "changed while it was read" in read.reason


def test_a_file_that_vanishes_is_skipped(corpus: Path):
    """The reason names the file."""
    sources = Library(corpus).sources()
    (corpus / "kst-27925-681.txt").unlink()
    (read,) = read_sources(sources)
    assert isinstance(read, Skipped) and "kst-27925-681.txt cannot be opened" in read.reason


def test_adding_copies_the_file(tmp_path: Path):
    """The folder is made; the same file again changes nothing."""
    library = Library(tmp_path / "new" / "documents")
    target = library.add(LETTER)
    assert target.read_bytes() == LETTER.read_bytes()
    assert library.add(LETTER) == target
    assert [path.name for path in library.folder.iterdir()] == ["kst-27925-681.txt"]


def test_adding_never_overwrites(tmp_path: Path, corpus: Path):
    """Another file with a taken name is refused, and both stay as they were."""
    other = tmp_path / "kst-27925-681.txt"
    other.write_text("Iets anders.\n")
    with pytest.raises(FileExistsError, match="already in"):
        Library(corpus).add(other)
    assert (corpus / "kst-27925-681.txt").read_bytes() == LETTER.read_bytes()
    assert len(list(corpus.iterdir())) == 1


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"", UnreadableDocument), (b"\x89PNG\r\n\x1a\n\x00", (UnreadableDocument, UnsupportedFormat))],
)
def test_adding_what_is_no_document_leaves_nothing(tmp_path: Path, content, error):
    """The file is refused before anything is written."""
    file = tmp_path / "beeld.png"
    file.write_bytes(content)
    library = Library(tmp_path / "documents")
    with pytest.raises(error, match=r"beeld\.png"):
        library.add(file)
    assert library.sources() == []
