"""What a language model reads of us, in tokens: the tools, their answers, the skill."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from app_store_connect.simulator import Simulator
from ascgen.explore.tokens import compact, count_tokens
from ascgen.installed import installed_api
from ascgen.mcp.account import Account
from ascgen.mcp.jobs import load_jobs
from ascgen.mcp.toolbox import Toolbox
from ascgen.mcp.tools import TOOLS, instructions
from ascgen.skill import render_skill
from ascgen.sources import templates_directory
from bench.rows import Budget, Row, Side

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bench.context import Bench

_LOCALIZATIONS = 50
# Of the operations, those that a quick run looks at.
_STEP = 25
_LONG = "Walk further, and find your way home: Trails keeps maps, notes and photos. " * 54
_LISTED = "app_store_versions.list_app_store_version_localizations"


def rows(bench: Bench) -> Iterator[Row]:
    """Count tokens; nothing here depends on the machine."""
    api = installed_api()
    sim = Simulator("demo")
    account = Account.simulated(sim)
    draws = map(str, itertools.count())
    toolbox = Toolbox(api, account, clock=lambda: 0.0, draw=draws.__next__)

    def told(tool: str, **arguments: object) -> int:
        return count_tokens(compact(toolbox.call(tool, arguments)))

    tools = compact([(tool.name, tool.description, tool.schema) for tool in TOOLS])
    known = [operation.id for operation in api.operations]
    described = known[::_STEP] if bench.quick else known
    files = render_skill(api, templates=templates_directory())
    sizes = {path: count_tokens(text) for path, text in files.items()}
    first = sizes.pop("SKILL.md")
    for name, what, figure, limit in (
        ("tools", "all tools and the instructions", _plus(tools, api.title), 1_500),
        ("describe", "describe, the largest operation", max(map(_described(told), described)), 300),
        (
            "describe-workflow",
            "describe, the largest workflow",
            max(map(_described(told), account.jobs())),
            300,
        ),
        ("page", "read, a page of 50 localizations with their texts", _page(sim, told), 1_999),
        (
            "job",
            "the largest prompt of a job",
            max(count_tokens(job.text(account.jobs())) for job in load_jobs(known)),
            300,
        ),
        ("skill", "SKILL.md", first, 5_000),
        ("reference", "the largest reference of the skill", max(sizes.values()), 3_000),
    ):
        yield Row(
            f"agents.{name}",
            f"tokens: {what}",
            "count",
            subject=Side("ascgen", [figure]),
            budget=Budget(limit),
        )


def _plus(tools: str, title: str) -> int:
    return count_tokens(tools) + count_tokens(instructions(title))


def _described(told: Callable[..., int]) -> Callable[[str], int]:
    return lambda name: told("describe", name=name)


def _page(sim: Simulator, told: Callable[..., int]) -> int:
    """The largest page of a version's localizations, whichever fields are asked for."""
    app = sim.add("apps", bundle_id="com.example.bench", name="Bench")
    version = sim.add("appStoreVersions", app=app, version_string="1.0", platform="IOS")
    for number in range(_LOCALIZATIONS):
        sim.add(
            "appStoreVersionLocalizations",
            app_store_version=version,
            locale=f"x{number:02d}",
            description=_LONG,
            whats_new=_LONG,
        )
    return max(
        told("read", operation=_LISTED, id=version.id, fields=list(fields))
        for fields in ((), ("locale",), ("locale", "description", "whatsNew"))
    )
