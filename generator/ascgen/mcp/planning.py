"""Planning: writes and workflows are rehearsed, and what they would do gets a receipt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ascgen.mcp.pages import ROOM, fitting, whole
from ascgen.mcp.plain import as_list, as_object
from ascgen.mcp.receipts import LIFETIME
from ascgen.mcp.refusals import ToolError
from ascgen.mcp.removals import takes_away
from ascgen.mcp.submissions import check_submission, submits, wait_and_call
from ascgen.mcp.workflows import short
from ascgen.model import LinkageSchema, RequestSchema
from ascgen.plan.names import loose, snake
from ascgen.plan.namespaces import python_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ascgen.explore.explorer import Explorer
    from ascgen.mcp.account import Account
    from ascgen.mcp.reading import Reader
    from ascgen.mcp.receipts import Receipts
    from ascgen.mcp.workflows import Workflows
    from ascgen.model import Field, Operation, Relationship

_MOST = 100
# Tokens of what a workflow returned, and of what would change; a whole answer is below 2,000.
_RESULT_ROOM = 500
_CHANGES_ROOM = 1_200
_READ_ONLY = (
    "this server is read-only: tell the user what would change, and that"
    " `ascgen mcp --allow-writes` lets it be applied"
)


class Planner:
    """Plans of an account, and their application.

    Nothing is written unless writes are allowed, nothing is deleted or removed unless deletes are.
    """

    def __init__(
        self,
        explorer: Explorer,
        account: Account,
        workflows: Workflows,
        reader: Reader,
        receipts: Receipts,
        *,
        writes: bool = False,
        deletes: bool = False,
    ) -> None:
        self._explorer = explorer
        self._account = account
        self._workflows = workflows
        self._reader = reader
        self._receipts = receipts
        self._writes = writes
        self._deletes = deletes

    def plan(
        self,
        session: str,
        *,
        writes: Sequence[Mapping[str, Any]] = (),
        workflow: str = "",
        arguments: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Rehearse writes or a workflow; return what would change, with a receipt of the session.

        Raises:
            ToolError: neither or both are given, they are wrong, or the API would refuse them.
        """
        if bool(writes) == bool(workflow):
            raise ToolError("give writes or a workflow, one of them", instead="describe")
        if len(writes) > _MOST:
            raise ToolError(f"a plan has at most {_MOST} writes", instead="several plans")
        given = arguments or {}
        job = self._workflows.bound(workflow, given) if workflow else self._written(writes)
        result, plan = self._account.rehearse(job)
        return self._told(session, plan, result)

    def apply(self, session: str, receipt: str) -> dict[str, Any]:
        """Write the plan of a receipt, once.

        Raises:
            ToolError: writes are not allowed, the receipt is not good, or something has changed.
        """
        if not self._writes:
            raise ToolError("nothing was written", instead=_READ_ONLY)
        applied = self._account.apply(self._receipts.redeem(receipt, session))
        return {
            "sent": len(applied.sent),
            "skipped": len(applied.skipped),
            "created": dict(applied.created),
        }

    def _written(self, writes: Sequence[Mapping[str, Any]]) -> Callable[[Any], Any]:
        calls = [self._call(write) for write in writes]

        def job(client: Any) -> None:
            for namespace, method, arguments, keywords in calls:
                if submits(namespace, method, keywords):
                    check_submission(client, arguments[0])
                call = getattr(getattr(client, namespace), method)
                wait_and_call(client, partial(call, *arguments, **keywords))

        return job

    def _call(self, write: Mapping[str, Any]) -> tuple[str, str, list[Any], dict[str, Any]]:
        """The call of a write: namespace and method out of the facts, arguments that it takes."""
        if as_object(write) is None or "operation" not in write:
            raise ToolError("a write is an object with an operation", instead="search")
        operation = self._reader.operation(str(write["operation"]))
        if operation.method == "GET":
            raise ToolError(f"{operation.id} only reads", instead="read")
        request = self._explorer.api.schemas.get(operation.request or "")
        arguments: list[Any] = []
        if "{id}" in operation.path:
            if not write.get("id"):
                raise ToolError(f"{operation.id} needs an id", instead="read the list for it")
            arguments.append(str(write["id"]))
        body = write.get("body", {})
        keywords: dict[str, Any] = {}
        if isinstance(request, LinkageSchema):
            arguments.append(_linked(operation, request, write.get("ids")))
        elif isinstance(request, RequestSchema):
            keywords = _keywords(operation, request, body)
        if body and not keywords:
            raise ToolError(f"{operation.id} takes no body", instead=f"describe {operation.id}")
        python = python_name(operation)
        return python.namespace, python.method, arguments, keywords

    def _told(self, session: str, plan: Any, result: Any) -> dict[str, Any]:
        answer: dict[str, Any] = {"writes": len(plan), "data": {}}
        if result is not None:
            told, is_clipped = fitting(
                self._account.hidden(result), _RESULT_ROOM if len(plan) else ROOM
            )
            answer["data"]["result"] = told
            if is_clipped:
                rows = [{"result": item} for item in as_list(result) or [result]]
                answer["whole_result"] = self._reader.keep(
                    self._account.hidden(rows), is_whole=True
                )
        if not len(plan):
            return answer | {"note": "nothing would be written: all of it is so already"}
        changes: list[Any] = self._account.hidden([_change(item) for item in plan])
        page = whole([_shortened(item) for item in changes], room=_CHANGES_ROOM)
        answer["data"]["changes"] = [
            {name: value for name, value in zip(page.data["columns"], row, strict=True) if value}
            for row in page.data["rows"]
        ]
        if page.rest or any(_shortened(item) != item for item in changes):
            answer["whole"] = self._reader.keep(changes, is_whole=True)
        return answer | self._receipt(session, plan)

    def _receipt(self, session: str, plan: Any) -> dict[str, Any]:
        """The receipt of a plan, or why it has none."""
        if any(item.file is not None for item in plan):
            return {"instead": "this sends files, which no model does: ask the user to run it"}
        if not self._writes:
            return {"instead": _READ_ONLY}
        if not self._deletes and any(map(takes_away, plan)):
            return {
                "instead": "this deletes, removes, replaces or revokes, which"
                " `ascgen mcp --allow-deletes` lets be applied: ask the user, or plan without it"
            }
        receipt = self._receipts.issue(plan, session)
        return {"receipt": receipt, "good_for_seconds": int(LIFETIME)}


def _change(change: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operation": change.operation,
        "type": change.resource_type,
        "id": change.resource_id,
    }
    for name in ("before", "after"):
        if members := getattr(change, name):
            told[name] = dict(members)
    if change.file is not None:
        told["file"] = {"name": change.file.name, "size": change.file.size}
    return told


def _shortened(change: dict[str, Any]) -> dict[str, Any]:
    """A change with texts that are not too long."""
    told = dict(change)
    for name in ("before", "after"):
        if members := as_object(change.get(name)):
            told[name] = {key: short(value) for key, value in members.items()}
    return told


def _linked(operation: Operation, request: LinkageSchema, ids: Any) -> Any:
    several = as_list(ids)
    many = several or []
    if request.many:
        if not many:
            raise ToolError(f"{operation.id} needs ids", instead=f"ids of {request.type}")
        return [str(item) for item in many]
    if several is None:
        return str(ids) if ids else None
    return str(several[0]) if several else None


def _keywords(operation: Operation, request: RequestSchema, body: Any) -> dict[str, Any]:
    """The members of a body as keywords, whichever way they are spelled."""
    given = as_object(body)
    if given is None:
        raise ToolError(f"{operation.id}: body is an object", instead="describe it")
    members: list[Field | Relationship] = [*request.attributes, *request.relationships]
    known = {loose(item.name): snake(item.name) for item in members}
    unknown = [name for name in given if loose(name) not in known]
    if unknown:
        raise ToolError(
            f"{operation.id} has no {unknown[0]!r}", instead=f"one of {', '.join(known.values())}"
        )
    keywords = {known[loose(name)]: value for name, value in given.items()}
    missing = [
        snake(item.name) for item in members if item.required and snake(item.name) not in keywords
    ]
    if missing:
        raise ToolError(
            f"{operation.id} needs {', '.join(missing)}", instead=f"describe {operation.id}"
        )
    return keywords
