"""A shared process that cannot take a session: the person learns which one it is and what to do, within seconds."""

import os
import signal
import socket
import subprocess
import time

import harness
from harness import request
from sharing_case import SharingTest


class CannotTakeASession(SharingTest):
    def report(self, *arguments):
        """What a relay says that finds no session."""
        with self.relay(*arguments, stderr=subprocess.PIPE) as relay:
            self.assertEqual(relay.wait(), 69)
            report = relay.process.stderr.read().decode()
        self.assertEqual(report.count("\n"), 1, report)
        return report

    def test_a_stopped_process_is_named(self):
        with self.relay() as relay:
            relay.ask(request(1))
            process, = self.processes()
            os.kill(process, signal.SIGSTOP)
            report = self.report()
            self.assertIn(f"process {process}", report)
            self.assertIn("stopped", report)
            os.kill(process, signal.SIGCONT)
            with self.relay() as other:
                self.assertEqual(other.ask(request(1))["result"]["sessions"], 2)

    def test_a_stopped_process_whose_queue_is_full_is_named(self):
        with self.relay() as relay:
            relay.ask(request(1))
            process, = self.processes()
            os.kill(process, signal.SIGSTOP)
            path = f"{self.folder}/akin/{self.sockets[0]}"
            waiting = []
            try:
                for _ in range(200):
                    waiting.append(socket.socket(socket.AF_UNIX))
                    waiting[-1].setblocking(False)
                    try:
                        waiting[-1].connect(path)
                    except BlockingIOError:
                        break
                self.assertIn(f"process {process}", self.report())
            finally:
                for client in waiting:
                    client.close()
                os.kill(process, signal.SIGCONT)

    def test_a_full_process_says_so(self):
        arguments = ("--max-sessions", "2")
        with self.relay(*arguments) as first, self.relay(*arguments) as second:
            first.ask(request(1))
            second.ask(request(1))
            report = self.report(*arguments)
            self.assertIn("2 sessions", report)
            self.assertIn("--max-sessions", report)
        with self.relay(*arguments) as again:
            again.ask(request(1))

    def test_a_socket_that_an_ended_process_left_to_its_child(self):
        with self.relay() as relay:
            relay.ask(request(1))
            process, = self.processes()
            path = f"{self.folder}/akin/{self.sockets[0]}"
            os.kill(process, signal.SIGKILL)
            harness.wait_for(lambda: not self.processes())
        if os.path.exists(path):
            os.unlink(path)
        # A process that listens there, has a child that holds the socket, and ends: a zombie until somebody waits for it.
        zombie = subprocess.Popen(
            ["python3", "-c",
             "import os, socket, sys, time\n"
             "listener = socket.socket(socket.AF_UNIX)\n"
             "listener.bind(sys.argv[1])\n"
             "listener.listen(8)\n"
             "if os.fork() == 0:\n"
             "    print(os.getpid(), flush=True)\n"
             "    time.sleep(600)\n"
             "os._exit(0)\n", path], stdout=subprocess.PIPE)
        child = int(zombie.stdout.readline())
        try:
            harness.wait_for(lambda: not harness.is_alive(zombie.pid))
            with self.relay() as relay:
                self.assertEqual(relay.ask(request(1))["result"]["sessions"], 1)
        finally:
            os.kill(child, signal.SIGKILL)
            zombie.stdout.close()
            zombie.wait()
