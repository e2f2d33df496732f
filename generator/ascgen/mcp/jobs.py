"""The ten jobs: prompts and resources that lead a model through search, read, plan and apply."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

SCHEME = "asc://jobs/"


class Job(Struct, frozen=True):
    """Something that people ask an agent for, and how it is done with the tools."""

    id: str
    title: str
    asks: dict[str, str]
    workflow: str
    operations: tuple[str, ...]
    steps: str

    @property
    def address(self) -> str:
        """The address of it as a resource."""
        return f"{SCHEME}{self.id}"

    def text(self, workflows: Collection[str], given: Mapping[str, str] | None = None) -> str:
        """What a model is told, with what the user has given."""
        lines = [f"{self.title}.", self.steps]
        lines += [
            f"{name} ({what}): {(given or {}).get(name, 'ask')}" for name, what in self.asks.items()
        ]
        if self.workflow in workflows:
            lines.append(f"Describe and plan the workflow `{self.workflow}`.")
        lines.append(f"Operations: {', '.join(self.operations)}. Describe one before it is used.")
        lines.append(
            "Read before you plan, show the plan to the user, apply its receipt after a yes."
        )
        return "\n".join(lines)


def load_jobs(known: Iterable[str]) -> tuple[Job, ...]:
    """The jobs that come with this program, as far as an API has their operations."""
    text = (files("ascgen.mcp") / "jobs.yaml").read_text(encoding="utf-8")
    there = frozenset(known)
    jobs = msgspec.yaml.decode(text, type=list[Job])
    return tuple(job for job in jobs if there.issuperset(job.operations))
