"""The list labels that Word computes."""

from office_packages import WORD_LIST, WORD_NUMBERING, WORD_STYLES, list_item, paragraph, run, word_file

from corpus.document import Document
from corpus.readers.word import read_word


def _texts(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def _read(body: str, **parts: str) -> Document:
    return read_word(word_file(body, **parts), "nota.docx")


def test_list_labels_are_computed_over_levels():
    body = (
        list_item("een")
        + list_item("een een", 1)
        + list_item("een twee", 1)
        + list_item("a", 2)
        + list_item("b", 2)
        + list_item("i", 3)
        + list_item("ii", 3)
        + list_item("punt", 4)
        + paragraph("Ertussen.")
        + list_item("twee")
        + list_item("twee een", 1)
        + list_item("opnieuw a", 2)
    )
    assert _texts(_read(body, numbering=WORD_NUMBERING)) == [
        "1. een",
        "1.1 een een",
        "1.2 een twee",
        "a) a",
        "b) b",
        "(i) i",
        "(ii) ii",
        "punt",
        "Ertussen.",
        "2. twee",
        "2.1 twee een",
        "a) opnieuw a",
    ]


def test_lists_that_share_their_levels_go_on_counting_unless_told_to_start_anew():
    numbering = (
        f'{WORD_LIST}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>'
    )
    body = (
        list_item("a")
        + list_item("b", number=2)
        + list_item("c", number=3)
        + list_item("d", number=3)
        + list_item("e", number=9)
    )
    assert _texts(_read(body, numbering=numbering)) == ["1. a", "2. b", "7. c", "8. d", "e"]


def test_numbering_can_be_switched_off_and_comes_with_a_style():
    styles = WORD_STYLES + (
        '<w:style w:type="paragraph" w:styleId="Lijst"><w:name w:val="Lijst BZ"/>'
        '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    properties = '<w:pPr><w:pStyle w:val="Lijst"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    off = f"<w:p>{properties}{run('geen nummer')}</w:p>"
    body = paragraph("eerste", "Lijst") + off + paragraph("tweede", "Lijst")
    assert _texts(_read(body, styles=styles, numbering=WORD_NUMBERING)) == ["1. eerste", "geen nummer", "2. tweede"]


def test_a_numbering_without_end_stays_small():
    """Start at a hundred million in Roman numerals, and a label of a million characters: neither is written out."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="100000000"/>'
        f'<w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1{"x" * 1_000_000}"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    assert _texts(_read(list_item("a"), numbering=numbering)) == [f"100000000{'x' * 31} a"]


def test_a_long_nested_list_keeps_counting():
    """Letters go on after z by doubling, and every chapter starts its letters anew."""
    body = "".join(
        list_item(f"hoofdstuk {chapter}") + "".join(list_item(f"punt {n}", 2) for n in range(1, 31))
        for chapter in range(1, 41)
    )
    texts = _texts(_read(body, numbering=WORD_NUMBERING))
    assert len(texts) == 40 * 31
    assert texts[31 * 39] == "40. hoofdstuk 40"
    assert [texts[31 * 39 + n] for n in (1, 26, 27, 30)] == ["a) punt 1", "z) punt 26", "aa) punt 27", "dd) punt 30"]
