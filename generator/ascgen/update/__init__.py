"""An update to another document of Apple's: planned and rendered in memory, then written.

    Checkout   the committed files that follow Apple: snapshot, changelog, rendered client
    plan       the committed facts against the new ones: changes, version numbers, what to look at
    changelog  the changes as a section of CHANGELOG.md
    writing    all files as they will be; the snapshot is written last
    report     the plan as text and as JSON

An update that is interrupted is made whole by the next one: it is the snapshot that says which
document the checkout follows, so until that is written the update is still to be done.
"""

from ascgen.update.checkout import Checkout
from ascgen.update.plan import Plan, is_older, plan_update, says_the_same
from ascgen.update.writing import Files, Rendered, render_update, write_update

__all__ = [
    "Checkout",
    "Files",
    "Plan",
    "Rendered",
    "is_older",
    "plan_update",
    "render_update",
    "says_the_same",
    "write_update",
]
