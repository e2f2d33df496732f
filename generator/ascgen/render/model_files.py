"""Files of model classes: what the library's text needs around it, and what its template sees."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from ascgen.plan.catalog import relationship_models
from ascgen.plan.code import literal
from ascgen.plan.names import members, snake
from ascgen.render.environment import descriptor
from ascgen.render.imports import lines, words

if TYPE_CHECKING:
    from ascgen.model import Relationship
    from ascgen.plan.catalog import ModelClass
    from ascgen.render.distribution import Renderer
    from ascgen.render.models import ModelText

# What model classes take from the runtime and from libraries; the library brings the rest.
_USED = ("ClassVar", "Model", "OpenEnum", "Resource", "ToMany", "ToOne", "field")
_REPLACED = ("from enum ", "from msgspec ")


def model_data(renderer: Renderer, model: ModelClass) -> dict[str, Any]:
    """What the class template of a model sees besides its fields."""
    if model.values:
        return {
            "docstring": f"The values of `{model.name}`.",
            "members": [
                (name, literal(value)) for name, value in members(model.values, model.name).items()
            ],
        }
    odd = sorted(item.name for item, _ in model.fields if _camel(snake(item.name)) != item.name)
    if model.resource is None:
        return {"docstring": f"The members of `{model.name}`.", "odd_names": odd}
    return {
        "odd_names": odd,
        "docstring": f"A resource of type `{model.resource.type}`.",
        "resource_type": literal(model.resource.type),
        "relationships": [
            {"code": descriptor(snake(item.name), item, models)}
            for item, models in _relationships(renderer, model)
        ],
    }


def model_file(renderer: Renderer, module: str, text: ModelText) -> dict[str, str]:
    """A module of model classes."""
    classes = renderer.catalog.modules[module]
    targets = {
        name
        for model in classes
        for _, models in _relationships(renderer, model)
        for name in models
    } - {model.name for model in classes}
    used = words([text.body]) & set(_USED)
    if targets:
        used.add("TYPE_CHECKING")
    pairs = renderer.imports.of_names(used)
    for line in text.imports:
        if not line.startswith(_REPLACED):
            origin, _, names = line.removeprefix("from ").partition(" import ")
            pairs += ((origin, name.strip()) for name in names.split(","))
    return renderer.render(
        "models/[model].py",
        module,
        doc=f"The model of `{classes[-1].name}`.",
        imports=lines(pairs),
        typing_imports=lines(renderer.imports.of_models(targets), "    "),
        body=text.body,
    )


@cache
def _camel(name: str) -> str:
    """What msgspec takes for the wire name of a field, as the classes ask it to."""
    [wire] = msgspec.defstruct("_", [name], rename="camel").__struct_encode_fields__
    return wire


def _relationships(
    renderer: Renderer, model: ModelClass
) -> list[tuple[Relationship, tuple[str, ...]]]:
    """The relationships of a resource that can be included, with the classes they lead to."""
    if model.resource is None:
        return []
    return [
        (item, models)
        for item in model.resource.relationships
        if item.type is not None
        and (models := relationship_models(renderer.catalog, model.resource, item))
    ]
