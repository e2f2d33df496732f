"""Bodies: what operations take and answer, by the schema's name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ascgen.analyze.cursor import Cursor, UnknownConstructError, checked_name
from ascgen.analyze.schema_parts import names_schema
from ascgen.model import (
    Answer,
    LinkageSchema,
    MetricSchema,
    ObjectSchema,
    RequestSchema,
    ResponseSchema,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ascgen.analyze.composition import Composition
    from ascgen.analyze.omissions import Omissions
    from ascgen.analyze.schemas import SchemaReader

_SUCCESS = 2  # hundred and so on
JSON = "application/json"
CSV = "text/csv"
GZIP = "application/a-gzip"
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+\-]{1,79}")
# Apple's documents up to 1.2 leave the first half of gzip's out; what may be anything is JSON here.
_SPELLINGS = {"gzip": GZIP, "application/vnd.api+json": JSON, "*/*": JSON}
_DOCUMENTS = (ResponseSchema, LinkageSchema, MetricSchema)
_RAW = "the method returns the Response, whose .content has it"


class BodyReader:
    """Reads bodies; a schema that is spelled out in its place is named after the operation."""

    def __init__(
        self, composition: Composition, omissions: Omissions, schemas: SchemaReader
    ) -> None:
        self._composition = composition
        self._omissions = omissions
        self._schemas = schemas

    def request(self, place: Cursor | None, name: str, method: str) -> str | None:
        """Return the schema of what an operation takes."""
        if place is None:
            return None
        content = self._composition.resolved(place).child("content")
        media = {media_type(key): child for key, child in content.members()}
        for key, child in media.items():
            if key != JSON and JSON in media:
                self._omissions.add(child, f"a body of the type {key}", "the method sends JSON")
        if JSON not in media:
            content.fail("a body of another type than JSON")
        schema = self._named(
            media[JSON].child("schema"), f"{name}{method.capitalize()}Request", is_body=True
        )
        found = self._schemas.schemas[schema]
        if isinstance(found, LinkageSchema):
            return schema
        if not isinstance(found, RequestSchema) or method not in {"post", "patch"}:
            media[JSON].child("schema").fail(f"{schema} is not a request of this API")
        return schema

    def answers(
        self, operation: Cursor, name: str, method: str
    ) -> tuple[tuple[Answer, ...], tuple[int, ...]]:
        """Return the success answers of an operation, and the statuses of its errors."""
        answers: list[Answer] = []
        errors: set[int] = set()
        responses = operation.get("responses")
        members = dict(responses.members()) if responses is not None else {}
        succeeds = any(status.startswith("2") for status in members)
        for status, place in members.items():
            if status.startswith("x-") or (status == "default" and succeeds):
                continue
            code = 200 if status == "default" else _code(status)
            if code is None:
                self._omissions.add(place, f"an answer to {status!r}", _RAW)
                continue
            if code // 100 != _SUCCESS:
                errors.add(code)
                continue
            try:
                answers += self._success(code, place, f"{name}{method.capitalize()}Response")
            except UnknownConstructError as error:
                self._omissions.add_error(error, _RAW)
                answers.append(Answer(status=code))
        if not answers:
            self._omissions.add(responses or operation, "no success answer is declared", _RAW)
        found = {(answer.status, answer.media_type): answer for answer in answers}
        ordered = tuple(found[key] for key in sorted(found))
        self._note_unread(operation, ordered)
        return ordered, tuple(sorted(errors))

    def _success(self, code: int, place: Cursor, name: str) -> list[Answer]:
        content = self._composition.resolved(place).get("content")
        if content is None or not content.object():
            return [Answer(status=code)]
        found: list[Answer] = []
        for key, child in content.members():
            try:
                found.append(self._answer(code, key, child, name))
            except UnknownConstructError as error:
                self._omissions.add_error(error, _RAW)
        return found or [Answer(status=code)]

    def _answer(self, code: int, key: str, place: Cursor, name: str) -> Answer:
        kind = media_type(key)
        if not _MEDIA_TYPE.fullmatch(kind):
            place.fail(f"{key[:80]!r} is not a media type")
        schema = place.get("schema")
        if schema is None:
            self._omissions.add(place, f"a body of the type {kind} without a schema", _RAW)
            return Answer(status=code, media_type=kind)
        named = self._named(schema, name, is_body=False)
        return Answer(status=code, media_type=kind, schema=named)

    def _note_unread(self, operation: Cursor, answers: tuple[Answer, ...]) -> None:
        """Note the answers that are returned as they come, or not asked for."""
        media = {item.media_type: item.schema for item in answers if item.schema is not None}
        place = operation.get("responses") or operation
        if JSON in media:
            schema = self._schemas.schemas.get(media.pop(JSON) or "")
            if not isinstance(schema, (*_DOCUMENTS, ObjectSchema)):
                self._omissions.add(place, "the answer is not a JSON:API document", _RAW)
            if isinstance(schema, ResponseSchema) and schema.many:
                media.pop(CSV, None)
        elif media:
            kind = chosen(media)
            known = kind == CSV or kind.endswith("gzip")
            schema = self._schemas.schemas.get(media.pop(kind) or "")
            if not known and not (kind.endswith("+json") and isinstance(schema, ObjectSchema)):
                self._omissions.add(place, f"answers of the type {kind} are not known", _RAW)
        for kind in media:
            self._omissions.add(
                place, f"answers of the type {kind} are not asked for", f"request(accept={kind!r})"
            )

    def _named(self, place: Cursor, name: str, *, is_body: bool) -> str:
        reference = place.get("$ref")
        if reference is not None and names_schema(str(reference.value)):
            found = place.reference() or ""
            if found not in self._schemas.schemas:
                reference.fail(f"there is no schema {found!r}")
            return found
        free = (f"{name}{end}" for end in ("", "Body", *(f"Body{n}" for n in range(2, 100))))
        chosen_name = next((n for n in free if n not in self._schemas.schemas), None)
        if chosen_name is None:
            place.fail("there is no name left for the schema that is spelled out here")
        self._schemas.read(checked_name(chosen_name, place), place, is_body=is_body)
        return chosen_name


def chosen(media: Iterable[str]) -> str:
    """Return the media type that a method asks for where none is JSON."""
    kinds = list(media)
    known = [kind for kind in kinds if kind == CSV or kind.endswith(("gzip", "+json"))]
    return (known or kinds)[0]


def media_type(text: str) -> str:
    """Return a media type without parameters, as Apple spells it today."""
    name = text.partition(";")[0].strip().lower()
    return _SPELLINGS.get(name, name)


def _code(status: str) -> int | None:
    """Return a status, or the first of those that `2XX` stands for."""
    text = status.upper().replace("XX", "00")
    return int(text) if re.fullmatch(r"[1-5][0-9]{2}", text) else None
