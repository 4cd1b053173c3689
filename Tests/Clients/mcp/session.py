"""Sessions of the official MCP client with `akin mcp`. Usage: session.py PATH_OF_AKIN EMPTY_FOLDER"""

import asyncio
import os
import pathlib
import sys
import warnings

import checks
import wire
from checks import check
from mcp import Client, MCPError, StdioServerParameters


# Whatever hangs is a failure after so many seconds.
DEADLINE = 600


async def call(client, tool, **arguments):
    """Whether it failed, and its text. The client holds the values of an answer against the tool's schema by itself."""
    result = await client.call_tool(tool, arguments)
    check(result.is_error or result.structured_content is not None, f"{tool} answers with values too")
    return result.is_error, "\n".join(part.text for part in result.content)


def unknown(schema, path=""):
    """What clients of other models refuse: unions of types, references, and words that their dialects do not have."""
    found = []
    if isinstance(schema, dict):
        for key, value in schema.items():
            if key in ("$ref", "$defs", "anyOf", "oneOf", "allOf", "default", "additionalProperties", "const", "not"):
                found.append(path + key)
            if key == "type" and isinstance(value, list):
                found.append(path + "type")
            if key == "properties":
                for name, property in value.items():
                    found += unknown(property, f"{path}{name}.")
            elif isinstance(value, dict):
                found += unknown(value, f"{path}{key}.")
    return found


async def listing(client):
    listed = {tool.name: tool for tool in (await client.list_tools()).tools}
    check(set(listed) == {"search", "search_history", "similar", "outline", "read", "index_status", "reindex", "cancel"}, f"the tools are listed: {set(listed)}")
    for tool in listed.values():
        for schema in (tool.input_schema, tool.output_schema):
            check(not unknown(schema), f"what Gemini and OpenAI refuse is in no schema: {tool.name}: {unknown(schema)}")
        reads = tool.name in ("outline", "read", "index_status")
        check(tool.annotations.read_only_hint == reads and tool.title and tool.output_schema, f"{tool.name} is described")


async def tools(client, folder):
    is_error, text = await call(client, "index_status", folder=folder)
    check(not is_error and "not indexed" in text, "a folder that is not indexed")
    is_error, text = await call(client, "search", query="how are HTTP headers read", folder=folder)
    first = text.split("\n")[0]
    check(not is_error and first.startswith(f"{folder}/src/http.py:1-2 "), f"search finds the function: {first}")
    check("parse_header" in first, "with its name")
    pathlib.Path(folder, "new.txt").write_text("Volcanoes throw out lava.\n", encoding="utf-8")
    _, text = await call(client, "search", query="lava", folder=folder, limit=1, mode="semantic")
    check("new.txt" in text and "Rivers" not in text, "a file that came since is found, and limit holds")
    pathlib.Path(folder, "ice\ncaps.txt").write_text("Glaciers calve.\n", encoding="utf-8")
    _, text = await call(client, "search", query="icebergs", folder=folder, limit=1, mode="semantic")
    check(text.startswith(f"$'{folder}/ice\\ncaps.txt':1-"), f"a name with a line end is one line: {text}")
    pathlib.Path(folder, "ice\ncaps.txt").unlink()
    _, text = await call(client, "search", query="lava", folder=folder, glob="*.py")
    check("src/" in text and "new.txt" not in text, "glob holds")
    _, text = await call(client, "search", query="lava", folder=f"{folder}/src", mode="semantic")
    check("src/" in text and "new.txt" not in text, "a part of an indexed folder")
    is_error, text = await call(client, "similar", file=f"{folder}/src/http.py", line=1)
    check(not is_error and "sum.py" in text and "def parse_header" not in text, "places like a place")
    is_error, text = await call(client, "similar", file=f"{folder}/src/http.py", endLine=2)
    check(is_error and "line" in text, f"a last line without a first is no place: {text}")
    is_error, text = await call(client, "index_status")
    check(not is_error and folder in text, "the list of what is indexed")
    found = (await client.call_tool("search", {"query": "HTTP headers", "folder": folder})).structured_content
    place = found["results"][0]
    check(place["path"] == f"{folder}/src/http.py" and place["startLine"] == 1, f"the same as values: {place}")
    check(place["symbol"] == "parse_header" and "text" not in place, "with its name; the text is in what is read")
    check(0 < place["similarity"] <= 1 and "score" in place, f"the cosine beside the score: {place}")
    _, text = await call(client, "search", query="qwerty zxcvb uiop", folder=folder, mode="semantic")
    check("No good match" in text, "that nothing is near is said")
    _, text = await call(client, "search", query="header", folder=folder, glob=["*.md", "!rivers.md"])
    check("Nothing found" in text, "several globs")
    _, text = await call(client, "search", query="header", folder=folder, language=["PY"], detail="full")
    check("src/" in text and "return line.split(':')" in text, "languages by other names, and whole texts")
    _, text = await call(client, "outline", path=f"{folder}/src/http.py")
    check("1-2 parse_header" in text, f"an outline of a file: {text}")
    _, text = await call(client, "outline", path=f"{folder}/src")
    check("parse_header" in text and "add" in text and "rivers" not in text, "and of a folder")
    _, text = await call(client, "read", file=f"{folder}/src/http.py", startLine=2)
    check(text == f"{folder}/src/http.py:2-2\n    return line.split(':')", f"lines of a file: {text}")
    is_error, text = await call(client, "read", file=f"{folder}/src/http.py", startLine=3)
    check(is_error and "has 2 lines, and none at 3" in text, f"a line that there is not: {text}")
    pathlib.Path(folder, "pages.txt").write_text("Ships\x0c\u2028\x85 sail.\nThe lighthouse\x0c shines.\n", encoding="utf-8")
    found = (await client.call_tool("search", {"query": "lighthouse", "folder": f"{folder}/pages.txt"})).structured_content
    check([place["path"] for place in found["results"]] == [f"{folder}/pages.txt"], f"a file alone: {found}")
    result = await client.call_tool("read", {"file": f"{folder}/pages.txt", "startLine": 2})
    check("lighthouse" in result.content[0].text, "a form feed and U+2028 end no line, as in what search says of places")
    check(result.structured_content["lines"] == found["results"][0]["endLine"] == 2, f"as many lines: {result.structured_content}")
    is_error, text = await call(client, "index_status", folder=folder)
    check(not is_error and "documents" in text, "what the index of a folder holds, by the tool's schema")
    pathlib.Path(folder, "key.pem").write_text("secret\n", encoding="utf-8")
    is_error, text = await call(client, "read", file=f"{folder}/key.pem")
    check(is_error and "not indexed" in text, "what is not indexed is not read out")
    _, text = await call(client, "reindex", folder=folder, force=True)
    check("is indexed" in text, f"everything read again: {text}")
    _, text = await call(client, "cancel", folder=folder)
    check("not being indexed" in text, "nothing to cancel")


async def errors(client, folder):
    is_error, text = await call(client, "search", query="x", folder="/nowhere/at/all")
    check(is_error and "/nowhere/at/all" in text, "a folder that is not there")
    is_error, text = await call(client, "search", query="x", folder=f"{folder}\0/nowhere")
    check(is_error and "there is no" in text, f"a path with a NUL is not what stands before it: {text}")
    is_error, text = await call(client, "search", folder=folder)
    check(is_error and "query" in text, "a missing argument is named")
    is_error, text = await call(client, "search", query="x", top=3)
    check(is_error and text.startswith("top: "), f"an unknown argument is named: {text}")
    is_error, text = await call(client, "search", query=" ", folder=folder)
    check(is_error and "empty" in text, "an empty query")
    is_error, text = await call(client, "search", query="x", folder=folder, language=["klingon"])
    check(is_error and "klingon" in text and "python" in text, "a language that there is not")
    is_error, text = await call(client, "search", query="x", folder=folder, glob=["[a"])
    check(is_error and "glob" in text, "a broken glob")
    is_error, _ = await call(client, "similar", file="/nowhere/file")
    check(is_error, "a file that is not there")
    try:
        await client.call_tool("delete", {})
        check(False, "an unknown tool is refused")
    except MCPError as error:
        check("delete" in str(error), "an unknown tool is refused")


async def progress(client, large, other, messages):
    """A search that indexes first is cancelled where nobody waits any longer, and tells how far it is."""
    steps = []

    async def told(*step):
        steps.append(step)

    result = await client.call_tool("search", {"query": "ships", "folder": large}, progress_callback=told)
    while "is being indexed" in result.content[0].text or result.is_error:
        result = await client.call_tool("search", {"query": "ships", "folder": large})
    check("ships" in result.content[0].text, "and later all of it")
    done = [step[0] for step in steps]
    check(done and done == sorted(set(done)), f"progress only grows: {done}")
    check(done[-1] <= steps[-1][1] and "files" in steps[-1][2], f"up to its total: {steps[-1]}")
    both = [client.call_tool("search", {"query": query, "folder": other}) for query in ("ships", "a paragraph")]
    for answer in await asyncio.gather(*both):
        check("Another process" not in answer.content[0].text, "of two searches at once one waits for the other's index")
    check(any("indexed" in message.data for message in messages), "what was indexed is logged")


async def official_client(akin, work, folder, large, other, mode):
    messages = []

    async def logged(message):
        messages.append(message)

    server = StdioServerParameters(command=akin, args=["mcp", "--allow", str(work)], env=dict(os.environ))
    async with Client(server, mode=mode, logging_callback=logged, log_level="info") as client:
        expected = "2025-11-25" if mode == "legacy" else "2026-07-28"
        check(client.protocol_version == expected, f"the newest revision of {mode}: {client.protocol_version}")
        check(client.server_info.name == "akin" and "meaning" in client.instructions, "the server says what it is")
        await listing(client)
        await tools(client, folder)
        await errors(client, folder)
        await progress(client, large, other, messages)
        check({message.level for message in messages} == {"info"}, "and nothing below the level")
        if mode == "legacy":
            await client.send_ping()
            await client.set_logging_level("debug")
            messages.clear()
            await client.call_tool("index_status", {})
            check([message.level for message in messages] == ["debug"], "how long a tool took, for whoever asks")


def main():
    # The newest revision has no ping and no log level of a session; those before have.
    warnings.simplefilter("ignore", UserWarning)
    akin, work = sys.argv[1], pathlib.Path(os.path.realpath(sys.argv[2]))
    for mode in ("legacy", "auto"):
        folder = checks.make_folder(work / mode)
        large = checks.make_large_folder(work / f"{mode}-large", files=700)
        other = checks.make_large_folder(work / f"{mode}-other", files=300)
        asyncio.run(asyncio.wait_for(official_client(akin, work, folder, large, other, mode), DEADLINE))
    wire.run(akin, str(work), str(work / "auto"), checks.make_large_folder(work / "large", files=3000))
    print(f"mcp: {checks.passed} passed, {checks.failed} failed")
    sys.exit(checks.failed > 0)


main()
