"""The queue of questions, with a clock: how long each waited for its vector, and how many wait now."""

import threading
import time
from collections.abc import Sequence

from index.encoder import Vectors
from index.question_queue import QuestionQueue


class TimedQueue(QuestionQueue):
    """A queue of which each thread can ask how long its questions took to encode, waiting included."""

    _spent = threading.local()

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Like `QuestionQueue.encode_questions`; the time counts for this thread."""
        began = time.perf_counter()
        try:
            return super().encode_questions(texts)
        finally:
            self._spent.seconds = getattr(self._spent, "seconds", 0.0) + time.perf_counter() - began

    def take_seconds(self) -> float:
        """Seconds that this thread spent since it asked last."""
        seconds: float = getattr(self._spent, "seconds", 0.0)
        self._spent.seconds = 0.0
        return seconds
