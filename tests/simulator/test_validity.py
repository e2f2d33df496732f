"""Answers and refusals are those of Apple's own document, judged by jsonschema."""

from __future__ import annotations

import copy
import json
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest

from app_store_connect.simulator.messages import Incoming
from support import raw_document
from support.raw_document import flat, operations, pointer, resolved, sample, validator
from support.team import Team, team

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app_store_connect.simulator import Checkpoint
    from app_store_connect.simulator.messages import Answer

JSON = "application/json"
# The overlay mends the document where Apple is known to take what it refuses.
MENDED = {
    ("POST", "/v1/subscriptionOfferCodes"),
    ("POST", "/v1/inAppPurchaseOfferCodes"),
    ("POST", "/v1/appEvents"),
    ("PATCH", "/v1/appEvents/{id}"),
    ("PATCH", "/v1/appStoreVersions/{id}"),
    ("PATCH", "/v1/appStoreVersions/{id}/relationships/build"),
    ("PATCH", "/v1/appStoreVersions/{id}/relationships/appClipDefaultExperience"),
    ("GET", "/v1/bundleIds"),
    ("GET", "/v1/devices"),
    ("GET", "/v1/certificates"),
    ("PATCH", "/v1/devices/{id}"),
    ("POST", "/v1/devices"),
}


# Apple takes less of include and fields there than its document says.
REFUSED = {"passTypeIds_certificates_getToManyRelated", "apps_appTags_getToManyRelated"}


class Judge:
    """A team that holds values which the document allows, asked without a client."""

    def __init__(self) -> None:
        raw_document.raw()
        self.team: Team = team(quirks=False)
        self.origin = "https://api.appstoreconnect.apple.com"
        self.authorization = f"Bearer {self.team.simulator.token()}"
        for kind, entities in self.team.entities.items():
            for entity in entities:
                entity.attributes = _attributes(kind)
        self._beginning: Checkpoint = self.team.simulator.checkpoint()

    def reset(self) -> None:
        self.team.simulator.restore(self._beginning)

    def path(self, path: str) -> str:
        root = path.split("/")[2]
        kind = root if root in self.team.entities else _type_at(path)
        return path.replace("{id}", quote(self.team.first(kind).id, safe="")) if kind else path

    def ask(
        self, method: str, path: str, query: dict[str, str], body: Any = None, accept: str = "*/*"
    ) -> Answer:
        headers = {
            "authorization": self.authorization,
            "accept": accept,
            "content-type": JSON,
        }
        words = "&".join(f"{quote(n)}={quote(v, safe=',')}" for n, v in query.items())
        content = b"" if body is None else json.dumps(body).encode()
        incoming = Incoming(method, self.path(path), words, headers, content, self.origin)
        return self.team.simulator.answer(incoming)

    def body(self, operation: Any) -> Any:
        """A body that the document allows and whose resources there are."""
        if "requestBody" not in operation:
            return None
        content = operation["requestBody"]["content"]
        sent = sample(content[JSON]["schema"])
        sent.pop("included", None)
        if isinstance(sent["data"], dict) and "id" in sent["data"]:
            sent["data"]["id"] = self.team.first(sent["data"]["type"]).id
        self._identify(sent["data"], top=isinstance(sent["data"], dict))
        return sent

    def _identify(self, value: Any, *, top: bool) -> None:
        if isinstance(value, list):
            for item in value:
                self._identify(item, top=False)
        elif isinstance(value, dict):
            if not top and value.keys() == {"type", "id"} and value["type"] in self.team.entities:
                value["id"] = self.team.first(value["type"]).id
            for name, item in value.items():
                if name != "attributes":
                    self._identify(item, top=False)


def _attributes(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for schema in raw_document.raw()["components"]["schemas"].values():
        members = schema.get("properties", {})
        if members.get("type", {}).get("enum") == [kind] and "id" in schema.get("required", ()):
            found |= sample(members.get("attributes", {"type": "object"}))
    return found


def _type_at(path: str) -> str:
    """The type of a path that is not named after it, by what its update or read answers."""
    instance = "/".join(path.split("/")[:4])
    for operation in raw_document.raw()["paths"].get(instance, {}).values():
        if not isinstance(operation, dict):
            continue
        for answer in operation["responses"].values():
            schema = answer.get("content", {}).get(JSON, {}).get("schema")
            data = resolved(schema or {}).get("properties", {}).get("data")
            if data is not None and "type" in resolved(data).get("properties", {}):
                kind: str = resolved(data)["properties"]["type"]["enum"][0]
                return kind
    return ""


def parameters(operation: Any, *, whole: bool) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in operation.get("parameters", ()):
        if item["in"] != "query" or operation["operationId"] in REFUSED:
            continue
        family = item["name"].partition("[")[0]
        if item.get("required") or (whole and family in {"include", "fields"}):
            schema = item["schema"].get("items", item["schema"])
            values = schema.get("enum") or ["some"]
            # Listed in the document and refused by Apple; the overlay takes it out.
            values = [x for x in values if (item["name"], x) != ("fields[appInfos]", "kidsAgeBand")]
            found[item["name"]] = ",".join(values) if family in {"include", "fields"} else values[0]
    return found


@pytest.fixture(scope="module")
def judge() -> Judge:
    return Judge()


@pytest.mark.parametrize("whole", [False, True], ids=["bare", "with everything"])
def test_every_answer_is_valid(judge: Judge, *, whole: bool) -> None:
    wrong: list[str] = []
    counted = 0
    for method, path, operation in operations():
        judge.reset()
        query = parameters(operation, whole=whole)
        described = {k: v for k, v in operation["responses"].items() if k.startswith("2")}
        for media_type in {x: 0 for v in described.values() for x in v.get("content", {"": 0})}:
            judge.reset()
            answer = judge.ask(method, path, query, judge.body(operation), media_type or "*/*")
            place, status = f"{method} {path} {media_type}", str(answer.status)
            counted += 1
            if status not in described:
                wrong.append(f"{place}: {status} {answer.body[:300]!r}")
            elif media_type.endswith("json"):
                where = pointer(method, path, "responses", status, "content", media_type)
                found = validator(f"{where}/schema").iter_errors(json.loads(answer.body))
                wrong += [f"{place}: {x.json_path} {x.message[:200]}" for x in found]
    # Apple sends a list where its document declares text; the overlay says so.
    wrong = [x for x in wrong if "referenceVersions" not in x]
    assert not wrong, "\n".join(wrong[:40])
    assert counted >= len(operations())


def test_every_refusal_is_valid(judge: Judge) -> None:
    """What is refused is told in the form of the document, with the details that it demands."""
    error = "/components/schemas/ErrorResponse"
    statuses: Counter[int] = Counter()
    for method, path, operation in operations():
        judge.reset()
        attempts = [judge.ask(method, path, {"notInTheDocument": "1"}, judge.body(operation))]
        if "{id}" in path:
            attempts.append(judge.ask(method, path.replace("{id}", "nobody"), {}, None))
        if "requestBody" in operation:
            attempts.append(judge.ask(method, path, {}, {"data": "text"}))
        for answer in attempts:
            assert 400 <= answer.status < 500, f"{method} {path}: {answer.status}"
            statuses[answer.status] += 1
            assert not list(validator(error).iter_errors(json.loads(answer.body)))
    assert statuses.keys() == {400, 404, 422}


def mutations(schema: Any, value: Any) -> Iterator[tuple[str, Any]]:
    """Values that differ from a good one in one place each, and say where."""
    schema = flat(schema)
    yield "another type", 5.25 if isinstance(value, str | list | dict | bool) else "text"
    if isinstance(value, str) and schema.get("enum"):
        yield "an unknown value", "NOT_IN_THE_DOCUMENT"
    if isinstance(value, dict):
        for name, item in value.items():
            if name in schema.get("required", ()):
                rest = copy.deepcopy(value)
                del rest[name]
                yield f"no {name}", rest
            inner = schema.get("properties", {}).get(name)
            if inner is not None:
                for what, changed in mutations(inner, item):
                    yield f"{name}: {what}", {**value, name: changed}
    if isinstance(value, list) and value:
        for what, changed in mutations(schema["items"], value[0]):
            yield f"item: {what}", [changed]


def test_bodies_that_the_document_refuses_are_refused(judge: Judge) -> None:
    accepted: list[str] = []
    counted = 0
    for method, path, operation in operations():
        if "requestBody" not in operation:
            continue
        judge.reset()
        schema = operation["requestBody"]["content"][JSON]["schema"]
        where = pointer(method, path, "requestBody", "content", JSON)
        check = validator(f"{where}/schema")
        body = judge.body(operation)
        assert check.is_valid(body)
        for what, changed in mutations(schema, body):
            if check.is_valid(changed):
                continue
            counted += 1
            answer = judge.ask(method, path, {}, changed)
            if answer.status < 400:
                judge.reset()
                if (method, path) not in MENDED:
                    accepted.append(f"{method} {path}: {what}")
            elif answer.status not in {400, 409, 422}:
                accepted.append(f"{method} {path}: {what}: {answer.status}")
    assert not accepted, "\n".join(accepted[:40])
    assert counted > len(operations())


def test_parameters_that_the_document_refuses_are_refused(judge: Judge) -> None:
    accepted: list[str] = []
    counted = 0
    for method, path, operation in operations():
        good = parameters(operation, whole=False)
        for item in operation.get("parameters", ()):
            if item["in"] != "query":
                continue
            schema = item["schema"].get("items", item["schema"])
            wrong: list[dict[str, str]] = []
            if schema.get("enum"):
                wrong.append({**good, item["name"]: "NOT_IN_THE_DOCUMENT"})
            if "maximum" in schema:
                wrong.append({**good, item["name"]: str(schema["maximum"] + 1)})
            if item.get("required"):
                wrong.append({n: v for n, v in good.items() if n != item["name"]})
            for query in wrong:
                counted += 1
                answer = judge.ask(method, path, query, judge.body(operation))
                if answer.status != 400 and (method, path) not in MENDED:
                    accepted.append(f"{method} {path}: {query} {answer.status}")
    assert not accepted, "\n".join(accepted[:40])
    assert counted > len(operations())
