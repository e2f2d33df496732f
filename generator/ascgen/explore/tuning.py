"""The figures that search ranks by, here and on the reference site."""

from __future__ import annotations

TUNING: dict[str, float] = {
    # What a word is worth that is not in the name but in the fields, or among their values.
    "field": 0.55,
    "value": 0.45,
    # A term that names a field, where the operation has only the resource but not the field.
    "without_field": 0.6,
    "extra": 0.07,
    # What the query is about first is what an operation is about in the end: the builds of a group.
    "subject": 0.04,
    "method": 0.3,
    "lesser": 0.8,
    "later": 0.4,
    "deprecated": 0.5,
    "twin": 0.3,
    # Operations are what people are after; other parts of the API come first where they are called
    # by name. What does the whole job comes before the operations it is made of.
    "other_kind": 0.45,
    "helper": 0.1,
    # How far a workflow stays behind an operation that it does, unless its own words are said.
    "instead": 0.001,
    # What changing is worth where nothing is said but what a field is called.
    "named_field": 0.62,
    "exact": 2.0,
    # A name of which the query is the beginning, by how much of it that is.
    "begun": 0.45,
    "rarest": 5.0,
    "faintest": 0.001,
    # What a verb, a mere detail or a word that says nothing weighs beside the others.
    "verb_weight": 0.35,
    "detail_weight": 0.3,
    "ignored_weight": 0.12,
    # What a term is worth whose words stand apart, or beside one that says more about a word of it.
    "apart": 0.92,
    "shorter": 0.85,
    # Words that say less than this beside the most telling one are not looked for by themselves.
    "telling": 0.3,
    # What the second and third meaning of a term are worth beside the first.
    "fading": 0.06,
}
# What each method is worth where the query has no verb.
UNASKED = {
    "list": 0.6, "create": 0.55, "get": 0.5, "metrics": 0.45, "update": 0.4, "set": 0.2, "add": 0.2,
    "replace": 0.1, "delete": 0.1, "remove": 0.05,
}  # fmt: skip
