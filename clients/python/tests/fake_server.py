"""A server that misbehaves in the way its argument names, one JSON value a line."""

import json
import os
import sys


def answer(id, result):
    print(json.dumps({"jsonrpc": "2.0", "id": id, "result": result}), flush=True)


def die(lines):
    """Reads one request, complains and ends."""
    next(lines)
    print("out of luck", file=sys.stderr, flush=True)
    os._exit(3)


def die_once(lines):
    """Leaves the first request of the first process in the middle of its answer."""
    request = json.loads(next(lines))
    if os.path.exists(sys.argv[2]):
        answer(request["id"], "survived")
        echo(lines)
    open(sys.argv[2], "w").close()
    print('{"jsonrpc": "2.0", "id": 1, "resu', end="", flush=True)


def lose(lines):
    """Says of each request once that the shared process which worked on it has ended."""
    asked = set()
    for line in lines:
        request = json.loads(line)
        if request["id"] in asked and request["method"] != "lost":
            answer(request["id"], "found")
        else:
            asked.add(request["id"])
            error = {"code": -32019, "message": "ended", "data": {"kind": "modelProcessEnded"}}
            print(json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error}), flush=True)


def echo(lines):
    """Answers every request but `hold`; `seen` answers the messages so far, but itself."""
    seen = []
    for line in lines:
        message = json.loads(line)
        if message["method"] == "seen":
            answer(message["id"], seen)
        elif "id" in message and message["method"] != "hold":
            answer(message["id"], message["params"])
        seen.append(message)


def nonsense(lines):
    next(lines)
    print("Welcome to another program!", flush=True)
    echo(lines)


def noise(lines):
    """Fills standard error between the answers."""
    for line in lines:
        for _ in range(3000):
            print("noise " * 20, file=sys.stderr)
        request = json.loads(line)
        answer(request["id"], request["params"])


def progress(lines):
    """Sends `$/progress`, then the answer."""
    for line in lines:
        request = json.loads(line)
        token = request["params"]["workDoneToken"]
        for value in (
            {"kind": "begin", "title": "Indexing"},
            {"kind": "report", "message": "half", "percentage": 50},
            {"kind": "end"},
        ):
            params = {"token": token, "value": value}
            notification = {"jsonrpc": "2.0", "method": "$/progress", "params": params}
            print(json.dumps(notification), flush=True)
        answer(request["id"], "done")


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.stdin)
