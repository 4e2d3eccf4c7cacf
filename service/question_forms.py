"""Questions that a sentence of a Dutch document answers, in words of its own.

In a Dutch main sentence the finite verb comes second. So what stands before it can give way to a question word, as in
"In 2018 organiseerde Nederland een sessie" and "Wanneer organiseerde Nederland een sessie?", and a subject before it
can change places with it. A sentence whose verb cannot be told for certain gives no question.
"""

import re

_SHORTEST, _LONGEST = 12, 120  # characters

_MONTH = "(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)"
_YEAR = r"(?:19|20)\d\d"
_PART = "(?:begin|eind|medio|het najaar van|het voorjaar van)"
_DATE = rf"(?:\d{{1,2}} {_MONTH}(?: {_YEAR}| jl\.)?|(?:{_PART} )?(?:{_MONTH} )?{_YEAR})"
_WHEN = rf"(?:[Ii]n|[Oo]p|[Ss]inds|[Vv]anaf|[Pp]er|[Mm]et ingang van) {_DATE}"
# Finite whatever else stands in the sentence; plurals such as "zijn" or "worden" may be infinitives.
_FINITE = (
    "is|was|wordt|werd|heeft|had|zal|kan|moet|mag|komt|krijgt|gaat|treedt|vindt|begint|start|stopt|vervalt|eindigt"
)
_PLURAL = "zijn|waren|worden|werden|hebben|hadden|zullen|kunnen|moeten|mogen|komen|krijgen|gaan|treden|vinden"
_PAST = "(?!ge)[a-z]{3,}(?:de|den|te|ten)"

_SUBJECT = r"(?:(?:[Hh]et|[Dd]e|[Ee]en) [\w-]+(?: [\w-]+){0,7}?|Nederland|[\w-]*[a-z\d][A-Z][\w-]*|[A-Z]{2,}[\w-]*)"
_DEFINITION = re.compile(
    rf"(?P<subject>{_SUBJECT}|[A-Z][a-z]{{4,}}en(?= zijn))(?: \([\w -]+\))? (?P<verb>is|zijn) "
    r"(?:een|het|de) (?!ook|niet|wel)\w"
)
_FRONTED_DATE = re.compile(
    rf"{_WHEN} (?:bijvoorbeeld )?(?P<rest>(?:{_FINITE}|{_PLURAL}|{_PAST}) (?:(?:de|het|een|er) |[A-Z])[^,;:()]+)"
)
_DATE_WITHIN = re.compile(
    rf"(?P<subject>{_SUBJECT}) (?P<verb>{_FINITE}) (?P<before>(?:[\w-]+ ){{0,4}}?){_WHEN} (?P<rest>[^,;:()]+)"
)
_AMOUNT = re.compile(
    r"(?P<subject>(?:de|het) (?:[\w-]+ )?[\w-]+(?: (?:van|voor|per|op) (?:de |het |een )?[\w-]+){0,2}) "
    r"(?P<verb>bedraagt) ",
    re.I,
)
# What somebody is, has or may; the subject itself, however long, is the answer.
_WHO = re.compile(
    r"(?P<subject>[^,;:()]+?) (?P<verb>heeft|hebben|is|zijn|kan|kunnen) "
    r"(?P<rest>(?:recht op|verantwoordelijk voor|belast met|in aanmerking komen voor) [^,;:.()]+?)"
    r"(?= (?:zonder|behoudens|indien|tenzij|als|wanneer|die|dat|voor zover)\b|[,;:()]|$)",
    re.I,
)
_SINGULAR = {"zijn": "is", "hebben": "heeft", "kunnen": "kan"}

# Words that need what stands before the sentence, or who speaks, to be understood.
_POINTING = re.compile(
    r"\b(?:ik|wij|we|mij|mijn|ons|onze|u|uw|jl|deze|dit|dat|die|hij|zij|ze|haar|hen|hun|daar\w*|hier\w*|waar\w*|er|dan|toen|"
    r"nu|thans|zulke?|dergelijke?|geno?emde?|voornoemde?|bedoelde?|laatste|eerste|tweede|derde|vierde|vijfde|lid|onderdeel|"
    r"vorige|volgende|beide|ook|echter|verder|tevens|daarnaast|alle|elke?|iedere?|sommige|veel|niet|geen|voorbeeld\w*)\b",
    re.I,
)
# An article with one plain noun ("de app") points back to what was named before; a compound or a name does not.
_PLAIN = re.compile(r"(?:[Dd]e|[Hh]et) [a-z]{1,11}|[Ee]en van .*")
_VERB = re.compile(rf"\b(?:{_FINITE})\b")
_SUBORDINATE = re.compile(r"(?:indien|als|wanneer|hoewel|omdat|voor zover|zodra|bij|in|op|na|met)\b", re.I)


def questions_answered_by(sentence: str) -> list[str]:
    """The questions that a sentence answers by itself, the most telling form first; none when it is unclear."""
    said = re.sub(r"^(?:\d+[.)]?|[a-z][.)]|[-•])\s+", "", sentence.strip())
    if not said.endswith((".", "!")) or "[" in said or "|" in said:
        return []
    said = said[:-1]
    made = (_what(said), _when(said), _who(said), _how_much(said))
    return [question for question in made if question and _SHORTEST <= len(question) <= _LONGEST]


def _what(said: str) -> str | None:
    match = _DEFINITION.match(said)
    if not match or not _names_something(match["subject"]):
        return None
    return f"Wat {match['verb']} {_within(match['subject'])}?"


def _when(said: str) -> str | None:
    fronted = _FRONTED_DATE.fullmatch(said)
    if fronted and not _POINTING.search(fronted["rest"]):
        return f"Wanneer {fronted['rest']}?"
    within = _DATE_WITHIN.fullmatch(said)
    if not within or not _names_something(within["subject"]) or _POINTING.search(within["before"] + within["rest"]):
        return None
    return f"Wanneer {within['verb']} {_within(within['subject'])} {within['before']}{within['rest']}?"


def _who(said: str) -> str | None:
    match = _WHO.match(said)
    if not match or _SUBORDINATE.match(match["subject"]) or _POINTING.search(match["rest"]):
        return None
    verb = match["verb"].lower()
    return f"Wie {_SINGULAR.get(verb, verb)} {match['rest']}?"


def _how_much(said: str) -> str | None:
    match = _AMOUNT.match(said)
    if not match or not _names_something(match["subject"]):
        return None
    return f"Hoeveel {match['verb']} {_within(match['subject'])}?"


def _names_something(subject: str) -> bool:
    """Whether a subject can be understood without the sentences before it."""
    return not (_POINTING.search(subject) or _PLAIN.fullmatch(subject) or _VERB.search(subject))


def _within(subject: str) -> str:
    """A subject as it stands within a sentence: an article or plain word loses its capital, a name keeps it."""
    is_name = subject == "Nederland" or subject[1:2].isupper() or re.search(r"[a-z\d][A-Z]", subject.split(" ")[0])
    return subject if is_name else subject[0].lower() + subject[1:]
