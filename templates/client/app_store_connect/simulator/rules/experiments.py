"""Experiments with product pages, Xcode Cloud runs, Game Center: what is known of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..registry import Rules

if TYPE_CHECKING:
    from ..call import Call

__all__ = ["rules"]

rules = Rules("experiments")

for _number, _evidence, _confidence, _says in (
    ("10.14", "R rorkai/App-Store-Connect-CLI API notes", "H", "Optional members come as null."),
    ("10.19", "C field note", "M", "A nomination's date is a moment: a bare day is refused."),
):
    rules.known(_number, evidence=_evidence, confidence=_confidence, says=_says)

_DRAFT = "PREPARE_FOR_SUBMISSION"


@rules.before(
    "appStoreVersionExperimentsV2_createInstance",
    number="10.18",
    evidence="D App Store version experiments",
    confidence="H",
    says="An app has one experiment at a time that is being prepared: 409 STATE_ERROR.",
)
def one_draft_at_a_time(call: Call) -> None:
    app = call.related("app")
    for other in call.world.all("appStoreVersionExperiments"):
        if call.world.one(other, "app") is app and other["state"] in {None, _DRAFT}:
            call.refuse(409, "STATE_ERROR", "Another experiment is in draft state.")


@rules.before(
    "ciBuildRuns_createInstance",
    number="10.13",
    evidence="C rorkai/App-Store-Connect-CLI #863",
    confidence="M",
    says="A run needs a workflow that is on; else a generic 409.",
)
def runs_need_a_workflow(call: Call) -> None:
    workflow = call.related("workflow")
    if workflow is None or workflow["isEnabled"] is False:
        call.refuse(409, "STATE_ERROR", "The request cannot be fulfilled in the current state.")
