"""`akin mcp` line by line, for what the official client does not send: other revisions, batches, cancellations in them."""

import json
import subprocess

from checks import check

HANDSHAKE = {
    "2024-11-05": "2024-11-05",
    "2025-03-26": "2025-03-26",
    "2025-06-18": "2025-06-18",
    "2025-11-25": "2025-11-25",
    "1999-01-01": "2025-11-25",
    # Nothing is agreed on there: it has no `initialize`.
    "2026-07-28": "2025-11-25",
}


def request(id, method, **params):
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params}


def notification(method, **params):
    return {"jsonrpc": "2.0", "method": method, "params": params}


def call(id, tool, progress=None, **arguments):
    meta = {} if progress is None else {"_meta": {"progressToken": progress}}
    return request(id, "tools/call", name=tool, arguments=arguments, **meta)


class Server:
    """A server whose messages are sent and read one by one."""

    # The folder that the tools may look into.
    allowed = "."

    def __init__(self, akin):
        self.process = subprocess.Popen(
            [akin, "mcp", "--allow", self.allowed], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(self, *messages):
        for message in messages:
            self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def receive(self):
        return json.loads(self.process.stdout.readline())

    def ask(self, message):
        self.send(message)
        return self.receive()

    def end(self):
        """What came until the server ended, and how it did."""
        self.process.stdin.close()
        rest = [json.loads(line) for line in self.process.stdout]
        return rest, self.process.wait(60)


def revisions(akin, folder):
    for asked, agreed in HANDSHAKE.items():
        server = Server(akin)
        answer = server.ask(request(1, "initialize", protocolVersion=asked))
        check(answer["result"]["protocolVersion"] == agreed, f"revision {asked}: {answer}")
        check("logging" in answer["result"]["capabilities"], f"{asked}: logging is offered")
        server.send(notification("notifications/initialized"))
        (tool, *_) = server.ask(request(2, "tools/list"))["result"]["tools"]
        result = server.ask(call(3, "index_status", folder=folder))["result"]
        is_new = agreed >= "2025-06-18"
        check(("outputSchema" in tool) == is_new, f"{asked}: a schema of the output only where the revision has it")
        check(("structuredContent" in result) == is_new, f"{asked}: and values of it")
        check(tool["annotations"]["readOnlyHint"] is False, f"{asked}: search writes the index")
        check("resultType" not in result, f"{asked}: nothing of later revisions")
        check(server.end() == ([], 0), f"{asked}: the server ends with its input")


def refusals(akin):
    server = Server(akin)
    meta = {"io.modelcontextprotocol/protocolVersion": "2099-01-01"}
    error = server.ask(request(1, "tools/list", _meta=meta))["error"]
    check(error["code"] == -32022 and "2026-07-28" in error["data"]["supported"], f"an unknown revision: {error}")
    check(server.ask(request(2, "logging/setLevel", level="loud"))["error"]["code"] == -32602, "an unknown level")
    check(server.ask(request(3, "resources/list"))["error"]["code"] == -32601, "what is not offered")
    check(server.ask(request("p", "ping")) == {"jsonrpc": "2.0", "id": "p", "result": {}}, "ping")
    server.send(notification("notifications/cancelled", requestId=99), notification("notifications/cancelled"))
    check(server.ask(request(4, "ping"))["id"] == 4, "a cancellation of nothing is silent")
    check(server.end() == ([], 0), "nothing else is said")


def cancellation(akin, large):
    """What is cancelled stops and is never answered, alone and in a batch."""
    server = Server(akin)
    server.ask(request(0, "initialize", protocolVersion="2025-03-26"))
    server.send(call("slow", "search", progress="p", query="ships", folder=large))
    first = server.receive()
    check(first["method"] == "notifications/progress", f"it is under way: {first}")
    server.send(notification("notifications/cancelled", requestId="slow", reason="changed my mind"))
    messages = []
    server.send(request(1, "ping"))
    while not messages or "id" not in messages[-1]:
        messages.append(server.receive())
    check(messages[-1]["id"] == 1, "the next request is answered")
    server.send([call(2, "search", progress=7, query="ships", folder=large), request(3, "ping")])
    check(server.receive()["params"]["progressToken"] == 7, "a batch is under way, and its token comes back as it is")
    server.send(notification("notifications/cancelled", requestId=2))
    batch = server.receive()
    while "method" in batch:
        batch = server.receive()
    check([answer["id"] for answer in batch] == [3], f"the batch goes on without it: {batch}")
    server.send([call(4, "search", progress=8, query="ships", folder=large)])
    server.receive()
    server.send(notification("notifications/cancelled", requestId=4))
    rest, status = server.end()
    check(all("method" in message for message in rest) and status == 0, f"a batch of which nothing is left: {rest}")


def run(akin, work, folder, large):
    Server.allowed = work
    revisions(akin, folder)
    refusals(akin)
    cancellation(akin, large)
