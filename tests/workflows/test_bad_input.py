"""Whatever a job is given, it refuses before it has sent anything, and names the keyword."""

from __future__ import annotations

import inspect
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done
from matrix import writes_of

from app_store_connect import AppStoreConnectError, Client
from app_store_connect.simulator import Simulator
from support.build_files import ipa
from support.media import png

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TRAILS = "6100000001"
PHONE = "00008030-001C2D223A38802E"
ANYTHING = (
    *(None, 17, -1, 1.5, float("nan"), True, b"x", object()),
    *("", "  ", "\0", "x" * 5000, Path("/nonexistent/x"), Path(__file__)),
    *([None], [17], [""], ("x", "y"), [("a",)], {"": ""}, {None: None}),
    *({"en-US": None}, {"en-US": 17}, {"en-US": {"name": 17}}, {"en_US": {"name": "x"}}),
    *({"USA": "-1"}, {"USA": float("nan")}, {"USA": None}),
    *(datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC), date(2020, 1, 1)),  # noqa: DTZ001
)
# What no job can know before it is sent: whether there is a resource of such an id, or a name that
# is newer than the document; or how long Apple takes.
UNKNOWABLE = {"app", "apps", "build", "enable", "review", "timeout", "version"}
PRODUCTS = pytest.mark.skipif(
    not hasattr(Client, "subscription_plan_availabilities"),
    reason="the document has no such products",
)


def calls(simulator: Simulator, asc: Client, folder: Path) -> dict[str, dict[str, Any]]:
    """Calls of all jobs that write, as they should be."""

    def first(kind: str, **wanted: Any) -> str:
        found = simulator.world.all(kind)
        return next(x.id for x in found if all(x[y] == z for y, z in wanted.items()))

    version = first("appStoreVersions", appVersionState="PREPARE_FOR_SUBMISSION")
    build = first("builds", version="103")
    (folder / "shots" / "en-US").mkdir(parents=True)
    (folder / "shots" / "en-US" / "1.png").write_bytes(png(1290, 2796))
    (folder / "metadata" / "en-US").mkdir(parents=True)
    (folder / "metadata" / "en-US" / "keywords.txt").write_text("sea")
    product = {"product_id": "a.b", "name": "A", "type": "CONSUMABLE", "price": "0.99"}
    out, app = folder / "signing", {"app": TRAILS}
    contact = {"contact_first_name": "A", "contact_last_name": "B", "contact_email": "a@b.example"}
    found: dict[str, dict[str, Any]] = {
        "apps.set_texts": {**app, "texts": {"en-US": {"subtitle": "Walks"}}},
        "apps.set_categories": {**app, "primary_category": "TRAVEL"},
        "apps.set_price": {**app, "price": "4.99"},
        "apps.set_prices": {**app, "prices": {"USA": "4.99"}},
        "apps.set_availability": {**app, "territories": ["USA"]},
        "media.sync": {"version": version, "folder": folder / "shots"},
        "reviews.reply": {"review": first("customerReviews", rating=2), "text": "Thanks."},
        "signing.setup": {"bundle_id": "com.example.trails", "out": out},
        "signing.rotate": {"bundle_id": "com.example.trails", "out": out},
        "signing.ensure_certificate": {"certificate_type": "DISTRIBUTION", "out": out},
        "signing.register_devices": {"devices": [(PHONE, "Phone")]},
        "signing.ensure_bundle_id": {"identifier": "com.example.new"},
        "signing.ensure_pass_type_id": {"identifier": "pass.com.example"},
        "signing.ensure_merchant_id": {"identifier": "merchant.com.example"},
        "signing.set_capabilities": {"bundle_id": "com.example.trails", "enable": ["WALLET"]},
        "team.invite": {
            "email": "kim@example.com",
            "roles": ["DEVELOPER"],
            "first_name": "Kim",
            "last_name": "Lee",
        },
        "team.set_roles": {"user": first("users"), "roles": ["DEVELOPER"]},
        "testflight.upload": {"file": ipa(), "file_name": "a.ipa", "wait": False},
        "testflight.ensure_group": {**app, "name": "QA"},
        "testflight.add_testers": {
            "group": first("betaGroups", name="Friends"),
            "testers": ["new@example.com"],
        },
        "testflight.distribute": {
            "build": build,
            "groups": ["Friends"],
            "whats_new": {"en-US": "Maps."},
            "uses_non_exempt_encryption": False,
        },
        "testflight.expire": {"builds": [build]},
        "versions.ensure": {**app, "version": "1.3"},
        "versions.set_texts": {"version": version, "texts": {"en-US": {"keywords": "sea"}}},
        "versions.set_review_detail": {
            "version": version,
            "contact_phone": "+44 20 7946 0000",
            **contact,
        },
        "versions.select_build": {"version": version},
        "versions.phased_release": {"version": version, "step": "start"},
        "versions.apply_folder": {**app, "folder": folder},
    }
    if hasattr(Client, "subscription_plan_availabilities"):
        sold = asc.apps.list_in_app_purchases_v2(TRAILS).first()
        found["purchases.ensure"] = {**app, "table": {"purchases": [product]}}
        found["purchases.set_prices"] = {"product": sold, "prices": {"USA": "4.99"}}
        found["purchases.submit"] = {"product": sold}
    return found


def bad_calls(
    asc: Client, given: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, str, Any, Callable[[], Any]]]:
    for path, keywords in given.items():
        area, _, name = path.partition(".")
        job = getattr(getattr(asc.workflows, area), name)
        for parameter in inspect.signature(job).parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                continue
            for value in ANYTHING:
                changed = {**keywords, parameter.name: value}
                yield path, parameter.name, value, lambda j=job, c=changed: j(**c)


def error_of(call: Callable[[], Any]) -> Exception | None:
    try:
        call()
    except (AppStoreConnectError, TypeError, ValueError) as error:
        return error
    return None


def test_no_job_sends_what_it_cannot_mean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sim = Simulator("demo")
    refused = 0
    with sim.client() as asc:
        given = calls(sim, asc, tmp_path)
        start = sim.checkpoint()
        for job, keyword, value, call in bad_calls(asc, given):
            sim.requests.clear()
            error = error_of(call)
            told = f"{job}({keyword}={value!r:.40}): {error}"
            written = writes_of(sim)
            if isinstance(error, TypeError | ValueError):
                refused += 1
                assert not written, told
                assert keyword in str(error), told
            elif error is not None:
                assert not written or keyword in UNKNOWABLE, told
            if written:
                sim.restore(start)
    assert refused > 1000


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_both_flavours_refuse_before_anything_is_read(demo: Simulator, flavour: str) -> None:
    with pytest.raises(TypeError, match=r"^territories: give a list, not str$"):
        done(flavour, demo, lambda asc: asc.workflows.apps.set_availability(TRAILS, "USA"))
    with pytest.raises(ValueError, match=r"^platform: 'ios' is not a platform; did you mean 'IOS'"):
        done(flavour, demo, lambda asc: asc.workflows.versions.all(TRAILS, "ios"))
    with pytest.raises(ValueError, match="timeout: it is not a number from 0 on"):
        done(flavour, demo, lambda asc: asc.workflows.versions.cancel(TRAILS, timeout=-1))
    with pytest.raises(TypeError, match=r"did you mean 'platform'\?"):
        done(flavour, demo, lambda asc: asc.workflows.versions.all(TRAILS, platfrom="IOS"))
    assert not demo.requests


def test_a_secret_is_not_in_what_an_error_says(asc: Client, tmp_path: Path) -> None:
    with pytest.raises(TypeError) as told:
        asc.workflows.signing.setup("com.example.x", out=tmp_path, password=[b"hunter2"])  # type: ignore[arg-type]
    assert "hunter2" not in str(told.value)


def test_ids_are_numbers_in_other_programs_and_lists_are_generators(demo: Simulator) -> None:
    with demo.client() as asc:
        assert asc.workflows.versions.all(int(TRAILS)).versions  # type: ignore[arg-type]
        chosen = asc.workflows.apps.set_availability(TRAILS, (x for x in ["USA", "DEU"]))
    assert chosen == ["DEU", "USA"]


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ({"en-US": {"keyword": "a"}}, "there is no text 'keyword'; did you mean 'keywords'"),
        ({"en_US": {"keywords": "a"}}, "'en_US' is not a locale.*did you mean 'en-US'"),
        ({"en-US": {"keywords": 7}}, "keywords is an int"),
        ({"en-US": {"keywords": "a" * 101}}, "101 characters"),
        ({"en-US": "a"}, "texts by name are needed"),
        ({"en-US": {}, "en-us": {}}, "'en-us' is there twice"),
    ],
)
def test_texts_are_looked_at_as_a_whole(
    demo: Simulator, asc: Client, texts: Any, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        asc.workflows.versions.set_texts("1", texts)
    assert not demo.requests


@PRODUCTS
@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"purchase": []}, "unknown field `purchase`"),
        ({"purchases": [{"product_id": "a", "name": "A", "type": "X"}]}, "type"),
        ({"purchases": {"product_id": "a"}}, "array"),
        ({"groups": [{"name": "A", "subscriptions": [{}]}]}, "product_id"),
    ],
)
def test_a_table_is_looked_at_as_a_whole(
    asc: Client, simulator: Simulator, table: Any, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=said):
        asc.workflows.purchases.ensure(TRAILS, table)
    file = tmp_path / "products.json"
    file.write_text(json.dumps(table))
    with pytest.raises(ValueError, match="not TOML"):
        asc.workflows.purchases.ensure(TRAILS, file)
    assert not simulator.requests


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"release_type": "manual"}, "release_type: 'manual' is none; did you mean 'MANUAL'"),
        ({"earliest_release_date": "soon"}, "earliest_release_date: 'soon' is not a time"),
        ({"earliest_release_date": datetime(2099, 1, 1)}, "it needs a time zone"),  # noqa: DTZ001
        ({"earliest_release_date": datetime(2020, 1, 1, tzinfo=UTC)}, "is not to come"),
    ],
)
def test_a_release_that_cannot_be_is_refused(
    demo: Simulator, asc: Client, more: Any, said: str
) -> None:
    del asc
    with demo.client() as client, pytest.raises(ValueError, match=said):
        client.workflows.versions.ensure(TRAILS, "1.3", **more)
    assert not writes_of(demo)
