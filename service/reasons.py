"""Why a file was skipped, a text is not whole or a build failed, in the visitor's language."""

import re

from service.reasons_dutch import DUTCH_REASONS

_PATTERNS = tuple((re.compile(pattern, re.DOTALL), dutch) for pattern, dutch in DUTCH_REASONS)


def reason_in(language: str, reason: str) -> tuple[str, str]:
    """The reason, and the language code that it is in: as asked where it is known, else as it came, in English."""
    said = reason.rstrip(".")
    if language == "nl":
        for pattern, dutch in _PATTERNS:
            match = pattern.fullmatch(said)
            if match:
                return match.expand(dutch), "nl"
    return said, "en"
