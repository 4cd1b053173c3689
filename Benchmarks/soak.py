#!/usr/bin/env python3
"""A day's life in short: soak.py [--minutes 60] [--requests 1000000] [--sessions 8] [--seed N] [--output FILE] [AKIN].

Sessions of one shared process ask for everything that the protocol has, while files of a folder change and sessions, and now and
then the shared process itself, are killed. Each answer is looked at: a result, or the error that was meant to come. Ends when
the requests are answered or the minutes are over, and prints and writes a curve: requests, the shared process's memory and
descriptors, at each of forty points. The shared process is killed four times in the first part, and then left alone, so that slow
growth shows. Requests go out several at once, since a day of them one by one is mostly waiting. Ends with status 1 where an answer was wrong, a session could not be begun anew, or memory
or descriptors have grown.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time

POINTS = 40
WORDS = "river lake mountain header parser queue thread memory socket garden violin harbour engine letter window".split()


ENCODER = json.JSONEncoder(separators=(",", ":"))


def sentence(rng, least=3, most=12):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, most))) + f" {rng.randint(0, 5000)}."


class Session:
    """A session of the shared process, begun anew when it ends."""

    def __init__(self, soak, number):
        self.soak, self.number, self.rng = soak, number, random.Random(soak.options.seed + number)
        self.process, self.identifier, self.open = None, 0, None

    def begin(self):
        self.process = subprocess.Popen(
            [self.soak.options.akin, "serve", "--shared"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, env=self.soak.environment, cwd=self.soak.folder)
        self.open = None
        self.ask("initialize", {"rootUri": "file://" + self.soak.folder, "capabilities": {}})
        self.tell("initialized", {})

    def tell(self, method, parameters):
        self.write({"jsonrpc": "2.0", "method": method, "params": parameters})

    def write(self, message):
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()

    def ask(self, method, parameters):
        return self.ask_all([(method, parameters, False)])[0]

    def ask_all(self, requests):
        """Sends requests at once; their answers, in the order of the requests. The third of each: whether it is cancelled."""
        first, lines = self.identifier + 1, []
        for method, parameters, cancel in requests:
            self.identifier += 1
            lines.append({"jsonrpc": "2.0", "id": self.identifier, "method": method, "params": parameters})
            if cancel:
                lines.append({"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": self.identifier}})
        self.process.stdin.write(b"".join(ENCODER.encode(line).encode() + b"\n" for line in lines))
        self.process.stdin.flush()
        answers = {}
        while len(answers) < len(requests):
            line = self.process.stdout.readline()
            if not line:
                raise ConnectionError("the session has ended")
            answer = json.loads(line)
            if "method" not in answer:
                if answer.get("id") in answers or not first <= answer.get("id", 0) <= self.identifier:
                    self.soak.note_wrong(f"an answer that nobody waits for: {str(answer)[:300]}")
                answers[answer.get("id")] = answer
        return [answers[first + number] for number in range(len(requests))]

    def run(self):
        while not self.soak.is_over():
            try:
                self.begin()
                while not self.soak.is_over():
                    self.step()
            except (ConnectionError, BrokenPipeError, ValueError, OSError) as error:
                if not self.soak.is_over():
                    self.soak.note_end(error)
            finally:
                if self.process is not None:
                    self.process.kill()
                    self.process.wait()
                    for stream in (self.process.stdin, self.process.stdout):
                        try:
                            stream.close()
                        except OSError:
                            # What was still to be written has no reader.
                            pass
            time.sleep(0.05)

    def step(self):
        if self.rng.random() < 0.1:
            self.edit()
        requests = [self.request() for _ in range(self.rng.randint(1, 2 * self.soak.options.at_once - 1))]
        for request, answer in zip(requests, self.ask_all(requests)):
            self.soak.note(request[0], request[1], answer, request[2])

    def request(self):
        """A method, its parameters, and whether it is cancelled right away."""
        rng, folder = self.rng, self.soak.folder
        name = f"notes{rng.randint(0, 3)}"
        collection = rng.choice([name, folder])
        document = f"{rng.randint(0, 60)}"
        methods = [
            (40, "embed", lambda: {"input": sentence(rng)}),
            (3, "embed", lambda: {"input": [sentence(rng, 10, 40) for _ in range(rng.randint(1, 8))], "encodingFormat": "base64"}),
            (6, "tokenize", lambda: {"input": sentence(rng)}),
            (3, "detokenize", lambda: {"ids": [rng.randint(1000, 20_000) for _ in range(8)]}),
            (4, "similarity", lambda: {"left": [sentence(rng), sentence(rng)], "right": [sentence(rng)]}),
            (3, "search", lambda: {"query": sentence(rng), "documents": [sentence(rng) for _ in range(5)]}),
            (14, "search", lambda: {"query": sentence(rng), "collection": collection, "topK": rng.randint(1, 20),
                                    "mode": rng.choice(["semantic", "keyword", "hybrid"])}),
            (4, "workspace/symbol", lambda: {"query": sentence(rng, 1, 3)}),
            (8, "index/add", lambda: {"collection": name, "documents": [
                {"id": document, "text": sentence(rng) * rng.randint(1, 4) + rng.choice(["", "\0", "\u00e9"])}]}),
            (4, "index/remove", lambda: {"collection": name, "ids": [document]}),
            (1, "index/add", lambda: {"folder": folder}),
            (2, "index/list", lambda: rng.choice([{}, {"collection": name}])),
            (2, "index/status", lambda: {"collection": collection}),
            (0.2, "index/drop", lambda: {"collection": name}),
            (1, "server/status", dict), (1, "model/info", dict), (0.5, "model/list", dict), (0.5, "rpc.discover", dict),
            (1, "no/such/method", dict), (1, "embed", lambda: {"input": 7}),
        ]
        (_, method, parameters), = rng.choices(methods, [weight for weight, _, _ in methods])
        return method, parameters(), rng.random() < 0.02

    def edit(self):
        """Opens, changes or closes a document as an editor does."""
        if self.open is None:
            self.open = f"file://{self.soak.folder}/{self.rng.randint(0, 39)}.md"
            self.tell("textDocument/didOpen", {"textDocument": {
                "uri": self.open, "languageId": "markdown", "version": 1, "text": sentence(self.rng)}})
        elif self.rng.random() < 0.6:
            self.tell("textDocument/didChange", {"textDocument": {"uri": self.open, "version": 2}, "contentChanges": [
                {"text": sentence(self.rng)}]})
        else:
            self.tell("textDocument/didClose", {"textDocument": {"uri": self.open}})
            self.open = None


class Soak:
    def __init__(self, options):
        self.options, self.lock = options, threading.Lock()
        self.top = tempfile.TemporaryDirectory(prefix="akin-soak-", ignore_cleanup_errors=True)
        self.folder = os.path.join(os.path.realpath(self.top.name), "folder")
        runtime = os.path.join(self.top.name, "run")
        for path in (self.folder, runtime):
            os.mkdir(path, 0o700)
        self.environment = {**os.environ, "AKIN_DATA": os.path.join(self.top.name, "data"), "XDG_RUNTIME_DIR": runtime}
        self.answers, self.errors, self.wrong, self.ends, self.kills, self.killed_servers = 0, {}, [], 0, 0, 0
        self.start, self.stop = time.monotonic(), False
        self.points = []

    def is_over(self):
        return (
            self.stop or self.answers >= self.options.requests
            or time.monotonic() - self.start > self.options.minutes * 60)

    def share(self):
        """How much of the run is done, of 1."""
        return max(self.answers / self.options.requests, (time.monotonic() - self.start) / (self.options.minutes * 60))

    def note(self, method, parameters, answer, cancelled):
        error = answer.get("error")
        # -32800: cancelled. -32004 and so on: a collection that is not there (yet), that another session changes, or drops.
        meant = (
            error is None or cancelled and error["code"] == -32800 or method in ("no/such/method",)
            or method == "embed" and parameters.get("input") == 7
            or self.kind(error) in ("collectionUnknown", "collectionBusy")
            or self.killed_servers > 0 and self.kind(error) == "modelProcessEnded")
        with self.lock:
            self.answers += 1
            if error is not None:
                self.errors[error["code"]] = self.errors.get(error["code"], 0) + 1
            if not meant or error is None and method in ("no/such/method",):
                self.wrong.append(f"{method} {str(parameters)[:200]}: {str(answer)[:300]}")

    def note_wrong(self, sentence):
        with self.lock:
            self.wrong.append(sentence)

    @staticmethod
    def kind(error):
        return (error.get("data") or {}).get("kind")

    def note_end(self, error):
        with self.lock:
            self.ends += 1
            if self.ends > self.kills + 9 * self.killed_servers * self.options.sessions + 20:
                self.wrong.append(f"a session has ended by itself: {error}")
                self.stop = True

    def server(self):
        """The shared process of this run: the one with its socket."""
        for name in os.listdir("/proc"):
            if not name.isdigit():
                continue
            try:
                with open(f"/proc/{name}/cmdline", "rb") as file:
                    words = file.read().split(b"\0")
            except OSError:
                continue
            if b"shared-process" in words and any(self.environment["XDG_RUNTIME_DIR"].encode() in word for word in words):
                return int(name)
        return None

    def change_files(self):
        rng = random.Random(self.options.seed)
        while not self.is_over():
            path = os.path.join(self.folder, f"{rng.randint(0, 59)}.md")
            try:
                if rng.random() < 0.2:
                    os.unlink(path)
                else:
                    with open(path, "w", encoding="utf-8") as file:
                        file.write("# " + sentence(rng) + "\n\n" + "\n\n".join(sentence(rng) for _ in range(rng.randint(1, 30))) + "\n")
            except OSError:
                pass
            time.sleep(0.2)

    def kill(self, sessions):
        rng = random.Random(self.options.seed + 1000)
        # Of the time, or of the requests.
        due = [0.08, 0.16, 0.24, 0.32]
        while not self.is_over():
            time.sleep(rng.uniform(1, 4))
            if due and self.share() > due[0]:
                due.pop(0)
                server = self.server()
                if server is not None:
                    self.killed_servers += 1
                    os.kill(server, 9)
                continue
            process = rng.choice(sessions).process
            if process is not None and process.poll() is None:
                self.kills += 1
                process.kill()

    def sample(self):
        last = None
        for point in range(POINTS):
            while self.share() < (point + 1) / POINTS and not self.is_over():
                time.sleep(0.2)
            server = self.server()
            try:
                with open(f"/proc/{server}/statm", encoding="ascii") as file:
                    memory = int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE") / 1e6
                descriptors = len(os.listdir(f"/proc/{server}/fd"))
            except OSError:
                continue
            self.points.append((time.monotonic() - self.start, self.answers, server, memory, descriptors))
            if server != last:
                print(f"process {server}", flush=True)
                last = server
            print("{:7.0f} s {:9d} answers  {:6.1f} MB {:4d} descriptors".format(*self.points[-1][:2], memory, descriptors), flush=True)
            if self.is_over():
                break

    def run(self):
        for number in range(40):
            with open(os.path.join(self.folder, f"{number}.md"), "w", encoding="utf-8") as file:
                file.write(f"# Number {number}\n\nText number {number} about rivers and lakes.\n")
        subprocess.run([self.options.akin, "index", self.folder], check=True, env=self.environment, stdout=subprocess.DEVNULL)
        sessions = [Session(self, number) for number in range(self.options.sessions)]
        threads = [threading.Thread(target=session.run) for session in sessions]
        threads += [threading.Thread(target=self.change_files), threading.Thread(target=self.kill, args=(sessions,))]
        for thread in threads:
            thread.start()
        self.sample()
        for thread in threads:
            thread.join()
        server = self.server()
        if server is not None:
            os.kill(server, 15)
        self.check_collections()
        return self.report()

    def check_collections(self):
        """What is stored is sound, whatever was killed."""
        listed = subprocess.run(
            [self.options.akin, "collections", "--json"], check=True, env=self.environment, stdout=subprocess.PIPE).stdout
        for line in listed.splitlines():
            name = json.loads(line)["name"]
            done = subprocess.run(
                [self.options.akin, "collections", "check", name], env=self.environment, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, check=False)
            if done.returncode != 0:
                self.wrong.append(f"{name}: {done.stdout.decode()}")

    def report(self):
        # Of the process that has lived longest: its second quarter against its last.
        lives = {}
        for point in self.points:
            lives.setdefault(point[2], []).append(point)
        life = max(lives.values(), key=len, default=[])
        grown = []
        if len(life) >= 8:
            early, late = life[len(life) // 4:len(life) // 2], life[-(len(life) // 4):]
            for index, unit, slack in ((3, "MB", 20), (4, "descriptors", 16)):
                before, after = (max(point[index] for point in part) for part in (early, late))
                grown.append(f"{unit}: {before:.0f} in the second quarter of the longest life, {after:.0f} in the last")
                if after > 1.15 * before + slack:
                    self.wrong.append(f"grown: {grown[-1]}")
        lines = [
            f"{self.answers} requests of {self.options.sessions} sessions in {(time.monotonic() - self.start) / 60:.0f} min, seed "
            f"{self.options.seed}; {self.kills} sessions and {self.killed_servers} shared processes killed; errors that were meant: "
            f"{json.dumps(self.errors)}; wrong answers: {len(self.wrong)}", "", *grown, "",
            "| s | requests | process | MB | descriptors |", "|---:|---:|---:|---:|---:|"]
        pids = list(lives)
        lines += [f"| {seconds:.0f} | {answers} | {pids.index(pid) + 1} | {memory:.1f} | {count} |"
                  for seconds, answers, pid, memory, count in self.points]
        text = "\n".join(lines) + "\n"
        print(text)
        for wrong in self.wrong[:20]:
            print("WRONG", wrong)
        if self.options.output:
            with open(self.options.output, "w", encoding="utf-8") as file:
                file.write("# A day's life in short\n\n`make soak`: " + text)
        return 1 if self.wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("akin", nargs="?", default=".build/release/akin", type=os.path.abspath)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--at-once", type=int, default=8, help="requests that a session sends before it reads, on average")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--output")
    sys.exit(Soak(parser.parse_args()).run())


if __name__ == "__main__":
    main()
