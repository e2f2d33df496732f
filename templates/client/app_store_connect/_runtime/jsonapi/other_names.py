"""Names by which people know a resource, given where its id belongs.

The API would answer them with a bare 404, or as a filter with nothing at all.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["refuse_other_names"]

_NUMBER = re.compile(r"\d+(\.\d+)+")
_DOTTED = re.compile(r"\w[\w-]*(\.[\w-]+)+")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")

# By type: a name with a dot or an @, which no id of these types has, what it is, and who finds it.
# Ids of apps and purchases are whole numbers, all others letters, digits and hyphens.
_NAMES: Mapping[str, tuple[re.Pattern[str], str, str]] = {
    "apps": (_DOTTED, "a bundle id", "asc.apps.list().find(bundle_id={0!r})"),
    "bundleIds": (_DOTTED, "an identifier", "asc.bundle_ids.list().find(identifier={0!r})"),
    "inAppPurchases": (
        _DOTTED,
        "a product id",
        "asc.apps.list_in_app_purchases_v2(app).find(product_id={0!r})",
    ),
    "subscriptions": (
        _DOTTED,
        "a product id",
        "asc.subscription_groups.list_subscriptions(group).find(product_id={0!r})",
    ),
    "appStoreVersions": (
        _NUMBER,
        "the number of a version",
        "asc.apps.list_app_store_versions(app, version_string={0!r}).one()",
    ),
    "preReleaseVersions": (
        _NUMBER,
        "the number of a version",
        "asc.pre_release_versions.list(app=app, version={0!r}).one()",
    ),
    "builds": (_NUMBER, "the number of a build", "asc.builds.list(app=app, version={0!r}).one()"),
    "users": (_ADDRESS, "an address", "asc.users.list().find(username={0!r})"),
    "betaTesters": (_ADDRESS, "an address", "asc.beta_testers.list().find(email={0!r})"),
}


def refuse_other_names(text: str, kind: str) -> None:
    """Raise a ValueError for text that cannot be an id of a type, but is such a name."""
    form, called, finder = _NAMES.get(kind, (None, "", ""))
    if form is not None and form.fullmatch(text):
        raise ValueError(
            f"{text!r} is {called}, not an id of one of the {kind}: {finder.format(text)} finds it"
        )
