"""No string of a document gets out of its place in HTML, addresses, pictures or scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec
import pytest
from reference_site import GUIDE, TEMPLATES

from ascgen.errors import AscgenError
from ascgen.site import render_site
from ascgen.subset import subset

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ascgen.model import ApiModel

# Nothing of this passes the checks of documents and snapshots: here they are left out.
ATTACKS = (
    "</script><script>alert(1)</script>\"><img src=x onerror=alert(1)>'{{ 7 * 191 }}{% raw %}",
    "/../../tmp/evil\u2028*/alert(1)/*-->javascript:alert(1)//",
)
_TEXTS = re.compile(r"<(?:script|img|iframe|a)\b[^>]*", re.IGNORECASE)


@pytest.fixture(scope="module")
def tiny(api: ApiModel) -> ApiModel:
    return subset(api, ["endUserLicenseAgreements", "sandboxTesters"], [])


def places(value: object) -> Iterator[str]:
    """The names of all members that hold text, in any struct of a model."""
    seen: set[str] = set()

    def walk(item: object) -> None:
        if isinstance(item, msgspec.Struct):
            for name in item.__struct_fields__:
                inner = getattr(item, name)
                if isinstance(inner, str) and inner:
                    seen.add(f"{type(item).__name__}.{name}")
                walk(inner)
        elif isinstance(item, dict):
            for inner in item.values():
                walk(inner)
        elif isinstance(item, tuple):
            for inner in item:
                if isinstance(inner, str):
                    seen.add("tuple")
                walk(inner)

    walk(value)
    return iter(sorted(seen))


def attacked(value: object, place: str, change: Callable[[str], str]) -> object:
    """The model with the attack in every text of one place, which no decoder has checked."""
    if isinstance(value, msgspec.Struct):
        members: dict[str, object] = {}
        for name in value.__struct_fields__:
            inner = getattr(value, name)
            here = f"{type(value).__name__}.{name}" == place
            if here and isinstance(inner, str) and inner:
                members[name] = change(inner)
            else:
                members[name] = attacked(inner, place, change)
        return msgspec.structs.replace(value, **members)
    if isinstance(value, dict):
        return {key: attacked(inner, place, change) for key, inner in value.items()}
    if isinstance(value, tuple):
        return tuple(
            change(inner) if isinstance(inner, str) and place == "tuple"
            else attacked(inner, place, change)
            for inner in value
        )  # fmt: skip
    return value


def test_no_text_becomes_markup(tiny: ApiModel) -> None:
    clean = {text for page in render_site(tiny, templates=TEMPLATES, guide=GUIDE).values()
             for text in _TEXTS.findall(page)}  # fmt: skip
    rendered = 0
    for place in places(tiny):
        for attack in ATTACKS:
            model = attacked(tiny, place, lambda text, attack=attack: text + attack)
            assert isinstance(model, type(tiny))
            try:
                files = render_site(model, templates=TEMPLATES, guide=GUIDE)
            except (AscgenError, KeyError):
                continue  # refused: names are identifiers, references have to resolve
            rendered += 1
            for path, text in files.items():
                assert re.fullmatch(r"[A-Za-z0-9_./-]+", path), (place, path)
                assert ".." not in path
                if path.endswith(".html"):
                    assert "alert(1)>" not in text, place
                    assert "1337" not in text, place
                    new = set(_TEXTS.findall(text)) - clean
                    assert all(re.match(r"<a\b", tag) for tag in new), (place, new)
                    assert not re.search(r'(?:href|src)="javascript:', text), place
                else:
                    assert "</script" not in text
                    assert "\u2028" not in text
    assert rendered > 15


def test_the_title_cannot_end_a_comment(tiny: ApiModel) -> None:
    for title in ("x*/", "x-->", "x\ny", "<b>"):
        with pytest.raises(AscgenError):
            render_site(
                msgspec.structs.replace(tiny, title=title), templates=TEMPLATES, guide=GUIDE
            )
