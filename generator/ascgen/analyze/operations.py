"""Operations: the kind from method and path, with what is asked and answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.analyze.bodies import BodyReader
from ascgen.analyze.cursor import Cursor, UnknownConstructError, is_name
from ascgen.analyze.paths import matched
from ascgen.model import (
    Answer,
    Kind,
    LinkageSchema,
    Operation,
    RequestSchema,
    ResponseSchema,
    Schema,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

    from ascgen.analyze.composition import Composition
    from ascgen.analyze.omissions import Omissions
    from ascgen.analyze.paths import PathForms
    from ascgen.analyze.query import Families, QueryReader
    from ascgen.analyze.schemas import SchemaReader

_OPERATION_MEMBERS = frozenset(
    {"tags", "operationId", "parameters", "requestBody", "responses", "deprecated", "description",
     "summary", "security", "externalDocs"}
)  # fmt: skip
_PATH_MEMBERS = frozenset({"parameters", "summary", "description", "$ref"})
_METHODS = frozenset({"get", "post", "patch", "delete"})
_OTHER_METHODS = frozenset({"put", "head", "options", "trace", "connect", "query"})
_KINDS = {kind.value: kind for kind in Kind}

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
    """Reads operations against the component schemas that are already known.

    An operation of an unknown kind is left out, and noted with the request that reaches it.
    """

    def __init__(
        self,
        composition: Composition,
        omissions: Omissions,
        schemas: SchemaReader,
        query: QueryReader,
        paths: PathForms,
    ) -> None:
        self._composition = composition
        self._omissions = omissions
        self._schemas: dict[str, Schema] = schemas.schemas
        self._bodies = BodyReader(composition, omissions, schemas)
        self._query = query
        self._paths = paths
        self._seen: set[tuple[str, str]] = set()
        self._ids: set[str] = set()

    def read_path(self, path: str, item: Cursor) -> list[Operation]:
        """Return all operations of one path that this program has a method for."""
        item.refuse_hostile(path.replace("{", "").replace("}", ""))
        try:
            if "servers" in item.object():
                item.child("servers").fail("a path on a server of its own")
        except UnknownConstructError as error:
            self._omissions.add_error(error, "request() reaches the path")
            return []
        if "$ref" in item.value:
            try:
                item = item.remade(item.value, dict(self._composition.resolved(item).members()))
            except UnknownConstructError as error:
                self._omissions.add_error(error, "request() reaches the path")
        shared = self._listed(item)
        found: list[Operation] = []
        for method, place in item.members():
            if method in _PATH_MEMBERS or method.startswith("x-"):
                continue
            try:
                if method not in _METHODS:
                    place.fail(
                        f"the method {method.upper()} is not known"
                        if method in _OTHER_METHODS
                        else f"{method!r} is not known here"
                    )
                found.append(self._read(path, method, place, shared))
            except UnknownConstructError as error:
                self._omissions.add_error(error, _request(path, method))
        return found

    def _read(self, raw: str, method: str, place: Cursor, shared: list[Cursor]) -> Operation:
        path = self._paths.of(raw)
        if path is None:
            place.fail("this path has none of the known forms")
        if (path, method) in self._seen:
            place.fail(f"another path is {path} as well")
        match = matched(path)
        for name, child in place.members():
            if name not in _OPERATION_MEMBERS and not name.startswith("x-"):
                if name == "servers":
                    child.fail("an operation on a server of its own")
                self._omissions.add(child, f"{name!r} is not known here", "the operation itself")
        name = _name(path, match)
        stated = _stated_kind(place)
        request = self._bodies.request(place.get("requestBody"), name, method)
        answers, errors = self._bodies.answers(place, name, method)
        kind = self._kind(match, method, place, request, answers, stated)
        parameters = self._parameters(place, shared)
        families = self._families(parameters, request, method)
        self._seen.add((path, method))
        successor = place.get("x-ascgen-successor")
        return Operation(
            id=self._id(place, name, kind),
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

    def _id(self, place: Cursor, name: str, kind: Kind) -> str:
        """Return the operation id; one that is missing or taken is made of path and kind."""
        stated = place.get("operationId")
        wanted = stated.value if stated is not None else None
        if stated is not None and isinstance(wanted, str):
            stated.refuse_hostile(wanted)
        made = f"{name[0].lower()}{name[1:]}_{kind.value}"
        for found in (wanted, made, f"{made}.{len(self._ids)}"):
            if isinstance(found, str) and is_name(found) and found not in self._ids:
                self._ids.add(found)
                return found
        place.fail("another operation has the same id")

    def _kind(
        self,
        match: re.Match[str],
        method: str,
        place: Cursor,
        request: str | None,
        answers: tuple[Answer, ...],
        stated: Kind | None,
    ) -> Kind:
        """Derive the kind from method, path and arity, which know better than the operation id."""
        via, member = match["via"], match["member"]
        kind: Kind | None
        if not match["instance"]:
            kind = _COLLECTION.get(method)
        elif via == "relationships" and member:
            name = request or next((answer.schema for answer in answers), None)
            schema = self._schemas.get(name or "")
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
            place.fail(f"an operation of an unknown kind: {method.upper()} on this path")
        if stated is not None and stated != kind:
            self._omissions.add(
                place.child("operationId"),
                f"the operation id says {stated.value}, method and path say {kind.value}",
                "the client goes by method and path",
            )
        return kind

    def _related_kind(self, answers: tuple[Answer, ...], stated: Kind | None) -> Kind:
        """To-one or to-many by the JSON answer; without one only the operation id can decide."""
        for answer in answers:
            schema = self._schemas.get(answer.schema or "")
            if isinstance(schema, ResponseSchema):
                return Kind.GET_TO_MANY_RELATED if schema.many else Kind.GET_TO_ONE_RELATED
        says_one = stated is Kind.GET_TO_ONE_RELATED
        return Kind.GET_TO_ONE_RELATED if says_one else Kind.GET_TO_MANY_RELATED

    def _listed(self, place: Cursor) -> list[Cursor]:
        """Return the parameters that stand at a path or an operation."""
        try:
            found = place.get("parameters")
            return list(found.items()) if found is not None else []
        except UnknownConstructError as error:
            self._omissions.add_error(error, "what is sent has no parameters")
            return []

    def _parameters(self, place: Cursor, shared: list[Cursor]) -> list[Cursor]:
        """Return the query parameters of an operation, those of its path included."""
        found: list[Cursor] = []
        for item in (*shared, *self._listed(place)):
            try:
                parameter = self._composition.resolved(item)
                where = parameter.child("in")
                if where.value == "query":
                    found.append(parameter)
                elif where.value != "path":
                    where.fail(f"a parameter in {where.shown()}")
            except UnknownConstructError as error:
                self._omissions.add_error(error, "the operation is sent without it")
        return found

    def _families(self, parameters: Iterable[Cursor], request: str | None, method: str) -> Families:
        """Return the query, without what would be called as a member of the request is."""
        if method == "get":
            return self._query.read(parameters, "extra={...} sends it")
        schema = self._schemas.get(request or "")
        taken: set[str] = {"extra", "included"}
        if isinstance(schema, RequestSchema):
            taken |= {_loose(item.name) for item in schema.attributes}
            taken |= {_loose(item.name) for item in schema.relationships}
        kept: list[Cursor] = []
        for place in parameters:
            name = place.get("name")
            text = name.value if name is not None and isinstance(name.value, str) else ""
            if taken.isdisjoint(_spelled(text)):
                kept.append(place)
            else:
                self._omissions.add(
                    place, f"{text!r} is called as a member of the request is", "request() sends it"
                )
        return self._query.read(kept, "request() sends it")


def _request(path: str, method: str) -> str:
    return f"request({method.upper()!r}, {path!r})"


def _name(path: str, match: re.Match[str]) -> str:
    """Return what names the schemas that an operation spells out, of its path."""
    version, root = path.split("/")[1:3]
    one = "Instance" if match["instance"] and not match["member"] else ""
    words = [root, *([] if version == "v1" else [version]), one, match["via"], match["member"]]
    return "".join(word[0].upper() + word[1:] for word in words if word)


def _stated_kind(place: Cursor) -> Kind | None:
    """Return the kind an operation id ends with, in either of its two spellings, or None.

    Before 3.7 ids read `apps-get_collection`, since then `apps_getCollection`.
    """
    stated = place.get("operationId")
    text = stated.value if stated is not None else None
    if not isinstance(text, str):
        return None
    if "-" in text:
        words = text.rsplit("-", 1)[1].split("_")
        text = words[0] + "".join(word.capitalize() for word in words[1:])
    else:
        text = text.rsplit("_", 1)[-1]
    return _KINDS.get(text)


def _spelled(parameter: str) -> set[str]:
    """Return what the argument of a query parameter may be called."""
    family, _, member = parameter.rstrip("]").partition("[")
    if family == "filter":
        return {_loose(member)}
    if family == "limit" and member:
        return {"relatedlimit"}
    return {_loose(family if family == "fields" else f"{family}{member}")}


def _loose(name: str) -> str:
    return "".join(filter(str.isalnum, name)).lower()
