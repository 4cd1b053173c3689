#!/usr/bin/env python3
"""Requests a second and latencies of `akin serve --http` under wrk (apt install wrk), beside the same work over stdio and beside
llama.cpp's own server with the same weights, in one run: the servers take turns, and medians of the rounds are shown.

    Benchmarks/http_load.py [--seconds 5] [--rounds 3] [--llama PYTHON] [--output FILE]

PYTHON has the package xllamacpp, which brings llama.cpp's server (its C++, in the process of Python) built for AVX2; Akin stands beside it
as it is and with AKIN_KERNELS=avx2. The weights are Akin's own GGUF in q8_0, which llama.cpp reads, and vectors of the two are compared
first. Figures of different runs are not to be compared: what is to be read are the ratios.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

AKIN = os.environ.get("AKIN", ".build/release/akin")
MODEL = "all-MiniLM-L6-v2"
SHORT = "How do plants survive without soil?"
LONG = " ".join(
    "Hydroponics is the technique of growing plants without soil: the roots hang in water that carries the minerals."
    for _ in range(6)
)
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[%s]]
"""
LLAMA = """
import sys
import xllamacpp

gguf, port, slots, threads = sys.argv[1], *map(int, sys.argv[2:])
parameters = xllamacpp.CommonParams()
parameters.model.path = gguf
parameters.embedding = True
parameters.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
# As many texts at once as there are connections, each as long as the model takes.
parameters.n_parallel = slots
parameters.n_ctx = 512 * slots
parameters.n_batch = parameters.n_ubatch = 2048
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
parameters.hostnames = ["127.0.0.1"]
parameters.port = port
server = xllamacpp.Server(parameters)
sys.stdin.read()
"""
CONNECTIONS = (1, 8)


def openai(text, **more):
    return "/v1/embeddings", {"model": MODEL, "input": text, **more}


#: What is asked, and whether llama.cpp has it too.
CASES = [
    ("/health", ("/health", None), True),
    ("/v1/embeddings, 6 words", openai(SHORT), True),
    ("/v1/embeddings, 6 words, base64", openai(SHORT, encoding_format="base64"), True),
    ("/v1/embeddings, 100 words", openai(LONG), True),
    ("/v1/embeddings, 32 texts of 7 words", openai([f"{SHORT} {i}" for i in range(32)]), True),
    ("/embed, 6 words", ("/embed", {"inputs": SHORT}), False),
    ("JSON-RPC, 6 words", ("/", {"jsonrpc": "2.0", "id": 1, "method": "embed", "params": {"input": SHORT}}), False),
]


def wrk(address, request, connections, seconds):
    """Requests a second and the 99th percentile in milliseconds."""
    path, body = request
    command = ["wrk", "--latency", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if body is not None:
            script.write(SCRIPT % json.dumps(body))
            script.flush()
            command += ["-s", script.name]
        text = subprocess.run([*command, address + path], stdout=subprocess.PIPE, encoding="utf-8", check=True).stdout
    if "Non-2xx" in text or "Socket errors" in text:
        sys.exit(f"{address}{path} does not answer well under load:\n{text}")
    if " 0 requests in" in text:
        sys.exit(f"{address}{path} answers nothing in {seconds} s: --seconds must be more")
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def stdio(seconds):
    """One request after the other over a pipe: requests a second."""
    with subprocess.Popen([AKIN, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "embed", "params": {"input": SHORT}}).encode() + b"\n"

        def ask():
            server.stdin.write(line)
            server.stdin.flush()
            server.stdout.readline()

        ask()
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            ask()
            count += 1
        rate = count / (time.perf_counter() - start)
        server.stdin.close()
    return rate


class Server:
    def __init__(self, command, address=None, environment=None, **streams):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE if address is None else subprocess.DEVNULL,
            env={**os.environ, **(environment or {})})
        self.address = address or self.process.stderr.readline().decode().split("listening at ")[1].strip()
        for _ in range(300):
            try:
                urllib.request.urlopen(self.address + "/health")
                return
            except OSError:
                time.sleep(0.1)
        sys.exit(f"{command[0]} does not answer at {self.address}")

    def end(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait()

    def vectors(self, texts):
        path, body = openai(texts)
        request = urllib.request.Request(self.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as answer:
            return [item["embedding"] for item in json.load(answer)["data"]]


def akin(**environment):
    return Server([AKIN, "serve", "--http", "127.0.0.1:0"], environment=environment)


def llama(python):
    cache = os.environ.get("AKIN_CACHE") or os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "akin")
    weights = sorted(pathlib.Path(cache, "gguf").glob(f"*{MODEL}-*.q8_0.gguf"), key=os.path.getmtime)
    if not weights:
        sys.exit("no GGUF of the default model in Akin's cache: akin pull, then akin embed hello")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [python, "-c", LLAMA, str(weights[-1]), str(port), str(max(CONNECTIONS)), str(os.cpu_count())]
    return Server(command, f"http://127.0.0.1:{port}")


def measured(servers, request, connections, options):
    """The medians of the rounds of each server."""
    rounds = {name: [] for name in servers}
    for server in servers.values():
        wrk(server.address, request, connections, 1)
    for _ in range(options.rounds):
        for name, server in servers.items():
            rounds[name].append(wrk(server.address, request, connections, options.seconds))
    return {name: tuple(statistics.median(values) for values in zip(*rounds[name])) for name in rounds}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--llama", metavar="PYTHON", help="a Python with xllamacpp")
    parser.add_argument("--output", help="also into this file")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt install wrk")
    lines = []

    def say(line):
        lines.append(line)
        print(line, flush=True)

    servers = {"akin": akin()}
    try:
        if options.llama:
            servers |= {"avx2": akin(AKIN_KERNELS="avx2"), "llama": llama(options.llama)}
            for one, other in zip(servers["akin"].vectors([SHORT, LONG]), servers["llama"].vectors([SHORT, LONG])):
                cosine = sum(a * b for a, b in zip(one, other))
                if cosine < 0.99:
                    sys.exit(f"the two do not compute the same: cosine {cosine:.4f}")
        piped = stdio(options.seconds)
        say("| request | connections | requests/s: HTTP ÷ stdio | p99 ms | requests/s ÷ llama.cpp's | p99 ÷ llama.cpp's "
            "| with AVX2: requests/s ÷ | p99 ÷ |")
        say("|---|---|---|---|---|---|---|---|")
        for name, request, is_llamas in CASES:
            for connections in CONNECTIONS:
                asked = servers if is_llamas else {"akin": servers["akin"]}
                found = measured(asked, request, connections, options)
                rate, p99 = found["akin"]
                line = f"| {name} | {connections} | {rate / piped:.2f} | {p99:.2f} |"
                for ours in ("akin", "avx2"):
                    if "llama" in found:
                        line += f" {found[ours][0] / found['llama'][0]:.2f} | {found[ours][1] / found['llama'][1]:.2f} |"
                    else:
                        line += " | |"
                say(line)
    finally:
        for server in servers.values():
            server.end()
    if options.output:
        pathlib.Path(options.output).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
