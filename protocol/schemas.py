#!/usr/bin/env python3
"""Holds openrpc.json against a server, in both directions. Exit code 1 where they disagree. Needs jsonschema.

Every transcript is replayed, and each of its requests, answers and notifications is checked against the schemas. Then the
examples of openrpc.json are sent with something changed in each: what the schemas forbid the server must refuse, and what
they allow it must not call invalid, but for what only the model or the other values can tell.
"""

import argparse
import collections
import copy
import json
import pathlib
import random
import shlex
import sys

import jsonschema

import run
from messages import Difference, Skip, same_id, shorten
from server_process import Server

HERE = pathlib.Path(__file__).resolve().parent
# What a schema cannot say: the server looks at the model, at other values, or at numbers that no schema holds.
BEYOND_SCHEMAS = (
    "numbers", "a vector of", "id of the vocabulary", "as many texts", "special tokens", "of the model", "the model's own",
    "start", "base64", "within float32", "finite", "operators", "prompt", "components", "collection of", "folder that can",
    "score is within", "a regular expression", "expected 1 to ", "a cross-encoder", "folder in a git", "the range of float32",
    "an absolute path or a file: URI", "a store that the configuration",
    # What only some models do.
    "as the model ", "since the model", "of sparse vectors", 'function \"maxsim\"', "a function of vectors",
)


class Schemas:
    """The schemas of a document, by method."""

    def __init__(self, document):
        self.document = document
        self.methods = {method["name"]: method for method in document["methods"]}
        self.notifications = {
            method["name"]: method for method in document["x-server-notifications"] + document["x-server-requests"]}
        self.validators = {}

    def problem(self, schema, value):
        """The first thing wrong with a value; None where nothing is."""
        key = id(schema)
        if key not in self.validators:
            whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", "allOf": [schema],
                     "components": self.document["components"]}
            self.validators[key] = (jsonschema.Draft202012Validator(whole), schema)
        error = jsonschema.exceptions.best_match(self.validators[key][0].iter_errors(value))
        return None if error is None else f"{error.json_path}: {error.message[:200]}"

    def request_problem(self, method, params):
        schema = self.methods[method].get("x-params-schema")
        return None if schema is None else self.problem(schema, params)

    def answer_problem(self, method, answer):
        """What is wrong with an answer to a method."""
        if "result" in answer:
            return self.problem(self.methods[method]["result"]["schema"], answer["result"])
        error = answer["error"]
        kinds = {value["code"]: value["data"]["kind"] for value in self.document["components"]["errors"].values()}
        if error["code"] not in kinds:
            return f"the code {error['code']} is not listed"
        if error.get("data", {}).get("kind") != kinds[error["code"]]:
            return f"{error['code']} without its kind: {shorten(error)}"
        return self.problem(self.document["components"]["schemas"]["ErrorData"], error["data"])

    def sent_problem(self, message):
        """What is wrong with a notification or request of the server."""
        if message["method"] not in self.notifications:
            return f"{message['method']} is not listed"
        for parameter in self.notifications[message["method"]]["params"]:
            if parameter["name"] not in message["params"]:
                return f"{message['method']} without {parameter['name']}"
            problem = self.problem(parameter["schema"], message["params"][parameter["name"]])
            if problem:
                return f"{message['method']} {parameter['name']}{problem}"
        return None


class Recorder:
    """Checks the messages of one session as they pass."""

    def __init__(self, schemas, counts, problems):
        self.schemas, self.counts, self.problems = schemas, counts, problems
        self.asked = []

    def observe(self, sent, received):
        if sent is not None:
            self.note(sent)
        else:
            for message in received if isinstance(received, list) else [received]:
                self.check(message)

    def note(self, body):
        try:
            message = json.loads(body)
        except ValueError:
            return
        for part in message if isinstance(message, list) else [message]:
            if isinstance(part, dict) and part.get("id") is not None and part.get("method") in self.schemas.methods:
                self.asked.append(part)

    def check(self, message):
        if "method" in message:
            self.counts["notifications"] += 1
            return self.report(message["method"], self.schemas.sent_problem(message))
        index = next((i for i, part in enumerate(self.asked) if same_id(part["id"], message.get("id"))), None)
        if index is None:
            # Nothing that the schemas know was asked.
            return None
        request = self.asked.pop(index)
        self.counts["answers"] += 1
        method, params = request["method"], request.get("params")
        self.report(method, self.schemas.answer_problem(method, message))
        problem = self.schemas.request_problem(method, params)
        has_schema = "x-params-schema" in self.schemas.methods[method]
        if problem and "result" in message:
            self.report(method, f"answered although its schema forbids it ({problem}): {shorten(params)}")
        elif has_schema and not problem and is_refused(message) and not is_beyond(message):
            self.report(method, f"refused although its schema allows it: {message['error']['message']}")
        return None

    def report(self, method, problem):
        if problem:
            self.problems.append(f"{method}: {problem}")


def is_refused(answer):
    return answer.get("error", {}).get("code") == -32602


def is_beyond(answer):
    """Whether the server knows something that no schema says."""
    return any(word in answer["error"]["message"] for word in BEYOND_SCHEMAS)


VALUES = [
    None, True, False, 0, -1, 1.5, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 1e308, "", "x", "utf-16", "semantic", "keyword", [], {},
    [[]], [None], [0], ["a", "b"], ["a", 7], {"a": {"b": []}}, {"base64": "AACAPw=="}, {"base64": "!"}, {"text": "t"}, "cosine",
    {"base64": "AQ==", "dtype": "int8"}, {"base64": "AQ==", "dtype": "ubinary"}, "/", "file:///tmp", {"id": "a"}, {"id": "a", "uri": "b"},
    {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 1}}, "tokens", "window", {"trace": "t"},
]


def distorted(params, names, choose):
    """One value somewhere inside becomes another, or a member comes, goes, or has another name."""
    params = copy.deepcopy(params)
    kind = choose.randrange(8)
    if kind == 0 and params:
        del params[choose.choice(sorted(params))]
    elif kind == 1 and params:
        name = choose.choice(sorted(params))
        params[name + "s"] = params.pop(name)
    elif kind in (2, 3, 4):
        params[choose.choice(names + ["_meta"])] = copy.deepcopy(choose.choice(VALUES))
    else:
        places = list(inner_places(params))
        if places:
            holder, key = choose.choice(places)
            holder[key] = copy.deepcopy(choose.choice(VALUES))
    return params


def inner_places(value):
    """Every container and key below a value."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from inner_places(value[key])


def fuzz(schemas, command, rounds, seed, counts, problems):
    choose = random.Random(seed)
    server = Server(command, "lines")
    try:
        examples = []
        for name, method in schemas.methods.items():
            if "x-params-schema" in method and name not in ("shutdown", "rpc.discover", "index/drop", "index/add", "log"):
                names = [parameter["name"] for parameter in method["params"]]
                for example in method["examples"]:
                    examples.append((name, names, {part["name"]: part["value"] for part in example["params"]}))
        for number in range(rounds):
            name, names, params = choose.choice(examples)
            for _ in range(choose.randrange(1, 3)):
                params = distorted(params, names, choose)
            message = {"jsonrpc": "2.0", "id": number, "method": name, "params": params}
            server.send(json.dumps(message).encode())
            answer = server.take(lambda m: m.get("id") == number and "method" not in m)
            server.waiting.clear()
            # Lua writes an empty object as an empty list.
            objects = {key: {} if key == "filter" and value == [] else value for key, value in params.items()}
            forbidden = schemas.request_problem(name, objects)
            counts["forbidden" if forbidden else "allowed"] += 1
            problem = schemas.answer_problem(name, answer)
            if problem:
                problems.append(f"{name}: {problem}")
            if forbidden and "result" in answer:
                problems.append(f"{name}: answered although its schema forbids it ({forbidden}): {shorten(params)}")
            if not forbidden and is_refused(answer) and not is_beyond(answer):
                problems.append(f"{name}: refused although allowed, {answer['error']['message']}: {shorten(params)}")
    finally:
        server.kill()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--command", default="akin serve", help="how the server is started (%(default)s)")
    parser.add_argument("--rounds", type=int, default=3000, help="changed examples (%(default)s)")
    parser.add_argument("--seed", type=int, default=20260, help="of the changes (%(default)s)")
    arguments = parser.parse_args()
    schemas = Schemas(json.loads((HERE / "openrpc.json").read_text(encoding="utf-8")))
    counts, problems = collections.Counter(), []
    command = shlex.split(arguments.command)
    models = run.Models(command, 120)
    for path in sorted((HERE / "transcripts").glob("*.jsonl")):
        recorder = Recorder(schemas, counts, problems)
        try:
            run.replay(path, "lines", models, recorder.observe)
        except Skip:
            counts["skipped transcripts"] += 1
        except Difference as difference:
            problems.append(f"{path.stem}: {difference}")
    fuzz(schemas, command, arguments.rounds, arguments.seed, counts, problems)
    for problem in dict.fromkeys(problems):
        print(problem)
    print(", ".join(f"{count} {name}" for name, count in sorted(counts.items())) + f"; {len(set(problems))} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
