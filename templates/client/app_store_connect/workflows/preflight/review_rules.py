"""Rules on what App Review is told, and on what else it has from the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..review_detail import is_telephone_number
from ..review_queue import DRAFT, ENDING, UNRESOLVED, WAITING
from .rule import Rule
from .situation import is_unfinished
from .text_rules import REQUIRED, missing

if TYPE_CHECKING:
    from ...models import AppStoreReviewDetail, ReviewSubmission
    from .situation import Situation

__all__ = ["REVIEW_RULES"]

_WHERE = "workflows.versions.set_review_detail"
_NOTES = "field notes on submissions"
_DETAIL = "appStoreReviewDetails"
_MOST_OPEN = 5


def _is_of_version(submission: ReviewSubmission, situation: Situation) -> bool:
    version = getattr(submission, "app_store_version_for_review", None)
    return bool(version == situation.version)


def _other_under_way(submission: ReviewSubmission, situation: Situation) -> bool:
    under_way = submission.state in {UNRESOLVED, *WAITING, *ENDING}
    return under_way and not _is_of_version(submission, situation)


def _other_draft(submission: ReviewSubmission, situation: Situation) -> bool:
    is_draft = submission.state == DRAFT and bool(submission.items)
    return is_draft and not _is_of_version(submission, situation)


def _too_many(situation: Situation, _: Situation) -> bool:
    found = situation.submissions
    return len(found) >= _MOST_OPEN and all(x.items for x in found)


def _no_account(detail: AppStoreReviewDetail, _: Situation) -> bool:
    whole = bool(detail.demo_account_name) and bool(detail.demo_account_password)
    return bool(detail.demo_account_required) and not whole


def _bad_telephone(detail: AppStoreReviewDetail, _: Situation) -> bool:
    return bool(detail.contact_phone) and not is_telephone_number(detail.contact_phone or "")


def _contact(number: int, name: str, wire: str, words: str) -> Rule:
    return Rule(
        id=f"R{number:02}",
        server="5.11j",
        source=_NOTES,
        each="detail",
        broken=missing(name),
        says=f"the {words} of whom App Review can ask is missing",
        where=f"{_WHERE}, {name}",
        code=f"{_DETAIL} {REQUIRED} {wire}",
    )


REVIEW_RULES = (
    Rule(
        id="R01",
        server="5.11j",
        source=_NOTES,
        each="whole",
        broken=lambda s, _: s.detail is None,
        says="App Review has nobody to ask: contact and notes are missing",
        where=_WHERE,
        code="appStoreVersions ENTITY_ERROR.RELATIONSHIP.REQUIRED appStoreReviewDetail",
    ),
    _contact(2, "contact_first_name", "contactFirstName", "first name"),
    _contact(3, "contact_last_name", "contactLastName", "last name"),
    _contact(4, "contact_phone", "contactPhone", "telephone number"),
    _contact(5, "contact_email", "contactEmail", "e-mail address"),
    Rule(
        id="R06",
        server="3.32",
        source="rorkai/App-Store-Connect-CLI, API notes",
        each="detail",
        broken=_bad_telephone,
        says="the telephone number is not one with a country's code",
        where=f"{_WHERE}, contact_phone",
        level="warning",
    ),
    Rule(
        id="R07",
        source="App Review Guidelines 2.1; App Store Connect help, platform version information",
        each="detail",
        broken=_no_account,
        says="a demo account is said to be needed, and its name or password is missing",
        where=f"{_WHERE}, demo_account_name, demo_account_password",
        level="warning",
    ),
    Rule(
        id="R08",
        server="5.11l",
        source="recorded answers: tramlinehq/applelink",
        each="attachments",
        broken=lambda file, _: is_unfinished(file),
        says="the file for App Review is still being uploaded or processed",
        where=f"{_WHERE}, attachments",
        code="appStoreReviewAttachments STATE_ERROR.ENTITY_STATE_INVALID",
    ),
    Rule(
        id="R09",
        server="5.4",
        source="recorded answers: fastlane #21482",
        each="submissions",
        broken=_other_under_way,
        says="another review submission of the platform is under way",
        where="workflows.versions.cancel, or wait",
        code="reviewSubmissions STATE_ERROR.ENTITY_STATE_INVALID",
    ),
    Rule(
        id="R10",
        server="5.7",
        source="rorkai/App-Store-Connect-CLI #1043 and field notes",
        each="submissions",
        broken=lambda x, s: _is_of_version(x, s) and x.state in {*WAITING, *ENDING},
        says="the version is in a submission already, which is under way",
        where="workflows.versions.cancel, or wait",
        code="appStoreVersions STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION",
    ),
    Rule(
        id="R11",
        server="5.13",
        source="field notes on resubmissions",
        each="submissions",
        broken=lambda x, s: _is_of_version(x, s) and x.state == UNRESOLVED,
        says="items of its submission were rejected: workflows.versions.submit resolves them",
        where="workflows.versions.submit",
        level="warning",
        code="reviewSubmissions STATE_ERROR",
    ),
    Rule(
        id="R12",
        server="5.3",
        source="field notes, which contradict each other",
        each="whole",
        broken=_too_many,
        says="so many review submissions are open that Apple takes no further one",
        where="review_submission_items.delete, which empties a draft",
        level="warning",
        code="reviewSubmissions STATE_ERROR.ENTITY_STATE_INVALID",
    ),
    Rule(
        id="R13",
        server="5.3",
        source="fastlane deliver; sceneview/sceneview #2301",
        each="submissions",
        broken=_other_draft,
        says="a draft with other items is open, in whose place Apple may take no other",
        where="submit it, or review_submission_items.delete",
        level="warning",
        code="reviewSubmissions STATE_ERROR.ENTITY_STATE_INVALID",
    ),
    Rule(
        id="R14",
        server="5.7",
        source="rorkai/App-Store-Connect-CLI #1043 and field notes",
        each="submissions",
        broken=lambda x, s: _is_of_version(x, s) and x.state == DRAFT,
        says="the version is in a draft, which workflows.versions.submit goes on with",
        where="workflows.versions.submit",
        level="warning",
        code="appStoreVersions STATE_ERROR.ITEM_PART_OF_ANOTHER_SUBMISSION",
    ),
)
