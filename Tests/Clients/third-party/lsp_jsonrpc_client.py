"""A session by python-lsp-jsonrpc, whose reader wants Content-Length as the first header and whose ids are UUIDs."""

import os
import subprocess
import threading

from pylsp_jsonrpc.endpoint import Endpoint
from pylsp_jsonrpc.exceptions import JsonRpcException
from pylsp_jsonrpc.streams import JsonRpcStreamReader, JsonRpcStreamWriter


def check(name, holds, got):
    print(f"ok {name}" if holds else f"{name}: got {got!r}")


process = subprocess.Popen([os.environ["AKIN"], "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
endpoint = Endpoint({}, JsonRpcStreamWriter(process.stdin).write)
reader = threading.Thread(target=JsonRpcStreamReader(process.stdout).listen, args=[endpoint.consume])
reader.start()


def ask(method, params=None):
    return endpoint.request(method, params).result(50)


answer = ask("initialize", {"processId": os.getpid(), "capabilities": {}})
check("initialize", answer["serverInfo"]["name"] == "akin", answer)
endpoint.notify("initialized", {})
answer = ask("search", {"query": "royalty", "documents": ["a stone", "a king"], "topK": 1})
check("search", answer["results"][0][0]["index"] == 1, answer)
pending = [endpoint.request("embed", {"input": f"text {number}"}) for number in range(50)]
check("fifty at once", all(len(one.result(50)["embeddings"][0]) == 384 for one in pending), len(pending))
try:
    check("an unknown method", False, ask("nobody/knows"))
except JsonRpcException as error:
    check("an unknown method", error.code == -32601, error)
check("shutdown", ask("shutdown") is None, "a value")
endpoint.notify("exit")
check("exit code 0", process.wait(10) == 0, process.returncode)
reader.join(10)
