"""Python snippets: the call of an operation, laid out and in coloured pieces."""

from __future__ import annotations

import ast
import keyword
import re
from typing import TYPE_CHECKING

from ascgen.model import LinkageSchema, MetricSchema, ResponseSchema
from ascgen.plan.calls import call_text, is_paged
from ascgen.plan.names import snake
from ascgen.site.views import Snippet, Token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ascgen.model import ApiModel, Operation

_WIDTH = 76
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\')'
    r"|(?P<keyword>\b(?:async|await|for|in|None|True|False)\b)"
    r"|(?P<call>(?<=\.)[a-z_0-9]+(?=\())"
)


def snippet(api: ApiModel, operation: Operation) -> Snippet:
    """Return the code that uses an operation, with a Client and with an AsyncClient."""
    return Snippet(
        tuple(_tokens(_statement(api, operation, awaited=False))),
        tuple(_tokens(_statement(api, operation, awaited=True))),
    )


def _statement(api: ApiModel, operation: Operation, *, awaited: bool) -> str:
    call = call_text(api, operation, awaited=awaited)
    name = _variable(api, operation)
    if is_paged(api, operation):
        loop = f"{'async ' if awaited else ''}for {name} in "
        return f"{loop}{_laid_out(call, len(loop) + 1)}:\n    print({name})"
    if name:
        return f"{name} = {_laid_out(call, len(name) + 3)}"
    return _laid_out(call, 0)


def _variable(api: ApiModel, operation: Operation) -> str:
    """Return the name of the answer, empty if there is none."""
    for answer in operation.answers:
        schema = api.schemas.get(answer.schema or "")
        match schema:
            case MetricSchema():
                return "row"
            case LinkageSchema():
                return "identifier"
            case ResponseSchema():
                resource = api.answered(operation)
                name = snake(resource.name) if resource is not None else "answer"
                name = re.sub(r"_v[0-9]+\Z", "", name)
                return f"{name}_" if keyword.iskeyword(name) else name
            case _:
                if schema is not None:
                    return "report"
    return ""


def _laid_out(call: str, indent: int) -> str:
    """Return the call on one line, or with each of its arguments on a line."""
    if len(call) + indent <= _WIDTH:
        return call
    expression = ast.parse(call, mode="eval").body
    function = expression.value if isinstance(expression, ast.Await) else expression
    if not isinstance(function, ast.Call) or not (function.args or function.keywords):
        return call
    parts = [ast.get_source_segment(call, item) or "" for item in function.args]
    parts += [
        f"{item.arg}={ast.get_source_segment(call, item.value)}" for item in function.keywords
    ]
    head = call[: call.index("(")]
    return f"{head}(\n" + "".join(f"    {part},\n" for part in parts) + ")"


def _tokens(code: str) -> Iterator[Token]:
    done = 0
    for match in _TOKEN.finditer(code):
        if match.start() > done:
            yield Token(code[done : match.start()])
        yield Token(match[0], match.lastgroup or "")
        done = match.end()
    if done < len(code):
        yield Token(code[done:])
