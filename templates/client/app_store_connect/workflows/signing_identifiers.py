"""Identifiers of apps, passes and merchants, and what apps with them are capable of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from .. import models as m
from .common.area import Area
from .common.partial import partial
from .common.words import check_word
from .errors import WorkflowError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .._runtime.jsonapi.pager import AsyncPager
    from ..client import AsyncClient
    from ..models import BundleId, MerchantId, PassTypeId

__all__ = ["AsyncIdentifiers", "check_identifier"]

# https://developer.apple.com/documentation/bundleresources/information-property-list/
# cfbundleidentifier names the characters; the portal takes so many of them.
_LONGEST = 155
_PLATFORMS = ("IOS", "MAC_OS", "UNIVERSAL", "SERVICES")

T = TypeVar("T")


class AsyncIdentifiers(Area):
    """Jobs on identifiers, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def ensure_bundle_id(
        self, identifier: str, name: str | None = None, *, platform: str = "IOS"
    ) -> BundleId:
        """Return the bundle id of this identifier, which is made where there is none.

        Apple answers UNIVERSAL whatever the platform.
        """
        check_identifier("identifier", identifier)
        check_word("platform", platform, _PLATFORMS)
        pages = self._client.bundle_ids.list(identifier=identifier, limit=200)
        if (found := await _called_async(pages, identifier)) is not None:
            return found
        system: Any = platform
        return await self._client.bundle_ids.create(
            name=name or _plain_name(identifier), identifier=identifier, platform=system
        )

    async def ensure_pass_type_id(self, identifier: str, name: str | None = None) -> PassTypeId:
        """Return the pass type id of this identifier, which is made where there is none."""
        check_identifier("identifier", identifier, "pass.")
        pages = self._client.pass_type_ids.list(identifier=identifier, limit=200)
        if (found := await _called_async(pages, identifier)) is not None:
            return found
        return await self._client.pass_type_ids.create(
            name=name or _plain_name(identifier), identifier=identifier
        )

    async def ensure_merchant_id(self, identifier: str, name: str | None = None) -> MerchantId:
        """Return the merchant id of this identifier, which is made where there is none."""
        check_identifier("identifier", identifier, "merchant.")
        pages = self._client.merchant_ids.list(identifier=identifier, limit=200)
        if (found := await _called_async(pages, identifier)) is not None:
            return found
        return await self._client.merchant_ids.create(
            name=name or _plain_name(identifier), identifier=identifier
        )

    async def set_capabilities(
        self,
        bundle_id: str,
        *,
        enable: Iterable[str] | Mapping[str, Iterable[Mapping[str, object]] | None] = (),
        disable: Iterable[str] = (),
    ) -> list[str]:
        """Turn capabilities of a bundle id on and off, and return those that are on then.

        Those that are not named stay as they are. `enable` may be a mapping to settings, in the
        form of `CapabilitySetting`. Names are Apple's, such as `PUSH_NOTIFICATIONS`, and may be
        newer than the document. Profiles of the bundle id are invalid after a change: run `setup`.

        Raises:
            ValueError: a capability is to be turned on and off.
            WorkflowError: there is no such bundle id.
        """
        settings: dict[str, Any] = (
            {**enable} if isinstance(enable, Mapping) else dict.fromkeys(enable)
        )
        off = set(disable)
        for keyword, names in (("enable", settings), ("disable", off)):
            for word in names:
                check_word(keyword, word, ("PUSH_NOTIFICATIONS", *m.CapabilityType))
        if both := sorted(off & set(settings)):
            raise ValueError(f"disable: {', '.join(both)} is to be turned on as well")
        found = await self._bundle_id(bundle_id)
        there = {str(x.capability_type): x for x in found.bundle_id_capabilities}
        ends = sorted(off & set(there))
        with partial([*settings, *(f"{x} off" for x in ends)]) as done:
            for name, values in settings.items():
                kind: Any = name
                wanted: Any = None if values is None else list(values)
                keywords: dict[str, Any] = {} if wanted is None else {"settings": wanted}
                if name not in there:
                    await self._client.bundle_id_capabilities.create(
                        bundle_id=found, capability_type=kind, **keywords
                    )
                elif wanted is not None and _plain(there[name].settings) != _plain(wanted):
                    await self._client.bundle_id_capabilities.update(
                        there[name], capability_type=kind, **keywords
                    )
                done.append(name)
            for name in ends:
                await self._client.bundle_id_capabilities.delete(there[name])
                done.append(f"{name} off")
        return sorted((set(there) | set(settings)) - off)

    async def _bundle_id(self, identifier: str) -> BundleId:
        pages = self._client.bundle_ids.list(
            identifier=identifier,
            include=["bundleIdCapabilities"],
            related_limit={"bundleIdCapabilities": 50},
            limit=200,
        )
        if (found := await _called_async(pages, identifier)) is not None:
            return found
        raise WorkflowError(
            f"there is no bundle id {identifier}: signing.ensure_bundle_id makes one"
        )


async def _called_async(pages: AsyncPager[T], identifier: str) -> T | None:
    """Return what has this identifier: Apple's filter lets longer ones through."""
    async for found in pages:
        if getattr(found, "identifier", None) == identifier:
            return found
    return None


def check_identifier(keyword: str, identifier: str, prefix: str = "") -> None:
    """Refuse with ValueError what is no identifier, or is none of its kind."""
    # It becomes part of a file's name.
    if len(identifier) > _LONGEST:
        raise ValueError(f"{keyword}: identifiers have {_LONGEST} characters at most")
    if not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(\.\*)?", identifier):
        raise ValueError(f"{keyword}: {identifier!r} is not an identifier, such as com.example.app")
    if not identifier.startswith(prefix):
        raise ValueError(f"{keyword}: {identifier!r} does not begin with {prefix!r}")


def _plain_name(identifier: str) -> str:
    """Return a name, which Apple takes with letters, digits and spaces only."""
    return re.sub(r"[^A-Za-z0-9]+", " ", identifier).strip()


def _plain(settings: Any) -> Any:
    """Return settings as plain values, of options only those that are said to be on or off."""
    return [
        (
            x["key"],
            sorted(
                (y["key"], bool(y.get("enabled", True)))
                for y in x.get("options") or ()
                if "key" in y
            ),
        )
        for x in msgspec.to_builtins(settings or [])
    ]
