"""What the tests in clusters share: texts, their vectors, and an end for a worker."""

import contextlib
import os
import threading
import time

import numpy as np
import psutil
import pyarrow as pa

from akin import Akin

#: Of a test: some seconds of work for two workers.
COUNT = 1_500


def texts(count=COUNT):
    return [f"Report {i}: {'the tide ' * (i % 23)}rises by {i * 7 % 101} cm." for i in range(count)]


def table(count=COUNT):
    return pa.table({"id": pa.array(range(count)), "text": texts(count)})


def expected(items, **options):
    """The vectors that a single server makes."""
    with Akin() as akin:
        return akin.embed(items, **options)


def by_id(table, column="embedding"):
    """The vectors in the order of the ids, each of which is there once."""
    ids = table["id"].to_numpy()
    np.testing.assert_array_equal(np.sort(ids), np.arange(len(ids)))
    values = table[column].combine_chunks().flatten().to_numpy()
    return values.reshape(len(ids), -1)[np.argsort(ids)]


def servers_below(pid=None):
    """The servers that descend from a process, this one unless given."""
    found = []
    with contextlib.suppress(psutil.NoSuchProcess):
        for process in psutil.Process(pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                words = process.cmdline()
                if words[:2] == [os.environ["AKIN"], "serve"]:
                    found.append(process)
    return found


class Killer(threading.Thread):
    """Ends one worker by SIGKILL once it has worked for a moment."""

    def __init__(self, is_worker=lambda process: True, after=0.3):
        super().__init__(daemon=True)
        self._is_worker = is_worker
        self._after = after
        self._known = {server.pid for server in servers_below()}
        #: What was ended.
        self.killed = None
        self.start()

    def run(self):
        end = time.monotonic() + 120
        while time.monotonic() < end and self.killed is None:
            for server in servers_below():
                with contextlib.suppress(psutil.NoSuchProcess):
                    worker = server.parent()
                    if server.pid in self._known or worker is None or not self._is_worker(worker):
                        continue
                    time.sleep(self._after)
                    words = " ".join(worker.cmdline())
                    worker.kill()
                    self.killed = words
                    return
            time.sleep(0.02)
