"""Processes that are killed, and connections that are lost."""

import subprocess
import time

import harness
from harness import request
from postgres_case import StoreTest


class Endings(StoreTest):
    """Processes that are killed, and connections that are lost: what was acknowledged is there."""

    def start(self, *arguments):
        process = subprocess.Popen(
            [harness.AKIN, *arguments, "--store", self.store], env=self.environment, cwd=self.notes,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        return process

    def test_a_client_that_is_killed_leaves_whole_batches(self):
        self.write_notes(range(1500))
        before = 0
        for pause in [0.3, 0.6, 0.9, 1.2]:
            process = self.start("index")
            time.sleep(pause)
            process.kill()
            process.wait()
            if self.sql("SELECT to_regclass('akin.collections')")[0][0] is None:
                continue
            documents = self.documents()
            self.assertGreaterEqual(documents, before)
            before = documents
            if documents:
                self.check()
        harness.wait_for(lambda: self.sql("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")[0][0] == 0)
        self.akin("index", store=True)
        self.assertEqual(self.documents(), 1500)
        self.check()

    def test_a_server_that_is_killed_keeps_what_it_has_acknowledged(self):
        client = self.serve()
        acknowledged = []
        for attempt in range(3):
            for number in range(attempt * 8, attempt * 8 + 8):
                text = f"Note {number} is about the number {number * 1001}."
                answer = client.ask(request(
                    number + 1, "index/add", collection="notes", documents=[{"id": f"d{number}", "text": text}]))
                self.assertIn("result", answer)
                acknowledged.append(f"d{number}")
            self.server.kill()
            self.server.start()
            client.deadline = time.monotonic() + harness.DEADLINE
            # The session finds the server again.
            listed = client.ask(request(1000 + attempt, "index/list", collection="notes", count=1000))
            self.assertEqual([entry["id"] for entry in listed["result"]["documents"]], acknowledged)
        self.check("notes")

    def test_an_index_goes_on_when_the_server_comes_back(self):
        self.write_notes(range(800))
        process = self.start("index")
        harness.wait_for(lambda: self.sql("SELECT to_regclass('akin.collections')")[0][0] is not None and
                         self.documents() > 0, seconds=30)
        self.server.kill()
        time.sleep(0.3)
        self.server.start()
        status = process.wait(120)
        # It may have been at a step that is not done twice; the next run goes on from what is there.
        self.assertIn(status, (0, 74), process.stderr.read())
        self.akin("index", store=True)
        self.assertEqual(self.documents(), 800)
        self.check()

    def test_two_that_index_one_folder_agree(self):
        self.write_notes(range(600))
        first, second = self.start("index"), self.start("index")
        statuses = {first.wait(120), second.wait(120)}
        self.assertIn(0, statuses)
        self.akin("index", store=True)
        self.assertEqual(self.documents(), 600)
        self.check()

    def test_many_writers_of_one_collection(self):
        clients = [self.serve() for _ in range(4)]
        for round in range(8):
            for number, client in enumerate(clients):
                documents = [
                    {"id": f"{number}-{round}-{index}", "text": f"Writer {number} writes {index} in round {round}."}
                    for index in range(5)
                ] + [{"id": f"shared-{round % 3}", "text": f"Everybody writes this, and writer {number} in round {round}."}]
                client.send(harness.lines(request(
                    round + 1, "index/add", collection="notes", documents=documents)))
        for client in clients:
            for round in range(8):
                while True:
                    found = harness.answers(client._whole())
                    if round + 1 in found:
                        break
                    client.read_until(len(client._whole()) + 1)
                self.assertIn("result", found[round + 1], found[round + 1])
        self.assertEqual(self.documents(), 4 * 8 * 5 + 3)
        self.check("notes")
