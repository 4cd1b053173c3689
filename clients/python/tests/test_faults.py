"""What goes wrong: servers that die, talk nonsense or are missing; calls that end early."""

import logging
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unittest
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

from support import fake

from akin import (
    Akin,
    AkinNotFoundError,
    AkinTimeoutError,
    ClosedError,
    Progress,
    ServerDiedError,
    ServerError,
    UnexpectedAnswerError,
)


class DeathTests(unittest.TestCase):
    def test_a_killed_server_is_replaced(self):
        with Akin() as akin:
            before = list(akin.embed("a cat"))
            first = akin.server_pid
            os.kill(first, signal.SIGKILL)
            self.assertEqual(list(akin.embed("a cat")), before)
            self.assertNotEqual(akin.server_pid, first)

    def test_calls_under_way_are_sent_again(self):
        with Akin() as akin, ThreadPoolExecutor(16) as pool:
            akin.tokenize("x")
            calls = [pool.submit(akin.embed, [f"{i} " + "word " * 50] * 4) for i in range(64)]
            time.sleep(0.1)
            os.kill(akin.server_pid, signal.SIGKILL)
            self.assertEqual({len(call.result(60)) for call in calls}, {4})

    def test_an_answer_cut_in_the_middle_is_no_answer(self):
        with tempfile.TemporaryDirectory() as folder:
            mark = pathlib.Path(folder, "died")
            with Akin(command=fake("die_once", mark)) as akin:
                self.assertEqual(akin.call("x", timeout=30), "survived")

    def test_a_server_that_dies_twice_is_told_with_its_last_words(self):
        with Akin(command=fake("die")) as akin:
            for _ in range(2):
                with self.assertRaisesRegex(ServerDiedError, "(?s)status 3.*out of luck"):
                    akin.call("x", timeout=30)

    def test_a_shared_process_that_ends_is_asked_once_more(self):
        with Akin(command=fake("lose")) as akin:
            self.assertEqual(akin.call("x", timeout=30), "found")
            with self.assertRaisesRegex(ServerError, "ended"):
                akin.call("lost", timeout=30)

    def test_a_program_that_is_no_server(self):
        with Akin(command=fake("nonsense")) as akin:
            with self.assertRaisesRegex(UnexpectedAnswerError, "another program"):
                akin.call("x", timeout=30)

    def test_a_wrong_option_is_told(self):
        with Akin(arguments=["--no-such-option"]) as akin:
            with self.assertRaisesRegex(ServerDiedError, "no-such-option"):
                akin.embed("x", timeout=30)

    def test_noise_on_standard_error_stops_nothing(self):
        logging.getLogger("akin").addHandler(logging.NullHandler())
        with Akin(command=fake("noise")) as akin:
            for i in range(5):
                self.assertEqual(akin.call("x", {"i": i}, timeout=30), {"i": i})


class NotFoundTests(unittest.TestCase):
    def test_nothing_on_the_path(self):
        with mock.patch.dict(os.environ, {"PATH": "/nowhere"}):
            del os.environ["AKIN"]
            with self.assertRaisesRegex(AkinNotFoundError, "PATH.*make install"):
                Akin().embed("x")

    def test_a_wrong_variable_or_path_is_named(self):
        with mock.patch.dict(os.environ, {"AKIN": "/nowhere/akin"}):
            with self.assertRaisesRegex(AkinNotFoundError, "AKIN is set to '/nowhere/akin'"):
                Akin().embed("x")
        with self.assertRaisesRegex(AkinNotFoundError, "/elsewhere/akin"):
            Akin(command="/elsewhere/akin").embed("x")
        with self.assertRaisesRegex(AkinNotFoundError, "/elsewhere/akin"):
            Akin(command=["/elsewhere/akin", "serve"]).embed("x")

    def test_making_a_client_starts_nothing(self):
        with mock.patch.dict(os.environ, {"AKIN": "/nowhere/akin"}), Akin() as akin:
            self.assertIsNone(akin.server_pid)


class CancellationTests(unittest.TestCase):
    def setUp(self):
        self.akin = Akin(command=fake("echo"))
        self.addCleanup(self.akin.close)

    def cancelled(self):
        """The ids that the server was told to cancel, and those of the requests it held."""
        seen = self.akin.call("seen", timeout=30)
        cancelled = [m["params"]["id"] for m in seen if m["method"] == "$/cancelRequest"]
        return cancelled, [m["id"] for m in seen if m["method"] == "hold"]

    def test_a_timeout_cancels_the_request(self):
        with self.assertRaises(AkinTimeoutError):
            self.akin.call("hold", timeout=0.05)
        with self.assertRaises(TimeoutError):
            self.akin.call("hold", timeout=0.05)
        cancelled, held = self.cancelled()
        self.assertEqual(cancelled, held)
        self.assertEqual(len(held), 2)

    def test_the_timeout_of_a_client_is_that_of_its_calls(self):
        with Akin(command=fake("echo"), timeout=0.05) as akin:
            with self.assertRaises(AkinTimeoutError):
                akin.call("hold")

    def test_an_interrupt_cancels_the_request(self):
        def interrupt(number, frame):
            raise KeyboardInterrupt

        self.akin.call("seen")
        before = signal.signal(signal.SIGALRM, interrupt)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        try:
            with self.assertRaises(KeyboardInterrupt):
                self.akin.call("hold")
        finally:
            signal.signal(signal.SIGALRM, before)
        cancelled, held = self.cancelled()
        self.assertEqual((cancelled, len(held)), (held, 1))

    def test_a_stream_that_is_left_cancels_what_is_under_way(self):
        with Akin() as akin:
            stream = akin.embed_stream(
                (f"{i} " + "word " * 200 for i in range(10_000)), batch_size=8
            )
            next(stream)
            stream.close()
            self.assertEqual(len(akin.embed("x")), 384)

    def test_a_cancelled_request_leaves_a_server_that_answers(self):
        with Akin() as akin:
            akin.embed("x")
            with self.assertRaises(AkinTimeoutError):
                akin.embed(["word " * 100] * 300, timeout=0.05)
            self.assertEqual(len(akin.embed("x")), 384)


class ProgressTests(unittest.TestCase):
    def test_steps_arrive_in_the_thread_that_waits(self):
        steps, threads = [], set()

        def note(step):
            steps.append(step)
            threads.add(threading.current_thread())

        with Akin(command=fake("progress")) as akin:
            self.assertEqual(akin.call("x", progress=note, timeout=30), "done")
        self.assertEqual(
            steps, [Progress(0, 100, "Indexing"), Progress(50, 100, "half"), Progress(100, 100, "")]
        )
        self.assertEqual(threads, {threading.current_thread()})

    def test_a_listener_that_fails_ends_the_call(self):
        def fail(step):
            raise RuntimeError("enough")

        with Akin(command=fake("progress")) as akin:
            with self.assertRaisesRegex(RuntimeError, "enough"):
                akin.call("x", progress=fail, timeout=30)

    def test_a_bar_is_shown_on_standard_error(self):
        script = (
            "from akin import Akin\n"
            "with Akin() as akin: akin.embed(['text'] * 300, progress=True)\n"
        )
        run = subprocess.run([sys.executable, "-c", script], stderr=subprocess.PIPE, check=True)
        try:
            import tqdm  # noqa: F401
        except ImportError:
            self.assertEqual(run.stderr, b"")
        else:
            self.assertIn(b"300/300", run.stderr)


class LifeTests(unittest.TestCase):
    def test_a_closed_client_refuses(self):
        akin = Akin()
        akin.embed("x")
        akin.close()
        akin.close()
        with self.assertRaises(ClosedError):
            akin.embed("x")

    def test_closing_ends_what_is_under_way_and_the_server(self):
        akin = Akin(command=fake("echo"))
        akin.call("x")
        pid = akin.server_pid
        threading.Timer(0.2, akin.close).start()
        with self.assertRaises(ClosedError):
            akin.call("hold", timeout=30)
        deadline = time.monotonic() + 10
        while _is_alive(pid) and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertFalse(_is_alive(pid))

    def test_a_client_no_longer_used_ends_its_server(self):
        akin = Akin()
        akin.tokenize("x")
        pid = akin.server_pid
        del akin
        self.assertFalse(_is_alive(pid))

    def test_a_program_that_ends_leaves_no_server(self):
        script = (
            "from akin import Akin\nakin = Akin()\nakin.tokenize('x')\n"
            "print(akin.server_pid, flush=True)\n"
        )
        run = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, check=True)
        self.assertFalse(_is_alive(int(run.stdout)))

    @unittest.skipUnless(hasattr(os, "fork"), "this system cannot fork")
    def test_a_forked_child_gets_a_server_of_its_own(self):
        script = (
            "import os, warnings\nwarnings.simplefilter('ignore')\nfrom akin import Akin\n"
            "with Akin() as akin:\n"
            "    one = list(akin.embed('a cat'))\n"
            "    pid = akin.server_pid\n"
            "    child = os.fork()\n"
            "    if child == 0:\n"
            "        same = list(akin.embed('a cat')) == one and akin.server_pid != pid\n"
            "        os._exit(0 if same else 1)\n"
            "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0\n"
            "    assert list(akin.embed('a cat')) == one and akin.server_pid == pid\n"
        )
        subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def _is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
