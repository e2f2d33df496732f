"""A folder tree of screenshots and previews, as snapshot and deliver make it."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from ..._runtime.suggestions import suggestion
from ..common.reading import reading
from ..localized_texts import LOCALES
from .headers import Header, read_header

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

__all__ = ["MediaFile", "MediaFolderError", "MediaKind", "natural", "read_folder"]

MediaKind: TypeAlias = Literal["screenshot", "preview"]

_FORMATS = {".png": "png", ".jpg": "jpg", ".jpeg": "jpg"} | dict.fromkeys(
    (".mov", ".mp4", ".m4v"), "mov"
)
_FRAMED = "_framed"
# Trees within the tree, whose folders are locales again.
_EXTRA = {"imessage", "appletv"}
_LARGEST_FILM = 500 * 1024 * 1024
_SHORTEST, _LONGEST = 15.0, 30.0


class MediaFolderError(ValueError):
    """Files that the App Store would not take; nothing was sent.

    `problems` names each of them with its reason.
    """

    def __init__(self, problems: list[str]) -> None:
        self.problems = tuple(problems)
        super().__init__(
            "\n".join(["folder: nothing was sent, since", *(f"  {x}" for x in problems)])
        )


class MediaFile(msgspec.Struct, frozen=True):
    """A file of the tree; `hint` is its path below the tree, whose names may tell a display."""

    path: Path
    locale: str
    kind: MediaKind
    hint: str
    size: int
    header: Header
    md5: str
    sha256: str
    imessage: bool = False

    @property
    def name(self) -> str:
        """The name of the file."""
        return self.path.name


def natural(text: str) -> list[tuple[int, str]]:
    """Return a key to sort names by as people do: `2.png` before `10.png`."""
    parts = re.split(r"(\d+)", text.lower())
    return [(int(x), "") if x.isdigit() else (-1, x) for x in parts]


def read_folder(folder: str | os.PathLike[str], shortest: float = _SHORTEST) -> list[MediaFile]:
    """Read the files of a tree `<locale>/…`, sorted by name.

    A film plays `shortest` seconds at least. Where a file `x_framed` lies beside `x`, it stands for
    it, as for deliver.

    Raises:
        MediaFolderError: for all files that no App Store takes.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise MediaFolderError([f"{root} is not a folder"])
    problems: list[str] = []
    found: list[MediaFile] = []
    with reading("folder"):
        paths = list(_paths(root, problems))
    for path, locale, imessage in paths:
        try:
            file = _file(root, path, locale, shortest, imessage=imessage)
        except OSError as error:
            file = f"it cannot be read: {error.strerror}"
        if isinstance(file, str):
            problems.append(f"{path.relative_to(root).as_posix()}: {file}")
        else:
            found.append(file)
    if not found and not problems:
        problems.append(f"{root} has no screenshots or previews below folders such as en-US")
    if problems:
        raise MediaFolderError(problems)
    return found


def _paths(root: Path, problems: list[str]) -> Iterator[tuple[Path, str, bool]]:
    tops = [(x, False) for x in _folders(root) if x.name.lower() not in _EXTRA]
    for extra in _folders(root):
        if extra.name.lower() in _EXTRA:
            tops += [(x, extra.name.lower() == "imessage") for x in _folders(extra)]
    for top, imessage in tops:
        media = list(_media(top))
        if media and top.name not in LOCALES:
            name = top.relative_to(root).as_posix()
            problems.append(f"{name} is not a locale such as en-US{suggestion(top.name, LOCALES)}")
            continue
        framed = Counter(x.with_stem(x.stem.removesuffix(_FRAMED)) for x in media)
        for path in sorted(media, key=lambda x: natural(x.name)):
            if path.stem.endswith(_FRAMED) or framed[path] == 1:
                yield path, top.name, imessage


def _media(top: Path) -> Iterator[Path]:
    """Yield what is named like media, and linked folders, in which nobody looks."""
    for path in top.rglob("*"):
        is_hidden = any(x.startswith(".") for x in path.parts[len(top.parts) :])
        is_linked = path.is_symlink() and not path.is_file()
        if not is_hidden and (is_linked or (path.is_file() and path.suffix.lower() in _FORMATS)):
            yield path


def _folders(root: Path) -> list[Path]:
    return sorted(x for x in root.iterdir() if x.is_dir() and not x.name.startswith("."))


def _file(
    root: Path, path: Path, locale: str, shortest: float, *, imessage: bool
) -> MediaFile | str:
    """Return a file, or what is wrong with it whatever it is meant for."""
    if not path.is_file():
        return "it is a link to a folder, or to nothing: have the files themselves here"
    header = read_header(path)
    wanted = _FORMATS[path.suffix.lower()]
    if header is None or header.format != wanted:
        told = "is damaged or of another format" if header is None else f"is a {header.format} file"
        return f"its name says {path.suffix}, and it {told}"
    size = path.stat().st_size
    kind: MediaKind = "preview" if wanted == "mov" else "screenshot"
    if problem := (
        _film_problem(header, size, shortest) if kind == "preview" else _image_problem(header)
    ):
        return problem
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            md5.update(chunk)
            sha256.update(chunk)
    hint = path.relative_to(root).as_posix()
    digests = (md5.hexdigest(), sha256.hexdigest())
    return MediaFile(path, locale, kind, hint, size, header, *digests, imessage)


def _image_problem(header: Header) -> str:
    if not header.width:
        return "its header is damaged"
    return "it has an alpha channel: save it without transparency" if header.alpha else ""


def _film_problem(header: Header, size: int, shortest: float) -> str:
    seconds = header.seconds
    if size > _LARGEST_FILM:
        return f"it has {size:,} bytes, and a preview has {_LARGEST_FILM:,} at most"
    if seconds is not None and not shortest <= seconds <= _LONGEST:
        return f"it plays {seconds:.1f} s, and it may play {shortest:.0f} to {_LONGEST:.0f} s"
    return ""
