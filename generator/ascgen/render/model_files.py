"""Files of model classes: what the library's text needs around it, and what its template sees."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from ascgen.plan.catalog import relationship_models
from ascgen.plan.code import literal
from ascgen.plan.documentation import a_resource, class_docstring
from ascgen.plan.names import members, snake
from ascgen.render.environment import block, descriptor
from ascgen.render.fit import STEP
from ascgen.render.imports import lines, of_names, words

if TYPE_CHECKING:
    from ascgen.model import ApiModel, Relationship
    from ascgen.plan.catalog import ModelClass
    from ascgen.render.distribution import Renderer
    from ascgen.render.models import ModelText

# What model classes take from the runtime and from libraries; the library brings the rest.
_USED = (
    "AnswerModel",
    "ClassVar",
    "DateTime",
    "Model",
    "OpenEnum",
    "Resource",
    "ToMany",
    "ToOne",
    "field",
)
_REPLACED = ("from enum ", "from msgspec ")


def model_data(renderer: Renderer, model: ModelClass) -> dict[str, Any]:
    """Return what the class template of a model sees besides its fields."""
    docstring = block(_docstring(renderer.api, model), STEP).lstrip()
    if model.values:
        return {
            "docstring": docstring,
            "members": [
                (name, literal(value)) for name, value in members(model.values, model.name).items()
            ],
        }
    odd = sorted(item.name for item, _ in model.fields if _camel(snake(item.name)) != item.name)
    if model.resource is None:
        return {
            "docstring": docstring,
            "odd_names": odd,
            "deprecated": _deprecated(model),
            "is_answer": model.is_answer,
        }
    return {
        "odd_names": odd,
        "deprecated": _deprecated(model),
        "docstring": docstring,
        "resource_type": literal(model.resource.type),
        "relationships": [
            {
                "code": descriptor(snake(item.name), item, models),
                "deprecated": item.deprecated,
            }
            for item, models in _relationships(renderer, model)
        ],
    }


def model_file(renderer: Renderer, module: str, text: ModelText) -> dict[str, str]:
    """Return a module of model classes."""
    classes = renderer.catalog.modules[module]
    targets = {
        name
        for model in classes
        for _, models in _relationships(renderer, model)
        for name in models
    } - {model.name for model in classes}
    mentioned = words([text.body])
    used = mentioned & set(_USED)
    if targets:
        used.add("TYPE_CHECKING")
    pairs = of_names(used)
    for line in text.imports:
        if not line.startswith(_REPLACED):
            origin, _, names = line.removeprefix("from ").partition(" import ")
            pairs += ((origin, x) for x in map(str.strip, names.split(",")) if x in mentioned)
    return renderer.render(
        "models/[model].py",
        module,
        doc=f"The model of `{classes[-1].name}`.",
        imports=lines(pairs),
        typing_imports=lines((("..models", name) for name in targets), "    "),
        body=text.body,
    )


def _docstring(api: ApiModel, model: ModelClass) -> tuple[str, ...]:
    what = "values" if model.values else "members"
    sentence = f"The {what} of `{model.attribute or model.name}`."
    members = [item for item, _ in model.fields]
    if model.resource is None:
        deprecated = not model.attribute and _is_deprecated(api, model.schema)
        return class_docstring(api, sentence, model.schema, deprecated=deprecated, members=members)
    return class_docstring(
        api,
        f"{a_resource(model.resource.type)}.",
        model.schema,
        deprecated=model.resource.deprecated,
        members=[*members, *model.resource.relationships],
    )


def _is_deprecated(api: ApiModel, schema: str) -> bool:
    return bool(getattr(api.schemas[schema], "deprecated", False))


def _deprecated(model: ModelClass) -> list[str]:
    """Return the attributes that Apple has deprecated, by their names there."""
    return [item.name for item, _ in model.fields if item.deprecated]


@cache
def _camel(name: str) -> str:
    """Return what msgspec takes for the wire name of a field, as the classes ask it to."""
    [wire] = msgspec.defstruct("_", [name], rename="camel").__struct_encode_fields__
    return wire


def _relationships(
    renderer: Renderer, model: ModelClass
) -> list[tuple[Relationship, tuple[str, ...]]]:
    """Return the relationships of a resource that can be included, with their classes."""
    if model.resource is None:
        return []
    return [
        (item, models)
        for item in model.resource.relationships
        if item.type is not None
        and (models := relationship_models(renderer.catalog, model.resource, item))
    ]
