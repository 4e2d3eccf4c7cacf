"""Add documents to the documents folder and bring the index up to date."""

import argparse
import getpass
import sys
from pathlib import Path

from terminal import BuildProgress, failing_in_one_sentence, load_encoder_visibly, say, tell_build

from corpus.errors import DocumentError
from corpus.library import Library
from index.build import build
from index.engines import engine_for
from service.audit_log import AuditLog
from service.config import Config


def main() -> None:
    """Add what can be read; exit status 1 when a file could not be added."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    files: list[Path] = parser.parse_args().files
    with failing_in_one_sentence():
        config = Config.from_env()
        library = Library(config.corpus)
        log = AuditLog(config.data)
        config.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        log.check()
        added = [file for file in files if _add(library, file, log)]
        if added:
            encoder = load_encoder_visibly(config.model)
            progress = BuildProgress()
            engine = engine_for(config.engine, config.data)
            report = build(library, encoder, config.data, progress, kept=config.kept_snapshots, engine=engine)
            progress.close()
            tell_build(report)
        sys.exit(0 if len(added) == len(files) else 1)


def _add(library: Library, file: Path, log: AuditLog) -> bool:
    who = f"command of {getpass.getuser()}"
    try:
        added = library.add(file)
        log.write(who=who, what="add document", result=0, documents=[added.document.id])
        say(f"Added: {added.path}")
    except DocumentError as error:
        say(f"Not added: {error}.")
    except OSError as error:
        say(f"Not added: {error if error.strerror is None else f'{file} ({error.strerror})'}.")
    else:
        return True
    return False


if __name__ == "__main__":
    main()
