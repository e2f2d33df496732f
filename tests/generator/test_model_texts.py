"""Texts of model classes, kept between runs as long as they would be the same."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from ascgen.files.textcache import TextCache
from ascgen.plan.catalog import build_catalog
from ascgen.plan.names import snake
from ascgen.render import models
from ascgen.render.distribution import Renderer
from ascgen.render.model_files import model_data
from ascgen.render.options import Options
from ascgen.sources import templates_directory
from support import mini
from support.mini import TEXT, operation

LISTS = {"GET /v1/apps": operation("apps_getCollection", "AppsResponse")}
API = mini.analysed(mini.spec(LISTS, mini.resource("App", "apps", {"bundleId": TEXT})))


def app_class(texts: TextCache) -> str:
    catalog, templates = build_catalog(API), templates_directory()
    renderer = Renderer(API, catalog, Options(), templates / "client")
    rendering = models.ModelRenderer(catalog, partial(model_data, renderer), templates / "models")
    return rendering.render(texts)["app"].body


def test_a_class_is_rendered_anew_where_a_field_has_another_name_in_python(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = TextCache(None)
    assert "    bundle_id: " in app_class(texts)
    monkeypatch.setattr(models, "snake", lambda name: f"{snake(name)}_")
    assert "    bundle_id_: " in app_class(texts)


def test_a_class_that_is_the_same_is_not_rendered_again(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = TextCache(None)
    first = app_class(texts)
    monkeypatch.setattr(models, "_document", None)
    assert app_class(texts) == first


@pytest.mark.parametrize("changed", ["datamodel-code-generator", "models.py", "msgspec.jinja2"])
def test_a_class_is_rendered_anew_by_another_program(
    changed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = TextCache(None)
    first = app_class(texts)
    read_text, runs = Path.read_text, list[object]()

    def edited(path: Path, *words: str, **more: str) -> str:
        text = read_text(path, *words, **more)
        return f"{text}\n" if path.name == changed else text

    def document(*words: Any) -> Any:
        runs.append(words)
        return whole(*words)

    whole = models._document
    monkeypatch.setattr(Path, "read_text", edited)
    monkeypatch.setattr(models, "version", lambda name: "99" if name == changed else version(name))
    monkeypatch.setattr(models, "_document", document)
    app_class(texts)
    monkeypatch.undo()
    assert runs
    assert app_class(texts) == first
