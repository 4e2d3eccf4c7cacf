"""Containers made to do harm are refused before anything is unpacked, and XML with entities or endless depth, too."""

import io
import struct
import warnings
import zipfile

import pytest
from office_packages import word_file, zipped

from corpus.errors import UnreadableDocument
from corpus.readers import zip_archive
from corpus.readers.markup import MAX_PART_DEPTH, local_name, parse_part
from corpus.readers.zip_archive import MAX_MEMBER_BYTES, MAX_MEMBERS, ZipArchive


def _refusal(data: bytes, member: str = "a.xml") -> str:
    with pytest.raises(UnreadableDocument) as caught:
        ZipArchive(data, "brief.docx").read(member)
    return str(caught.value)


def test_members_are_unpacked_one_by_one():
    archive = ZipArchive(zipped({"b.xml": "twee", "map/": "", "map/a.xml": "een"}), "brief.docx")
    assert archive.names == ("b.xml", "map/", "map/a.xml")
    assert "b.xml" in archive and "c.xml" not in archive
    assert archive.read("map/a.xml") == b"een"


@pytest.mark.parametrize(
    "name", ["../a.xml", "a/../../b", "/etc/passwd", "..\\a.xml", "C:/a.xml", "a\0b.xml", "", "a/..", "\\\\server\\a"]
)
def test_names_that_lead_elsewhere_are_refused(name):
    data = zipped({"x" * max(1, len(name.encode())): "tekst"})
    data = data.replace(b"x" * max(1, len(name.encode())), name.encode()) if name else zipped({"/": ""})
    assert "leads outside the file" in _refusal(data)


def test_a_name_that_is_there_twice_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr("a.xml", "een")
        archive.writestr("a.xml", "twee")
    assert "is there twice" in _refusal(buffer.getvalue())


def test_a_link_is_refused():
    buffer = io.BytesIO()
    link = zipfile.ZipInfo("a.xml")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "is a link" in _refusal(buffer.getvalue())


def test_an_encrypted_member_says_so():
    data = bytearray(zipped({"a.xml": "tekst"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    assert "is encrypted; save it without a password" in _refusal(bytes(data))


def test_a_bomb_is_refused_by_its_ratio():
    assert "packed more than 200 times" in _refusal(zipped({"a.xml": "0" * 5_000_000}))


def test_a_member_of_a_hundred_megabytes_is_refused_only_when_it_is_asked_for():
    data = zipped({"foto.png": b"\0" * 100_000_000, "a.xml": "tekst"})
    assert ZipArchive(data, "brief.docx").read("a.xml") == b"tekst"
    assert "unpacks to more than 32 MB" in _refusal(data, "foto.png")


def test_the_members_that_are_asked_for_have_a_limit_together(monkeypatch):
    monkeypatch.setattr(zip_archive, "MAX_READ_BYTES", 10)
    archive = ZipArchive(zipped({"a.xml": "123456", "b.xml": "123456"}), "brief.docx")
    archive.read("a.xml")
    with pytest.raises(UnreadableDocument, match="its text unpacks to more than"):
        archive.read("b.xml")


def test_a_container_that_declares_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(zip_archive, "MAX_DECLARED_BYTES", 10)
    assert "it unpacks to more than" in _refusal(zipped({"a.xml": "123456", "b.xml": "123456"}))


def test_too_many_members_are_refused_before_the_directory_is_read():
    assert "holds more than 5,000 members" in _refusal(zipped({f"{n}": "" for n in range(MAX_MEMBERS + 1)}))


def test_a_size_that_is_lied_about_is_not_believed():
    """Less is unpacked than is there, and the checksum tells."""
    data = bytearray(zipped({"a.xml": "x" * 1000}))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 10)
    assert "is damaged" in _refusal(bytes(data))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, MAX_MEMBER_BYTES + 1)
    assert "unpacks to more than" in _refusal(bytes(data))


def test_another_compression_is_refused():
    assert "packed by method 14" in _refusal(zipped({"a.xml": "tekst" * 100}, zipfile.ZIP_LZMA))


@pytest.mark.parametrize("cut", range(0, 100, 7))
def test_a_truncated_file_is_damaged(cut):
    data = word_file("<w:p/>")
    assert "brief.docx is damaged" in _refusal(data[: len(data) * cut // 100])


def test_a_missing_member_is_named():
    assert "its part a.xml is missing" in _refusal(zipped({"b.xml": ""}))


# XML


def _xml_refusal(data: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        parse_part(data, "brief.docx", "a.xml")
    return str(caught.value)


def test_xml_up_to_the_depth_is_parsed_and_deeper_refused():
    assert local_name(parse_part(b"<a>" * MAX_PART_DEPTH + b"</a>" * MAX_PART_DEPTH, "x", "y")) == "a"
    for depth in (MAX_PART_DEPTH + 10, 100_000):
        assert "Excessive depth" in _xml_refusal(b"<a>" * depth + b"</a>" * depth)


def test_entities_are_never_read(tmp_path):
    secret = tmp_path / "bestand"
    secret.write_text("staatsgeheim")
    laughs = b'<!ENTITY a "ha">' + b"".join(b'<!ENTITY a%d "&a%d;&a%d;">' % (i, i - 1, i - 1) for i in range(2, 40))
    for declaration in (b'<!ENTITY a SYSTEM "file://%s">' % str(secret).encode(), laughs, b'<!ENTITY % a "b">'):
        assert "staatsgeheim" not in _xml_refusal(b"<!DOCTYPE x [" + declaration + b"]><x>&a;</x>")
    assert "declares a document type" in _xml_refusal(b'<!DOCTYPE x SYSTEM "http://example.org/x.dtd"><x/>')


@pytest.mark.parametrize(
    "data", [b"", b"\0", b"<a>", b"<a>&b;</a>", b"<a b='1' b='2'/>", b'<?xml version="1.0" encoding="x"?><a/>']
)
def test_what_is_no_xml_is_named(data):
    assert _xml_refusal(data).startswith("brief.docx is damaged (its part a.xml is no XML")


def test_comments_and_instructions_are_left_out():
    root = parse_part("<a>een<!-- x -->twee<?y z?>drie</a>".encode("utf-16"), "x", "y")
    assert root.text == "eentweedrie" and len(root) == 0
