"""`akin serve --shared`: one model process for all, that nobody else reaches, and whose end costs an answer and no more."""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from random import Random

import harness
from harness import FaultTest, Server, answers, embed, frames, lines, notification, request

MEBIBYTE = 1 << 20
PROCESS_ENDED = -32019
LONG_WORK = ["a long text " * 60] * 4000


def commands():
    """The command lines of all processes by process."""
    found = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                found[int(name)] = file.read().decode(errors="replace").split("\0")
        except OSError:
            continue
    return found


@harness.unittest.skipUnless(os.path.isdir("/proc/self"), "processes are counted in /proc")
class SharingTest(FaultTest):
    def setUp(self):
        super().setUp()
        self.environment = {"XDG_RUNTIME_DIR": self.folder, "AKIN_DATA": self.folder + "/data"}
        self.addCleanup(self.end_processes)

    def end_processes(self):
        for process in self.processes():
            os.kill(process, signal.SIGKILL)

    def relay(self, *arguments, **options):
        return Server("--shared", *arguments, environment=self.environment, **options)

    def processes(self):
        """The shared processes of this test that are there."""
        return [
            process for process, words in commands().items()
            if "shared-process" in words and any(word.startswith(self.folder) for word in words)
            and harness.is_alive(process)]

    @property
    def sockets(self):
        return [name for name in os.listdir(self.folder + "/akin") if name.endswith(".sock")]


class OneProcess(SharingTest):
    def test_all_that_start_at_once_share_one(self):
        relays = [self.relay() for _ in range(8)]
        try:
            for relay in relays:
                self.assertIn("result", relay.ask(request(1, "tokenize", input="a")))
            self.assertEqual(len(self.processes()), 1)
            status = relays[0].ask(request(2))["result"]
            self.assertEqual(status["sessions"], 8)
            self.assertEqual(status["methods"]["tokenize"]["succeeded"], 8)
        finally:
            for relay in relays:
                relay.close()
                self.assertEqual(relay.wait(), 0)
                relay.__exit__()

    def test_five_editors_hold_one_model(self):
        alone = Server()
        with alone:
            alone.ask(embed(1, "warm"))
            one_model = harness.own_memory(alone.pid)
        relays = [self.relay() for _ in range(5)]
        try:
            vectors = [relay.ask(embed(1, "the same text"))["result"]["embeddings"] for relay in relays]
            self.assertTrue(all(vector == vectors[0] for vector in vectors))
            (process,) = self.processes()
            shared = harness.own_memory(process)
            each = [harness.own_memory(relay.pid) for relay in relays]
            print(f"\n  own memory: a server alone {one_model / MEBIBYTE:.1f} MiB, shared by five "
                  f"{shared / MEBIBYTE:.1f} MiB, a relay {max(each) / MEBIBYTE:.1f} MiB")
            self.assertLess(shared, 1.5 * one_model)
            self.assertLess(max(each), 8 * MEBIBYTE)
        finally:
            for relay in relays:
                relay.__exit__()

    def test_sessions_do_not_see_each_other(self):
        """Lifecycle, framing and position encoding are each session's own."""
        capabilities = {"general": {"positionEncodings": ["utf-8"]}}
        with self.relay() as first, self.relay() as second:
            first.ask(request(1, "initialize", capabilities=capabilities))
            first.ask(request(2, "shutdown"))
            self.assertEqual(first.ask(request(3))["error"]["code"], -32600)
            second.send(frames(request(1, "tokenize", input="né")))
            encoding = second.read_until(1)[0]["result"]["encodings"][0]
            self.assertEqual(encoding["offsets"][1], [0, 2])
            first.send(lines(notification("exit")))
            self.assertEqual(first.wait(), 0)
            second.send(frames(notification("exit")))
            self.assertEqual(second.wait(), 1)

    def test_other_builds_and_options_have_their_own(self):
        copy = self.folder + "/akin-copy"
        shutil.copy(harness.AKIN, copy)
        variants = [(), ("--precision", "f32"), ("--max-inputs", "7"), ("--model", "nobody/nothing")]
        relays = [self.relay(*variant) for variant in variants]
        original, harness.AKIN = harness.AKIN, copy
        try:
            relays.append(self.relay())
        finally:
            harness.AKIN = original
        try:
            models = [relay.ask(request(1))["result"] for relay in relays]
            self.assertEqual([status["sessions"] for status in models], [1] * 5)
            self.assertEqual(len(self.processes()), 5)
            self.assertEqual(relays[2].ask(request(2, "initialize"))["result"]["limits"]["maxInputs"], 7)
            self.assertEqual(relays[3].ask(embed(2, "a"))["error"]["code"], -32004)
        finally:
            for relay in relays:
                relay.__exit__()


class Collections(SharingTest):
    """What is stored is one for all sessions; what is open in an editor outlives the process that was told of it."""

    def setUp(self):
        super().setUp()
        self.notes = self.folder + "/notes"
        os.mkdir(self.notes)
        self.path = self.notes + "/fruit.txt"
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("Apples and pears grow in the garden.\n")
        self.uri = "file://" + os.path.realpath(self.path)

    def best(self, session, id, query):
        """The text of the best hit in the folder."""
        answer = session.ask(request(id, "search", query=query, collection=self.name, topK=1))
        return answer["result"]["results"][0][0]["text"]

    def add(self, session, id):
        result = session.ask(request(id, "index/add", folder=os.path.realpath(self.notes)))["result"]
        self.name = session.ask(request(f"{id} list", "index/list"))["result"]["collections"][0]["name"]
        return result

    def test_sessions_share_what_is_stored(self):
        with self.relay() as first, self.relay() as second:
            self.assertEqual(self.add(first, 1)["added"], 1)
            self.assertIn("pears", self.best(second, 2, "fruit"))
            self.assertEqual(len(self.processes()), 1)

    def test_open_documents_outlive_the_process(self):
        with self.relay() as session:
            session.ask(request(1, "initialize", capabilities={}))
            self.add(session, 2)
            document = {"uri": self.uri, "languageId": "plaintext", "version": 1}
            session.send(lines(notification(
                "textDocument/didOpen", textDocument={**document, "text": "Ships sail the sea."})))
            self.assertIn("Ships", self.best(session, 3, "boats"))
            place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 5}}
            session.send(lines(notification(
                "textDocument/didChange", textDocument={"uri": self.uri, "version": 2},
                contentChanges=[{"range": place, "text": "Old ferries"}])))
            self.assertIn("Old ferries sail", self.best(session, 4, "boats"))
            (process,) = self.processes()
            os.kill(process, signal.SIGKILL)
            harness.wait_for(lambda: process not in commands())
            session.send(lines(notification(
                "textDocument/didChange", textDocument={"uri": self.uri, "version": 3},
                contentChanges=[{"range": {**place, "end": {"line": 0, "character": 3}}, "text": "Slow"}])))
            self.assertIn("Slow ferries sail", self.best(session, 5, "boats"))
            session.send(lines(notification("textDocument/didClose", textDocument={"uri": self.uri})))
            self.assertIn("pears", self.best(session, 6, "boats"))


class ItsEnd(SharingTest):
    def test_killed_while_it_works(self):
        """Every request is answered once, in its framing; the next one finds a new process that knows the session."""
        capabilities = {"general": {"positionEncodings": ["utf-8"]}}
        for encode in (lines, frames):
            with self.subTest(encode.__name__), self.relay() as relay:
                relay.send(encode(request(0, "initialize", capabilities=capabilities)))
                relay.read_until(1)
                batch = [embed("b", LONG_WORK), request(7.5), notification("$/setTrace", value="off")]
                relay.send(encode(embed(1, LONG_WORK), embed("1", LONG_WORK), request(2)))
                relay.read_until(2)
                relay.send(encode(batch, request(3)))
                relay.read_until(3)
                (process,) = self.processes()
                os.kill(process, signal.SIGKILL)
                messages = relay.read_until(6)
                self.assertEqual(len(messages), 6)
                found = answers(messages)
                self.assertEqual(set(found), {0, 1, "1", 2, 3, "b", 7.5})
                for id in (1, "1", "b", 7.5):
                    self.assertEqual(found[id]["error"]["code"], PROCESS_ENDED)
                    self.assertEqual(found[id]["error"]["data"]["kind"], "modelProcessEnded")
                relay.send(encode(request(8, "tokenize", input="né"), request(9, "initialize")))
                found = answers(relay.read_until(8))
                self.assertEqual(found[8]["result"]["encodings"][0]["offsets"][1], [0, 3])
                self.assertEqual(found[9]["error"]["code"], -32600)
                self.assertNotEqual(self.processes(), [process])
                relay.send(encode(request(10, "shutdown"), notification("exit")))
                self.assertEqual(relay.wait(), 0)

    def test_progress_ends_with_its_process(self):
        with self.relay() as relay:
            relay.send(lines(embed(1, LONG_WORK, workDoneToken="work")))
            relay.read_until(1)
            os.kill(self.processes()[0], signal.SIGKILL)
            relay.close()
            messages = relay.read_to_end()
            self.assertEqual([message.get("id") for message in messages[-2:]], [None, 1])
            kinds = [message["params"]["value"]["kind"] for message in messages[:-1]]
            self.assertEqual([kinds[0], kinds[-1], kinds.count("end")], ["begin", "end", 1])

    def test_killed_after_shutdown(self):
        with self.relay() as relay:
            relay.ask(request(1, "initialize"))
            relay.ask(request(2, "shutdown"))
            os.kill(self.processes()[0], signal.SIGKILL)
            harness.wait_for(lambda: not self.processes())
            relay.send(lines(notification("exit")))
            self.assertEqual(relay.wait(), 0)
            self.assertEqual(self.processes(), [])

    def test_killed_again_and_again(self):
        with self.relay() as relay:
            for id in range(10):
                answer = relay.ask(request(f"first {id}"))
                # Sent before the relay has heard of the end, it is lost with the process, and the next is not.
                if "error" in answer:
                    self.assertEqual(answer["error"]["code"], PROCESS_ENDED)
                    answer = relay.ask(request(f"second {id}"))
                self.assertIn("result", answer)
                for process in self.processes():
                    os.kill(process, signal.SIGKILL)
            relay.close()
            self.assertEqual(relay.wait(), 0)

    def test_what_a_killed_process_leaves_is_replaced(self):
        with self.relay() as relay:
            relay.ask(request(1))
            os.kill(self.processes()[0], signal.SIGKILL)
        self.assertEqual(len(self.sockets), 1)
        with self.relay() as relay:
            self.assertIn("result", relay.ask(request(1)))

    def test_terminated_with_sessions(self):
        with self.relay() as relay:
            relay.send(lines(embed(1, LONG_WORK), request(2)))
            relay.read_until(1)
            (process,) = self.processes()
            os.kill(process, signal.SIGTERM)
            self.assertEqual(answers(relay.read_until(2))[1]["error"]["code"], PROCESS_ENDED)
            harness.wait_for(lambda: not self.processes())
            self.assertEqual(self.sockets, [])
            self.assertIn("result", relay.ask(request(3)))

    def test_it_ends_when_nobody_has_come_for_a_while(self):
        with self.relay("--shared-idle", "0.5") as relay:
            relay.ask(request(1))
            time.sleep(1.2)
            self.assertEqual(relay.ask(request(2))["result"]["sessions"], 1)
            (process,) = self.processes()
            relay.close()
            self.assertEqual(relay.wait(), 0)
        harness.wait_for(lambda: not harness.is_alive(process))
        self.assertEqual(self.sockets, [])

    def test_relays_that_come_while_it_ends(self):
        """Whoever meets a process that is just ending starts another and loses nothing."""
        failures = []

        def sessions():
            try:
                for _ in range(15):
                    with self.relay("--shared-idle", "0") as relay:
                        assert "result" in relay.ask(request(1))
                        relay.close()
                        assert relay.wait() == 0
            except AssertionError as error:
                failures.append(error)

        threads = [threading.Thread(target=sessions) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])


class ARelaysEnd(SharingTest):
    def is_working(self):
        """Whether the model is being loaded, or work is under way."""
        with self.relay() as relay:
            engine = relay.ask(request(1))["result"]["engine"]
            return engine is None or engine["pendingRequests"] > 0

    def test_a_killed_client_costs_nobody_else(self):
        with self.relay() as other:
            other.ask(request(1))
            relay = self.relay()
            relay.send(lines(embed(1, LONG_WORK), request(2)))
            relay.read_until(1)
            relay.process.kill()
            relay.__exit__()
            harness.wait_for(lambda: not self.is_working(), 10, "its work goes on")
            self.assertIn("result", other.ask(embed(2, "a")))

    def test_terminated_while_work_is_under_way(self):
        for code, number in ((0, signal.SIGTERM), (130, signal.SIGINT)):
            with self.subTest(number.name), self.relay() as relay:
                relay.send(lines(embed(1, LONG_WORK), request(2)))
                relay.read_until(1)
                os.kill(relay.pid, number)
                self.assertEqual(answers(relay.read_to_end())[1]["error"]["code"], -32800)
                self.assertEqual(relay.wait(), code)

    def test_the_clients_process_ends_and_leaves_the_pipes_open(self):
        client = subprocess.Popen(["sleep", "600"])
        with self.relay() as relay:
            relay.ask(request(1, "initialize", processId=client.pid))
            client.kill()
            client.wait()
            self.assertEqual(relay.wait(), 1)

    def test_client_that_asks_and_never_reads(self):
        with self.relay("--max-backlog-bytes", "1000000") as relay:
            ids = range(10_000)
            relay.send(lines(*(request(id, "detokenize", ids=[2011] * 100) for id in ids)), drain=False)
            self.assertLess(harness.memory(relay.pid), 100 * MEBIBYTE)
            relay.close()
            self.assertEqual(set(answers(relay.read_to_end())), set(ids))
            self.assertEqual(relay.wait(), 0)

    def test_a_message_of_60_megabytes(self):
        with self.relay() as relay:
            relay.send(frames(request(1, "tokenize", input=["x" * 900_000] * 66, maxLength=8), request(2)))
            relay.close()
            found = answers(relay.read_to_end())
            self.assertEqual([sorted(answer) for answer in found.values()], [["id", "jsonrpc", "result"]] * 2)
            self.assertEqual(relay.wait(), 0)

    def test_broken_input(self):
        with self.relay(stderr=subprocess.PIPE) as relay:
            relay.send(frames(request(1)) + b"Content-Length: 10\r\n\r\n{")
            relay.close()
            self.assertEqual(set(answers(relay.read_to_end())), {1})
            self.assertEqual(relay.wait(), 1)
            self.assertIn("the input ended", relay.process.stderr.read().decode())

    def test_closed_standard_output(self):
        with self.relay() as relay:
            relay.ask(request(1))
            relay.process.stdout.close()
            self.assertEqual(relay.wait(), 1)


class SameAnswers(SharingTest):
    """A relay changes nothing: damaged sessions get the answers and the exit code that a server of their own gives."""

    SESSIONS = 60

    def messages(self, random):
        unknown = [request(random.choice([1, 2, "x", 2**53 + 1, 1.5, ""]), f"method {n}") for n in range(3)]
        work = [request(n, "detokenize", ids=[[101, 2000 + n, 102]]) for n in range(10, 14)]
        life = [request("i", "initialize", capabilities={}), notification("initialized"), request("s", "shutdown")]
        batch = [[request(20, "detokenize", ids=[7592]), notification("x"), {"foo": 1}, request(21, "none")]]
        chosen = random.sample(unknown + work + batch, 6)
        return life[:2] * random.randrange(2) + chosen + life[2:] * random.randrange(2)

    def damaged(self, data, random):
        data = bytearray(data)
        for _ in range(random.choice([0, 1, 1, 3])):
            place = random.randrange(len(data))
            kind = random.randrange(4)
            if kind == 0:
                data[place] = random.randrange(256)
            elif kind == 1:
                data[place:place] = random.choice([b"{", b"\n", b"\r\n\r\n", b"\xff", b"Content-Length: 5\r\n\r\n", b"\0"])
            elif kind == 2:
                del data[place:place + random.randrange(1, 40)]
            else:
                data[place:place] = data[place:place + random.randrange(1, 200)]
        return bytes(data)

    def outcome(self, server, data):
        with server:
            try:
                server.send(data)
                server.close()
            except BrokenPipeError:
                pass
            messages = server.read_to_end()
            return sorted(json.dumps(message, sort_keys=True) for message in messages), server.wait()

    def test_batches_that_are_not_answered_as_such(self):
        one = request(1, "detokenize", ids=[101])
        for batch in ([one] * 1001, [notification("exit"), one], [one, notification("exit"), request(2, "none")], [7, one]):
            for encode in (lines, frames):
                data = encode(batch, request(3, "none"))
                with self.subTest(length=len(batch), encode=encode.__name__):
                    self.assertEqual(self.outcome(self.relay(), data), self.outcome(Server(), data))

    def test_damaged_sessions(self):
        seed = int(os.environ.get("SEED", "20261125"))
        for number in range(self.SESSIONS):
            random = Random(seed + number)
            encode = random.choice([lines, frames])
            data = self.damaged(encode(*self.messages(random)), random)
            with self.subTest(seed=seed + number, data=data):
                self.assertEqual(self.outcome(self.relay(), data), self.outcome(Server(), data))


class NobodyElse(SharingTest):
    NOBODY = 65534

    def assert_refused(self, word):
        with self.relay(stderr=subprocess.PIPE) as relay:
            self.assertEqual(relay.wait(), 69)
            report = relay.process.stderr.read().decode()
            self.assertEqual(report.count("\n"), 1, report)
            self.assertIn(word, report)
        self.assertEqual(self.processes(), [])

    def test_a_folder_that_others_can_reach_into(self):
        os.mkdir(self.folder + "/akin")
        for mode in (0o755, 0o770, 0o1777):
            os.chmod(self.folder + "/akin", mode)
            self.assert_refused(oct(mode)[2:])

    def test_a_link_in_place_of_the_folder(self):
        os.mkdir(self.folder + "/elsewhere", 0o700)
        os.symlink("elsewhere", self.folder + "/akin")
        self.assert_refused("link")
        self.assertEqual(os.listdir(self.folder + "/elsewhere"), [])

    def test_the_modes_of_what_it_makes(self):
        previous = os.umask(0)
        try:
            with self.relay() as relay:
                relay.ask(request(1))
        finally:
            os.umask(previous)
        folder = self.folder + "/akin"
        self.assertEqual(os.stat(folder).st_mode & 0o7777, 0o700)
        self.assertEqual({os.stat(f"{folder}/{name}").st_mode & 0o7777 for name in os.listdir(folder)}, {0o600})

    @harness.unittest.skipUnless(os.geteuid() == 0, "only root can act as another user")
    def test_a_folder_of_another_user(self):
        os.mkdir(self.folder + "/akin", 0o700)
        os.chown(self.folder + "/akin", self.NOBODY, self.NOBODY)
        self.assert_refused("belongs to user")

    @harness.unittest.skipUnless(os.geteuid() == 0, "only root can act as another user")
    def test_another_user_cannot_connect(self):
        with self.relay() as relay:
            relay.ask(request(1))
            path = f"{self.folder}/akin/{self.sockets[0]}"
            os.chmod(self.folder, 0o755)
            self.assertEqual(self.greeting_of_nobody(path), "PermissionError")
            # Should the modes ever be wrong, the process still looks who it is.
            os.chmod(self.folder + "/akin", 0o755)
            os.chmod(path, 0o666)
            self.assertEqual(self.greeting_of_nobody(path), "")
            self.assertEqual(relay.ask(request(2))["result"]["sessions"], 1)
            with socket.socket(socket.AF_UNIX) as own:
                own.connect(path)
                self.assertTrue(own.recv(100).startswith(b"akin "))

    def greeting_of_nobody(self, path):
        """What another user is told on the socket, or why not."""
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setgid(self.NOBODY)
                os.setuid(self.NOBODY)
                with socket.socket(socket.AF_UNIX) as client:
                    client.settimeout(5)
                    client.connect(path)
                    os.write(writer, client.recv(100))
            except OSError as error:
                os.write(writer, type(error).__name__.encode())
            finally:
                os._exit(0)
        os.close(writer)
        with os.fdopen(reader, "rb") as stream:
            said = stream.read().decode()
        os.waitpid(child, 0)
        return said


if __name__ == "__main__":
    harness.main("sharing")
