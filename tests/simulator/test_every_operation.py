"""Every operation of the rendered API is answered from facts alone, and all answers agree."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from app_store_connect import ApiError, Client, NotFoundError
from app_store_connect.simulator.selection import values_at
from ascgen.model import Kind, LinkageSchema, RequestSchema, ResponseSchema
from support.calls import all_operations
from support.conversation import about
from support.team import Team, body, owner, query, team
from support.whole_api import answer_schemas, operations, rendered_api

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app_store_connect.simulator import Checkpoint, Entity
    from ascgen.model import Operation

JSON = "application/json"
NAMESPACES = sorted(operations())
MANY = {Kind.GET_COLLECTION, Kind.GET_TO_MANY_RELATED}
LINKAGES = {Kind.GET_TO_MANY_RELATIONSHIP, Kind.GET_TO_ONE_RELATIONSHIP}


class Account:
    """A client of a team that has everything, taken back to the beginning when asked."""

    def __init__(self) -> None:
        self.team: Team = team()
        self.client: Client = self.team.simulator.client()
        self._beginning: Checkpoint = self.team.simulator.checkpoint()

    def reset(self) -> None:
        self.team.simulator.restore(self._beginning)
        self.team.simulator.requests.clear()

    def target(self, operation: Operation) -> Entity:
        return self.team.first(owner(operation))

    def path(self, operation: Operation, entity: Entity | None = None) -> str:
        if "{id}" not in operation.path:
            return operation.path
        found = entity or self.target(operation)
        return operation.path.replace("{id}", quote(found.id, safe=""))

    def ask(self, operation: Operation, **more: Any) -> Any:
        """The document that an operation is answered with."""
        asked = {**query(operation), **more.pop("query", {})}
        path = more.pop("path", None) or self.path(operation)
        answer = self.client.request(operation.method, path, query=asked, **more)
        assert answer.status in {x.status for x in operation.answers}
        return json.loads(answer.content) if answer.content else None

    def ids(self, operation: Operation, **asked: str) -> list[str]:
        return [item["id"] for item in self.ask(operation, query=asked)["data"]]

    def related(self, operation: Operation) -> list[str]:
        """The ids that a path leads to, by what the state holds."""
        name = operation.path.rpartition("/")[2]
        return [x.id for x in self.team.simulator.world.many(self.target(operation), name)]


@pytest.fixture(scope="module")
def whole() -> Account:
    return Account()


@pytest.fixture
def account(whole: Account) -> Account:
    whole.reset()
    return whole


def of(namespace: str, *kinds: Kind) -> Iterator[Operation]:
    for operation in operations()[namespace].values():
        if operation.kind in kinds and JSON in answer_schemas(operation):
            yield operation


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_reads_find_what_there_is(account: Account, namespace: str) -> None:
    for operation in of(namespace, *MANY, Kind.GET_TO_ONE_RELATED, Kind.GET_INSTANCE, *LINKAGES):
        with about(operation):
            schema = answer_schemas(operation)[JSON]
            if not isinstance(schema, ResponseSchema | LinkageSchema):
                continue
            data = account.ask(operation)["data"]
            found = [x["id"] for x in data] if isinstance(data, list) else [data["id"]]
            assert isinstance(data, list) is schema.many
            if operation.kind is Kind.GET_INSTANCE:
                assert found == [account.target(operation).id]
            elif query(operation):
                # What has to be asked for may fit none of them.
                assert len(found) <= 3
            elif operation.kind is Kind.GET_COLLECTION:
                assert len(found) == 3
            else:
                assert found == account.related(operation)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_relationships_lead_back_where_they_come_from(account: Account, namespace: str) -> None:
    """The related path, the linkage and the included resources of one relationship agree."""
    for operation in of(namespace, *LINKAGES):
        with about(operation):
            data = account.ask(operation)["data"]
            linked = [x["id"] for x in data] if isinstance(data, list) else [data["id"]]
            path = operation.path.replace("/relationships/", "/")
            related = next(
                (x for x in rendered_api().operations if (x.method, x.path) == ("GET", path)), None
            )
            if related is not None:
                data = account.ask(related)["data"]
                found = [x["id"] for x in data] if isinstance(data, list) else [data["id"]]
                assert found == linked


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_what_is_included_comes_along(account: Account, namespace: str) -> None:
    world = account.team.simulator.world
    for operation in of(namespace, *MANY, Kind.GET_INSTANCE, Kind.GET_TO_ONE_RELATED):
        for name in operation.include:
            with about(operation):
                document = account.ask(operation, query={"include": name})
                data = document["data"]
                included = {(x["type"], x["id"]) for x in document.get("included", ())}
                for item in data if isinstance(data, list) else [data]:
                    entity = world.find(item["type"], item["id"])
                    assert entity is not None
                    linkage = item["relationships"][name]["data"]
                    several = linkage if isinstance(linkage, list) else [linkage or {}]
                    wanted = [x.id for x in world.many(entity, name)]
                    assert [x["id"] for x in several if x] == wanted
                    assert {(x["type"], x["id"]) for x in several if x} <= included


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_fieldsets_leave_out_all_else(account: Account, namespace: str) -> None:
    fieldsets = rendered_api().fieldsets
    for operation in of(namespace, *MANY, Kind.GET_INSTANCE, Kind.GET_TO_ONE_RELATED):
        answered = answer_schemas(operation)[JSON]
        assert isinstance(answered, ResponseSchema)
        kind = rendered_api().resource(answered.resource).type
        for item in operation.fields:
            values = fieldsets[item.fieldset].values
            if item.type != kind or not values:
                continue
            with about(operation):
                data = account.ask(operation, query={f"fields[{kind}]": values[0]})["data"]
                for found in data if isinstance(data, list) else [data]:
                    names = {*found.get("attributes", ()), *found.get("relationships", ())}
                    assert names <= {values[0]}


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_pages_follow_each_other_to_the_end(account: Account, namespace: str) -> None:
    for operation in of(namespace, *MANY, Kind.GET_TO_MANY_RELATIONSHIP):
        if not operation.limit:
            continue
        with about(operation):
            everything = account.ids(operation)
            document = account.ask(operation, query={"limit": "1"})
            found = [item["id"] for item in document["data"]]
            assert document["meta"]["paging"] == {"total": len(everything), "limit": 1}
            while "next" in document["links"]:
                document = account.client.request("GET", document["links"]["next"]).json()
                found += [item["id"] for item in document["data"]]
            assert found == everything


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_filters_select_and_nothing_else_comes(account: Account, namespace: str) -> None:
    world = account.team.simulator.world
    for operation in of(namespace, *MANY):
        kind = rendered_api().resource(answer_schemas(operation)[JSON].resource).type
        entity = account.team.first(kind)
        listed = {**query(operation)}
        for item in operation.filters:
            values = values_at(world, entity, item.name)
            texts = [_text(x) for x in values or () if x is not None]
            usable = [x for x in texts if not item.values or x in item.values]
            if item.required or not usable or listed:
                continue
            with about(operation):
                wanted = [
                    x
                    for x in account.ids(operation)
                    if usable[0]
                    in map(_text, values_at(world, _found(world, kind, x), item.name) or ())
                ]
                assert account.ids(operation, **{f"filter[{item.name}]": usable[0]}) == wanted
                if not item.values:
                    assert account.ids(operation, **{f"filter[{item.name}]": "nothing"}) == []


def _found(world: Any, kind: str, identifier: str) -> Entity:
    entity: Entity | None = world.find(kind, identifier)
    assert entity is not None
    return entity


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_exists_parts_those_that_have_from_those_that_have_not(
    account: Account, namespace: str
) -> None:
    for operation in of(namespace, *MANY):
        for item in operation.exists:
            with about(operation):
                everything = account.ids(operation)
                there = account.ids(operation, **{f"exists[{item.name}]": "true"})
                missing = account.ids(operation, **{f"exists[{item.name}]": "false"})
                assert sorted(there + missing) == sorted(everything)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_sorting_downwards_is_sorting_upwards_turned_round(
    account: Account, namespace: str
) -> None:
    for operation in of(namespace, *MANY):
        for value in operation.sort:
            with about(operation):
                assert sorted(account.ids(operation, sort=value)) == sorted(account.ids(operation))
                if value.startswith("-") and value[1:] in operation.sort:
                    world = account.team.simulator.world
                    kind = rendered_api().resource(answer_schemas(operation)[JSON].resource).type
                    down, up = (
                        [
                            values_at(world, _found(world, kind, x), value[1:])
                            for x in account.ids(operation, sort=key)
                        ]
                        for key in (value, value[1:])
                    )
                    assert down == up[::-1]


@pytest.mark.parametrize("everything", [True, False], ids=["every member", "required members"])
@pytest.mark.parametrize("namespace", NAMESPACES)
def test_what_is_created_is_there(account: Account, namespace: str, *, everything: bool) -> None:
    for operation in operations()[namespace].values():
        if operation.kind is not Kind.CREATE_INSTANCE:
            continue
        account.reset()
        with about(operation):
            sent = body(account.team, operation, whole=everything)
            document = account.ask(operation, json=sent)
            if document is None:
                continue
            data = document["data"]
            kind, identifier = data["type"], data["id"]
            entity = _found(account.team.simulator.world, kind, identifier)
            shown = data.get("attributes", {})
            for name, value in sent["data"]["attributes"].items():
                assert entity[name] == value
                # Apple does not say what a certificate was asked for with.
                assert name == "csrContent" or shown.get(name, value) == value
            for name, value in sent["data"]["relationships"].items():
                items = value["data"] if isinstance(value["data"], list) else [value["data"]]
                found = [x.id for x in account.team.simulator.world.many(entity, name)]
                assert found == [item["id"] for item in items]
            check_instance(account, operation, entity, shown)


def check_instance(account: Account, create: Operation, entity: Entity, shown: Any) -> None:
    """It can be read and deleted by its own path, where there is one."""
    path = f"{create.path}/{quote(entity.id, safe='')}"
    methods = {x.method for x in rendered_api().operations if x.path == f"{create.path}/{{id}}"}
    if "GET" in methods:
        data = account.client.request("GET", path).json()["data"]
        assert (data["type"], data["id"]) == (entity.type, entity.id)
        assert data.get("attributes", {}) == shown
    if "DELETE" in methods:
        account.client.request("DELETE", path)
        if "GET" in methods:
            with pytest.raises(NotFoundError):
                account.client.request("GET", path)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_what_is_updated_stays_so(account: Account, namespace: str) -> None:
    for operation in of(namespace, Kind.UPDATE_INSTANCE):
        account.reset()
        with about(operation):
            sent = body(account.team, operation, whole=True)
            account.ask(operation, json=sent)
            entity = account.target(operation)
            for name, value in sent["data"]["attributes"].items():
                assert entity[name] == value
            for name, value in sent["data"]["relationships"].items():
                items = value["data"] if isinstance(value["data"], list) else [value["data"]]
                found = [x.id for x in account.team.simulator.world.many(entity, name)]
                assert found == [item["id"] for item in items]


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_linkages_are_added_replaced_and_removed(account: Account, namespace: str) -> None:
    world = account.team.simulator.world
    for operation in operations()[namespace].values():
        request = rendered_api().schemas.get(operation.request or "")
        if not isinstance(request, LinkageSchema):
            continue
        account.reset()
        with about(operation):
            name = operation.path.rpartition("/")[2]
            before = account.related(operation)
            sent = body(account.team, operation, whole=True)
            named = sent["data"][0]["id"] if request.many else sent["data"]["id"]
            account.ask(operation, json=sent)
            expected = {
                Kind.CREATE_TO_MANY_RELATIONSHIP: [*(x for x in before if x != named), named],
                Kind.DELETE_TO_MANY_RELATIONSHIP: [x for x in before if x != named],
                Kind.REPLACE_TO_MANY_RELATIONSHIP: [named],
                Kind.UPDATE_TO_ONE_RELATIONSHIP: [named],
            }[operation.kind]
            found = [x.id for x in world.many(account.target(operation), name)]
            assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_what_is_deleted_is_gone_from_everywhere(account: Account, namespace: str) -> None:
    for operation in operations()[namespace].values():
        if operation.kind is not Kind.DELETE_INSTANCE:
            continue
        account.reset()
        with about(operation):
            entity = account.target(operation)
            account.ask(operation)
            assert account.team.simulator.world.find(entity.type, entity.id) is None
            for other in rendered_api().operations:
                if other.kind is Kind.GET_TO_MANY_RELATED and JSON in answer_schemas(other):
                    schema = answer_schemas(other)[JSON]
                    if (
                        isinstance(schema, ResponseSchema)
                        and rendered_api().resource(schema.resource).type == entity.type
                        and owner(other) != entity.type
                    ):
                        assert entity.id not in account.ids(other)


def test_what_an_operation_cannot_be_asked_is_refused(account: Account) -> None:
    for operation in all_operations():
        if operation.method != "GET":
            continue
        with about(operation), pytest.raises(ApiError) as caught:
            account.ask(operation, query={"notInTheDocument": "1"})
        assert caught.value.status in {400, 406}


def test_what_a_body_cannot_hold_is_refused(account: Account) -> None:
    for operation in all_operations():
        request = rendered_api().schemas.get(operation.request or "")
        if not isinstance(request, RequestSchema):
            continue
        sent = body(account.team, operation, whole=False)
        for name, code in (("attributes", "ATTRIBUTE"), ("relationships", "RELATIONSHIP")):
            wrong = json.loads(json.dumps(sent))
            wrong["data"].setdefault(name, {})["notInTheDocument"] = {"data": None}
            with about(operation), pytest.raises(ApiError) as caught:
                account.ask(operation, json=wrong)
            assert caught.value.has_code(f"ENTITY_ERROR.{code}.UNKNOWN")


def test_every_path_without_an_operation_is_refused_by_name(account: Account) -> None:
    taken = {(x.method, x.path) for x in rendered_api().operations}
    paths = dict.fromkeys(x.path for x in rendered_api().operations)
    # Collections too, of what there is singly only.
    for path in dict.fromkeys([*paths, *(x.partition("/{id}")[0] for x in paths)]):
        for method in ("GET", "POST", "PATCH", "DELETE"):
            if (method, path) in taken:
                continue
            with pytest.raises(ApiError) as caught:
                account.client.request(method, path.replace("{id}", "x"))
            assert caught.value.has_code("FORBIDDEN_ERROR")
            assert "does not allow" in str(caught.value)


def test_one_choice_of_members_has_to_be_whole(account: Account) -> None:
    for operation in all_operations():
        request = rendered_api().schemas.get(operation.request or "")
        if not isinstance(request, RequestSchema) or not request.choices:
            continue
        sent = body(account.team, operation, whole=False)
        for name in request.choices[0]:
            wrong = json.loads(json.dumps(sent))
            members = [wrong["data"][part] for part in ("attributes", "relationships")]
            next(x for x in members if name in x).pop(name)
            with about(operation), pytest.raises(ApiError) as caught:
                account.ask(operation, json=wrong)
            assert caught.value.has_code("ENTITY_ERROR")
            assert f"'{name}'" in str(caught.value)
