"""The agent server: what it offers, what it may do, and how it is reached."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import anyio
import httpx
import pytest
from mcp import Client, StdioServerParameters
from typer.testing import CliRunner

from agents.agent import Agent, Clock, api, server_of
from app_store_connect.simulator import Simulator
from ascgen.cli import app
from ascgen.errors import AscgenError, UsageError
from ascgen.explore.lookup import Lookup
from ascgen.explore.tokens import compact, count_tokens
from ascgen.installed import installed_api
from ascgen.mcp.account import Account
from ascgen.mcp.jobs import load_jobs
from ascgen.mcp.pages import ROOM, Page, table, whole
from ascgen.mcp.receipts import LIFETIME, Receipts
from ascgen.mcp.refusals import ToolError
from ascgen.mcp.tools import instructions
from ascgen.mcp.workflows import Workflows
from ascgen.sources import templates_directory
from support import keys

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from mcp.server.lowlevel import Server

PATIENCE = 60
ROOT = templates_directory().parent


@pytest.fixture(scope="module")
def sim() -> Simulator:
    return Simulator("demo")


@pytest.fixture(scope="module")
def server(sim: Simulator) -> Server[Any]:
    return server_of(sim, Clock())


def told(
    server: Server[Any] | StdioServerParameters | str, work: Callable[[Agent], Awaitable[Any]]
) -> Any:
    """What an agent's work on a server comes to."""

    async def play() -> Any:
        async with Client(server) as client:
            return await work(Agent(client))

    return anyio.run(play)


async def a_group(agent: Agent) -> str:
    answer = await agent.done("read", operation="beta_groups.list", fields=["name"])
    return str(answer.rows()[0]["id"])


def writes_of(sim: Simulator) -> list[str]:
    return [item.operation for item in sim.requests if item.method != "GET"]


# --- What it offers ------------------------------------------------------------------------------


def test_five_tools_in_1500_tokens(sim: Simulator, server: Server[Any]) -> None:
    async def work(agent: Agent) -> None:
        tools = (await agent.client.list_tools()).tools
        assert [tool.name for tool in tools] == ["search", "describe", "read", "plan", "apply"]
        whole = compact([tool.model_dump(by_alias=True, exclude_none=True) for tool in tools])
        assert count_tokens(whole) + count_tokens(instructions(api().title)) <= 1_500
        assert [tool.name for tool in tools if not tool.annotations.read_only_hint] == ["apply"]
        assert agent.client.instructions == instructions(api().title)

    told(server, work)


def test_ten_jobs_as_prompts_and_resources(sim: Simulator, server: Server[Any]) -> None:
    known = Lookup(installed_api()).operations
    jobs = load_jobs(known)
    assert len(jobs) == 10
    for job in jobs:
        assert set(job.operations) <= set(known), job.id
        assert count_tokens(job.text((job.workflow,))) < 300

    async def work(agent: Agent) -> None:
        prompts = (await agent.client.list_prompts()).prompts
        resources = (await agent.client.list_resources()).resources
        assert [item.name for item in prompts] == [job.id for job in jobs]
        assert [item.name for item in resources] == [job.id for job in jobs]
        got = await agent.client.get_prompt("release", {"app": "com.example.trails"})
        text = got.messages[0].content.text
        assert "com.example.trails" in text
        assert "versions.release" in text
        read = await agent.client.read_resource("asc://jobs/release")
        assert "versions.release" in read.contents[0].text
        for wrong in (
            agent.client.get_prompt("unknown"),
            agent.client.read_resource("asc://jobs/../x"),
            agent.client.read_resource("file:///etc/passwd"),
        ):
            with pytest.raises(Exception, match="there is no"):
                await wrong

    told(server, work)


def test_every_job_is_a_workflow_of_the_client(sim: Simulator) -> None:
    workflows = set(server_workflows(sim))
    assert {job.workflow for job in load_jobs(item.id for item in api().operations)} <= workflows


def server_workflows(sim: Simulator) -> list[str]:

    return list(Account.simulated(sim).jobs())


# --- What it may do ------------------------------------------------------------------------------


def test_a_server_is_read_only_unless_it_is_told_otherwise(sim: Simulator) -> None:
    async def work(agent: Agent) -> None:
        group = await a_group(agent)
        plan = await agent.done(
            "plan", writes=[{"operation": "beta_groups.update", "id": group, "body": {"name": "X"}}]
        )
        assert plan["writes"] == 1
        assert "receipt" not in plan.told
        assert "--allow-writes" in plan["instead"]
        for receipt in ("drawn-1", "drawn-2", ""):
            assert "--allow-writes" in (await agent.refused("apply", receipt=receipt))["instead"]

    del sim.requests[:]
    told(server_of(sim, Clock(), writes=False), work)
    assert writes_of(sim) == []


@pytest.mark.parametrize(
    ("operation", "members"),
    [
        ("beta_groups.delete", ()),
        ("beta_groups.remove_beta_testers", ("beta_testers",)),
        ("beta_groups.remove_builds", ("builds",)),
    ],
)
def test_nothing_is_deleted_or_removed_unless_that_is_allowed(
    operation: str, members: tuple[str, ...]
) -> None:
    sim = Simulator("demo")
    asc = sim.client()
    group = next(
        item
        for item in asc.beta_groups.list(include=["betaTesters", "builds"])
        if item.beta_testers and item.builds
    )
    write: dict[str, Any] = {"operation": operation, "id": group.id}
    for name in members:
        write["ids"] = [getattr(group, name)[0].id]

    async def refused(agent: Agent) -> None:
        plan = await agent.done("plan", writes=[write])
        assert "receipt" not in plan.told
        assert "--allow-deletes" in plan["instead"]

    async def allowed(agent: Agent) -> None:
        await agent.write(writes=[write])

    del sim.requests[:]
    told(server_of(sim, Clock()), refused)
    assert writes_of(sim) == []
    told(server_of(sim, Clock(), deletes=True), allowed)
    assert len(writes_of(sim)) == 1


def test_each_read_may_have_a_token_for_it_alone(sim: Simulator) -> None:
    async def work(agent: Agent) -> None:
        answer = await agent.done(
            "read", operation="apps.list", query={"bundleId": "com.example.trails"}
        )
        assert answer.rows()[0]["name"] == "Trails"
        builds = await agent.done(
            "read", operation="builds.list", query={"app": answer.rows()[0]["id"], "limit": 2}
        )
        assert (await agent.done("read", handle=builds["handle"])).rows()

    told(server_of(sim, Clock(), scoped=True), work)


@pytest.mark.parametrize(
    "workflow",
    ["apps._client", "apps.__init__", "apps.find.__globals__", "apps", "", "os.system", "find"],
)
def test_nothing_but_a_workflow_is_called_as_one(
    sim: Simulator, server: Server[Any], workflow: str
) -> None:
    async def work(agent: Agent) -> None:
        await agent.refused("plan", workflow=workflow, arguments={})

    told(server, work)


@pytest.mark.parametrize(
    ("workflow", "arguments"),
    [
        ("testflight.upload", {"file": "/etc/passwd"}),
        ("versions.set_review_detail", {"version": "x", "attachments": ["/etc/passwd"]}),
        ("versions.set_app_clip", {"version": "x", "header_images": {"en-US": "/etc/passwd"}}),
        ("apps.set_prices", {"app": "x", "prices": "/etc/passwd"}),
        ("versions.submit", {"app": "x", "progress": "print"}),
        ("testflight.wait_for_build", {"build": "x", "progress": "print"}),
    ],
)
def test_no_file_or_function_of_the_machine_is_used(
    sim: Simulator, server: Server[Any], workflow: str, arguments: dict[str, Any]
) -> None:
    async def work(agent: Agent) -> None:
        answer = await agent.refused("plan", workflow=workflow, arguments=arguments)
        assert "of this machine" in answer["error"]

    told(server, work)


def test_no_workflow_takes_a_path_unnoticed(sim: Simulator) -> None:
    """Every parameter that a text could make a file of is refused one."""

    workflows = Workflows(Account.simulated(sim))
    words = ("file", "path", "folder", "out", "directory", "attachments")
    for name, method in workflows.methods.items():
        for parameter in list(method.__annotations__):
            if parameter in words:
                with pytest.raises(ToolError, match="of this machine"):
                    workflows.bound(name, {parameter: "/etc/passwd"})


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("read", {"operation": "apps.get", "id": ".."}),
        ("read", {"operation": "apps.list", "id": "1"}),
        ("read", {"operation": "apps.list", "query": {"bundleId": {"a": 1}}}),
        ("read", {"operation": "apps.list", "query": "bundleId=1"}),
        ("read", {}),
        ("read", {"url": "https://example.com"}),
        ("plan", {}),
        ("plan", {"writes": [{"operation": "apps.list"}]}),
        ("plan", {"writes": [{"operation": "beta_groups.create"}]}),
        ("plan", {"writes": [{"operation": "beta_groups.create", "body": {"nam": "x"}}]}),
        ("plan", {"writes": [{"operation": "beta_groups.create", "body": "name"}]}),
        ("plan", {"writes": [{"operation": "beta_groups.update", "body": {"name": "x"}}]}),
        ("plan", {"writes": [{"operation": "beta_groups.add_builds", "id": "x"}]}),
        ("plan", {"writes": ["DELETE /v1/apps"]}),
        ("plan", {"writes": [{"operation": "beta_groups.create"}], "workflow": "apps.find"}),
        ("plan", {"workflow": "apps.find"}),
        ("search", {"query": "xyzzyplugh"}),
        ("search", {"query": 1}),
        ("search", {}),
        ("describe", {"name": "xyzzyplugh"}),
        ("apply", {"receipt": 1}),
        ("delete", {}),
    ],
)
def test_a_wrong_call_is_told_what_is_right(
    sim: Simulator, server: Server[Any], tool: str, arguments: dict[str, Any]
) -> None:
    async def work(agent: Agent) -> None:
        answer = await agent.refused(tool, **arguments)
        assert "in this server" not in answer["error"], answer
        assert count_tokens(compact(answer)) < 300

    del sim.requests[:]
    told(server, work)
    assert writes_of(sim) == []


def test_an_id_is_one_segment_of_a_path_whatever_it_holds(
    sim: Simulator, server: Server[Any]
) -> None:
    async def work(agent: Agent) -> None:
        await agent.refused("read", operation="apps.get", id="1/builds?limit=1#x")

    del sim.requests[:]
    told(server, work)
    assert [item.operation for item in sim.requests] == ["apps_getInstance"]


def test_no_secret_reaches_the_model(sim: Simulator, server: Server[Any]) -> None:
    version = sim.client().apps.list(bundle_id="com.example.trails").one()
    detail = sim.add(
        "betaAppReviewDetails", app=version, demo_account_password="hunter2", notes="by the river"
    )

    async def work(agent: Agent) -> None:
        answer = await agent.done("read", operation="beta_app_review_details.get", id=detail.id)
        assert "by the river" in str(answer.told)
        assert "hunter2" not in str(answer.told)
        plan = await agent.done(
            "plan",
            writes=[
                {
                    "operation": "beta_app_review_details.update",
                    "id": detail.id,
                    "body": {
                        "demoAccountPassword": "correct horse",
                        "contactFirstName": "Ada",
                        "contactLastName": "King",
                        "contactPhone": "+44 20 7946 0000",
                        "contactEmail": "ada@example.com",
                    },
                }
            ],
        )
        assert "correct horse" not in str(plan.told)
        await agent.done("apply", receipt=plan["receipt"])

    told(server, work)
    changed = sim.client().beta_app_review_details.get(detail.id)
    assert changed.demo_account_password == "correct horse"


# --- Parts ---------------------------------------------------------------------------------------


class Planned:
    def __init__(self, digest: str) -> None:
        self.digest = digest


def test_a_receipt_is_good_once_for_ten_minutes_for_one_plan() -> None:
    clock = Clock()
    receipts = Receipts(clock, iter(map(str, range(1000))).__next__)
    plan = Planned("a")
    first, second, third = (receipts.issue(plan) for _ in range(3))
    assert receipts.redeem(first) is plan
    clock.seconds = LIFETIME
    assert receipts.redeem(second) is plan
    clock.seconds = LIFETIME + 1
    with pytest.raises(ToolError, match="ten minutes"):
        receipts.redeem(third)
    changing = Planned("a")
    receipt = receipts.issue(changing)
    changing.digest = "b"
    with pytest.raises(ToolError, match="changed"):
        receipts.redeem(receipt)
    old = receipts.issue(plan)
    for _ in range(200):
        receipts.issue(plan)
    with pytest.raises(ToolError, match="no receipt"):
        receipts.redeem(old)


def test_rows_keep_to_their_room_and_lose_nothing_on_the_way() -> None:
    rows = [
        {
            "id": f"{number:032x}",
            "name": f"n{number}",
            "text": "word " * 300,
            "more": ["x" * 50] * 9,
        }
        for number in range(200)
    ]
    seen: list[str] = []
    left = rows
    while left:
        page = table(left)
        assert count_tokens(compact(page.data)) <= ROOM
        assert len(page.rest) < len(left)
        seen += [row[0] for row in page.data["rows"]]
        left = list(page.rest)
    assert seen == [row["id"] for row in rows]
    asked = table(rows[:3], ["text"])
    assert asked.data["columns"] == ["id", "text"]
    assert asked.is_clipped
    assert asked.data["clipped_to"] <= 1_000


@pytest.mark.parametrize(
    "row",
    [
        {"id": "1", "text": "word " * 3_000},
        {"id": "1", "text": "語" * 9_000, "more": "x y " * 900},
        {"id": "1", "list": [f"item {number}" for number in range(5_000)], "text": "a b"},
        {"id": "1", **{f"attribute {number}": "a value" for number in range(2_000)}},
        {"id": "i" * 9_000, "text": '\\"\n' * 3_000},
    ],
    ids=["words", "letters", "a list", "members", "marks"],
)
@pytest.mark.parametrize("form", [table, whole])
def test_one_row_of_any_size_is_told_as_a_whole_in_parts(
    row: dict[str, Any], form: Callable[..., Page]
) -> None:
    told: dict[str, Any] = {}
    page = form([row])
    if page.is_clipped or "left_out" in page.data:
        page = whole([row])
    for _ in range(200):
        assert count_tokens(compact(page.data)) <= ROOM
        for name, value in zip(page.data["columns"], page.data["rows"][0], strict=True):
            told[name] = told.get(name, "") + value if isinstance(value, str) else value
        if not page.rest:
            break
        page = whole(page.rest)
    assert not page.rest
    for name, value in row.items():
        if name != "id":
            assert told[name] in {value if isinstance(value, str) else 0, compact(value)}, name


# --- How it is reached ----------------------------------------------------------------------------


async def first_steps(agent: Agent) -> None:
    tools = (await agent.client.list_tools()).tools
    assert len(tools) == 5
    found = await agent.done("read", operation="apps.list", fields=["name"])
    assert [row["name"] for row in found.rows()] == ["Trails", "Harbor", "Kettle"]
    group = await a_group(agent)
    await agent.write(
        writes=[{"operation": "beta_groups.update", "id": group, "body": {"name": "Renamed"}}]
    )


def guide_servers() -> list[dict[str, Any]]:
    """The servers that the guide sets up, as hosts read them."""
    guide = (ROOT / "docs" / "guide" / "agents.md").read_text(encoding="utf-8")
    found = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", guide, re.DOTALL)]
    return [server for host in found for server in host["mcpServers"].values()]


def test_over_stdio_as_the_guide_sets_it_up() -> None:
    account, demo = guide_servers()
    assert account["command"] == demo["command"] == "ascgen"
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "ascgen", *demo["args"]], env=dict(os.environ)
    )
    told(server, first_steps)


def test_the_guide_sets_up_the_key_that_the_client_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, _ = guide_servers()
    key = tmp_path / "AuthKey_2X9R4HXF34.p8"
    key.write_text(keys.pem(), encoding="utf-8")
    for name, value in account["env"].items():
        monkeypatch.setenv(name, str(key) if value.endswith(".p8") else value)
    served: list[Any] = []
    monkeypatch.setattr("ascgen.mcp.server.serve_stdio", served.append)
    result = CliRunner().invoke(app, account["args"])
    assert result.exit_code == 0, result.exception
    assert len(served) == 1
    assert result.stdout == ""


def test_every_workflow_is_described_in_300_tokens(sim: Simulator) -> None:
    workflows = Workflows(Account.simulated(sim))
    for name in workflows.methods:
        told = workflows.describe(name)
        assert told is not None
        assert told["says"] or told["more"], name
        assert count_tokens(compact(told)) <= 300, name


def test_nothing_but_the_protocol_is_on_stdout(tmp_path: Path) -> None:
    """Lines that are no calls, and a client that prints, leave what is answered whole."""
    noisy = tmp_path / "sitecustomize.py"
    noisy.write_text(
        "import sys, app_store_connect.simulator.simulator as module\n"
        "def noise(*_, **__):\n"
        "    print('noise of a library'); sys.stderr.write('noise\\n')\n"
        "    return real(*_, **__)\n"
        "real, module.Simulator.client = module.Simulator.client, noise\n",
        encoding="utf-8",
    )
    call = {"name": "read", "arguments": {"operation": "apps.list", "fields": ["name"]}}
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "0"},
    }
    lines = [
        request(1, "initialize", hello),
        '{"jsonrpc": "2.0", "method": "notifications/initialized"}',
        "not JSON at all",
        '{"jsonrpc": "2.0", "id": 7, "method": "no/such"}',
        request(2, "tools/call", {**call, "arguments": {"fields": [1], "operation": "x"}}),
        request(3, "tools/call", call),
        request(4, "tools/call", {"name": "read", "arguments": {"operation": "apps.list"}}),
    ]
    process = subprocess.Popen(
        [sys.executable, "-m", "ascgen", "mcp", "--simulator"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "APP_STORE_CONNECT_LOG": "debug"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write("\n".join(lines) + "\n")
        process.stdin.flush()
        answers: dict[Any, Any] = {}
        while not {1, 2, 3, 4, 7} <= set(answers):
            answer = json.loads(process.stdout.readline())
            assert answer["jsonrpc"] == "2.0"
            answers[answer.get("id")] = answer
    finally:
        rest, log = process.communicate(timeout=PATIENCE)
    for line in rest.splitlines():
        json.loads(line)
    assert "Trails" in str(answers[3]["result"])
    assert answers[2]["result"]["isError"]
    assert process.returncode == 0
    # What was logged on the way tells no token.
    assert "eyJ" not in log
    assert "PRIVATE KEY" not in log


def request(number: int, method: str, params: Any) -> str:
    told = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
    return json.dumps(told)


@pytest.fixture(scope="module")
def http_server() -> Iterator[int]:
    """The port of a server on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "ascgen", "mcp", "--simulator", "--allow-writes"]
    process = subprocess.Popen([*command, "--http", "--port", str(port)])  # noqa: S603 - ours
    try:
        for _ in range(PATIENCE * 10):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE)


def test_over_http_on_loopback(http_server: int) -> None:
    told(f"http://127.0.0.1:{http_server}/mcp", first_steps)
    told(f"http://localhost:{http_server}/mcp", a_group)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 421),
        ({"host": "evil.example:PORT"}, 421),
        ({"host": "127.0.0.1:1"}, 421),
        ({"host": "127.0.0.1.evil.example:PORT"}, 421),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://localhost:3000"}, 403),
        ({"origin": "http://127.0.0.1:PORT.evil.example"}, 403),
        ({"content-type": "text/plain"}, 400),
    ],
    ids=str,
)
@pytest.mark.parametrize("version", ["2025-06-18", "2026-07-28"])
def test_pages_of_other_sites_are_kept_off(
    http_server: int, headers: dict[str, str], status: int, version: str
) -> None:
    """A page that a browser shows, or a name that was bound to this machine, reaches no tool."""
    given = {name: value.replace("PORT", str(http_server)) for name, value in headers.items()}
    usual = {
        "accept": "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-protocol-version": version,
    }
    for method in ("initialize", "tools/list", "tools/call"):
        answer = httpx.post(
            f"http://127.0.0.1:{http_server}/mcp",
            content=request(1, method, {"name": "read", "arguments": {"operation": "apps.list"}}),
            headers=usual | given,
            trust_env=False,
        )
        assert answer.status_code == status
        assert "Trails" not in answer.text


def test_a_receipt_is_of_the_session_that_it_was_given_in(http_server: int) -> None:
    """Two hosts on one server, of a version of the protocol that has sessions."""
    address = f"http://127.0.0.1:{http_server}/mcp"

    async def work() -> None:
        async with Client(address, mode="legacy") as one, Client(address, mode="legacy") as two:
            mine, other = Agent(one), Agent(two)
            group = await a_group(mine)
            write = {"operation": "beta_groups.update", "id": group, "body": {"name": "Theirs"}}
            receipt = (await mine.done("plan", writes=[write]))["receipt"]
            assert "no receipt" in (await other.refused("apply", receipt=receipt))["error"]
            await mine.done("apply", receipt=receipt)

    anyio.run(work)


def test_the_command_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(("ASC", "APP_STORE_CONNECT", "SPACESHIP")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", "/nonexistent")

    def error(*arguments: str) -> AscgenError:
        result = CliRunner().invoke(app, ["mcp", *arguments])
        assert isinstance(result.exception, AscgenError), result.exception
        return result.exception

    assert isinstance(error("--allow-deletes"), UsageError)
    assert "pip install" in error("--for", "xyzzy_client").hint
    assert "--simulator" in error().hint
    monkeypatch.setitem(sys.modules, "mcp", None)
    monkeypatch.setitem(sys.modules, "mcp.server.lowlevel", None)
    monkeypatch.delitem(sys.modules, "ascgen.mcp.server", raising=False)
    assert "ascgen[mcp]" in error("--simulator").hint


def test_help_does_not_pay_for_the_server() -> None:
    code = (
        "import sys, ascgen.cli;"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " {'mcp', 'mcp_types', 'pydantic', 'anyio', 'starlette', 'app_store_connect'}])"
    )
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert done.stdout.strip() == "[]"


def test_the_key_is_in_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    sim = Simulator("demo")
    secret = keys.pem().splitlines()[1]

    account = Account.simulated(sim)
    assert secret not in repr(vars(account))
    assert "PRIVATE" not in repr(vars(account))
