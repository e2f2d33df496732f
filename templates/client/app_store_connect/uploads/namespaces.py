"""What uploads ask of a client: the namespaces they call, by their methods alone.

A client of a few resources has some of them, and no upload needs more than those it calls.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

__all__ = ["BuildNamespaces", "Uploadable", "UploadedBuild"]

R_co = TypeVar("R_co", covariant=True)
B_co = TypeVar("B_co", covariant=True)
F_co = TypeVar("F_co", covariant=True)


class Uploadable(Protocol[R_co]):
    """A namespace whose resources are files: any that has `create`, `get` and `update`."""

    @property
    def create(self) -> Callable[..., R_co]:
        """Reserve a place."""
        ...

    @property
    def get(self) -> Callable[..., R_co]:
        """Read the state."""
        ...

    @property
    def update(self) -> Callable[..., R_co]:
        """Commit."""
        ...


class UploadedBuild(Protocol):
    """What `upload_build` returns: a `BuildUpload`, whose `build` is None until there is one."""

    id: str
    state: Any
    build: Any


class BuildUploads(Protocol[R_co]):
    """The namespace of build uploads."""

    @property
    def create(self) -> Callable[..., R_co]:
        """Begin one."""
        ...

    @property
    def get(self) -> Callable[..., R_co]:
        """Read its state."""
        ...


class BuildNamespaces(Protocol[B_co, F_co]):
    """A client with what builds are uploaded by."""

    @property
    def build_uploads(self) -> BuildUploads[B_co]:
        """The build uploads, each of which has a file."""
        ...

    @property
    def build_upload_files(self) -> Uploadable[F_co]:
        """Their files."""
        ...
