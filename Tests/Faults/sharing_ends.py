"""The end of the shared process costs an answer and no more; that of a relay costs nobody else anything."""

import os
import signal
import subprocess
import threading
import time

import harness
from harness import answers, embed, frames, lines, notification, request
from sharing_case import LONG_WORK, MEBIBYTE, PROCESS_ENDED, SharingTest


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
                self.assertEqual(answers(relay.read_to_end())[1]["error"]["code"], -32802)
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
