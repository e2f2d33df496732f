"""Plans as people and programs read them: nothing is left out, and no secret shows."""

from __future__ import annotations

import json
import pprint
import re
import stat
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect.rehearsal import Plan, PlanError
from app_store_connect.rehearsal.secrets import is_secret
from ascgen.model import RequestSchema
from support.whole_api import rendered_api

if TYPE_CHECKING:
    from pathlib import Path

    from app_store_connect import Client
    from app_store_connect.rehearsal import Change
    from app_store_connect.simulator import Simulator

PASSWORD = "correct horse"
LONG = "Walk further. " * 40


@pytest.fixture
def plan(asc: Client, demo: Simulator) -> Plan:
    app = demo.add("apps", bundle_id="com.example.new", name="New", primary_locale="en-US")
    group = demo.add("betaGroups", name="Old", app=app)
    other = demo.add("betaGroups", name="Superfluous", app=app)
    with asc.rehearsal() as trial:
        client = trial.client
        version = client.app_store_versions.create(app=app, platform="IOS", version_string="2.1")
        detail = client.app_store_review_details.create(
            app_store_version=version,
            contact_first_name="Ann",
            contact_last_name="Lee",
            contact_email="ann@example.com",
            contact_phone="+1 408 555 0100",
            demo_account_name="demo",
            demo_account_password=PASSWORD,
            notes=LONG,
        )
        client.app_store_review_details.update(detail, demo_account_password=f"{PASSWORD} 2")
        client.beta_groups.update(group, name="Everybody")
        client.beta_groups.delete(other)
        client.webhooks.create(
            app=app,
            name="CI",
            url="https://example.com/",
            secret=f"{PASSWORD} 3",
            enabled=True,
            event_types=["BUILD_UPLOAD_STATE_UPDATED"],
        )
    return trial.plan


def test_a_plan_reads_as_what_will_happen(plan: Plan) -> None:
    detail, hook = plan.changes[1].resource_id, plan.changes[5].resource_id
    assert (
        re.sub(r"\b[0-9a-f-]{36}\b|\b\d{10}\b", "…", str(plan))
        == f"""\
6 changes:
+ create appStoreVersions new-1
    platform: IOS
    versionString: 2.1
    app: …
+ create appStoreReviewDetails {detail}
    contactFirstName: Ann
    contactLastName: Lee
    contactPhone: +1 408 555 0100
    contactEmail: ann@example.com
    demoAccountName: demo
    demoAccountPassword: [secret]
    notes: {LONG[:72].rstrip()}… (560 characters)
    appStoreVersion: new-1
~ change appStoreReviewDetails {detail}
    demoAccountPassword: [secret] → [secret]
~ change betaGroups …
    name: Old → Everybody
- delete betaGroups … (Superfluous)
+ create webhooks {hook}
    enabled: true
    eventTypes: ["BUILD_UPLOAD_STATE_UPDATED"]
    name: CI
    secret: [secret]
    url: https://example.com/
    app: …"""
    )
    assert [x.is_destructive for x in plan] == [False, False, False, False, True, False]


def test_nothing_that_shows_a_plan_shows_a_secret(plan: Plan) -> None:
    shown = [
        str(plan),
        repr(plan),
        plan.to_json(),
        pprint.pformat(plan),
        pprint.pformat(vars(plan)),
    ]
    for change in plan:
        shown += [str(change), repr(change), str(change.body), str(change.after)]
        shown += [str(change.before), pprint.pformat(change), str(change.shown)]
    assert [x for x in shown if PASSWORD in x] == []
    assert PASSWORD in plan.to_json(secrets=True)


def test_errors_of_a_plan_show_no_secret(plan: Plan, asc: Client) -> None:
    plan.apply(asc)
    detail = plan.created[plan.changes[1].resource_id]
    with asc.rehearsal() as trial:
        trial.client.app_store_review_details.update(detail, demo_account_password="other")
    asc.app_store_review_details.update(detail, demo_account_password=f"{PASSWORD} 4")
    with pytest.raises(PlanError) as caught:
        trial.plan.apply(asc)
    assert "demoAccountPassword is '[secret]'" in str(caught.value)
    assert PASSWORD not in str(vars(caught.value))


def test_a_plan_without_its_secrets_is_not_applied(
    plan: Plan, asc: Client, demo: Simulator
) -> None:
    demo.requests.clear()
    with pytest.raises(PlanError, match="secret"):
        Plan.from_json(plan.to_json()).apply(asc)
    assert demo.requests == []


def test_a_saved_plan_is_the_same_and_its_owners_alone(plan: Plan, tmp_path: Path) -> None:
    path = tmp_path / "release.plan.json"
    plan.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    loaded = Plan.load(path)
    assert loaded == plan
    assert str(loaded) == str(plan)
    assert loaded.digest == plan.digest
    assert Plan.from_json(plan.to_json()).digest != plan.digest
    path.chmod(0o644)
    loaded.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [x.name for x in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"plan": 2, "changes": []}',
        '{"plan": 1, "changes": [{"method": "GET", "path": "/v1/apps"}]}',
    ],
)
def test_what_is_no_plan_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="plan"):
        Plan.from_json(text)


def test_a_plan_leads_nowhere_but_to_operations_of_the_api(plan: Plan) -> None:
    whole = json.loads(plan.to_json(secrets=True))
    for path in ("https://example.com/v1/apps", "/v1/elsewhere", "//example.com/v1/betaGroups"):
        whole["changes"][0]["path"] = path
        with pytest.raises(ValueError, match="change 1"):
            Plan.from_json(json.dumps(whole))


def test_a_plan_shows_what_it_sends(plan: Plan) -> None:
    for number, change in enumerate(plan.changes):
        edits: dict[str, Any] = {}
        if change.after is not None:
            edits["after"] = {"name": "other"}
        if change.before is not None:
            edits["resource_id"] = "other"
        for member, value in edits.items():
            whole = json.loads(plan.to_json(secrets=True))
            whole["changes"][number][member] = value
            with pytest.raises(ValueError, match=f"change {number + 1} of the plan shows other"):
                Plan.from_json(json.dumps(whole))


def test_an_empty_plan_says_so(asc: Client) -> None:
    with asc.rehearsal() as trial:
        app = trial.client.apps.list().first()
        assert app is not None
        trial.client.apps.update(app, primary_locale=app.primary_locale)
    assert not trial.plan
    assert len(trial.plan) == 0
    assert str(trial.plan) == "No changes."


def test_what_undoes_itself_is_not_planned(asc: Client) -> None:
    app = asc.apps.list().first()
    with asc.rehearsal() as trial:
        group = trial.client.beta_groups.create(name="Short-lived", app=app)
        trial.client.beta_groups.update(group, name="Very")
        trial.client.beta_groups.delete(group)
    assert not trial.plan


def test_a_change_says_what_it_is_about(plan: Plan) -> None:
    found: list[Change] = list(plan)
    update = found[3]
    assert (update.operation, update.method) == ("betaGroups_updateInstance", "PATCH")
    assert update.path == f"/v1/betaGroups/{update.resource_id}"
    assert (update.before, update.after) == ({"name": "Old"}, {"name": "Everybody"})
    assert update.body["data"]["attributes"] == {"name": "Everybody"}
    assert found[0].before is None
    assert found[4].after is None
    assert found[4].before is not None
    assert found[4].before["name"] == "Superfluous"


def test_every_secret_of_the_document_is_known() -> None:
    """Names that sound like secrets are taken for secrets, but for these, which are none."""
    harmless = {
        *("appSigningKeyPublicCertificateSha256Fingerprints", "publicKey", "apiKeyId", "keywords"),
        *("previewFrameTimeCode", "numberOfCodes", "totalNumberOfCodes", "supportsPartyCode"),
        *("offerCode", "productionCodeCount", "sandboxCodeCount", "requestIdKey"),
    }
    names = {
        field.name
        for schema in rendered_api().schemas.values()
        if isinstance(schema, RequestSchema) or hasattr(schema, "attributes")
        for field in schema.attributes
    }
    sound = re.compile(
        r"pass(?!ed)|secret|token|csr|key|code|credential|certificateContent", re.IGNORECASE
    )
    suspects: set[Any] = {name for name in names if sound.search(name)}
    suspects -= {name for name in suspects if name.lower().endswith(("typecode", "codes"))}
    assert {x for x in suspects - harmless if not is_secret(x)} <= harmless | {"isRequiredToPass"}
    assert {"demoAccountPassword", "secret", "csrContent"} <= {x for x in names if is_secret(x)}
