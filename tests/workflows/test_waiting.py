"""Waits end: with what is waited for, with time, when interrupted, when they are in vain."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from both import FLAVOURS, done

from app_store_connect import Client, NoResultError
from app_store_connect.uploads import UploadRejectedError
from app_store_connect.workflows import WaitTimeoutError, WorkflowError
from app_store_connect.workflows.purchases import ProductError
from support.build_files import ipa
from support.clients import settled
from support.ready_app import ready_app

if TYPE_CHECKING:
    from collections.abc import Callable

    from app_store_connect.simulator import Simulator

TRAILS = "6100000001"
PRODUCTS = hasattr(Client, "subscription_plan_availabilities")


def a_build(demo: Simulator, **more: Any) -> Any:
    build = next(x for x in demo.world.all("builds") if x["processingState"] == "PROCESSING")
    return lambda asc: asc.workflows.testflight.wait_for_build(build.id, **more)


def an_upload(demo: Simulator, **more: Any) -> Any:
    with demo.client() as asc:
        upload = asc.workflows.testflight.upload(ipa(), file_name="T.ipa", wait=False)
    return lambda asc: asc.workflows.testflight.wait_for_build(upload, **more)


def a_listed_build(demo: Simulator, **more: Any) -> Any:
    more = {"timeout": 600, **more}
    return lambda asc: asc.workflows.testflight.find_build(TRAILS, "200", version="1.3", **more)


def a_submission(demo: Simulator, **more: Any) -> Any:
    with demo.client() as asc:
        app = ready_app(demo, asc).app
    return lambda asc: asc.workflows.versions.submit(app, **more)


def a_withdrawal(demo: Simulator, **more: Any) -> Any:
    with demo.client() as asc:
        ready = ready_app(demo, asc)
        ready.submit()
    return lambda asc: asc.workflows.versions.cancel(ready.app, **more)


def a_product(demo: Simulator, **more: Any) -> Any:
    product = next(x for x in demo.world.all("inAppPurchases") if x["name"] == "Coffee")
    demo.world.set(product, state="MISSING_METADATA")

    async def work(asc: Any) -> Any:
        found = asc.in_app_purchases_v2.get(product.id)
        found = found if isinstance(asc, Client) else await found
        result = asc.workflows.purchases.submit(found, **more)
        return result if isinstance(asc, Client) else await result

    return work


WAITS = [
    pytest.param(a_build, WaitTimeoutError, id="build"),
    pytest.param(an_upload, WaitTimeoutError, id="upload"),
    pytest.param(a_listed_build, NoResultError, id="listed build"),
    pytest.param(a_submission, WaitTimeoutError, id="submission"),
    pytest.param(a_withdrawal, WaitTimeoutError, id="withdrawal"),
    pytest.param(
        a_product,
        ProductError,
        id="product",
        marks=pytest.mark.skipif(not PRODUCTS, reason="the document has no such products"),
    ),
]
JOBS = [pytest.param(x.values[0], id=x.id, marks=x.marks) for x in WAITS]
TOLD = [x for x in WAITS if x.values[0] not in {a_listed_build, a_product}]


@pytest.mark.parametrize("job", JOBS)
def test_ctrl_c_ends_a_wait_and_the_client_goes_on(
    demo: Simulator,
    job: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = job(demo)
    slept: list[float] = []

    def interrupted(seconds: float) -> None:
        slept.append(seconds)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(demo.clock, "sleep", interrupted)
        with demo.client() as asc:
            with pytest.raises(KeyboardInterrupt):
                asyncio.run(settled(work(asc)))
            assert asc.apps.get(TRAILS).id == TRAILS
    assert len(slept) == 1


@pytest.mark.parametrize("job", JOBS)
def test_a_cancelled_wait_leaves_nothing_and_blocked_nobody(
    demo: Simulator,
    job: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    work = job(demo)

    async def main() -> None:
        sleeping = asyncio.Event()

        async def for_ever(_seconds: float) -> None:
            sleeping.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(demo.clock, "asleep", for_ever)
        async with demo.async_client() as asc:
            task = asyncio.ensure_future(work(asc))
            await sleeping.wait()
            # Others go on while it sleeps.
            assert (await asc.apps.get(TRAILS)).id == TRAILS
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert len(asyncio.all_tasks()) == 1
            assert (await asc.apps.get(TRAILS)).id == TRAILS

    asyncio.run(main())


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(("job", "error"), WAITS)
def test_a_wait_ends_with_its_time(
    demo: Simulator, flavour: str, job: Callable[..., Any], error: type[Exception]
) -> None:
    work = job(demo, timeout=3)
    begun = demo.clock.now()
    with pytest.raises(error):
        done(flavour, demo, work)
    assert demo.clock.now() - begun == 3


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize(("job", "error"), TOLD)
def test_each_look_is_told(
    demo: Simulator, flavour: str, job: Callable[..., Any], error: type[Exception]
) -> None:
    seen: list[str] = []
    work = job(demo, timeout=3, progress=seen.append)
    with pytest.raises(error):
        done(flavour, demo, work)
    assert len(seen) >= 2
    assert all(x.isupper() for x in seen)


@pytest.mark.parametrize("flavour", FLAVOURS)
@pytest.mark.parametrize("state", ["FAILED", "INVALID"])
def test_a_build_that_failed_is_not_waited_for(demo: Simulator, flavour: str, state: str) -> None:
    work = a_build(demo)
    build = next(x for x in demo.world.all("builds") if x["processingState"] == "PROCESSING")
    demo.world.set(build, processingState=state)
    begun = demo.clock.now()
    with pytest.raises(WorkflowError, match=f"is {state}") as told:
        done(flavour, demo, work)
    assert not isinstance(told.value, WaitTimeoutError)
    assert demo.clock.now() == begun


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_build_that_fails_meanwhile_ends_the_wait(demo: Simulator, flavour: str) -> None:
    build = next(x for x in demo.world.all("builds") if x["processingState"] == "PROCESSING")
    seen: list[str] = []

    def fail(state: str) -> None:
        seen.append(state)
        if len(seen) == 2:
            demo.world.set(build, processingState="INVALID")

    with pytest.raises(WorkflowError, match="is INVALID"):
        done(flavour, demo, a_build(demo, progress=fail))
    assert seen == ["PROCESSING", "PROCESSING", "INVALID"]


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_upload_that_is_refused_ends_the_wait(demo: Simulator, flavour: str) -> None:
    file = ipa(CFBundleShortVersionString="1.1")
    with pytest.raises(UploadRejectedError, match="90062"):
        done(flavour, demo, lambda asc: asc.workflows.testflight.upload(file, file_name="T.ipa"))


@pytest.mark.skipif(not PRODUCTS, reason="the document has no such products")
@pytest.mark.parametrize("flavour", FLAVOURS)
def test_a_product_that_was_rejected_is_not_waited_for(demo: Simulator, flavour: str) -> None:
    work = a_product(demo)
    product = next(x for x in demo.world.all("inAppPurchases") if x["name"] == "Coffee")
    demo.world.set(product, state="REJECTED")
    begun = demo.clock.now()
    with pytest.raises(ProductError, match="REJECTED, and cannot be submitted by itself"):
        done(flavour, demo, work)
    assert demo.clock.now() == begun
