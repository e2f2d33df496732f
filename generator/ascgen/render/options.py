"""What the user may choose about the output."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass

from ascgen.errors import UsageError

TEMPLATE = "app_store_connect"

# What the client and its extras import, itself or by way of another, and what it is built and
# tested with; a package of that name would stand in front. A distribution cannot need itself.
_LIBRARIES = frozenset(
    {
        *("_cffi_backend", "_pytest", "anyio", "ascgen", "brotli", "brotlicffi"),
        *("certifi", "cffi", "click", "colorama", "conftest", "cryptography"),
        *("exceptiongroup", "h11", "h2", "hatchling", "hpack", "httpcore", "httpcore2"),
        *("httptools", "httpx", "httpx2", "hyperframe", "hypothesis", "idna"),
        *("iniconfig", "jwt", "markdown_it", "mdurl", "msgspec", "nose", "nox", "numpy"),
        *("packaging", "pandas", "pkg_resources", "pluggy", "polars", "pyarrow"),
        *("pycparser", "pygments", "pyjwt", "pytest", "pytest_asyncio", "rich"),
        *("setuptools", "sitecustomize", "sniffio", "socksio", "tests", "tox", "trio"),
        *("truststore", "typing_extensions", "usercustomize", "uvicorn", "uvloop"),
        *("watchfiles", "websockets", "wheel", "wsproto", "xdist", "yaml", "zstandard"),
    }
)
# Modules that later or earlier versions of Python have, and names that mean something to it.
_PYTHON = frozenset(
    {
        *sys.stdlib_module_names,
        *("annotationlib", "asyncore", "compression", "distutils", "imp", "pip", "test"),
    }
)
_LONGEST = 100
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)[0-9]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """The name of the package, and the command that every file says it comes from.

    A name with dots is of a package in a namespace: `acme.asc`.
    """

    package: str = TEMPLATE
    command: str = "ascgen generate"

    def __post_init__(self) -> None:
        """Refuse a name that no import statement could name, or that means something else."""
        parts = self.package.split(".")
        for part in parts:
            if problem := _problem(part):
                raise UsageError(f"{self.package!r} is not a name for a Python package: {problem}")
        root = parts[0].lower()
        if root in _PYTHON:
            raise UsageError(
                f"{self.package!r} is not a name for the client: {root} is a module of Python's own"
            )
        if root in _LIBRARIES:
            raise UsageError(
                f"{self.package!r} is not a name for the client: it would hide the library {root}"
            )

    @property
    def folder(self) -> str:
        """Where the package is, in the folder that is rendered into."""
        return self.package.replace(".", "/")

    @property
    def distribution(self) -> str:
        """What the package is installed as."""
        return re.sub(r"[._]+", "-", self.package).strip("-")


def _problem(part: str) -> str:
    """Return what is wrong with a part of a name; empty where nothing is."""
    if not (part.isidentifier() and part.isascii() and part.strip("_")):
        return "it takes letters, digits and underscores, with a dot after the name of a namespace"
    if keyword.iskeyword(part):
        return f"{part} is a keyword"
    if part.startswith("__"):
        return f"{part} means something else to Python"
    if len(part) > _LONGEST:
        return f"more than {_LONGEST} letters are too long for a folder"
    # A folder of that name cannot be made or read on Windows.
    return f"{part} is a device on Windows" if _DEVICE.fullmatch(part) else ""
