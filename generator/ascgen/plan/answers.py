"""Answers: what a method returns, and how the runtime reads it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ascgen.model import (
    ApiModel,
    Kind,
    LinkageSchema,
    MetricSchema,
    ObjectSchema,
    Operation,
    ResponseSchema,
)
from ascgen.plan.code import literal, mapping, of_models
from ascgen.plan.views import Argument

if TYPE_CHECKING:
    from ascgen.plan.catalog import Catalog

_JSON = "application/json"
_CSV = "text/csv"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call returns, and the runtime helper that makes it.

    `shape` is an annotation with `{}` for what an Operation of it is generic in: a class of the
    models, or `holds`. `reading` are the Operation's arguments.
    """

    helper: str
    shape: str
    model: str = ""
    holds: str = ""
    reading: tuple[Argument, ...] = ()

    @property
    def returns(self) -> str:
        """What a call returns, in a word for people."""
        return self.shape.format(self.model or self.holds)

    @property
    def annotation(self) -> str:
        """What a call returns, as an annotation."""
        return self.shape.format(self.generic_in)

    @property
    def generic_in(self) -> str:
        """What an Operation of it is generic in, as an annotation."""
        return of_models(self.model) if self.model else self.holds


def answer_of(api: ApiModel, catalog: Catalog, operation: Operation) -> Answer:
    """Return the answer of an operation, by the success answers the document declares."""
    media = {answer.media_type: answer.schema for answer in operation.answers if answer.schema}
    if not media:
        return Answer("_done", "{}", holds="Response")
    if _JSON not in media:
        return _other(catalog, media)
    schema = api.schemas[media[_JSON]]
    match schema:
        case LinkageSchema():
            linked = (Argument(literal(schema.type), "type"),)
            if schema.many:
                return Answer("_list_ids", "Pager[{}]", holds="str", reading=linked)
            return Answer("_id", "{} | None", holds="str", reading=linked)
        case MetricSchema():
            model = catalog.by_schema[schema.name]
            reading = _reading(api, catalog, model, schema.included)
            return Answer("_list_rows", "Pager[{}]", model, reading=reading)
        case ResponseSchema():
            model = catalog.by_schema[schema.resource]
            reading = _reading(api, catalog, model, schema.included)
            helper, shape = "_resource", "{}"
            if schema.many and _CSV in media:
                helper, shape = "_list_or_csv", "CsvPager[{}]"
            elif schema.many:
                helper, shape = "_list", "Pager[{}]"
            elif operation.kind is Kind.GET_TO_ONE_RELATED:
                helper, shape = "_optional", "{} | None"
            return Answer(helper, shape, model, reading=reading)
        case ObjectSchema():
            model = catalog.by_schema[schema.name]
            return Answer("_value", "{}", model, reading=(Argument(literal(model), "model"),))
        case _:
            return Answer("_done", "{}", holds="Response")


def _other(catalog: Catalog, media: dict[str, str]) -> Answer:
    """Answers that are not JSON:API documents: CSV, zipped reports, JSON of other kinds.

    Of several, one that is read is asked for; what is not known is returned as it comes.
    """
    read = [kind for kind in media if kind == _CSV or kind.endswith(("gzip", "+json"))]
    media_type = (read or list(media))[0]
    accept = Argument(literal(media_type), "accept")
    if media_type == _CSV:
        return Answer("_text", "{}", holds="str", reading=(accept,))
    if media_type.endswith("gzip"):
        return Answer("_report", "{}", holds="bytes", reading=(accept,))
    if media_type.endswith("+json") and (model := catalog.by_schema.get(media[media_type])):
        reading = (Argument(literal(model), "model"), accept)
        return Answer("_value", "{}", model, reading=reading)
    return Answer("_done", "{}", holds="Response", reading=(accept,))


def _reading(
    api: ApiModel, catalog: Catalog, model: str, included: tuple[str, ...]
) -> tuple[Argument, ...]:
    classes: dict[str, str] = {}
    for name in included:
        kind = api.resource(name).type
        # The package itself knows the usual class of a type.
        if catalog.class_by_type[kind] != catalog.by_schema[name]:
            classes[kind] = catalog.by_schema[name]
    reading = (Argument(literal(model), "model"),)
    return (*reading, Argument(mapping(classes), "included")) if classes else reading
