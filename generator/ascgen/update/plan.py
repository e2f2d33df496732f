"""The plan of an update as a value: changes, version numbers, what to look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import structs

from ascgen.render.revisions import revision
from ascgen.sources import templates_directory
from ascgen.update.changelog import section, with_section
from ascgen.update.review import review
from ascgen.update.versions import client_version, generator_version

if TYPE_CHECKING:
    from ascgen.diff import Diff
    from ascgen.documents.document import SpecDocument
    from ascgen.documents.product import Product
    from ascgen.model import ApiModel
    from ascgen.update.checkout import Checkout
    from ascgen.update.review import Item
    from ascgen.update.versions import Suggestion


@dataclass(frozen=True, slots=True)
class Plan:
    """An update that is worked out.

    `section` is what the changelog will say of it, if anything, and `changelog` its whole text.
    """

    product: Product
    old: ApiModel
    new: ApiModel
    diff: Diff
    client: Suggestion
    generator: Suggestion
    review: tuple[Item, ...]
    section: str
    changelog: str

    @property
    def breaks(self) -> bool:
        """Whether code that uses the client may stop running."""
        return self.diff.bump == "major"

    @property
    def asks(self) -> bool:
        """Whether a person has to look: something breaks, or is not in the client."""
        return self.breaks or bool(self.diff.omitted)


def is_older(document: SpecDocument, committed: ApiModel) -> bool:
    """Return whether a document is of an earlier version than the committed snapshot."""
    from ascgen.documents.document import version_key

    return version_key(document.version) < version_key(committed.version)


def says_the_same(old: ApiModel, new: ApiModel) -> bool:
    """Return whether two documents state the same facts, be their bytes the same or not."""
    return structs.replace(new, sha256=old.sha256) == old


def plan_update(checkout: Checkout, product: Product, old: ApiModel, new: ApiModel) -> Plan:
    """Work out the update of a checkout from one API to another; nothing is written.

    Raises:
        SpecError: no client can be made of the new one.
        StoreError: the checkout cannot be read.
    """
    from ascgen.diff import compare

    diff = compare(old, new)
    changelog = checkout.read_changelog()
    # Another document that says the same is news for the snapshot, and for no user of the client.
    is_told = bool(diff.changes or diff.omitted or diff.modelled) or old.version != new.version
    told = section(diff, product) if is_told else ""
    return Plan(
        product=product,
        old=old,
        new=new,
        diff=diff,
        client=client_version(diff, revision(templates_directory(), product, old.version)),
        generator=generator_version(diff, checkout.version()),
        review=review(diff, old, new, checkout.root),
        section=told,
        changelog=with_section(changelog, told) if is_told else changelog,
    )
