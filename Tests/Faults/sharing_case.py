"""What the tests of the shared process stand on: relays in a runtime folder of their own."""

import os
import signal

import harness
from harness import FaultTest, Server

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
