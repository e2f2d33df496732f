"""Plans are carried out as they are, once, on what they were made for, and to their end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from app_store_connect import AmbiguousWriteError, Client, NotFoundError
from app_store_connect.rehearsal import Plan, PlanStaleError
from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect.simulator.messages import Recorded


class Account:
    """A team with an app that is new, and what a plan has done to it."""

    def __init__(self) -> None:
        self.simulator = Simulator("demo", requests_per_hour=None)
        self.asc = self.simulator.client()
        self.app: Any = self.simulator.add(
            "apps", bundle_id="com.example.new", name="New", primary_locale="de-DE"
        )
        add = self.simulator.add
        self.group: Any = add("betaGroups", name="Old", app=self.app, is_internal_group=True)
        self.other: Any = add("betaGroups", name="Superfluous", app=self.app)
        release = add("preReleaseVersions", version="1.0", platform="IOS", app=self.app)
        self.builds: list[Any] = [
            add(
                "builds",
                version=str(number),
                app=self.app,
                pre_release_version=release,
                processing_state="VALID",
            )
            for number in range(3)
        ]
        self.asc.beta_groups.add_builds(self.group, [self.builds[0]])
        self.simulator.requests.clear()

    @property
    def writes(self) -> list[Recorded]:
        return [x for x in self.simulator.requests if x.method not in {"GET", "PUT"}]

    def state(self) -> Any:
        """All there is, whatever its ids and times."""
        found = json.loads(self.save())
        return sorted(json.dumps(x, sort_keys=True) for x in found)

    def save(self) -> str:
        world = self.simulator.world
        numbers: dict[str, str] = {}
        rows: list[Any] = []
        for kind in sorted(world.state.types()):
            for entity in world.all(kind):
                numbers[entity.id] = (
                    f"{kind} {entity['name'] or entity['locale'] or entity['fileName'] or ''}"
                )
        for kind in sorted(world.state.types()):
            for entity in world.all(kind):
                attributes = {
                    name: entity[name]
                    for name in list(entity.attributes)
                    if not name.endswith(("Date", "Operations", "_until")) and name[0] != "_"
                }
                links = {
                    name: sorted(numbers.get(x, x) for x in ids)
                    for name, ids in entity.links.items()
                    if ids
                }
                rows.append([kind, attributes, links])
        text = json.dumps(rows)
        for identifier in sorted(numbers, key=len, reverse=True):
            if len(identifier) > 8:
                text = text.replace(identifier, "…")
        return text


def job(client: Client, account: Account) -> None:
    """A bit of everything: new resources that build on each other, companions, links, files."""
    asc, app = client, account.app
    version = asc.app_store_versions.create(app=app, platform="IOS", version_string="2.1")
    text = asc.app_store_versions.list_app_store_version_localizations(version).first()
    asc.app_store_version_localizations.update(text, description="Neu")
    asc.app_store_version_localizations.create(app_store_version=version, locale="fr-FR")
    group = asc.beta_groups.create(name="QA", app=app, is_internal_group=True)
    asc.beta_groups.add_builds(group, account.builds[1:])
    asc.beta_groups.remove_builds(account.group, [account.builds[0]])
    asc.beta_groups.update(account.group, name="Everybody")
    asc.beta_groups.update(account.group, name="Everybody else")
    asc.beta_groups.delete(account.other)
    asc.app_store_versions.update(version, copyright="2026 Example")


def planned(account: Account, job: Callable[[Client, Account], None] = job) -> Plan:
    with account.asc.rehearsal() as trial:
        job(trial.client, account)
    assert account.writes == []
    account.simulator.requests.clear()
    return trial.plan


def again(plan: Plan) -> Plan:
    """The plan as somebody has it who knows nothing of what became of it."""
    whole = json.loads(plan.to_json(secrets=True))
    return Plan.from_json(json.dumps({**whole, "created": {}, "done": []}))


def test_exactly_these_writes_are_made_in_this_order() -> None:
    account, directly = Account(), Account()
    plan = planned(account)
    applied = plan.apply(account.asc)
    job(directly.asc, directly)
    assert [(x.operation, x.status) for x in account.writes] == [
        (x.operation, x.status) for x in directly.writes
    ]
    assert account.state() == directly.state()
    assert applied.sent == plan.changes
    assert applied.skipped == ()
    assert set(applied.created) == set(plan.created)
    assert "new-" not in str([(x.path, x.body) for x in account.simulator.requests])
    assert str(applied) == "10 changes made, 0 were so already."


@pytest.mark.parametrize("kept", [lambda plan: plan, again], ids=["the same plan", "a copy"])
def test_a_plan_that_is_applied_twice_changes_nothing(kept: Callable[[Plan], Plan]) -> None:
    account = Account()
    plan = planned(account)
    copy = kept(plan)
    plan.apply(account.asc)
    account.simulator.requests.clear()
    before = account.save()
    applied = copy.apply(account.asc)
    assert account.writes == []
    assert account.save() == before
    assert applied.sent == ()
    assert len(applied.skipped) == len(plan)


@pytest.mark.parametrize("kept", [lambda plan: plan, again], ids=["the same plan", "a copy"])
@pytest.mark.parametrize("after_commit", [False, True], ids=["not made", "made"])
@pytest.mark.parametrize("number", range(10))
def test_a_plan_that_was_cut_short_goes_on_where_it_stopped(
    number: int, *, after_commit: bool, kept: Callable[[Plan], Plan]
) -> None:
    account, directly = Account(), Account()
    plan = planned(account)
    copy = kept(plan)
    operation = plan.changes[number].operation
    skip = sum(x.operation == operation for x in plan.changes[:number])
    account.simulator.faults.add(
        operation, connection="cut", after_commit=after_commit, skip=skip, times=1
    )
    with pytest.raises(AmbiguousWriteError):
        plan.apply(account.asc)
    copy.apply(account.asc)
    job(directly.asc, directly)
    assert account.state() == directly.state()


def stale_attribute(account: Account) -> None:
    account.asc.beta_groups.update(account.group, name="Theirs")


def stale_deletion(account: Account) -> None:
    account.asc.beta_groups.update(account.other, name="Theirs")


def gone(account: Account) -> None:
    account.asc.beta_groups.delete(account.group)


@pytest.mark.parametrize(
    ("meanwhile", "attribute", "expected", "found"),
    [
        (stale_attribute, "name", "Old", "Theirs"),
        (stale_deletion, "name", "Superfluous", "Theirs"),
        (gone, "id", None, None),
    ],
)
def test_what_was_changed_meanwhile_stops_a_plan_before_anything_is_sent(
    meanwhile: Callable[[Account], None], attribute: str, expected: Any, found: Any
) -> None:
    account = Account()
    plan = planned(account)
    meanwhile(account)
    account.simulator.requests.clear()
    with pytest.raises(PlanStaleError) as caught:
        plan.apply(account.asc)
    error = caught.value
    assert account.writes == []
    assert error.resource_type == "betaGroups"
    assert error.attribute == attribute
    if attribute != "id":
        assert (error.expected, error.found) == (expected, found)
    assert "nothing was sent" in str(error)
    assert attribute in str(error)


def test_a_relationship_that_was_changed_meanwhile_stops_a_plan() -> None:
    account = Account()
    apps = account.asc.apps.list().all()
    user: Any = account.simulator.add(
        "users", username="ann@example.com", roles=["DEVELOPER"], visible_apps=apps[:2]
    )
    account.simulator.requests.clear()

    def replace(client: Client, _account: Account) -> None:
        client.users.replace_visible_apps(user, [account.app])

    plan = planned(account, replace)
    assert plan.changes[0].is_destructive
    assert plan.changes[0].before == {"visibleApps": [x.id for x in apps[:2]]}
    copy = again(plan)
    account.asc.users.add_visible_apps(user, [apps[2]])
    with pytest.raises(PlanStaleError) as caught:
        plan.apply(account.asc)
    assert caught.value.attribute == "visibleApps"
    account.asc.users.remove_visible_apps(user, [apps[2]])
    assert len(plan.apply(account.asc).sent) == 1
    assert copy.apply(account.asc).sent == ()


def test_a_relationship_to_one_is_set_once_and_checked() -> None:
    account = Account()
    version = account.asc.app_store_versions.create(
        app=account.app, platform="IOS", version_string="1.0"
    )
    account.simulator.requests.clear()

    def select(client: Client, account: Account) -> None:
        client.app_store_versions.set_build(version, account.builds[1])

    plan = planned(account, select)
    assert [(x.before, x.after) for x in plan] == [
        ({"build": None}, {"build": account.builds[1].id})
    ]
    copy = again(plan)
    assert len(plan.apply(account.asc).sent) == 1
    assert copy.apply(account.asc).sent == ()
    account.asc.app_store_versions.set_build(version, account.builds[2])
    with pytest.raises(PlanStaleError) as caught:
        again(plan).apply(account.asc)
    assert (caught.value.expected, caught.value.found) == (None, account.builds[2].id)


def test_what_is_so_already_is_left_out() -> None:
    account = Account()
    plan = planned(account)
    account.asc.beta_groups.delete(account.other)
    account.asc.beta_groups.update(account.group, name="Everybody")
    account.asc.beta_groups.remove_builds(account.group, [account.builds[0]])
    applied = plan.apply(account.asc)
    assert [x.method for x in applied.skipped] == ["DELETE", "PATCH", "DELETE"]
    assert account.asc.beta_groups.get(account.group).name == "Everybody else"


def test_a_second_one_that_was_there_before_is_not_taken_for_the_new_one() -> None:
    account = Account()
    account.asc.beta_groups.create(name="QA", app=account.app, is_internal_group=True)
    account.simulator.requests.clear()
    plan = planned(account)
    plan.apply(account.asc)
    groups = account.asc.beta_groups.list(app=account.app, name="QA").all()
    assert len([x for x in groups if x.name == "QA"]) == 2


def test_a_state_that_follows_from_a_write_tells_whether_it_was_made() -> None:
    """A submission is cancelled by an attribute that nobody can read."""
    account = Account()
    app = account.asc.apps.list(bundle_id="com.example.trails").one()
    submission = account.asc.review_submissions.list(app=app, state="WAITING_FOR_REVIEW").first()
    assert submission is not None
    account.simulator.requests.clear()

    def cancel(client: Client, _account: Account) -> None:
        client.review_submissions.update(submission, canceled=True)

    plan = planned(account, cancel)
    assert [x.after for x in plan] == [{"canceled": True}]
    copy = again(plan)
    assert len(plan.apply(account.asc).sent) == 1
    assert copy.apply(account.asc).sent == ()
    assert plan.apply(account.asc).sent == ()


def test_ids_of_what_was_created_are_kept_with_the_plan(tmp_path: Any) -> None:
    account = Account()
    plan = planned(account)
    plan.apply(account.asc)
    plan.save(tmp_path / "plan.json")
    loaded = Plan.load(tmp_path / "plan.json")
    assert loaded.created == plan.created
    group = account.asc.beta_groups.get(loaded.created[plan.changes[3].resource_id])
    assert group.name == "QA"
    account.asc.beta_groups.delete(group)
    account.simulator.requests.clear()
    # It is gone, so it is made again, and linked again.
    assert [x.operation for x in loaded.apply(account.asc).sent] == [
        "betaGroups_createInstance",
        plan.changes[4].operation,
    ]
    with pytest.raises(NotFoundError):
        account.asc.beta_groups.get(group)


def test_what_came_along_is_not_taken_for_what_a_plan_creates() -> None:
    asc = Simulator("demo").client()
    app = asc.workflows.apps.find("com.example.trails")
    with asc.rehearsal() as trial:
        trial.client.workflows.apps.set_price(app, "4.99")
    assert len(trial.plan.apply(asc).sent) == 1
    (price,) = [x for x in asc.workflows.apps.price_table(app) if x.manual]
    assert str(price.customer_price) == "4.99"
    assert trial.plan.apply(asc).sent == ()
