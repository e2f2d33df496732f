"""Documents of a few lines in the grammar of Apple's, rendered, imported and called.

spec = mini.spec(
    {"GET /v1/apps": mini.operation("apps_getCollection", "AppsResponse")},
    mini.resource("App", "apps", {"name": mini.TEXT}),
)
api = mini.render(spec, tmp_path)
api.client.apps.list().all()
assert api.sent.path == "/v1/apps"
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from support.rendered import Api, analysed, files_of, render

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Api", "analysed", "files_of", "render"]

Json = dict[str, Any]

SERVER = "https://api.appstoreconnect.apple.com"
TEXT: Json = {"type": "string"}
FLAG: Json = {"type": "boolean"}
WHOLE: Json = {"type": "integer"}
NUMBER: Json = {"type": "number"}
TIME: Json = {"type": "string", "format": "date-time"}
DAY: Json = {"type": "string", "format": "date"}


# --- Types ---------------------------------------------------------------------------------


def enum(*values: str) -> Json:
    return {"type": "string", "enum": list(values)}


def array(items: Json) -> Json:
    return {"type": "array", "items": items}


def obj(properties: Json, required: Iterable[str] = ()) -> Json:
    return {"type": "object", "properties": properties} | (
        {"required": list(required)} if required else {}
    )


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def nullable(schema: Json) -> Json:
    return {**schema, "nullable": True}


# --- Component schemas ----------------------------------------------------------------------


def linkage(kind: str, *, many: bool = False) -> Json:
    """The `data` of a relationship or of a linkage document."""
    identifier = obj({"type": enum(kind), "id": TEXT}, ["id", "type"])
    return array(identifier) if many else identifier


def one(kind: str) -> Json:
    """A to-one relationship member."""
    return obj({"data": linkage(kind)})


def many(kind: str) -> Json:
    """A to-many relationship member."""
    return obj({"data": linkage(kind, many=True)})


def members(
    kind: str,
    attributes: Json | None = None,
    relationships: Json | None = None,
    *,
    required: Iterable[str] = (),
    identified: bool = True,
) -> Json:
    """A resource object, as schemas of resources and requests spell it out."""
    wanted = set(required)
    properties: Json = {"type": enum(kind)}
    if identified:
        properties["id"] = TEXT
    if attributes is not None:
        properties["attributes"] = obj(attributes, sorted(wanted & attributes.keys()))
    if relationships is not None:
        properties["relationships"] = obj(relationships, sorted(wanted & relationships.keys()))
    return obj(properties, ["type", "id"] if identified else ["type"])


def resource(
    name: str,
    kind: str,
    attributes: Json | None = None,
    relationships: Json | None = None,
    *,
    included: Iterable[str] = (),
) -> Json:
    """The schema of a resource, with the documents of one (`…Response`) and of several."""
    return {
        name: members(kind, attributes, relationships),
        f"{name}Response": document(ref(name), included),
        f"{name}sResponse": document(array(ref(name)), included),
    }


def document(data: Json, included: Iterable[str] = ()) -> Json:
    """The schema of a compound document."""
    properties: Json = {"data": data, "links": obj({"self": TEXT})}
    if included:
        properties["included"] = array({"oneOf": [ref(name) for name in included]})
    return obj(properties, ["data", "links"])


def request(
    name: str,
    kind: str,
    attributes: Json | None = None,
    relationships: Json | None = None,
    *,
    required: Iterable[str] = (),
    included: Iterable[str] = (),
) -> Json:
    """A `…CreateRequest` or `…UpdateRequest`."""
    data = members(
        kind, attributes, relationships, required=required, identified=name.endswith("Update")
    )
    properties = {"data": data}
    if included:
        properties["included"] = array({"oneOf": [ref(item) for item in included]})
    return {f"{name}Request": obj(properties, ["data"])}


def inline(
    name: str,
    kind: str,
    attributes: Json | None = None,
    relationships: Json | None = None,
    *,
    required: Iterable[str] = (),
) -> Json:
    """An `…InlineCreate`: a resource object whose id is optional."""
    whole = members(kind, attributes, relationships, required=required)
    return {f"{name}InlineCreate": {**whole, "required": ["type"]}}


def linkages(name: str, kind: str, *, many: bool = False) -> Json:
    """A document of linkages, as request or response."""
    return {name: obj({"data": linkage(kind, many=many)}, ["data"])}


# --- Operations -----------------------------------------------------------------------------


def parameter(name: str, schema: Json = TEXT, **more: Any) -> Json:
    """A query parameter."""
    return {"name": name, "in": "query", "style": "form", "explode": False, "schema": schema} | more


def operation(
    operation_id: str,
    answer: str | None = None,
    *query: Json,
    body: str | None = None,
    media: dict[str, str] | None = None,
    status: int = 200,
    **more: Any,
) -> Json:
    """An operation; `media` answers in other media types than JSON, without either in none."""
    kinds = ({"application/json": answer} if answer else {}) | (media or {})
    success: Json = {"description": "done"}
    if kinds:
        success["content"] = {kind: {"schema": ref(name)} for kind, name in kinds.items()}
    found: Json = {"operationId": operation_id, "responses": {str(status): success}}
    if query:
        found["parameters"] = list(query)
    if body:
        found["requestBody"] = {"content": {"application/json": {"schema": ref(body)}}}
    return found | more


def spec(
    operations: Json,
    *schemas: Json,
    version: str = "9.9",
    title: str = "App Store Connect API",
    server: str = SERVER,
) -> Json:
    """A document; operations are keyed `GET /v1/apps`."""
    paths: Json = {}
    for key, item in operations.items():
        method, path = key.split(" ")
        paths.setdefault(path, {})[method.lower()] = item
        if "{id}" in path:
            place = {"name": "id", "in": "path", "required": True, "schema": TEXT}
            paths[path].setdefault("parameters", [place])
    return {
        "openapi": "3.0.1",
        "info": {"title": title, "version": version},
        "servers": [{"url": f"{server}/"}],
        "paths": paths,
        "components": {"schemas": {name: s for group in schemas for name, s in group.items()}},
    }


def edited(spec: Json, pointer: str, value: Any) -> Json:
    """A copy of a document in which something else stands at a JSON pointer; None takes it away."""
    whole = deepcopy(spec)
    *keys, last = (part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))
    place: Any = whole
    for key in keys:
        place = place[int(key) if isinstance(place, list) else key]
    if value is None:
        del place[last]
    else:
        place[int(last) if isinstance(place, list) else last] = value
    return whole
