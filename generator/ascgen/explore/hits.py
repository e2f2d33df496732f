"""What a search found, as the plain data that `--json` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.explore.entries import KINDS
from ascgen.explore.search import Finder

if TYPE_CHECKING:
    from collections.abc import Collection

    from ascgen.explore.explorer import Explorer
    from ascgen.explore.search import Hit


class Searcher:
    """Search over one API, with what is worth knowing of each hit."""

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        self._finder = Finder(explorer.lookup, explorer.uses)

    def search(
        self,
        query: str,
        *,
        kinds: Collection[str] = KINDS,
        limit: int = 10,
        deprecated: bool = False,
    ) -> dict[str, Any]:
        """The hits, best first, and what is asked for in vain; see docs/json.md."""
        found = self._finder.search(query, kinds=kinds, limit=limit, deprecated=deprecated)
        data: dict[str, Any] = {
            "results": [self._data(hit) for hit in found.hits],
            "not_offered": None,
        }
        if missing := found.not_offered:
            data["not_offered"] = {
                "kind": "wish",
                "id": missing.id,
                "answer": missing.answer,
                "remains": missing.remains,
                "instead": list(missing.instead),
            }
        return data

    def _data(self, hit: Hit) -> dict[str, Any]:
        """A hit with what is worth knowing of it in a list."""
        score = {"score": hit.score}
        match hit.kind:
            case "operation":
                operation = self._explorer.lookup.operations[hit.id]
                return self._explorer.operation_summary(operation, hit.arguments) | score
            case "helper" | "guide":
                return self._explorer.helper(hit.id) | score
            case "resource":
                data = self._explorer.resource_summary(self._explorer.lookup.resources[hit.id])
                summary = ", ".join(f"asc.{name}" for name in data["namespaces"])
            case "field":
                data = self._explorer.member(self._explorer.uses.members[hit.id])
                written = ", ".join(data["writable_in"])
                summary = data["type"] + (f", written by {written}" if written else "")
            case "parameter":
                data = self._explorer.parameter(hit.id)
                summary = f"of {_few(data['operations'])}"
            case "value":
                data = self._explorer.value(hit.id)
                summary = f"of {_few([*data['schemas'], *data['fields']])}"
            case _:
                data, summary = {"kind": "schema", "id": hit.id}, ""
        return data | {"summary": summary} | score


def _few(names: list[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown  # noqa: PLR2004 - the same
