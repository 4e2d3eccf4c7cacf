"""Footnotes met while markup is read: their own marks, each of them once in a document."""


class Notes:
    """The footnotes of one document, in the order in which they were met."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._marks: dict[str, str] = {}
        self._ranks: dict[str, int] = {}

    def add(self, mark: str, text: str, key: str = "") -> str:
        """Add a footnote and give the mark that names it; `key` is the id by which markup refers to it.

        A mark that is taken, as where an annex or a table counts anew, gets its rank behind it: the second note 1
        is `1_2`. Without a mark the footnote is numbered by its place.
        """
        wanted = mark.strip(" .)([]") or str(len(self._texts) + 1)
        unique = wanted
        while unique in self._texts:
            self._ranks[wanted] = self._ranks.get(wanted, 1) + 1
            unique = f"{wanted}_{self._ranks[wanted]}"
        self._texts[unique] = text
        if key:
            self._marks.setdefault(key, unique)
        return unique

    def mark_of(self, key: str) -> str | None:
        """The mark of the footnote with this id; None when there is none."""
        return self._marks.get(key)

    def items(self) -> list[tuple[str, str]]:
        """Marks with their texts."""
        return list(self._texts.items())
