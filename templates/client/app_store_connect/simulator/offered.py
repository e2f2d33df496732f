"""What there is to be asked for: paths, operations, media types; and the refusals of all else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .messages import JSON, JSON_API
from .problems import Problem, Refusal
from .routes import routes

if TYPE_CHECKING:
    from .messages import Incoming
    from .routes import Place
    from .table import Table

__all__ = ["check_content_type", "media_type", "missing", "not_offered"]


def not_offered(incoming: Incoming, place: Place | None) -> Refusal:
    """Return what says that there is no such path, or no such operation on it."""
    if place is None:
        return _refusal(404, "PATH_ERROR", f"The resource '{_unknown(incoming)}' does not exist")
    offered = ", ".join(routes().offered(place.root)) or "none"
    done = _operation_name(incoming.method, place)
    return _refusal(
        403,
        "FORBIDDEN_ERROR",
        f"The resource '{place.root}' does not allow '{done}'. Allowed operations are: {offered}",
        title="The given operation is not allowed",
    )


def missing(kind: str, identifier: str) -> Refusal:
    """Return what says that there is no such resource."""
    return _refusal(
        404, "NOT_FOUND", f"There is no resource of type '{kind}' with id '{identifier}'"
    )


def media_type(incoming: Incoming, found: Table) -> str:
    """Return the media type to answer in; 406 where none is acceptable."""
    offered = list(found.media) or [JSON]
    accept = incoming.headers.get("accept") or "*/*"
    for word in accept.split(","):
        wanted = word.partition(";")[0].strip().lower()
        for media_type in offered:
            if wanted in {"*/*", media_type, f"{media_type.partition('/')[0]}/*"}:
                return media_type
            # Asking for JSON is how one asks for Apple's own kinds of it, and for their errors.
            # Other clients of JSON:API ask for the type of that.
            if (wanted == JSON and media_type.endswith("+json")) or (
                wanted == JSON_API and media_type == JSON
            ):
                return media_type
    if not found.media:
        return JSON
    raise _refusal(406, "NOT_ACCEPTABLE", f"The media type '{accept}' is not offered")


def check_content_type(incoming: Incoming) -> None:
    """Refuse a body that is not said to be JSON, with 415."""
    kind = incoming.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in {JSON, JSON_API}:
        raise _refusal(415, "UNSUPPORTED_MEDIA_TYPE", f"The content type '{kind}' is not '{JSON}'")


def _unknown(incoming: Incoming) -> str:
    """Return the part of a path that nothing is behind."""
    parts = incoming.path.split("/")
    root = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - /v1/apps
    below = len(parts) > 3 and routes().has("GET", f"/{parts[1]}/{root}")  # noqa: PLR2004
    return parts[-1] if below else root


def _operation_name(method: str, place: Place) -> str:
    if place.via == "relationships":
        names = {"GET": "GET_RELATIONSHIP", "POST": "ADD", "PATCH": "REPLACE", "DELETE": "REMOVE"}
        return names.get(method, method)
    if method == "GET":
        return "GET_INSTANCE" if place.id else "GET_COLLECTION"
    return {"POST": "CREATE", "PATCH": "UPDATE"}.get(method, method)


def _refusal(status: int, code: str, detail: str, *, title: str = "") -> Refusal:
    return Refusal(Problem(status=status, code=code, detail=detail, title=title))
