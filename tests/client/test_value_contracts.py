"""Values compare, hash, copy, pickle and order as Python promises, whichever class they are of."""

from __future__ import annotations

import copy
import json
import operator
import pickle
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from app_store_connect import (
    ApiKey,
    AppStoreConnectError,
    Client,
    ErrorDetail,
    RateLimit,
    Ref,
    Reports,
    Resource,
    Response,
    Uploader,
)
from app_store_connect._runtime.http.conversation import Send
from app_store_connect._runtime.http.transfer import Transfer
from app_store_connect._runtime.jsonapi.answers import read_page
from app_store_connect._runtime.jsonapi.body import InlineCreate
from app_store_connect._runtime.jsonapi.document import Document
from app_store_connect._runtime.jsonapi.operation import Operation
from app_store_connect._runtime.jsonapi.paging import Page
from app_store_connect._runtime.jsonapi.relationship import Related, Relationship
from app_store_connect._runtime.jsonapi.values import OpenEnum
from app_store_connect._runtime.messages.request import Request
from app_store_connect._runtime.messages.response import Headers
from app_store_connect._runtime.messages.secret import Secret
from app_store_connect.models import App, Build
from app_store_connect.rehearsal.change import Change, PlannedFile, Write
from app_store_connect.rehearsal.plan import Plan
from app_store_connect.reports.report import Report, report_of
from app_store_connect.reports.rows import Row
from app_store_connect.webhooks import WebhookEvent
from app_store_connect.workflows.products.table import Codes
from support import keys, public

if TYPE_CHECKING:
    from collections.abc import Callable

ORDERINGS = (operator.lt, operator.le, operator.gt, operator.ge)


def answer(name: str) -> Response:
    """An answer with one app of this name, and a build that came along."""
    groups = {"data": [{"type": "builds", "id": name}], "meta": {"paging": {"total": 5}}}
    document = {
        "data": [
            {
                "type": "apps",
                "id": name,
                "attributes": {"name": name},
                "relationships": {"builds": groups},
            }
        ],
        "included": [{"type": "builds", "id": name, "attributes": {"version": name}}],
    }
    headers = Headers([("Date", name)])
    return Response(200, headers, json.dumps(document).encode(), "GET", "https://example.com/")


def page(name: str) -> Page[App]:
    operation: Operation[App] = Operation("GET", "/v1/apps", model="App")
    return read_page(operation, answer(name))


def document(name: str) -> Document:
    found = page(name).items[0].document
    assert found is not None
    return found


def plan(name: str) -> Plan:
    found = Plan()
    found.add(Change(made(Write, name)))
    return found


def signed_by(name: str) -> ApiKey:
    return ApiKey(name, keys.ISSUER_ID, keys.private_key())


# How to make what is more than texts in fields; the others are made of their required ones.
MAKERS: dict[type, Callable[[str], Any]] = {
    ApiKey: signed_by,
    Codes: lambda name: Codes(count=10 if name == "a" else 100, expires=date(2027, 1, 1)),
    Change: lambda name: Change(made(Write, name)),
    Document: document,
    ErrorDetail: lambda name: ErrorDetail(code=name, meta={"a": {}}, associated={"/v1/a": ()}),
    Headers: lambda name: Headers([("Date", name)]),
    Page: page,
    Plan: plan,
    PlannedFile: lambda name: PlannedFile(name=name, size=1, checksum=name),
    RateLimit: lambda name: RateLimit({name: 1}),
    Related: lambda name: page(name).items[0].builds,
    Relationship: lambda name: Relationship(data=Ref("apps", name)),
    Response: answer,
    Row: lambda name: Row({"A": 0}, [name]),
    Secret: Secret,
    Send: lambda name: Send(Request("GET", name), Secret(name)),
    Transfer: lambda name: Transfer("PUT", Secret(name)),
}
# What holds a secret, and is not pickled.
HOLDERS = (ApiKey, Change, Plan, Secret, Send, Transfer)
# What is equal to itself alone.
IDENTITIES = (InlineCreate,)


def made(kind: Any, name: str) -> Any:
    """A value of a class, equal to every other one that is made of this name."""
    for known, make in MAKERS.items():
        if issubclass(kind, known):
            return make(name)
    if issubclass(kind, OpenEnum):
        return kind(name)
    if issubclass(kind, Enum):
        members = sorted(kind)
        return members[0 if name == "a" else -1]
    if issubclass(kind, tuple):
        return kind(*[name] * len(kind._fields))
    if issubclass(kind, WebhookEvent):
        return kind(type=name, id=name, attributes={"a": [name]})
    if issubclass(kind, Resource):
        return kind(id=name)
    if is_dataclass(kind):
        needed = [x for x in fields(kind) if x.default is x.default_factory is MISSING and x.init]
        return kind(**{x.name: name for x in needed})
    if not issubclass(kind, msgspec.Struct):
        pytest.fail(f"say in MAKERS how a {kind.__name__} is made")
    names, defaults = kind.__struct_fields__, kind.__struct_defaults__
    given = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True))
    required = [item for item in names if given.get(item, msgspec.NODEFAULT) is msgspec.NODEFAULT]
    return kind(**dict.fromkeys(required, name))


def is_value(kind: Any) -> bool:
    """Whether two of a class can be equal; the types of mappings make plain ones."""
    if kind.__name__.startswith("_") or issubclass(kind, BaseException | dict | type):
        return False
    # Nobody makes one of an enumeration that has no members: it is a base.
    return kind.__eq__ is not object.__eq__ and (not issubclass(kind, Enum) or bool(list(kind)))


VALUES = [kind for kind in public.classes() if is_value(kind)]


def test_the_walk_finds_what_there_is() -> None:
    assert {ApiKey, App, Build, Document, Page, Ref, Related, Row, WebhookEvent} <= {*VALUES}
    assert len(VALUES) > 500


def test_equal_is_never_unequal_too() -> None:
    for kind in VALUES:
        value, same = made(kind, "a"), made(kind, "a")
        if issubclass(kind, IDENTITIES):
            same = value
        assert (value == same, value != same) == (True, False), kind
        if not issubclass(kind, Enum):
            assert (value == value, value != value) == (True, False), kind  # noqa: PLR0124
        for other in (None, object(), Ref("apps", "other"), 1, b"a"):
            assert (value == other, value != other) == (False, True), kind
            assert (other == value, other != value) == (False, True), kind


def test_what_differs_is_not_equal() -> None:
    for kind in VALUES:
        value, other = made(kind, "a"), made(kind, "b")
        if repr(value) == repr(other) and not issubclass(kind, (*IDENTITIES, *MAKERS)):
            continue  # Nothing of it is required, so that these are the same.
        assert (value == other, value != other) == (False, True), kind


def test_equal_values_have_one_hash_or_none() -> None:
    for kind in VALUES:
        value, same = made(kind, "a"), made(kind, "a")
        try:
            found = hash(value)
        except TypeError:
            continue
        if value == same:
            assert found == hash(same), kind
            assert len({value, same}) == 1


@pytest.mark.parametrize("kind", [App, Build, *MAKERS, Ref, WebhookEvent, InlineCreate])
def test_what_cannot_change_has_a_hash(kind: type) -> None:
    if kind in {Plan, Relationship, Row, Send}:
        with pytest.raises(TypeError):
            hash(made(kind, "a"))
    else:
        assert isinstance(hash(made(kind, "a")), int)


def test_copies_are_equal() -> None:
    for kind in VALUES:
        value = made(kind, "a")
        for other in (copy.copy(value), copy.deepcopy(value)):
            assert type(other) is type(value)
            if not issubclass(kind, IDENTITIES):
                assert (other == value, other != value) == (True, False), kind


def test_pickles_come_back_equal_and_keys_are_not_pickled() -> None:
    for kind in VALUES:
        value = made(kind, "a")
        if kind in HOLDERS:
            with pytest.raises(TypeError, match="cannot be pickled"):
                pickle.dumps(value)
            continue
        other = pickle.loads(pickle.dumps(value))  # noqa: S301 - our own
        assert type(other) is type(value)
        if not issubclass(kind, IDENTITIES):
            assert (other == value, other != value) == (True, False), kind


def test_nothing_is_ordered_but_text() -> None:
    for kind in VALUES:
        value, other = made(kind, "a"), made(kind, "b")
        for compare in ORDERINGS:
            if issubclass(kind, str):
                assert compare(value, other) is compare("a", "b")
            elif not issubclass(kind, tuple):
                with pytest.raises(TypeError):
                    compare(value, other)


def test_resources_are_what_their_type_and_id_are() -> None:
    app = App(id="1", name="Old")
    assert app == App(id="1", name="New")
    assert [item for item in [app, App(id="2")] if item != App(id="1")] == [App(id="2")]
    assert app != Build(id="1")
    nameless = App()
    assert nameless != App()
    assert nameless == nameless  # noqa: PLR0124
    assert not nameless != nameless  # noqa: PLR0124, SIM202


def test_errors_are_copied_and_pickled_whole() -> None:
    kinds: list[Any] = [k for k in public.classes() if issubclass(k, AppStoreConnectError)]
    assert len(kinds) > 30
    for kind in kinds:
        error = kind.__new__(kind)
        AppStoreConnectError.__init__(error, "what went wrong")
        error.detail = [1]
        error.add_note("a note")
        for other in (
            copy.copy(error),
            copy.deepcopy(error),
            pickle.loads(pickle.dumps(error)),  # noqa: S301 - our own
        ):
            assert type(other) is kind
            assert str(other) == "what went wrong"
            assert vars(other) == vars(error)
            assert (error == error, error != error, other == error) == (True, False, False)  # noqa: PLR0124


@pytest.mark.parametrize("handle", ["client", "reports", "uploads", "namespace", "pager", "report"])
def test_what_holds_a_connection_or_a_file_says_that_it_is_neither_copied_nor_pickled(
    handle: str,
) -> None:
    with Client(keys.api_key()) as asc, report_of(b"A\tB\n1\t2\n") as report:
        values: dict[str, Any] = {
            "client": asc,
            "reports": Reports(asc),
            "uploads": Uploader(asc),
            "namespace": asc.apps,
            "pager": asc.apps.list(),
            "report": report,
        }
        for attempt in (pickle.dumps, copy.deepcopy):
            with pytest.raises(TypeError, match=r"cannot be (copied or )?pickled"):
                attempt(values[handle])
        assert isinstance(report, Report)
