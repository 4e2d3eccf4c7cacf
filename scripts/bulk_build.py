"""Bring the index up to date with passages encoded by many processes, here or on other machines (Dask).

The result is that of scripts/build_index.py. A build that was stopped goes on where it was, as that one does.
"""

import argparse
import sys
from pathlib import Path

from build_index import build_visibly
from terminal import failing_in_one_sentence, load_encoder_visibly, say

from index.encoder import usable_cores
from index.engines import engine_for
from service.config import Config


def main() -> int:
    """Fetch what is missing, then build."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, metavar="N", help="processes on this machine; one a core when left out")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a running Dask scheduler, tcp://host:8786, instead")
    parser.add_argument(
        "--from",
        dest="source",
        metavar="URL",
        help="first copy what is new there into the documents folder: a folder, or an object store as fsspec names it",
    )
    given = parser.parse_args()
    with failing_in_one_sentence():
        try:
            from index.spread_encoder import SpreadEncoder
        except ImportError as error:
            say(f"This command needs the extra 'bulk' ({error}); install it with: scripts/environment bulk")
            return 1
        config = Config.from_env()
        if given.source:
            count = fetch(given.source, config.corpus)
            say(f"Copied {count} files from {given.source}.")
        workers = given.workers or usable_cores()
        with SpreadEncoder(load_encoder_visibly(config.model), config.model, workers, given.scheduler) as encoder:
            build_visibly(config, encoder, engine_for(config.engine, config.data))
        return 0
    return 1


def fetch(url: str, folder: Path) -> int:
    """Copy the files below a folder or object store that are not in the documents folder as they are there.

    A file is taken for the same when it has the same size and is not older here. Gives how many were copied; one that
    was copied half is not there.
    """
    import fsspec

    files, root = fsspec.core.url_to_fs(url)
    count = 0
    for path, details in sorted(files.find(root, detail=True).items()):
        relative = Path(path[len(root) :].lstrip("/") or Path(path).name)
        if any(part.startswith(".") for part in relative.parts):
            continue
        target = folder / relative
        there = target.stat() if target.is_file() else None
        changed = details.get("mtime") or details.get("LastModified")
        changed = changed.timestamp() if hasattr(changed, "timestamp") else changed
        if there and there.st_size == details["size"] and (changed is None or there.st_mtime >= changed):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(f".{target.name}.fetching")
        files.get_file(path, str(aside))
        aside.replace(target)
        count += 1
    return count


if __name__ == "__main__":
    sys.exit(main())
