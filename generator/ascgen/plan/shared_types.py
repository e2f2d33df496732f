"""Types that many signatures share: enumeration values, and the fields of each resource type."""

from __future__ import annotations

from ascgen.model import ApiModel, EnumSchema
from ascgen.plan.names import Scope, pascal
from ascgen.plan.views import Alias


def value_aliases(api: ApiModel) -> list[Alias]:
    """Return an alias for each shared enumeration."""
    scope = Scope("the types of shared values")
    return [
        Alias(scope.take(f"{pascal(schema.name)}Value", schema.pointer), schema.values)
        for schema in api.schemas.values()
        if isinstance(schema, EnumSchema)
    ]


def fieldset_aliases(api: ApiModel) -> list[Alias]:
    """Return an alias for each resource type, with the fields that any operation takes for it.

    Two versions of a resource share a type and differ a little; the server knows which it wants.
    """
    merged: dict[str, dict[str, None]] = {}
    for fieldset in api.fieldsets.values():
        merged.setdefault(fieldset.type, {}).update(dict.fromkeys(fieldset.values))
    scope = Scope("the types of fields")
    return [
        Alias(scope.take(f"{pascal(kind)}Field", kind), tuple(values))
        for kind, values in merged.items()
    ]
