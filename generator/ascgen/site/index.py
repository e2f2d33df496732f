"""The search index: everything that can be found, where it is, and how it is ranked."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

from ascgen.explore.entries import KINDS
from ascgen.explore.thesaurus import load_not_offered
from ascgen.explore.tuning import TUNING, UNASKED
from ascgen.explore.words import RULES
from ascgen.site.places import places

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.explore.entries import Entry
    from ascgen.explore.search import Finder
    from ascgen.explore.vocabulary import Vocabulary
    from ascgen.site.addresses import Addresses
    from ascgen.site.places import Place

_K = TypeVar("_K")
_DEPRECATED, _TWIN, _HIDDEN = 1, 2, 4
# What HTML or an older JavaScript could take for something else.
_ESCAPES = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&'\u2028\u2029"}


def index_text(addresses: Addresses, finder: Finder) -> str:
    """Return the index as a script that a page opened from disk can load.

    It holds what `ascgen search` ranks by: the same entries, words and figures. Addresses are split
    into pages and anchors, since most entries share their page with others.
    """
    vocabulary = finder.vocabulary
    numbers = _Numbers()
    rows = list(_rows(addresses, finder, numbers))
    parts: dict[str, object] = {
        "kinds": KINDS,
        "pages": list(numbers.pages),
        "fields": list(numbers.fields),
        "values": list(numbers.values),
        "fieldSets": list(numbers.field_sets),
        "valueSets": list(numbers.value_sets),
        "entries": rows,
        "words": RULES,
        "tuning": TUNING,
        "unasked": UNASKED,
        "ignored": sorted(vocabulary.thesaurus.ignored),
        "details": sorted(vocabulary.thesaurus.details),
        "same": vocabulary.thesaurus.same,
        "compounds": vocabulary.compounds,
        "verbs": {" ".join(words): kinds for words, kinds in vocabulary.thesaurus.verbs.items()},
        "terms": list(_terms(vocabulary, numbers)),
        "does": {item.id: item.does for item in vocabulary.helpers if item.kind == "helper"},
        "notOffered": _not_offered(),
    }
    lines = (f"{name}: {_json(value)}" for name, value in parts.items())
    return "window.ASC_INDEX = {" + ",\n".join(lines) + "};\n"


class _Numbers:
    """Numbers for the texts that many entries share, in the order in which they came."""

    def __init__(self) -> None:
        self.pages: dict[str, int] = {}
        self.fields: dict[str, int] = {}
        self.values: dict[str, int] = {}
        self.field_sets: dict[tuple[int, ...], int] = {(): 0}
        self.value_sets: dict[tuple[int, ...], int] = {(): 0}

    def place(self, place: Place) -> tuple[object, ...]:
        """Return where something is: page, anchor, and what it is about if that says anything."""
        page, _, name = place.address.partition("#")
        row = (_number(self.pages, page), name, place.about)
        return row if place.about else row[:2]

    def sets(self, entry: Entry) -> tuple[int, int]:
        """Return the fields and values of an entry, which many operations have in common."""
        fields = tuple(_number(self.fields, name) for name in sorted(entry.fields))
        values = tuple(_number(self.values, name) for name in sorted(entry.values))
        return _number(self.field_sets, fields), _number(self.value_sets, values)


def _rows(addresses: Addresses, finder: Finder, numbers: _Numbers) -> Iterator[tuple[object, ...]]:
    """Everything that can be found and has a place, in the order of the places."""
    told: dict[tuple[str, str], list[Place]] = {}
    for place in places(addresses, finder.vocabulary.helpers):
        told.setdefault((place.kind, place.id), []).append(place)
    hidden = finder.hidden
    for entry in finder.entries():
        found = told.get((entry.kind, entry.id))
        if not found:
            continue
        flags = _DEPRECATED * entry.deprecated + _TWIN * entry.is_twin
        flags += _HIDDEN * (entry.id in hidden)
        shown = [numbers.place(place) for place in dict.fromkeys(found)]
        row = (KINDS.index(entry.kind), entry.id, flags, shown)
        if entry.method:
            yield (*row, found[0].name, entry.method, *numbers.sets(entry))
        else:
            yield (*row, found[0].name) if entry.kind == "resource" else row


def _terms(vocabulary: Vocabulary, numbers: _Numbers) -> Iterator[tuple[object, ...]]:
    for words, targets in vocabulary.terms.items():
        meanings = [
            (
                sorted(target.name),
                target.entry,
                numbers.fields.get(target.field, -1 if not target.field else -2),
                target.worth,
            )
            for target in targets
        ]
        yield sorted(words), meanings


def _not_offered() -> list[dict[str, object]]:
    """Return what the API is known not to offer, with the operations that come near."""
    return [
        {
            "asks": [sorted(ask) for ask in item.asks],
            "besides": None if item.besides is None else sorted(item.besides),
            "text": " ".join(filter(None, (item.answer, item.remains))),
            "instead": item.instead,
        }
        for item in load_not_offered()
    ]


def _number(known: dict[_K, int], key: _K) -> int:
    return known.setdefault(key, len(known))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode().translate(_ESCAPES)
