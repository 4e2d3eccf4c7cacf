"""The process that reads files for `confined`: one request a line in, one answer a line out.

It runs alone under limits, so that a file made to crash or flood a reader takes nothing else with it.
"""

import json
import math
import resource
import sys
from pathlib import Path

from corpus import quality
from corpus.document_form import DOCUMENT_FORM
from corpus.errors import DocumentError
from corpus.readers import read_document


def main(memory_bytes: int, time_s: float) -> None:
    """Say that all is ready, then answer requests until standard input ends."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # A reader writes nothing anywhere; libraries that would print must not disturb the answers.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    answers.write(b"ready\n")
    answers.flush()
    # Nearly every document needs it, and who started this process may have other things to do first.
    quality.get_ready()
    for line in sys.stdin.buffer:
        _limit_processor_time(2 * time_s)
        answers.write(_answer(json.loads(line)) + b"\n")
        answers.flush()


def _limit_processor_time(more_s: float) -> None:
    """End this process after so many more seconds of work: when what started it has died, nobody else will."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit_s = math.ceil(used.ru_utime + used.ru_stime + more_s)
    resource.setrlimit(resource.RLIMIT_CPU, (limit_s, resource.RLIM_INFINITY))


def _answer(request: dict[str, str | None]) -> bytes:
    path, companion = request["path"], request["companion"]
    assert path is not None
    try:
        document = read_document(Path(path), Path(companion) if companion else None, name=request["name"])
        return b'{"document":' + DOCUMENT_FORM.dump_json(document) + b"}"
    except DocumentError as error:
        fault = {"kind": type(error).__name__, "message": str(error)}
    except OSError as error:
        fault = {"kind": "OSError", "message": error.strerror or str(error)}
    except MemoryError:
        fault = {"kind": "MemoryError", "message": ""}
    return json.dumps({"fault": fault}).encode()
