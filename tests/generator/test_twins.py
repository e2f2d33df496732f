"""Blocking twins: what is written once as `async` code is rendered in both flavours."""

from __future__ import annotations

import ast
import asyncio
import re
from typing import TYPE_CHECKING, Any

import pytest

from ascgen.errors import AscgenError
from ascgen.render.layout import format_python
from ascgen.render.twins import with_blocking
from support.whole_api import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

    from support.clock import Clock

SOURCE = '''
"""Jobs, to be awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

__all__ = ["AsyncJob", "AsyncWork", "total_async"]

LIMIT = 3


class AsyncSteps:
    """An asynchronous iterator over numbers, to be awaited."""

    def __init__(self, ask: Callable[[int], Awaitable[list[int]]]) -> None:
        self._ask = ask
        self.log = ""

    def __aiter__(self) -> AsyncIterator[int]:
        return self._items()

    async def _items(self) -> AsyncIterator[int]:
        # Await what `AsyncJob` asks for.
        for start in range(LIMIT):
            for item in await self._ask(start):
                yield item

    async def __aenter__(self) -> AsyncSteps:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close an asynchronous client: `await steps.aclose()`."""
        self.log += "await closed;"


class AsyncJob:
    """A job, to be awaited.

    async with AsyncSteps(ask) as steps:
        async for step in steps:
            await job.run(step)
    """

    def __init__(self, ask: "Callable[[int], Awaitable[list[int]]]") -> None:
        self._steps = AsyncSteps(ask)

    async def run(self) -> tuple[int, int, str]:
        """Run it."""
        async with self._steps as steps, opened_async(steps) as same:
            first = await anext(aiter(same))
            found = [item async for item in same] + [(await total_async(same)) * 2]
        return first, sum(found), self._steps.log


@asynccontextmanager
async def opened_async(steps: AsyncSteps) -> AsyncIterator[AsyncSteps]:
    """Open them."""
    yield steps


async def total_async(steps: AsyncSteps) -> int:
    return sum([item async for item in steps])


AsyncWork = AsyncJob
'''


def derived(source: str) -> str:
    return with_blocking("rooms/jobs.py", source.lstrip(), format_python)


def loaded(source: str) -> dict[str, Any]:
    module: dict[str, Any] = {"__name__": "jobs"}
    exec(compile(derived(source), "jobs", "exec"), module)  # noqa: S102 - our own text
    return module


def test_both_flavours_do_the_same() -> None:
    module = loaded(SOURCE)

    async def ask_async(start: int) -> list[int]:
        await asyncio.sleep(0)
        return [start, start * 10]

    expected = (0, 33 + 66, "await closed;")
    assert asyncio.run(module["AsyncJob"](ask_async).run()) == expected
    assert module["Work"](lambda start: [start, start * 10]).run() == expected


def test_the_twin_comes_first_and_the_names_it_needs_are_imported_and_exported() -> None:
    text = derived(SOURCE)
    assert text.index("class Steps:") < text.index("class AsyncSteps:")
    assert "from collections.abc import AsyncIterator, Awaitable, Callable, Iterator\n" in text
    assert "from contextlib import asynccontextmanager, contextmanager\n" in text
    assert '"AsyncJob", "AsyncWork", "Job", "Work", "total", "total_async"' in text
    twins = text.partition("class AsyncSteps")[0]
    assert "def __iter__(self) -> Iterator[int]:" in twins
    assert "ask: Callable[[int], list[int]]" in twins


def test_nothing_but_the_flavour_differs() -> None:
    """Neither in what is written by hand, which stays, nor in other statements."""
    text = derived(SOURCE)
    for node in ast.parse(SOURCE).body:
        if isinstance(node, ast.ClassDef | ast.AsyncFunctionDef):
            assert (ast.get_source_segment(SOURCE, node) or "?") in text
    assert text.count("LIMIT = 3\n") == 1


LONG = "a_name_of_which_there_are_so_many_that_the_line_gets_full"
LAID_OUT = f'''
class AsyncA:
    """Steps."""

    async def one_async(
        self, {LONG}: int, several: AsyncIterator[int]
    ) -> Awaitable[AsyncA]: ...

    @decorated(
        {LONG}, "so that it is just a little long, once", AsyncA
    )
    async def two(self) -> Awaitable[tuple[str, int, float, AsyncIterator[str], AsyncIterator[x]]]:
        # A comment, and what stays on several lines.
        found = await self.{LONG}(
            1, self.{LONG}
        )
        if (
            await self.{LONG}(1) == "23456"
            and found
        ):
            return (
                await self.{LONG}() or await found
            )
        elif await self.{LONG}(
            [item async for item in found if item], found
        ):
            pass
        try:
            async with self.{LONG} as that, AsyncA(
                found
            ) as this:
                that[0] = {{"kept": """text
  as it is""", "over several lines": await this[{LONG}]}}
        except (
            AsyncStepsOfSomeKind, AsyncStepsOfAnotherKind, {LONG},
        ):
            raise
        return [
            (await item)
            async for item in self.{LONG}
        ]
'''


def test_twins_are_laid_out_by_black() -> None:
    """Statements that fit on fewer lines now do, and nothing else is looked at."""
    source = format_python(LAID_OUT)
    seen: list[str] = []

    def reformat(text: str) -> str:
        seen.append(text)
        return format_python(text)

    found = with_blocking("rooms/jobs.py", source, reformat)
    assert found == format_python(with_blocking("rooms/jobs.py", source, str))
    assert not any("A comment" in text for text in seen)
    twin = found.partition("class AsyncA")[0]
    assert twin.count("\n") < source.count("\n")


def test_docstrings_and_comments_tell_of_blocking_code() -> None:
    twins = derived(SOURCE).partition("class AsyncJob")[0].rpartition("class AsyncSteps")
    text = twins[0] + twins[2].rpartition("\n\n\nclass Job")[2]
    assert '"""An iterator over numbers."""' in text
    assert '"""Close a client: `steps.close()`."""' in text
    assert "# Await what `Job` asks for." in text
    assert "    with Steps(ask) as steps:\n        for step in steps:\n            job.run" in text
    assert not re.search(r"\b(await|async|awaited) ", text.replace('"await closed;"', ""))


def test_modules_that_have_both_flavours_or_none_stay_as_they_are() -> None:
    for source in (
        "class AsyncA: ...\n\n\nclass A: ...\n",
        "class B:\n    async def run(self): ...\n",
        "from x import AsyncA\n\na = AsyncA()\n",
        "import asyncio\n\n\nclass AsyncA:\n    x = asyncio\n\n\nclass A: ...\n",
    ):
        assert with_blocking("a.py", source, format_python) == source


def test_a_package_exports_the_twins_of_its_modules() -> None:
    source = 'from .a import AsyncA, b_async\nfrom .c import C\n\n__all__ = ["AsyncA", "b_async"]\n'
    assert derived(source) == (
        "from .a import A, AsyncA, b, b_async\nfrom .c import C\n\n"
        '__all__ = ["A", "AsyncA", "b", "b_async"]\n'
    )


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("        await asyncio.sleep(1)", "asyncio"),
        ("        await nap(1)", "nap"),
        ("        await helper()", "helper"),
        ("        async with anyio.open_file(x): ...", "anyio"),
        ("        x: Coroutine[None, None, int]", "Coroutine"),
        ("        x: AsyncGenerator[int, None]", "AsyncGenerator"),
        ("        x: list[Awaitable]", "Awaitable"),
        ("        x = cast('Awaitable', x)", "Awaitable"),
        ("        x = run_in_async_pool()", "run_in_async_pool"),
        ("        x = f'{await x}'", "f-string"),
        ("        x = f'{AsyncB}'", "f-string"),
        ("        b, b_async = 1, 2", "b_async beside b"),
        ("        x = 'use asyncio.run'", "asyncio"),
    ],
)
def test_what_has_no_blocking_meaning_is_refused_with_its_place(body: str, what: str) -> None:
    source = (
        "import asyncio\nfrom asyncio import sleep as nap\n\n\n"
        "async def helper(): ...\n\n\n"
        f"class AsyncA:\n    async def run(self, x):\n{body}\n"
    )
    with pytest.raises(AscgenError, match=re.escape(what)) as caught:
        with_blocking("rooms/jobs.py", source, format_python)
    assert str(caught.value).startswith("rooms/jobs.py:10: ")
    assert "both flavours" in caught.value.hint


def test_types_in_quotes_are_imported_too() -> None:
    source = (
        "from .a import AsyncA, AsyncB\n\n\nclass AsyncC:\n    x = cast('AsyncA', AsyncC)\n"
        '    """See `AsyncB`."""\n'
    )
    assert "from .a import A, AsyncA, AsyncB\n" in derived(source)


def test_strings_and_comments_are_no_code() -> None:
    source = (
        "class AsyncA:\n"
        "    x = 'async is no word here, nor is await'\n"
        '    y = r\'\\\' # " async for\'  # """ await\n'
        "    z = b'[' if ']' else 'Awaitable[int]'\n"
    )
    twin = with_blocking("a.py", source, format_python).partition("\n\n\n")[0]
    assert twin == source.replace("AsyncA", "A").replace("async for", "for").replace(
        "'Awaitable[int]'", "'int'"
    ).rstrip("\n")


def modules_with_twins() -> list[Path]:
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if "/resources/" not in path.as_posix() and "Async" in path.read_text(encoding="utf-8")
    ]


def test_every_asynchronous_name_of_the_package_has_its_twin() -> None:
    found = 0
    for path in modules_with_twins():
        names = {
            node.name
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        }
        twins = {name.replace("Async", "", 1) for name in names if name.startswith("Async")}
        assert twins <= names, path
        found += len(twins)
    assert found > 10


def test_time_is_the_same_in_both_flavours(clock: Clock) -> None:
    from app_store_connect._runtime.pauses import AsyncPauses, Pauses

    timing = {"first": 2.0, "longest": 4.0, "timeout": 10.0, "now": clock.now}

    async def main() -> None:
        pauses = AsyncPauses(**timing, sleep=clock.asleep)  # type: ignore[arg-type]
        while await pauses.pause():
            pass

    asyncio.run(main())
    slept, clock.naps = clock.naps, []
    pauses = Pauses(**timing, sleep=clock.sleep)  # type: ignore[arg-type]
    while pauses.pause():
        pass
    assert clock.naps == slept == [2.0, 3.0, 4.0, 1.0]


@pytest.fixture
def clock() -> Clock:
    from support.clock import Clock

    return Clock()
