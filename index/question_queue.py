"""Waiting questions are encoded together; a lone one at once."""

import threading
from collections import deque
from collections.abc import Sequence

import numpy as np

from index.encoder import Encoder, OnEncoded, Vectors, usable_cores

TOGETHER = 32
ROOM = 64


class QueueFull(Exception):
    """So many questions wait already that another would wait too long; ask again in a second."""

    def __init__(self, waiting: int) -> None:
        super().__init__(f"{waiting} questions are waiting already; ask again in a second")


class _Waiting:
    """Texts that one thread waits for, and what became of them.

    `together` is what its thread is to encode, when it is to encode for others, too. Each thread is called by itself:
    to wake all of them for one costs more than encoding together saves.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        self.together: list[_Waiting] = []
        self.vectors: Vectors | None = None
        self.error: BaseException | None = None
        self._called = threading.Semaphore(0)

    def wait(self) -> None:
        """Until `call`, which comes once."""
        self._called.acquire()

    def call(self) -> None:
        """Let its thread go on."""
        self._called.release()


class QuestionQueue:
    """An encoder for many threads: one of those that wait encodes for others, up to `together` texts at a time.

    First come, first served; `at_once` encode side by side, None for one on each core, and share what waits. With
    `room` texts waiting the next call gets QueueFull. Passages are not queued: who builds does so in a process of its
    own.
    """

    def __init__(
        self, encoder: Encoder, together: int = TOGETHER, room: int = ROOM, at_once: int | None = None
    ) -> None:
        self._encoder = encoder
        self._together = together
        self._room = room
        self._free = at_once or usable_cores()
        self._changing = threading.Lock()
        self._waiting: deque[_Waiting] = deque()
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim

    @property
    def waiting(self) -> int:
        """Texts that wait to be encoded."""
        with self._changing:
            return self._count()

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim); an error of the encoder reaches all whom it encoded for."""
        mine = _Waiting(texts)
        with self._changing:
            waiting = self._count()
            if waiting >= self._room:
                raise QueueFull(waiting)
            self._waiting.append(mine)
            self._hand_out()
        mine.wait()
        if mine.together:
            self._encode(mine.together)
        if mine.error is not None:
            raise mine.error
        assert mine.vectors is not None
        return mine.vectors

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages, shape (len(texts), dim); `on_encoded` hears how many more are done."""
        return self._encoder.encode_passages(texts, on_encoded)

    def _count(self) -> int:
        return sum(len(each.texts) for each in self._waiting)

    def _hand_out(self) -> None:
        """Let those that came first encode, as many as may."""
        while self._free and self._waiting:
            taken = self._take()
            self._free -= 1
            taken[0].together = taken
            taken[0].call()

    def _take(self) -> list[_Waiting]:
        """Those that came first: as many as go together, their share where others encode, too, one at least."""
        most = min(self._together, -(-self._count() // self._free))
        taken = [self._waiting.popleft()]
        count = len(taken[0].texts)
        while self._waiting and count + len(self._waiting[0].texts) <= most:
            taken.append(self._waiting.popleft())
            count += len(taken[-1].texts)
        return taken

    def _encode(self, taken: Sequence[_Waiting]) -> None:
        """Encode for all of these, of whom the first is this thread's."""
        vectors: Vectors | None = None
        error: BaseException | None = None
        try:
            vectors = self._encoder.encode_questions([text for each in taken for text in each.texts])
        except BaseException as raised:
            error = raised
        with self._changing:
            self._free += 1
            self._hand_out()
        ends = np.cumsum([len(each.texts) for each in taken])
        for each, end in zip(taken, ends.tolist(), strict=True):
            each.error = error
            each.vectors = None if vectors is None else vectors[end - len(each.texts) : end]
        for each in taken[1:]:
            each.call()
