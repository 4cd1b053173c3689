"""A session by pygls, a framework for language servers, in its part of the client."""

import asyncio
import os

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient


def check(name, holds, got):
    print(f"ok {name}" if holds else f"{name}: got {got!r}")


async def session():
    client = LanguageClient("third-party", "1")
    await client.start_io(os.environ["AKIN"], "serve")
    capabilities = types.ClientCapabilities(
        general=types.GeneralClientCapabilities(
            position_encodings=[types.PositionEncodingKind.Utf8, types.PositionEncodingKind.Utf16]))
    result = await client.initialize_async(
        types.InitializeParams(capabilities=capabilities, process_id=os.getpid()))
    check("initialize", result.server_info.name == "akin", result)
    check("position encoding", result.capabilities.position_encoding == "utf-8", result.capabilities)
    capabilities = result.capabilities
    commands = capabilities.execute_command_provider.commands
    check("commands", list(commands) == ["akin.index", "akin.cancel", "akin.status", "akin.similar"], commands)
    check("renames", capabilities.workspace.file_operations.did_rename.filters[0].scheme == "file", capabilities.workspace)
    client.initialized(types.InitializedParams())
    place = types.Range(types.Position(0, 0), types.Position(1, 0))
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(types.TextDocumentIdentifier("file:///a.md"), place, types.CodeActionContext([])))
    check("code action", "akin.similar" in str(actions[0]), actions)

    ask = client.protocol.send_request_async
    answer = await ask("similarity", {"left": "a cat", "right": ["a dog", "a train"]})
    check("a cat is nearer to a dog than to a train", answer.scores[0][0] > answer.scores[0][1], answer)
    answer = await ask("tokenize", {"input": "😀 fire"})
    check("offsets count UTF-8", [5, 9] in answer.encodings[0].offsets, answer)
    answers = await asyncio.gather(*(ask("embed", {"input": f"text {n}"}) for n in range(50)))
    check("fifty at once", all(len(answer.embeddings[0]) == 384 for answer in answers), len(answers))
    try:
        answer = await ask("embed", {"input": 3})
    except JsonRpcException as error:
        check("a parameter of another type", error.code == -32602, error)
    else:
        check("a parameter of another type", False, answer)

    check("shutdown", await client.shutdown_async(None) is None, "a value")
    client.exit(None)
    await asyncio.wait_for(client._server.wait(), 10)
    check("exit code 0", client._server.returncode == 0, client._server.returncode)
    await client.stop()


asyncio.run(asyncio.wait_for(session(), 50))
