"""What a question may look like, for the API and the page alike."""

import datetime
import json
from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from index.narrowing import Narrowing
from service.config import Config

_LIMITS = Config()


def _holds_text(text: str) -> str:
    if not text.strip():
        raise ValueError("it holds no text")
    return text


def _without_fraction(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value


# JSON has no integers: to its schemas, and to clients that write all numbers so, 5.0 is 5.
# Last among what is annotated: before the bounds, it keeps them out of the description.
_WHOLE = BeforeValidator(_without_fraction)
# Told in the description only; what refuses is `_holds_text`, which says so in words.
_SOME_TEXT = Field(json_schema_extra={"pattern": r"\S"})
QuestionText = Annotated[
    str,
    StringConstraints(max_length=_LIMITS.max_question_characters),
    AfterValidator(_holds_text),
    _SOME_TEXT,
]
FilterText = Annotated[
    str,
    StringConstraints(max_length=_LIMITS.max_filter_characters),
    AfterValidator(_holds_text),
    _SOME_TEXT,
]


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FilterForm(_Request):
    """What a question is narrowed to; all conditions hold together."""

    documents: Annotated[list[str], Field(min_length=1)] | None = None
    dossier: str | None = None
    sender: FilterText | None = None
    kind: FilterText | None = None
    since: datetime.date | None = Field(None, alias="from")
    until: datetime.date | None = Field(None, alias="to")

    @model_validator(mode="after")
    def _period_runs_forward(self) -> "FilterForm":
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"the period ends ({self.until}) before it begins ({self.since})")
        return self

    def narrowing(self) -> Narrowing:
        """The same, as the searcher takes it."""
        return Narrowing(
            documents=None if self.documents is None else frozenset(self.documents),
            dossier=None if self.dossier is None else self.dossier.replace(" ", ""),
            since=self.since,
            until=self.until,
            sender=None if self.sender is None else " ".join(self.sender.split()),
            kind=self.kind,
        )


class SearchRequest(_Request):
    """A question with the earlier ones, oldest first; `index` asks a kept snapshot instead of the current one.

    `perDocument` is how many passages of one document there may be.
    """

    question: QuestionText
    history: Annotated[list[QuestionText], Field(max_length=_LIMITS.max_history)] = []
    limit: Annotated[int, Field(ge=1, le=_LIMITS.max_limit), _WHOLE] = 5
    filter: FilterForm = FilterForm.model_construct()
    per_document: Annotated[int, Field(ge=1, le=_LIMITS.max_limit), _WHOLE] | None = Field(None, alias="perDocument")
    index: str | None = None


class PageQuery(BaseModel):
    """Which page of a list; the first is 1."""

    model_config = ConfigDict(frozen=True)

    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    page_size: Annotated[int, Field(ge=1, le=_LIMITS.max_page_size, alias="pageSize")] = _LIMITS.page_size


class UploadForm(BaseModel):
    """A form with one file; its name is kept only to tell what was wrong with it."""

    file: Annotated[bytes, WithJsonSchema({"type": "string", "format": "binary"})]


class BadRequest(Exception):
    """Read by the client's developer: every fault of a request, each with a JSON pointer to its place."""

    def __init__(self, faults: list[dict[str, str]]) -> None:
        super().__init__("; ".join(f"{fault['pointer'] or 'the body'}: {fault['detail']}" for fault in faults))
        self.faults = faults


def parse_search(body: bytes) -> SearchRequest:
    """Read a search request's JSON body; BadRequest lists all its faults."""
    try:
        asked = SearchRequest.model_validate_json(body)
    except ValidationError as error:
        raise BadRequest([_fault(detail) for detail in error.errors(include_url=False)]) from error
    if faults := _repeated_names(body):
        raise BadRequest(faults)
    return asked


def parse_page(query: Mapping[str, str]) -> PageQuery:
    """Read which page a query asks for; BadRequest lists all its faults."""
    try:
        return PageQuery.model_validate(dict(query))
    except ValidationError as error:
        raise BadRequest([_fault(detail) for detail in error.errors(include_url=False)]) from error


def _repeated_names(body: bytes) -> list[dict[str, str]]:
    """Names given twice: JSON leaves open which value counts (RFC 8259, 4). `body` is a valid request.

    So it holds two objects at most, and the inner one, the filter, is read first.
    """
    objects: list[Counter[str]] = []
    json.loads(body, object_pairs_hook=lambda pairs: objects.append(Counter(name for name, _ in pairs)))
    above = {True: "", False: "/filter"}
    return [
        {"pointer": f"{above[names is objects[-1]]}/{name}", "detail": f"it is given {count} times"}
        for names in objects
        for name, count in names.items()
        if count > 1
    ]


def _fault(detail: Any) -> dict[str, str]:  # noqa: ANN401 (pydantic's ErrorDetails holds any value)
    pointer = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in detail["loc"])
    message: str = detail["msg"]
    return {"pointer": pointer, "detail": message.removeprefix("Value error, ")}
