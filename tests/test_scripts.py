"""The commands as their users run them: real processes, the real model, real files."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import LETTER, ROOT, SHARED, free_port, start_server

from service.representations import answer_json

pytestmark = pytest.mark.model


def run(script: str, *arguments: str, data: Path, corpus: Path = LETTER.parent, **settings: str):
    environment = os.environ | {"VINDPLAATS_DATA": str(data), "VINDPLAATS_CORPUS": str(corpus), **settings}
    return subprocess.run(
        [sys.executable, f"scripts/{script}.py", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A data folder with the letter's index, made by the command."""
    data = tmp_path_factory.mktemp("commands") / "var"
    done = run("build_index", data=data)
    assert done.returncode == 0, done.stderr
    assert "1 documents, 20 paragraphs" in done.stderr
    return data


def test_page_api_and_command_give_the_same_answer(built, server, model_searcher):
    """One question, three ways."""
    question = "Hoeveel rechters en andere professionals trainde het IIJ?"
    command = json.loads(run("ask", question, "--json", data=built).stdout)
    request = {"question": question}
    api = post_json(server.url, request)
    direct = json.loads(json.dumps(answer_json(model_searcher.ask(question), model_searcher.snapshot)))
    for answer in (command, api, direct):
        answer.pop("index")
        for passage in answer["passages"]:
            passage["source"].pop("indexVersion")
            passage["score"] = pytest.approx(passage["score"], abs=2e-4)
        answer["confidence"] = pytest.approx(answer["confidence"], abs=2e-3)
    assert command["passages"][0]["source"]["paragraph"] == 17
    assert [p["source"] for p in command["passages"]] == [p["source"] for p in api["passages"]]
    assert [p["text"] for p in command["passages"]] == [p["text"] for p in direct["passages"]]
    assert [p["highlights"] for p in api["passages"]] == [p["highlights"] for p in direct["passages"]]


def post_json(url: str, body: object) -> dict:
    import urllib.request

    request = urllib.request.Request(
        f"{url}/v1/passages/_search", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=30) as response:
        return json.load(response)


@pytest.mark.parametrize(
    ("arguments", "status", "printed"),
    [
        (["Wat is het GCTF?"], 0, "[Kamerstukken II 2019/20, 27925, nr. 681, p. 1, onder"),
        (["Hoe bak ik een appeltaart?"], 3, "do not answer"),
        (["En waar?", "--history", "Wat is het GCTF?", "--json"], 0, '"understoodAs": "Wat is het GCTF? En waar?"'),
        (["Wat is het GCTF?", "--limit", "1"], 0, "Searched: 1 document of 2019-12-02, 20 paragraphs"),
        (["drones", "--sender", "buitenlandse", "--kind", "letter", "--dossier", "27925", "--json"], 0, '"searched"'),
        (["Wat is het GCTF?", "--document", "kst-27925-681", "--from", "2020-01-01"], 3, "Searched: 0 documents"),
        (["drones", "--sender", "Gerechtshof"], 2, ""),
        (["drones", "--kind", "letters"], 2, ""),
        (["drones", "--to", "gisteren"], 2, ""),
        ([" "], 2, ""),
        (["drones", "--limit", "51"], 2, ""),
        (["x" * 1001], 2, ""),
    ],
)
def test_ask(built, arguments, status, printed):
    """Exit status 0 answered, 3 not answered, 2 bad input."""
    done = run("ask", *arguments, data=built)
    assert done.returncode == status, done.stderr
    assert printed in done.stdout
    assert status != 2 or (done.stderr.strip() and "Traceback" not in done.stderr)


def test_ask_without_an_index(tmp_path):
    """One sentence that says what to run."""
    done = run("ask", "drones", data=tmp_path / "var")
    assert done.returncode == 1
    assert done.stderr.strip().endswith("run scripts/build_index.py.")


def test_a_second_build_does_nothing(built):
    """Up to date is said, and no new snapshot is made."""
    before = sorted((built / "snapshots").iterdir())
    done = run("build_index", data=built)
    assert done.returncode == 0 and "up to date" in done.stderr
    assert sorted((built / "snapshots").iterdir()) == before


def test_adding_documents(tmp_path):
    """What can be read is added and indexed; what cannot is named, and makes the exit status 1."""
    corpus, data = tmp_path / "documents", tmp_path / "var"
    (tmp_path / "leeg.txt").write_text("")
    done = run(
        "add_documents", str(LETTER), str(tmp_path / "leeg.txt"), str(tmp_path / "weg.txt"), data=data, corpus=corpus
    )
    assert done.returncode == 1
    assert "leeg.txt is empty" in done.stderr and "weg.txt (No such file or directory)" in done.stderr
    assert "1 documents, 20 paragraphs" in done.stderr
    assert [path.name for path in corpus.iterdir()] == ["kst-27925-681.txt"]


def test_evaluate_on_the_development_questions(built):
    """R@1 of at least 0.60 over the answerable questions, history joined."""
    questions = SHARED / "eval" / "letter_dev.jsonl"
    if not questions.exists():
        pytest.skip("the development questions are not beside this checkout")
    done = run("evaluate", str(questions), "--json", data=built)
    assert done.returncode == 0, done.stderr
    table = json.loads(done.stdout)
    assert table["all answerable"]["questions"] == 100
    assert table["all answerable"]["R@1"] >= 0.60
    assert table["fact-nl"]["R@1"] >= 0.80
    assert table["all unanswerable"]["questions"] == 20 and "R@1" not in table["all unanswerable"]


def test_evaluate_computes_the_measures_naively(built, tmp_path, model_searcher):
    """R@1, R@3 and RR@10 of three questions, by hand."""
    asked = [
        {"id": "a", "kind": "k", "question": "Wat is het GCTF?", "gold": [2, 3]},
        {"id": "b", "kind": "k", "question": "Welke rol spelen burgemeesters?", "gold": ["fn3"]},
        {"id": "c", "kind": "k", "question": "Wie tekende de brief?", "gold": ["kst-27925-681#al-20"]},
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(question) for question in asked) + "\n\n")
    row = json.loads(run("evaluate", str(path), "--json", data=built).stdout)["k"]
    gold = [{"al-2", "al-3"}, {"noot-3"}, {"al-20"}]
    ranked = [[hit.place.fragment for hit in model_searcher.ask(q["question"], limit=10).hits] for q in asked]
    for k in (1, 3):
        recall = [len(g & set(r[:k])) / len(g) for g, r in zip(gold, ranked, strict=True)]
        assert row[f"R@{k}"] == pytest.approx(sum(recall) / 3, abs=1e-4)
    reciprocal = [next((1 / n for n, f in enumerate(r, 1) if f in g), 0) for g, r in zip(gold, ranked, strict=True)]
    assert row["RR@10"] == pytest.approx(sum(reciprocal) / 3, abs=1e-4)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "holds no question"),
        ('{"id": "a"}', "line 1: question"),
        ('{"id": "a", "question": "x", "gold": [99]}', "gold 99 is no place"),
        ('{"id": "a", "question": "x", "gold": ["kst-1-1#al-1"]}', "is no place"),
        ("nonsense", "line 1"),
    ],
)
def test_evaluate_names_bad_lines(built, tmp_path, content, fault):
    """Exit status 2 and the line."""
    path = tmp_path / "questions.jsonl"
    path.write_text(content)
    done = run("evaluate", str(path), data=built)
    assert done.returncode == 2
    assert fault in done.stderr


@pytest.mark.parametrize("with_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_stop(built, with_signal):
    """Ctrl-C and SIGTERM end the service with status 0 and no traceback."""
    server = start_server(built, LETTER.parent)
    assert post_json(server.url, {"question": "drones"})["passages"]
    assert server.stop(with_signal) == 0
    assert "Traceback" not in server.log.read_text()


def test_a_port_in_use(built):
    """Said at once, in one sentence, before the model is loaded."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = run("serve", data=built, VINDPLAATS_PORT=str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert re.fullmatch(
        r"port \d+ on 127\.0\.0\.1 is in use; stop what uses it, or set VINDPLAATS_PORT\.\n", done.stderr
    )


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"VINDPLAATS_PORT": "http"}, "VINDPLAATS_PORT=http cannot be used; give a number from 1 to 65535.\n"),
        ({"VINDPLAATS_HOST": "no host"}, "VINDPLAATS_HOST=no host is no address of this machine"),
    ],
)
def test_bad_settings_stop_the_start(built, settings, sentence):
    """One sentence, exit status not 0."""
    done = run("serve", data=built, **({"VINDPLAATS_PORT": str(free_port())} | settings))
    assert done.returncode == 1
    assert done.stderr.startswith(sentence) and done.stderr.count("\n") == 1


def test_an_unusable_data_folder(tmp_path):
    """The folder and the setting are named."""
    (tmp_path / "file").write_text("x")
    done = run("build_index", data=tmp_path / "file" / "var")
    assert done.returncode == 1
    assert "VINDPLAATS_DATA" in done.stderr and "Traceback" not in done.stderr


def test_an_empty_documents_folder(tmp_path):
    """The service starts and says that there are no documents yet."""
    server = start_server(tmp_path / "var", tmp_path / "none")
    answer = post_json(server.url, {"question": "drones"})
    assert (answer["answered"], answer["index"]["documents"]) == (False, 0)
    assert server.stop() == 0


def test_the_service_under_many_clients(server):
    """16 clients at once over HTTP get the answers that one gets."""
    questions = ["Wat is het GCTF?", "Welke rol spelen burgemeesters?", "How many justice professionals were trained?"]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda question: post_json(server.url, {"question": question}), questions * 16))
    found = [answer["passages"][0]["source"]["paragraph"] for answer in answers]
    assert found == [2, 8, 17] * 16


def test_two_servers_on_one_data_folder(tmp_path):
    """A document added through one is answered by both, each within a second of the switch."""
    corpus, data = tmp_path / "documents", tmp_path / "var"
    corpus.mkdir()
    shutil.copy(LETTER, corpus)
    with ThreadPoolExecutor(2) as pool:
        servers = list(pool.map(lambda number: start_server(data, corpus), range(2)))
    note = "Langs het kanaal komt in 2027 een fietspad van rood asfalt.\n"
    done = run("build_index", data=data, corpus=corpus)
    assert done.returncode == 0
    (corpus / "fietspad.txt").write_text(note)
    done = run("build_index", data=data, corpus=corpus)
    switched = time.monotonic()
    assert done.returncode == 0 and "2 documents" in done.stderr
    for server in servers:
        while post_json(server.url, {"question": "Wat komt er langs het kanaal?"})["index"]["documents"] != 2:
            assert time.monotonic() < switched + 2
    for server in servers:
        found = post_json(server.url, {"question": "Wat komt er langs het kanaal?", "limit": 1})
        assert found["passages"][0]["text"] == note.strip()
        assert server.stop() == 0


def test_verify_and_rollback(tmp_path):
    """What differs is said, with status 1; rolling back serves the index before."""
    corpus, data = tmp_path / "documents", tmp_path / "var"
    corpus.mkdir()
    shutil.copy(LETTER, corpus)
    assert run("build_index", data=data, corpus=corpus).returncode == 0
    done = run("build_index", "--verify", data=data, corpus=corpus)
    assert done.returncode == 0 and "is what its manifest and the documents say" in done.stderr
    (corpus / "nieuw.txt").write_text("Nieuw.\n")
    done = run("build_index", "--verify", data=data, corpus=corpus)
    assert done.returncode == 1 and "nieuw.txt is not in the index." in done.stderr
    assert run("build_index", data=data, corpus=corpus).returncode == 0
    done = run("build_index", "--rollback", data=data, corpus=corpus)
    assert done.returncode == 0 and "1 documents" in done.stderr
    done = run("build_index", "--rollback", data=data, corpus=corpus)
    assert done.returncode == 1 and "no snapshot before" in done.stderr


def test_run_from_the_shell(built):
    """scripts/run serves from what is there already, within 20 seconds, and ends cleanly."""
    port = free_port()
    environment = os.environ | {"VINDPLAATS_DATA": str(built), "VINDPLAATS_PORT": str(port)}
    started = time.monotonic()
    process = subprocess.Popen(["scripts/run"], cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
    answer = None
    while answer is None and time.monotonic() < started + 60 and process.poll() is None:
        try:
            answer = post_json(f"http://127.0.0.1:{port}", {"question": "Wat is het GCTF?"})
        except OSError:
            time.sleep(0.1)
    process.terminate()
    _, said = process.communicate(timeout=20)
    assert answer is not None and answer["passages"][0]["source"]["paragraph"] == 2, said
    assert process.returncode == 0
    assert "up to date" in said and "Making the environment" not in said


def test_too_little_disk_for_the_environment(tmp_path):
    """Said in one sentence before anything is downloaded."""
    checkout, tools = tmp_path / "checkout", tmp_path / "tools"
    (checkout / "scripts").mkdir(parents=True)
    tools.mkdir()
    for name in ("scripts/environment", "pyproject.toml"):
        shutil.copy(ROOT / name, checkout / name)
    (tools / "df").write_text("#!/bin/sh\necho Filesystem\necho /dev/x 9000 8000 1000 90% /\n")
    (tools / "df").chmod(0o755)
    environment = os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"}
    command = [str(checkout / "scripts/environment")]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("There is 1000 MB free in") and done.stderr.count("\n") == 1
    assert not (checkout / ".venv").exists()


def test_usage_of_the_shell_commands():
    """A wrong argument is answered with the usage and status 2."""
    done = subprocess.run(["scripts/run", "--nonsense"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "usage: scripts/run [--prepare]" in done.stderr


def test_an_evidence_pack_is_made_and_checked(built, tmp_path):
    """Status 0 while all stands, 1 with what differs, 2 for a file that is no pack."""
    corpus, pack = tmp_path / "documents", tmp_path / "bewijs.json"
    corpus.mkdir()
    shutil.copy(LETTER, corpus)
    assert run("ask", "Wat is het GCTF?", "--evidence", str(pack), data=built).returncode == 0
    done = run("verify_evidence", str(pack), data=built, corpus=corpus)
    assert done.returncode == 0 and "All 5 quotations stand" in done.stderr
    (corpus / LETTER.name).write_text("Iets anders.\n")
    done = run("verify_evidence", str(pack), data=built, corpus=corpus)
    assert done.returncode == 1 and "kst-27925-681: no file here" in done.stderr
    assert run("verify_evidence", str(corpus / LETTER.name), data=built, corpus=corpus).returncode == 2
