"""Ask a question on the command line. Exit status: 0 answered, 3 not answered in these documents, 2 bad input."""

import argparse
import json
import sys
from pathlib import Path

from terminal import EXIT_BAD_INPUT, failing_in_one_sentence, load_encoder_visibly, say

from corpus.kind import KINDS
from index.engines import engine_for
from index.errors import UnknownFilterValue
from index.search import Searcher
from service.config import Config
from service.evidence import evidence_pack
from service.representations import Json, answer_json
from service.requests import BadRequest, parse_search

_EXIT_NOT_ANSWERED = 3


def main() -> int:
    """Answer one question from the current index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("question")
    parser.add_argument("--history", action="append", default=[], metavar="QUESTION", help="an earlier question")
    parser.add_argument("--limit", type=int, default=5, metavar="N", help="how many passages at most (1 to 50)")
    parser.add_argument("--document", action="append", metavar="ID", help="search this document (and others named so)")
    parser.add_argument("--dossier", metavar="NUMBER", help="search this dossier only")
    parser.add_argument("--from", dest="since", metavar="DATE", help="search documents from this date on (2019-12-31)")
    parser.add_argument("--to", dest="until", metavar="DATE", help="search documents up to this date, included")
    parser.add_argument("--sender", metavar="NAME", help="search documents of this sender; part of the name is enough")
    parser.add_argument("--kind", choices=KINDS, help="search documents of this kind only")
    parser.add_argument("--json", action="store_true", help="print what the API answers")
    parser.add_argument("--evidence", type=Path, metavar="FILE", help="write the answer as an evidence pack, too")
    given = parser.parse_args()
    with failing_in_one_sentence():
        try:
            # The API's own rules, so that both refuse the same questions.
            asked = parse_search(json.dumps(_as_request(given)).encode())
            config = Config.from_env()
            folder = engine_for(config.engine, config.data)
            snapshot = folder.open(folder.current_version())
            searcher = Searcher(snapshot, load_encoder_visibly(config.model))
            answer = searcher.ask(asked.question, asked.history, asked.limit, asked.filter.narrowing())
        except (BadRequest, UnknownFilterValue) as error:
            say(str(error))
            return EXIT_BAD_INPUT
        if given.evidence:
            pack = evidence_pack(asked, answer, snapshot)
            given.evidence.write_text(json.dumps(pack, ensure_ascii=False, indent=1) + "\n", "utf-8")
        found = answer_json(answer, snapshot)
        print(json.dumps(found, ensure_ascii=False, indent=2) if given.json else as_text(found))
        return 0 if answer.answered else _EXIT_NOT_ANSWERED
    return 1


def _as_request(given: argparse.Namespace) -> Json:
    filters = {
        "documents": given.document,
        "dossier": given.dossier,
        "from": given.since,
        "to": given.until,
        "sender": given.sender,
        "kind": given.kind,
    }
    filters = {name: value for name, value in filters.items() if value is not None}
    return {"question": given.question, "history": given.history, "limit": given.limit, "filter": filters}


def as_text(answer: Json) -> str:
    """The answer as the terminal shows it."""
    if not answer["index"]["documents"]:
        return "There are no documents yet; add some with scripts/add_documents.py."
    lines = [] if answer["answered"] else ["These documents do not answer the question. What comes nearest:", ""]
    for passage in answer["passages"]:
        lines += [f"{passage['rank']}. {passage['text']}", f"   [{passage['source']['citation']}]", ""]
    return "\n".join([*lines, _searched(answer["searched"])])


def _searched(searched: Json) -> str:
    first, last = searched["from"], searched["to"]
    period = f" of {first}" + (f" to {last}" if last != first else "") if first else ""
    skipped = f", {_counted(searched['skipped'], 'file')} skipped" if searched["skipped"] else ""
    documents, paragraphs = _counted(searched["documents"], "document"), _counted(searched["paragraphs"], "paragraph")
    return f"Searched: {documents}{period}, {paragraphs}{skipped} (index {searched['index']})."


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


if __name__ == "__main__":
    sys.exit(main())
