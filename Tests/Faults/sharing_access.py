"""The shared process is reached by nobody else."""

import os
import socket
import subprocess

import harness
from harness import request
from sharing_case import SharingTest


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
