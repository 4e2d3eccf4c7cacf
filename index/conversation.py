"""What a follow-up question means, given the earlier ones."""

import re
from collections.abc import Sequence

# Words that point at something said before, or carry a question on.
_POINTING = re.compile(
    r"\b(?:die|dat|deze|dit|daar\w*|hier\w*|er\w{2,}|hij|zij|ze|hun|hen|haar|hem|zijn rol|dezelfde|diens|ander\w?|"
    r"it|its|that|those|these|they|them|their|he|she|his|her|there)\b",
    re.IGNORECASE,
)
_CARRYING_ON = re.compile(r"(?:en|maar|ook|dus|and|but|also|so)\b", re.IGNORECASE)
_SHORT = 4  # words; "en wanneer?" cannot stand alone
_LOOK_BACK = 2  # questions


def understand(question: str, history: Sequence[str]) -> str:
    """The question as it is searched: with the last earlier questions before it when it leans on them.

    `history` is oldest first.
    """
    if not history or not _leans_back(question):
        return question
    return " ".join([*history[-_LOOK_BACK:], question])


def _leans_back(question: str) -> bool:
    return bool(_CARRYING_ON.match(question.strip()) or _POINTING.search(question) or len(question.split()) <= _SHORT)
