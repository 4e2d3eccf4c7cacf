"""Word and OpenDocument files made of XML, as small as the programs accept them. Test code."""

import io
import zipfile
from collections.abc import Mapping
from xml.sax.saxutils import escape

_WORD_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"

WORD_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="Kop{n}"><w:name w:val="heading {n}"/><w:basedOn w:val="Standaard"/>'
    f'<w:pPr><w:outlineLvl w:val="{n - 1}"/></w:pPr><w:rPr><w:b/></w:rPr></w:style>'
    for n in range(1, 5)
) + (
    '<w:style w:type="paragraph" w:default="1" w:styleId="Standaard"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Inhopg1"><w:name w:val="toc 1"/></w:style>'
)

# A list that counts over four levels, with bullets on the fifth.
WORD_LIST = (
    '<w:abstractNum w:abstractNumId="0">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%3)"/></w:lvl>'
    '<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%4)"/></w:lvl>'
    '<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl>'
    "</w:abstractNum>"
)
WORD_NUMBERING = f'{WORD_LIST}<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_OPEN_DOCUMENT_NAMES = (
    f'xmlns:office="{_ODF}office:1.0" xmlns:style="{_ODF}style:1.0" xmlns:text="{_ODF}text:1.0" '
    f'xmlns:table="{_ODF}table:1.0" xmlns:draw="{_ODF}drawing:1.0" xmlns:fo="{_ODF}xsl-fo-compatible:1.0" '
    f'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0" office:version="1.3"'
)


def zipped(members: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip container of these members, in their order."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word_file(
    body: str,
    *,
    styles: str = WORD_STYLES,
    numbering: str = "",
    footnotes: str = "",
    endnotes: str = "",
    settings: str = "",
    header: str = "",
    title: str = "",
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """A DOCX with this content of `w:body`; the other parts are given by the content of their root."""
    parts = {
        "styles": ("styles", styles),
        "numbering": ("numbering", numbering),
        "footnotes": ("footnotes", footnotes),
        "endnotes": ("endnotes", endnotes),
        "settings": ("settings", settings),
        "header1": ("hdr", header),
    }
    used = {name: value for name, value in parts.items() if value[1]}
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId-header1"/></w:sectPr>' if header else ""
    relations = "".join(
        f'<Relationship Id="rId-{name}" Type="{_OFFICE}/{name.rstrip("1")}" Target="{name}.xml"/>' for name in used
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD_TYPE}.{name.rstrip("1")}+xml"/>' for name in used
    )
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_WORD_TYPE}.document.main+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{_PACKAGE}/relationships/metadata/core-properties" Target="docProps/core.xml"/>'
        "</Relationships>",
        "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(title)}</dc:title></cp:coreProperties>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "word/document.xml": f"<w:document {_WORD_NAMES}><w:body>{body}{section}</w:body></w:document>",
    }
    members |= {f"word/{name}.xml": f"<w:{root} {_WORD_NAMES}>{xml}</w:{root}>" for name, (root, xml) in used.items()}
    return zipped(members | dict(extra or {}))


def open_document_file(
    body: str,
    *,
    automatic_styles: str = "",
    styles: str = "",
    master_styles: str = "",
    title: str = "",
    extra: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """An ODT with this content of `office:text`."""
    members: dict[str, str | bytes] = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {_OPEN_DOCUMENT_NAMES}>"
        f"<office:automatic-styles>{automatic_styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        "styles.xml": f"<office:document-styles {_OPEN_DOCUMENT_NAMES}><office:styles>{styles}</office:styles>"
        f"<office:master-styles>{master_styles}</office:master-styles></office:document-styles>",
        "meta.xml": f"<office:document-meta {_OPEN_DOCUMENT_NAMES}><office:meta><dc:title>{escape(title)}</dc:title>"
        "</office:meta></office:document-meta>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_ODF}manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        '<manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/>'
        '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/></manifest:manifest>',
    }
    return zipped(members | dict(extra or {}))


def paragraph(text: str, style: str = "", *, bold: bool = False) -> str:
    """A `w:p` with one run of text; a newline in it is a line break, a tab a tab."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{run(text, bold=bold)}</w:p>"


def run(text: str, *, bold: bool = False, properties: str = "") -> str:
    """A `w:r` of text."""
    inside = "<w:br/>".join(
        "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(piece)}</w:t>' for piece in line.split("\t"))
        for line in text.split("\n")
    )
    properties += "<w:b/>" if bold else ""
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{inside}</w:r>"


def list_item(text: str, level: int = 0, number: int = 1) -> str:
    """A `w:p` in a list."""
    properties = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
    return f"<w:p>{properties}{run(text)}</w:p>"


def cell(content: str, properties: str = "") -> str:
    """A `w:tc`."""
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{content}</w:tc>"


def row(*texts: str, bold: bool = False) -> str:
    """The cells of a row, a paragraph each."""
    return "".join(cell(paragraph(text, bold=bold)) for text in texts)


def table(*rows: str, borders: bool = False) -> str:
    """A `w:tbl`."""
    lines = '<w:tblBorders><w:top w:val="single"/></w:tblBorders>' if borders else ""
    return f"<w:tbl><w:tblPr>{lines}</w:tblPr>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"
