"""What is checked of every request, by `query`, `checks`, `answer`, `draw` and `auth`."""

from __future__ import annotations

from ..registry import Rules

rules = Rules("requests")

_KNOWN = (
    ("1.1", "R", "H", "A token that is not right in any way: one undifferentiated 401."),
    ("2.1", "R", "H", "An unknown path: 404 PATH_ERROR."),
    ("2.2", "R", "H", "A resource that there is not: 404 NOT_FOUND naming type and id."),
    (
        "2.3",
        "R",
        "H",
        "What a resource does not have is null, or 404 where that was recorded.",
    ),
    ("2.4", "R", "H", "An operation that is not offered: 403 FORBIDDEN_ERROR with those that are."),
    ("2.5", "R", "H", "A parameter that the operation does not take: 400 PARAMETER_ERROR.ILLEGAL."),
    ("2.6", "C+", "H", "Where the document lists no `sort` and no `limit`, none is taken."),
    ("2.7", "D", "H", "An unknown filter: 400 PARAMETER_ERROR.INVALID."),
    ("2.8", "R", "H", "A filter's value that is not on its list: 400 with the legal ones."),
    ("2.9", "R", "H", "A relationship that cannot be included: 400 PARAMETER_ERROR.INVALID."),
    ("2.10", "R", "H", "A limit above its maximum: 400 with the maximum."),
    ("2.11", "D", "M", "A required parameter that is missing: 400 PARAMETER_ERROR.REQUIRED."),
    ("2.12", "C", "M", "A parameter given twice: 400 PARAMETER_ERROR.DUPLICATE."),
    ("2.13", "R", "H", "A cursor altered or used with other filters: 400 PARAMETER_ERROR.INVALID."),
    ("2.14", "R", "H", "Pages of 50 unless asked otherwise, `next` absolute, with `meta.paging`."),
    ("2.15", "D", "H", "A body that is not JSON: 400 ENTITY_INVALID."),
    ("2.16", "R", "H", "JSON that is no request document: 422 ENTITY_UNPROCESSABLE."),
    ("2.17", "R", "H", "A required attribute that is missing: 409 with its pointer."),
    ("2.18", "R", "H", "A required relationship that is missing: 409 with its pointer."),
    ("2.19", "R", "H", "An unknown attribute: 409 ENTITY_ERROR.ATTRIBUTE.UNKNOWN."),
    ("2.20", "R", "H", "An unknown relationship: 409 ENTITY_ERROR.RELATIONSHIP.UNKNOWN."),
    ("2.21", "R", "H", "An attribute that this operation cannot set: 409 with NOT_ALLOWED."),
    ("2.22", "R", "H", "A value of the wrong type or enumeration: 409 with a pointer to it."),
    ("2.23", "R", "H", "Texts that are too long or too short: 409, by 3.15, 9.12 and 10.17."),
    ("2.24", "R", "H", "A value that has to be unique: 409 DUPLICATE, by 3.8, 3.9, 4.2 and 9.4."),
    ("2.25", "R", "H", "A related resource that there is not: 409 RELATIONSHIP.INVALID."),
    ("2.26", "R", "M", "An id chosen by the client: 409 ENTITY_ERROR.UNEXPECTED_ID."),
    ("2.27", "R", "H", "An id of an inline creation not of the form `${…}`: 409 INVALID_ID."),
    ("2.28", "", "L", "An update whose id or type is not the path's: 409 ENTITY_ERROR.INVALID."),
    ("2.29", "R", "H", "Several faults in one body are told at once."),
    ("2.30", "R", "H", "A fieldset without a relationship's name leaves the relationship out."),
    ("2.31", "R", "H", "Relationships that are not included have links and no linkage."),
    ("2.32", "C", "H", "A wrong form of id in a filter: an empty list, no error."),
    ("2.33", "R", "H", "Filters of `bundleId` and `identifier` select by prefix, `name` by part."),
    ("2.34", "R", "H", "Several filters are joined by AND."),
    ("11.2", "C+", "H", "A write answered 5xx although it was done: a fault with `after_commit`."),
    ("11.3", "R", "H", "An answer of 502 with a page of HTML: a fault with `html`."),
    ("11.4", "R", "H", "Attributes that nobody has set are null, moments come in two spellings."),
    (
        "11.11",
        "C+",
        "H",
        "Included lists are cut at 50, or at `limit[x]`.",
    ),
    ("2.35", "S", "H", "Deletions and linkages are answered with 204, three with 202."),
)

for _number, _evidence, _confidence, _says in _KNOWN:
    rules.known(_number, evidence=_evidence, confidence=_confidence, says=_says)
