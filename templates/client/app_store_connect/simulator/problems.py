"""Refusals: an error answer as the API words it, with one error or several."""

from __future__ import annotations

from typing import Any

import msgspec

__all__ = ["Problem", "Refusal", "title_of", "usual_code"]

# Apple's own titles, by the code that they belong to; the longest that fits is taken.
_TITLES = {
    "ENTITY_ERROR": "There is a problem with the request entity",
    "ENTITY_ERROR.ATTRIBUTE.REQUIRED": "The provided entity is missing a required attribute",
    "ENTITY_ERROR.ATTRIBUTE.UNKNOWN": "The provided entity includes an unknown attribute",
    "ENTITY_ERROR.ATTRIBUTE.NOT_ALLOWED": (
        "The provided entity includes an attribute that is not allowed"
    ),
    "ENTITY_ERROR.ATTRIBUTE.TYPE": "An attribute in the provided entity has the wrong type",
    "ENTITY_ERROR.ATTRIBUTE.INVALID": "An attribute value is invalid.",
    "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_LONG": "An attribute value is too long.",
    "ENTITY_ERROR.ATTRIBUTE.INVALID.TOO_SHORT": "An attribute value is too short.",
    "ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE": (
        "The provided entity includes an attribute with a value that has already been used"
    ),
    "ENTITY_ERROR.INCLUDED.INVALID_ID": "The provided included entity id has invalid format",
    "ENTITY_ERROR.RELATIONSHIP.REQUIRED": (
        "The provided entity is missing a required relationship"
    ),
    "ENTITY_ERROR.RELATIONSHIP.UNKNOWN": "The provided entity includes an unknown relationship",
    "ENTITY_ERROR.RELATIONSHIP.INVALID": (
        "The provided entity includes a relationship with an invalid value"
    ),
    "ENTITY_ERROR.UNEXPECTED_ID": "The provided entity includes an unexpected id",
    "ENTITY_INVALID": "The request entity is not a valid JSON document",
    "ENTITY_UNPROCESSABLE": "The request entity is not a valid request document object",
    "FORBIDDEN_ERROR": "This request is forbidden for security reasons",
    "FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED": (
        "A required agreement is missing or has expired."
    ),
    "NOT_ACCEPTABLE": "The specified media type is not acceptable",
    "NOT_AUTHORIZED": "Authentication credentials are missing or invalid.",
    "NOT_FOUND": "The specified resource does not exist",
    "PARAMETER_ERROR": "A parameter has an invalid value",
    "PARAMETER_ERROR.DUPLICATE": "A parameter was provided more than once",
    "PARAMETER_ERROR.ILLEGAL": "A parameter is not allowed for this request",
    "PARAMETER_ERROR.INVALID": "A parameter has an invalid value",
    "PARAMETER_ERROR.REQUIRED": "A required parameter is missing",
    "PATH_ERROR": "The URL path is not valid",
    "RATE_LIMIT_EXCEEDED": "The request rate limit has been reached.",
    "STATE_ERROR": "The request cannot be fulfilled because of the state of another resource.",
    "UNEXPECTED_ERROR": "An unexpected error occurred.",
    "UNSUPPORTED_MEDIA_TYPE": "The specified media type is not supported",
}


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One error of an answer: `pointer` into the body or the `parameter` that is to blame.

    `title` is Apple's for the code unless another is given. `meta` and `links` are sent as they
    are, `associatedErrors` among them.
    """

    status: int
    code: str
    detail: str | None = None
    title: str = ""
    pointer: str | None = None
    parameter: str | None = None
    meta: dict[str, Any] | None = None
    links: dict[str, Any] | None = None

    def members(self, id: str) -> dict[str, Any]:
        """Return the error object."""
        found: dict[str, Any] = {
            "id": id,
            "status": str(self.status),
            "code": self.code,
            "title": self.title or title_of(self.code),
        }
        if self.detail is not None:
            found["detail"] = self.detail
        if self.pointer is not None:
            found["source"] = {"pointer": self.pointer}
        elif self.parameter is not None:
            found["source"] = {"parameter": self.parameter}
        if self.links is not None:
            found["links"] = self.links
        if self.meta is not None:
            found["meta"] = self.meta
        return found


class Refusal(Exception):  # noqa: N818 - it is an answer
    """The API's no: the problems of a request, the status of the answer is the first one's."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*(f"{x.status} {x.code}: {x.detail or x.title}" for x in problems))
        self.problems = problems

    @property
    def status(self) -> int:
        """The status of the answer."""
        return self.problems[0].status


def title_of(code: str) -> str:
    """Return the title of the nearest code that has one."""
    while code not in _TITLES and "." in code:
        code = code.rpartition(".")[0]
    return _TITLES.get(code, "The request is invalid.")


_CODES = {
    400: "PARAMETER_ERROR.INVALID",
    401: "NOT_AUTHORIZED",
    403: "FORBIDDEN_ERROR",
    404: "NOT_FOUND",
    409: "STATE_ERROR",
    422: "ENTITY_UNPROCESSABLE",
    429: "RATE_LIMIT_EXCEEDED",
}


def usual_code(status: int) -> str:
    """Return the code that errors of a status most often have."""
    return _CODES.get(status, "UNEXPECTED_ERROR")
