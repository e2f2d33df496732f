"""The API as facts: what an analysed document says, with nothing of how it is rendered.

    ApiModel
    ├── operations   Operation: kind, path, the query grammar, request and answers
    ├── schemas      EnumSchema · ObjectSchema · ResourceSchema · RequestSchema · LinkageSchema
    │                ResponseSchema · MetricSchema · PlainSchema
    └── fieldsets    the values of the `fields[type]` parameters, stored once each

Everything is frozen, ordered as the document orders it, and free of Apple's prose, so that it
can be written to disk, compared and published. Types are a small tree of their own; inline enums
and objects stay inline, since naming them is the renderer's business.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

# Facts are checked where they are read, from a document or from a snapshot: they become
# identifiers, literals, paths and comments of the generated code.
Name: TypeAlias = Annotated[str, Meta(pattern=r"\A_{0,9}[A-Za-z][A-Za-z0-9_.\-]{0,199}\Z")]
Value: TypeAlias = Annotated[str, Meta(pattern=r"\A[-+]?[A-Za-z0-9_][A-Za-z0-9_.:/+ \-]{0,199}\Z")]
Word: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.+/\-]{0,100}\Z")]
Version: TypeAlias = Annotated[str, Meta(pattern=r"\A[0-9][0-9A-Za-z.+\-]{0,31}\Z")]
Title: TypeAlias = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9 ()'.,\-]{0,99}\Z")]
Server: TypeAlias = Annotated[str, Meta(pattern=r"\Ahttps://[a-z0-9.\-]{1,200}(:[0-9]{1,5})?\Z")]
Path: TypeAlias = Annotated[
    str,
    Meta(
        pattern=r"\A/v[0-9]{1,2}/[A-Za-z][A-Za-z0-9]{0,99}"
        r"(?P<instance>/\{id\}(/(?P<via>relationships|metrics))?"
        r"(/(?P<member>[A-Za-z][A-Za-z0-9]{0,99}))?)?\Z"
    ),
]
# More than ten times what Apple's API has of operations or schemas; it bounds the work they make.
LARGEST = 20_000

# A sentence of this program about a place of the document, or the place's pointer.
Line: TypeAlias = Annotated[
    str, Meta(pattern=r"\A[A-Za-z0-9 _.,:;/~{}\[\]()'\"$#+*=?!@%&-]{1,400}\Z")
]
# The largest value of a limit to which the document sets none.
UNBOUNDED = 2**31 - 1

Count: TypeAlias = Annotated[int, Meta(ge=0, lt=2**31)]
Status: TypeAlias = Annotated[int, Meta(ge=100, le=599)]
ScalarName: TypeAlias = Annotated[str, Meta(pattern=r"\A(string|integer|number|boolean|any)\Z")]
Method: TypeAlias = Annotated[str, Meta(pattern=r"\A(GET|POST|PATCH|DELETE)\Z")]


class Kind(StrEnum):
    """The kinds of operation that the API's grammar knows, spelled as operation ids end."""

    GET_COLLECTION = "getCollection"
    GET_INSTANCE = "getInstance"
    CREATE_INSTANCE = "createInstance"
    UPDATE_INSTANCE = "updateInstance"
    DELETE_INSTANCE = "deleteInstance"
    GET_TO_ONE_RELATED = "getToOneRelated"
    GET_TO_MANY_RELATED = "getToManyRelated"
    GET_TO_ONE_RELATIONSHIP = "getToOneRelationship"
    GET_TO_MANY_RELATIONSHIP = "getToManyRelationship"
    CREATE_TO_MANY_RELATIONSHIP = "createToManyRelationship"
    REPLACE_TO_MANY_RELATIONSHIP = "replaceToManyRelationship"
    DELETE_TO_MANY_RELATIONSHIP = "deleteToManyRelationship"
    UPDATE_TO_ONE_RELATIONSHIP = "updateToOneRelationship"
    GET_METRICS = "getMetrics"


class _Fact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One statement of the document."""


# --- Types ---------------------------------------------------------------------------------


class Scalar(_Fact, frozen=True, kw_only=True, tag_field="is", tag="scalar"):
    """A string, integer, number, boolean, or `any` where the document sets no type."""

    name: ScalarName
    format: Word = ""


class InlineEnum(_Fact, frozen=True, kw_only=True, tag_field="is", tag="enum"):
    """An enumeration that the document spells out where it is used."""

    values: tuple[Value, ...]


class Ref(_Fact, frozen=True, kw_only=True, tag_field="is", tag="ref"):
    """A reference to a component schema by its name."""

    schema: Name


class Array(_Fact, frozen=True, kw_only=True, tag_field="is", tag="array"):
    """A list of values of one type."""

    items: Type


class Map(_Fact, frozen=True, kw_only=True, tag_field="is", tag="map"):
    """An object with free member names and values of one type."""

    values: Type


class InlineObject(_Fact, frozen=True, kw_only=True, tag_field="is", tag="object"):
    """An object that the document spells out where it is used."""

    fields: tuple[Field, ...] = ()


class OneOf(_Fact, frozen=True, kw_only=True, tag_field="is", tag="oneOf"):
    """One of several types, without a discriminator."""

    variants: tuple[Type, ...]


Type: TypeAlias = Scalar | InlineEnum | Ref | Array | Map | InlineObject | OneOf


class Field(_Fact, frozen=True, kw_only=True):
    """A member of an object: an attribute of a resource or request, or part of a shared object."""

    name: Name
    type: Type
    required: bool = False
    nullable: bool = False
    deprecated: bool = False


class Relationship(_Fact, frozen=True, kw_only=True):
    """A relationship member: where it leads, and whether the API sends or takes its linkage.

    `type` is None when the document declares only links, so that nothing can be included.
    """

    name: Name
    type: Name | None = None
    many: bool = False
    required: bool = False
    nullable: bool = False
    deprecated: bool = False


# --- Component schemas ----------------------------------------------------------------------


class _Schema(_Fact, frozen=True, kw_only=True):
    name: Name

    @property
    def pointer(self) -> str:
        """Where the document defines it."""
        return f"/components/schemas/{self.name}"


class EnumSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="enum"):
    """A shared enumeration."""

    values: tuple[Value, ...]
    deprecated: bool = False


class ObjectSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="object"):
    """A shared object that is not a JSON:API document."""

    fields: tuple[Field, ...] = ()
    deprecated: bool = False


class PlainSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="plain"):
    """A shared schema that is neither enumeration nor object: text, bytes, a map."""

    type: Type


class ResourceSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="resource"):
    """A JSON:API resource. Two schemas may share a `type` (V1 and V2); no response mixes them."""

    type: Name
    attributes: tuple[Field, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    deprecated: bool = False


class RequestSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="request"):
    """What a create, update or inline creation takes.

    `included` names the inline creations that the request may carry, `choices` the sets of
    members of which the server wants one whole.
    """

    type: Name
    purpose: Word
    attributes: tuple[Field, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    included: tuple[Name, ...] = ()
    choices: tuple[tuple[Name, ...], ...] = ()
    deprecated: bool = False


class LinkageSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="linkage"):
    """A document of resource identifiers, as request or response."""

    type: Name
    many: bool = False
    deprecated: bool = False


class ResponseSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="response"):
    """A compound document: primary resources of one schema, `included` ones of several."""

    resource: Name
    many: bool = False
    included: tuple[Name, ...] = ()
    deprecated: bool = False


class MetricSchema(_Schema, frozen=True, kw_only=True, tag_field="is", tag="metric"):
    """A document of measurements: rows of data points, grouped by dimensions."""

    row: InlineObject
    included: tuple[Name, ...] = ()
    deprecated: bool = False


Schema: TypeAlias = (
    EnumSchema
    | ObjectSchema
    | PlainSchema
    | ResourceSchema
    | RequestSchema
    | LinkageSchema
    | ResponseSchema
    | MetricSchema
)


# --- Operations -----------------------------------------------------------------------------


class Parameter(_Fact, frozen=True, kw_only=True):
    """A query parameter: a filter under its own name, or one outside the JSON:API families.

    `values` are the allowed ones, empty for free text. `array` values are joined with commas.
    """

    name: Name
    values: tuple[Value, ...] = ()
    array: bool = False
    required: bool = False
    deprecated: bool = False


class Exists(_Fact, frozen=True, kw_only=True):
    """An `exists[name]` parameter."""

    name: Name
    required: bool = False
    deprecated: bool = False


class FieldsParameter(_Fact, frozen=True, kw_only=True):
    """A `fields[type]` parameter; `fieldset` names its values in `ApiModel.fieldsets`."""

    type: Name
    fieldset: Name
    deprecated: bool = False


class RelatedLimit(_Fact, frozen=True, kw_only=True):
    """A `limit[relationship]` parameter with its largest value."""

    name: Name
    maximum: Count
    deprecated: bool = False


class Fieldset(_Fact, frozen=True, kw_only=True):
    """The values of a sparse fieldset."""

    name: Name
    type: Name
    values: tuple[Value, ...] = ()


class Answer(_Fact, frozen=True, kw_only=True):
    """A success answer: `schema` is None where there is no body."""

    status: Status
    media_type: Word = ""
    schema: Name | None = None


class Operation(_Fact, frozen=True, kw_only=True):
    """An operation, its query already sorted into the families of the API's grammar.

    `successor` is the id of the operation that a deprecated one gives way to, where that is known.
    """

    id: Name
    kind: Kind
    method: Method
    path: Path
    deprecated: bool = False
    successor: Name | None = None
    filters: tuple[Parameter, ...] = ()
    exists: tuple[Exists, ...] = ()
    sort: tuple[Value, ...] = ()
    include: tuple[Name, ...] = ()
    fields: tuple[FieldsParameter, ...] = ()
    limit: Count = 0
    related_limits: tuple[RelatedLimit, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    request: Name | None = None
    answers: tuple[Answer, ...] = ()
    errors: tuple[Status, ...] = ()

    @property
    def pointer(self) -> str:
        """Where the document defines it."""
        return f"/paths/{self.path.replace('~', '~0').replace('/', '~1')}/{self.method.lower()}"


class Omission(_Fact, frozen=True, kw_only=True):
    """Something the document says at `pointer` that the client lacks, and what `still` works."""

    pointer: Line
    what: Line
    still: Line


class ApiModel(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a document states about its API.

    `sha256` identifies the document's bytes; Apple changes content without changing `version`.
    `overlay` lists the ids of the mends that were applied to it, `omissions` what is not modelled.
    """

    product: Word
    title: Title
    version: Version
    sha256: Word
    server: Server
    overlay: tuple[Name, ...]
    operations: Annotated[tuple[Operation, ...], Meta(max_length=LARGEST)]
    schemas: Annotated[dict[str, Schema], Meta(max_length=LARGEST)]
    fieldsets: dict[str, Fieldset]
    omissions: tuple[Omission, ...] = ()

    def resource(self, name: str) -> ResourceSchema:
        """Return the resource schema of that name.

        Raises:
            KeyError: if there is none, or it is not a resource schema.
        """
        schema = self.schemas[name]
        if not isinstance(schema, ResourceSchema):
            raise KeyError(name)
        return schema

    def answered(self, operation: Operation) -> ResourceSchema | None:
        """Return the schema of the resources an operation answers with, or None."""
        for answer in operation.answers:
            schema = self.schemas.get(answer.schema or "")
            if isinstance(schema, ResponseSchema):
                return self.resource(schema.resource)
        return None

    def resources(self) -> tuple[ResourceSchema, ...]:
        """Return all resource schemas, in the document's order."""
        return tuple(s for s in self.schemas.values() if isinstance(s, ResourceSchema))

    def resource_names(self) -> tuple[str, ...]:
        """The resources as Apple's paths and types name them, in alphabetical order.

        A resource may have several schemas, or none, such as reports: wherever resources are
        counted, it is these.
        """
        paths = {operation.path.split("/")[2] for operation in self.operations}
        types = {schema.type for schema in self.resources()}
        return tuple(sorted(paths | types, key=lambda name: (name.lower(), name)))
