"""Mends to Apple's document, as data: OpenAPI Overlay 1.0, applied and reported on.

An overlay is a list of actions, each a JSONPath `target` with an `update` to merge or with
`remove: true`. Beside what the Overlay specification asks for, every action says what it is called,
why it is there and where the fact is from (`x-ascgen-id`, `x-ascgen-reason`, `x-ascgen-source`).

Three things are settled here that the specification leaves open or does not allow. With them,
applying an overlay twice is the same as applying it once, and a mend that Apple has made itself is
noticed:

- an array receives only the items it does not have yet, as the target and as a part of an update;
- `remove` may select a primitive, such as one value of an `enum`, as Overlay 1.1 allows;
- of the places an action matches, a part is changed before the whole it is in, and the last item of
  an array before the first.
"""

from ascgen.overlay.application import apply_overlay
from ascgen.overlay.model import Mend, MendOutcome, Overlay, OverlayReport
from ascgen.overlay.reader import bundled_overlay, load_overlay

__all__ = [
    "Mend",
    "MendOutcome",
    "Overlay",
    "OverlayReport",
    "apply_overlay",
    "bundled_overlay",
    "load_overlay",
]
