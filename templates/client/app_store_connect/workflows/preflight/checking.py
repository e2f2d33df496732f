"""The rules, held against what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .report import Finding, Preflight
from .situation import read_situation_async
from .tables import RULES

if TYPE_CHECKING:
    from ..._runtime.jsonapi.values import Id
    from ...client import AsyncClient
    from ...models import App
    from ..version_states import Platform
    from .situation import Situation

__all__ = ["checked_version_async", "findings_on"]

_LEVELS = ("blocker", "unseen", "warning")


async def checked_version_async(
    client: AsyncClient, app: Id[App], platform: Platform, number: str | None
) -> Preflight:
    """Read a version with all that belongs to it, and list what is wrong."""
    situation = await read_situation_async(client, app, platform, number)
    return Preflight(
        app=str(situation.app.name),
        version=str(situation.version.version_string),
        platform=platform,
        findings=findings_on(situation),
    )


def findings_on(situation: Situation) -> tuple[Finding, ...]:
    """List the rules that a situation breaks, what blocks first."""
    found = [
        Finding(
            rule=rule.id,
            level=rule.level,
            subject=_label(subject),
            says=rule.says,
            where=rule.where,
            source=rule.source,
            code=rule.code,
        )
        for rule in RULES
        for subject in situation.subjects(rule.each)
        if rule.broken(subject, situation)
    ]
    return tuple(sorted(found, key=lambda x: _LEVELS.index(x.level)))


def _label(subject: Any) -> str:
    """What a finding is about, where there are several of the kind."""
    for name in ("label", "locale", "file_name", "product_id"):
        value = getattr(subject, name, None)
        if value:
            return str(value)
    return ""
