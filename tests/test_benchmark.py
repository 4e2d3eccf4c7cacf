"""What the benchmarks say is true: others' use of the machine, ratios, growth, and peers that fail or answer."""

import argparse
import contextlib
import json
import math
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from conftest import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

import benchmark
from benchmarks import figures, machine, picture, sizes
from benchmarks.environments import PEERS, Peer, PeerFailed, last_line, python_of
from benchmarks.machine import busy_seconds, peak_memory_mb
from benchmarks.paragraphs import Paragraphs, write_documents
from benchmarks.peer_process import PeerProcess
from benchmarks.peers import IN_PROCESS, SERVED, measure
from benchmarks.questions import Asked, Collection, read_collection
from benchmarks.stand_in import StandIn
from benchmarks.table import as_text, exponent, with_ratios
from question_files import BadQuestions

from corpus.library import Library
from index.build import build
from index.search import Searcher
from index.snapshot import SnapshotFolder

SPIN = "import time\nends = time.time() + 60\nwhile time.time() < ends: pass"
ANSWERING = """
import sys
sys.path.insert(0, {peers!r})
from protocol import speak

class ByWords:
    def __init__(self, model):
        print("libraries print, too", model)

    def build(self, passages, folder):
        with open(folder + "/passages.txt", "w") as file:
            file.writelines(f"{{key}}\\t{{text}}\\n" for key, text in passages)

    def open(self, folder):
        with open(folder + "/passages.txt") as file:
            self.passages = [line.split("\\t") for line in file]

    def ask(self, question, limit):
        {ask}
        words = set(question.lower().split())
        shared = lambda passage: len(words & set(passage[1].lower().split()))
        return [key for key, _ in sorted(self.passages, key=shared, reverse=True)][:limit]

speak(ByWords)
"""
FRUIT = Collection(
    "fruit",
    {"a": "apples are red", "b": "bananas are yellow", "c": "cherries are dark"},
    (Asked("which are yellow", frozenset("b")), Asked("what about apples", frozenset("a"))),
)


@pytest.fixture
def peer(tmp_path):
    """Makes a peer of a script in this environment, by how it begins to answer."""

    def made(name: str, ask: str = "pass", script: str = ANSWERING) -> Peer:
        path = tmp_path / f"{name}.py"
        path.write_text(script.format(peers=str(ROOT / "scripts" / "peers"), ask=ask))
        return Peer(name, path, ())

    return made


def test_cpu_times_by_hand():
    """User, nice, system, irq, softirq and steal count; idle, waiting for a disk and guests do not."""
    assert busy_seconds("cpu  100 200 300 9999 9999 400 500 600 77 77\ncpu0 1 1 1") == pytest.approx(21.0)


def test_others_are_seen_and_oneself_is_not(monkeypatch, tmp_path):
    """What the cores did, less what this process and its ended children did."""
    stat = tmp_path / "stat"
    monkeypatch.setattr(machine, "_CPU_TIMES", stat)

    def cores_worked(seconds: float) -> None:
        stat.write_text(f"cpu  {round(seconds * os.sysconf('SC_CLK_TCK'))} 0 0 9999 0 0 0 0 0 0")

    cores_worked(1000)
    started, own = time.perf_counter(), sum(os.times()[:4])
    others = machine.Others()
    while sum(os.times()[:4]) < own + 0.3:
        pass
    subprocess.run([sys.executable, "-c", SPIN.replace("60", "0.3")], check=True)
    own = sum(os.times()[:4]) - own
    cores_worked(1000 + own)
    assert own > 0.3 and others.cores() == pytest.approx(0, abs=0.1)
    cores_worked(1000 + own + 1.5 * (time.perf_counter() - started))
    assert others.cores() == pytest.approx(1.5, abs=0.2)


def test_a_program_that_runs_now_is_seen():
    """For real, within a second."""
    with subprocess.Popen([sys.executable, "-c", SPIN]) as spinning:
        seen = machine.cores_in_use(1.0)
        spinning.kill()
    assert seen > 0.3


def test_memory_counts_children():
    """A child's memory is added to its parent's."""
    code = "import subprocess, sys, time\nprint(flush=True)\ntime.sleep(60)"
    hungry = (
        f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'x = bytearray(200_000_000)\\n' + {code!r}])"
    )
    with subprocess.Popen([sys.executable, "-c", hungry], stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        (child,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert peak_memory_mb(process.pid) > peak_memory_mb(int(child)) > 190
        subprocess.run(["kill", child], check=True)
        process.wait()


def test_a_busy_machine_is_refused():
    """Exit status 1, how much others use, and what to do; nothing is measured."""
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(2)]
    try:
        command = [sys.executable, "scripts/benchmark.py", "encoding"]
        refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    finally:
        for process in spinning:
            process.kill()
            process.wait()
    assert refused.returncode == 1 and not refused.stdout
    assert "Others use" in refused.stderr and "--even-if-busy" in refused.stderr


@pytest.mark.parametrize(("arguments", "cores", "status"), [([], 0.1, 0), ([], 1.5, 1), (["--even-if-busy"], 1.5, 0)])
def test_what_is_reported(monkeypatch, capsys, tmp_path, arguments, cores, status):
    """A table, JSON and a picture of it; none of them when the machine became busy meanwhile, unless told so."""

    class Watched:
        def cores(self):
            return cores

    monkeypatch.setattr(benchmark, "failing_in_one_sentence", contextlib.nullcontext)
    monkeypatch.setattr(benchmark, "cores_in_use", lambda: 0.0)
    monkeypatch.setattr(benchmark, "Others", Watched)
    monkeypatch.setitem(benchmark._PLAIN, "pages", made_table)
    written = [tmp_path / "pages.json", tmp_path / "pages.svg"]
    given = ["benchmark.py", "pages", "--json", str(written[0]), "--picture", str(written[1]), *arguments]
    monkeypatch.setattr(sys, "argv", given)
    assert benchmark.main() == status
    printed = capsys.readouterr().out
    if status:
        assert not printed and not any(path.exists() for path in written)
        return
    assert "letter  12.5" in printed and ("busy: 1.5 cores" in printed) == (cores > 1)
    found = json.loads(written[0].read_text())
    assert (found["benchmark"], found["table"]) == ("pages", made_table())
    assert (found["cores used by others"], found["machine"]["cores"]) == (cores, os.cpu_count())
    assert "12.5" in written[1].read_text()
    monkeypatch.setattr(sys, "argv", ["benchmark.py", "pages", "--json", *arguments])
    assert benchmark.main() == 0
    assert json.loads(capsys.readouterr().out)["table"] == made_table()


def made_table():
    """A table."""
    return {"letter": {"ms": 12.5}}


def test_ratios_by_hand():
    """How many times worse than the reference; best and median over the peers alone, each figure by itself."""
    table = {
        "ours": {"ms": 10.0, "rate": 50.0},
        "ours, too": {"ms": 1.0, "rate": 500.0},
        "one": {"ms": 40.0, "rate": 25.0},
        "two": {"ms": 20.0, "rate": 10.0},
        "three": {"ms": 80.0, "rate": 100.0},
        "broken": {"failed": "no reason"},
    }
    found = with_ratios(table, "ours", {"ms": True, "rate": False}, apart=("ours, too",))
    assert found["one"] == {"ms": 40.0, "rate": 25.0, "x ms": 4.0, "x rate": 2.0}
    assert found["ours, too"]["x ms"] == 0.1 and found["broken"] == {"failed": "no reason"}
    assert found["best peer"] == {"x ms": 2.0, "x rate": 0.5}
    assert found["median peer"] == {"x ms": 4.0, "x rate": 2.0}
    assert "broken       failed: no reason" in as_text(found)
    assert with_ratios({"one": {"ms": 1.0}}, "ours", {"ms": True}) == {"one": {"ms": 1.0}}


def test_the_exponent_of_growth():
    """What grows with the square root has 0.5, what does not grow 0, whatever the noise of one point."""
    counts = [1e3, 2e4, 1e5, 1e6]
    assert exponent(counts, [3 * count**0.5 for count in counts]) == pytest.approx(0.5)
    assert exponent(counts, [7.0] * 4) == pytest.approx(0.0)
    slope, _ = np.polyfit(np.log(counts), np.log([1, 5, 9, 70]), 1)
    assert exponent(counts, [1, 5, 9, 70]) == pytest.approx(slope)
    assert math.isnan(exponent([10], [1])) and math.isnan(exponent([10, 20], [0, 1]))


def test_pictures_hold_every_number():
    """Well-formed, a bar a number, the growth a row of its own that no line is drawn for."""
    table = {"10": {"ms": 1.0, "note": "<&>"}, "100": {"ms": 10.0, "note": "", "x ms": 10.0}, "growth": {"ms": 1.0}}
    drawn = ElementTree.fromstring(picture.bars("A & B", table))
    space = "{http://www.w3.org/2000/svg}"
    assert len(drawn.findall(f"{space}rect")) == 1 + 3
    labels = [text.text for text in drawn.findall(f"{space}text")]
    assert "10 (10 x)" in labels and "x ms" not in labels
    drawn = ElementTree.fromstring(picture.lines("A & B", table))
    (line,) = drawn.findall(f"{space}polyline")
    # In proportion: as far up as to the right.
    assert line.get("points") == "70.0,270.0 270.0,70.0"
    half = ElementTree.fromstring(picture.lines("", {"10": {"ms": 1.0}, "100": {"ms": 10**0.5}}))
    assert half.find(f"{space}polyline").get("points") == "70.0,270.0 270.0,170.0"


def test_peers_answer_and_fail(peer, tmp_path):
    """One that answers has figures, one that fails its reason, in its words; none ends the run."""
    chosen = [
        peer("right"),
        peer("wrong", "return ['c']"),
        peer("refusing", "raise ValueError('no\\nanswer')"),
        peer("dying", "raise SystemExit('out of order')"),
        peer("broken", script="import no_such_module"),
    ]
    table = measure(chosen, FRUIT, tmp_path, rounds=2)
    right = table["right"]
    assert (right["R@1"], right["nDCG@10"]) == (1.0, 1.0)
    assert right["p50 ms"] >= 0 and right["passages/s"] > 0 and right["memory MB"] > 3
    assert table["wrong"] == {"failed": "it answers no question right"}
    assert table["refusing"] == {"failed": "ask: ValueError: no answer"}
    assert table["dying"] == {"failed": "it stopped at ask: out of order"}
    assert table["broken"] == {"failed": "it stopped at build: ModuleNotFoundError: No module named 'no_such_module'"}


def test_a_peer_that_says_nothing_is_ended(peer, tmp_path):
    """Within its time, with what it was doing."""
    silent = peer("silent", "import time; time.sleep(60)")
    with PeerProcess(sys.executable, silent.script, tmp_path, patience_s=3.0) as process:
        (tmp_path / "passages.txt").write_text("")
        process.do("open", folder=str(tmp_path))
        with pytest.raises(PeerFailed, match="it stopped at ask"):
            process.do("ask", question="x", limit=1)


def test_a_peer_that_cannot_be_installed(tmp_path):
    """The installer's last line is the reason, and nothing passes for installed."""
    absent = Peer("absent", tmp_path / "absent.py", ("vindplaats @ file:///nowhere/at/all",))
    (tmp_path / "environments" / "absent" / "bin").mkdir(parents=True)
    python = tmp_path / "environments" / "absent" / "bin" / "python"
    python.symlink_to(sys.executable)
    with pytest.raises(PeerFailed, match="it cannot be installed: ERROR"):
        python_of(absent, tmp_path / "environments")
    assert not (python.parent.parent / "installed.txt").exists()
    assert last_line("\n one \n\n") == "one" and last_line("") == "no reason given"


def test_every_peer_has_a_script_and_exact_versions():
    """The one table of peers is whole."""
    assert len({peer.name for peer in PEERS}) == len(PEERS) == 7
    for each in PEERS:
        assert each.script.exists() and each.packages
        assert all("==" in package for package in each.packages)


def test_the_letters_own_questions(letter):
    """Each has an answer among the letter's passages; a text that stands twice is one passage."""
    collection = read_collection(None, None)
    assert len(collection.asked) == 25
    assert len(collection.passages) == len(letter.paragraphs) + 2
    assert all(asked.gold <= collection.passages.keys() for asked in collection.asked)


def test_a_collection_from_files(tmp_path):
    """Questions without an answer here, or with a history, are left out; equal texts share their first id."""
    passages, questions = tmp_path / "p.jsonl", tmp_path / "q.jsonl"
    rows = [{"id": "a", "text": "een\n tekst"}, {"id": "b", "text": "een tekst"}, {"id": "c", "text": "drie"}]
    passages.write_text("\n".join(map(json.dumps, rows)))
    asked = [
        {"id": "1", "question": "een?", "gold": ["b"]},
        {"id": "2", "question": "drie?", "gold": ["c"]},
        {"id": "3", "question": "en?", "gold": ["a"], "history": ["een?"]},
        {"id": "4", "question": "niets?", "gold": []},
    ]
    questions.write_text("\n".join(map(json.dumps, asked)))
    collection = read_collection(passages, questions, most=2)
    assert collection.passages == {"a": "een tekst"}
    assert collection.asked == (Asked("een?", frozenset("a")),)
    with pytest.raises(BadQuestions, match="stands alone"):
        read_collection(passages, questions, most=0)


def test_the_sizes_are_what_they_say(tmp_path, encoder):
    """A collection of about so many passages, in which the exact dense side finds all that is nearest."""
    paragraphs = Paragraphs.read([])
    count = paragraphs.for_passages(300)
    assert [*paragraphs.first(count)][: len(paragraphs.real)] == [*paragraphs.real]
    assert len({*paragraphs.first(count)}) == count
    documents = write_documents(paragraphs.first(count), tmp_path / "documents")
    stand_in = StandIn(encoder, encoder.encode_passages(paragraphs.real))
    assert np.array_equal(stand_in.encode_passages(["x", "y"]), stand_in.encode_passages(["x", "y"]))
    report = build(Library(tmp_path / "documents"), stand_in, tmp_path / "var")
    assert (report.manifest.documents, report.manifest.paragraphs) == (documents, count)
    assert 200 < report.manifest.passages < 450
    snapshot = SnapshotFolder(tmp_path / "var").open(report.manifest.version)
    # Whoever serves takes the made vectors for the encoder's own.
    Searcher(snapshot, encoder).ask("drones")
    queries = encoder.encode_questions(["drones", "het gctf"])
    assert sizes.recall(snapshot, queries) == 1.0


def test_recall_counts_what_is_missed(monkeypatch, searcher, encoder):
    """A dense side that finds half of the nearest has half the recall."""
    queries = encoder.encode_questions(["drones rechters"])
    nearest = searcher.snapshot.dense.nearest(queries, len(searcher.snapshot.passages))[0]
    scores = searcher.snapshot.dense.vectors(nearest) @ queries[0]
    far = nearest[scores < scores[9] - 1e-3]
    monkeypatch.setattr(
        type(searcher.snapshot.dense), "nearest", lambda *given: [np.concatenate([nearest[:5], far[:5]])]
    )
    assert sizes.recall(searcher.snapshot, queries) == 0.5


def test_growth_is_fitted_over_passages():
    """Each figure of cost has an exponent; counts and recall have none."""
    table = {
        "10": {"passages": 10, "paragraphs": 5, "real text": "100%", "recall@10": 1.0, "p50 ms": 2.0},
        "1000": {"passages": 1000, "paragraphs": 500, "real text": "100%", "recall@10": 0.9, "p50 ms": 20.0},
    }
    *_, last = sizes.with_growth(table).values()
    assert last == {"p50 ms": 0.5}
    alone = {"10": table["10"]}
    assert sizes.with_growth(alone) == alone


@pytest.mark.model
def test_plain_search_and_the_product_in_one_run(tmp_path):
    """The same passages and questions, the same model, through real processes; the product ranks at least as well."""
    plain = PEERS[0]
    in_this_environment = Peer(plain.name, plain.script, ())
    ours = [Peer(name, ROOT / "scripts" / "peers" / script, ()) for name, script in OURS.items()]
    table = measure([*ours, in_this_environment], read_collection(None, None), tmp_path, rounds=1)
    assert not [row for row in table.values() if "failed" in row], table
    assert 0.5 < table[plain.name]["R@1"] <= table[SERVED]["R@1"] == table[IN_PROCESS]["R@1"]
    assert table[SERVED]["memory MB"] > 100 and table[SERVED]["x p50 ms"] == 1.0


OURS = {SERVED: "vindplaats_served_peer.py", IN_PROCESS: "vindplaats_peer.py"}


@pytest.mark.model
def test_both_engines_in_one_run():
    """Same documents, same hits; what each costs stands beside the other."""
    pytest.importorskip("milvus_lite", reason="needs the test extra")
    from benchmarks.engines import engines
    from benchmarks.questions import LETTER_QUESTIONS

    given = argparse.Namespace(sizes=[150], passages=[], questions=LETTER_QUESTIONS, milvus=None)
    embedded, milvus = engines(given).values()
    assert milvus["overlap@10"] >= 0.95
    assert embedded["passages"] == milvus["passages"] >= 100
    for row in (embedded, milvus):
        assert row["p50 ms"] > 0 and row["disk MB"] > 0 and row["builder MB"] > 0


MEASURED = {
    "cold-start": {"as served": {"seconds to the first answer": 1.4, "times faster": 5.9}},
    "encoding": {"as served": {"question p50 ms": 4.0, "times faster building": 3.5}},
    "throughput": {
        "over HTTP": {"p50 ms": 7.0, "times the model alone": 1.75},
        "16 clients": {"answers/s": 99.9, "errors": 0, "times one client": 1.4},
    },
    "adding": {"to 20 paragraphs": {}, "to 20000 paragraphs": {"ratio": 3.5}},
}


def test_figures_say_what_was_reached(tmp_path, capsys):
    """From the files of benchmarks that ran before; those that gave nothing are told, and nothing is made up."""
    for name, table in MEASURED.items():
        (tmp_path / f"{name}.json").write_text(json.dumps({"table": table}))
    found = figures.table_of({name: json.loads((tmp_path / f"{name}.json").read_bytes())["table"] for name in MEASURED})
    start = found["start of the process to the first right answer, s"]
    assert start == {"measured": 1.4, "to reach": "at most 1.5", "reached": "yes", "benchmark": "cold-start"}
    reached = {name: row["reached"] for name, row in found.items() if "reached" in row}
    assert reached == {
        "start of the process to the first right answer, s": "yes",
        "the same, times faster than with torch": "no",
        "question over HTTP, in times of the model alone, p50": "no",
        "answers/s, 16 clients": "no",
        "errors, 16 clients": "yes",
        "the same, times one client": "no",
        "passages/s, times sentence-transformers on torch": "yes",
        "adding one, 20,000 paragraphs in times of 20": "no",
    }
    assert found["question over HTTP, in times of the model alone, p50"]["measured"] == 1.75
    assert found["the same, recall@10"] == {"failed": "no 'sizes' in sizes"}


def test_figures_run_what_is_not_there_yet(tmp_path, monkeypatch):
    """Each benchmark as its own command, with what it measures with; what is there is kept."""
    (tmp_path / "cold-start.json").write_text(json.dumps({"table": MEASURED["cold-start"]}))
    ran = []

    def run(command, check):
        ran.append(command[2:])
        if command[2] == "encoding":
            Path(command[-1]).write_text(json.dumps({"table": MEASURED["encoding"]}))

    monkeypatch.setattr(figures.subprocess, "run", run)
    given = argparse.Namespace(folder=tmp_path, passages=["p.gz"], environments="envs", even_if_busy=True)
    found = figures.figures(given)
    others = ["encoding", "throughput", "asking", "adding", "pages", "formats", "peers", "sizes"]
    assert [command[0] for command in ran] == others
    assert ran[0] == ["encoding", "--even-if-busy", "--json", str(tmp_path / "encoding.json")]
    assert ran[-2][:3] == ["peers", "--environments", "envs"]
    assert ran[-1][:7] == ["sizes", "1000", "20000", "100000", "1000000", "--passages", "p.gz"]
    assert found["passages/s, times sentence-transformers on torch"]["reached"] == "yes"
