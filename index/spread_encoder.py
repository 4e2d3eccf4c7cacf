"""An encoder whose passages are encoded by many processes, here and on other machines, through Dask.

Dask gives a worker's texts to another when it dies. What a text's vector is does not depend on the texts beside it but
for the order of sums, so the vectors are those of one process to the last bits (1e-7). A worker needs the product and
its model, no documents and no index.
"""

import itertools
import os
from collections.abc import Iterator, Sequence
from functools import cache
from types import TracebackType

import distributed

from index.encoder import Encoder, OnEncoded, Vectors, load_encoder
from index.errors import IndexingError

# Half a second of a core: too short for a worker to wait long for the last, too long for the way there to count.
_TEXTS_A_TASK = 48
_TASKS_AHEAD = 4  # a worker, so that none waits for the next
_CONNECT_S = 30


class WorkersUnavailable(IndexingError):
    """No workers to encode with, or they have another model."""


class SpreadEncoder:
    """Encodes passages on the workers of a Dask scheduler, questions here. A context: it ends what it started.

    `scheduler` is the address of one that runs (`tcp://host:8786`); None starts `workers` processes on this machine,
    each on its share of the cores. `model` as in `load_encoder`.
    """

    def __init__(self, encoder: Encoder, model: str | None, workers: int, scheduler: str | None = None) -> None:
        self._encoder, self._model = encoder, model
        self.name, self.fingerprint, self.dim = encoder.name, encoder.fingerprint, encoder.dim
        self._cluster: distributed.LocalCluster | None = None
        if scheduler is None:
            self._cluster = distributed.LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", memory_limit=0
            )
            self._client = distributed.Client(self._cluster)
            self._client.register_plugin(_OnItsShare(workers, sorted(os.sched_getaffinity(0))))
        else:
            try:
                self._client = distributed.Client(scheduler, timeout=_CONNECT_S)
            except (OSError, ValueError) as error:
                raise WorkersUnavailable(
                    f"no Dask scheduler answers at {scheduler} ({error}); start one with: dask scheduler"
                ) from error
            workers = len(self._client.scheduler_info(n_workers=-1)["workers"])
            if not workers:
                self._client.close()
                raise WorkersUnavailable(f"{scheduler} has no workers; start some with: dask worker {scheduler}")
        self._ahead = _TASKS_AHEAD * workers

    def __enter__(self) -> "SpreadEncoder":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._client.close()
        if self._cluster is not None:
            self._cluster.close()

    def encode_questions(self, texts: Sequence[str]) -> Vectors:
        """Encode questions, shape (len(texts), dim)."""
        return self._encoder.encode_questions(texts)

    def encode_passages(self, texts: Sequence[str], on_encoded: OnEncoded | None = None) -> Vectors:
        """Encode passages here, shape (len(texts), dim); `parts_of` is for many."""
        return self._encoder.encode_passages(texts, on_encoded)

    def parts_of(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[str], Vectors]]:
        """Encode passages on the workers, part by part as they come: each part's texts and their vectors.

        WorkersUnavailable when a worker has another model, or when all that take a part die.
        """
        parts = (list(texts[start : start + _TEXTS_A_TASK]) for start in range(0, len(texts), _TEXTS_A_TASK))
        sent: dict[distributed.Future[Vectors], Sequence[str]] = {}
        done = distributed.as_completed([], with_results=True)
        for part in itertools.islice(parts, self._ahead):
            self._send(part, sent, done)
        while sent:
            try:
                future, found = next(done)
            except distributed.KilledWorker as error:
                raise WorkersUnavailable(f"workers die again and again while they encode ({error})") from error
            yield sent.pop(future), found
            for part in itertools.islice(parts, 1):
                self._send(part, sent, done)

    def _send(
        self, part: list[str], sent: dict["distributed.Future[Vectors]", Sequence[str]], done: distributed.as_completed
    ) -> None:
        future = self._client.submit(encoded, self._model, self.fingerprint, part)
        sent[future] = part
        done.add(future)

    def worker_ids(self) -> list[int]:
        """The process ids of the workers."""
        return sorted(self._client.run(os.getpid).values())


def encoded(model: str | None, fingerprint: str, texts: list[str]) -> Vectors:
    """Encode passages on a worker, shape (len(texts), dim); WorkersUnavailable when its model is another one."""
    encoder = _loaded(model)
    if encoder.fingerprint != fingerprint:
        raise WorkersUnavailable("a worker has another model, or another version of the product; install the same")
    return encoder.encode_passages(texts)


@cache
def _loaded(model: str | None) -> Encoder:
    return load_encoder(model)


class _OnItsShare(distributed.WorkerPlugin):
    """Keeps each worker of this machine on cores of its own: its threads then do not wait for another's."""

    name = "share"

    def __init__(self, workers: int, cores: list[int]) -> None:
        self._workers, self._cores = workers, cores

    def setup(self, worker: distributed.Worker) -> None:
        """Take the share that the worker's number gives it."""
        share = self._cores[int(worker.name) % self._workers :: self._workers]
        os.sched_setaffinity(0, share or self._cores)
