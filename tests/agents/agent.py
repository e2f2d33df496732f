"""An agent that follows a plan of its own: an MCP client that counts what it says and is told."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from ascgen.explore.tokens import compact, count_tokens
from ascgen.installed import installed_api
from ascgen.mcp.account import Account
from ascgen.mcp.server import build_server
from ascgen.mcp.toolbox import Toolbox

if TYPE_CHECKING:
    from mcp import Client
    from mcp.server.lowlevel import Server

    from app_store_connect.simulator import Simulator
    from ascgen.model import ApiModel


@dataclass
class Clock:
    """A time that tests set."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Answer:
    """What a tool answered."""

    told: dict[str, Any]
    tokens: int
    failed: bool

    def __getitem__(self, name: str) -> Any:
        return self.told[name]

    def rows(self) -> list[dict[str, Any]]:
        """The rows of what was read, by column."""
        data = self.told["data"]
        return [dict(zip(data["columns"], row, strict=True)) for row in data["rows"]]


@dataclass
class Agent:
    """The tools of a server, and the account of using them."""

    client: Client
    calls: list[str] = field(default_factory=list)
    tokens_in: int = 0
    tokens_out: int = 0

    async def call(self, tool: str, **arguments: Any) -> Answer:
        result = await self.client.call_tool(tool, arguments)
        (content,) = result.content
        text = getattr(content, "text", "")
        assert text == compact(result.structured_content)
        self.calls.append(tool)
        self.tokens_in += count_tokens(compact(arguments))
        self.tokens_out += count_tokens(text)
        return Answer(result.structured_content, count_tokens(text), result.is_error)

    async def done(self, tool: str, **arguments: Any) -> Answer:
        """The answer of a call that succeeds."""
        answer = await self.call(tool, **arguments)
        assert not answer.failed, answer.told
        return answer

    async def refused(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """What is said to a call that fails."""
        answer = await self.call(tool, **arguments)
        assert answer.failed, answer.told
        assert answer["error"]
        return answer.told

    async def write(self, **plan: Any) -> Answer:
        """Plan, and apply the receipt."""
        planned = await self.done("plan", **plan)
        return await self.done("apply", receipt=planned["receipt"])


@cache
def api() -> ApiModel:
    return installed_api()


def server_of(
    simulator: Simulator,
    clock: Clock,
    *,
    writes: bool = True,
    deletes: bool = False,
    scoped: bool = False,
) -> Server[Any]:
    """A server whose account is a simulator's, with receipts that are numbered."""
    account = Account.simulated(simulator, scoped=scoped)
    numbers = itertools.count(1)
    toolbox = Toolbox(
        api(),
        account,
        clock=clock,
        draw=lambda: f"drawn-{next(numbers)}",
        writes=writes,
        deletes=deletes,
    )
    return build_server(toolbox, api(), frozenset(account.jobs()), "0")
