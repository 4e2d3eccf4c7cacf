"""Bring the index up to date with the documents folder, check it, or go back to the one before."""

import argparse
import select
import sys
from concurrent.futures import ThreadPoolExecutor

from opening import begin_opening
from terminal import BuildProgress, failing_in_one_sentence, say, tell_build

from corpus.confined import ConfinedReader
from corpus.library import Library
from index.build import build, differences, get_ready
from index.encoder import Encoder
from index.engine import Engine
from index.engines import engine_for
from service.audit_log import log_for_commands, who_runs_this
from service.config import Config

_STAYS_READY_S = 600.0


def main() -> int:
    """Build what is missing; nothing when the index is up to date."""
    parser = argparse.ArgumentParser(description=__doc__)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--verify", action="store_true", help="check the index against its manifest and the documents")
    action.add_argument("--rollback", action="store_true", help="serve the kept snapshot before the current one")
    # For the service: builds under each id that comes in as a line.
    action.add_argument("--ready", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    with failing_in_one_sentence():
        config = Config.from_env()
        if given.verify:
            return _verify(config)
        if given.rollback:
            return _roll_back(config)
        if given.ready:
            _build_when_asked(config)
        else:
            engine, finish_encoder = begin_opening(config)
            build_visibly(config, finish_encoder(), engine)
        return 0
    return 1


def _build_when_asked(config: Config) -> None:
    """Build under each id that comes in, and say so with a line, until there are no more or none came for a while."""
    # In this order a reader that does not get ready is ended before it is waited for.
    with ThreadPoolExecutor(1, "reader") as beside, ConfinedReader() as reader:
        # All that takes time at its first use, side by side; whoever builds is told what cannot be had.
        beside.submit(reader.get_ready)
        engine, finish_encoder = begin_opening(config)
        encoder = finish_encoder()
        if not _is_asked_within(0):
            get_ready(encoder)
        while _is_asked_within(_STAYS_READY_S) and (build_id := sys.stdin.readline().strip()):
            build_visibly(config, encoder, engine, build_id, reader)
            print("built", flush=True)


def _is_asked_within(seconds: float) -> bool:
    return bool(select.select([sys.stdin], [], [], seconds)[0])


def build_visibly(
    config: Config,
    encoder: Encoder,
    engine: Engine,
    build_id: str | None = None,
    reader: ConfinedReader | None = None,
) -> None:
    """Build what is missing, with bars, record it unless it is a build of the service's, and tell what was done."""
    progress = BuildProgress()
    library = Library(config.corpus)
    report = build(
        library,
        encoder,
        config.data,
        progress,
        build_id=build_id,
        kept=config.kept_snapshots,
        engine=engine,
        reader=reader,
    )
    progress.close()
    if build_id is None and report.changed:
        # The service's own builds follow from a change that is recorded already.
        log_for_commands(config.data).write(who=who_runs_this(), what="build", result=0, index=report.manifest.version)
    tell_build(report)


def _roll_back(config: Config) -> int:
    log = log_for_commands(config.data)
    manifest = engine_for(config.engine, config.data).roll_back()
    log.write(who=who_runs_this(), what="roll back", result=0, index=manifest.version)
    say(f"Now serving {manifest.version}: {manifest.documents} documents, {manifest.paragraphs} paragraphs.")
    return 0


def _verify(config: Config) -> int:
    """Tell what differs; exit status 1 when anything does."""
    folder = engine_for(config.engine, config.data)
    snapshot = folder.open(folder.current_version())
    found = differences(snapshot.manifest, Library(config.corpus).sources())
    for difference in found:
        say(f"{difference}.")
    state = "differs from the documents" if found else "is what its manifest and the documents say"
    say(f"Index {snapshot.manifest.version} {state}.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
