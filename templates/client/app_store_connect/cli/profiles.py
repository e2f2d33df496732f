"""Profiles: names for keys, in a file that says where the keys are and holds none."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from .._runtime.files import read_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .._runtime.auth.keys import ApiKey

__all__ = ["Profile", "Profiles"]


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a key is, and where requests with it go if not to Apple.

    `key_id` is needed where the name of the file does not tell it, `issuer_id` for a team's key.
    """

    key_file: str
    key_id: str | None = None
    issuer_id: str | None = None
    enterprise: bool = False
    base_url: str | None = None

    def key(self) -> ApiKey:
        """Read the key; InvalidKeyError says what is wrong with it."""
        from .._runtime.auth.keys import ApiKey

        return ApiKey.from_file(
            self.key_file,
            key_id=self.key_id,
            issuer_id=self.issuer_id,
            enterprise=self.enterprise,
        )


class Profiles:
    """The profiles of a user.

    They are in `profiles.json` of the folder `ASC_CONFIG_DIR`, else of the platform's own for
    settings of programs.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        folder = environ.get("ASC_CONFIG_DIR") or click.get_app_dir("asc", roaming=False)
        self.path = Path(folder) / "profiles.json"
        self._environ = environ

    def all(self) -> dict[str, Profile]:
        """Read all profiles by name; UsageError for a file that holds something else."""
        try:
            return msgspec.json.decode(read_whole(self.path), type=dict[str, Profile])
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise click.UsageError(f"{self.path} cannot be read: {error.strerror}") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise click.UsageError(f"{self.path} does not hold profiles: {error}") from None

    def chosen(self, name: str | None) -> Profile | None:
        """The profile of this name or of `ASC_PROFILE`, None where neither names one."""
        wanted = name or self._environ.get("ASC_PROFILE", "").strip()
        if not wanted:
            return None
        known = self.all()
        if wanted not in known:
            listed = f"there are {', '.join(known)}" if known else "`asc auth add` makes one"
            raise click.UsageError(f"there is no profile {wanted!r}; {listed}")
        return known[wanted]

    def write(self, profiles: Mapping[str, Profile]) -> None:
        """Replace the file, as a whole or not at all; nobody else may read it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        plain: Any = msgspec.to_builtins(profiles)
        part = self.path.with_suffix(".part")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(plain, file, indent=2, ensure_ascii=False)
            file.write("\n")
        part.replace(self.path)
