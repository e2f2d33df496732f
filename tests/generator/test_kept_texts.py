"""What was made before is used again as long as it would come out the same, and no longer."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ascgen import sources
from ascgen.documents.document import parse_document
from ascgen.files.publish import publish
from ascgen.files.textcache import TextCache
from ascgen.generate import render_distribution
from ascgen.render import layout
from ascgen.render.options import Options
from ascgen.sources import Source, templates_directory
from support import mini
from support.mini import TEXT, operation
from support.small_spec import small_spec_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

PATHS = {
    "GET /v1/apps": operation("apps_getCollection", "AppsResponse"),
    "GET /v1/apps/{id}": operation("apps_getInstance", "AppResponse"),
}
SPEC = mini.spec(PATHS, mini.resource("App", "apps", {"bundleId": TEXT}))
RESOURCE = "app_store_connect/resources/apps.py"


def rendered(
    published: Path | None = None,
    texts: TextCache | None = None,
    number: str = "1.0",
    attributes: tuple[str, ...] = ("bundleId",),
) -> tuple[dict[str, str], list[str]]:
    """The files, and the stages that making them took."""
    stages: list[str] = []
    place = "/components/schemas/App/properties/attributes/properties"
    spec = mini.edited(SPEC, place, dict.fromkeys(attributes, TEXT))
    spec["info"]["version"] = number
    found = render_distribution(
        mini.analysed(spec),
        options=Options(),
        templates=templates_directory(),
        texts=texts,
        published=published,
        workers=1,
        progress=lambda stage, _done, _total: stages.append(stage),
    )
    return found.files, stages


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    return rendered()[0]


@pytest.fixture
def folder(files: dict[str, str], tmp_path: Path) -> Path:
    publish(files, tmp_path / "out", "app_store_connect")
    return tmp_path / "out"


@pytest.mark.parametrize("number", ["1.0", "1.0.1"])
def test_what_is_published_is_not_formatted_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: str
) -> None:
    expected, _ = rendered(number=number)

    def refuse(text: str, path: str = "") -> str:
        if path.endswith("resources/apps.py") or "/models/" in path:
            raise AssertionError(f"{path} is formatted again")
        return format_python(text, path)

    format_python = layout.format_python
    monkeypatch.setattr(layout, "format_python", refuse)
    assert rendered(folder, number=number)[0] == expected


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text + "\nimport os\n",
        lambda text: text.replace("class Async", "class  Async", 1),
        lambda text: text.replace("def list(", "def list( ", 1),
        lambda _: "",
    ],
)
def test_what_was_edited_in_the_folder_never_gets_into_what_is_rendered(
    files: dict[str, str], folder: Path, edit: Callable[[str], str]
) -> None:
    path = folder / RESOURCE
    path.write_text(edit(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert rendered(folder)[0] == files


@pytest.mark.parametrize("name", ["black", "datamodel-code-generator", "jinja2"])
def test_another_version_of_a_tool_renders_everything_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = TextCache(None)
    assert rendered(texts=texts)[1]
    assert rendered(texts=texts)[1] == []
    monkeypatch.setattr(
        "ascgen.generate.version", lambda tool: "99" if tool == name else version(tool)
    )
    assert rendered(texts=texts)[1]


@pytest.mark.parametrize(
    "name", ["model.py", "analyze/schemas.py", "overlay/application.py", "overlays/enterprise.yaml"]
)
def test_facts_are_read_again_where_what_reads_them_changed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = parse_document(small_spec_bytes("1.0"), origin="small")
    reads: list[str] = []
    read_text, api_of = Path.read_text, sources.api_of

    def analysed(*words: object, **more: object) -> object:
        reads.append(name)
        return api_of(*words, **more)  # type: ignore[arg-type]

    def edited(path: Path, *words: str, **more: str) -> str:
        text = read_text(path, *words, **more)
        return text + "\n" if path.as_posix().endswith(f"ascgen/{name}") else text

    monkeypatch.setattr(sources, "api_of", analysed)
    texts, source = TextCache(None), Source("small", document)
    source.load(texts=texts)
    source.load(texts=texts)
    assert len(reads) == 1
    monkeypatch.setattr(Path, "read_text", edited)
    source.load(texts=texts)
    assert len(reads) == 2


@pytest.mark.parametrize("name", ["model.py", "render/fit.py", "plan/names.py"])
def test_another_generator_renders_everything_again(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = TextCache(None)
    rendered(texts=texts)
    read_text = Path.read_text

    def edited(path: Path, *words: str, **more: str) -> str:
        text = read_text(path, *words, **more)
        return text + "\n" if path.as_posix().endswith(f"ascgen/{name}") else text

    monkeypatch.setattr(Path, "read_text", edited)
    assert rendered(texts=texts)[1]


@pytest.mark.parametrize("name", ["layout", "fit", "flavours", "shortened", "twins", "black"])
def test_files_are_laid_out_anew_where_what_lays_them_out_changed(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, read_text = TextCache(None), Path.read_text

    def batches() -> int:
        counts = [0]
        with layout.Formatter(texts, 1) as formatter:
            formatter.add([("a/one.py", "async def a_async(): ...\n")], handwritten=True)
            formatter.add([("a/two.py", "def a( ) : ...\n")])
            files = formatter.finish(lambda _done, total: counts.append(total))
        assert files["a/one.py"] == "def a(): ...\n\n\nasync def a_async(): ...\n"
        return counts[-1]

    def edited(path: Path, *words: str, **more: str) -> str:
        text = read_text(path, *words, **more)
        return f"{text}\n" if path.name == f"{name}.py" else text

    assert (batches(), batches()) == (2, 0)
    monkeypatch.setattr(Path, "read_text", edited)
    monkeypatch.setattr(layout, "version", lambda tool: "99" if tool == name else version(tool))
    assert batches() == 2


def test_a_run_that_changes_little_adds_little_to_the_cache(tmp_path: Path) -> None:
    path = tmp_path / "texts.msgpack"
    rendered(texts=TextCache(path))
    size = path.stat().st_size
    assert rendered(texts=TextCache(path), attributes=("bundleId", "name"))[1]
    assert size < path.stat().st_size < 1.2 * size
    assert rendered(texts=TextCache(path))[1] == []
