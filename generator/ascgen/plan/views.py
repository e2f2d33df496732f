"""What the templates see: names, annotations and literals, decided and in order."""

from __future__ import annotations

from dataclasses import dataclass, field

from ascgen.plan.names import Scope


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a method; without `default` it is required.

    `origin` says what of the document it stands for; it is empty for those of the runtime.
    """

    name: str
    annotation: str
    default: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """A mapping or tuple in the generated code, its items as code."""

    items: tuple[str, ...]
    is_mapping: bool = False


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a call in the generated code; without a name it is positional."""

    value: str | Collection
    name: str = ""


@dataclass(frozen=True, slots=True)
class Constant:
    """The operation a method sends: its Python name, what it answers, and its arguments."""

    name: str
    answers: str
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A generated method: a signature and the runtime helper it hands its arguments to."""

    name: str
    helper: str
    operation: Constant
    positional: tuple[Parameter, ...]
    keywords: tuple[Parameter, ...]
    returns: str
    doc: str
    deprecated: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """A named set of allowed values; `same` names an earlier one that has equal values."""

    name: str
    values: tuple[str, ...]
    same: str = ""


@dataclass(frozen=True, slots=True)
class KeyedDict:
    """A TypedDict with optional keys; `same` names an earlier one that has equal keys."""

    name: str
    entries: tuple[tuple[str, str], ...]
    same: str = ""


@dataclass(slots=True)
class TypesModule:
    """The named types of one module's signatures; two of one name are a SpecError."""

    owner: str
    aliases: list[Alias] = field(default_factory=list[Alias])
    dicts: list[KeyedDict] = field(default_factory=list[KeyedDict])
    _first: dict[tuple[object, ...], str] = field(default_factory=dict[tuple[object, ...], str])
    _scope: Scope = field(init=False)

    def __post_init__(self) -> None:
        """No name is taken yet."""
        self._scope = Scope(f"the types of {self.owner}")

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


@dataclass(frozen=True, slots=True)
class Namespace:
    """The operations of one path root and version: a module with a class for each flavour."""

    name: str
    class_name: str
    root: str
    methods: tuple[Method, ...]
    types: TypesModule
    models: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class InlineCreate:
    """A resource that can be created inside another's request."""

    name: str
    module: str
    type: str
    attributes: Collection
    relationships: Collection
    parameters: tuple[Parameter, ...]
    models: tuple[str, ...]
    types: TypesModule
