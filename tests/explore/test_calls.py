"""The Python call of every operation is run as it is printed, in both flavours."""

from __future__ import annotations

import ast
import asyncio
import inspect
import re
import warnings
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from app_store_connect import AsyncClient, AsyncPager, Client, Pager
from ascgen.explore.spelling import values_of
from ascgen.model import RequestSchema
from ascgen.plan.calls import call_text, is_paged
from ascgen.plan.names import snake
from ascgen.plan.namespaces import python_name
from support import answers, keys
from support.conversation import about
from support.whole_api import namespace_class, rendered_api

if TYPE_CHECKING:
    from ascgen.model import ApiModel, Operation

KINDS = sorted({str(operation.kind) for operation in rendered_api().operations})


class Names(dict[str, Any]):
    """The names in a call; one that is to be filled in stands for itself."""

    def __missing__(self, name: str) -> str:
        if not name.isupper():
            raise KeyError(name)
        return name


class Wire:
    """Answers every request as the operation at hand would be answered, and keeps it."""

    def __init__(self) -> None:
        self.operation: Operation | None = None
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        assert self.operation is not None
        identifier = request.url.path.rpartition("/")[2]
        return answers.sent(self.operation, identifier=identifier).response()


@pytest.fixture(scope="module")
def api() -> ApiModel:
    return rendered_api()


@pytest.fixture(scope="module")
def wire() -> Wire:
    return Wire()


def check(operation: Operation, wire: Wire) -> None:
    """Exactly one request, to this operation, with all that it requires and the size of a page."""
    (request,) = wire.requests
    template = re.escape(operation.path).replace(r"\{id\}", "[A-Z0-9_]+")
    assert request.method == operation.method
    assert re.fullmatch(template, request.url.path)
    required = {f"filter[{item.name}]" for item in operation.filters if item.required}
    required |= {item.name for item in operation.parameters if item.required}
    params = dict(request.url.params)
    assert params.pop("limit", None) in {None, str(operation.limit)}
    assert set(params) == required


@pytest.mark.parametrize("kind", KINDS)
def test_every_call_runs(api: ApiModel, wire: Wire, kind: str) -> None:
    with Client(keys.api_key(), transport=httpx.MockTransport(wire)) as client:
        for operation in api.operations:
            if operation.kind != kind:
                continue
            wire.operation = operation
            wire.requests.clear()
            with about(operation), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                result = eval(call_text(api, operation), {}, Names(asc=client))  # noqa: S307 - that is the point
                assert isinstance(result, Pager) is is_paged(api, operation)
                if isinstance(result, Pager):
                    next(iter(result.pages()))
                check(operation, wire)


def test_every_awaited_call_runs(api: ApiModel, wire: Wire) -> None:
    asyncio.run(run_awaited(api, wire))


async def run_awaited(api: ApiModel, wire: Wire) -> None:
    async with AsyncClient(keys.api_key(), transport=httpx.MockTransport(wire)) as client:
        for operation in api.operations:
            wire.operation = operation
            wire.requests.clear()
            text = call_text(api, operation, awaited=True, client="client")
            with about(operation), warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
                result: Any = eval(compile(text, "call", "eval", flags), {}, Names(client=client))  # noqa: S307 - that is the point
                if inspect.iscoroutine(result):
                    result = await result
                assert isinstance(result, AsyncPager) is is_paged(api, operation)
                if isinstance(result, AsyncPager):
                    await anext(result.pages())
                check(operation, wire)


def test_a_call_has_what_is_required_and_nothing_else(api: ApiModel) -> None:
    for operation in api.operations:
        name = python_name(operation)
        call = ast.parse(call_text(api, operation), mode="eval").body
        assert isinstance(call, ast.Call)
        assert ast.unparse(call.func) == f"asc.{name.namespace}.{name.method}"
        method = getattr(namespace_class("sync", name.namespace), name.method)
        required = [
            parameter
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is parameter.empty and parameter.name != "self"
        ]
        with about(operation):
            assert len(call.args) == sum(p.kind is p.POSITIONAL_ONLY for p in required)
            given = {keyword.arg for keyword in call.keywords}
            assert given == {p.name for p in required if p.kind is p.KEYWORD_ONLY}


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        ("apps_getCollection", "asc.apps.list()"),
        ("apps_getInstance", 'asc.apps.get("APP_ID")'),
        ("betaGroups_createInstance", 'asc.beta_groups.create(name="NAME", app="APP_ID")'),
        (
            "betaGroups_builds_createToManyRelationship",
            'asc.beta_groups.add_builds("BETA_GROUP_ID", ["BUILD_ID"])',
        ),
        (
            "appStoreVersions_build_updateToOneRelationship",
            'asc.app_store_versions.set_build("APP_STORE_VERSION_ID", "BUILD_ID")',
        ),
        (
            "bundleIdCapabilities_createInstance",
            (
                "asc.bundle_id_capabilities.create("
                'capability_type="CAPABILITY_TYPE", bundle_id="BUNDLE_ID")'
            ),
        ),
        ("appCategories_getInstance", 'asc.app_categories.get("APP_CATEGORY_ID")'),
        ("merchantIds_getInstance", 'asc.merchant_ids.get("MERCHANT_ID")'),
        ("reviewSubmissions_getCollection", 'asc.review_submissions.list(app="APP_ID")'),
    ],
)
def test_calls_read_as_somebody_would_write_them(explorer: Any, operation: str, text: str) -> None:
    assert call_text(explorer.api, explorer.lookup.operations[operation]) == text


def test_the_awaited_form_awaits_what_is_no_list(explorer: Any) -> None:
    operations = explorer.lookup.operations
    texts = [
        call_text(explorer.api, operations[name], awaited=True, client="client")
        for name in ("apps_getInstance", "apps_getCollection")
    ]
    assert texts == ['await client.apps.get("APP_ID")', "client.apps.list()"]


def test_what_is_to_be_filled_in_never_looks_like_an_answer(explorer: Any) -> None:
    """Capitals stand for names of what is wanted; a listed value only where it is the only one."""
    for operation in explorer.api.operations:
        call = ast.parse(call_text(explorer.api, operation), mode="eval").body
        assert isinstance(call, ast.Call)
        for keyword in call.keywords:
            values = {
                node.value for node in ast.walk(keyword.value) if isinstance(node, ast.Constant)
            }
            assert not values & {True, False}, (operation.id, keyword.arg)
            listed = set(choices(explorer.api, operation, str(keyword.arg)))
            assert not values & listed or len(listed) == 1, (operation.id, keyword.arg)


def choices(api: ApiModel, operation: Operation, keyword: str) -> tuple[str, ...]:
    """The values that a keyword of a call takes."""
    request = api.schemas.get(operation.request or "")
    found = [(item.name, item.values) for item in (*operation.filters, *operation.parameters)]
    if isinstance(request, RequestSchema):
        found += [(item.name, values_of(api, item.type)) for item in request.attributes]
    return next((values for name, values in found if snake(name) == keyword), ())


def test_given_arguments_take_the_place_of_blanks_or_come_last(explorer: Any) -> None:
    api, operations = explorer.api, explorer.lookup.operations
    text = call_text(
        api,
        operations["bundleIdCapabilities_createInstance"],
        given={"settings": "[]", "capability_type": '"ICLOUD"'},
    )
    assert text == (
        'asc.bundle_id_capabilities.create(capability_type="ICLOUD", bundle_id="BUNDLE_ID", '
        "settings=[])"
    )
