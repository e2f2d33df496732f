"""Resources that a request creates along with its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from support import mini
from support.mini import DAY, TEXT, nullable, operation

if TYPE_CHECKING:
    from support.mini import Api, Json

SPEC = mini.spec(
    {
        "POST /v1/schedules": operation(
            "schedules_createInstance", "ScheduleResponse", body="ScheduleCreateRequest"
        ),
        "POST /v1/plain": operation("plain_createInstance", body="PlainCreateRequest"),
    },
    mini.resource("Schedule", "schedules"),
    mini.resource("Price", "prices", {"start": DAY}),
    mini.request(
        "ScheduleCreate",
        "schedules",
        relationships={"base": mini.one("prices"), "prices": mini.many("prices")},
        included=["PriceInlineCreate", "PlaceInlineCreate"],
    ),
    mini.inline(
        "Price",
        "prices",
        {"start": nullable(DAY), "in": TEXT},
        {"place": mini.one("places"), "builds": mini.many("builds")},
        required=["place"],
    ),
    mini.inline("Place", "places", {"name": TEXT}),
    mini.request("PlainCreate", "plain", {"name": TEXT}),
)


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Api:
    return mini.render(SPEC, tmp_path_factory.mktemp("inline"))


def scheduled(api: Api, **arguments: Any) -> Json:
    """The body of a create that carries inline creations."""
    api.answers({"type": "schedules", "id": "1"})
    api.client.schedules.create(**arguments)
    body: Json = api.sent.body
    return body


def test_an_inline_creation_is_linked_and_included(api: Api) -> None:
    price = api.model("PriceInlineCreate")(place="p1", start=None, in_="EUR", builds=["b1"])
    body = scheduled(api, prices=[price], base="42")
    reference = {"type": "prices", "id": "${new-prices-1}"}
    assert body["data"]["relationships"] == {
        "base": {"data": {"type": "prices", "id": "42"}},
        "prices": {"data": [reference]},
    }
    attributes = {"start": None, "in": "EUR"}
    place = {"data": {"type": "places", "id": "p1"}}
    builds = {"data": [{"type": "builds", "id": "b1"}]}
    assert body["included"] == [
        {
            **reference,
            "attributes": attributes,
            "relationships": {"place": place, "builds": builds},
        }
    ]


def test_inline_creations_may_nest_and_be_shared(api: Api) -> None:
    make, place = api.model("PriceInlineCreate"), api.model("PlaceInlineCreate")(name="Here")
    first, second = make(place=place), make(place=place)
    body = scheduled(api, prices=[first, second], base=first)
    linked = body["data"]["relationships"]
    assert linked["base"]["data"] == linked["prices"]["data"][0]
    prices = [item for item in body["included"] if item["type"] == "prices"]
    [made] = [item for item in body["included"] if item["type"] == "places"]
    reference = {"type": "places", "id": made["id"]}
    assert [item["relationships"]["place"]["data"] for item in prices] == [reference] * 2
    assert len({item["id"] for item in body["included"]}) == 3


def test_local_ids_may_be_chosen(api: Api) -> None:
    make = api.model("PriceInlineCreate")
    prices = [make(place="p1", local_id="mine"), make(place="p1", local_id="${yours}")]
    included = scheduled(api, prices=prices)["included"]
    assert [item["id"] for item in included] == ["${mine}", "${yours}"]


def test_what_nothing_links_to_can_be_included(api: Api) -> None:
    body = scheduled(api, included=[api.model("PlaceInlineCreate")(name="Here")])
    assert "relationships" not in body["data"]
    assert [item["attributes"] for item in body["included"]] == [{"name": "Here"}]


def test_inline_creations_have_required_members_and_types(api: Api) -> None:
    with pytest.raises(TypeError, match="'place'"):
        api.model("PriceInlineCreate")()
    assert api.annotations("schedules.create") == {
        "base": "Id[Price] | PriceInlineCreate | Unset",
        "prices": "OneOrMany[Id[Price] | PriceInlineCreate] | Unset",
        "included": "Iterable[PriceInlineCreate | PlaceInlineCreate]",
        "extra": "Extra",
    }
    assert api.model("PriceInlineCreate").__annotations__["start"] == "date | str | None | Unset"
    assert "included" not in api.annotations("plain.create")
