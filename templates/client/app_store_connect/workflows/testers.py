"""TestFlight testers of groups: added and removed by address, in few requests."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

import msgspec

from .._runtime.concurrency import in_thread_async
from .._runtime.files import read_whole
from .._runtime.messages.errors import ConflictError
from .common.partial import partial
from .common.reading import reading
from .errors import WorkflowError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .._runtime.jsonapi.values import Id
    from ..client import AsyncClient
    from ..models import App, BetaGroup, BetaTester

__all__ = ["AddedTesters", "AsyncTesters", "TesterRows", "tester_rows"]

TesterRows: TypeAlias = "Iterable[str | Sequence[str]] | os.PathLike[str]"
"""Addresses, or rows of address, first and last name, or the path of a CSV file of such."""

# So many addresses fit into an address line, and so many ids into a body.
_ADDRESSES, _IDS = 50, 200
_LARGEST = 16 << 20
_COLUMNS = {"email": 0, "e-mail": 0, "first": 1, "first name": 1, "last": 2, "last name": 2}

T = TypeVar("T")
Row: TypeAlias = tuple[str, str, str]


class AddedTesters(msgspec.Struct, frozen=True, kw_only=True):
    """What became of testers, by address: `created`, `joined` if the app had them, `present`."""

    created: tuple[str, ...]
    joined: tuple[str, ...]
    present: tuple[str, ...]


def tester_rows(testers: TesterRows) -> list[Row]:
    """Return address, first and last name of each tester once, in their order.

    A CSV file may name its columns in the first line; without that the address is the one with an
    @, and first and last name stand in this order, as in the files of fastlane's pilot.

    Raises:
        ValueError: a row has no address, with its number, or the file is far too large.
    """
    with reading("testers"):
        if isinstance(testers, os.PathLike):
            rows = list(_csv_rows(Path(testers)))
        else:
            rows = list(_given(testers))
    found: dict[str, Row] = {}
    for number, row in rows:
        email = row[0]
        if email.count("@") != 1 or email.startswith("@") or " " in email or "," in email:
            raise ValueError(f"testers: row {number} has no e-mail address: {', '.join(row)}")
        found.setdefault(email.lower(), row)
    if not found:
        raise ValueError("testers: there is none")
    return list(found.values())


def _given(testers: Iterable[Any]) -> Iterator[tuple[int, Row]]:
    for number, tester in enumerate(testers, 1):
        cells: list[Any] = [tester] if isinstance(tester, str) else _cells(tester)
        if not cells or not all(isinstance(x, str) for x in cells):
            raise TypeError(f"testers: row {number} is not an address, first and last name")
        email, first, last, *_ = [*cells, "", "", ""]
        yield number, (email.strip(), first.strip(), last.strip())


def _cells(row: Any) -> list[Any]:
    try:
        return [*row]
    except TypeError:
        return []


def _csv_rows(path: Path) -> Iterator[tuple[int, Row]]:
    text = read_whole(path, _LARGEST).decode("utf-8-sig")
    with io.StringIO(text, newline="") as file:
        columns: list[int | None] | None = None
        for number, cells in enumerate(csv.reader(file), 1):
            values = [cell.strip() for cell in cells]
            if not any(values):
                continue
            if columns is None and not any("@" in value for value in values):
                columns = [_COLUMNS.get(value.lower()) for value in values]
                continue
            row = ["", "", ""]
            if columns is not None:
                for column, value in zip(columns, values, strict=False):
                    if column is not None:
                        row[column] = value
            else:
                row[0] = next((x for x in values if "@" in x), "")
                names = [x for x in values[:3] if x != row[0]]
                row[1:] = [*names, "", ""][:2]
            yield number, (row[0], row[1], row[2])


class AsyncTesters:
    """The testers of groups, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def add(self, group: Id[BetaGroup], testers: TesterRows) -> AddedTesters:
        """Add testers to a group; see `AsyncTestflight.add_testers`."""
        rows = await in_thread_async(tester_rows, testers)
        whole = await self._client.beta_groups.get(
            group, include=["app"], fields={"apps": ["bundleId"]}
        )
        if whole.app is None:
            raise WorkflowError(f"beta group {whole.id} belongs to no app")
        if whole.is_internal_group:
            await self._check_users(rows)
        known = await self._known(rows, apps=whole.app)
        inside = {x: y for x, y in known.items() if whole.id in {z.id for z in y.beta_groups}}
        joining = [x for email, x in known.items() if email not in inside]
        created: list[str] = []
        joined = [x.email or "" for x in joining]
        missing = [row for row in rows if row[0].lower() not in known]
        with partial([*joined, *(row[0] for row in missing)]) as done:
            for some in _portions(joining, _IDS):
                await self._client.beta_groups.add_beta_testers(whole, [x.id for x in some])
                done.extend(x.email or "" for x in some)
            for row in missing:
                (created if await self._create(whole, whole.app, row) else joined).append(row[0])
                done.append(row[0])
        present = tuple(x.email or "" for x in inside.values())
        return AddedTesters(created=tuple(created), joined=tuple(joined), present=present)

    async def of_app(self, app: Id[App], *, internal: bool) -> list[BetaTester]:
        """Return the testers of an app who are users of the team, or all others."""
        testers = self._client.beta_testers.list(
            apps=app,
            include=["betaGroups"],
            fields={"betaGroups": ["name", "isInternalGroup"]},
            related_limit={"betaGroups": 50},
            limit=200,
        )
        return [
            tester
            async for tester in testers
            if any(group.is_internal_group for group in tester.beta_groups) is internal
        ]

    async def remove(self, place: Id[BetaGroup] | App, testers: TesterRows) -> tuple[str, ...]:
        """Remove testers; see `AsyncTestflight.remove_testers`."""
        rows = await in_thread_async(tester_rows, testers)
        app = cast("App", place) if getattr(place, "resource_type", "") == "apps" else None
        found = await self._known(rows, **{"apps" if app else "beta_groups": place})
        if not found:
            # A place that is not there has nobody in it either.
            namespace: Any = self._client.apps if app else self._client.beta_groups
            await namespace.get(place)
        with partial(found) as done:
            for some in _portions(list(found), _IDS):
                ids = [found[email].id for email in some]
                if app is not None:
                    await self._client.apps.remove_beta_testers(app, ids)
                else:
                    group = cast("BetaGroup", place)
                    await self._client.beta_groups.remove_beta_testers(group, ids)
                done.extend(some)
        return tuple(x.email or "" for x in found.values())

    async def _create(self, group: BetaGroup, app: App, row: Row) -> bool:
        """Create a tester; False where the app turns out to know them, who then joins."""
        email, first, last = row
        names: dict[str, Any] = {"first_name": first, "last_name": last}
        try:
            await self._client.beta_testers.create(
                email=email,
                beta_groups=[group],
                **{name: value for name, value in names.items() if value},
            )
        except ConflictError:
            # Their address may be spelled in a way that no filter finds.
            known = await self._known([row], apps=app)
            if not known:
                raise
            await self._client.beta_groups.add_beta_testers(group, [x.id for x in known.values()])
            return False
        return True

    async def _known(self, rows: Sequence[Row], **where: Any) -> dict[str, BetaTester]:
        """Return those that are testers somewhere, by address in lower case."""
        wanted = {row[0].lower() for row in rows}
        found: dict[str, BetaTester] = {}
        for some in _portions(sorted({*wanted, *(row[0] for row in rows)}), _ADDRESSES):
            pages = self._client.beta_testers.list(
                email=some,
                include=["betaGroups"],
                fields={"betaTesters": ["email", "betaGroups"], "betaGroups": ["name"]},
                related_limit={"betaGroups": 50},
                limit=200,
                **where,
            )
            async for tester in pages:
                email = (tester.email or "").lower()
                if email in wanted:
                    found[email] = tester
        return found

    async def _check_users(self, rows: Sequence[Row]) -> None:
        """Refuse those of no user: internal groups have users of the team only."""
        missing = {row[0].lower() for row in rows}
        for some in _portions(sorted({*missing, *(row[0] for row in rows)}), _ADDRESSES):
            pages = self._client.users.list(
                username=some, fields={"users": ["username"]}, limit=200
            )
            async for user in pages:
                missing.discard((user.username or "").lower())
        if missing:
            raise WorkflowError(
                f"an internal group has users of the team only, and these are not: "
                f"{', '.join(sorted(missing))}; invite them with workflows.team.invite"
            )


def _portions(items: list[T], size: int) -> Iterator[list[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
