"""What is asked through a relay is answered as by a server of its own."""

import json
import os
from random import Random

from harness import Server, frames, lines, notification, request
from sharing_case import SharingTest


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
