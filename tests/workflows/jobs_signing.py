"""Jobs of the matrix on signing; each has a folder of its own."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from matrix import Job

from app_store_connect.simulator import Simulator

if TYPE_CHECKING:
    from matrix import Run

__all__ = ["JOBS"]

ROOT = Path(mkdtemp(prefix="signing-"))
atexit.register(shutil.rmtree, ROOT, ignore_errors=True)

ROWS = [
    ("00008110-001A2B3C4D5E6F70", "New phone"),
    ("00008030-002A3B4C5D6E7F80", "Old iPhone"),
    ("00006001-003A4B5C6D7E8F91", "New Mac", "mac"),
]


@cache
def keys() -> Path:
    """A folder with keys, which take long to make."""
    out = Path(mkdtemp(dir=ROOT))
    asc = Simulator("demo").client()
    asc.workflows.signing.setup("com.example.trails", out=out)
    asc.workflows.signing.setup("com.example.trails", "development", out=out)
    return out


def folder() -> str:
    out = mkdtemp(dir=ROOT)
    for key in keys().glob("*.key"):
        shutil.copy(key, out)
    return out


def set_up(kind: str, **more: Any) -> Any:
    def prepare(_: Simulator) -> Run:
        out = folder()
        return lambda asc: asc.workflows.signing.setup(
            "com.example.fresh",
            kind,  # type: ignore[arg-type]
            out=out,
            **more,
        )

    return prepare


def renew(simulator: Simulator) -> Run:
    out = folder()

    def run(asc: Any) -> object:
        return asc.workflows.signing.setup("com.example.trails", out=out)

    run(simulator.client())
    simulator.clock.advance(days=400)
    return run


def rotate(simulator: Simulator) -> Run:
    out = folder()
    simulator.client().workflows.signing.setup("com.example.trails", out=out)
    simulator.clock.advance(days=340)
    return lambda asc: asc.workflows.signing.rotate("com.example.trails", out=out, revoke=True)


def passes(_: Simulator) -> Run:
    out = folder()
    return lambda asc: asc.workflows.signing.ensure_certificate(
        "PASS_TYPE_ID", out=out, pass_type_id="pass.com.example.trails"
    )


def register(_: Simulator) -> Run:
    return lambda asc: asc.workflows.signing.register_devices(ROWS)


def capabilities(_: Simulator) -> Run:
    return lambda asc: asc.workflows.signing.set_capabilities(
        "com.example.trails",
        enable={
            "MAPS": None,
            "ICLOUD": [{"key": "ICLOUD_VERSION", "options": [{"key": "XCODE_6"}]}],
        },
        disable=["PUSH_NOTIFICATIONS", "GAME_CENTER"],
    )


def revoke_expired(simulator: Simulator) -> Run:
    simulator.clock.advance(days=400)
    return lambda asc: asc.workflows.signing.revoke_expired()


def merchant(_: Simulator) -> Run:
    return lambda asc: asc.workflows.signing.ensure_merchant_id("merchant.com.example.trails")


JOBS = [
    Job("signing.setup, app-store", set_up("app-store")),
    Job("signing.setup, ad-hoc", set_up("ad-hoc")),
    Job("signing.setup, development", set_up("development", platform="MAC_OS")),
    Job("signing.setup, expired", renew),
    Job("signing.rotate", rotate),
    Job("signing.ensure_certificate", passes),
    Job("signing.register_devices", register),
    Job("signing.set_capabilities", capabilities),
    Job("signing.revoke_expired", revoke_expired),
    Job("signing.ensure_merchant_id", merchant),
]
