"""What a version of an index is in Milvus: five collections, and one alias that says which version is current.

passages   a row a passage: its vector (HNSW), its span, what may narrow a question
places     a row a paragraph or footnote: text, words, and Milvus' BM25 over its stems
documents  a row a document: what may narrow a question
words      a row a word, a stem or an abbreviation of all texts: how common it is
texts      what is longer than a field: documents, the manifest, in parts

Numbers of passages and places are those of `PassageTable`.
"""

import re
from collections.abc import Callable, Iterator, Mapping

from pymilvus import CollectionSchema, DataType, Function, FunctionType, MilvusClient
from pymilvus.milvus_client.index import IndexParams

# Raised whenever the collections' form changes: versions of another form are not seen.
_PREFIX = "vindplaats1"
CURRENT = f"{_PREFIX}_current"
BUILDER = f"{_PREFIX}_builder"
PASSAGES, PLACES, DOCUMENTS, WORDS, TEXTS = "passages", "places", "documents", "words", "texts"
KINDS = (PASSAGES, PLACES, DOCUMENTS, WORDS, TEXTS)
_NAME = re.compile(rf"{_PREFIX}_(\d{{8}}T\d{{6}}Z)_([0-9a-f]{{8}})_({'|'.join(KINDS)})")

# The longest field of Milvus, in bytes of UTF-8; a little less.
LONGEST = 60_000
LETTERS = 26
# HNSW as its authors advise for vectors of some hundred numbers: links a node, and how widely is sought for them.
_LINKS, _WIDTH = 16, 200
NO_DATE = -1
# The product finds stems itself: Milvus Lite knows no stemmer, and the same stems must match everywhere.
_ANALYSER = {"tokenizer": "standard", "filter": ["lowercase"]}


def collection(version: str, kind: str) -> str:
    """The name of a version's collection."""
    return f"{_PREFIX}_{version.replace('-', '_')}_{kind}"


def version_of(name: str) -> str | None:
    """The version that a collection belongs to; None when it is not ours."""
    match = _NAME.fullmatch(name)
    return match and f"{match[1]}-{match[2]}"


def schemas(dim: int) -> Iterator[tuple[str, CollectionSchema, IndexParams]]:
    """Each kind of collection with its schema and its indexes, for vectors of `dim` numbers."""
    fields = {
        PASSAGES: ("passage", DataType.INT64, {"vector": dim}),
        PLACES: ("place", DataType.INT64, {}),
        DOCUMENTS: ("document_id", DataType.VARCHAR, {"days": 2}),
        WORDS: ("key", DataType.VARCHAR, {"letters": LETTERS}),
        TEXTS: ("key", DataType.VARCHAR, {"nothing": 2}),
    }
    for kind in KINDS:
        key, key_type, vectors = fields[kind]
        schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
        length = {"max_length": 1024} if key_type == DataType.VARCHAR else {}
        schema.add_field(key, key_type, is_primary=True, **length)
        indexes = MilvusClient.prepare_index_params()
        for name, size in vectors.items():
            schema.add_field(name, DataType.FLOAT_VECTOR, dim=size)
            is_large = name == "vector"
            indexes.add_index(
                name,
                index_type="HNSW" if is_large else "FLAT",
                metric_type="L2" if name == "letters" else "IP",
                params={"M": _LINKS, "efConstruction": _WIDTH} if is_large else {},
            )
        _FURTHER[kind](schema, indexes)
        yield kind, schema, indexes


def _passages(schema: CollectionSchema, indexes: IndexParams) -> None:
    for name in ("place", "start", "stop", "grains"):
        schema.add_field(name, DataType.INT64)
    _narrowing(schema, indexes, has_document=False)
    indexes.add_index("place", index_type="INVERTED")


def _places(schema: CollectionSchema, indexes: IndexParams) -> None:
    for name in ("paragraph", "first", "passages"):
        schema.add_field(name, DataType.INT64)
    schema.add_field("mark", DataType.VARCHAR, max_length=1024)
    # None where it is too long for a field; `texts` has it then.
    schema.add_field("text", DataType.VARCHAR, max_length=LONGEST, nullable=True)
    schema.add_field("words", DataType.VARCHAR, max_length=LONGEST, nullable=True)
    schema.add_field("cited", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=4096, max_length=256)
    schema.add_field("stems", DataType.VARCHAR, max_length=LONGEST, enable_analyzer=True, analyzer_params=_ANALYSER)
    schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(
        Function(
            name="stems_to_bm25",
            function_type=FunctionType.BM25,
            input_field_names=["stems"],
            output_field_names=["bm25"],
        )
    )
    indexes.add_index("bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params={})
    _narrowing(schema, indexes, has_document=False)


def _documents(schema: CollectionSchema, indexes: IndexParams) -> None:
    _narrowing(schema, indexes, has_document=True)
    schema.add_field("at", DataType.INT64)
    schema.add_field("number", DataType.VARCHAR, max_length=256)
    # As questions name them: in capitals, also without what was added to the number.
    schema.add_field("named", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=256, max_length=256)


def _words(schema: CollectionSchema, indexes: IndexParams) -> None:
    schema.add_field("often", DataType.INT64)
    schema.add_field("size", DataType.INT64)
    schema.add_field("value", DataType.VARCHAR, max_length=4096)


def _texts(schema: CollectionSchema, indexes: IndexParams) -> None:
    schema.add_field("content", DataType.VARCHAR, max_length=65_535)


def _narrowing(schema: CollectionSchema, indexes: IndexParams, has_document: bool) -> None:
    if not has_document:
        schema.add_field("document_id", DataType.VARCHAR, max_length=1024)
        indexes.add_index("document_id", index_type="INVERTED")
    schema.add_field("dossiers", DataType.ARRAY, element_type=DataType.VARCHAR, max_capacity=256, max_length=256)
    schema.add_field("day", DataType.INT64)
    schema.add_field("kind", DataType.VARCHAR, max_length=64)
    schema.add_field("sender", DataType.VARCHAR, max_length=4096)
    indexes.add_index("day", index_type="INVERTED")
    if has_document:
        indexes.add_index("at", index_type="INVERTED")


_FURTHER: Mapping[str, Callable[[CollectionSchema, IndexParams], None]] = {
    PASSAGES: _passages,
    PLACES: _places,
    DOCUMENTS: _documents,
    WORDS: _words,
    TEXTS: _texts,
}
