"""A part of an API: some of its resource paths with everything they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from rapidfuzz import process

from ascgen.errors import UsageError
from ascgen.plan.names import loose, snake
from ascgen.plan.namespaces import python_name
from ascgen.references import closure, schemas_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ascgen.model import ApiModel, Operation


def subset(api: ApiModel, include: Sequence[str], exclude: Sequence[str]) -> ApiModel:
    """Return the API with only these resource paths, or without those; neither given, the whole.

    A resource is named as Apple spells its path (`betaGroups`) or as the client does
    (`beta_groups`, `in_app_purchases_v2`); Apple's name stands for all its versions.

    Raises:
        UsageError: a name is not one of the API's.
    """
    if not include and not exclude:
        return api
    known = {name for operation in api.operations for name in _names(operation)}
    wanted = _checked(include, known)
    unwanted = _checked(exclude, known)
    operations = tuple(
        operation
        for operation in api.operations
        if (not wanted or wanted & _names(operation)) and not unwanted & _names(operation)
    )
    if not operations:
        raise UsageError("nothing is left of the API", hint="name fewer resources to exclude")
    roots = {name for operation in operations for name in schemas_of(operation)}
    kept = closure(api, roots)
    fieldsets = {item.fieldset for operation in operations for item in operation.fields}
    return msgspec.structs.replace(
        api,
        operations=operations,
        schemas={name: schema for name, schema in api.schemas.items() if name in kept},
        fieldsets={name: item for name, item in api.fieldsets.items() if name in fieldsets},
        omissions=tuple(
            omission for omission in api.omissions if _concerns(omission.pointer, kept, operations)
        ),
    )


def _concerns(pointer: str, schemas: set[str], operations: Sequence[Operation]) -> bool:
    """Return whether a place of the document has to do with what is left of it."""
    where, *keys = pointer.strip("/").split("/")
    if where == "paths" and keys:
        path = keys[0].replace("~1", "/")
        roots = {"/".join(operation.path.split("/")[:3]) for operation in operations}
        return any(path == root or path.startswith(f"{root}/") for root in roots)
    return keys[1] in schemas if keys[:1] == ["schemas"] and len(keys) > 1 else True


def _names(operation: Operation) -> set[str]:
    root = operation.path.split("/")[2]
    return {root, snake(root), python_name(operation).namespace}


def _checked(names: Sequence[str], known: set[str]) -> set[str]:
    """Return the names as the API has them; case, signs and a missing plural are forgiven."""
    spelled = {loose(name): name for name in sorted(known)}
    found: set[str] = set()
    for name in names:
        exact = (
            name if name in known else spelled.get(loose(name)) or spelled.get(loose(name) + "s")
        )
        if exact is None:
            others = process.extract(name, sorted(known), limit=3, score_cutoff=60)
            raise UsageError(
                f"there is no resource {name!r}",
                hint=f"did you mean {', '.join(match for match, *_ in others)}?" if others else "",
            )
        found.add(exact)
    return found
