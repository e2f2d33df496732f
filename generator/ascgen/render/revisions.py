"""The version of the package: the API's three numbers, and a fourth one of ours.

A lock file says by it which API is spoken. The fourth number is for releases that Apple has no part
in, and for those where Apple changes the API under its old number. It stands in a file of its own,
since it has to start again with every version of the API.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

import msgspec

from ascgen.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

_NUMBERS = 3

_Version: TypeAlias = Annotated[str, msgspec.Meta(pattern=rf"\A\d+(\.\d+){{0,{_NUMBERS - 1}}}\Z")]
_Revision: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]


def revision(templates: Path, product: str, version: str) -> int:
    """Read how often the client of this version was released after the first time.

    Raises:
        StoreError: the file of the revisions cannot be read.
    """
    path = templates / "revisions.toml"
    try:
        found = msgspec.toml.decode(path.read_bytes(), type=dict[str, dict[_Version, _Revision]])
    except (OSError, ValueError) as error:
        raise StoreError(
            f"cannot read {path}: {error}",
            hint='below the product it takes lines such as "4.5.1" = 1',
        ) from None
    return found.get(product, {}).get(version, 0)


def package_version(version: str, number: int) -> str:
    """Compose the package's version; 4.4 and 1 are 4.4.0.1, since 4.4.1 may be Apple's."""
    if not number:
        return version
    padding = ["0"] * (_NUMBERS - len(version.split(".")))
    return ".".join([version, *padding, str(number)])
