from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

from app_store_connect._runtime.http.session import AsyncSession, Session
from app_store_connect._runtime.http.throttle import AsyncGate, Gate

# How waiting is spelled, and what is left without it.
BLOCKING = {
    r"\b(async|await) ": "",
    r"\bAwaitable\[None\]": "None",
    r"\bAsync(?=[A-Z])": "",
    r"\baclose\b": "close",
    r"\baiter_bytes\b": "iter_bytes",
    r"\b__a(enter|exit)__": r"__\1__",
    r"\bimport asyncio\b.*": "",
    r"\basyncio\b": "time",
    r"\basleep\b": "time.sleep",
    r"self\.sleep\(step\.seconds\)": "Errand.pause(step.seconds, self.sleep)",
}


def tree(kind: Any, substitutions: dict[str, str]) -> str:
    text = textwrap.dedent(inspect.getsource(kind))
    for pattern, replacement in substitutions.items():
        text = re.sub(pattern, replacement, text)
    parsed = ast.parse(text)
    if isinstance(parsed.body[0], ast.ClassDef):
        del parsed.body[0].body[0]  # The docstrings say which is which.
    return ast.dump(parsed, indent=1)


def test_the_two_drivers_differ_in_waiting_only() -> None:
    assert tree(AsyncSession._perform, BLOCKING) == tree(Session._perform, {})
    # Their locks are namesakes.
    namesakes = {r"\basyncio\b": "threading", r"\bAbstractAsync": "Abstract"}
    assert tree(AsyncGate, BLOCKING | namesakes) == tree(Gate, {})


def test_importing_the_runtime_loads_no_cryptography() -> None:
    """A budget: OpenSSL and the JWT library cost more than everything else."""
    modules = ("http.session", "auth.tokens", "auth.keys", "auth.key_sources")
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        + "".join(f"import app_store_connect._runtime.{name}\n" for name in modules)
        + "print(sorted({'jwt', 'cryptography', 'httpx', 'httpx2'} & sys.modules.keys()))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own script
    assert done.stdout.strip() == b"[]"


def test_a_client_that_blocks_does_not_pay_for_asyncio() -> None:
    """A budget: asyncio takes as long to import as the whole runtime."""
    script = (
        f"import sys; sys.path[:0] = {sys.path!r}\nimport app_store_connect.client\n"
        "print(*(m.__file__ for n, m in sys.modules.items() if n.startswith('app_store_connect')))"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, check=True, text=True)  # noqa: S603
    loaded = [Path(name) for name in done.stdout.split()]
    assert len(loaded) > 10
    pattern = re.compile(r"^(import|from) (asyncio|concurrent)", re.MULTILINE)
    assert [file.name for file in loaded if pattern.search(file.read_text())] == []
