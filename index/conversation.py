"""What a follow-up question means, given the earlier ones.

A question is taken as a follow-up only when its own words show it: it carries on ("en ..."), or points back ("die",
"daarvan", "they") without naming much itself, or names nothing at all ("wanneer?"). Scores cannot decide it: joined
to any earlier question, a question scores high on what answers that one.
"""

import re
from collections.abc import Sequence

from index.words import STOP_WORDS, words_of

# Words that point at something said before.
_POINTING = re.compile(
    r"\b(?:die|dat|deze|dit|daar\w*|hier\w*|er(?:mee|van|voor|over|op|in|aan|bij|uit|naar|door|tegen|toe)|hij|zij|ze|"
    r"hun|hen|haar|hem|dezelfde|diens|toen|laatstgenoemde|eerstgenoemde|de andere\w*|dat laatste|"
    r"it|its|that|those|these|they|them|their|he|she|his|her|the others?)\b",
    re.IGNORECASE,
)
# "die" and "dat" within a sentence mostly point at the noun before them, and "dit moment" at nothing said.
_INWARD = re.compile(
    r"(?<=\w )\w{3,},? (?:die|dat|that) (?=\w+ \w+)|\b(?:dit|this) (?:moment|jaar|year)\b", re.IGNORECASE
)
_CARRYING_ON = re.compile(r"(?:en|maar|ook|dus|and|but|also|so)\b", re.IGNORECASE)
_ASKING = re.compile(
    r"^(?:wie|wat|waar\w*|wanneer|hoe\w*|welke?|who|what|where|when|why|how|which|is|are|was|did|does)\b", re.IGNORECASE
)
_FEW = 3  # content words; more of them name a subject
_BARE = 2  # words; "wie betaalt?"
_LOOK_BACK = 2  # questions


def understand(question: str, history: Sequence[str]) -> str:
    """The question as it is searched: with the last earlier questions before it when it leans on them.

    `history` is oldest first.
    """
    if not history or not leans_back(question):
        return question
    return " ".join([*history[-_LOOK_BACK:], question])


def leans_back(question: str) -> bool:
    """Whether the question's own words show that it cannot be understood alone."""
    asked = question.strip()
    if _CARRYING_ON.match(asked):
        return True
    outward = _INWARD.sub(" ", asked)
    pointing = bool(_POINTING.search(outward))
    named = [word for word in words_of(_POINTING.sub(" ", asked)) if word not in STOP_WORDS and len(word) > 2]
    bare = bool(_ASKING.match(asked)) and len(asked.split()) <= _BARE
    return not named or bare or (pointing and len(named) <= _FEW)
