"""What the templates of the skill see: names and sentences, decided and in order."""

from __future__ import annotations

from msgspec import Struct


class ResourceLine(Struct, frozen=True):
    """A resource at one path version: its namespace, and its calls with what they must be given.

    `deprecated` counts the operations that are left out.
    """

    name: str
    namespace: str
    calls: tuple[str, ...]
    deprecated: int = 0


class RuleLine(Struct, frozen=True):
    """Something the server does, and on how good a word it is."""

    says: str
    strength: str


class AreaPage(Struct, frozen=True):
    """A reference file: a part of the API that people know by name."""

    title: str
    path: str
    operations: int
    resources: tuple[ResourceLine, ...]
    rules: tuple[RuleLine, ...]
    has_identifiers: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Its resources."""
        return tuple(dict.fromkeys(line.name for line in self.resources))


class JobLine(Struct, frozen=True):
    """A method of a workflow: its call, and what it does in a sentence."""

    name: str
    signature: str
    says: str


class JobArea(Struct, frozen=True):
    """The workflows of one area."""

    name: str
    path: str
    summary: str
    jobs: tuple[JobLine, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Its methods."""
        return tuple(job.name for job in self.jobs)


class HelperLine(Struct, frozen=True):
    """A helper of the client that does a whole job."""

    call: str
    says: str


class WishLine(Struct, frozen=True):
    """What the public API does not offer, and what remains possible."""

    says: str


class Example(Struct, frozen=True):
    """An operation by all its names."""

    id: str
    request: str
    call: str
    resource: str


class SkillPage(Struct, frozen=True):
    """The first page of the skill."""

    name: str
    package: str
    title: str
    version: str
    operations: int
    resources: int
    example: Example
    areas: tuple[AreaPage, ...]
    jobs: tuple[JobArea, ...]
    helpers: tuple[HelperLine, ...]
    wishes: tuple[WishLine, ...]
    has_apps: bool
    has_groups: bool
