"""Real threads ask one encoder."""

import threading
import time
from collections.abc import Sequence

import numpy as np
import pytest

from index.question_queue import QuestionQueue, QueueFull


class SlowEncoder:
    """Turns a number into a vector; keeps what was encoded together, and can be held."""

    name, fingerprint, dim = "slow", "slow", 2

    def __init__(self, at_once: int = 1) -> None:
        self.calls: list[list[str]] = []
        self.free = threading.Event()
        self.free.set()
        self.running, self.most, self.at_once = 0, 0, at_once
        self.counting = threading.Lock()

    def encode_questions(self, texts: Sequence[str]) -> np.ndarray:
        """(number, 1) for each text."""
        with self.counting:
            self.running += 1
            self.most = max(self.most, self.running)
            assert self.running <= self.at_once
            self.calls.append(list(texts))
        assert self.free.wait(10)
        with self.counting:
            self.running -= 1
        if "bad" in texts:
            raise ValueError("a bad text")
        return np.array([[float(text), 1.0] for text in texts], np.float32)

    encode_passages = encode_questions


def in_threads(queue: QuestionQueue, questions: Sequence[Sequence[str]]) -> tuple[list[threading.Thread], dict]:
    """A thread for each call, started in order; what each got is under its first text."""
    got: dict[str, object] = {}

    def ask(texts: Sequence[str]) -> None:
        try:
            got[texts[0]] = queue.encode_questions(texts)
        except Exception as error:
            got[texts[0]] = error

    threads = []
    for texts in questions:
        threads.append(threading.Thread(target=ask, args=(texts,)))
        threads[-1].start()
        time.sleep(0.005)
    return threads, got


def test_a_lone_question_is_encoded_at_once():
    """No window is waited for."""
    encoder = SlowEncoder()
    queue = QuestionQueue(encoder)
    started = time.perf_counter()
    for number in range(100):
        assert queue.encode_questions([str(number)]).tolist() == [[number, 1]]
    assert time.perf_counter() - started < 0.2
    assert encoder.calls == [[str(number)] for number in range(100)]


def test_those_that_wait_are_encoded_together_and_each_gets_its_own():
    """In the order in which they came, up to the cap."""
    encoder = SlowEncoder()
    queue = QuestionQueue(encoder, together=4, room=100, at_once=1)
    encoder.free.clear()
    threads, got = in_threads(queue, [[str(number)] for number in range(10)])
    encoder.free.set()
    for thread in threads:
        thread.join(10)
    assert encoder.calls == [["0"], ["1", "2", "3", "4"], ["5", "6", "7", "8"], ["9"]]
    assert {key: vectors.tolist() for key, vectors in got.items()} == {str(n): [[n, 1]] for n in range(10)}


def test_as_many_encode_side_by_side_as_there_are_cores_and_share_what_waits():
    """Two lone questions each at once; of the six that come meanwhile the first to be free takes half, not four."""
    encoder = SlowEncoder(at_once=2)
    queue = QuestionQueue(encoder, together=4, room=100, at_once=2)
    encoder.free.clear()
    threads, got = in_threads(queue, [[str(number)] for number in range(8)])
    assert encoder.calls == [["0"], ["1"]] and encoder.most == 2
    encoder.free.set()
    for thread in threads:
        thread.join(10)
    assert sorted(text for call in encoder.calls for text in call) == [str(number) for number in range(8)]
    assert max(map(len, encoder.calls)) <= 4
    assert {key: vectors.tolist() for key, vectors in got.items()} == {str(n): [[n, 1]] for n in range(8)}


def test_what_waits_is_divided_among_those_that_are_free():
    """Of six that wait, when both are free at once, each takes three."""
    encoder = SlowEncoder(at_once=2)
    queue = QuestionQueue(encoder, together=4, room=100, at_once=2)
    queue._free = 0
    threads, got = in_threads(queue, [[str(number)] for number in range(6)])
    with queue._changing:
        queue._free = 2
        queue._hand_out()
    for thread in threads:
        thread.join(10)
    assert sorted(encoder.calls) == [["0", "1", "2"], ["3", "4", "5"]]
    assert len(got) == 6


def test_a_call_with_many_texts_is_not_split():
    """Not even when it is larger than the cap; what comes after waits for the next turn."""
    encoder = SlowEncoder()
    queue = QuestionQueue(encoder, together=4, room=100, at_once=1)
    encoder.free.clear()
    threads, got = in_threads(queue, [["0"], [str(n) for n in range(10, 16)], ["1", "2"], ["3", "4"], ["5"]])
    encoder.free.set()
    for thread in threads:
        thread.join(10)
    assert encoder.calls == [["0"], [str(n) for n in range(10, 16)], ["1", "2", "3", "4"], ["5"]]
    assert got["10"].shape == (6, 2) and got["3"].tolist() == [[3, 1], [4, 1]]
    assert queue.encode_questions([]).size == 0


def test_a_full_queue_refuses_and_serves_again():
    """Who waits already is answered; who comes after that, too."""
    encoder = SlowEncoder()
    queue = QuestionQueue(encoder, together=2, room=3, at_once=1)
    encoder.free.clear()
    threads, got = in_threads(queue, [[str(number)] for number in range(6)])
    encoder.free.set()
    for thread in threads:
        thread.join(10)
    refused = sorted(key for key, value in got.items() if isinstance(value, QueueFull))
    assert refused == ["4", "5"], "one is being encoded and three wait"
    assert "3 questions are waiting" in str(got["4"])
    assert queue.encode_questions(["7"]).tolist() == [[7, 1]]


def test_an_error_reaches_whom_it_hit_and_nobody_else():
    """The queue goes on."""
    encoder = SlowEncoder()
    queue = QuestionQueue(encoder, together=2, room=9, at_once=1)
    encoder.free.clear()
    threads, got = in_threads(queue, [["0"], ["1"], ["bad"], ["3"]])
    encoder.free.set()
    for thread in threads:
        thread.join(10)
    assert isinstance(got["1"], ValueError) and isinstance(got["bad"], ValueError)
    assert got["0"].tolist() == [[0, 1]] and got["3"].tolist() == [[3, 1]]


@pytest.mark.parametrize(("clients", "at_once"), [(1, 1), (4, 1), (16, 2), (64, 2), (64, 5)])
def test_under_constant_asking_everyone_gets_its_own(clients, at_once):
    """No answer is lost, mixed up or late without end."""
    encoder = SlowEncoder(at_once)
    queue = QuestionQueue(encoder, at_once=at_once)
    wrong = []

    def ask(client: int) -> None:
        for turn in range(30):
            texts = [str(1000 * client + turn)] * (1 + turn % 3)
            if queue.encode_questions(texts).tolist() != [[float(text), 1.0] for text in texts]:
                wrong.append(client)

    threads = [threading.Thread(target=ask, args=(client,)) for client in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
        assert not thread.is_alive()
    assert not wrong
    assert sum(map(len, encoder.calls)) == clients * 60
    assert max(map(len, encoder.calls)) <= 32
