"""A session of the official MCP client with `akin mcp`. Usage: session.py PATH_OF_AKIN EMPTY_FOLDER"""

import asyncio
import json
import os
import pathlib
import subprocess
import sys

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

FILES = {
    "rivers.md": "# Rivers\n\nWater flows down to the sea.\n",
    "src/http.py": "def parse_header(line):\n    return line.split(':')\n",
    "src/sum.py": "def add(left, right):\n    return left + right\n",
}

passed = 0
failed = 0


def check(condition, what):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
        print(f"FAILED: {what}")


async def call(session, tool, **arguments):
    result = await session.call_tool(tool, arguments)
    is_error = getattr(result, "is_error", None)
    if is_error is None:
        is_error = result.isError
    return is_error, "\n".join(part.text for part in result.content)


async def tools(session, folder):
    listed = {tool.name: tool for tool in (await session.list_tools()).tools}
    check(set(listed) == {"search", "similar", "index_status"}, "the three tools are listed")
    is_error, text = await call(session, "index_status", folder=folder)
    check(not is_error and "not indexed" in text, "a folder that is not indexed")
    is_error, text = await call(session, "search", query="how are HTTP headers read", folder=folder)
    first = text.split("\n")[0]
    check(not is_error and first.startswith(f"{folder}/src/http.py:1-2 "), f"search finds the function: {first}")
    check("parse_header" in first, "with its name")
    pathlib.Path(folder, "new.txt").write_text("Volcanoes throw out lava.\n", encoding="utf-8")
    _, text = await call(session, "search", query="lava", folder=folder, limit=1, mode="semantic")
    check("new.txt" in text and "Rivers" not in text, "a file that came since is found, and limit holds")
    _, text = await call(session, "search", query="lava", folder=folder, glob="*.py")
    check("src/" in text and "new.txt" not in text, "glob holds")
    _, text = await call(session, "search", query="lava", folder=f"{folder}/src", mode="semantic")
    check("src/" in text and "new.txt" not in text, "a part of an indexed folder")
    is_error, text = await call(session, "similar", file=f"{folder}/src/http.py", line=1)
    check(not is_error and "sum.py" in text and "def parse_header" not in text, "places like a place")
    is_error, text = await call(session, "index_status")
    check(not is_error and folder in text, "the list of what is indexed")


async def errors(session, folder):
    is_error, text = await call(session, "search", query="x", folder="/nowhere/at/all")
    check(is_error and "/nowhere/at/all" in text, "a folder that is not there")
    is_error, text = await call(session, "search", folder=folder)
    check(is_error and "query" in text, "a missing argument is named")
    is_error, text = await call(session, "search", query="x", top=3)
    check(is_error and "top" in text, "an unknown argument is named")
    is_error, _ = await call(session, "similar", file="/nowhere/file")
    check(is_error, "a file that is not there")
    try:
        await session.call_tool("delete", {})
        check(False, "an unknown tool is refused")
    except Exception as error:  # The client's class has changed its name between releases.
        check("delete" in str(error), "an unknown tool is refused")


async def official_client(akin, folder):
    parameters = StdioServerParameters(command=akin, args=["mcp"], env=dict(os.environ))
    async with stdio_client(parameters) as (read, write), ClientSession(read, write) as session:
        result = await session.initialize()
        name = getattr(result, "server_info", None) or result.serverInfo
        check(name.name == "akin", "the server names itself")
        if hasattr(session, "send_ping"):
            await session.send_ping()
            check(True, "ping")
        await tools(session, folder)
        await errors(session, folder)


def versions(akin):
    """The revision is the client's where the server knows it; asked without the client, which knows its own only."""
    for asked, agreed in [("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("1999-01-01", "2025-06-18")]:
        request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": asked}}
        lines = json.dumps(request) + "\n" + '{"jsonrpc":"2.0","method":"notifications/initialized"}\n'
        done = subprocess.run([akin, "mcp"], input=lines, capture_output=True, text=True, timeout=60, check=False)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        check(
            done.returncode == 0 and len(answers) == 1 and answers[0]["result"]["protocolVersion"] == agreed,
            f"revision {asked}",
        )


def main():
    akin, folder = sys.argv[1:]
    for name, text in FILES.items():
        path = pathlib.Path(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    versions(akin)
    asyncio.run(official_client(akin, os.path.realpath(folder)))
    print(f"mcp: {passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
