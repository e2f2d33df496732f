"""Operations: the kind from method and path, the query sorted into the API's families."""

from __future__ import annotations

import re

from ascgen.analyze.cursor import Cursor, checked_name, pattern_of
from ascgen.analyze.query import QueryReader, read_query
from ascgen.model import (
    Answer,
    Kind,
    LinkageSchema,
    MetricSchema,
    Operation,
    Path,
    ResponseSchema,
    Schema,
)

_PATH = pattern_of(Path)
_OPERATION_MEMBERS = frozenset(
    {"tags", "operationId", "parameters", "requestBody", "responses", "deprecated", "description",
     "summary", "security"}
)  # fmt: skip
_METHODS = frozenset({"get", "post", "patch", "delete"})
_JSON = "application/json"

# (method, part of the path, answers or takes several) → kind
_COLLECTION = {"get": Kind.GET_COLLECTION, "post": Kind.CREATE_INSTANCE}
_INSTANCE = {
    "get": Kind.GET_INSTANCE,
    "patch": Kind.UPDATE_INSTANCE,
    "delete": Kind.DELETE_INSTANCE,
}
_RELATIONSHIP = {
    ("get", False): Kind.GET_TO_ONE_RELATIONSHIP,
    ("get", True): Kind.GET_TO_MANY_RELATIONSHIP,
    ("post", True): Kind.CREATE_TO_MANY_RELATIONSHIP,
    ("patch", False): Kind.UPDATE_TO_ONE_RELATIONSHIP,
    ("patch", True): Kind.REPLACE_TO_MANY_RELATIONSHIP,
    ("delete", True): Kind.DELETE_TO_MANY_RELATIONSHIP,
}


class OperationReader:
    """Reads operations against the component schemas that are already known."""

    def __init__(self, schemas: dict[str, Schema], query: QueryReader) -> None:
        self._schemas = schemas
        self._query = query

    def read_path(self, path: str, item: Cursor) -> list[Operation]:
        """All operations of one path."""
        match = _PATH.match(path)
        if match is None:
            item.fail("this path is none of the forms this API uses")
        operations: list[Operation] = []
        for method, place in item.members():
            if method == "parameters":
                self._check_path_parameters(place, instance=bool(match["instance"]))
            elif method in _METHODS:
                operations.append(self._read(path, match, method, place))
            else:
                place.fail(f"this program does not know {method!r} here")
        return operations

    def _read(self, path: str, match: re.Match[str], method: str, place: Cursor) -> Operation:
        place.only(_OPERATION_MEMBERS)
        request = self._read_request(place.get("requestBody"))
        answers, errors = self._read_answers(place.child("responses"))
        operation_id = place.child("operationId").name()
        kind = self._kind(match, method, place, request, answers)
        families = read_query(self._query, place.get("parameters"))
        successor = place.get("x-ascgen-successor")
        return Operation(
            id=operation_id,
            kind=kind,
            method=method.upper(),
            path=path,
            deprecated=place.flag("deprecated"),
            successor=successor.name() if successor is not None else None,
            request=request,
            answers=answers,
            errors=errors,
            filters=tuple(families.filters),
            exists=tuple(families.exists),
            sort=families.sort,
            include=families.include,
            fields=tuple(families.fields),
            limit=families.limit,
            related_limits=tuple(families.related_limits),
            parameters=tuple(families.parameters),
        )

    def _kind(
        self,
        match: re.Match[str],
        method: str,
        place: Cursor,
        request: str | None,
        answers: tuple[Answer, ...],
    ) -> Kind:
        """Derive the kind from method, path and arity; the operation id must not contradict it."""
        stated = _stated_kind(place.child("operationId"))
        via, member = match["via"], match["member"]
        kind: Kind | None
        if not match["instance"]:
            kind = _COLLECTION.get(method)
        elif via == "relationships" and member:
            schema = self._schemas.get(request or answers[0].schema or "")
            many = isinstance(schema, LinkageSchema) and schema.many
            kind = _RELATIONSHIP.get((method, many))
        elif via == "metrics" and member:
            kind = Kind.GET_METRICS if method == "get" else None
        elif via:
            kind = None
        elif member:
            kind = self._related_kind(answers, stated) if method == "get" else None
        else:
            kind = _INSTANCE.get(method)
        if kind is None:
            place.fail(
                f"an operation of an unknown kind: {method.upper()} on this path",
                hint="this API's grammar has gained something; the generator must learn it first",
            )
        if stated is not None and stated != kind:
            place.child("operationId").fail(
                f"the operation id says {stated.value}, method and path say {kind.value}"
            )
        return kind

    def _related_kind(self, answers: tuple[Answer, ...], stated: Kind | None) -> Kind:
        """To-one or to-many by the JSON answer; without one only the operation id can tell."""
        for answer in answers:
            schema = self._schemas.get(answer.schema or "")
            if isinstance(schema, ResponseSchema):
                return Kind.GET_TO_MANY_RELATED if schema.many else Kind.GET_TO_ONE_RELATED
        return stated or Kind.GET_TO_MANY_RELATED

    def _read_request(self, body: Cursor | None) -> str | None:
        if body is None:
            return None
        content = body.child("content")
        for media_type, child in content.members():
            if media_type != _JSON:
                child.fail("only JSON request bodies are known")
        return self._schema_name(content.child(_JSON).child("schema"))

    def _read_answers(self, responses: Cursor) -> tuple[tuple[Answer, ...], tuple[int, ...]]:
        answers: list[Answer] = []
        errors: list[int] = []
        for status, place in responses.members():
            if not re.fullmatch(r"[1-5][0-9]{2}", status):
                place.fail(f"{status!r} is no HTTP status")
            if not status.startswith("2"):
                errors.append(int(status))
                continue
            content = place.get("content")
            if content is None:
                answers.append(Answer(status=int(status)))
                continue
            for media_type, child in content.members():
                schema = self._schema_name(child.child("schema"))
                self._check_answer(media_type, schema, child)
                answers.append(
                    Answer(
                        status=int(status), media_type=_media_type(media_type, child), schema=schema
                    )
                )
        if not answers:
            responses.fail("an operation without a success answer")
        return (
            tuple(sorted(answers, key=lambda a: (a.status, a.media_type))),
            tuple(sorted(errors)),
        )

    def _check_answer(self, media_type: str, name: str, place: Cursor) -> None:
        schema = self._schemas[name]
        if media_type == _JSON and not isinstance(
            schema, ResponseSchema | LinkageSchema | MetricSchema
        ):
            place.fail(f"{name} is no JSON:API document")

    def _schema_name(self, place: Cursor) -> str:
        name = place.reference()
        if name is None:
            place.fail("bodies are references to schemas")
        if name not in self._schemas:
            place.fail(f"there is no schema {name!r}")
        return name

    def _check_path_parameters(self, place: Cursor, *, instance: bool) -> None:
        names = [item.child("name").text() for item in place.items()]
        if names != (["id"] if instance else []):
            place.fail(f"path parameters other than id: {', '.join(names)}")


def _media_type(text: str, place: Cursor) -> str:
    if not re.fullmatch(r"[a-z]{1,20}/[a-z0-9.+\-]{1,79}", text):
        place.fail(f"{text[:80]!r} is no media type")
    return text


def _stated_kind(place: Cursor) -> Kind | None:
    """The kind an operation id ends with, in either of its two spellings.

    Before 3.7 ids read `apps-get_collection`, since then `apps_getCollection`.
    """
    text = checked_name(place.text(), place)
    if "-" in text:
        words = text.rsplit("-", 1)[1].split("_")
        text = words[0] + "".join(word.capitalize() for word in words[1:])
    else:
        text = text.rsplit("_", 1)[-1]
    try:
        return Kind(text)
    except ValueError:
        place.fail(
            f"an operation of an unknown kind: {text!r}",
            hint="this API's grammar has gained something; the generator must learn it first",
        )
