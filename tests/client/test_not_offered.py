"""What the API does not offer says so where people look for it, with what remains."""

from __future__ import annotations

import asyncio
import pickle
from typing import Any

import pytest
from app_store_connect._runtime.not_offered import NOT_OFFERED

import app_store_connect
from app_store_connect import AsyncClient, Client, NotInPublicApiError, models
from app_store_connect.simulator import Simulator
from ascgen.explore.thesaurus import load_not_offered

PLACES = list(NOT_OFFERED)


@pytest.fixture(scope="module")
def asc() -> Client:
    return Simulator("demo").client()


def owner_of(client: Client | AsyncClient, place: str) -> Any:
    """What a place is an attribute of."""
    *path, _ = place.split(".")
    if path[0][0].isupper():
        return getattr(models, path[0])()
    owner: Any = client
    for name in path if path[0] != "client" else ():
        owner = getattr(owner, name, None)
    return owner


def test_places_are_those_that_search_knows() -> None:
    wishes = {place: item for item in load_not_offered() for place in item.looked_for}
    assert wishes.keys() == NOT_OFFERED.keys()
    for place, (answer, remains, instead) in NOT_OFFERED.items():
        assert (answer, remains) == (wishes[place].answer, wishes[place].remains)
        assert len(instead) == len(wishes[place].instead)


@pytest.mark.parametrize("place", PLACES)
def test_it_is_said_where_it_is_looked_for(asc: Client, place: str) -> None:
    owner, name = owner_of(asc, place), place.rpartition(".")[2]
    answer = NOT_OFFERED[place][0].partition("(")[0].strip()
    with pytest.raises(NotInPublicApiError) as caught:
        getattr(owner, name)(name="Trails")
    assert str(caught.value).startswith(f"{place}: {answer}")
    assert caught.value.remains == NOT_OFFERED[place][1]
    assert name not in dir(owner)


@pytest.mark.parametrize("place", PLACES)
def test_what_remains_is_there(asc: Client, place: str) -> None:
    for call in NOT_OFFERED[place][2]:
        namespace, _, method = call.partition(".")
        assert callable(getattr(type(getattr(asc, namespace)), method))


def test_nobody_thinks_that_an_attribute_is_there(asc: Client) -> None:
    app = asc.apps.list().first()
    assert not hasattr(app, "ratings")
    assert not hasattr(asc, "app_privacy")
    assert getattr(app, "average_rating", None) is None


def test_it_is_the_same_to_be_awaited() -> None:
    async def create() -> None:
        async with Simulator("demo").async_client() as asc:
            apps: Any = asc.workflows.apps
            await apps.create(name="Trails")

    with pytest.raises(NotInPublicApiError, match=r"bundle_ids\.create, apps\.list"):
        asyncio.run(create())


def test_the_error_is_like_the_others(asc: Client) -> None:
    problem = NotInPublicApiError.of("apps.create")
    assert problem is not None
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)  # noqa: S301 - our own
    assert isinstance(problem, app_store_connect.AppStoreConnectError)
    assert NotInPublicApiError.of("apps.list") is None
    del asc
