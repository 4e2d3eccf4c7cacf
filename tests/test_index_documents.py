"""Documents that are read when they are asked for."""

import pytest

from corpus.document import Document, Identity, Paragraph, Section
from corpus.summary import summary_of
from index import documents as module
from index.documents import KeptDocuments, document_lines, summary_lines
from index.errors import SnapshotDamaged


def made(document_id: str, *texts: str) -> Document:
    paragraphs = tuple(Paragraph(number, text) for number, text in enumerate(texts, start=1))
    return Document(Identity(document_id, f"Over {document_id}"), (Section((), paragraphs),))


SOME = [made("b", "Een.\nTwee.", "Drie."), made("a", "Vier.")]


def test_they_are_what_they_were_made_of():
    """In memory and opened from their bytes, in the order they came in."""
    kept = KeptDocuments.of(SOME)
    for each in (kept, KeptDocuments.from_bytes(document_lines(SOME), summary_lines(SOME))):
        assert list(each) == ["b", "a"] and list(each.values()) == SOME and len(each) == 2
        assert list(each.summaries()) == list(map(summary_of, SOME))
        assert each.summary("a") == summary_of(SOME[1]) and "a" in each and "c" not in each


def test_one_that_is_not_here():
    """KeyError, as of any mapping."""
    kept = KeptDocuments.of(SOME)
    with pytest.raises(KeyError):
        kept["c"]
    with pytest.raises(KeyError):
        kept.summary("c")


def test_none_at_all():
    """An index without documents has empty files."""
    kept = KeptDocuments.from_bytes(b"", b"")
    assert len(kept) == 0 and document_lines([]) == b"" == summary_lines([])


def test_lists_read_no_document(monkeypatch):
    """Whatever is told without texts is told from the summaries."""
    kept = KeptDocuments.of(SOME)
    monkeypatch.setattr(module, "DOCUMENT_FORM", None)
    assert [each.paragraphs for each in kept.summaries()] == [2, 1] and list(kept) == ["b", "a"]
    with pytest.raises(AttributeError):
        kept["a"]


def test_a_document_is_read_once():
    """Until others that were asked for later fill what is remembered."""
    kept = KeptDocuments.of(SOME)
    assert kept["a"] is kept["a"]


def test_what_is_remembered_has_a_limit(monkeypatch):
    """By size, the one asked for longest ago first; one larger than that limit is remembered alone."""
    monkeypatch.setattr(module, "_REMEMBERED_BYTES", 1)
    kept = KeptDocuments.of(SOME)
    first = kept["a"]
    assert kept["a"] is first
    assert kept["b"] == SOME[0] and kept["a"] == first and kept["a"] is not first


@pytest.mark.parametrize(
    ("lines", "summaries"), [(b"{}\n", None), (b"", None), (None, b""), (None, b"{}\n{}\n"), (b"{}\n" * 3, None)]
)
def test_files_that_do_not_fit_together_are_refused(lines, summaries):
    """Other counts, or what is no summary."""
    whole = document_lines(SOME), summary_lines(SOME)
    with pytest.raises(SnapshotDamaged, match=r"\.jsonl"):
        KeptDocuments.from_bytes(whole[0] if lines is None else lines, whole[1] if summaries is None else summaries)


def test_a_line_that_is_no_document_is_damage():
    """Told when it is asked for, by its id."""
    summaries = summary_lines(SOME)
    with pytest.raises(SnapshotDamaged, match=r"^a in documents\.jsonl"):
        KeptDocuments.from_bytes(b"{}\n{}\n", summaries)["a"]
