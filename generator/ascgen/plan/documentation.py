"""Docstrings: what the API's facts say about an operation or a class, in the project's own words.

Links lead to Apple's documentation, whose addresses follow from method and path:
`GET /v1/apps/{id}/builds` is at `get-v1-apps-_id_-builds`, and a schema at its name in lower case
(https://developer.apple.com/documentation/appstoreconnectapi).
"""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from ascgen.model import ApiModel, Field, Kind, Operation, Relationship, RequestSchema
from ascgen.plan.english import a, one_of, phrase
from ascgen.plan.names import snake

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SITE = "https://developer.apple.com/documentation"
_ENTERPRISE = "enterprise"
# The room between the indent of a method's docstring and the end of a line.
_WIDTH = 92

_CODE = re.compile(r"`[^`]*`")
_SPACE = "\N{NO-BREAK SPACE}"

# What the runtime raises for an error status.
_ERRORS = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    409: "ConflictError",
    410: "GoneError",
    422: "UnprocessableError",
    429: "RateLimitError",
}
_FIRST_SERVER_ERROR = 500

# {many} and {a_one} are the resources at a path, {member} is the last segment of the path.
_SUMMARIES = {
    Kind.GET_COLLECTION: "List {many}{paged}.",
    Kind.GET_INSTANCE: "Get {a_one}.",
    Kind.CREATE_INSTANCE: "Create {a_one}.",
    Kind.UPDATE_INSTANCE: "Update {a_one}.",
    Kind.DELETE_INSTANCE: "Delete {a_one}.",
    Kind.GET_TO_ONE_RELATED: "Get the {member} of {a_one}.",
    Kind.GET_TO_MANY_RELATED: "List the {member} of {a_one}{paged}.",
    Kind.GET_TO_ONE_RELATIONSHIP: "Get the id of the {member} of {a_one}.",
    Kind.GET_TO_MANY_RELATIONSHIP: "List the ids of the {member} of {a_one}{paged}.",
    Kind.CREATE_TO_MANY_RELATIONSHIP: "Add {member} to {a_one}.",
    Kind.REPLACE_TO_MANY_RELATIONSHIP: "Replace the {member} of {a_one}.",
    Kind.DELETE_TO_MANY_RELATIONSHIP: "Remove {member} from {a_one}.",
    Kind.UPDATE_TO_ONE_RELATIONSHIP: "Set the {member} of {a_one}.",
    Kind.GET_METRICS: "List the {member} of {a_one}{paged}.",
}


def summary(operation: Operation, *, paged: bool) -> str:
    """Return what an operation does, in a sentence; `paged` is whether it answers with pages.

    What does not is there whole, with one call: reports, logs.
    """
    root, *rest = operation.path.strip("/").split("/")[1:]
    text = _SUMMARIES[operation.kind].format(
        many=phrase(root),
        a_one=a(phrase(one_of(root))),
        member=phrase(rest[-1]) if rest else "",
        paged=", page by page" if paged else "",
    )
    return text if paged else text.replace("List ", "Get ", 1)


def docstring(
    api: ApiModel, operation: Operation, *, paged: bool, successor: str
) -> tuple[str, ...]:
    """Return the lines of a method's docstring; `successor` replaces a deprecated method."""
    facts = [f"`{operation.method} {operation.path}`"]
    if operation.limit:
        facts.append(f"{'pages of ' if paged else ''}at most {operation.limit}")
    if operation.related_limits:
        most = ", ".join(f"{item.maximum} {item.name}" for item in operation.related_limits)
        facts.append(f"includes at most {most} each")
    lines = [*_wrapped(f"{' · '.join(facts)}.")]
    if operation.deprecated:
        lines.append(f"Apple has deprecated it{_instead(successor)}.")
    lines += _choices(api, operation)
    if old := [*_deprecated_parameters(api, operation)]:
        lines += _wrapped(f"Deprecated parameters: {', '.join(old)}.")
    if operation.errors:
        lines += _wrapped(f"Raises {', '.join(_error_names(operation.errors))}.")
    return summary(operation, paged=paged), "", *lines, operation_link(api, operation)


def deprecation(operation: Operation, successor: str) -> str:
    """That Apple has deprecated an operation, and what there is instead, if anything."""
    return f"Apple has deprecated {operation.method} {operation.path}{_instead(successor)}"


def _choices(api: ApiModel, operation: Operation) -> Iterator[str]:
    """Sets of members of which the server wants one whole; neither types nor the client insist."""
    request = api.schemas.get(operation.request or "")
    if isinstance(request, RequestSchema) and request.choices:
        yield "The server wants one of these together:"
        for names in request.choices:
            yield from _wrapped(f"- {', '.join(map(snake, names))}")


def _instead(successor: str) -> str:
    return f"; use {successor}" if successor else ""


def class_docstring(
    api: ApiModel,
    sentence: str,
    schema: str,
    *,
    deprecated: bool = False,
    members: Iterable[Field | Relationship] = (),
) -> tuple[str, ...]:
    """Return the lines of a class' docstring; `schema` is what it is documented with."""
    lines = [sentence, ""]
    if deprecated:
        lines.append("Apple has deprecated it.")
    if old := [f"`{snake(item.name)}`" for item in members if item.deprecated]:
        lines += _wrapped(f"Deprecated: {', '.join(old)}.")
    return *lines, schema_link(api, schema)


def a_resource(kind: str) -> str:
    """Return a resource of a JSON:API type, at the beginning of a sentence."""
    noun = a(phrase(one_of(kind)))
    return f"{noun[:1].upper()}{noun[1:]}, a resource of type `{kind}`"


def operation_link(api: ApiModel, operation: Operation) -> str:
    """Return the address of Apple's page about an operation.

    Pages of the Enterprise Program are named after their titles, which are not among the facts.
    """
    if api.product == _ENTERPRISE:
        return _documentation(api)
    page = f"{operation.method}{operation.path.replace('{id}', '_id_')}".replace("/", "-")
    return f"{_documentation(api)}/{page.lower()}"


def schema_link(api: ApiModel, name: str) -> str:
    """Return the address of Apple's page about a schema."""
    return f"{_documentation(api)}/{name.lower()}"


def _documentation(api: ApiModel) -> str:
    area = "enterpriseprogramapi" if api.product == _ENTERPRISE else "appstoreconnectapi"
    return f"{_SITE}/{area}"


def _deprecated_parameters(api: ApiModel, operation: Operation) -> Iterator[str]:
    for item in (*operation.filters, *operation.parameters):
        if item.deprecated:
            yield f"`{snake(item.name)}`"
    for flag in operation.exists:
        if flag.deprecated:
            yield f"`exists_{snake(flag.name)}`"
    for name, values in (
        ("fields", [item.type for item in operation.fields if item.deprecated]),
        ("related_limit", [item.name for item in operation.related_limits if item.deprecated]),
    ):
        if values:
            yield f"{', '.join(values)} in `{name}`"
    request = api.schemas.get(operation.request or "")
    if isinstance(request, RequestSchema):
        members: tuple[Field | Relationship, ...] = (*request.attributes, *request.relationships)
        for member in members:
            if member.deprecated:
                yield f"`{snake(member.name)}`"


def _error_names(statuses: Iterable[int]) -> dict[str, None]:
    return dict.fromkeys(
        _ERRORS.get(status, "ServerError" if status >= _FIRST_SERVER_ERROR else "ApiError")
        for status in statuses
    )


def _wrapped(text: str) -> list[str]:
    """Return lines of a docstring, which are not broken inside of code."""
    whole = _CODE.sub(lambda found: found[0].replace(" ", _SPACE), text)
    lines = textwrap.wrap(whole, _WIDTH, break_long_words=False, break_on_hyphens=False)
    return [line.replace(_SPACE, " ") for line in lines]
