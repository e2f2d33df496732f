"""Component schemas, classified by their structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ascgen.analyze.composition import AS_IT_IS
from ascgen.analyze.cursor import Cursor, UnknownConstructError, checked_name, is_name
from ascgen.analyze.types import (
    ANY,
    BY_EXTRA,
    TypeReader,
    required_names,
    single_value,
)
from ascgen.model import (
    EnumSchema,
    Field,
    InlineObject,
    LinkageSchema,
    MetricSchema,
    ObjectSchema,
    PlainSchema,
    Relationship,
    RequestSchema,
    ResourceSchema,
    ResponseSchema,
    Schema,
)

if TYPE_CHECKING:
    from ascgen.analyze.composition import Composition
    from ascgen.analyze.omissions import Omissions

_DOCUMENT_MEMBERS = frozenset({"data", "included", "links", "meta", "jsonapi"})
_RESOURCE_MEMBERS = frozenset({"type", "id", "attributes", "relationships", "links", "meta"})
_LINKAGE_MEMBERS = frozenset({"type", "id", "meta"})
_RELATIONSHIP_MEMBERS = frozenset({"data", "links", "meta"})
_REQUESTS = ("CreateRequest", "UpdateRequest")
_BY_RELATIONSHIPS = ".relationships has it, and extra={...} sends it"
_AS_OBJECTS = "they are plain objects with the members of all"
_BY_HAND = "extra={...} sends it"
_UNREAD = "the response's document has it"
_UNSENT = "send it with request()"


class SchemaReader:
    """Reads schemas by name; inline ones are named by the caller.

    `bodies` are the names of the component schemas that requests are made of.
    """

    def __init__(
        self, composition: Composition, omissions: Omissions, bodies: frozenset[str]
    ) -> None:
        self._composition = composition
        self._omissions = omissions
        self._types = TypeReader(composition, omissions)
        self._bodies = bodies
        self._taken: frozenset[str] = frozenset()
        self.schemas: dict[str, Schema] = {}

    def read_components(self, place: Cursor) -> None:
        """Read all component schemas."""
        self._taken = frozenset(place.object())
        for name, child in place.members():
            if is_name(name):
                self.read(name, child, is_body=name in self._bodies)
            else:
                child.refuse_hostile(name)
                self._omissions.add(child, "not a name an API can use", AS_IT_IS)

    def read(self, name: str, place: Cursor, *, is_body: bool) -> Schema:
        """Sort a schema into its kind."""
        with self._omissions.within(name):
            try:
                found = self._read(name, place, is_body=is_body)
            except UnknownConstructError as error:
                self._omissions.add_error(error, AS_IT_IS)
                found = self._as_value(name, place)
        self.schemas[name] = found
        return found

    def _read(self, name: str, place: Cursor, *, is_body: bool) -> Schema:
        whole = self._composition.plain(place)
        self._composition.note_unknown(whole)
        if "$ref" in whole.object():
            target = whole.reference()
            if is_body or (target is not None and name != target):
                whole = self._composition.followed(whole)
        properties = whole.get("properties")
        if properties is None:
            return self._as_value(name, whole)
        if properties.get("type") is not None and properties.get("id") is not None:
            kind = self._resource_type(properties)
            if kind is not None and not is_body:
                if "id" in required_names(whole):
                    return self._resource(name, whole, properties, kind)
                return self._request(name, whole, None, kind, "inline", data=place)
        data = properties.get("data")
        if data is not None:
            found = self._document(name, whole, data, is_body=is_body)
            if found is not None:
                for member, child in properties.members():
                    if member not in _DOCUMENT_MEMBERS:
                        self._omissions.add(child, f"a document's member {member!r}", _UNREAD)
                return found
        return self._as_value(name, whole)

    def _as_value(self, name: str, place: Cursor) -> Schema:
        """Return an enumeration, an object, or a name for another type."""
        try:
            whole = self._composition.plain(place)
            deprecated = whole.flag("deprecated")
            has_text = any(isinstance(v, str) for v in whole.value.get("enum") or ())
        except (UnknownConstructError, TypeError):
            return PlainSchema(name=name, type=ANY)
        if has_text and whole.value.get("type", "string") == "string":
            values = self._types.values(whole)
            if values:
                return EnumSchema(name=name, values=values, deprecated=deprecated)
        kind = self._types.type(whole)
        if isinstance(kind, InlineObject):
            return ObjectSchema(name=name, fields=kind.fields, deprecated=deprecated)
        return PlainSchema(name=name, type=kind)

    def _resource(self, name: str, place: Cursor, properties: Cursor, kind: str) -> ResourceSchema:
        self._note_unknown(properties, _RESOURCE_MEMBERS, ".extra has it")
        return ResourceSchema(
            name=name,
            type=kind,
            attributes=self._attributes(properties, is_sent=False),
            relationships=self._relationships(properties),
            deprecated=place.flag("deprecated"),
        )

    def _document(self, name: str, place: Cursor, data: Cursor, *, is_body: bool) -> Schema | None:
        """Requests carry one resource or linkage; responses name a resource schema, or rows.

        None for an object that only has a member of that name.
        """
        whole = self._composition.plain(data)
        many = whole.value.get("type") == "array" and "items" in whole.value
        item = self._composition.plain(whole.child("items")) if many else whole
        included = self._included(place.at("properties", "included"))
        deprecated = place.flag("deprecated")
        reference = item.reference()
        if reference is not None:
            item = self._composition.followed(item)
        members = item.get("properties")
        kind = self._resource_type(members) if members is not None else None
        if members is None or kind is None:
            row = self._types.type(item) if many and reference is None else None
            if isinstance(row, InlineObject) and (members is None or "type" not in members.value):
                return MetricSchema(name=name, row=row, included=included, deprecated=deprecated)
            if members is not None and members.value.keys() >= {"type", "id"}:
                self._omissions.add_looser(data, "resources of several types", _AS_OBJECTS)
            return None
        is_linkage = members.value.keys() <= _LINKAGE_MEMBERS and "id" in members.value
        if name.endswith(_REQUESTS) or (is_body and not is_linkage):
            if many:
                data.fail("a request of several resources")
            updates = name.endswith("UpdateRequest") or (
                "id" in members.value and not name.endswith("CreateRequest")
            )
            purpose = "update" if updates else "create"
            return self._request(name, item, place, kind, purpose, data=data)
        if reference is not None:
            return ResponseSchema(
                name=name, resource=reference, many=many, included=included, deprecated=deprecated
            )
        if is_linkage:
            return LinkageSchema(name=name, type=kind, many=many, deprecated=deprecated)
        if "id" not in members.value:
            return None
        resource = self._own_resource(name, item, members, kind)
        return ResponseSchema(
            name=name, resource=resource, many=many, included=included, deprecated=deprecated
        )

    def _own_resource(self, document: str, item: Cursor, members: Cursor, kind: str) -> str:
        """Return the resource schema that a document spells out, under a name of its own."""
        plain = f"{kind[0].upper()}{kind[1:]}"
        for name in (plain, document.removesuffix("Response"), f"{document}Data"):
            known = self.schemas.get(name)
            if name == document or (known is None and name in self._taken):
                continue
            found = self._resource(name, item, members, kind)
            if known is None or known == found:
                self.schemas[name] = found
                return name
        item.fail("there is no name left for the resource that is spelled out here")

    def _request(
        self,
        name: str,
        item: Cursor,
        place: Cursor | None,
        kind: str,
        purpose: str,
        *,
        data: Cursor,
    ) -> RequestSchema:
        properties = item.child("properties")
        self._note_unknown(properties, _RESOURCE_MEMBERS, _UNSENT)
        attributes = self._attributes(properties, is_sent=True)
        relationships = self._relationships(properties)
        needed = {item.name for item in attributes if item.required}
        needed |= {item.name for item in relationships if item.required}
        return RequestSchema(
            name=name,
            type=kind,
            purpose=purpose,
            attributes=attributes,
            relationships=relationships,
            included=self._included(place.at("properties", "included") if place else None),
            choices=self._choices(data, needed),
            deprecated=(place or item).flag("deprecated"),
        )

    def _choices(self, data: Cursor, needed: set[str]) -> tuple[tuple[str, ...], ...]:
        """Return the sets of members of which alternatives require one as a whole."""
        found: dict[tuple[str, ...], None] = {}
        for variants in self._composition.alternatives(data):
            for variant in variants:
                found[tuple(sorted(self._demanded(variant) - needed))] = None
        for part in ("attributes", "relationships"):
            place = self._composition.followed(data).at("properties", part)
            raw = data.at("properties", part) or place
            for variants in self._composition.alternatives(raw) if raw is not None else ():
                for variant in variants:
                    demanded = required_names(self._composition.followed(variant))
                    names = {name for name in demanded - needed if is_name(name)}
                    found[tuple(sorted(names))] = None
        choices = tuple(names for names in found if names)
        # An alternative that asks for nothing leaves the choice free.
        return choices if len(choices) == len(found) > 1 else ()

    def _demanded(self, variant: Cursor) -> frozenset[str]:
        properties = self._composition.followed(variant).get("properties")
        names: set[str] = set()
        for part in ("attributes", "relationships"):
            place = properties.get(part) if properties is not None else None
            if place is not None:
                names |= required_names(self._composition.followed(place))
        return frozenset(name for name in names if is_name(name))

    def _attributes(self, properties: Cursor, *, is_sent: bool) -> tuple[Field, ...]:
        place = properties.get("attributes")
        if place is None:
            return ()
        try:
            found = self._types.fields(place)
            needed = set[str]()
            if is_sent:
                needed.update(required_names(self._composition.followed(place)))
        except UnknownConstructError as error:
            self._omissions.add_error(error, BY_EXTRA)
            return ()
        for name in sorted(needed - {item.name for item in found}):
            self._omissions.add(place, f"{name!r} is required, and not declared", _BY_HAND)
        return found

    def _relationships(self, properties: Cursor) -> tuple[Relationship, ...]:
        place = properties.get("relationships")
        try:
            whole = self._composition.followed(place) if place is not None else None
            members = whole.get("properties") if whole is not None else None
        except UnknownConstructError as error:
            self._omissions.add_error(error, _BY_RELATIONSHIPS)
            return ()
        if whole is None or members is None:
            return ()
        self._composition.note_unknown(whole)
        required = required_names(whole)
        found: list[Relationship] = []
        for name, member in members.members():
            if not is_name(name):
                member.refuse_hostile(name)
                self._omissions.add(member, "not a name an API can use", BY_EXTRA)
                continue
            try:
                found.append(self._relationship(name, member, required=name in required))
            except UnknownConstructError as error:
                self._omissions.add_error(error, _BY_RELATIONSHIPS)
                found.append(Relationship(name=name, required=name in required))
        return tuple(found)

    def _relationship(self, name: str, member: Cursor, *, required: bool) -> Relationship:
        whole = self._composition.followed(member)
        members = whole.child("properties")
        self._note_unknown(members, _RELATIONSHIP_MEMBERS, ".relationships has it")
        data = members.get("data")
        deprecated = whole.flag("deprecated")
        if data is None:
            return Relationship(name=name, required=required, deprecated=deprecated)
        data = self._composition.followed(data)
        many = data.value.get("type") == "array"
        item = self._composition.followed(data.child("items")) if many else data
        linkage = item.child("properties")
        self._note_unknown(linkage, _LINKAGE_MEMBERS, ".relationships has it")
        kind = self._resource_type(linkage)
        if kind is None:
            linkage.fail("a relationship leads to resources of one type")
        return Relationship(
            name=name,
            type=kind,
            many=many,
            required=required,
            nullable=data.flag("nullable") or whole.flag("nullable"),
            deprecated=deprecated,
        )

    def _resource_type(self, properties: Cursor) -> str | None:
        """Return the resource type that an object's `type` is pinned to, if it is to one."""
        kind = properties.get("type")
        if kind is None or not isinstance(kind.value, dict):
            return None
        value = single_value(self._composition.followed(kind))
        return checked_name(value, kind) if value is not None else None

    def _included(self, place: Cursor | None) -> tuple[str, ...]:
        if place is None:
            return ()
        names: dict[str, None] = {}
        try:
            items = self._composition.followed(place).get("items")
            for variant in self._variants(items) if items is not None else ():
                name = variant.reference()
                if name is None:
                    variant.fail("included resources that are spelled out")
                names[name] = None
        except UnknownConstructError as error:
            self._omissions.add_error(error, "they are read as resources of any type")
        return tuple(names)

    def _variants(self, place: Cursor, above: frozenset[str] = frozenset()) -> list[Cursor]:
        """Return all references that alternatives come to, however deep."""
        name = place.object().get("$ref")
        if isinstance(name, str):
            if name in above:
                return []
            if self._is_resource(place):
                return [place]
            above |= {name}
        variants = [v for some in self._composition.alternatives(place) for v in some]
        found = [each for variant in variants for each in self._variants(variant, above)]
        return found if variants else [place]

    def _is_resource(self, place: Cursor) -> bool:
        """Return whether a reference leads to a resource, or nowhere."""
        try:
            members = self._composition.followed(place).get("properties")
        except UnknownConstructError:
            return True
        return members is not None and self._resource_type(members) is not None

    def _note_unknown(self, properties: Cursor, known: frozenset[str], still: str) -> None:
        for name, child in properties.members():
            if name not in known:
                self._omissions.add(child, f"a member {name!r} is not known here", still)
