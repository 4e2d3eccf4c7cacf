"""Ask a question on the command line. Exit status: 0 answered, 3 not answered in these documents, 2 bad input."""

import argparse
import json
import sys

from terminal import EXIT_BAD_INPUT, failing_in_one_sentence, load_encoder_visibly, say

from index.errors import UnknownFilterValue
from index.search import Searcher
from index.snapshot import SnapshotFolder
from service.config import Config
from service.representations import Json, answer_json
from service.requests import BadRequest, parse_search

_EXIT_NOT_ANSWERED = 3


def main() -> int:
    """Answer one question from the current index."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("question")
    parser.add_argument("--history", action="append", default=[], metavar="QUESTION", help="an earlier question")
    parser.add_argument("--limit", type=int, default=5, metavar="N", help="how many passages at most (1 to 50)")
    parser.add_argument("--json", action="store_true", help="print what the API answers")
    given = parser.parse_args()
    with failing_in_one_sentence():
        try:
            # The API's own rules, so that both refuse the same questions.
            body = {"question": given.question, "history": given.history, "limit": given.limit}
            asked = parse_search(json.dumps(body).encode())
            config = Config.from_env()
            folder = SnapshotFolder(config.data)
            snapshot = folder.open(folder.current_version())
            searcher = Searcher(snapshot, load_encoder_visibly(config.model))
            answer = searcher.ask(asked.question, asked.history, asked.limit)
        except (BadRequest, UnknownFilterValue) as error:
            say(str(error))
            return EXIT_BAD_INPUT
        found = answer_json(answer, snapshot)
        print(json.dumps(found, ensure_ascii=False, indent=2) if given.json else _as_text(found))
        return 0 if answer.answered else _EXIT_NOT_ANSWERED
    return 1


def _as_text(answer: Json) -> str:
    if not answer["index"]["documents"]:
        return "There are no documents yet; add some with scripts/add_documents.py."
    lines = [] if answer["answered"] else ["These documents do not answer the question. What comes nearest:", ""]
    for passage in answer["passages"]:
        lines += [f"{passage['rank']}. {passage['text']}", f"   [{passage['source']['citation']}]", ""]
    return "\n".join(lines).rstrip()


if __name__ == "__main__":
    sys.exit(main())
