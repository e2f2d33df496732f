"""The agent server and the skill of another API than the rendered one."""

from __future__ import annotations

import anyio
from mcp import Client

from agents.agent import Agent, Clock
from ascgen.installed import installed_api
from ascgen.mcp.account import Account
from ascgen.mcp.server import build_server
from ascgen.mcp.toolbox import Toolbox
from ascgen.skill import render_skill
from ascgen.skill.names import stale_names
from ascgen.sources import templates_directory
from support import enterprise

pytestmark = enterprise.GROUP


def test_a_server_of_the_enterprise_program_looks_up_reads_and_writes() -> None:
    enterprise.package()
    api = installed_api(enterprise.NAME)
    sim = enterprise.part("simulator").Simulator()
    sim.add("devices", name="Ada's", udid="00008030-001A2B3C4D5E802E", platform="IOS")
    account = Account.simulated(sim, scoped=True)
    draws = iter(map(str, range(99)))
    toolbox = Toolbox(api, account, clock=Clock(), draw=draws.__next__, writes=True)
    server = build_server(toolbox, api, frozenset(account.jobs()), "0")

    async def play() -> None:
        async with Client(server) as client:
            agent = Agent(client)
            assert "Enterprise" in str(client.instructions)
            # What its operations do not suffice for is no prompt of it.
            for prompt in (await client.list_prompts()).prompts:
                text = (await client.get_prompt(prompt.name)).messages[0].content
                assert "apps_getCollection" not in str(text)
            found = await agent.done("search", query="register a device")
            calls = [item["call"] for item in found["results"]]
            assert any(call.startswith("asc.devices.create(") for call in calls)
            read = await agent.done("read", operation="devices.list", fields=["name"])
            (row,) = read.rows()
            change = {"operation": "devices.update", "id": row["id"], "body": {"name": "Eve's"}}
            await agent.write(writes=[change])

    anyio.run(play)
    assert [item.name for item in sim.client().devices.list()] == ["Eve's"]


def test_the_skill_of_the_enterprise_program_names_what_is_there() -> None:
    enterprise.package()
    files = render_skill(
        installed_api(enterprise.NAME), templates=templates_directory(), package=enterprise.NAME
    )
    assert stale_names(files, enterprise.NAME) == ()
    assert "apps.list" not in "".join(files.values())
