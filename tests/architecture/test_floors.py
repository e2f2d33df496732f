"""Both programs are built in floors: what a module imports is on a lower one, or in its own group.

`docs/architecture.md` draws the same.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import ascgen
from support.imports import imports_within
from support.whole_api import PACKAGE

GENERATOR = Path(str(ascgen.__file__)).parent

# Groups are folders or single modules of a package; those of one floor do not know each other.
FLOORS = {
    "generator": (
        {"model", "errors"},
        {"references", "omitted", "files", "overlay"},
        {"documents", "plan", "analyze"},
        {"snapshot", "history", "subset", "render", "explore", "diff", "graph"},
        {"sources", "generate", "site", "installed"},
        {"update", "skill", "mcp"},
        {"cli"},
        {"__main__"},
    ),
    "client": (
        {"_api", "_runtime.not_offered", "_runtime.public", "_runtime.suggestions"},
        {
            "_runtime.checksums",
            "_runtime.errand",
            "_runtime.files",
            "_runtime.lazy",
            "_runtime.messages",
            "_runtime.pauses",
        },
        {"_runtime.concurrency"},
        {"_runtime.auth", "_runtime.http", "_runtime.jsonapi", "errors"},
        {"_runtime.client_base"},
        {"_runtime.client", "_runtime.namespace", "types"},
        {"models"},
        {"resources"},
        {"download", "uploads", "reports", "webhooks"},
        {"client"},
        {"workflows"},
        {"simulator"},
        {"rehearsal"},
        {"cli"},
        {""},
    ),
}
PACKAGES = {"generator": GENERATOR, "client": PACKAGE}
# What the rendered client's namespaces and models are is no business of what stands on it: a
# distribution of a few resources has the same rooms.
ROOMS = {"download", "uploads", "reports", "webhooks"}
DOORS = {"cli", "__main__"}


def group_of(module: str) -> str:
    parts = module.split(".")
    return ".".join(parts[:2]) if parts[0] == "_runtime" else parts[0]


def arrows(program: str) -> set[tuple[str, str]]:
    """Pairs of a group and another one that it imports."""
    found = {
        (group_of(module), group_of(target))
        for module, targets in imports_within(PACKAGES[program]).items()
        for target in targets
    }
    return {(user, used) for user, used in found if user != used}


@pytest.mark.parametrize("program", FLOORS)
def test_every_group_has_a_floor(program: str) -> None:
    there = {group_of(module) for module in imports_within(PACKAGES[program])}
    known = set[str]().union(*FLOORS[program])
    # The generator's own `__init__` and `_runtime`'s hold a sentence.
    assert there - known <= {"", "_runtime"}
    assert known <= there


@pytest.mark.parametrize("program", FLOORS)
def test_imports_only_go_down(program: str) -> None:
    floor = {group: height for height, groups in enumerate(FLOORS[program]) for group in groups}
    # A client names the types of what is imported when it is used.
    found = arrows(program) - {("client", "rehearsal"), ("client", "workflows")}
    assert len(found) > len(floor)
    assert {(user, used) for user, used in found if floor[user] <= floor[used]} == set()


def test_the_generators_model_imports_nothing_of_ours() -> None:
    assert imports_within(GENERATOR)["model"] == set()


def test_nothing_imports_a_door() -> None:
    found = {pair for program in FLOORS for pair in arrows(program) if pair[1] in DOORS}
    assert found == {("__main__", "cli")}


def test_the_simulator_stands_on_the_client_and_its_facts() -> None:
    used = {used for user, used in arrows("client") if user == "simulator"}
    assert {name for name in used if not name.startswith("_runtime.")} == {"_api", "client"}


def test_rehearsals_stand_on_the_simulator_and_send_files_as_uploads_do() -> None:
    used = {used for user, used in arrows("client") if user == "rehearsal"}
    found = {name for name in used if not name.startswith("_runtime.")}
    assert found == {"_api", "client", "simulator", "uploads"}


def test_rooms_stand_on_the_runtime_and_on_nothing_else() -> None:
    used = {used for user, used in arrows("client") if user in ROOMS}
    assert {name for name in used if not name.startswith("_runtime.")} == set()
