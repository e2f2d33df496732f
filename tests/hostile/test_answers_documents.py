"""Documents of every shape: a value all of which can be read, or an error of the package."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app_store_connect import DecodeError, NotIncludedError
from ascgen.plan.namespaces import python_name
from support.answers import sent
from support.calls import bare_call
from support.conversation import about
from support.documents import document, ref, resource
from support.hostility import (
    JUNK,
    Api,
    damaged,
    drained,
    drained_outcome,
    mutated,
    spelled,
    told,
    trying,
)
from support.whole_api import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from ascgen.model import Operation

SEEDS = st.integers(0, 2**64)
KINDS: dict[str, tuple[str, str]] = {
    "a resource": ("beta_groups", "get"),
    "a page": ("beta_testers", "list"),
    "one that may not be there": ("beta_build_localizations", "get_build"),
    "a linkage": ("builds", "get_app_id"),
    "linkages": ("beta_groups", "list_build_ids"),
    "a creation": ("beta_groups", "create"),
    "measurements": ("beta_groups", "list_beta_tester_usages"),
    "no document": ("diagnostic_signatures", "list_logs"),
    "objects in attributes": ("app_screenshots", "get"),
}


@pytest.fixture(scope="module", params=["sync", "async"])
def api(request: pytest.FixtureRequest) -> Generator[Api]:
    made = Api(request.param)
    yield made
    made.close()


def calling(operation: Operation) -> Callable[[Any], Any]:
    name, call = python_name(operation), bare_call(operation)
    return lambda client: getattr(getattr(client, name.namespace), name.method)(
        *call.positional, **call.keywords
    )


@pytest.mark.parametrize("kind", KINDS)
def test_any_part_of_a_document_may_be_anything(api: Api, kind: str) -> None:
    namespace, method = KINDS[kind]
    operation = operations()[namespace][method]
    call, good = calling(operation), sent(operation)

    @trying(20)
    @given(SEEDS)
    def check(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a test
        content = mutated(good.document, chance)
        if chance.random() < 0.3:
            content = damaged(content, chance)
        api.says(content, chance.choice([200, 201]))
        drained_outcome(api.outcome(call))

    check()


@pytest.mark.parametrize("namespace", sorted(operations()))
def test_no_answer_of_the_whole_api_is_beyond_it(api: Api, namespace: str) -> None:
    for operation in operations()[namespace].values():
        chance = random.Random(f"{api.flavour} {operation.id}")  # noqa: S311 - a test
        good = sent(operation)
        if good.document is None:
            content = damaged(good.content, chance)
        else:
            content = mutated(good.document, chance)
        with about(operation):
            api.says(content, good.answer.status)
            drained_outcome(api.outcome(calling(operation), pages=1))


def test_a_document_may_end_at_every_byte(api: Api) -> None:
    app = resource("apps", "a", {"name": "\u00fc\U0001f600"}, betaGroups=ref("betaGroups", "g"))
    content = json.dumps(document(app, app, total=1), ensure_ascii=False).encode()
    for end in range(len(content)):
        api.says(content[:end])
        assert isinstance(api.outcome(lambda client: client.apps.get("a")), DecodeError)
    api.says(content)
    assert api.outcome(lambda client: client.apps.get("a")).id == "a"


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:40])
def test_an_answer_may_be_anything_at_all(api: Api, junk: Any) -> None:
    for call in (
        lambda client: client.apps.get("a"),
        lambda client: client.apps.list(),
        lambda client: client.builds.get_app_id("b"),
        lambda client: client.builds.list_perf_power_metrics("b"),
    ):
        for body in (junk, {"data": junk}, {"data": [junk, junk], "included": junk}):
            api.says(spelled(body))
            drained_outcome(api.outcome(call))


def test_numbers_that_are_none_leave_everything_else_as_it_is(api: Api) -> None:
    """One pass fails at each of them, and so does the one that mends text."""
    attributes = {"name": "Mine", "sku": "@infinite", "x": "@huge", "y": "@nan", "z": "@half"}
    api.says(spelled(document(resource("apps", "a", attributes))))
    app = api.outcome(lambda client: client.apps.get("a"))
    with told():
        assert (app.name, app.sku) == ("Mine", None)
        assert app.attributes == {"name": "Mine", "sku": None, "x": None, "y": None, "z": "a?"}


def test_what_is_nested_too_deep_is_left_out(api: Api) -> None:
    for mark in ("@deep", "@hundreds", "@edge"):
        api.says(spelled(document(resource("apps", "a", {"name": "Mine", "x": mark}))))
        app = api.outcome(lambda client: client.apps.get("a"))
        if mark == "@deep":
            assert isinstance(app, DecodeError)
        else:
            assert (app.name, app.attributes) == ("Mine", {})
            drained_outcome(app)


def test_call_stacks_of_any_height_can_be_shown(api: Api) -> None:
    for height in (10, 200, 400, 2000):
        frame: Any = {"symbolName": "last"}
        for _ in range(height):
            frame = {"symbolName": "f", "subFrames": [frame]}
        log = {"productData": [{"diagnosticLogs": [{"callStacks": [{"callStackRootFrames": 0}]}]}]}
        text = json.dumps(log)
        nested = '{"symbolName":"f","subFrames":[' * height + "{}" + "]}" * height
        api.says(text.replace(": 0}", f": [{nested}]}}").encode())
        logs = api.outcome(lambda client: client.diagnostic_signatures.list_logs("d"))
        assert len(repr(logs)) < 10_000


def test_resources_that_lead_to_each_other_are_not_followed_for_ever(api: Api) -> None:
    def app(identifier: str, other: str) -> dict[str, Any]:
        related = {"data": [{"type": "betaGroups", "id": other}]}
        return resource("apps", identifier, {"name": identifier}, betaGroups=related)

    def group(identifier: str, other: str) -> dict[str, Any]:
        related = {"data": {"type": "apps", "id": other}}
        return resource("betaGroups", identifier, {"name": identifier}, app=related)

    data = [app("a", "g"), app("b", "h")]
    api.says(spelled(document(data, group("g", "b"), group("h", "a"), app("c", "g"))))
    (page,) = api.outcome(lambda client: client.apps.list(include=["betaGroups"]))
    found, way = page.items[0], []
    for _ in range(6):
        (related,) = found.beta_groups
        way += [found.id, related.id]
        found = related.app
    assert way == ["a", "g", "b", "h"] * 3
    drained(page.items)
    drained(page.document.included)


def test_the_last_of_several_with_one_id_counts(api: Api) -> None:
    groups = [resource("betaGroups", "g", {"name": str(number)}) for number in range(3)]
    app = resource("apps", "a", betaGroups={"data": [{"type": "betaGroups", "id": "g"}] * 4})
    api.says(spelled(document(app, *groups)))
    found = api.outcome(lambda client: client.apps.get("a", include=["betaGroups"]))
    assert [group.name for group in found.beta_groups] == ["2"] * 4
    assert [group.name for group in found.document.included] == ["2"] * 3


def test_thirty_thousand_included_resources_are_found_one_by_one(api: Api) -> None:
    count = 30_000
    group = '{"type":"betaGroups","id":"%d","relationships":{"app":{"data":null}}}'
    included = ",".join(group % number for number in range(count))
    content = f'{{"data":{{"type":"apps","id":"a"}},"included":[{included}]}}'.encode()
    api.says(content)
    found = api.outcome(lambda client: client.apps.get("a"))
    groups = found.document.included
    assert len(groups) == count
    # Each of them once went through all of them to find out that it was not asked for.
    for item in groups[-10_000:]:
        assert item.app is None
        with pytest.raises(NotIncludedError, match="get this"):
            _ = item.builds


@pytest.mark.parametrize("status", [200, 201, 202, 204, 206, 299])
def test_the_content_type_and_the_status_do_not_matter(api: Api, status: int) -> None:
    for kind in ("text/html", "application/json; charset=utf-16", "\x7f", "application/zip", ""):
        api.says(b'{"data":{"type":"apps","id":"a"}}', status, **{"content-type": kind})
        assert api.outcome(lambda client: client.apps.get("a")).id == "a"


def test_an_update_without_a_body_is_not_taken_for_done(api: Api) -> None:
    for body in (b"", b" \r\n\t"):
        api.says(body)
        found = api.outcome(lambda client: client.apps.update("a\u202e/%", bundle_id="x"))
        assert isinstance(found, DecodeError)


def test_bytes_that_mean_nothing_are_an_error(api: Api) -> None:
    @trying(20)
    @given(st.binary(max_size=200))
    def check(content: bytes) -> None:
        api.says(content)
        assert isinstance(api.outcome(lambda client: client.apps.get("a")), DecodeError)
        drained_outcome(api.outcome(lambda client: client.builds.list_perf_power_metrics("b")))

    check()
