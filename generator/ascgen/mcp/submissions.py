"""Submissions that are planned write by write, held against what a version needs for a review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ascgen.mcp.refusals import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_SUBMITTING = ("review_submissions", "update", "submitted")
# What Apple is not ready for at once: a submission whose items have just been added.
_LATER = "try again later"
_PAUSES = (60.0, 240.0)
_SHOWN = 12


def submits(namespace: str, method: str, keywords: Mapping[str, Any]) -> bool:
    """Whether a call submits something for review."""
    return (namespace, method) == _SUBMITTING[:2] and bool(keywords.get(_SUBMITTING[2]))


def check_submission(client: Any, submission: str) -> None:
    """Make sure that nothing is missing of the versions in a submission, as far as that is known.

    Raises:
        ToolError: something is missing; its data lists it.
    """
    workflows: Any = getattr(client, "workflows", None)
    if not hasattr(workflows, "versions"):
        return
    for item in client.review_submissions.list_items(submission, include=["appStoreVersion"]):
        version = item.app_store_version
        if version is None:
            continue
        found = client.app_store_versions.get(version, include=["app"])
        report = workflows.versions.preflight(
            found.app, found.platform, version=found.version_string
        )
        missing = [str(finding) for finding in report.blockers]
        if missing:
            more = {"more": len(missing) - _SHOWN} if len(missing) > _SHOWN else {}
            raise ToolError(
                "the version is not ready for review",
                instead="tell the user what is missing, plan that, then plan the submission",
                data={"missing": missing[:_SHOWN], **more},
            )


def wait_and_call(client: Any, call: Callable[[], Any]) -> None:
    """Make a write of a rehearsal, whose time is virtual; a plan that has waited is applied so."""
    for pause in _PAUSES:
        try:
            call()
        except Exception as error:
            if _LATER not in str(error):
                raise
            client.session.sleep(pause)
        else:
            return
    call()
