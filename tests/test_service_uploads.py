"""Many uploads at once: a few are read at a time, a few wait, the others hear so at once."""

import io
import sys
import threading
import time

import pytest
from test_service_api import assert_problem

from corpus import library
from corpus.confined import ConfinedReader
from corpus.library import Library
from service import uploads
from service.uploads import Turns, UploadsBusy


def many(turns: Turns, count: int, seconds: float) -> tuple[int, int, int]:
    """As many at once: gives the most that had their turn together, how many had one, how many did not."""
    present, most, had, refused, change = 0, 0, 0, 0, threading.Lock()

    def one() -> None:
        nonlocal present, most, had, refused
        try:
            with turns.turn():
                with change:
                    present += 1
                    most = max(most, present)
                time.sleep(seconds)
                with change:
                    present -= 1
                    had += 1
        except UploadsBusy:
            with change:
                refused += 1

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return most, had, refused


def test_a_few_are_read_at_a_time():
    """The rest waits, as far as there is room; the next to come has a turn again."""
    turns = Turns(at_once=2, waiting=3, patience_s=30)
    assert many(turns, 12, 0.5) == (2, 5, 7)
    assert many(turns, 5, 0.05) == (2, 5, 0)


def test_who_waits_too_long_is_told():
    """Nobody keeps a thread for ever; a turn that failed makes room as well."""
    turns = Turns(at_once=1, waiting=3, patience_s=0.2)
    with turns.turn():
        assert many(turns, 2, 0) == (0, 0, 2)
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    assert many(turns, 1, 0) == (1, 1, 0)


def test_too_many_uploads_hear_so(client, corpus, monkeypatch):
    """503 with Retry-After, as problem and as page; questions are answered meanwhile, and nothing was added."""
    monkeypatch.setattr(uploads, "_turns", Turns(at_once=1, waiting=0))
    began, goes_on = threading.Event(), threading.Event()
    real = Library.add

    def slow(self, path, name=None):
        began.set()
        assert goes_on.wait(30)
        return real(self, path, name)

    monkeypatch.setattr(Library, "add", slow)
    statuses = []

    def upload(name: str):
        return client.application.test_client().post("/v1/documents", data={"file": (io.BytesIO(b"Tekst.\n"), name)})

    first = threading.Thread(target=lambda: statuses.append(upload("een.txt").status_code))
    first.start()
    assert began.wait(30)
    refused = upload("twee.txt")
    problem = assert_problem(refused, 503)
    assert problem["title"] == "Too many files at once" and refused.headers["Retry-After"]
    page = client.post("/documents", data={"file": (io.BytesIO(b"Tekst.\n"), "drie.txt")})
    assert page.status_code == 503 and "te druk" in page.text
    assert client.post("/v1/passages/_search", json={"question": "drones"}).status_code == 200
    goes_on.set()
    first.join()
    assert statuses == [201] and not (corpus / "twee.txt").exists() and not (corpus / "drie.txt").exists()


def test_no_process_to_read_an_upload_is_told_as_such(client, corpus, monkeypatch):
    """503 with Retry-After: the file is not to blame, and may be sent again."""
    monkeypatch.setattr(library, "ConfinedReader", ConfinedReader)
    with monkeypatch.context() as patched:
        patched.setattr(sys, "executable", "/geen/python")
        refused = client.post("/v1/documents", data={"file": (io.BytesIO(b"Tekst.\n"), "een.txt")})
        page = client.post("/documents", data={"file": (io.BytesIO(b"Tekst.\n"), "een.txt")})
    problem = assert_problem(refused, 503)
    assert problem["title"] == "Too busy to read files" and refused.headers["Retry-After"]
    assert page.status_code == 503 and "te druk" in page.text
    assert client.post("/v1/documents", data={"file": (io.BytesIO(b"Tekst.\n"), "een.txt")}).status_code == 201
