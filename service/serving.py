"""The index that is being served: switches to a new snapshot when there is one, without a request noticing."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from index.encoder import Encoder
from index.engine import Engine, Opened
from index.errors import EngineAway, IndexingError
from index.question_queue import QueueFull
from index.search import Searcher
from index.snapshot import SnapshotFolder
from service.side_thread import SideThread
from service.timed_queue import TimedQueue

# Several processes on one data folder all switch within a second.
_LOOK_EVERY_S = 0.1

# Of no language, so that the letters of all words are made ready for those that are misspelt.
_WARMING = "wrmng"

_log = logging.getLogger(__name__)


class UnknownSnapshot(Exception):
    """Read by the client's developer: the index asked for is not kept, and what to ask instead."""


class ServedIndex:
    """Gives each request the searcher of the current snapshot; a request keeps the one it got.

    The index is kept by `engine`, in the data folder when None.
    """

    def __init__(self, data: Path, encoder: Encoder, engine: Engine | None = None) -> None:
        self._folder = engine or SnapshotFolder(data)
        self._encoder = TimedQueue(encoder)
        self._searcher: Searcher | None = None
        self._kept: Searcher | None = None
        self._refused: str | None = None
        self._following: threading.Thread | None = None
        self._over = threading.Event()
        self._loading = threading.Lock()
        self._hear: Callable[[Searcher], object] = lambda searcher: None

    def tell(self, hear: Callable[[Searcher], object]) -> None:
        """Call this with every searcher that begins to serve, and with the one that serves now; it must not wait."""
        self._hear = hear
        if self._searcher is not None:
            hear(self._searcher)

    def serve(self, opened: Opened) -> None:
        """Answer from a version that was opened already, until there is a newer one."""
        self._searcher = Searcher(opened, self._encoder)
        self._hear(self._searcher)

    def searcher(self) -> Searcher:
        """The searcher of the current snapshot.

        While a new one is loaded, and when it cannot be, the old one serves. IndexNotBuilt, SnapshotDamaged or
        SnapshotMismatch when there is none to serve.
        """
        serving = self._searcher
        if serving is None:
            with self._loading:
                if self._searcher is None:
                    self._searcher = self._load()
                    self._hear(self._searcher)
                return self._searcher
        if self._following is None:
            self._look(serving)
        return self._searcher or serving

    @property
    def waiting(self) -> int:
        """Texts that wait to be encoded."""
        return self._encoder.waiting

    def take_encoding_seconds(self) -> float:
        """Seconds that this thread spent on encoding, waiting included, since it asked last."""
        return self._encoder.take_seconds()

    def catch_up(self) -> None:
        """Serve what is current from here on, if it can be served, instead of at the next look."""
        with self._loading:
            if self._searcher is not None:
                self._switch(self._searcher)

    def check(self) -> None:
        """EngineAway when what keeps the index does not answer now."""
        try:
            self._folder.current_version()
        except EngineAway:
            raise
        except IndexingError:
            # What is served then is told by `searcher`.
            return

    def follow(self) -> None:
        """From now on look for new snapshots in a thread of its own, so that no request waits for one to load."""
        self._following = SideThread(self._keep_looking, "follow", stop=self._over.set)
        self._following.start()

    def _keep_looking(self) -> None:
        if self._searcher is not None:
            self._warm(self._searcher)
        while not self._over.wait(_LOOK_EVERY_S):
            if self._searcher is not None:
                self._look(self._searcher)

    def _warm(self, searcher: Searcher) -> None:
        try:
            warm(searcher)
        except (QueueFull, IndexingError):
            # Too busy, or its engine is away: whoever asks makes it ready.
            return

    def _look(self, serving: Searcher) -> None:
        if self._loading.acquire(blocking=False):
            try:
                self._switch(serving)
            finally:
                self._loading.release()

    def kept_searcher(self, version: str) -> Searcher:
        """The searcher of a snapshot that is kept, so that an answer can be had again as it was given.

        UnknownSnapshot when it is not kept; SnapshotDamaged or SnapshotMismatch when it cannot be asked.
        """
        serving = self.searcher()
        if version == serving.snapshot.manifest.version:
            return serving
        with self._loading:
            if self._kept is None or self._kept.snapshot.manifest.version != version:
                if version not in {manifest.version for manifest in self._folder.kept()}:
                    raise UnknownSnapshot(f"index {version} is not kept; leave 'index' out to ask the current one")
                self._kept = Searcher(self._folder.open(version), self._encoder)
            return self._kept

    def _load(self) -> Searcher:
        return Searcher(self._folder.open(self._folder.current_version()), self._encoder)

    def _switch(self, serving: Searcher) -> None:
        try:
            version = self._folder.current_version()
            if version in (serving.snapshot.manifest.version, self._refused):
                return
            loaded = self._load()
            warm(loaded)
            self._searcher = loaded
            self._hear(loaded)
        except (QueueFull, EngineAway):
            # Too busy to ask it now, or nobody there; the next look does.
            return
        except IndexingError as error:
            if not self._refused:
                _log.error("keeping snapshot %s: %s", serving.snapshot.manifest.version, error)
            self._refused = self._current_or_none()
        else:
            self._refused = None
            _log.info("now serving snapshot %s", loaded.snapshot.manifest.version)

    def _current_or_none(self) -> str | None:
        try:
            return self._folder.current_version()
        except IndexingError:
            return None


def warm(searcher: Searcher) -> None:
    """Ask once, so that who asks first does not wait for what is made or read at the first question."""
    searcher.ask(_WARMING)
