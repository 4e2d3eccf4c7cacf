import hashlib
from pathlib import Path

import pytest
from conftest import LETTER
from rendering_docx import render_docx
from rendering_xml import metadata_xml, official_xml

from corpus.confined import ConfinedReader
from corpus.document import Document
from corpus.errors import DocumentError
from corpus.library import Library, read_sources


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
    (corpus / "b.pdf").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (corpus / "zelfde.txt").write_bytes(LETTER.read_bytes())
    heard: list[int] = []
    readings = read_sources(Library(corpus).sources(), (), heard.append)
    assert [document.source_name for document in readings.documents] == ["kst-27925-681.txt"]
    assert [skipped.file for skipped in readings.skipped] == ["a-leeg.txt", "b.pdf", "zelfde.txt"]
    empty, image, same = (skipped.reason for skipped in readings.skipped)
    assert empty == "a-leeg.txt is empty; remove it, or put the document's text into it"
    assert image.startswith("b.pdf is image/png")
    assert same == "zelfde.txt is the same document as kst-27925-681.txt (kst-27925-681); remove one of them"
    assert readings.document_ids == {"kst-27925-681.txt": "kst-27925-681"}
    assert heard == [1, 2, 3, 4]


def test_the_better_of_two_formats_is_read(corpus: Path, letter: Document):
    """XML before Word before text; the others are its twins, and say so."""
    (corpus / "brief.docx").write_bytes(render_docx(letter))
    (corpus / "kst.xml").write_bytes(official_xml(letter))
    readings = read_sources(Library(corpus).sources())
    (document,) = readings.documents
    assert (document.format, document.source_name) == ("xml", "kst.xml")
    assert document.twins == ("brief.docx", "kst-27925-681.txt")
    assert readings.skipped == ()
    assert set(readings.document_ids.values()) == {"kst-27925-681"} and len(readings.document_ids) == 3


@pytest.mark.parametrize("place", ["kst.metadata.xml", "kst-metadata.xml", "kst/metadata.xml", "metadata.xml"])
def test_metadata_belongs_to_the_xml_beside_it(tmp_path: Path, letter: Document, place: str):
    """It completes the document and is none itself."""
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / "kst.xml").write_bytes(official_xml(letter))
    (tmp_path / place).write_bytes(metadata_xml(letter, {"OVERHEIDop.indiener": "A.B. Anders"}))
    (source,) = Library(tmp_path).sources()
    assert source.companion is not None and source.companion.name == place
    readings = read_sources([source])
    (document,) = readings.documents
    assert document.metadata_sha256 == source.companion.sha256
    assert readings.document_ids == {"kst.xml": "kst-27925-681", place: "kst-27925-681"}


def test_known_documents_are_not_read_again(corpus: Path, letter: Document, monkeypatch):
    """Equal contents under another name are taken over; a document named after its file is not."""
    (corpus / "kst-27925-681.txt").rename(corpus / "brief.txt")
    (corpus / "notitie.txt").write_text("Een notitie.\n")
    before = read_sources(Library(corpus).sources())
    (corpus / "notitie.txt").rename(corpus / "nota.txt")
    read = []
    original = ConfinedReader.read
    monkeypatch.setattr(
        ConfinedReader,
        "read",
        lambda self, path, *rest, **named: read.append(path.name) or original(self, path, *rest, **named),
    )
    after = read_sources(Library(corpus).sources(), before.documents)
    assert read == ["nota.txt"]
    assert [(d.id, d.source_name) for d in after.documents] == [("kst-27925-681", "brief.txt"), ("nota", "nota.txt")]


def test_a_file_that_changes_while_it_is_read_is_skipped(corpus: Path):
    """A snapshot must hold what its source hash says."""
    sources = Library(corpus).sources()
    (corpus / "kst-27925-681.txt").write_text("Iets anders.\n")
    (skipped,) = read_sources(sources).skipped
    assert "changed while it was read" in skipped.reason


def test_a_file_that_vanishes_is_skipped(corpus: Path):
    """The reason names the file."""
    sources = Library(corpus).sources()
    (corpus / "kst-27925-681.txt").unlink()
    (skipped,) = read_sources(sources).skipped
    assert skipped.reason.startswith("kst-27925-681.txt cannot be opened (No such file")


def test_adding_copies_the_file(tmp_path: Path):
    """The folder is made; the file is named after its document; the same file again changes nothing."""
    library = Library(tmp_path / "new" / "documents")
    (tmp_path / "Brief (kopie).txt").write_bytes(LETTER.read_bytes())
    added = library.add(tmp_path / "Brief (kopie).txt")
    assert added.path == library.folder / "kst-27925-681.txt"
    assert added.path.read_bytes() == LETTER.read_bytes()
    assert added.is_new and not library.add(LETTER).is_new
    assert [path.name for path in library.folder.iterdir()] == ["kst-27925-681.txt"]


def test_adding_never_overwrites(corpus: Path):
    """Another text of the same document is refused, and the one there stays as it was."""
    other = LETTER.read_text("utf-8").replace("Canada", "Kenia").encode()
    with pytest.raises(FileExistsError, match=r"kst-27925-681 is already here as kst-27925-681\.txt"):
        Library(corpus).add_bytes(other, "kst-27925-681.txt", corpus.parent / "incoming")
    assert (corpus / "kst-27925-681.txt").read_bytes() == LETTER.read_bytes()
    assert len(list(corpus.iterdir())) == 1
    assert list((corpus.parent / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../buiten.txt", "buiten.txt"),
        ("..\\..\\buiten.txt", "buiten.txt"),
        ("/etc/passwd", "passwd.txt"),
        ("C:\\windows\\system.ini", "system.txt"),
        ("a\0b.txt", "a-b.txt"),
        ("%2e%2e%2fbuiten.txt", "2e-2e-2fbuiten.txt"),
        ("\u202etxt.exe", "txt.txt"),
        ("x" * 300 + ".txt", "x" * 120 + ".txt"),
        ("CON", "con.txt"),
        ("naam...", "naam.txt"),
        (".verborgen", "verborgen.txt"),
        ("KLEIN.TXT", "klein.txt"),
        ("", "document.txt"),
        ("...", "document.txt"),
    ],
)
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str, stored: str):
    """Stored names are made from the document's id."""
    folder = tmp_path / "documents"
    added = Library(folder).add_bytes(b"Een alinea over fietsen.\n", name, tmp_path / "incoming")
    assert added.path == folder / stored
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == [stored]


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(100)])
def test_adding_what_is_no_document_leaves_nothing(tmp_path: Path, content: bytes):
    """The file is refused before anything is written."""
    file = tmp_path / "beeld.png"
    file.write_bytes(content)
    library = Library(tmp_path / "documents")
    with pytest.raises(DocumentError, match=r"beeld\.png"):
        library.add(file)
    assert library.sources() == []


def test_removing_and_restoring(corpus: Path):
    """A removed file is in the trash, no longer in the library, and comes back whole."""
    library = Library(corpus)
    removal = library.remove(["kst-27925-681.txt", "weg.txt"])
    assert library.sources() == []
    assert (corpus / ".trash" / removal / "kst-27925-681.txt").read_bytes() == LETTER.read_bytes()
    assert library.restore(removal) == ["kst-27925-681.txt"]
    assert (corpus / "kst-27925-681.txt").read_bytes() == LETTER.read_bytes()
    assert not (corpus / ".trash" / removal).exists()


def test_removing_what_is_not_there(corpus: Path):
    """Said, and nothing is moved."""
    with pytest.raises(FileNotFoundError):
        Library(corpus).remove(["weg.txt", "../kst-27925-681.txt"])
    assert len(Library(corpus).sources()) == 1


@pytest.mark.parametrize("removal", ["", "../..", "0123456789abcdef", "x" * 16])
def test_restoring_what_was_not_removed(corpus: Path, removal: str):
    """A removal's id never becomes a path unchecked."""
    with pytest.raises(FileNotFoundError):
        Library(corpus).restore(removal)


def test_restoring_never_overwrites(corpus: Path):
    """What came in its place since stays."""
    library = Library(corpus)
    removal = library.remove(["kst-27925-681.txt"])
    (corpus / "kst-27925-681.txt").write_text("Nieuw.\n")
    with pytest.raises(FileExistsError):
        library.restore(removal)
    assert (corpus / "kst-27925-681.txt").read_text() == "Nieuw.\n"


def test_a_file_that_changes_while_it_is_added_is_refused(tmp_path: Path, monkeypatch):
    """What was read and what would be kept are not the same; nothing is kept."""
    source = tmp_path / "brief.txt"
    source.write_text("Een alinea.\n")
    original = ConfinedReader.read

    def read(self, path, *rest, **named):
        document = original(self, path, *rest, **named)
        source.write_text("Een andere alinea.\n")
        return document

    monkeypatch.setattr(ConfinedReader, "read", read)
    with pytest.raises(DocumentError, match=r"brief\.txt changed while it was added"):
        Library(tmp_path / "documents").add(source)
    assert Library(tmp_path / "documents").sources() == []


def test_metadata_beside_two_documents_belongs_to_neither(tmp_path: Path, letter: Document):
    """It cannot be told of which it is."""
    for name in ("een.xml", "twee.xml"):
        (tmp_path / name).write_bytes(official_xml(letter))
    (tmp_path / "metadata.xml").write_bytes(metadata_xml(letter))
    assert [(source.name, source.companion) for source in Library(tmp_path).sources()] == [
        ("een.xml", None),
        ("twee.xml", None),
    ]
