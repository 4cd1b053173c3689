"""Signals at any moment: each command ends, writes no half of a file, and leaves no process behind.

A few commands at moments of chance, from a printed seed; AKIN_SIGNAL_ROUNDS=20 has all of them at so many moments by each signal.
"""

import fcntl
import glob
import http.server
import os
import random
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
import unittest

import harness
from harness import DEADLINE, wait_for

CACHE = os.environ.get("AKIN_CACHE") or os.path.join(
    os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "akin")
SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
ROUNDS = int(os.environ.get("AKIN_SIGNAL_ROUNDS", "0"))
# What goes on by intention: the rest of a folder is embedded behind the answer.
BACKGROUND = b"embedding-process"
COMMANDS = {
    "embed": ["embed", "--json", "-f", "lines.txt"], "embed to a file": ["embed", "--output", "out.npy", "-f", "lines.txt"],
    "similarity": ["similarity", "--plot", "out.svg", "-f", "few.txt"], "uniq": ["uniq", "-f", "lines.txt"],
    "tokenize": ["tokenize", "--json", "-f", "lines.txt"], "search": ["search", "where is tea", "notes"],
    "search in lines": ["search", "--documents", "lines.txt", "where is tea"], "index": ["index", "notes"],
    "index, following": ["index", "--watch", "notes"], "similar": ["similar", "notes/3.md:2"],
    "duplicates": ["duplicates", "notes"], "topics": ["topics", "notes"], "map": ["map", "notes", "-o", "out.html"],
    "map of lines": ["map", "-f", "lines.txt", "-o", "out.html"], "map, served": ["map", "notes", "--serve"],
    "log": ["log", "when was tea made", "--path", "*.md"], "extract": ["extract", "page.html"],
    "pack": ["pack", "build", "notes", "-o", "out.pack"], "collections": ["collections", "check", "notes"],
    "export": ["collections", "export", "notes"], "serve": ["serve"], "mcp": ["mcp"], "demo": ["demo"], "doctor": ["doctor"],
    "serve, by HTTP": ["serve", "--http", "unix:http.sock"],
}

# They are about an index that is there; all others make one.
OF_AN_INDEX = {"similar", "collections", "export"}


def session_of(process):
    """The session of a process; None where it has ended."""
    try:
        with open(f"/proc/{process}/stat", "rb") as stat:
            state, _, _, session = stat.read().rsplit(b")", 1)[1].split()[:4]
            return None if state == b"Z" else int(session)
    except (FileNotFoundError, ProcessLookupError):
        return None


def left_behind(session):
    """What still runs of those that a process has started."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        if session_of(name) != session:
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as words:
                line = words.read()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if line and BACKGROUND not in line:
            found.append(line.replace(b"\0", b" "))
    return found


def hears_of_its_window():
    # nohup ignores the one, a shell without job control the other for what it starts in the background.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Signals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="akin-signals-", ignore_cleanup_errors=True)
        cls.addClassCleanup(cls.place.cleanup)
        cls.top = os.path.realpath(cls.place.name)
        cls.seed = int(os.environ.get("AKIN_SIGNAL_SEED", random.randrange(1 << 32)))
        print(f"seed {cls.seed}", file=sys.stderr)
        cls.chance = random.Random(cls.seed)
        os.makedirs(os.path.join(cls.top, "notes"))
        cls.environment = {
            "PATH": os.environ["PATH"], "HOME": cls.top, "AKIN_CACHE": CACHE, "LC_ALL": "C.UTF-8",
            "AKIN_DATA": os.path.join(cls.top, "data"),
        }
        words = ["river", "tea", "kettle", "harbour", "moon", "boat", "winter", "road", "stone", "letter"]

        def sentence(number):
            return f"The {words[number % 10]} and the {words[number * 7 % 10]} of day {number} are by the {words[number // 10 % 10]}."

        cls.lines = "".join(sentence(number) + "\n" for number in range(1500))
        files = {"lines.txt": cls.lines, "few.txt": cls.lines[:600], "page.html": "<h1>Tea</h1><p>" + cls.lines[:3000]}
        for number in range(40):
            files[f"notes/{number}.md"] = "# Note\n\n" + "\n\n".join(sentence(number * 31 + k) for k in range(12)) + "\n"
        for name, text in files.items():
            with open(os.path.join(cls.top, name), "w", encoding="utf-8") as file:
                file.write(text)
        git = ["git", "-c", "user.name=a", "-c", "user.email=a@a", "-c", "commit.gpgsign=false"]
        subprocess.run([*git, "init", "-q"], cwd=cls.top, check=True)
        for number in range(20):
            subprocess.run([*git, "add", f"notes/{number}.md"], cwd=cls.top, check=True)
            subprocess.run([*git, "commit", "-q", "-m", sentence(number)], cwd=cls.top, check=True)

    def start(self, words, **options):
        process = subprocess.Popen(
            [harness.AKIN, *words], cwd=self.top, env={**self.environment, **options.pop("environment", {})},
            start_new_session=True, preexec_fn=hears_of_its_window,
            **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, **options})
        self.addCleanup(self.clean, process)
        return process

    @staticmethod
    def clean(process):
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream and not stream.closed:
                try:
                    stream.close()
                except BrokenPipeError:
                    pass

    def assert_ends(self, process, number, name):
        """It ends by the signal, or had ended already; nothing half done stays."""
        try:
            code = process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.fail(f"{name} does not end by {number.name}")
        self.assertIn(code, (0, 1, -number, 128 + number), name)
        wait_for(lambda: not left_behind(process.pid), message=f"{name}: still there: {left_behind(process.pid)}")
        self.assertEqual(glob.glob(os.path.join(self.top, "*.partial")), [], name)
        for file in glob.glob(os.path.join(self.top, "out.*")):
            with open(file, "rb") as output:
                content = output.read()
            ends = {"npy": len(content) > 1000, "svg": content.rstrip().endswith(b"</svg>"), "html": content.rstrip().endswith(b"</html>")}
            self.assertTrue(ends.get(file.rsplit(".", 1)[1], True), f"{name}: {file} is cut")
            os.remove(file)

    def at_a_moment(self, name, number, moment):
        if name in OF_AN_INDEX:
            subprocess.run([harness.AKIN, "index", "notes"], cwd=self.top, env=self.environment, capture_output=True, check=True)
        else:
            shutil.rmtree(self.environment["AKIN_DATA"], ignore_errors=True)
        process = self.start(COMMANDS[name], stdout=subprocess.DEVNULL)
        time.sleep(moment)
        process.send_signal(number)
        self.assert_ends(process, number, f"{name}, {number.name} after {moment:.3f} s, seed {self.seed}")
        self.clean(process)

    def test_any_command_at_any_moment(self):
        names = list(COMMANDS) if ROUNDS else self.chance.sample(sorted(COMMANDS), 3)
        for name in names:
            for number in (SIGNALS * ROUNDS if ROUNDS else [self.chance.choice(SIGNALS)]):
                # Most of it happens in the first tenths of a second; a start is a part of that.
                moment = self.chance.choice([0.03, 0.2, 0.6, 1.5]) * self.chance.random()
                with self.subTest(name, signal=number.name, moment=moment):
                    self.at_a_moment(name, number, moment)
                # Whatever was written is whole.
                self.assertIn(subprocess.run(
                    [harness.AKIN, "search", "tea", "notes"], cwd=self.top, env=self.environment, capture_output=True).returncode, (0, 1))
                self.assertEqual(subprocess.run(
                    [harness.AKIN, "collections", "check", "notes"], cwd=self.top, env=self.environment,
                    capture_output=True).returncode, 0)

    def some(self):
        """Each signal, or one of them."""
        return SIGNALS if ROUNDS else [self.chance.choice(SIGNALS)]

    def waits_for_more(self, process):
        """It has taken all that was written, and asks for more."""
        count = bytearray(4)

        def is_taken():
            fcntl.ioctl(process.stdin.fileno(), termios.FIONREAD, count)
            return struct.unpack("i", count)[0] == 0

        wait_for(is_taken, DEADLINE)

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_no_work_begins_before_signals_are_heard(self):
        """A signal that the starter ignores is lost until then, and so is what it came to end. Setting a handler takes long here."""
        log = os.path.join(self.top, "strace.log")
        calls = ["strace", "-f", "-qq", "-o", log, "-e", "trace=rt_sigaction,openat", "-e", "inject=rt_sigaction:delay_enter=100000"]
        subprocess.run(
            [*calls, harness.AKIN, "topics", "-f", "few.txt"], cwd=self.top, env=self.environment, stdout=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL, check=True, timeout=DEADLINE)
        with open(log, encoding="utf-8", errors="replace") as file:
            events = [word for line in file for word in ("SIGINT, {", "few.txt") if word in line]
        self.assertEqual(events, ["SIGINT, {", "few.txt"])

    def test_while_it_waits_for_its_input(self):
        for words in (["map", "-", "-o", "out.html"], ["embed", "--output", "out.npy"], ["uniq"]):
            for number in self.some():
                with self.subTest(words[0], signal=number.name):
                    process = self.start(words, stdout=subprocess.DEVNULL)
                    process.stdin.write(self.lines[:4000].encode())
                    process.stdin.flush()
                    self.waits_for_more(process)
                    process.send_signal(number)
                    self.assert_ends(process, number, words[0])

    def test_while_nobody_writes_to_its_input(self):
        """It waits for a pipe where it can be interrupted: not in open(2)."""
        pipe = os.path.join(self.top, "pipe")
        os.mkfifo(pipe)
        self.addCleanup(os.remove, pipe)
        for words in (["map", "-f", "pipe", "-o", "out.html"], ["embed", "-f", "pipe"]):
            for number in self.some():
                with self.subTest(words[0], signal=number.name):
                    process = self.start(words, stdout=subprocess.DEVNULL)
                    folder = f"/proc/{process.pid}/fd"
                    wait_for(lambda folder=folder: pipe in map(self.leads_to, glob.glob(folder + "/*")), DEADLINE)
                    process.send_signal(number)
                    self.assert_ends(process, number, words[0])
        # Whoever writes later is heard.
        process = self.start(["tokenize", "-f", "pipe"])
        wait_for(lambda: pipe in map(self.leads_to, glob.glob(f"/proc/{process.pid}/fd/*")), DEADLINE)
        with open(pipe, "w", encoding="ascii") as writer:
            writer.write("tea\n")
        self.assertIn(b"tea", process.communicate(timeout=DEADLINE)[0])

    @staticmethod
    def leads_to(link):
        try:
            return os.readlink(link)
        except OSError:
            return None

    def test_while_nobody_reads_its_output(self):
        """After the work that looks out for signals, with the signals' handlers still there."""
        for words in (["map", "-f", "few.txt", "-o", "-"], ["collections", "export", "notes"]):
            if words[0] == "collections":
                subprocess.run([harness.AKIN, "index", "notes"], cwd=self.top, env=self.environment, capture_output=True)
            for number in self.some():
                with self.subTest(words[0], signal=number.name):
                    reader, writer = os.pipe()
                    fcntl.fcntl(writer, 1031, 4096)  # F_SETPIPE_SZ
                    process = self.start(words, stdout=writer)
                    os.close(writer)
                    self.assertTrue(select.select([reader], [], [], DEADLINE)[0])
                    process.send_signal(number)
                    self.assert_ends(process, number, words[0])
                    os.close(reader)

    def test_while_a_hub_does_not_answer(self):
        """curl ends with it."""
        asked = threading.Event()
        release = threading.Event()

        class Hub(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.set()
                release.wait(DEADLINE)

            do_HEAD = do_GET

            def log_message(self, *_):
                pass

        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hub) as hub:
            threading.Thread(target=hub.serve_forever, daemon=True).start()
            for number in self.some():
                with self.subTest(signal=number.name):
                    asked.clear()
                    process = self.start(
                        ["pull", "someone/something"], environment={
                            "HF_ENDPOINT": f"http://127.0.0.1:{hub.server_port}", "AKIN_CACHE": os.path.join(self.top, "empty"),
                            "HF_HOME": os.path.join(self.top, "none")})
                    self.assertTrue(asked.wait(DEADLINE))
                    process.send_signal(number)
                    self.assert_ends(process, number, "pull")
            release.set()
            hub.shutdown()

    def test_the_screen_is_as_it_was(self):
        """The line of progress goes, and the cursor and the terminal are as they were."""
        master, slave = os.openpty()
        before = termios.tcgetattr(slave)
        process = self.start(["index", "--force", "notes"], stdout=slave, stderr=slave, stdin=slave)
        shown = b""
        while b"\r" not in shown and process.poll() is None:
            if select.select([master], [], [], 0.05)[0]:
                shown += os.read(master, 4096)
        process.send_signal(signal.SIGINT)
        self.assert_ends(process, signal.SIGINT, "index")
        while select.select([master], [], [], 0.2)[0]:
            shown += os.read(master, 4096)
        self.assertEqual(termios.tcgetattr(slave), before)
        self.assertNotIn(b"\x1b[?25l", shown)
        # What the prompt stands behind is no bar.
        self.assertRegex(shown, rb"(\n|\r\x1b\[K)$")
        os.close(master)
        os.close(slave)


if __name__ == "__main__":
    harness.main("signals")
