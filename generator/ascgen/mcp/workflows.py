"""The client's workflows as a model may call them: with values, never with files or functions."""

from __future__ import annotations

import ast
import inspect
import re
from datetime import date, datetime
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ascgen.explore.tokens import compact, count_tokens
from ascgen.mcp.pages import flattened
from ascgen.mcp.plain import as_list, as_object
from ascgen.mcp.refusals import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ascgen.mcp.account import Account

_FOLDERS = ("workflows", "uploads", "reports", "_runtime/jsonapi")
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
# A text is the path of a file where a parameter takes both.
_PATH = re.compile(r"\bstr \| (?:os\.)?PathLike|PathLike\[str\] \| str\b|\bPath\b|\bIO\b")
_PATHS_BY_NAME = re.compile(r"\bMapping\[[^\[\]]*\bPathLike\b")
_FUNCTION = re.compile(r"\b(?:Callable|Protocol)\b")
# Members of tables and texts that would be taken for the names of files.
_FILE = re.compile(
    r"(?:\A|_)(?:attachment|file|folder|icon|image|path|preview|screenshot|video)s?(?:_|\Z)"
)
# A rehearsal does not really wait, but asks again and again.
_PATIENCE = "timeout"
_MOST_ITEMS = 20
_MOST_RESULTS = 200
_LONGEST = 400
# Tokens of a description, as of an operation's.
_DESCRIPTION_ROOM = 280


class Workflows:
    """The workflows of an account's client."""

    def __init__(self, account: Account) -> None:
        self._account = account

    @cached_property
    def methods(self) -> dict[str, Callable[..., Any]]:
        """The workflows by name (`apps.find`)."""
        return self._account.jobs()

    def describe(self, name: str) -> dict[str, Any] | None:
        """A workflow with its arguments and its docstring; None where there is none of the name."""
        known = _known(name)
        method = self.methods.get(known)
        if method is None:
            return None
        signature = str(inspect.signature(method)).replace("(self, ", "(").replace("(self)", "()")
        told = {"workflow": known, "signature": signature.replace("'", ""), "says": ""}
        for paragraph in (inspect.getdoc(method) or "").split("\n\n"):
            longer = told | {"says": f"{told['says']}\n\n{paragraph}".strip()}
            if count_tokens(compact(longer)) > _DESCRIPTION_ROOM:
                return told | {"more": f"help(asc.workflows.{known}) in Python"}
            told = longer
        return told

    def bound(self, name: str, arguments: Mapping[str, Any]) -> Callable[[Any], Any]:
        """Return what calls a workflow on a client; its result is JSON.

        No other method is reached, whatever the name is, and no file of this machine is.

        Raises:
            ToolError: there is no such workflow, or it does not take what is given.
        """
        known = _known(name)
        method = self.methods.get(known)
        if method is None:
            raise ToolError(
                f"there is no workflow {name!r}",
                instead=f"one of {', '.join(sorted(self.methods))}",
            )
        parameters = dict(inspect.signature(method).parameters)
        del parameters["self"]
        takes_any = any(item.kind is item.VAR_KEYWORD for item in parameters.values())
        given: dict[str, Any] = {}
        for parameter, value in arguments.items():
            found = parameters.get(parameter)
            if found is None and not takes_any:
                raise ToolError(
                    f"{known} takes no {parameter!r}", instead=f"it takes {', '.join(parameters)}"
                )
            said = "" if found is None else self._spelled(str(found.annotation))
            if _is_local(said, value):
                raise _refused(known, parameter)
            if file := next(_files(value), ""):
                raise _refused(known, f"{parameter}: {file}")
            if parameter == _PATIENCE and found is not None and not _is_patient(found, value):
                raise ToolError(
                    f"{known} waits no longer than {found.default} seconds", instead="a later call"
                )
            given[parameter] = _dated(said, value)
        required = [item for item in parameters.values() if _is_required(item)]
        for item in required:
            if _is_local(self._spelled(str(item.annotation)), "") and item.name not in given:
                raise _refused(known, item.name)
        if missing := [item.name for item in required if item.name not in given]:
            raise ToolError(f"{known} needs {', '.join(missing)}", instead=f"describe {known}")
        area, _, job = known.partition(".")
        return lambda client: _plain(getattr(getattr(client.workflows, area), job)(**given))

    @cached_property
    def _aliases(self) -> dict[str, str]:
        """What the names of types stand for that the package declares."""
        found: dict[str, str] = {}
        for folder in _FOLDERS:
            for path in sorted((self._account.folder / Path(folder)).rglob("*.py")):
                for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                    if (
                        isinstance(node, ast.AnnAssign)
                        and isinstance(node.target, ast.Name)
                        and ast.unparse(node.annotation) == "TypeAlias"
                        and node.value is not None
                    ):
                        found[node.target.id] = ast.unparse(node.value).strip("'\"")
        return found

    def _spelled(self, annotation: str) -> str:
        """An annotation with its aliases written out."""
        for _ in range(3):
            annotation = _WORD.sub(lambda word: self._aliases.get(word[0], word[0]), annotation)
        return annotation


def _known(name: str) -> str:
    return name.removeprefix("asc.").removeprefix("workflows.")


def _refused(workflow: str, parameter: str) -> ToolError:
    return ToolError(
        f"{workflow}: {parameter} is a file or a function of this machine",
        instead=f"ask the user to run asc.workflows.{workflow} in Python",
    )


def _is_local(annotation: str, value: Any) -> bool:
    """Whether a value would be taken for the path of a file, or for a function."""
    if value is None or isinstance(value, bool | int | float):
        return False
    if isinstance(value, dict):
        return _PATHS_BY_NAME.search(annotation) is not None
    if _PATH.search(annotation):
        return True
    return _FUNCTION.search(annotation) is not None


def _files(value: Any) -> Iterator[str]:
    """The members of a value that name files, whatever they are in."""
    for item in as_list(value) or ():
        yield from _files(item)
    for name, item in (as_object(value) or {}).items():
        if _FILE.search(str(name).lower()) and isinstance(item, str | list):
            yield str(name)
        yield from _files(item)


def _is_patient(parameter: inspect.Parameter, value: Any) -> bool:
    """Whether a wait is a number of seconds that is not longer than usual."""
    return isinstance(value, int | float) and 0 <= value <= (parameter.default or 0)


def _dated(annotation: str, value: Any) -> Any:
    """A date where one is wanted, out of its text."""
    if not isinstance(value, str):
        return value
    try:
        if re.search(r"\bdatetime\b", annotation) and "str" not in annotation:
            return datetime.fromisoformat(value)
        if re.search(r"\bdate\b", annotation):
            return date.fromisoformat(value)
    except ValueError:
        raise ToolError(f"{value!r} is no date", instead="YYYY-MM-DD") from None
    return value


def _is_required(parameter: inspect.Parameter) -> bool:
    various = {parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD}
    return parameter.default is parameter.empty and parameter.kind not in various


def _plain(result: Any) -> Any:
    """What a workflow returned, as JSON: resources by their members, other values as texts."""
    if isinstance(result, str):
        return str(result)
    if isinstance(result, bool | int | float | None):
        return result
    if hasattr(result, "to_dict"):
        row = flattened(result.to_dict())
        return {name: value for name, value in row.items() if value not in (None, [])}
    if (members := as_object(result)) is not None:
        return {str(key): _plain(value) for key, value in members.items()}
    if hasattr(result, "__iter__"):
        items = [_plain(item) for item in islice(result, _MOST_RESULTS + 1)]
        return [*items[:_MOST_RESULTS], "…"] if len(items) > _MOST_RESULTS else items
    for names in ("__struct_fields__", "__dataclass_fields__"):
        if fields := getattr(result, names, ()):
            return {name: _plain(getattr(result, name)) for name in fields}
    return str(result)


def short(value: Any) -> Any:
    """A value that is not too long, and says how long it was."""
    if isinstance(value, str) and len(value) > _LONGEST:
        return f"{value[:_LONGEST]}… ({len(value)} characters)"
    items = as_list(value)
    if items is not None and len(items) > _MOST_ITEMS:
        return [*items[:_MOST_ITEMS], f"… ({len(items)} in all)"]
    return value
