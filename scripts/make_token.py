"""Make, list and revoke the tokens with which the collection is changed over a network."""

import argparse
import sys

from terminal import failing_in_one_sentence, say

from service.audit_log import log_for_commands, who_runs_this
from service.config import Config
from service.tokens import Tokens


def main() -> int:
    """Change the tokens of the data folder; a running service follows at once."""
    parser = argparse.ArgumentParser(description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for action, explanation in (
        ("make", "make a token and print it, once"),
        ("revoke", "take a token back, with the sessions begun with it"),
    ):
        actions.add_parser(action, help=explanation).add_argument("name", help="whose token, as 'jansen' or 'loader'")
    actions.add_parser("list", help="name the tokens and when they were made")
    given = parser.parse_args()
    with failing_in_one_sentence():
        data = Config.from_env().data
        tokens = Tokens(data)
        if given.action == "list":
            for each in tokens.all():
                print(f"{each.name}\t{each.made_at}")
            return 0
        # Before anything is changed: what cannot be recorded is not done.
        log, who = log_for_commands(data), who_runs_this()
        if given.action == "make":
            token = tokens.make(given.name)
            log.write(who=who, what="make token", result=0, token=given.name)
            say("Keep this token; it is not shown again:")
            print(token)
        else:
            tokens.revoke(given.name)
            log.write(who=who, what="revoke token", result=0, token=given.name)
            say(f"The token {given.name} counts no longer.")
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
