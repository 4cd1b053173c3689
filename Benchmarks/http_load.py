#!/usr/bin/env python3
"""Requests a second and latencies of `akin serve --http` under wrk (apt install wrk), beside the same work over stdio and, where
there is one, beside llama.cpp's server with the same model: one run, each request asked of both in turn.

    Benchmarks/http_load.py [--seconds 5] [--rounds 3] [--llama PATH_OF_LLAMA_SERVER --gguf MODEL.gguf] [--output FILE]

The GGUF is llama.cpp's own of the default model in Q8_0, as convert_hf_to_gguf.py makes it with --outtype q8_0. Figures of different runs are not
to be compared: what is to be read are the ratios.
"""

import argparse
import json
import os
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
SHORT = "How do plants survive without soil?"
LONG = " ".join(
    "Hydroponics is the technique of growing plants without soil: the roots hang in water that carries the minerals."
    for _ in range(6)
)
MODEL = "all-MiniLM-L6-v2"
SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[%s]]
"""
#: What is asked, of Akin's paths and of llama.cpp's; None where llama.cpp has none.
CASES = [
    ("/health", ("/health", None), ("/health", None)),
    *(
        (f"/v1/embeddings, {name}", ("/v1/embeddings", body), ("/v1/embeddings", body))
        for name, body in (
            ("8 words", {"model": MODEL, "input": SHORT}),
            ("8 words, base64", {"model": MODEL, "input": SHORT, "encoding_format": "base64"}),
            ("100 words", {"model": MODEL, "input": LONG}),
            ("32 texts of 8 words", {"model": MODEL, "input": [f"{SHORT} {i}" for i in range(32)]}),
        )
    ),
    ("/embed, 8 words", ("/embed", {"inputs": SHORT}), None),
    ("JSON-RPC, 8 words", ("/", {"jsonrpc": "2.0", "id": 1, "method": "embed", "params": {"input": SHORT}}), None),
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
    value, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", text).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), float(value) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


def vectors(address, body):
    request = urllib.request.Request(
        address + "/v1/embeddings", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return [item["embedding"] for item in json.load(answer)["data"]]


def stdio(seconds):
    """One request after the other over a pipe: requests a second."""
    with subprocess.Popen([AKIN, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        line = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "embed", "params": {"input": SHORT}}).encode() + b"\n"
        count = -1
        while count < 0 or time.perf_counter() - start < seconds:
            server.stdin.write(line)
            server.stdin.flush()
            server.stdout.readline()
            if count < 0:
                start = time.perf_counter()
            count += 1
        rate = count / (time.perf_counter() - start)
        server.stdin.close()
    return rate


class Akin:
    def __init__(self):
        self.process = subprocess.Popen(
            [AKIN, "serve", "--http", "127.0.0.1:0"], stderr=subprocess.PIPE, encoding="utf-8")
        self.address = self.process.stderr.readline().split("listening at ")[1].strip()


class Llama:
    """llama.cpp's server as it is set up for embeddings: as many slots as connections, each with the model's whole length."""

    def __init__(self, program, gguf, slots):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        self.process = subprocess.Popen(
            [program, "--model", gguf, "--embedding", "--pooling", "mean", "--host", "127.0.0.1", "--port", str(port),
             "--parallel", str(slots), "--ctx-size", str(512 * slots), "--batch-size", "2048", "--ubatch-size", "2048",
             "--threads", str(os.cpu_count()), "--log-disable"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                urllib.request.urlopen(self.address + "/health")
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("llama.cpp's server does not answer")


def measured(servers, request, connections, options):
    """The medians over the rounds of each server, which take turns."""
    rounds = {name: [] for name in servers}
    for name in servers:
        wrk(servers[name].address, request[name], connections, 1)
    for _ in range(options.rounds):
        for name in servers:
            rounds[name].append(wrk(servers[name].address, request[name], connections, options.seconds))
    return {name: tuple(statistics.median(values) for values in zip(*rounds[name])) for name in rounds}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--llama", help="llama.cpp's llama-server")
    parser.add_argument("--gguf", help="the model for it")
    parser.add_argument("--output", help="also into this file")
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("wrk is missing: apt install wrk")
    lines = []

    def say(line):
        lines.append(line)
        print(line, flush=True)

    akin = Akin()
    llama = Llama(options.llama, options.gguf, 8) if options.llama else None
    try:
        if llama:
            body = {"model": MODEL, "input": [SHORT, LONG]}
            for one, other in zip(vectors(akin.address, body), vectors(llama.address, body)):
                cosine = sum(a * b for a, b in zip(one, other))
                if cosine < 0.99:
                    sys.exit(f"the two do not compute the same: cosine {cosine:.4f}")
        piped = stdio(options.seconds)
        say(f"One request after the other over stdio: {piped:.0f} requests/s.")
        say("")
        say("| request | connections | requests/s | of stdio | p99 ms | llama.cpp requests/s | p99 ms | ratio of requests/s | of p99 |")
        say("|---|---|---|---|---|---|---|---|---|")
        for name, of_akin, of_llama in CASES:
            for connections in (1, 8, 64):
                servers = {"akin": akin, **({"llama": llama} if llama and of_llama else {})}
                found = measured(servers, {"akin": of_akin, "llama": of_llama}, connections, options)
                rate, p99 = found["akin"]
                line = f"| {name} | {connections} | {rate:.0f} | {rate / piped:.2f} | {p99:.2f} |"
                if "llama" in found:
                    other, later = found["llama"]
                    line += f" {other:.0f} | {later:.2f} | {rate / other:.2f} | {p99 / later:.2f} |"
                else:
                    line += " | | | |"
                say(line)
    finally:
        for server in filter(None, (akin, llama)):
            server.process.terminate()
            server.process.wait()
    if options.output:
        with open(options.output, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
