"""What the templates see: names, annotations and literals, decided and in order."""

from __future__ import annotations

from msgspec import Struct

from ascgen.plan.names import Scope


class Parameter(Struct, frozen=True):
    """A parameter of a method; without `default` it is required.

    `origin` says what of the document it stands for; it is empty for those of the runtime.
    """

    name: str
    annotation: str
    default: str = ""
    origin: str = ""


class Collection(Struct, frozen=True):
    """A mapping or tuple in the generated code, its items as code."""

    items: tuple[str, ...]
    is_mapping: bool = False


class Argument(Struct, frozen=True):
    """An argument of a call in the generated code; without a name it is positional."""

    value: str | Collection
    name: str = ""


class Constant(Struct, frozen=True):
    """The operation a method sends: its Python name, what it answers, and its arguments."""

    name: str
    answers: str
    arguments: tuple[Argument, ...]


class Method(Struct, frozen=True):
    """A generated method: a signature and the runtime helper it hands its arguments to.

    `doc` are the lines of its docstring, `former` is a name that it had before.
    """

    name: str
    helper: str
    operation: Constant
    positional: tuple[Parameter, ...]
    keywords: tuple[Parameter, ...]
    returns: str
    doc: tuple[str, ...]
    deprecated: str = ""
    former: str = ""


class Alias(Struct, frozen=True):
    """A named set of allowed values; `same` names an earlier one that has equal values."""

    name: str
    values: tuple[str, ...]
    same: str = ""


class KeyedDict(Struct, frozen=True):
    """A TypedDict with optional keys; `same` names an earlier one that has equal keys."""

    name: str
    entries: tuple[tuple[str, str], ...]
    same: str = ""


class TypesModule:
    """The named types of one module's signatures; two of one name are a SpecError."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.aliases: list[Alias] = []
        self.dicts: list[KeyedDict] = []
        self._first: dict[tuple[object, ...], str] = {}
        self._scope = Scope(f"the types of {owner}")

    def add_values(self, name: str, values: tuple[str, ...], origin: str) -> None:
        """Name a set of values; `origin` says what of the document takes them."""
        first = self._first.setdefault(values, name) if len(values) > 1 else name
        self.aliases.append(Alias(self._scope.take(name, origin), values, _other(first, name)))

    def add_dict(self, name: str, entries: tuple[tuple[str, str], ...], origin: str) -> None:
        """Name a set of optional keys, each with the type of its value."""
        first = self._first.setdefault(entries, name)
        self.dicts.append(KeyedDict(self._scope.take(name, origin), entries, _other(first, name)))

    @property
    def is_empty(self) -> bool:
        """Whether the module's signatures need no named types."""
        return not (self.aliases or self.dicts)


def _other(first: str, name: str) -> str:
    return first if first != name else ""


class Namespace(Struct, frozen=True):
    """The operations of one path root and version: a module with a class for each flavour."""

    name: str
    class_name: str
    root: str
    methods: tuple[Method, ...]
    types: TypesModule


class Missing(Struct, frozen=True):
    """What the API does not offer: where it is looked for, why not, and what remains."""

    places: tuple[str, ...]
    answer: str
    remains: str
    instead: tuple[str, ...]


class InlineCreate(Struct, frozen=True):
    """A resource that can be created inside another's request."""

    name: str
    module: str
    type: str
    doc: tuple[str, ...]
    attributes: Collection
    dates: Collection
    relationships: Collection
    parameters: tuple[Parameter, ...]
    types: TypesModule
