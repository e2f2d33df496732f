"""Every operation is a method, and every parameter of it reaches the wire."""

from __future__ import annotations

import inspect
import json
import keyword
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import pytest

from app_store_connect import UNSET
from app_store_connect._runtime.client import AsyncBaseClient, BaseClient
from app_store_connect._runtime.client_base import LazyNamespace, LazyRoom
from ascgen.model import Kind, RequestSchema
from ascgen.plan.english import one_of
from ascgen.plan.names import snake
from ascgen.plan.namespaces import python_name
from support import answers
from support.calls import Call, all_operations, bare_call, whole_call
from support.conversation import Conversation, about
from support.whole_api import (
    FLAVOURS,
    answered_resource,
    model_class,
    namespace_class,
    operations,
    rendered_api,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import httpx

    from ascgen.model import Operation

NAMESPACES = sorted(operations())
BASES = {"sync": BaseClient, "async": AsyncBaseClient}


@pytest.fixture(scope="module", params=sorted(FLAVOURS))
def conversation(request: pytest.FixtureRequest) -> Generator[Conversation]:
    with Conversation(request.param) as made:
        yield made


def public_names(owner: type) -> set[str]:
    return {name for name in vars(owner) if not name.startswith("_")}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_client_has_the_namespaces_of_the_api_and_no_other(flavour: str) -> None:
    members = vars(FLAVOURS[flavour])
    found = {
        name
        for name, value in members.items()
        if isinstance(value, LazyNamespace) and not isinstance(value, LazyRoom)
    }
    assert found == operations().keys()
    assert not found & set(dir(BASES[flavour])), "a namespace hides a method of the client"


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_namespace_has_a_method_for_each_operation_and_no_other(
    namespace: str, flavour: str
) -> None:
    owner = namespace_class(flavour, namespace)
    assert public_names(owner) == operations()[namespace].keys()
    assert not public_names(owner) & public_names(owner.__base__)
    for method, operation in operations()[namespace].items():
        first_line = inspect.getdoc(getattr(owner, method)) or ""
        assert f"{operation.method} {operation.path}" in first_line


def test_every_operation_is_found_by_its_python_name() -> None:
    names = Counter(python_name(operation) for operation in rendered_api().operations)
    assert set(names.values()) == {1}
    assert sum(len(methods) for methods in operations().values()) == len(names)


def test_later_versions_of_a_path_carry_theirs_in_the_name() -> None:
    for operation in rendered_api().operations:
        version, root = operation.path.split("/")[1:3]
        expected = snake(root) if version == "v1" else f"{snake(root)}_{version}"
        assert python_name(operation).namespace == expected


def test_signatures_offer_exactly_what_the_document_declares() -> None:
    for operation in all_operations():
        name = python_name(operation)
        for flavour in FLAVOURS:
            with about(operation):
                method = getattr(namespace_class(flavour, name.namespace), name.method)
                check_signature(operation, method)


def check_signature(operation: Operation, method: Callable[..., Any]) -> None:
    _, *parameters = inspect.signature(method).parameters.values()
    whole, bare = whole_call(operation), bare_call(operation)
    positional = [p.name for p in parameters if p.kind is p.POSITIONAL_ONLY]
    keywords = {p.name: p for p in parameters if p.kind is p.KEYWORD_ONLY}
    assert len(positional) + len(keywords) == len(parameters)
    assert positional == ["resource_id", "linked"][2 - len(whole.positional) :] or positional == [
        "resource_id"
    ]
    assert len(positional) == len(whole.positional)
    assert keywords.keys() == whole.keywords.keys()
    for name, parameter in keywords.items():
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
        if parameter.default is parameter.empty:
            assert name in bare.keywords
        else:
            assert parameter.default is UNSET or name in {"extra", "included"}
    required = {name for name, value in bare.keywords.items() if value is not None}
    required |= required_and_nullable(operation)
    assert required == {n for n, p in keywords.items() if p.default is p.empty}


def required_and_nullable(operation: Operation) -> set[str]:
    """What must be given and may be null: a call that sends no more than it must sends null."""
    request = rendered_api().schemas.get(operation.request or "")
    if not isinstance(request, RequestSchema):
        return set()
    members = (*request.attributes, *request.relationships)
    return {snake(m.name) for m in members if m.required and m.nullable}


def test_both_flavours_have_the_same_signatures() -> None:
    for operation in all_operations():
        name = python_name(operation)
        with about(operation):
            blocking, awaited = (
                getattr(namespace_class(flavour, name.namespace), name.method)
                for flavour in ("sync", "async")
            )
            one, other = inspect.signature(blocking), inspect.signature(awaited)
            assert one.parameters == other.parameters
            pages = "Pager[" in one.return_annotation
            changed = one.return_annotation.replace("Pager[", "AsyncPager[")
            changed = changed.replace("CsvAsyncPager[", "AsyncCsvPager[")
            assert other.return_annotation == changed
            assert inspect.iscoroutinefunction(inspect.unwrap(awaited)) is not pages


@pytest.mark.parametrize("make", [whole_call, bare_call])
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_argument_reaches_the_wire(
    conversation: Conversation, namespace: str, make: Callable[[Operation], Call]
) -> None:
    for operation in operations()[namespace].values():
        call = make(operation)
        outcome = conversation.call(operation, call, answers.sent(operation))
        with about(operation):
            check_request(operation, call, outcome.request)


def check_request(operation: Operation, call: Call, request: httpx.Request) -> None:
    path, _, query = request.url.raw_path.decode().partition("?")
    assert (request.method, path) == (operation.method, call.path)
    assert f"{request.url.scheme}://{request.url.host}" == rendered_api().server
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=bool(query))
    assert Counter(pairs) == Counter(call.query)
    assert request.headers["accept"] == call.accept
    assert request.headers["authorization"].startswith("Bearer ")
    if call.body is None:
        assert request.content == b""
        assert "content-type" not in request.headers
    else:
        assert request.headers["content-type"] == "application/json"
        assert in_any_order(json.loads(request.content)) == in_any_order(call.body)


def in_any_order(body: Any) -> Any:
    """A body whose inline creations are sorted: they refer to each other by name, not by place."""
    if "included" not in body:
        return body
    return {**body, "included": sorted(body["included"], key=lambda item: str(item["id"]))}


@pytest.mark.parametrize("namespace", [n for n in NAMESPACES if "get" in operations()[n]])
def test_a_resource_stands_for_its_id(conversation: Conversation, namespace: str) -> None:
    methods = operations()[namespace]
    schema = answered_resource(methods["get"])
    assert schema is not None
    resource = model_class(schema.name)(id="its id")
    for operation in methods.values():
        if "{id}" in operation.path:
            call = bare_call(operation)
            call.positional[0] = resource
            outcome = conversation.call(
                operation, call, answers.sent(operation, identifier="its id")
            )
            path = outcome.request.url.raw_path.decode().partition("?")[0]
            assert path == operation.path.replace("{id}", "its%20id")


def test_deprecated_operations_are_marked_and_no_others() -> None:
    for operation in all_operations():
        name = python_name(operation)
        for flavour in FLAVOURS:
            with about(operation):
                method = getattr(namespace_class(flavour, name.namespace), name.method)
                mark = getattr(method, "__deprecated__", None)
                assert (mark is not None) is operation.deprecated
                assert mark is None or operation.path in mark


@pytest.mark.parametrize(
    ("operation", "name"),
    [
        ("builds_getCollection", "builds.list"),
        ("apps_getInstance", "apps.get"),
        ("betaGroups_createInstance", "beta_groups.create"),
        ("builds_updateInstance", "builds.update"),
        ("betaGroups_deleteInstance", "beta_groups.delete"),
        ("builds_app_getToOneRelated", "builds.get_app"),
        ("betaGroups_builds_getToManyRelated", "beta_groups.list_builds"),
        ("builds_app_getToOneRelationship", "builds.get_app_id"),
        ("betaGroups_builds_getToManyRelationship", "beta_groups.list_build_ids"),
        ("betaGroups_builds_createToManyRelationship", "beta_groups.add_builds"),
        ("betaGroups_builds_deleteToManyRelationship", "beta_groups.remove_builds"),
        ("users_visibleApps_replaceToManyRelationship", "users.replace_visible_apps"),
        ("appStoreVersions_build_updateToOneRelationship", "app_store_versions.set_build"),
        ("betaGroups_betaTesterUsages_getMetrics", "beta_groups.list_beta_tester_usages"),
    ],
)
def test_one_of_each_kind_has_the_name_it_has_always_had(operation: str, name: str) -> None:
    found = {item.id: item for item in rendered_api().operations}.get(operation)
    if found is None:
        pytest.skip("the rendered API does not have it")
    namespace, method = name.split(".")
    for flavour in FLAVOURS:
        text = inspect.getdoc(getattr(namespace_class(flavour, namespace), method)) or ""
        assert f"`{found.method} {found.path}`" in text


def test_the_kinds_of_operation_decide_the_names() -> None:
    fixed = {
        Kind.GET_COLLECTION: "list",
        Kind.GET_INSTANCE: "get",
        Kind.CREATE_INSTANCE: "create",
        Kind.UPDATE_INSTANCE: "update",
        Kind.DELETE_INSTANCE: "delete",
    }
    shapes = {
        Kind.GET_TO_ONE_RELATED: ("get_", ""),
        Kind.GET_TO_MANY_RELATED: ("list_", ""),
        Kind.GET_TO_ONE_RELATIONSHIP: ("get_", "_id"),
        Kind.GET_TO_MANY_RELATIONSHIP: ("list_", "_ids"),
        Kind.CREATE_TO_MANY_RELATIONSHIP: ("add_", ""),
        Kind.DELETE_TO_MANY_RELATIONSHIP: ("remove_", ""),
        Kind.REPLACE_TO_MANY_RELATIONSHIP: ("replace_", ""),
        Kind.UPDATE_TO_ONE_RELATIONSHIP: ("set_", ""),
        Kind.GET_METRICS: ("list_", ""),
    }
    assert fixed.keys() | shapes.keys() == set(Kind)
    for operation in all_operations():
        last = operation.path.rsplit("/", 1)[-1].replace("{id}", "id")
        one = operation.kind is Kind.GET_TO_MANY_RELATIONSHIP
        member = snake(one_of(last) if one else last)
        before, after = shapes.get(operation.kind, ("", ""))
        expected = fixed.get(operation.kind) or f"{before}{member}{after}"
        assert python_name(operation).method == expected
