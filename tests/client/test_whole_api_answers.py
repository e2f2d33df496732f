"""Every operation's answer is read into the types that its declaration promises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import app_store_connect
from app_store_connect import DecodeError, Response
from ascgen.model import LinkageSchema, MetricSchema, ObjectSchema, Operation, ResponseSchema
from support import answers
from support.answers import CSV, REPORT, check_attributes, check_resource, sent
from support.calls import bare_call
from support.conversation import Conversation, about
from support.samples import SPELLINGS, check_object
from support.whole_api import (
    FLAVOURS,
    answer_schemas,
    model_class,
    operations,
    rendered_api,
)

if TYPE_CHECKING:
    from collections.abc import Generator

    from support.answers import Sent
    from support.conversation import Outcome

NAMESPACES = sorted(operations())
JSON = "application/json"


@pytest.fixture(scope="module", params=sorted(FLAVOURS))
def conversation(request: pytest.FixtureRequest) -> Generator[Conversation]:
    with Conversation(request.param) as made:
        yield made


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_answers_are_read_as_their_types(conversation: Conversation, namespace: str) -> None:
    for number, operation in enumerate(operations()[namespace].values()):
        # Every document spells its moments in one of the ways that the API has been seen to use.
        moment = list(SPELLINGS)[number % len(SPELLINGS)]
        answer = sent(operation, moment=moment)
        outcome = conversation.call(operation, bare_call(operation), answer)
        with about(operation):
            check_pager(conversation, operation, outcome)
            check_answer(operation, answer, outcome, moment)


def test_an_answer_of_another_type_is_an_error(conversation: Conversation) -> None:
    for methods in operations().values():
        for operation in methods.values():
            # Writes that answer nothing may answer anything, but not with another resource.
            with about(operation), pytest.raises(DecodeError, match="'strangers', not "):
                conversation.call(operation, bare_call(operation), answers.foreign(operation))


def check_pager(conversation: Conversation, operation: Operation, outcome: Outcome) -> None:
    """Make sure that several come page by page, and with CSV where it is offered."""
    schemas = answer_schemas(operation)
    schema = schemas.get(JSON)
    several = isinstance(schema, MetricSchema) or getattr(schema, "many", False)
    name = {"sync": "", "async": "Async"}[conversation.flavour]
    if several:
        kind = f"{name}CsvPager" if "text/csv" in schemas else f"{name}Pager"
        assert type(outcome.returned).__name__ == kind
        assert outcome.page.document.response.status == 200
    else:
        assert outcome.items is None


def check_answer(operation: Operation, answer: Sent, outcome: Outcome, moment: str) -> None:
    value, wire = outcome.value, answer.document
    media_type = answer.answer.media_type
    match answer_schemas(operation).get(media_type):
        case None:
            assert isinstance(value, Response)
            assert value.status == answer.answer.status
            assert value.request_id == "the-request"
        case LinkageSchema(many=True):
            assert value == [item["id"] for item in wire["data"]]
        case LinkageSchema():
            assert value == wire["data"]["id"]
        case MetricSchema() as schema:
            check_rows(schema, outcome, wire, moment)
        case ResponseSchema() as schema:
            check_compound(schema, outcome, wire, moment)
        case ObjectSchema(name=name, fields=fields):
            assert type(value) is model_class(name)
            check_object(value, fields, wire, SPELLINGS[moment])
        case _:
            assert value == (CSV if media_type == "text/csv" else REPORT)


def check_compound(schema: ResponseSchema, outcome: Outcome, wire: Any, moment: str) -> None:
    primary = rendered_api().resource(schema.resource)
    found = outcome.value if schema.many else [outcome.value]
    sent_ones = wire["data"] if schema.many else [wire["data"]]
    for value, item in zip(found, sent_ones, strict=True):
        check_resource(value, primary, item, schema.included, SPELLINGS[moment])
    document = outcome.page.document if schema.many else outcome.value.document
    assert document.links == wire["links"]
    assert document.meta == wire["meta"]
    assert document.response.request_id == "the-request"
    check_included(document, schema, wire)


def check_included(document: Any, schema: ResponseSchema | MetricSchema, wire: Any) -> None:
    resources = [rendered_api().resource(name) for name in schema.included for _ in (1, 2)]
    for value, resource, item in zip(document.included, resources, wire["included"], strict=True):
        check_attributes(value, resource, item)


def check_rows(schema: MetricSchema, outcome: Outcome, wire: Any, moment: str) -> None:
    for row, item in zip(outcome.value, wire["data"], strict=True):
        assert type(row) is model_class(schema.name)
        check_object(row, schema.row.fields, item, SPELLINGS[moment])
    check_included(outcome.page.document, schema, wire)


def test_a_to_one_that_is_not_there_is_none(conversation: Conversation) -> None:
    wanted = [
        operation
        for methods in operations().values()
        for operation in methods.values()
        if answers.is_to_one(operation) and JSON in answer_schemas(operation)
    ]
    assert wanted
    for operation in wanted:
        outcome = conversation.call(operation, bare_call(operation), answers.null(operation))
        assert outcome.value is None


def test_collections_that_are_also_offered_as_csv_can_be_had_so(
    conversation: Conversation,
) -> None:
    wanted = [
        operation
        for methods in operations().values()
        for operation in methods.values()
        if {JSON, "text/csv"} <= answer_schemas(operation).keys()
    ]
    assert wanted or app_store_connect.API_VERSION < "4"
    for operation in wanted:
        request, text = conversation.csv(
            operation, bare_call(operation), sent(operation, "text/csv")
        )
        assert text == CSV
        assert request.headers["accept"] == "text/csv"


def test_every_success_answer_has_a_type_to_be_read_into() -> None:
    api = rendered_api()
    for operation in api.operations:
        with about(operation):
            for schema in answer_schemas(operation).values():
                match schema:
                    case ResponseSchema(resource=resource, included=included):
                        for name in (resource, *included):
                            assert api.resource(name).type == model_class(name).TYPE
                    case MetricSchema(name=name) | ObjectSchema(name=name):
                        assert model_class(name).__struct_fields__
                    case _:
                        assert schema.name


def test_no_answer_mixes_two_versions_of_a_type() -> None:
    api = rendered_api()
    for schema in api.schemas.values():
        if isinstance(schema, ResponseSchema | MetricSchema):
            types = [api.resource(name).type for name in schema.included]
            assert len(types) == len(set(types)), schema.name
