"""What the commands share: progress bars, one-sentence failures, a clean stop."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from corpus.errors import MendableError
from index.encoder import Encoder, begin_encoder
from index.errors import ModelUnavailable

if TYPE_CHECKING:
    # Half a second of imports, which a server has time for while its model is being loaded.
    from tqdm import tqdm

    from index.build import BuildReport, Phase

EXIT_BAD_INPUT = 2
_EXIT_FAILED = 1
_TICK_S = 0.5
_PHASES = {"read": "Reading documents", "encode": "Encoding passages", "verify": "Verifying the index"}

_log = logging.getLogger(__name__)
_is_told_in_logs = False


@contextmanager
def failing_in_one_sentence() -> Iterator[None]:
    """Turn the errors that a user can mend into one sentence and exit status 1; Ctrl-C and SIGTERM end quietly."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except (MendableError, FileExistsError) as error:
        say(f"{error}.".replace("..", "."))
        sys.exit(_EXIT_FAILED)
    except OSError as error:
        say(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
        sys.exit(_EXIT_FAILED)
    except KeyboardInterrupt:
        sys.exit(0)


def say(sentence: str) -> None:
    """Tell the user something, apart from the command's output."""
    if _is_told_in_logs:
        _log.info(sentence)
    else:
        print(sentence, file=sys.stderr, flush=True)


def tell_in_logs(is_wanted: bool) -> None:
    """From now on say what there is to say as lines of the log, where only a program reads it."""
    global _is_told_in_logs
    _is_told_in_logs = is_wanted


@contextmanager
def waiting(for_what: str) -> Iterator[None]:
    """Show that something goes on, and for how long, while its share done cannot be told."""
    if not sys.stderr.isatty():
        say(f"{for_what} ...")
        yield
        return
    from tqdm import tqdm

    over = threading.Event()
    bar: tqdm[NoReturn] = tqdm(desc=for_what, bar_format="{desc}: {elapsed}", file=sys.stderr)

    def tick() -> None:
        while not over.wait(_TICK_S):
            bar.refresh()

    ticking = threading.Thread(target=tick, daemon=True)
    ticking.start()
    try:
        yield
    finally:
        over.set()
        ticking.join()
        bar.close()


def load_encoder_visibly(model: str | None) -> Encoder:
    """Load the encoder and what else questions need, which takes seconds, and show that it goes on."""
    return begin_encoder_visibly(model)()


def begin_encoder_visibly(model: str | None) -> Callable[[], Encoder]:
    """Begin to load the encoder in a thread of its own; what this gives does the rest and shows that it goes on."""

    def tell(step: str) -> None:
        from tqdm import tqdm

        tqdm.write(step, file=sys.stderr)

    finish = begin_encoder(model, tell)

    def finish_visibly() -> Encoder:
        from index.word_list import keep_word_list

        with waiting("Loading the model"):
            encoder = finish()
            with suppress(ModelUnavailable):
                # Where it cannot be kept, it is made when it is needed.
                keep_word_list(tell)
            return encoder

    return finish_visibly


class BuildProgress:
    """A bar for each phase of a build."""

    def __init__(self) -> None:
        self._bar: tqdm[NoReturn] | None = None
        self._phase: Phase | None = None

    def __call__(self, phase: Phase, done: int, total: int) -> None:
        """Move the bar of a phase, opening it at the first news of it."""
        if phase != self._phase:
            from tqdm import tqdm

            self.close()
            bar: tqdm[NoReturn] = tqdm(
                total=total, desc=_PHASES[phase], unit="", file=sys.stderr, disable=_is_told_in_logs
            )
            self._bar, self._phase = bar, phase
        assert self._bar is not None
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        """Leave the last bar as it is."""
        if self._bar is not None:
            self._bar.close()


def tell_build(report: BuildReport) -> None:
    """Say what a build did, and every file that it skipped and why."""
    manifest = report.manifest
    done = f"built, {report.encoded} texts encoded" if report.changed else "up to date"
    say(f"Index {manifest.version} {done}: {manifest.documents} documents, {manifest.paragraphs} paragraphs.")
    for source in manifest.skipped:
        say(f"Skipped: {source.reason}.")


def _stop(signal_number: int, frame: FrameType | None) -> None:
    sys.exit(0)
