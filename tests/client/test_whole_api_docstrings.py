"""What `help()` says of every method and model: the facts, and where Apple says the rest."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING

import pytest

from app_store_connect import Response
from app_store_connect._runtime.messages.api_errors import error_from
from app_store_connect._runtime.messages.response import Headers
from ascgen.model import Kind, ObjectSchema, RequestSchema, ResourceSchema
from ascgen.plan.names import snake
from support.whole_api import (
    FLAVOURS,
    class_names,
    model_class,
    namespace_class,
    operations,
    rendered_api,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import Operation

SITE = "https://developer.apple.com/documentation/"
AREA = "enterpriseprogramapi" if rendered_api().product == "enterprise" else "appstoreconnectapi"
# What the first sentence of each kind begins with; what has no pages is got.
BEGINNINGS = {
    Kind.GET_COLLECTION: "List |Get ",
    Kind.GET_INSTANCE: "Get an? ",
    Kind.CREATE_INSTANCE: "Create an? ",
    Kind.UPDATE_INSTANCE: "Update an? ",
    Kind.DELETE_INSTANCE: "Delete an? ",
    Kind.GET_TO_ONE_RELATED: "Get the .* of an? ",
    Kind.GET_TO_MANY_RELATED: "(?:List|Get) the .* of an? ",
    Kind.GET_TO_ONE_RELATIONSHIP: "Get the id of the .* of an? ",
    Kind.GET_TO_MANY_RELATIONSHIP: "List the ids of the .* of an? .*, page by page",
    Kind.CREATE_TO_MANY_RELATIONSHIP: "Add .* to an? ",
    Kind.REPLACE_TO_MANY_RELATIONSHIP: "Replace the .* of an? ",
    Kind.DELETE_TO_MANY_RELATIONSHIP: "Remove .* from an? ",
    Kind.UPDATE_TO_ONE_RELATIONSHIP: "Set the .* of an? ",
    Kind.GET_METRICS: "List the .* of an? .*, page by page",
}

each_namespace = pytest.mark.parametrize("namespace", operations())


def methods(namespace: str) -> Iterator[tuple[str, Operation, str]]:
    """Every method of a namespace in both flavours, with what it says, on one line."""
    for flavour in FLAVOURS:
        owner = namespace_class(flavour, namespace)
        for name, operation in operations()[namespace].items():
            text = inspect.getdoc(getattr(owner, name)) or ""
            yield f"{owner.__name__}.{name}", operation, text


def flat(text: str) -> str:
    return " ".join(text.split())


def unversioned(path: str) -> str:
    return re.sub(r"/v\d/|V\d$", "", path)


@each_namespace
def test_a_method_begins_with_what_it_does(namespace: str) -> None:
    for where, operation, text in methods(namespace):
        first, empty, *_ = text.splitlines()
        assert re.match(BEGINNINGS[operation.kind], first), where
        assert first.endswith("."), where
        assert not empty, where
        # Camel case has been taken apart, but for names that are spelled so.
        assert not re.search(r"\b(?!iOS|macOS|tvOS|visionOS|watchOS)[a-z]+[A-Z]", first), where
        assert not re.search(r"\ba (?=[aeio])|\ban (?=[bcdfgjkpqtvwyz])", first, re.IGNORECASE)


@each_namespace
def test_a_method_names_operation_maxima_and_errors(namespace: str) -> None:
    for where, operation, text in methods(namespace):
        said = flat(text)
        assert f"`{operation.method} {operation.path}`" in said, where
        pages = operation.limit and "page by page" in said
        assert ("pages of at most" in said) == bool(pages), where
        assert (f"at most {operation.limit}" in said) == bool(operation.limit), where
        for item in operation.related_limits:
            assert re.search(rf"includes at most .*\b{item.maximum} {item.name}\b", said), where
        raised = {error_name(status) for status in operation.errors}
        assert set(re.findall(r"\b\w+Error\b", said)) == raised, where


def error_name(status: int) -> str:
    """What the runtime raises for a status."""
    answer = Response(status, Headers(), b"{}", "GET", "https://example.com/")
    return type(error_from(answer)).__name__


@each_namespace
def test_a_method_ends_with_the_address_of_apples_page(namespace: str) -> None:
    for where, operation, text in methods(namespace):
        page = f"/{operation.method}{operation.path}".replace("{id}", "_id_").lower()
        slug = "/" + page[1:].replace("/", "-")
        expected = SITE + AREA + ("" if AREA == "enterpriseprogramapi" else slug)
        assert text.splitlines()[-1] == expected, where


@each_namespace
def test_what_is_deprecated_says_so(namespace: str) -> None:
    for where, operation, text in methods(namespace):
        said = flat(text)
        assert ("Apple has deprecated it" in said) == operation.deprecated, where
        request = rendered_api().schemas.get(operation.request or "")
        members = [*operation.filters, *operation.parameters]
        if isinstance(request, RequestSchema):
            members += [*request.attributes, *request.relationships]  # type: ignore[list-item]
        for member in members:
            if member.deprecated:
                assert re.search(rf"Deprecated parameters: .*`{snake(member.name)}`", said), where


def test_a_deprecated_method_names_what_took_its_place() -> None:
    named = 0
    for namespace, found in operations().items():
        for name, operation in found.items():
            text = flat(getattr(namespace_class("sync", namespace), name).__doc__)
            if instead := re.search(r"deprecated it; use (\w+)\.(\w+)", text):
                other = operations()[instead[1]][instead[2]]
                assert not other.deprecated
                if operation.successor:
                    assert other.id == operation.successor
                else:
                    assert other.method == operation.method
                    assert unversioned(other.path) == unversioned(operation.path)
                named += 1
    assert named


def test_both_flavours_say_the_same() -> None:
    for namespace, found in operations().items():
        blocking, awaited = (namespace_class(flavour, namespace) for flavour in FLAVOURS)
        for name in found:
            assert getattr(blocking, name).__doc__ == getattr(awaited, name).__doc__


@pytest.mark.parametrize("name", class_names())
def test_a_model_says_where_its_schema_is_described(name: str) -> None:
    schema = rendered_api().schemas[name]
    text = inspect.getdoc(model_class(name)) or ""
    assert text.splitlines()[-1] == f"{SITE}{AREA}/{name.lower()}"
    assert text.splitlines()[0].endswith(".")
    if isinstance(schema, ResourceSchema | RequestSchema):
        assert f"`{schema.type}`" in text
        members = [*schema.attributes, *schema.relationships]
    else:
        members = [*schema.fields] if isinstance(schema, ObjectSchema) else []
    for member in members:
        if member.deprecated:
            assert re.search(rf"Deprecated: .*`{snake(member.name)}`", flat(text))
