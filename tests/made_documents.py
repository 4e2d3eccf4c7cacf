"""Documents made at random, with everything a letter has, for readers to read back from a rendering."""

import datetime
import random

from corpus.document import Document, Dossier, Identity, NoteReference
from corpus.identity import kamerstuk_id, sentence_case
from corpus.readers.outline import Outline

_WORDS = (
    "de het een van in op te met voor is dat niet aan zijn er maar om als dan bij ook uit naar door over tot "
    "waterschap gemeente provincie ministerie besluit regeling onderzoek uitvoering verantwoordelijkheid "
    "samenwerking bevoegdheden beleidsaanbevelingen gegevens kosten maatregelen toezicht handhaving veiligheid "
    "informatievoorziening ondersteuning financiële internationale Europese Nederlandse kabinet Kamer Raad "
    "VN-resolutie EU-lidstaten Noord-Holland 2019 15 4.000 organisaties voorzieningen bestuurlijke afspraken"
).split()
_CHARACTERS_ON_PAGE = 2_600


def made_kamerstuk(seed: int) -> Document:
    """A Kamerstuk of one to five pages, the same for the same seed."""
    return _Maker(random.Random(seed)).make()


class _Maker:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.outline = Outline()
        self.page = 1
        self.used = 500
        self.mark = 0

    def make(self) -> Document:
        chance = self.chance
        for _ in range(chance.randint(1, 5)):
            if chance.random() < 0.8:
                self.heading()
            for _ in range(chance.randint(1, 4)):
                self.paragraph()
            if chance.random() < 0.4:
                self.list()
        self.room(300)
        self.outline.signature("De Minister van Financiën, A.B. de Vries", pages=(self.page,))
        number = str(chance.randint(1, 999))
        title = "BRIEF VAN DE MINISTER VAN FINANCIËN"
        return self.outline.finish(
            Identity(
                id=kamerstuk_id("31200-IV", number),
                title=sentence_case(title),
                date=datetime.date(2020, chance.randint(1, 12), chance.randint(1, 28)),
                chamber="II",
                session_year="2019/20",
                number=number,
                dossiers=(Dossier("31200-IV", "Vaststelling van de begroting"),),
                sender="Minister van Financiën",
            )
        )

    def room(self, needed: int) -> None:
        if self.used + needed > _CHARACTERS_ON_PAGE:
            self.page += 1
            self.used = 0

    def heading(self) -> None:
        self.room(500)
        self.used += 170
        words = [self.chance.choice(_WORDS) for _ in range(self.chance.randint(2, 9))]
        self.outline.heading(" ".join([words[0].capitalize(), *words[1:]]).rstrip("0123456789. ") + " in beeld")

    def paragraph(self) -> None:
        sentences = [self.sentence() for _ in range(self.chance.randint(1, 6))]
        text, notes = " ".join(sentences), []
        pages = self.place(len(text))
        if self.chance.random() < 0.3 and len(pages) == 1:
            self.mark += 1
            end = len(sentences[0])
            position = self.chance.choice([end, end - 1])
            notes.append(NoteReference(str(self.mark), position))
            self.outline.footnote(str(self.mark), self.sentence(), pages=pages)
            self.used += 160
        self.outline.paragraph(text, pages=pages, notes=tuple(notes))

    def list(self) -> None:
        labels = self.chance.choice(["abcdefg", "1234567"])
        for label in labels[: self.chance.randint(2, 5)]:
            self.room(250)
            text = self.sentence()
            self.used += len(text) + 100
            self.outline.list_item(f"{label}.", text, pages=(self.page,))

    def place(self, length: int) -> tuple[int, ...]:
        """The pages of a paragraph: a long one may run over the page's end."""
        left = _CHARACTERS_ON_PAGE - self.used
        if length + 90 <= left:
            self.used += length + 90
            return (self.page,)
        self.page += 1
        self.used = length + 90
        if length > 250 and left > length / 2 + 90:
            return self.page - 1, self.page
        return (self.page,)

    def sentence(self) -> str:
        words = [self.chance.choice(_WORDS) for _ in range(self.chance.randint(4, 22))]
        for position in range(2, len(words) - 2):
            if self.chance.random() < 0.08:
                words[position] = self.chance.choice(["«{}»", "{},", "({})", "{};"]).format(words[position])
        return " ".join([words[0][0].upper() + words[0][1:], *words[1:]]) + "."
