import os
import signal
import time
from pathlib import Path

import pytest
from conftest import LETTER

from corpus.confined import ConfinedReader
from corpus.errors import DocumentError, UnreadableDocument, UnsupportedFormat
from corpus.readers import read_document


def test_a_confined_reader_reads_the_same(letter):
    """The document comes back through the pipe as it was read, many times over."""
    with ConfinedReader() as reader:
        for _ in range(3):
            assert reader.read(LETTER) == letter == read_document(LETTER)


def test_named_errors_come_back_as_they_were(tmp_path: Path):
    """Class and sentence; the next file is read all the same."""
    (tmp_path / "leeg.txt").write_text("")
    (tmp_path / "beeld.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    with ConfinedReader() as reader:
        with pytest.raises(UnreadableDocument, match=r"^leeg\.txt is empty"):
            reader.read(tmp_path / "leeg.txt")
        with pytest.raises(UnsupportedFormat, match=r"^beeld\.png is image/png"):
            reader.read(tmp_path / "beeld.png")
        with pytest.raises(OSError, match="No such file"):
            reader.read(tmp_path / "weg.txt")
        assert reader.read(LETTER).id == "kst-27925-681"


def test_a_file_is_called_what_its_sender_called_it(tmp_path: Path):
    """An upload lies under a name of ours, but its id and errors speak of its own."""
    (tmp_path / "a1b2").write_text("Een alinea.\n")
    with ConfinedReader() as reader:
        assert reader.read(tmp_path / "a1b2", name="../Notitie.txt").id == "notitie"


def test_reading_that_takes_too_long_is_ended(tmp_path: Path):
    """A pipe without a writer stands for a reader that never comes back."""
    pipe = tmp_path / "pijp.txt"
    os.mkfifo(pipe)
    with ConfinedReader(time_limit_s=1.0) as reader:
        started = time.monotonic()
        with pytest.raises(UnreadableDocument, match=r"pijp\.txt could not be read within 1 seconds"):
            reader.read(pipe)
        assert time.monotonic() - started < 5
        reader._time_limit_s = 20
        assert reader.read(LETTER).id == "kst-27925-681"


def test_a_reader_that_dies_is_said_to_have_died(tmp_path: Path):
    """A crash of the process stops that file only."""
    with ConfinedReader() as reader:
        reader.read(LETTER)
        assert reader._child is not None
        reader._child.send_signal(signal.SIGSTOP)
        victim = reader._child

        import threading

        threading.Timer(0.5, victim.kill).start()
        with pytest.raises(UnreadableDocument, match=r"made its reader stop \(status -9\)"):
            reader.read(LETTER)
        assert reader.read(LETTER).id == "kst-27925-681"


def test_reading_that_needs_too_much_memory_is_refused(tmp_path: Path):
    """A limit below what the file needs: a named error, and the next file is read."""
    path = tmp_path / "groot.txt"
    path.write_text("Een zin van een lange brief.\n\n" * 3_000_000)
    with ConfinedReader() as reader:
        with pytest.raises(DocumentError, match=r"groot\.txt"):
            reader.read(path)
        assert reader.read(LETTER).id == "kst-27925-681"


def test_the_child_ends_with_its_reader():
    """No process is left behind."""
    with ConfinedReader() as reader:
        reader.read(LETTER)
        child = reader._child
    assert child is not None and child.poll() is not None
