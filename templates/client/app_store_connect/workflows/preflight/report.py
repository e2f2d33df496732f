"""What a preflight has found."""

from __future__ import annotations

import msgspec

from .rule import Level

__all__ = ["Finding", "Preflight"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that is broken, with what it is about: a locale, a product id, an attribute."""

    rule: str
    level: Level
    subject: str
    says: str
    where: str
    source: str
    code: str = ""

    def __str__(self) -> str:
        subject = f"{self.subject}: " if self.subject else ""
        return f"{self.level:<7}  {self.rule}  {subject}{self.says} ({self.where})"


class Preflight(msgspec.Struct, frozen=True, kw_only=True):
    """All findings on a version; its text is a list of them.

    `blockers` are what Apple refuses, `warnings` what is likely to go wrong later, and `unseen`
    what a key cannot read, so that somebody has to look.
    """

    app: str
    version: str
    platform: str
    findings: tuple[Finding, ...]

    @property
    def blockers(self) -> tuple[Finding, ...]:
        """What Apple refuses."""
        return self._of("blocker")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """What Apple takes, and what is known to go wrong later."""
        return self._of("warning")

    @property
    def unseen(self) -> tuple[Finding, ...]:
        """What no key can read."""
        return self._of("unseen")

    @property
    def is_ready(self) -> bool:
        """Whether nothing is known that Apple would refuse."""
        return not self.blockers

    def _of(self, level: Level) -> tuple[Finding, ...]:
        return tuple(x for x in self.findings if x.level == level)

    def __str__(self) -> str:
        count = len(self.blockers)
        state = "can be submitted" if self.is_ready else f"lacks {count} thing{'s' * (count > 1)}"
        head = f"{self.app} {self.version} for {self.platform} {state}"
        return "\n".join([head, *(f"  {x}" for x in self.findings)])
