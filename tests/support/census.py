"""Names and values of an API, taken twice: from the raw document by plain walking, and from facts.

The walking knows nothing of the analyser. A schema is every part that is reached from it through
`$ref`, `allOf`, `oneOf` and `anyOf`; its members and values are those of all parts together.

    resource or request  {"attributes": {name: tree}, "relationships": {name: (types, many)}}
    any other schema     a tree: {"": values, member: tree}, arrays and maps looked through
    operation            {parameter: values}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.model import (
    ApiModel,
    Array,
    EnumSchema,
    InlineEnum,
    InlineObject,
    Map,
    ObjectSchema,
    OneOf,
    PlainSchema,
    Ref,
    Relationship,
    RequestSchema,
    ResourceSchema,
    Type,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Json = dict[str, Any]
Tree = dict[str, Any]
_TOGETHER = ("allOf", "oneOf", "anyOf")


# --- The document ------------------------------------------------------------------------------


class Raw:
    """A parsed document, walked."""

    def __init__(self, data: Json) -> None:
        self._data = data
        self.schemas: dict[str, Json] = data["components"]["schemas"]

    def parts(self, schema: Json, seen: frozenset[str] = frozenset()) -> Iterator[Json]:
        """Every plain schema that this one is made of."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            if name not in seen:
                yield from self.parts(self.schemas[name], seen | {name})
        for word in _TOGETHER:
            for part in schema.get(word, ()):
                yield from self.parts(part, seen)
        yield schema

    def members(self, schema: Json, *path: str) -> dict[str, list[Json]]:
        """The members of all parts by name, each with its schemas; `path` goes down first."""
        found: dict[str, list[Json]] = {}
        for part in self.parts(schema):
            for name, member in part.get("properties", {}).items():
                found.setdefault(name, []).append(member)
        if not path:
            return found
        below: dict[str, list[Json]] = {}
        for member in found.get(path[0], ()):
            for name, schemas in self.members(member, *path[1:]).items():
                below.setdefault(name, []).extend(schemas)
        return below

    def tree(self, schemas: Iterable[Json], above: frozenset[str] = frozenset()) -> Tree:
        """Members and values of schemas; one that holds itself is not walked again."""
        found: Tree = {}
        for schema in schemas:
            for part in self.parts(schema):
                listed = (*part.get("enum", ()), part.get("const"))
                values = [value for value in listed if isinstance(value, str)]
                if values:
                    found.setdefault("", set()).update(values)
                inner = [part[word] for word in ("items",) if word in part]
                if isinstance(part.get("additionalProperties"), dict):
                    inner.append(part["additionalProperties"])
                for name, member in part.get("properties", {}).items():
                    _join(found.setdefault(name, {}), self._below(member, above))
                for item in inner:
                    _join(found, self._below(item, above))
        return found

    def _whole(self, schemas: Iterable[Json]) -> Tree:
        found: Tree = {}
        for schema in schemas:
            _join(found, self._below(schema, frozenset()))
        return found

    def _below(self, schema: Json, above: frozenset[str]) -> Tree:
        name = schema.get("$ref", "")
        return {} if name in above else self.tree([schema], above | ({name} - {""}))

    def carried(self, name: str) -> dict[str, Tree] | None:
        """What a resource or a request carries; None for other schemas."""
        schema = self.schemas[name]
        whole = self.members(schema)
        where: tuple[str, ...] = ()
        if not ("type" in whole and "id" in whole):
            if not name.endswith(("CreateRequest", "UpdateRequest")):
                return None
            where = ("data",)
        elif len(self.tree(whole["type"]).get("", ())) != 1:
            return None
        attributes = self.members(schema, *where, "attributes")
        relationships = self.members(schema, *where, "relationships")
        return {
            "attributes": {name: self._whole(schemas) for name, schemas in attributes.items()},
            "relationships": {n: self._linkage(schemas) for n, schemas in relationships.items()},
        }

    def _linkage(self, schemas: list[Json]) -> tuple[frozenset[str], bool]:
        data = [item for schema in schemas for item in self.members(schema).get("data", ())]
        many = any(part.get("type") == "array" for item in data for part in self.parts(item))
        return frozenset(self.tree(data).get("type", {}).get("", ())), many

    def operations(self) -> dict[str, dict[str, set[str]]]:
        """The query parameters of each operation, with their values."""
        found: dict[str, dict[str, set[str]]] = {}
        for path, item in self._data["paths"].items():
            for method, operation in item.items():
                if method == "parameters":
                    continue
                mine = found[f"{method.upper()} {path}"] = {}
                for parameter in (*item.get("parameters", ()), *operation.get("parameters", ())):
                    if parameter["in"] == "query":
                        values = self.tree([parameter["schema"]]).get("", set())
                        mine.setdefault(parameter["name"], set()).update(values)
        return found


def _join(into: Tree, other: Tree) -> None:
    for name, value in other.items():
        if name == "":
            into.setdefault("", set()).update(value)
        else:
            _join(into.setdefault(name, {}), value)


# --- The facts ---------------------------------------------------------------------------------


class Facts:
    """The analyser's result in the same form."""

    def __init__(self, api: ApiModel) -> None:
        self._api = api

    def tree(self, kind: Type, above: frozenset[str] = frozenset()) -> Tree:
        match kind:
            case InlineEnum():
                return {"": set(kind.values)}
            case Array():
                return self.tree(kind.items, above)
            case Map():
                return self.tree(kind.values, above)
            case InlineObject():
                return {item.name: self.tree(item.type, above) for item in kind.fields}
            case OneOf():
                found: Tree = {}
                for variant in kind.variants:
                    _join(found, self.tree(variant, above))
                return found
            case Ref():
                name = kind.schema
                return {} if name in above else self.of(name, above | {name})
            case _:
                return {}

    def of(self, name: str, above: frozenset[str] = frozenset()) -> Tree:
        """A schema that is no resource, request or document."""
        match self._api.schemas[name]:
            case EnumSchema(values=values):
                return {"": set(values)}
            case ObjectSchema(fields=fields):
                return {item.name: self.tree(item.type, above) for item in fields}
            case PlainSchema(type=kind):
                return self.tree(kind, above)
            case _:
                return {}

    def carried(self, name: str) -> dict[str, Tree] | None:
        schema = self._api.schemas[name]
        if not isinstance(schema, ResourceSchema | RequestSchema):
            return None
        return {
            "attributes": {item.name: self.tree(item.type) for item in schema.attributes},
            "relationships": {item.name: _target(item) for item in schema.relationships},
        }

    def operations(self) -> dict[str, dict[str, set[str]]]:
        found: dict[str, dict[str, set[str]]] = {}
        for item in self._api.operations:
            mine = found[f"{item.method} {item.path}"] = {}
            mine |= {f"filter[{p.name}]": set(p.values) for p in item.filters}
            mine |= {p.name: set(p.values) for p in item.parameters}
            mine |= {f"exists[{p.name}]": set() for p in item.exists}
            mine |= {f"limit[{p.name}]": set() for p in item.related_limits}
            mine |= {
                f"fields[{p.type}]": set(self._api.fieldsets[p.fieldset].values)
                for p in item.fields
            }
            singles = {"sort": item.sort, "include": item.include}
            mine |= {name: set(values) for name, values in singles.items() if values}
            if item.limit:
                mine["limit"] = set()
        return found


def _target(item: Relationship) -> tuple[frozenset[str], bool]:
    return frozenset(() if item.type is None else {item.type}), item.many


# --- Both --------------------------------------------------------------------------------------


def differences(data: Json, api: ApiModel) -> list[str]:
    """What the document holds and the facts do not, or the other way round."""
    raw, facts = Raw(data), Facts(api)
    # A schema that an operation spells out is in the facts under a name of its own.
    found = [f"schema {name}" for name in raw.schemas.keys() - api.schemas.keys()]
    for name in raw.schemas.keys() & api.schemas.keys():
        theirs, ours = raw.carried(name), facts.carried(name)
        if theirs is None and ours is None and _is_value(api, name):
            theirs, ours = (
                raw.tree([raw.schemas[name]], frozenset({_ref(name)})),
                facts.of(name, frozenset({name})),
            )
        found += _unlike(name, theirs, ours)
    theirs, ours = raw.operations(), facts.operations()
    for name in theirs.keys() | ours.keys():
        found += _unlike(name, theirs.get(name), ours.get(name))
    return sorted(found)


def size(data: Json) -> dict[str, int]:
    """How much was walked, so that a test sees that it was something."""
    raw = Raw(data)
    carried = [found for name in raw.schemas if (found := raw.carried(name)) is not None]
    operations = raw.operations()
    return {
        "schemas": len(raw.schemas),
        "operations": len(operations),
        "attributes": sum(len(item["attributes"]) for item in carried),
        "relationships": sum(len(item["relationships"]) for item in carried),
        "parameters": sum(map(len, operations.values())),
        "values": sum(len(values) for item in operations.values() for values in item.values())
        + sum(_values(item["attributes"]) for item in carried),
    }


def _values(tree: Tree) -> int:
    return sum(len(value) if name == "" else _values(value) for name, value in tree.items())


def _ref(name: str) -> str:
    return f"#/components/schemas/{name}"


def _is_value(api: ApiModel, name: str) -> bool:
    return isinstance(api.schemas[name], EnumSchema | ObjectSchema | PlainSchema)


def _unlike(where: str, theirs: Any, ours: Any) -> list[str]:
    """The places where two trees differ, deepest first."""
    if theirs == ours:
        return []
    if not isinstance(theirs, dict) or not isinstance(ours, dict):
        return [f"{where}: {theirs!r:.200} in the document, {ours!r:.200} in the facts"]
    return [
        line
        for name in theirs.keys() | ours.keys()
        for line in _unlike(f"{where}.{name}", theirs.get(name), ours.get(name))
    ]
