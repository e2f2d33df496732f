"""What the site has for language models: llms.txt, and a page in Markdown beside each other one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ascgen.plan.namespaces import python_name
from ascgen.site.publication import MARK

if TYPE_CHECKING:
    from ascgen.model import ApiModel

LINK = re.compile(r"\]\(([^)]+)\)")


def test_llms_txt_leads_to_a_page_of_every_resource(files: dict[str, str]) -> None:
    text = files["llms.txt"]
    assert text.startswith("# App Store Connect API ")
    pages = {path.removesuffix(".html") for path in files if path.startswith("resources/")}
    links = LINK.findall(text)
    assert set(links) <= files.keys()
    assert {link.removesuffix(".md") for link in links} == {
        path.removesuffix(".md") for path in pages
    }
    assert len(links) == len(set(links))


def test_every_operation_has_its_call_in_markdown(api: ApiModel, files: dict[str, str]) -> None:
    text = "\n".join(text for path, text in files.items() if path.endswith(".md"))
    headings = re.findall(r"^## asc\.(\S+)$", text, re.MULTILINE)
    names = [python_name(item) for item in api.operations]
    assert sorted(headings) == sorted(f"{name.namespace}.{name.method}" for name in names)
    for operation in api.operations:
        assert f"`{operation.method} {operation.path}`" in text


def test_pages_in_markdown_are_the_sites_and_no_html(files: dict[str, str]) -> None:
    for path, text in files.items():
        if path.endswith((".md", ".txt")):
            first, _, rest = text.partition("\n")
            assert MARK in first
            assert "&quot;" not in rest
            assert not re.search(r"</?[a-z]+>", rest), path
            assert rest.count("```") % 2 == 0
