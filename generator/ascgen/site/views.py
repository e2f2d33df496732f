"""What the templates see: texts and addresses, decided and in order."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text; with an address it is a link."""

    text: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of code; `kind` is how it is coloured, empty for plain."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """An allowed value, with the anchor that leads to it."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """An attribute, relationship, keyword or parameter: a line of a list of members.

    `wire` is its name at the API where that differs, `depth` how far inside an object it is.
    """

    name: str
    anchor: str
    type: tuple[Part, ...]
    wire: str = ""
    marks: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Members:
    """Members of a request; `label` says what they are in Python, `note` what goes with them."""

    heading: str
    items: tuple[Member, ...]
    label: str = ""
    anchor: str = ""
    note: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """A success answer."""

    status: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """The call of an operation in both flavours."""

    blocking: tuple[Token, ...]
    awaited: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class OperationView:
    """An operation on its resource's page."""

    id: str
    anchor: str
    method: str
    path: str
    kind: str
    python: str
    name: str
    deprecated: bool
    successor: Part | None
    snippet: Snippet
    query: tuple[Member, ...]
    body: Members | None
    answers: tuple[Answer, ...]
    errors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class HelperView:
    """A helper with its call."""

    name: str
    anchor: str
    summary: str
    call: str


@dataclass(frozen=True, slots=True)
class Group:
    """Links under a heading."""

    heading: str
    links: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class NamespaceView:
    """The operations of one path root, under the client's name for it."""

    name: str
    root: str
    operations: tuple[OperationView, ...]


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """The page of a resource."""

    name: str
    type: str
    area: str
    deprecated: bool
    successor: Part | None
    namespaces: tuple[NamespaceView, ...]
    attributes: tuple[Member, ...]
    relationships: tuple[Member, ...]
    inline: tuple[Members, ...]
    groups: tuple[Group, ...]
    graph: str


@dataclass(frozen=True, slots=True)
class TypeView:
    """A shared type: an enumeration, an object, a measurement, or a plain one."""

    name: str
    anchor: str
    deprecated: bool
    is_: tuple[Part, ...] = ()
    values: tuple[Value, ...] = ()
    members: tuple[Member, ...] = ()
    users: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeGroup:
    """Shared types of one sort."""

    heading: str
    anchor: str
    types: tuple[TypeView, ...]


@dataclass(frozen=True, slots=True)
class ResourceCard:
    """A resource in the overview."""

    name: str
    address: str
    namespaces: tuple[str, ...]
    count: int
    deprecated: bool


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the API that people know by name."""

    title: str
    anchor: str
    resources: tuple[ResourceCard, ...]
    operations: int


@dataclass(frozen=True, slots=True)
class ChangeItem:
    """One thing that changed, and what about it."""

    part: Part
    aspect: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """What happened to the same things in each of several places."""

    places: tuple[Part, ...]
    items: tuple[ChangeItem, ...]
    is_code: bool


@dataclass(frozen=True, slots=True)
class ChangeParagraph:
    """Lines of changes under a heading, which is empty where the section's says it all."""

    heading: str
    lines: tuple[ChangeLine, ...]


@dataclass(frozen=True, slots=True)
class ChangeSection:
    """The changes of one consequence."""

    heading: str
    anchor: str
    count: int
    paragraphs: tuple[ChangeParagraph, ...]


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed since an earlier version."""

    title: str
    summary: str
    bump: str
    advice: str
    counts: tuple[tuple[str, ...], ...]
    sections: tuple[ChangeSection, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages have in common."""

    title: str
    version: str
    mark: str
    previous: str
