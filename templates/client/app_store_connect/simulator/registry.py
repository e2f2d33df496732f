"""The book of rules: what the server is known to do, each with its number and its evidence.

    rules = Rules("builds")

    @rules.before(
        "builds_updateInstance",
        number="6.14", evidence="R AL", confidence="H",
        says="The answer on export compliance cannot be changed once it is given.",
    )
    def compliance_stays(call: Call) -> None:
        ...

A module below `rules/` makes one `Rules` of that name; `rules.TOPICS` tells what it is about.
Operations are named by their ids, which a document may lack: such a rule is never asked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from .rules import TOPICS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from .call import Call, Content
    from .state import Entity
    from .world import World

__all__ = ["Book", "Rule", "Rules", "Switch", "book", "topic_of"]

Before: TypeAlias = "Callable[[Call], None]"
After: TypeAlias = "Callable[[Call], None]"
Instead: TypeAlias = "Callable[[Call], Entity | list[Entity] | Content | None]"
Event: TypeAlias = "Callable[[World, Entity, Mapping[str, Any]], None]"
Changed: TypeAlias = "Callable[[World, Entity, Any], None]"
Received: TypeAlias = "Callable[[World, str, bytes], None]"
F = TypeVar("F", bound=Callable[..., Any])


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that the server does.

    `number` is the rule's in the collection of known ones (`6.14`, `5.11a`), empty for what nobody
    has recorded. `evidence` begins with its strength: R a recorded answer, D Apple's documentation,
    C one note from the field, C+ several, S the API's document. `confidence` is H, M or L.
    """

    area: str
    number: str
    says: str
    evidence: str
    confidence: str
    moment: str
    subjects: tuple[str, ...] = ()

    @property
    def strength(self) -> str:
        """R, D, C, C+ or S, or empty where there is no evidence."""
        word = self.evidence.split(" ", 1)[0].strip(";,")
        return word if word in {"R", "D", "C", "C+", "S"} else ""


class Switch(msgspec.Struct, frozen=True, kw_only=True):
    """A point on which the evidence contradicts itself: what is assumed, and what could be."""

    area: str
    name: str
    default: str
    choices: tuple[str, ...]
    number: str
    says: str


class Rules:
    """The rules of one area; each decorator takes the statement that goes with the function."""

    def __init__(self, area: str) -> None:
        self.area = area
        self.rules: list[Rule] = []
        self.switches: list[Switch] = []
        self.hooks: list[tuple[str, tuple[str, ...], Callable[..., Any]]] = []

    def before(
        self, *operations: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function look at a call that is well formed, before anything is changed or read.

        It refuses with `call.refuse(…)`, adds a problem with `call.fault(…)` where several are told
        at once, or changes `call.attributes`.
        """
        return self._hook("before", operations, number, evidence, confidence, says)

    def after(
        self, *operations: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function do what else happens, when a write is done and not yet answered.

        `call.resource` is what was created or changed. A refusal takes the whole write back.
        """
        return self._hook("after", operations, number, evidence, confidence, says)

    def instead(
        self, *operations: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function make the answer: resources, filtered and paged as any are, or bytes.

        Of a write it takes the place of what the facts say would happen.
        """
        return self._hook("instead", operations, number, evidence, confidence, says)

    def born(
        self, *types: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function complete every new resource of a type, whoever made it."""
        return self._hook("born", types, number, evidence, confidence, says)

    def identifies(
        self, *types: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function choose the id of new resources of a type; None for any."""
        return self._hook("identifies", types, number, evidence, confidence, says)

    def event(
        self, *names: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function carry out what `world.later` announced under a name."""
        return self._hook("event", names, number, evidence, confidence, says)

    def changed(
        self, *attributes: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function follow a change of `type.attribute`; it is told the value before."""
        return self._hook("changed", attributes, number, evidence, confidence, says)

    def received(
        self, *types: str, number: str, evidence: str, confidence: str, says: str
    ) -> Callable[[F], F]:
        """Have a function look at bytes sent to `world.file_url("type/…")` before they are kept.

        It is told the name after the type, and may refuse.
        """
        return self._hook("received", types, number, evidence, confidence, says)

    def known(self, number: str, *, evidence: str, confidence: str, says: str) -> None:
        """State a rule that other code than a function of its own carries out."""
        self.rules.append(
            Rule(
                area=self.area,
                number=number,
                says=says,
                evidence=evidence,
                confidence=confidence,
                moment="always",
            )
        )

    def switch(
        self, name: str, *, default: str, choices: tuple[str, ...], number: str, says: str
    ) -> Switch:
        """Declare a contradiction; `call.world.switch(name)` is what the user chose."""
        found = Switch(
            area=self.area, name=name, default=default, choices=choices, number=number, says=says
        )
        self.switches.append(found)
        return found

    def _hook(
        self,
        moment: str,
        subjects: tuple[str, ...],
        number: str,
        evidence: str,
        confidence: str,
        says: str,
    ) -> Callable[[F], F]:
        self.rules.append(
            Rule(
                area=self.area,
                number=number,
                says=says,
                evidence=evidence,
                confidence=confidence,
                moment=moment,
                subjects=subjects,
            )
        )

        def keep(function: F) -> F:
            self.hooks.append((moment, subjects, function))
            return function

        return keep


class Book:
    """All rules, by the moment and the subject that they are for.

    `unread` are areas by the topics that they have rules on, which `read` finds by their names when
    one of these is first asked about.
    """

    def __init__(
        self,
        areas: Iterable[Rules] = (),
        unread: Mapping[str, Collection[str]] | None = None,
        read: Callable[[str], Rules] | None = None,
    ) -> None:
        self._areas: dict[str, Rules] = {}
        self._hooks: dict[tuple[str, str], list[tuple[str, Callable[..., Any]]]] = {}
        self._asked: dict[tuple[str, str], list[Callable[..., Any]]] = {}
        self._unread = dict(unread or {})
        self._read = read
        # Simulators share a book, in any thread.
        self._lock = threading.RLock()
        for area in areas:
            self._add(area)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of all areas."""
        self._read_all()
        return tuple(rule for _, area in sorted(self._areas.items()) for rule in area.rules)

    @property
    def switches(self) -> dict[str, Switch]:
        """The switches of all areas by their names."""
        self._read_all()
        return {x.name: x for _, area in sorted(self._areas.items()) for x in area.switches}

    def switch(self, name: str) -> Switch:
        """Return a switch; KeyError where there is none of that name."""
        declared = (x for area in list(self._areas.values()) for x in area.switches)
        return next((x for x in declared if x.name == name), None) or self.switches[name]

    def hooks(self, moment: str, subject: str) -> list[Callable[..., Any]]:
        """Return the functions for a moment of a subject, in the order of the rules."""
        found = self._asked.get((moment, subject))
        if found is None:
            with self._lock:
                topic = subject if moment == "event" else topic_of(subject)
                self._read_all(topic)
                pairs = self._hooks.get((moment, subject), [])
                found = [function for _, function in sorted(pairs, key=itemgetter(0))]
                self._asked[moment, subject] = found
        return found

    def _read_all(self, topic: str | None = None) -> None:
        with self._lock:
            for name in [x for x, of in self._unread.items() if topic is None or topic in of]:
                del self._unread[name]
                if self._read is not None:
                    self._add(self._read(name))

    def _add(self, area: Rules) -> None:
        self._areas[area.area] = area
        for moment, subjects, function in area.hooks:
            for subject in subjects:
                self._hooks.setdefault((moment, subject), []).append((area.area, function))


def topic_of(subject: str) -> str:
    """Return the type that a subject is about: `builds` of `builds_updateInstance`."""
    kind = subject.partition("_")[0].partition(".")[0]
    return kind[:-2] if kind[-2:-1] == "V" and kind[-1].isdigit() else kind


def _read_area(name: str) -> Rules:
    found: Rules = import_module(f"{__package__}.rules.{name}").rules
    return found


@cache
def book() -> Book:
    """Return the book of all rules there are; their modules are imported as they are needed."""
    return Book((), {name: frozenset(x.split(", ")) for name, x in TOPICS.items()}, _read_area)
