"""The server: the tools, prompts and resources in the terms of the Model Context Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import anyio
import mcp_types as types
from anyio.to_thread import run_sync
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings
from mcp.shared.exceptions import MCPError

from ascgen.explore.tokens import compact
from ascgen.mcp.cleaning import cleaned
from ascgen.mcp.jobs import load_jobs
from ascgen.mcp.refusals import ToolError
from ascgen.mcp.tools import TOOLS, instructions

if TYPE_CHECKING:
    from collections.abc import Collection

    from ascgen.mcp.toolbox import Toolbox
    from ascgen.model import ApiModel

LOOPBACK = "127.0.0.1"
_SESSION = "mcp-session-id"


def build_server(
    toolbox: Toolbox, api: ApiModel, workflows: Collection[str], version: str
) -> Server[Any]:
    """Return a server of the tools; `workflows` are those of the client, `version` is ascgen's."""
    jobs = {job.id: job for job in load_jobs(item.id for item in api.operations)}
    # A plan and its application are about one state: calls take turns, and what is cancelled before
    # its turn does nothing.
    turn = anyio.Lock()

    def answer(name: str, arguments: dict[str, Any], session: str) -> tuple[dict[str, Any], bool]:
        try:
            return toolbox.call(name, arguments, session), False
        except ToolError as error:
            return dict(cleaned(error.to_json())), True
        except Exception as error:  # noqa: BLE001 - whatever it is, it tells the model nothing
            return {
                "error": f"{type(error).__name__} in this server",
                "instead": "tell the user",
            }, True

    async def list_tools(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=tool.name,
                    description=tool.description,
                    input_schema=tool.schema,
                    annotations=types.ToolAnnotations(
                        read_only_hint=not tool.writes, destructive_hint=tool.writes
                    ),
                )
                for tool in TOOLS
            ]
        )

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        async with turn:
            told, failed = await run_sync(
                answer, params.name, params.arguments or {}, _session(context)
            )
        return types.CallToolResult(
            content=[types.TextContent(text=compact(told))],
            structured_content=told,
            is_error=failed,
        )

    async def list_prompts(
        _: Any, __: types.PaginatedRequestParams | None
    ) -> types.ListPromptsResult:
        return types.ListPromptsResult(
            prompts=[
                types.Prompt(
                    name=job.id,
                    title=job.title,
                    description=job.title,
                    arguments=[
                        types.PromptArgument(name=name, description=what)
                        for name, what in job.asks.items()
                    ],
                )
                for job in jobs.values()
            ]
        )

    async def get_prompt(_: Any, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        job = jobs.get(params.name)
        if job is None:
            raise MCPError(types.INVALID_PARAMS, f"there is no prompt {params.name!r}")
        text = job.text(workflows, params.arguments)
        return types.GetPromptResult(
            description=job.title,
            messages=[types.PromptMessage(role="user", content=types.TextContent(text=text))],
        )

    async def list_resources(
        _: Any, __: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        return types.ListResourcesResult(
            resources=[
                types.Resource(
                    uri=job.address, name=job.id, title=job.title, mime_type="text/plain"
                )
                for job in jobs.values()
            ]
        )

    async def read_resource(
        _: Any, params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        uri = str(params.uri)
        job = next((item for item in jobs.values() if item.address == uri), None)
        if job is None:
            raise MCPError(types.INVALID_PARAMS, f"there is no resource {uri!r}")
        text = job.text(workflows)
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, mime_type="text/plain", text=text)]
        )

    return Server(
        "app-store-connect",
        version=version,
        instructions=instructions(api.title),
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_prompts=list_prompts,
        on_get_prompt=get_prompt,
        on_list_resources=list_resources,
        on_read_resource=read_resource,
    )


def _session(context: Any) -> str:
    """The session of a call over HTTP; a newer protocol has none, and stdio is one by itself."""
    headers: Any = getattr(context.request, "headers", None)
    return "" if headers is None else str(headers.get(_SESSION, ""))


def serve_stdio(server: Server[Any]) -> None:
    """Serve one host over stdin and stdout until it hangs up."""

    async def run() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    anyio.run(run)


def serve_http(server: Server[Any], port: int) -> None:
    """Serve streamable HTTP to this machine alone, at `/mcp`, until the process is stopped."""
    import uvicorn

    # Pages of other sites are kept off, and so are programs that serve pages on this machine.
    names = [f"{host}:{port}" for host in (LOOPBACK, "localhost")]
    security = TransportSecuritySettings(
        allowed_hosts=names, allowed_origins=[f"http://{name}" for name in names]
    )
    app = server.streamable_http_app(host=LOOPBACK, transport_security=security)
    uvicorn.run(app, host=LOOPBACK, port=port, log_level="warning")
