"""Answers: what a method returns, and how the runtime is told to read it."""

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
from ascgen.plan.code import literal, mapping
from ascgen.plan.views import Argument

if TYPE_CHECKING:
    from ascgen.plan.catalog import Catalog

_JSON = "application/json"
_CSV = "text/csv"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call returns: an annotation, and the runtime helper that makes it.

    `holds` is what an Operation of it is generic in, `model` the class of the API's in both, and
    `reading` are the Operation's arguments.
    """

    helper: str
    returns: str
    holds: str
    model: str = ""
    reading: tuple[Argument, ...] = ()


def answer_of(api: ApiModel, catalog: Catalog, operation: Operation) -> Answer:
    """The answer of an operation, by the success answers the document declares."""
    media = {answer.media_type: answer.schema for answer in operation.answers if answer.schema}
    if not media:
        return Answer("_done", "Response", "Response")
    if _JSON not in media:
        return _other(catalog, media)
    schema = api.schemas[media[_JSON]]
    match schema:
        case LinkageSchema():
            if schema.many:
                return Answer("_list_ids", "Pager[str]", "str")
            return Answer("_id", "str | None", "str")
        case MetricSchema():
            model = catalog.by_schema[schema.name]
            reading = _reading(api, catalog, model, schema.included)
            return Answer("_list_rows", f"Pager[{model}]", model, model, reading)
        case ResponseSchema():
            model = catalog.by_schema[schema.resource]
            reading = _reading(api, catalog, model, schema.included)
            helper, returns = "_resource", model
            if schema.many and _CSV in media:
                helper, returns = "_list_or_csv", f"CsvPager[{model}]"
            elif schema.many:
                helper, returns = "_list", f"Pager[{model}]"
            elif operation.kind is Kind.GET_TO_ONE_RELATED:
                helper, returns = "_optional", f"{model} | None"
            return Answer(helper, returns, model, model, reading)
        case ObjectSchema():
            model = catalog.by_schema[schema.name]
            return Answer("_value", model, model, model, (Argument(literal(model), "model"),))
        case _:
            return Answer("_done", "Response", "Response")


def _other(catalog: Catalog, media: dict[str, str]) -> Answer:
    """Answers that are no JSON:API documents: CSV, zipped reports, JSON of other kinds.

    Of several, one that is read is asked for; what is not known is returned as it comes.
    """
    read = [kind for kind in media if kind == _CSV or kind.endswith(("gzip", "+json"))]
    media_type = (read or list(media))[0]
    accept = Argument(literal(media_type), "accept")
    if media_type == _CSV:
        return Answer("_text", "str", "str", reading=(accept,))
    if media_type.endswith("gzip"):
        return Answer("_report", "bytes", "bytes", reading=(accept,))
    if media_type.endswith("+json") and (model := catalog.by_schema.get(media[media_type])):
        return Answer("_value", model, model, model, (Argument(literal(model), "model"), accept))
    return Answer("_done", "Response", "Response", reading=(accept,))


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
