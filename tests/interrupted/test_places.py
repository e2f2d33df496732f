"""Places that cannot be written, or are other than a folder: a clear error, and nothing is lost."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest
from scene import Done, Scene, tree

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OUTPUTS = ("generate", "docs", "snapshot")


def check_refusal(done: Done, *words: str) -> None:
    assert done.code == 3, done
    line = done.err.split("\n")[0]
    assert line.startswith("ascgen: ")
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err


@pytest.mark.parametrize("command", OUTPUTS)
def test_an_output_that_is_read_only(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    scene.place.chmod(0o555)
    done = scene.run(troubles=["no privileges"])
    check_refusal(done, os.strerror(errno.EACCES), "--output")
    assert scene.state() == scene.old
    scene.place.chmod(0o755)
    assert scene.litter() == []
    assert scene.run(troubles=["no privileges"]).code == 0
    assert scene.state() == scene.new


@pytest.mark.parametrize("command", OUTPUTS)
def test_an_output_in_a_folder_that_is_read_only_is_changed_all_the_same(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    scene.root.chmod(0o555)
    done = scene.run(troubles=["no privileges"])
    scene.root.chmod(0o755)
    assert done.code == 0, done
    assert scene.state() == scene.new
    assert scene.litter() == []


@pytest.mark.parametrize("command", OUTPUTS)
def test_a_new_output_in_a_folder_that_is_read_only(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    scene.words = (*scene.words[:-1], "deep/er")
    scene.root.chmod(0o555)
    done = scene.run(troubles=["no privileges"])
    scene.root.chmod(0o755)
    check_refusal(done, os.strerror(errno.EACCES), "--output")
    assert not (scene.root / "deep").exists()


def test_a_cache_that_is_read_only(scene_of: Callable[..., Scene], tmp_path: Path) -> None:
    scene = scene_of("fetch", tmp_path)
    cache = scene.root / "cache"
    for folder in (cache, cache / "documents"):
        folder.chmod(0o555)
    done = scene.run(troubles=["no privileges"])
    check_refusal(done, os.strerror(errno.EACCES), "--cache-dir")
    for folder in (cache, cache / "documents"):
        folder.chmod(0o755)
    assert scene.state() == scene.old
    assert scene.litter() == []


def test_generating_beside_a_cache_that_is_read_only(
    scene_of: Callable[..., Scene], tmp_path: Path
) -> None:
    scene = scene_of("generate", tmp_path)
    (scene.root / "cache").chmod(0o555)
    assert scene.run(troubles=["no privileges"]).code == 0
    (scene.root / "cache").chmod(0o755)
    assert scene.state() == scene.new


@pytest.mark.parametrize("command", OUTPUTS)
@pytest.mark.parametrize("where", ["blocked", "blocked/deeper"])
def test_a_file_where_a_folder_belongs(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str, where: str
) -> None:
    scene = scene_of(command, tmp_path)
    (scene.root / "blocked").write_text("mine")
    before = tree(scene.root)
    scene.words = (*scene.words[:-1], where)
    check_refusal(scene.run(), "blocked", "--output")
    after = tree(scene.root)
    assert {path: after[path] for path in before if "texts" not in path} == {
        path: text for path, text in before.items() if "texts" not in path
    }
    assert after.keys() == before.keys()


@pytest.mark.parametrize("command", OUTPUTS)
def test_an_output_behind_a_link(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    scene.place.rename(scene.root / "elsewhere")
    scene.place.symlink_to("elsewhere")
    scene.check_next()
    assert scene.place.is_symlink()
    assert tree(scene.root / "elsewhere") == scene.new


@pytest.mark.parametrize("command", ["generate", "docs"])
def test_an_output_that_is_the_working_folder_stays_it(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    number = scene.place.stat().st_ino
    scene.words = ("--spec", "../new.json", "--output", ".")
    scene.check_next(cwd=scene.place)
    assert scene.place.stat().st_ino == number


@pytest.mark.parametrize("command", ["generate", "docs"])
def test_much_of_the_users_stays_where_it_is(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    folder = scene.place / "project"
    folder.mkdir()
    for number in range(1100):
        (folder / f"{number}.txt").write_text("mine")
    inode = folder.stat().st_ino
    scene.succeed()
    assert folder.stat().st_ino == inode
    assert len(list(folder.iterdir())) == 1100
    assert scene.litter() == []


@pytest.mark.parametrize("command", ["generate", "docs"])
def test_what_is_the_users_comes_along_as_it_is(
    scene_of: Callable[..., Scene], tmp_path: Path, command: str
) -> None:
    scene = scene_of(command, tmp_path)
    place = scene.place
    (place / "empty").mkdir()
    (place / "nowhere").symlink_to("gone")
    (place / "folder").symlink_to("empty")
    (place / "script").write_text("mine")
    (place / "script").chmod(0o750)
    place.chmod(0o750)
    inode = (place / "script").stat().st_ino
    scene.succeed()
    found = tree(place)
    assert (found["empty"], found["nowhere"], found["folder"]) == ("", "-> gone", "-> empty")
    assert (place / "script").stat().st_ino == inode
    assert (place.stat().st_mode & 0o777, (place / "script").stat().st_mode & 0o777) == (
        0o750,
        0o750,
    )
