"""What every engine must do alike: the folder on disk, and a Milvus database (here Milvus Lite)."""

import contextlib
import datetime
import hashlib
import itertools
import json
import shutil
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import LETTER, SHARED, free_port
from made_documents import made_kamerstuk
from milvus_lite_server import lite_server
from rendering_xml import official_xml

from corpus.library import Library
from index.build import build
from index.engines import EngineMissing, engine_for
from index.errors import (
    BuildRunning,
    EngineAway,
    IndexNotBuilt,
    SnapshotDamaged,
    SnapshotMismatch,
    UnknownFilterValue,
)
from index.narrowing import Narrowing
from index.references import references_in
from index.search import Searcher
from index.words import words_of

QUESTIONS = (
    "Welke rol hebben burgemeesters bij het tegengaan van radicalisering?",
    "Hoeveel rechters trainde het IIJ?",
    "Wat is het Global Counterterrorism Forum?",
    "En wie betaalt dat?",
    "Wat doet het waterschap met de bevoegdheden?",
    "Hoeveel kosten de maatregelen van het ministerie?",
    "terorismebestrijding",
    "financiele gegevens van gemeenten",
    "What do judges learn?",
    "Wat staat er in Kamerstuk 26 150, nr. 184?",
    "Wat staat er in kst-27925-681 over drones?",
    "brief van 2 december 2019",
    "de het een",
    "zo'n \"vraag\" met \\ tekens' en 100%_",
    "xyzzy",
)


def milvus_lite(folder):
    """The setting of a Milvus Lite file."""
    pytest.importorskip("milvus_lite", reason="needs the extra 'milvus' and Milvus Lite")
    return f"milvus:{folder / 'lite.db'}"


@contextlib.contextmanager
def milvus_server(folder):
    """A setting, and what makes that engine go away and come back."""
    pytest.importorskip("milvus_lite", reason="needs the extra 'milvus' and Milvus Lite")
    with lite_server(folder / "lite", free_port()) as server:
        yield f"milvus:{server.uri}", server.kill, server.start


# The setting of each engine, below a folder of the test's own.
SETTINGS = {
    "embedded": lambda folder: "embedded",
    "milvus": milvus_lite,
}
# Those that can be away; of these several services may build, each with a data folder of its own.
AWAY = {"milvus": milvus_server}


class WordEncoder:
    """A vector for each word, drawn at random but always the same; a text's is the sum of its words'."""

    name, fingerprint, dim = "words", "words:1", 48

    def __init__(self):
        self.encoded = []

    def encode_questions(self, texts):
        """Encode questions, shape (len(texts), dim)."""
        vectors = np.array([sum(map(self._of, words_of(text)), self._of("")) for text in texts], np.float32)
        return vectors.reshape(-1, self.dim) / np.linalg.norm(vectors.reshape(-1, self.dim), axis=1, keepdims=True)

    def encode_passages(self, texts, on_encoded=None):
        """Encode passages, shape (len(texts), dim)."""
        self.encoded += texts
        return self.encode_questions(texts)

    def _of(self, word):
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "little")
        return np.random.default_rng(seed).normal(size=self.dim)


@pytest.fixture(scope="module")
def documents(tmp_path_factory) -> Path:
    """The letter and some more."""
    folder = tmp_path_factory.mktemp("engines") / "documents"
    folder.mkdir()
    shutil.copy(LETTER, folder)
    for seed in range(5):
        add(folder, seed)
    return folder


def add(folder, seed):
    made = made_kamerstuk(seed)
    (folder / f"{made.id}.xml").write_bytes(official_xml(made))
    return made.id


@pytest.fixture
def library(documents, tmp_path) -> Library:
    """Documents of the test's own."""
    return Library(Path(shutil.copytree(documents, tmp_path / "documents")))


@pytest.fixture(params=SETTINGS)
def engine(request, tmp_path):
    """An engine without any version."""
    return engine_for(SETTINGS[request.param](tmp_path), tmp_path / "var")


@pytest.fixture
def made(engine, library, tmp_path):
    """Build with the engine, and give its searcher."""

    def make(**settings):
        encoder = WordEncoder()
        report = build(library, encoder, tmp_path / "var", engine=engine, **settings)
        searcher = Searcher(engine.open(engine.current_version()), encoder)
        assert searcher.snapshot.manifest == report.manifest
        return searcher, report

    return make


@pytest.fixture(scope="module")
def reference(documents, tmp_path_factory):
    """What the folder on disk answers about the same documents."""
    return built_in("embedded", documents, tmp_path_factory.mktemp("reference"))


@pytest.fixture(scope="module", params=SETTINGS)
def searcher(request, documents, tmp_path_factory):
    """A searcher over the documents, by each engine; it is only asked."""
    folder = tmp_path_factory.mktemp(request.param)
    return built_in(SETTINGS[request.param](folder), documents, folder)


def built_in(setting, documents, data):
    encoder = WordEncoder()
    engine = engine_for(setting, data)
    build(Library(documents), encoder, data, engine=engine)
    return Searcher(engine.open(engine.current_version()), encoder)


def assert_same_hits(found, expected, said=""):
    """Equal scores in the same order, the same places but for order among equals, and highlights."""
    scores = [hit.score for hit in expected.hits]
    assert [hit.score for hit in found.hits] == pytest.approx(scores, abs=1e-5), said
    expected_of = {hit.place: hit for hit in expected.hits}
    for hit in found.hits:
        # Of places with the last score an engine may take others.
        if hit.score > scores[-1] + 1e-5:
            assert hit.highlights == expected_of[hit.place].highlights, said


def test_the_same_answers(searcher, reference):
    """Hits, scores, highlights, probability and what was searched: all of it, also of follow-ups and of names."""
    for question in QUESTIONS:
        for history in ((), ("Wat doet het IIJ?",)):
            found = searcher.ask(question, history, limit=10)
            expected = reference.ask(question, history, limit=10)
            assert_same_hits(found, expected, question)
            assert found.confidence == pytest.approx(expected.confidence, abs=1e-4)
            assert (found.searched, found.unknown_reference) == (expected.searched, expected.unknown_reference)


def test_few_hits_of_one_document(searcher, reference):
    """At most so many of each document, from the same ranking."""
    for question in QUESTIONS[:6]:
        found = searcher.ask(question, limit=8, per_document=2)
        assert_same_hits(found, reference.ask(question, limit=8, per_document=2), question)


NARROWINGS = (
    Narrowing(documents=frozenset({"kst-27925-681"})),
    Narrowing(dossier="27925"),
    Narrowing(dossier="31200-IV"),
    Narrowing(since=datetime.date(2020, 1, 1)),
    Narrowing(until=datetime.date(2019, 12, 31)),
    Narrowing(since=datetime.date(2019, 12, 2), until=datetime.date(2020, 6, 30)),
    Narrowing(since=datetime.date(2030, 1, 1)),
    Narrowing(sender="buitenlandse zaken"),
    Narrowing(sender="FINANCIEN"),
    Narrowing(kind="letter"),
    Narrowing(dossier="31200-IV", since=datetime.date(2020, 6, 1), sender="minister", kind="letter"),
)


def test_the_same_narrowing(searcher, reference):
    """Every filter alone, and together: the same places, the same count of what was searched."""
    documents = reference.snapshot.documents
    for narrowing in NARROWINGS:
        for question in (QUESTIONS[0], QUESTIONS[4], QUESTIONS[10]):
            found = searcher.ask(question, limit=10, narrowing=narrowing)
            expected = reference.ask(question, limit=10, narrowing=narrowing)
            assert found.searched == expected.searched, narrowing
            assert_same_hits(found, expected, narrowing)
            assert all(narrowing.admits(documents.summary(hit.place.document_id)) for hit in found.hits)


@pytest.mark.parametrize(
    ("name", "narrowing"),
    [
        ("documents", Narrowing(documents=frozenset({"kst-1-1", "kst-27925-681"}))),
        ("dossier", Narrowing(dossier="99999")),
        ("sender", Narrowing(sender='100% "niemand_"')),
        ("kind", Narrowing(kind="motion")),
    ],
)
def test_what_is_not_here_is_told(searcher, name, narrowing):
    """A filter that names nothing here is an error that says so."""
    with pytest.raises(UnknownFilterValue) as caught:
        searcher.ask("drones", narrowing=narrowing)
    assert list(caught.value.faults) == [name]


def test_the_same_documents(searcher, reference):
    """Every document by its id, equal to the one that was read; no other."""
    assert dict(searcher.snapshot.documents) == reference.snapshot.documents
    assert len(searcher.snapshot.documents) == 6
    assert "kst-27925-681" in searcher.snapshot.documents and "kst-1-1" not in searcher.snapshot.documents
    with pytest.raises(KeyError):
        searcher.snapshot.documents["kst-1-1"]
    assert list(searcher.snapshot.documents.values()) == list(reference.snapshot.documents.values())


def test_documents_that_a_text_names(searcher, reference):
    """By number, by dossier, by date; a dossier without what was added to it; none for what is not here."""
    text = (
        "27 925, nr. 681; dossier 31200; Kamerstuk 31200-IV; brief van 2 december 2019; 26 150, nr. 184; resolutie 2396"
    )
    named = references_in(text)
    found = [searcher.snapshot.documents.meant_by(each) for each in named]
    assert found == [reference.snapshot.documents.meant_by(each) for each in named]
    assert found[0] == {"kst-27925-681"} and len(found[1]) == 5 and frozenset() in found


def test_an_index_that_is_current_is_left_alone(made):
    """A second build makes no version and encodes nothing; one more document costs its own passages only."""
    searcher, first = made()
    _, second = made()
    assert first.changed and not second.changed and second.encoded == 0
    assert second.manifest == searcher.snapshot.manifest


def test_a_version_takes_over_in_one_step_and_back(engine, made, library):
    """Who asks an opened version keeps it; the next is asked from the switch on; going back brings the first again."""
    old, first = made()
    added = add(library.folder, 77)
    new, second = made()
    assert second.changed and 0 < second.encoded < first.encoded
    assert added in new.snapshot.documents and added not in old.snapshot.documents
    question = "Wat doet het waterschap met de bevoegdheden?"
    assert old.ask(question, limit=10).searched.documents == 6 and new.ask(question, limit=10).searched.documents == 7
    assert engine.roll_back() == first.manifest
    assert engine.current_version() == first.manifest.version
    assert [kept.version for kept in engine.kept()] == [first.manifest.version, second.manifest.version]
    with pytest.raises(IndexNotBuilt, match="nothing was changed"):
        engine.roll_back()


def test_a_removed_document_is_gone(made, library):
    """Neither listed nor found."""
    made()
    (library.folder / LETTER.name).unlink()
    searcher, _ = made()
    assert "kst-27925-681" not in searcher.snapshot.documents
    answers = [searcher.ask(question, limit=10) for question in QUESTIONS]
    assert all(hit.place.document_id != "kst-27925-681" for answer in answers for hit in answer.hits)
    assert answers[10].unknown_reference == "Kamerstuk 27925, nr. 681"


def test_earlier_versions_are_kept_as_many_as_asked(engine, made, library):
    """The current one and the newest others; what was removed cannot be opened."""
    versions = []
    for seed in range(100, 104):
        add(library.folder, seed)
        versions.append(made(kept=1)[1].manifest.version)
    assert [kept.version for kept in engine.kept()] == versions[-2:]
    assert [kept.sequence for kept in engine.kept()] == [3, 4]
    with pytest.raises(SnapshotDamaged):
        engine.open(versions[0])


def test_a_build_that_fails_leaves_the_old_version_serving(engine, made, library, monkeypatch):
    """Nothing half done is left, and the next build goes on."""
    _, first = made()
    add(library.folder, 77)
    with monkeypatch.context() as patched:
        patched.setattr(engine, "verify", lambda version: (_ for _ in ()).throw(SnapshotDamaged("as a test")))
        with pytest.raises(SnapshotDamaged, match="as a test"):
            made()
        assert engine.current_version() == first.manifest.version
    _, second = made(kept=0)
    assert [kept.version for kept in engine.kept()] == [second.manifest.version]


def test_a_version_that_cannot_be_written_is_not_kept(engine, made, library, monkeypatch):
    """Nothing of it is seen, and the next build goes on."""
    _, first = made()
    add(library.folder, 77)
    with monkeypatch.context() as patched:
        patched.setattr("index.build.background_of", lambda *given: (_ for _ in ()).throw(SnapshotDamaged("as a test")))
        with pytest.raises(SnapshotDamaged, match="as a test"):
            made()
    assert engine.current_version() == first.manifest.version and engine.kept() == [first.manifest]
    assert made()[1].changed


def test_a_version_of_another_form_is_told_and_replaced(engine, library, made, tmp_path, monkeypatch):
    """Another release's version is neither kept for going back nor opened."""
    with monkeypatch.context() as patched:
        for module in ("snapshot_contents", "versions"):
            patched.setattr(f"index.{module}.FORMAT", 1)
        made()
    old = engine.current_version()
    with pytest.raises(SnapshotMismatch):
        engine.open(old)
    assert engine.kept() == []
    assert [made()[1].manifest] == engine.kept()


def test_going_back_to_what_cannot_be_opened_changes_nothing(engine, made, library, monkeypatch):
    """The version is looked at before it serves."""
    made()
    add(library.folder, 77)
    _, second = made()
    monkeypatch.setattr(engine, "open", lambda version: (_ for _ in ()).throw(SnapshotDamaged("as a test")))
    with pytest.raises(SnapshotDamaged):
        engine.roll_back()
    assert engine.current_version() == second.manifest.version


def test_pruning_spares_what_is_served(engine, made, library):
    """After going back the current version is older than others."""
    made()
    add(library.folder, 77)
    _, second = made()
    first = engine.roll_back()
    engine.prune(1)
    assert engine.kept() == [first, second.manifest]
    engine.prune(0)
    assert engine.kept() == [first]


def test_there_is_a_current_version_at_every_moment(engine, made, library):
    """While versions switch, who asks gets one or the other."""
    versions = {made()[1].manifest.version}
    add(library.folder, 77)
    versions.add(made()[1].manifest.version)
    over, seen = threading.Event(), []

    def look():
        while not over.is_set():
            try:
                seen.append(engine.current_version())
            except IndexNotBuilt as error:
                seen.append(error)

    looking = threading.Thread(target=look)
    looking.start()
    for version in sorted(versions) * 10:
        engine.activate(version)
    over.set()
    looking.join()
    assert set(seen) <= versions


def test_a_build_takes_over_what_did_not_change(engine, made):
    """All of a version can be had again; its words may be found anew."""
    searcher, report = made()
    version = report.manifest.version
    whole = engine.whole(version)
    assert whole.manifest == report.manifest and dict(whole.documents) == dict(searcher.snapshot.documents)
    assert whole.dense.rows == len(whole.passages) == report.manifest.passages
    with contextlib.suppress(SnapshotDamaged):
        assert engine.place_words(version).places == len(whole.passages.places)


def test_before_the_first_build(engine):
    """There is no version, and that is told."""
    engine.prepare()
    with pytest.raises(IndexNotBuilt, match="there is no index in"):
        engine.current_version()
    assert engine.kept() == []


def test_an_empty_library(made, library):
    """No documents: a version all the same, which answers nothing."""
    for file in library.folder.iterdir():
        file.unlink()
    searcher, _ = made()
    answer = searcher.ask("drones")
    assert (answer.answered, answer.hits, len(searcher.snapshot.documents)) == (False, (), 0)


@pytest.fixture
def milvus(tmp_path):
    """An engine on a Milvus Lite file."""
    pytest.importorskip("milvus_lite", reason="needs the extra 'milvus'")
    return engine_for(f"milvus:{tmp_path / 'lite.db'}", tmp_path / "var")


@pytest.mark.parametrize("engine", AWAY, indirect=True)
def test_one_builder_at_a_time(engine):
    """A second builder is refused while the first lives, and not when it has ended."""
    engine.prepare()
    for _ in range(2):
        with engine.building(0.0), pytest.raises(BuildRunning), engine.building(0.0):
            raise AssertionError("two builders at once")


def test_a_dead_builder_is_succeeded(milvus, monkeypatch):
    """One that was killed no longer writes its mark: who waits sees that, and builds; nothing is left of either."""
    from index.milvus_lease import lease
    from index.milvus_schema import BUILDER

    store = milvus._store
    monkeypatch.setattr("index.milvus_lease._mark", lambda *arguments: None)
    with lease(store, 0.0):
        dead = store.call("describe_alias", BUILDER)["collection_name"]
        with lease(store, 0.0, dead_after_s=1.0):
            assert store.call("describe_alias", BUILDER)["collection_name"] != dead
    assert store.call("list_collections") == []


def test_a_lost_collection_is_noticed(milvus, library, tmp_path):
    """A version whose rows are not all there is never served."""
    from index.milvus_schema import PLACES, WORDS, collection

    build(library, WordEncoder(), tmp_path / "var", engine=milvus)
    version = milvus.current_version()
    milvus._store.call("delete", collection(version, PLACES), filter="place in [3]")
    with pytest.raises(SnapshotDamaged, match="places, not"):
        milvus.open(version)
    milvus._store.call("drop_collection", collection(version, WORDS))
    with pytest.raises(SnapshotDamaged):
        milvus.open(version)


def test_texts_longer_than_a_field(milvus, reference, library, tmp_path, monkeypatch):
    """A paragraph and its words that fit into no field are kept in parts, and answer as others do."""
    for module in ("index.milvus_schema", "index.milvus_rows"):
        monkeypatch.setattr(f"{module}.LONGEST", 120)
    encoder = WordEncoder()
    build(library, encoder, tmp_path / "var", engine=milvus)
    found = Searcher(milvus.open(milvus.current_version()), encoder)
    for question in QUESTIONS:
        assert_same_hits(found.ask(question), reference.ask(question), question)
    assert dict(found.snapshot.documents) == reference.snapshot.documents


@pytest.mark.parametrize("kind", AWAY)
def test_an_engine_that_is_away_comes_back(kind, library, tmp_path):
    """Everything tells EngineAway while it is; the same searcher answers again when it is back, nothing is lost."""
    with AWAY[kind](tmp_path) as (setting, go, come_back):
        engine, encoder = engine_for(setting, tmp_path / "var"), WordEncoder()
        build(library, encoder, tmp_path / "var", engine=engine)
        searcher = Searcher(engine.open(engine.current_version()), encoder)
        before = searcher.ask(QUESTIONS[0])
        go()
        for ask in (
            engine.prepare,
            engine.current_version,
            engine.roll_back,
            lambda: engine.open(searcher.snapshot.manifest.version),
            lambda: build(library, encoder, tmp_path / "var", engine=engine),
            lambda: engine_for(setting, tmp_path / "var").kept(),
        ):
            with pytest.raises(EngineAway, match=r"the database .* does not answer"):
                ask()
        # What is opened may be in memory; else it is away, too.
        with contextlib.suppress(EngineAway):
            assert searcher.ask(QUESTIONS[0]) == before
        come_back()
        for _ in range(50):
            try:
                assert searcher.ask(QUESTIONS[0]) == before
                break
            except EngineAway:
                time.sleep(0.1)
        else:
            raise AssertionError("it did not come back")
        assert engine.kept() == [searcher.snapshot.manifest]


def test_the_password_is_in_no_message(tmp_path):
    """What is told names the database without who asks it."""
    pytest.importorskip("pymilvus", reason="needs the extra 'milvus'")
    engine = engine_for(f"milvus:http://jan:geheim@127.0.0.1:{free_port()}/letters", tmp_path)
    with pytest.raises(EngineAway) as caught:
        engine.prepare()
    assert "geheim" not in str(caught.value) and "jan" not in str(caught.value)


def test_a_client_that_is_not_installed(tmp_path, monkeypatch):
    """The command to install it is told."""
    monkeypatch.setitem(sys.modules, "index.milvus_engine", None)
    with pytest.raises(EngineMissing, match="scripts/environment milvus"):
        engine_for("milvus:http://127.0.0.1:19530", tmp_path)


@pytest.mark.model
@pytest.mark.parametrize("engine", ["milvus"], indirect=True)
def test_dutch_questions_with_the_real_model(engine, model_encoder, model_searcher, tmp_path):
    """Of the letter's questions nine and a half in ten of the first ten hits are the same, on average."""
    build(Library(LETTER.parent), model_encoder, tmp_path / "var", engine=engine)
    searcher = Searcher(engine.open(engine.current_version()), model_encoder)
    lines = (SHARED / "eval" / "letter_dev.jsonl").read_text("utf-8").splitlines()
    overlaps = []
    for asked in itertools.islice(map(json.loads, lines), 40):
        found = {hit.place for hit in searcher.ask(asked["question"], limit=10).hits}
        expected = {hit.place for hit in model_searcher.ask(asked["question"], limit=10).hits}
        overlaps.append(len(found & expected) / len(expected))
    assert np.mean(overlaps) >= 0.95
