"""What is read from the text of a namespace is what importing it gives."""

from __future__ import annotations

import inspect

import pytest

from app_store_connect.cli import outlines
from support.whole_api import namespace_class, operations


@pytest.mark.parametrize("way", ["text", "import"])
def test_outlines_are_those_of_the_client(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if way == "import":
        # As where a package was installed without its text.
        monkeypatch.setattr(outlines, "find_spec", lambda _: None)
    assert set(outlines.namespaces().values()) == operations().keys()
    for namespace, methods in operations().items():
        kind = namespace_class("sync", namespace)
        found = outlines.outline(namespace)
        assert [item.name for item in found.values()] == list(methods)
        for item in found.values():
            operation = methods[item.name]
            assert (item.method, item.path) == (operation.method, operation.path)
            lines = (inspect.getdoc(getattr(kind, item.name)) or "").splitlines()
            assert item.summary == lines[0]
            assert item.link == lines[-1]
            assert item.link.startswith("https://developer.apple.com/")
