"""A name that does not exist leads to the near one, and looking for one harms nothing."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
import re
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import ApiKey, AsyncClient, Client, models
from support import keys

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = ApiKey(keys.KEY_ID, keys.ISSUER_ID, keys.private_key())
FLAVOURS = (Client, AsyncClient)


@pytest.fixture(params=FLAVOURS)
def asc(request: pytest.FixtureRequest) -> Any:
    return request.param(KEY)


def message(look: Callable[[], object]) -> str:
    with pytest.raises(AttributeError) as caught:
        look()
    return str(caught.value)


def waited_for(answer: Any) -> None:
    """Wait for what an asynchronous method answers; its pagers are there at once."""
    if inspect.isawaitable(answer):
        asyncio.run(answer)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("beta_group", "'beta_groups'"),
        ("betaGroups", "'beta_groups'"),
        ("BETA_GROUPS", "'beta_groups'"),
        ("app", "'apps'"),
        ("bulids", "'builds'"),
        ("sesion", "'session'"),
    ],
)
def test_a_client_suggests_the_namespace_that_was_meant(asc: Any, name: str, meant: str) -> None:
    text = message(lambda: getattr(asc, name))
    assert text.endswith(f"object has no attribute {name!r}; did you mean {meant}?")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("versions", "workflows.versions"),
        ("testflight", "workflows.testflight"),
        ("pilot", "workflows.testflight"),
        ("match", "workflows.signing"),
        ("screenshots", "workflows.media"),
    ],
)
def test_a_client_leads_to_the_area_of_workflows(asc: Any, name: str, meant: str) -> None:
    assert message(lambda: getattr(asc, name)).endswith(f"; did you mean {meant!r}?")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("version", "versions"),
        ("test_flight", "testflight"),
        ("in_app_purchases", "purchases"),
        ("users", "team"),
        ("certificates", "signing"),
    ],
)
def test_workflows_suggest_the_area_that_was_meant(asc: Any, name: str, meant: str) -> None:
    text = message(lambda: getattr(asc.workflows, name))
    assert text.endswith(f"object has no attribute {name!r}; did you mean {meant!r}?")


def test_an_area_knows_what_fastlane_calls_a_job(asc: Any) -> None:
    assert message(lambda: asc.workflows.versions.precheck).endswith("did you mean 'preflight'?")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("fetch", "'get' or 'list'"),
        ("all", "'list'"),
        ("edit", "'update'"),
        ("List", "'list'"),
        ("listIndividualTesterIds", "'list_individual_tester_ids'"),
        ("updat", "'update'"),
    ],
)
def test_a_namespace_suggests_the_method_that_was_meant(asc: Any, name: str, meant: str) -> None:
    assert message(lambda: getattr(asc.builds, name)).endswith(f"; did you mean {meant}?")


def test_a_method_that_is_not_there_is_not_suggested(asc: Any) -> None:
    """Builds cannot be deleted."""
    assert "did you mean" not in message(lambda: asc.builds.destroy)


def test_a_model_knows_the_apis_own_spelling() -> None:
    build = models.Build(id="1", icon_asset_token=models.ImageAsset(template_url="t"))
    assert message(lambda: build.uploadedDate).endswith("; did you mean 'uploaded_date'?")
    assert message(lambda: build.preReleaseVersion).endswith("did you mean 'pre_release_version'?")
    assert message(lambda: build.icon_asset_token.templateUrl).endswith("mean 'template_url'?")


def test_python_itself_suggests_the_near_attribute_of_a_model() -> None:
    program = "from app_store_connect.models import Build\nBuild(id='1').uploaded_dat"
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", program],
        env={"PYTHONPATH": str(sys.modules["app_store_connect"].__path__[0] + "/..")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Did you mean: 'uploaded_date'?" in done.stderr


def test_a_module_suggests_the_class_that_was_meant() -> None:
    assert message(lambda: models.BetaGroups).endswith("; did you mean 'BetaGroup'?")


@pytest.mark.filterwarnings("ignore:Apple has deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda asc: asc.apps.list(bundleId="com.example"), "bundle_id"),
        (lambda asc: asc.beta_groups.create(NAME="QA", app="1"), "name"),
        (lambda asc: asc.beta_groups.update("1", publicLinkLimit=1), "public_link_limit"),
        (lambda asc: asc.app_store_version_experiments.get("1", includes="app"), "include"),
    ],
)
def test_a_keyword_that_does_not_exist_leads_to_the_near_one(
    call: Callable[[Any], Any], meant: str
) -> None:
    with pytest.raises(TypeError, match=rf"(?i)did you mean '{meant}'\?"):
        call(Client(KEY))
    with pytest.raises(TypeError, match=rf"(?i)did you mean '{meant}'\?"):
        waited_for(call(AsyncClient(KEY)))


def test_other_mistakes_of_a_call_read_as_python_has_them() -> None:
    asc = Client(KEY)
    with pytest.raises(TypeError, match=r"missing 1 required keyword-only argument: 'app'$"):
        asc.beta_groups.create(name="QA")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="expected an id"):
        asc.beta_groups.get([])  # type: ignore[arg-type]


def test_looking_for_what_is_not_there_harms_nothing(asc: Any) -> None:
    build = models.Build(id="1", uploaded_date=None)
    for value in (asc, asc.builds, build):
        assert not hasattr(value, "beta_group_")
        assert getattr(value, "uploadedDate", "no") == "no"
        with pytest.raises(AttributeError) as caught:
            value._repr_html_  # noqa: B018 - as notebooks do
        assert "did you mean" not in str(caught.value)
    assert type(copy.copy(asc.builds)) is type(asc.builds)
    assert copy.deepcopy(build) == pickle.loads(pickle.dumps(build)) == build  # noqa: S301


def test_what_can_be_completed_is_what_there_is(asc: Any) -> None:
    assert {"apps", "beta_groups", "session"} <= {*dir(asc)}
    assert {"list", "get", "list_individual_tester_ids"} <= {*dir(asc.builds)}
    found = dir(models.Build(id="1"))
    assert {"uploaded_date", "pre_release_version", "attributes"} <= {*found}
    assert not [name for name in found if re.search(r"[a-z][A-Z]", name)]


def test_a_client_and_its_namespaces_say_where_they_send_and_by_which_key(asc: Any) -> None:
    shown = f"<{type(asc).__name__} of api.appstoreconnect.apple.com, key {KEY.key_id} (team)>"
    assert repr(asc) == shown
    assert repr(asc.apps) == f"<{type(asc.apps).__name__} of {shown}>"
    assert "<Client of localhost, key" in repr(Client(KEY, base_url="https://localhost:8443"))


@pytest.mark.parametrize(
    ("namespace", "former", "name"),
    [
        ("beta_groups", "list_builds_ids", "list_build_ids"),
        ("beta_groups", "metrics_beta_tester_usages", "list_beta_tester_usages"),
        ("game_center_details", "list_achievement_releases_ids", "list_achievement_release_ids"),
    ],
)
def test_former_names_work_and_say_what_they_are_called_now(
    asc: Any, namespace: str, former: str, name: str
) -> None:
    owner = getattr(asc, namespace)
    with pytest.warns(DeprecationWarning, match=rf"\.{former} is called {name} now") as caught:
        found = getattr(owner, former)
    assert found == getattr(owner, name)
    assert caught[0].filename == __file__
    assert former not in dir(owner)
