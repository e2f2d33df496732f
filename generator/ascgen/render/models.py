"""Model classes, rendered by datamodel-code-generator from a reduced document.

JSON:API envelopes, linkages and relationship objects are the runtime's; what is left to model are
attribute objects, shared objects and enumerations. Each class of the catalog becomes a schema
named `module.Class`, which tells the library the module it goes to. That everything may be null
is the template's to say.
"""

from __future__ import annotations

import json
import re
import warnings
from collections import defaultdict
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ascgen.errors import AscgenError
from ascgen.files.textcache import TextCache
from ascgen.model import Array, InlineEnum, InlineObject, Map, OneOf, Ref, Scalar, Type
from ascgen.plan.names import snake
from ascgen.references import references
from ascgen.render.fit import STEP, assigned, bracketed, defaulted, fits

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from ascgen.plan.catalog import Catalog, ModelClass

# `date-time` is a datetime, `date` a date; every other format stays text (`uri` is often none).
_TIME_FORMATS = frozenset({"date-time", "date"})
_IMPORT = re.compile(r"from \S+ import .+")
# The runtime has a type for points in time, which always have a zone.
_TIME = re.compile(r"(?<=: )[^=]*\bdatetime\b[^=]*(?= = )")

# The lines of the class templates that may be too long.
_HEADER = re.compile(r"(class \w+)\((.+)\):")
_FIELD = re.compile(r" {4}(\w+): (.+) = field\((.+)\)")
_PLAIN_FIELD = re.compile(r" {4}(\w+): (.+) = None")
_MEMBER = re.compile(r"( {4}\w+) = (\".+\")")


class ModelText(msgspec.Struct, frozen=True):
    """The rendered classes of one module, and what the library found they import."""

    body: str
    imports: list[str]


class ModelRenderer:
    """Renders the classes of a catalog by module, those that `texts` does not know in one run.

    `template_data` gives a class's extras for its template.
    """

    def __init__(
        self,
        catalog: Catalog,
        template_data: Callable[[ModelClass], dict[str, Any]],
        templates: Path,
    ) -> None:
        self._catalog = catalog
        self._templates = templates
        self._data = {model.name: template_data(model) for model in catalog.classes.values()}
        own = [Path(__file__), *sorted(templates.iterdir())]
        self._stamp = TextCache.key(
            version("datamodel-code-generator"), *(path.read_text(encoding="utf-8") for path in own)
        )

    def render(self, texts: TextCache) -> dict[str, ModelText]:
        """Return the text of every module."""
        keys = {name: self._key(classes) for name, classes in self._catalog.modules.items()}
        found: dict[str, ModelText] = {}
        for name, key in keys.items():
            known = texts.get(key)
            if known is not None:
                # A damaged text is made anew.
                with suppress(msgspec.MsgspecError):
                    found[name] = msgspec.json.decode(known, type=ModelText)
        missing = keys.keys() - found.keys()
        rendered = self._run(missing)
        for name in missing:
            found[name] = rendered[name]
            texts.put(keys[name], msgspec.json.encode(rendered[name]).decode())
        return {name: found[name] for name in keys}

    def _key(self, classes: list[ModelClass]) -> str:
        """Everything the text of a module depends on: of other modules only the classes' names."""
        schemas = {_schema_name(model): _schema(model, self._catalog) for model in classes}
        data = [self._data[model.name] for model in classes]
        return TextCache.key(self._stamp, json.dumps([schemas, data, _aliases(classes)]))

    def _run(self, modules: Collection[str]) -> dict[str, ModelText]:
        if not modules:
            return {}
        from datamodel_code_generator import generate
        from datamodel_code_generator.enums import DataModelType, InputFileType
        from datamodel_code_generator.format import DatetimeClassType, PythonVersion

        classes = self._with_referred(modules)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = generate(
                json.dumps(_document(classes, self._catalog)),
                input_file_type=InputFileType.OpenAPI,
                output_model_type=DataModelType.MsgspecStruct,
                target_python_version=PythonVersion.PY_311,
                output_datetime_class=DatetimeClassType.Datetime,
                custom_template_dir=self._templates,
                extra_template_data=defaultdict(
                    dict[str, Any],
                    {_schema_name(model): self._data[model.name] for model in classes},
                ),
                aliases=_aliases(classes),
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

    def _with_referred(self, modules: Collection[str]) -> list[ModelClass]:
        """Return the classes of these modules, and every class that they come to by reference."""
        open_ends = [item.name for item in self._catalog.classes.values() if item.module in modules]
        wanted: set[str] = set()
        while open_ends:
            name = open_ends.pop()
            if name not in wanted:
                wanted.add(name)
                fields = self._catalog.classes[name].fields
                open_ends += (other for _, kind in fields for other in references(kind))
        return [model for model in self._catalog.classes.values() if model.name in wanted]


def _aliases(classes: list[ModelClass]) -> dict[str, str]:
    """Return the Python names of fields, by those on the wire."""
    names = {item.name for model in classes for item, _ in model.fields}
    return {name: snake(name) for name in sorted(names) if snake(name) != name}


def _split(text: str) -> ModelText:
    """Separate the imports, which the caller completes and sorts, from the classes."""
    imports: list[str] = []
    body: list[str] = []
    for line in text.splitlines():
        if body or line.startswith("class "):
            body.append(_TIME.sub(lambda found: found[0].replace("datetime", "DateTime"), line))
        elif _IMPORT.match(line) and not line.startswith("from __future__ "):
            imports.append(line)
    return ModelText("\n".join(map(_fitted, body)).strip() + "\n", imports)


def _fitted(line: str) -> str:
    """Return a line of a class as black would have it."""
    if fits("", line):
        return line
    if found := _HEADER.fullmatch(line):
        return bracketed(f"{found[1]}(", found[2].split(", "), "):")
    if found := _FIELD.fullmatch(line):
        return STEP + assigned(found[1], found[2], "field", found[3].split(", "), STEP)
    if found := _PLAIN_FIELD.fullmatch(line):
        return STEP + defaulted(found[1], found[2], "None", STEP)
    if found := _MEMBER.fullmatch(line):
        return f"{found[1]} = (\n{STEP * 2}{found[2]}\n{STEP})"
    return line


def _document(classes: list[ModelClass], catalog: Catalog) -> dict[str, Any]:
    schemas = {_schema_name(model): _schema(model, catalog) for model in classes}
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
    properties = {item.name: _type(kind, catalog) for item, kind in model.fields}
    return {"type": "object", "properties": properties}


def _type(kind: Type, catalog: Catalog) -> dict[str, Any]:
    match kind:
        case Scalar(name="any"):
            return {}
        case Scalar(name="string") if kind.format in _TIME_FORMATS:
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
