"""Clients and pipes that misbehave: `akin serve` keeps answering, or ends quietly; it never hangs, dies or grows."""

import fcntl
import functools
import os
import resource
import select
import signal
import subprocess
import sys
import time

import harness
from harness import FaultTest, Server, answers, embed, frames, lines, notification, parse, request

MEBIBYTE = 1 << 20


def hears_of_its_window():
    """In a child: also where the tests are run by nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class SlowAndSilentClients(FaultTest):
    def test_slow_reader_gets_everything(self):
        with Server() as server:
            server.send(lines(*(request(id, "tokenize", input="a b c " * 50) for id in range(300))), drain=False)
            server.close()
            received = b""
            while True:
                select.select([server.process.stdout], [], [], server.left())
                part = os.read(server.process.stdout.fileno(), 4096)
                if not part:
                    break
                received += part
                time.sleep(0.0002)
            self.assertEqual(set(answers(parse(received))), set(range(300)))
            self.assertEqual(server.wait(), 0)

    def test_client_that_asks_and_never_reads(self):
        """The server keeps reading, refuses what is beyond its limit, and loses nothing that it has read."""
        with Server("--max-backlog-bytes", "1000000") as server:
            ids = range(10_000)
            server.send(lines(*(request(id, "detokenize", ids=[2011] * 100) for id in ids)), drain=False)
            self.assertLess(harness.memory(server.pid), 300 * MEBIBYTE)
            server.close()
            found = answers(server.read_to_end())
            self.assertEqual(set(found), set(ids))
            refused = {answer["error"]["code"] for answer in found.values() if "error" in answer}
            self.assertLessEqual(refused, {-32000})
            self.assertEqual(server.wait(), 0)

    def test_many_small_requests_in_one_write(self):
        for encode in (lines, frames):
            with self.subTest(encode.__name__), Server() as server:
                server.send(encode(*(request(id) for id in range(10_000))))
                server.close()
                self.assertEqual(set(answers(server.read_to_end())), set(range(10_000)))
                self.assertEqual(server.wait(), 0)
                self.assertLess(harness.memory(server.pid), 300 * MEBIBYTE)

    def test_unread_standard_error(self):
        """A pipe for the log that nobody reads and that is full does not stop the answers."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        try:
            while True:
                os.write(writer, b"x" * 4096)
        except BlockingIOError:
            os.set_blocking(writer, True)
        with Server("--log-level", "debug", stderr=writer) as server:
            os.close(writer)
            server.send(b"not json\n" * 2000 + lines(request(1)))
            server.close()
            messages = server.read_to_end()
            self.assertEqual(len(messages), 2001)
            self.assertIn(1, answers(messages))
            self.assertEqual(server.wait(), 0)
        os.close(reader)


class LongMessages(FaultTest):
    def test_a_message_of_60_megabytes(self):
        texts = ["x" * 900_000] * 66
        for encode in (lines, frames):
            with self.subTest(encode.__name__), Server() as server:
                # Refused by a limit or answered: the text is long, its tokens are few.
                server.send(encode(request(1, "tokenize", input=texts, maxLength=8), request(2)))
                server.close()
                found = answers(server.read_to_end())
                self.assertEqual(set(found), {1, 2})
                self.assertIn("result", found[1])
                self.assertEqual(server.wait(), 0)
                self.assertLess(harness.memory(server.pid), 700 * MEBIBYTE)

    def test_a_message_over_the_limit_costs_nobody_else(self):
        with Server("--max-message-bytes", str(MEBIBYTE)) as server:
            server.send(lines(request(1, "tokenize", input="x" * 8 * MEBIBYTE), request(2)))
            server.close()
            messages = server.read_to_end()
            self.assertEqual([message["error"]["code"] for message in messages if message["id"] is None], [-32600])
            self.assertIn("result", answers(messages)[2])
            self.assertLess(harness.memory(server.pid), 200 * MEBIBYTE)

    def test_a_length_that_is_claimed_and_never_sent(self):
        with Server() as server:
            server.send(b"Content-Length: 60000000\r\n\r\n{")
            server.close()
            self.assertEqual(server.read_to_end(), [])
            self.assertEqual(server.wait(), 1)
            self.assertLess(harness.memory(server.pid), 100 * MEBIBYTE)


class FewDescriptors(FaultTest):
    def test_many_collections_in_one_life(self):
        """Those that are not asked for any more are closed."""
        few = functools.partial(resource.setrlimit, resource.RLIMIT_NOFILE, (128, 128))
        with Server(environment={"AKIN_DATA": self.folder}, preexec_fn=few) as server:
            for number in range(40):
                added = server.ask(request(
                    number, "index/add", collection=f"notes{number}", documents=[{"id": "1", "text": f"Ship {number} sails."}]))
                self.assertEqual(added["result"]["added"], 1)
            for number in range(0, 40, 7):
                found = server.ask(request(
                    1000 + number, "search", collection=f"notes{number}", query=f"Ship {number} sails.", mode="keyword"))
                self.assertEqual(found["result"]["results"][0][0]["text"], f"Ship {number} sails.")
            self.assertEqual(len(server.ask(request(2000, "index/list"))["result"]["collections"]), 40)

    def test_more_collections_at_once_than_it_may_have_open(self):
        """It says what is short, answers all else, and goes on."""
        few = functools.partial(resource.setrlimit, resource.RLIMIT_NOFILE, (64, 64))
        with Server(environment={"AKIN_DATA": self.folder}, preexec_fn=few) as server:
            names = [f"notes{number}" for number in range(14)]
            for number, name in enumerate(names):
                server.ask(request(number, "index/add", collection=name, documents=[{"id": "1", "text": "A ship sails."}]))
            error = server.ask(request(100, "search", collection=names, query="ship"))["error"]
            self.assertEqual(error["data"]["kind"], "storageFailed")
            self.assertIn("ulimit -n", error["message"])
            self.assertIn("result", server.ask(request(101, "search", collection=names[0], query="ship")))


class StandardOutput(FaultTest):
    def test_closed_in_the_middle_of_an_answer(self):
        with Server() as server:
            server.send(lines(request(1, "tokenize", input=["a b c " * 80] * 200)), drain=False)
            os.read(server.process.stdout.fileno(), 1000)
            server.process.stdout.close()
            self.assertEqual(server.wait(), 1)

    def test_closed_before_the_answer_of_long_work_ends_it(self):
        """Nobody waits for the work when both pipes are gone: not half of its CPU time is spent, whatever that is here."""
        def spent():
            usage = resource.getrusage(resource.RUSAGE_CHILDREN)
            return usage.ru_utime + usage.ru_stime

        texts, start = ["a long text " * 60] * 400, spent()
        with Server() as server:
            self.assertIn("result", server.ask(embed(1, texts)))
        part, start = spent() - start, spent()
        with Server() as server:
            server.send(lines(request(1), embed(2, texts * 20)), drain=False)
            server.read_until(1)
            server.process.stdout.close()
            server.close()
            self.assertEqual(server.wait(), 1)
        self.assertLess(spent() - start, 10 * part, "it works on for nobody")

    @harness.unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full here")
    def test_a_full_disk(self):
        with open("/dev/full", "wb") as full, Server(stdout=full, stderr=subprocess.PIPE) as server:
            server.send(lines(request(1)))
            self.assertEqual(server.wait(), 1)
            report = server.process.stderr.read().decode()
            self.assertEqual(report.count("\n"), 1, report)
            self.assertIn("No space left", report)

    def test_non_blocking(self):
        """The parent may have made the pipe non-blocking: a full one is waited for."""
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        with Server(stdout=writer) as server:
            os.close(writer)
            server.send(lines(*(request(id, "tokenize", input="a b c " * 50) for id in range(200))))
            server.close()
            time.sleep(0.3)
            received = b""
            while part := os.read(reader, 65536):
                received += part
            self.assertEqual(set(answers(parse(received))), set(range(200)))
            self.assertEqual(server.wait(), 0)
        os.close(reader)

    def test_non_blocking_standard_input(self):
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        child = subprocess.Popen([harness.AKIN, "serve"], stdin=reader, stdout=subprocess.PIPE)
        os.close(reader)
        time.sleep(0.2)
        os.write(writer, lines(request(1)))
        time.sleep(0.1)
        os.write(writer, lines(request(2)))
        os.close(writer)
        output, _ = child.communicate(timeout=harness.DEADLINE)
        self.assertEqual(set(answers(parse(output))), {1, 2})
        self.assertEqual(child.returncode, 0)


class Ends(FaultTest):
    def test_input_left_open_after_exit(self):
        with Server() as server:
            server.send(lines(request(1, "initialize"), request(2, "shutdown"), notification("exit")))
            self.assertEqual(server.wait(), 0)
            self.assertEqual(set(answers(server.read_to_end())), {1, 2})

    def test_end_of_input_in_the_middle_of_a_frame(self):
        whole = frames(request(1))
        for cut in (3, 16, 20, 24, len(whole) - 1):
            with self.subTest(cut), Server(stderr=subprocess.PIPE) as server:
                server.send(whole + whole[:cut])
                server.close()
                self.assertEqual(set(answers(server.read_to_end())), {1})
                self.assertEqual(server.wait(), 1)
                self.assertIn("the input ended", server.process.stderr.read().decode())

    def test_end_of_input_in_the_middle_of_a_line(self):
        with Server() as server:
            server.send(lines(request(1)) + b'{"jsonrpc":"2.0","id":2,"meth')
            server.close()
            messages = server.read_to_end()
            self.assertEqual({message["id"] for message in messages}, {1, None})
            self.assertEqual(server.wait(), 0)

    def test_the_clients_process_ends_and_leaves_the_pipes_open(self):
        client = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        with Server() as server:
            server.send(lines(request(1, "initialize", processId=client.pid, capabilities={})))
            self.assertIn("result", server.read_until(1)[0])
            client.kill()
            client.communicate()
            self.assertEqual(server.wait(), 1)

    def test_a_killed_client_ends_the_server(self):
        """The client's end of both pipes goes with it, while work is under way."""
        script = (
            "import subprocess, sys, time\n"
            "child = subprocess.Popen([sys.argv[1], 'serve'], stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
            "child.stdin.write(sys.stdin.buffer.readline()); child.stdin.flush()\n"
            "print(child.pid, flush=True); time.sleep(60)\n")
        client = subprocess.Popen(
            [sys.executable, "-c", script, harness.AKIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        client.stdin.write(lines(embed(1, ["a long text " * 60] * 8000)))
        client.stdin.flush()
        server = int(client.stdout.readline())
        time.sleep(0.5)
        client.kill()
        client.communicate()
        harness.wait_for(lambda: not harness.is_alive(server), 10, "the server outlives its client")

    def test_a_window_that_closes_is_no_end_where_it_is_ignored(self):
        with Server(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)) as server:
            server.send(lines(request(1)))
            server.read_until(1)
            os.kill(server.pid, signal.SIGHUP)
            server.send(lines(request(2)))
            self.assertIn("result", server.read_until(1)[0])
            server.close()
            self.assertEqual(server.wait(), 0)

    def test_terminated_while_it_works(self):
        for code, number in ((0, signal.SIGTERM), (130, signal.SIGINT), (129, signal.SIGHUP)):
            with self.subTest(number.name), Server(preexec_fn=hears_of_its_window) as server:
                server.send(lines(*(embed(id, ["a long text " * 60] * 500) for id in range(8)), request(8)))
                server.read_until(1)
                os.kill(server.pid, number)
                found = answers(server.read_to_end())
                self.assertEqual(server.wait(), code)
                self.assertEqual(set(found), set(range(9)))

    def test_stopped_and_continued(self):
        with Server() as server:
            for round in range(20):
                server.send(lines(request(2 * round), embed(2 * round + 1, ["a text"] * 20)))
                os.kill(server.pid, signal.SIGSTOP)
                time.sleep(0.01)
                os.kill(server.pid, signal.SIGCONT)
            server.close()
            self.assertEqual(set(answers(server.read_to_end())), set(range(40)))
            self.assertEqual(server.wait(), 0)


if __name__ == "__main__":
    harness.main("streams")
