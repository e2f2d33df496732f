"""What the tools do: a name and arguments come in, an answer as JSON goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.errors import UsageError
from ascgen.explore.brief import brief
from ascgen.explore.entries import KINDS
from ascgen.explore.explorer import Explorer
from ascgen.explore.hits import Searcher
from ascgen.explore.tokens import compact, count_tokens
from ascgen.mcp.arguments import checked
from ascgen.mcp.cleaning import cleaned
from ascgen.mcp.pages import ROOM
from ascgen.mcp.planning import Planner
from ascgen.mcp.reading import Reader
from ascgen.mcp.receipts import Receipts
from ascgen.mcp.refusals import ToolError
from ascgen.mcp.tools import TOOLS
from ascgen.mcp.workflows import Workflows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ascgen.mcp.account import Account
    from ascgen.model import ApiModel

_HITS = 8
_MOST_HITS = 25


class Toolbox:
    """The five tools over one API and one account.

    `clock` gives seconds that only grow, `draw` texts that nobody guesses.
    """

    def __init__(
        self,
        api: ApiModel,
        account: Account,
        *,
        clock: Callable[[], float],
        draw: Callable[[], str],
        writes: bool = False,
        deletes: bool = False,
    ) -> None:
        self._explorer = Explorer(api)
        self._searcher = Searcher(self._explorer)
        self._workflows = Workflows(account)
        self._reader = Reader(self._explorer, account, draw)
        self._planner = Planner(
            self._explorer,
            account,
            self._workflows,
            self._reader,
            Receipts(clock, draw),
            writes=writes,
            deletes=deletes,
        )
        self._tools: dict[str, Callable[..., dict[str, Any]]] = {
            "search": self._search,
            "describe": self._describe,
            "read": self._read,
            "plan": self._planner.plan,
            "apply": self._planner.apply,
        }

    def call(self, name: str, arguments: Mapping[str, Any], session: str = "") -> dict[str, Any]:
        """Return the answer of a tool; what is planned in a session is applied in that alone.

        Raises:
            ToolError: it could not do what was asked; it says what to call instead.
        """
        tool = next((item for item in TOOLS if item.name == name), None)
        if tool is None:
            names = ", ".join(self._tools)
            raise ToolError(f"there is no tool {name!r}", instead=f"one of {names}")
        told = self._tools[name](session, **checked(tool, arguments))
        return dict(cleaned(told))

    def _search(self, _: str, query: str, limit: int = _HITS) -> dict[str, Any]:
        found = self._searcher.search(query, kinds=KINDS, limit=max(1, min(limit, _MOST_HITS)))
        answer: dict[str, Any] = brief(found)
        results: list[dict[str, Any]] = answer["results"]
        while count_tokens(compact(answer)) > ROOM:
            results.pop()
            answer["more"] = "search in words that tell more"
        told = {item["id"] for item in results}
        words = {word for word in query.lower().split() if len(word) > 3}  # noqa: PLR2004 - telling words
        jobs = [
            job
            for job in self._workflows.methods
            if f"workflows.{job}" not in told and words & set(job.replace("_", ".").split("."))
        ]
        if jobs:
            answer["workflows"] = jobs[:_HITS]
        if not (answer["results"] or jobs or "not_offered" in answer):
            raise ToolError(f"nothing fits {query!r}", instead="search in other words")
        return answer

    def _describe(self, _: str, name: str) -> dict[str, Any]:
        explorer = self._explorer
        if workflow := self._workflows.describe(name):
            return workflow
        for look in (explorer.resource, explorer.operation, explorer.schema):
            try:
                found: dict[str, Any] = brief(look(name))
            except UsageError:
                continue
            if "more" in found:
                found["more"] = "describe a schema or resource of it"
            return found
        near = self._searcher.search(name, limit=5)["results"]
        raise ToolError(
            f"there is nothing called {name!r}",
            instead="describe one of " + ", ".join(item["id"] for item in near)
            if near
            else "search",
        )

    def _read(
        self, _: str, operation: str = "", handle: str = "", **arguments: Any
    ) -> dict[str, Any]:
        if handle:
            if operation or "query" in arguments:
                raise ToolError("a handle goes with id and fields alone", instead="leave them out")
            return self._reader.go_on(handle, **arguments)
        if not operation:
            raise ToolError("read needs an operation or a handle", instead="search")
        return self._reader.read(operation, **arguments)
