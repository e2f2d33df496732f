"""Kinds of values on the command line, and how each is read and completed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeAlias, cast

import click
import msgspec
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Kind: TypeAlias = click.ParamType[Any]
    _Kind = Kind
else:
    # Of click, only newer versions know what it reads.
    _Kind = click.ParamType

__all__ = ["Day", "Fields", "Json", "Limits", "Listed", "Moment", "Pair", "Several", "flattened"]

# Apple spells zones without a colon, which Python 3.11 reads in most of its forms only.
_ZONE = re.compile(r"([+-]\d\d)(\d\d)\Z")
# More than this many values are told by name only where one of them is near.
_SHOWN = 40
_DAY = date(2026, 3, 1)


class Listed(click.Choice[str]):
    """One of the values that the API's document lists, in whatever case it is typed."""

    def __init__(self, values: Sequence[str], advice: str = "") -> None:
        super().__init__(values, case_sensitive=False)
        self._advice = advice

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Say what was probably meant, and what there is."""
        from difflib import get_close_matches

        known = list(self.choices)
        loose = {item.lower(): item for item in known}
        near = get_close_matches(str(value).lower(), loose, 1)
        parts = [f"{value!r} is none of its values"]
        if near:
            parts.append(f"did you mean {loose[near[0]]}?")
        elif len(known) <= _SHOWN:
            parts.append(f"there are {', '.join(known)}")
        if self._advice:
            parts.append(self._advice)
        return "; ".join(parts)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete in any case what is then spelled as the API does."""
        wanted = incomplete.lower()
        return [CompletionItem(item) for item in self.choices if item.lower().startswith(wanted)]


class Several(_Kind):
    """Several values of one kind, with commas between them."""

    name = "several"

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Any, ...]:
        """Read each by itself; a JSON list may hold what has commas."""
        if isinstance(value, tuple):
            return tuple(cast("Sequence[Any]", value))
        text = str(value)
        if text.startswith("["):
            items: Any = Json().convert(text, param, ctx)
        else:
            items = [item.strip() for item in text.split(",")]
            if not all(items):
                self.fail("there is an empty value in it; leave the option out", param, ctx)
        return tuple(self.kind.convert(item, param, ctx) for item in items)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete what comes after the last comma."""
        before, comma, last = incomplete.rpartition(",")
        found = self.kind.shell_complete(ctx, param, last)
        return [CompletionItem(f"{before}{comma}{item.value}", item.type) for item in found]


class Day(_Kind):
    """A day of the calendar."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read a day, `YYYY-MM-DD`."""
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a day, such as {_DAY}", param, ctx)


class Moment(_Kind):
    """A moment, with its zone."""

    name = "YYYY-MM-DDTHH:MM:SSZ"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Read a moment of ISO 8601; a day is its beginning in UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value)
        try:
            moment = datetime.fromisoformat(_ZONE.sub(r"\1:\2", text))
        except ValueError:
            self.fail(f"{text!r} is not a moment, such as {_DAY}T09:00:00Z", param, ctx)
        if moment.tzinfo is not None:
            return moment
        if "T" not in text and " " not in text:
            return moment.replace(tzinfo=UTC)
        self.fail(f"{text!r} has no zone; add one, such as Z or +01:00", param, ctx)


class Json(_Kind):
    """A value as JSON."""

    name = "JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        if not isinstance(value, str):
            return value
        try:
            return msgspec.json.decode(value)
        except (msgspec.DecodeError, UnicodeEncodeError) as error:
            self.fail(f"it is not JSON: {error}", param, ctx)


class Fields(_Kind):
    """Names of fields by resource type: `builds=version,uploadedDate`, or `version,…` alone."""

    name = "fields"

    def __init__(self, known: Mapping[str, Sequence[str]], usual: str) -> None:
        self._known = known
        self._usual = usual

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, ...]]:
        """Read the fields of one type."""
        if isinstance(value, tuple):
            return cast("tuple[str, tuple[str, ...]]", value)
        kind, sign, names = str(value).partition("=")
        if not sign:
            kind, names = self._usual, str(value)
        kind = Listed(list(self._known)).convert(kind, param, ctx)
        listed = Listed(self._known[kind], "--extra sends any other") if self._known[kind] else None
        words = [word.strip() for word in names.split(",") if word.strip()]
        return kind, tuple(listed.convert(x, param, ctx) if listed else x for x in words)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete a type, or a field after the last comma."""
        kind, sign, names = incomplete.rpartition("=")
        before, comma, last = names.rpartition(",")
        found = Listed(self._known.get(kind if sign else self._usual, ())).shell_complete(
            ctx, param, last
        )
        items = [CompletionItem(f"{kind}{sign}{before}{comma}{item.value}") for item in found]
        if not sign and not comma:
            items += [CompletionItem(f"{x}=") for x in self._known if x.startswith(last)]
        return items


class Limits(_Kind):
    """How many of each relationship: `betaTesters=50,builds=10`."""

    name = "limits"

    def __init__(self, most: Mapping[str, int]) -> None:
        self._most = most

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[str, int], ...]:
        """Read all of them."""
        if isinstance(value, tuple):
            return cast("tuple[tuple[str, int], ...]", value)
        found: list[tuple[str, int]] = []
        for word in str(value).split(","):
            name, _, number = word.partition("=")
            name = Listed(list(self._most)).convert(name.strip(), param, ctx)
            found.append(
                (name, click.IntRange(1, self._most[name]).convert(cast("Any", number), param, ctx))
            )
        return tuple(found)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Complete a name after the last comma."""
        before, comma, last = incomplete.rpartition(",")
        return [
            CompletionItem(f"{before}{comma}{name}=")
            for name in self._most
            if name.startswith(last)
        ]


class Pair(_Kind):
    """A name and a value: `filter[name]=Trails`."""

    name = "NAME=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Read both."""
        if isinstance(value, tuple):
            return cast("tuple[str, str]", value)
        name, sign, text = str(value).partition("=")
        if not sign or not name:
            self.fail(f"{value!r} is not a name, an equals sign and a value", param, ctx)
        return name, text


def flattened(value: Any) -> Any:
    """What was given of an option: one value, or those of all its occurrences."""
    if not isinstance(value, tuple):
        return value
    found: list[Any] = []
    for item in cast("Sequence[Any]", value):
        found += cast("Sequence[Any]", item) if isinstance(item, tuple) else (item,)
    return found
