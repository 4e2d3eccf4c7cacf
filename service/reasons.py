# ruff: noqa: E501 (a sentence and its translation are one line, however long)
"""Why a document's text is not whole or a file was skipped, in Dutch for the commonest reasons."""

import re

# What the readers and `corpus.quality` say, and the same in Dutch.
_DUTCH = (
    (r"(\d+%) of the words are not in a Dutch word list", r"\1 van de woorden staat niet in een Nederlandse woordenlijst"),
    (r"(\d+) words are torn apart, such as '(.*)'", r"\1 woorden zijn uiteengevallen, zoals '\2'"),
    (r"no text was found on page (.*) and others", r"geen tekst gevonden op pagina \1 en andere"),
    (r"no text was found on page (.*)", r"geen tekst gevonden op pagina \1"),
    (r"(\d+) characters could not be read", r"\1 tekens konden niet worden gelezen"),
    (r"(.*) is the same document as (.*) \((.*)\); remove one of them", r"\1 is hetzelfde document als \2 (\3); verwijder een van beide"),
    (r"(.*) is empty; .*", r"\1 is leeg; verwijder het of zet er tekst in"),
    (r"(.*) is encrypted; .*", r"\1 is versleuteld; bewaar het zonder wachtwoord en voeg het opnieuw toe"),
    (r"(.*) holds no text; .*", r"\1 bevat geen tekst"),
    (r"(.*) is cut off: a PDF ends with .*", r"\1 is afgebroken; download of bewaar het opnieuw"),
    (r"(.*) is damaged and cannot be opened as PDF; .*", r"\1 is beschadigd en kan niet als PDF worden geopend; download het opnieuw"),
    (r"(.*) is an old Office file .*", r"\1 is een oud Office-bestand; bewaar het als .docx en voeg dat toe"),
    (r"(.*) is an Excel or PowerPoint file; .*", r"\1 is een Excel- of PowerPointbestand; bewaar de tekst als Word, PDF of platte tekst"),
    (r"(.*) is (\S+/\S+), which holds no text that can be read; .*", r"\1 is van het soort \2, waaruit geen tekst kan worden gelezen"),
    (r"(.*) is larger than (\d+) MB; .*", r"\1 is groter dan \2 MB; splits het"),
    (r"(.*) is already here as (.*), with other contents; .*", r"\1 is er al als \2, met andere inhoud; verwijder dat eerst"),
)  # fmt: skip


def reason_in(language: str, reason: str) -> tuple[str, str]:
    """The reason, and the language code that it is in: as asked where it is known, else as it came, in English."""
    if language == "nl":
        for pattern, dutch in _DUTCH:
            match = re.fullmatch(pattern, reason.rstrip("."), re.DOTALL)
            if match:
                return match.expand(dutch), "nl"
    return reason, "en"
