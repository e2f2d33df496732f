"""Model classes, rendered by datamodel-code-generator from a reduced document.

JSON:API envelopes, linkages and relationship objects are the runtime's; what is left to model are
attribute objects, shared objects and enumerations. Each class of the catalog becomes a schema
named `module.Class`, which tells the library the module it goes to.
"""

from __future__ import annotations

import json
import re
import warnings
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ascgen.errors import AscgenError
from ascgen.model import Array, InlineEnum, InlineObject, Map, OneOf, Ref, Scalar, Type
from ascgen.plan.names import snake
from ascgen.render.environment import LINE_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable

    from ascgen.plan.catalog import Catalog, ModelClass

# `date-time` is a datetime, `date` a date; every other format stays text (`uri` is often none).
_TIME_FORMATS = frozenset({"date-time", "date"})
_IMPORT = re.compile(r"from \S+ import .+")


class ModelText:
    """The rendered classes of one module, and what the library found they import."""

    def __init__(self, body: str, imports: list[str]) -> None:
        self.body = body
        self.imports = imports


def render_models(
    catalog: Catalog,
    template_data: Callable[[ModelClass], dict[str, Any]],
    templates: Path,
) -> dict[str, ModelText]:
    """Render all classes, by module. `template_data` gives a class's extras for its template."""
    if not catalog.classes:
        return {}
    from datamodel_code_generator import generate
    from datamodel_code_generator.enums import DataModelType, InputFileType
    from datamodel_code_generator.format import DatetimeClassType, PythonVersion

    aliases = {
        item.name: snake(item.name)
        for model in catalog.classes.values()
        for item, _ in model.fields
        if snake(item.name) != item.name
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = generate(
            json.dumps(_document(catalog)),
            input_file_type=InputFileType.OpenAPI,
            output_model_type=DataModelType.MsgspecStruct,
            target_python_version=PythonVersion.PY_311,
            output_datetime_class=DatetimeClassType.Datetime,
            custom_template_dir=templates,
            extra_template_data=defaultdict(
                dict[str, Any],
                {_schema_name(model): template_data(model) for model in catalog.classes.values()},
            ),
            aliases=aliases,
            strict_nullable=True,
            use_standard_collections=True,
            use_union_operator=True,
            use_exact_imports=True,
            use_specialized_enum=True,
            capitalise_enum_members=True,
            disable_timestamp=True,
            custom_file_header="",
            formatters=[],
        )
    if not isinstance(result, dict):
        raise AscgenError("datamodel-code-generator did not render the models as modules")
    return {
        path[-1].removesuffix(".py"): _split(text)
        for path, text in result.items()
        if path[-1] != "__init__.py"
    }


def models_key(catalog: Catalog, template_data: Callable[[ModelClass], dict[str, Any]]) -> str:
    """Everything the rendered models depend on, besides the library and the templates."""
    own = Path(__file__).read_text(encoding="utf-8")
    data = {model.name: template_data(model) for model in catalog.classes.values()}
    return json.dumps([own, _document(catalog), data])


def _split(text: str) -> ModelText:
    """Separate the imports, which the caller completes and sorts, from the classes."""
    imports: list[str] = []
    body: list[str] = []
    for line in text.splitlines():
        if body or line.startswith("class "):
            body.append(line)
        elif _IMPORT.match(line) and not line.startswith("from __future__ "):
            imports.append(line)
    return ModelText("\n".join(map(_fitted, body)).strip() + "\n", imports)


def _fitted(line: str) -> str:
    """A line of a class as black would have it, a long field's arguments on a line."""
    if len(line) <= LINE_LENGTH or not line.endswith("default=None)"):
        return line
    head, _, arguments = line[:-1].partition("field(")
    return f"{head}field(\n        {arguments}\n    )"


def _document(catalog: Catalog) -> dict[str, Any]:
    schemas = {_schema_name(model): _schema(model, catalog) for model in catalog.classes.values()}
    return {
        "openapi": "3.0.1",
        "info": {"title": "models", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }


def _schema_name(model: ModelClass) -> str:
    return f"{model.module}.{model.name}"


def _schema(model: ModelClass, catalog: Catalog) -> dict[str, Any]:
    if model.values:
        return {"type": "string", "enum": list(model.values)}
    properties: dict[str, Any] = {}
    for item, kind in model.fields:
        schema = _type(kind, catalog)
        properties[item.name] = (
            {"allOf": [schema], "nullable": True}
            if "$ref" in schema
            else {
                **schema,
                "nullable": True,
            }
        )
    return {"type": "object", "properties": properties}


def _type(kind: Type, catalog: Catalog) -> dict[str, Any]:
    match kind:
        case Scalar(name="any"):
            return {}
        case Scalar() if kind.format in _TIME_FORMATS:
            return {"type": kind.name, "format": kind.format}
        case Scalar():
            return {"type": kind.name}
        case Ref():
            return {"$ref": f"#/components/schemas/{_schema_name(catalog.classes[kind.schema])}"}
        case Array():
            return {"type": "array", "items": _type(kind.items, catalog)}
        case Map():
            return {"type": "object", "additionalProperties": _type(kind.values, catalog)}
        case InlineEnum() | InlineObject() | OneOf():
            raise AssertionError("the catalog has named every inline type")
