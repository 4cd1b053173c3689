"""Clients of `akin serve --http` that do what no good client does."""

import json
import os
import signal
import socket
import stat
import subprocess
import time

from attack import AKIN, Attack

PATIENCE = 60


class HostileClients(Attack):
    def begin(self, *options, address="127.0.0.1:0", environment=None):
        """A server; where it listens."""
        self.server = subprocess.Popen(
            [AKIN, "serve", "--http", address, *options], cwd=self.folder, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**self.environment, **(environment or {})})
        self.addCleanup(self.end)
        line = self.server.stderr.readline().decode()
        self.assertIn("listening at ", line, line + (self.server.stderr.read().decode() if not line else ""))
        self.place = line.split("listening at ")[1].strip()
        self.port = None if self.place.startswith("unix:") else int(self.place.rsplit(":", 1)[1])

    def end(self):
        self.server.kill()
        self.server.communicate()

    def connect(self, receive_bytes=None):
        if self.port is None:
            client = socket.socket(socket.AF_UNIX)
        else:
            client = socket.socket()
        if receive_bytes:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.addCleanup(client.close)
        client.settimeout(PATIENCE)
        client.connect(self.place[len("unix:"):] if self.port is None else ("127.0.0.1", self.port))
        return client

    def read(self, client, method="GET"):
        """One answer: status, fields, body. None where the connection has ended."""
        data = b""
        while b"\r\n\r\n" not in data:
            try:
                part = client.recv(65536)
            except ConnectionResetError:
                part = b""
            if not part:
                return None
            data += part
        head, body = data.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        fields = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        status = int(lines[0].split()[1])
        length = 0 if method == "HEAD" or status in (100, 204) else int(fields.get("content-length", "0"))
        while len(body) < length:
            body += client.recv(65536)
        self.rest = body[length:]
        return status, fields, body[:length]

    def send(self, method, path, body=None, fields=(), client=None, host="localhost"):
        """A request on a connection of its own, or on `client`: its answer."""
        if client is None:
            client = self.connect()
            try:
                return self.send(method, path, body, fields, client, host)
            finally:
                client.close()
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", *fields]
        if body is not None:
            lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
        client.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + data)
        return self.read(client, method)

    def raw(self, data):
        """The status that these bytes are answered with; None where the connection just ends."""
        client = self.connect()
        try:
            client.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        answer = self.read(client)
        return answer and answer[0]

    def ask_by_post(self, method, **params):
        return json.loads(self.send("POST", "/", {"jsonrpc": "2.0", "id": 1, "method": method, "params": params})[2])

    def assert_alive(self):
        self.assertEqual(self.send("GET", "/health")[0], 200)

    def test_pages_of_other_names_and_origins(self):
        self.begin()
        body = {"model": "all-MiniLM-L6-v2", "input": "a fox"}
        for host in ("evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "169.254.169.254"):
            self.assertEqual(self.send("POST", "/v1/embeddings", body, host=host)[0], 403, host)
        for origin in ("http://evil.example", "null", "http://localhost:1"):
            self.assertEqual(self.send("POST", "/v1/embeddings", body, [f"Origin: {origin}"])[0], 403, origin)
            self.assertEqual(self.send("OPTIONS", "/v1/embeddings", fields=[f"Origin: {origin}"])[0], 403, origin)
        status, fields, answer = self.send("POST", "/v1/embeddings", body)
        self.assertEqual((status, len(json.loads(answer)["data"][0]["embedding"])), (200, 384))
        self.assertNotIn("access-control-allow-origin", fields)

    def test_a_public_address_without_a_key(self):
        for address in ("0.0.0.0:0", "[::]:0"):
            done = self.akin("serve", "--http", address, status=64)
            self.assertIn("AKIN_API_KEY", done.stderr)
        self.begin(address="0.0.0.0:0", environment={"AKIN_API_KEY": "open sesame"})
        self.assertEqual(self.send("GET", "/info", host="box.example")[0], 401)

    def test_keys(self):
        self.begin(environment={"AKIN_API_KEY": "open-sesame"})
        for field in ("X-A: b", "Authorization: Bearer", "Authorization: Bearer open-sesam", "Authorization: Bearer open-sesame2",
                      "Authorization: Basic b3Blbi1zZXNhbWU=", "X-API-Key: sesame"):
            status, fields, body = self.send("GET", "/metrics", fields=[field])
            self.assertEqual((status, fields["www-authenticate"]), (401, "Bearer"), field)
            self.assertNotIn(b"sesame", body)
        for field in ("Authorization: Bearer open-sesame", "X-API-Key: open-sesame"):
            self.assertEqual(self.send("GET", "/metrics", fields=[field])[0], 200)
        self.assert_alive()

    def test_collections_that_were_not_named(self):
        self.write("a.md", "A fox sleeps.\n")
        other = self.path("other")
        os.mkdir(other)
        with open(os.path.join(other, "secret.md"), "w") as file:
            file.write("The fox's treasure.\n")
        for folder in (self.folder, other):
            self.akin("index", folder, status=0)
        self.begin()
        self.assertEqual(self.ask_by_post("index/list")["result"]["collections"], [])
        for method, params in (
                ("search", {"query": "fox", "collection": other}), ("index/status", {"collection": other}),
                ("index/list", {"collection": other}), ("index/remove", {"collection": other, "uris": []}),
                ("index/add", {"folder": other}), ("index/add", {"folder": self.path("nowhere")}),
                ("index/add", {"collection": "new", "documents": [{"id": "a", "text": "b"}]})):
            error = self.ask_by_post(method, **params)["error"]
            self.assertIn(error["code"], (-32009, -32602), (method, error))
            self.assertNotIn("treasure", json.dumps(error))
        self.assertFalse(self.ask_by_post("index/drop", collection=other)["result"]["dropped"])
        self.end()
        self.begin("--collection", self.folder, "--collection", "new")
        self.assertEqual(len(self.ask_by_post("index/list")["result"]["collections"]), 1)
        hits = self.ask_by_post("search", query="fox", collection=self.folder)["result"]["results"][0]
        self.assertTrue(hits and all(hit["collection"] == self.folder for hit in hits))
        for params in ({"folder": other}, {"folder": other, "collection": "new"}, {"folder": other, "collection": self.folder},
                       {"folder": os.path.join(self.folder, "..", "other"), "collection": "new"}):
            self.assertIn("error", self.ask_by_post("index/add", **params), params)
        self.assertIn("result", self.ask_by_post("index/add", folder=self.folder))
        self.assertIn("error", self.ask_by_post("search", query="fox", collection=[self.folder, other]))
        self.assertEqual(len(self.documents(other)), 1)

    def test_what_is_for_sessions_on_streams(self):
        self.begin()
        for method in ("initialize", "shutdown", "workspace/symbol"):
            self.assertEqual(self.ask_by_post(method)["error"]["code"], -32601, method)
        error = self.ask_by_post("embed", input="a fox", partialResultToken=1)["error"]
        self.assertEqual(error["data"]["path"], "params.partialResultToken")
        for method in ("exit", "$/cancelRequest", "textDocument/didOpen"):
            self.assertEqual(self.send("POST", "/", {"jsonrpc": "2.0", "method": method})[0], 204)
        self.assertIn("result", self.ask_by_post("embed", input="a fox"))

    def test_slow_headers_and_bodies(self):
        self.begin("--max-http-request-seconds", "1", "--max-http-idle-seconds", "2")
        head = b"POST /embed HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n"
        clients = []
        for begun in (b"", b"P", b"POST /embed HTTP/1.1\r\nHost:", head, head + b"\r\n{"):
            client = self.connect()
            client.sendall(begun)
            clients.append(client)
        trickling = clients[-1]
        ends = time.monotonic() + PATIENCE
        while clients and time.monotonic() < ends:
            # Bytes that trickle in buy no time.
            for client in list(clients):
                try:
                    client.settimeout(0.2)
                    client.send(b" ") if client is trickling else None
                    answer = self.read(client)
                    if answer:
                        self.assertEqual(answer[0], 408)
                    clients.remove(client)
                except TimeoutError:
                    pass
                except (BrokenPipeError, ConnectionResetError):
                    clients.remove(client)
            self.assert_alive()
        self.assertEqual(clients, [])

    def test_a_client_that_does_not_read(self):
        self.begin("--max-http-request-seconds", "1")
        client = self.connect(receive_bytes=4096)
        body = json.dumps({"inputs": ["a fox"] * 4000}).encode()
        client.sendall(
            b"POST /embed HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            text = self.send("GET", "/metrics")[2].decode()
            if "akin_http_connections 1\n" in text and 'method="embed",outcome="succeeded"} 1' in text:
                return
            time.sleep(0.2)
        self.fail(text)

    def test_too_many_connections(self):
        self.begin("--max-http-connections", "3")
        clients = [self.connect() for _ in range(3)]
        for client in clients:
            self.assertEqual(self.send("GET", "/health", client=client)[0], 200)
        self.assertEqual(self.read(self.connect())[0], 503)
        clients[0].close()
        ends = time.monotonic() + PATIENCE
        answer = None
        while answer is None or answer[0] == 503:
            self.assertLess(time.monotonic(), ends)
            try:
                answer = self.send("GET", "/health")
            except (BrokenPipeError, ConnectionResetError):
                pass
        self.assertEqual(answer[0], 200)

    def test_what_is_no_http(self):
        self.begin()
        good = b"Host: localhost\r\n"
        for data, statuses in (
                (b"\x00\x01\x02\x03\r\n\r\n", (400,)), (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", (400,)),
                (b"GET /health\r\n\r\n", (400,)), (b"GET /health HTTP/9.9\r\n" + good + b"\r\n", (400,)),
                (b"GET /health HTTP/1.1\r\n\r\n", (400,)), (b"GET http://localhost/info HTTP/1.1\r\n" + good + b"\r\n", (400,)),
                (b"GET /health HTTP/1.1\r\n" + good + good + b"\r\n", (400,)),
                (b"GET /health HTTP/1.1\r\n" + good + b"A: " + b"b" * 40000 + b"\r\n\r\n", (431,)),
                (b"GET /health HTTP/1.1\r\n" + good + b"A: b\r\n" * 10000 + b"\r\n", (431,)),
                (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\n" + good + b"\r\n", (431,)),
                (b"POST /embed HTTP/1.1\r\n" + good + b"Content-Length: -1\r\n\r\n", (400,)),
                (b"POST /embed HTTP/1.1\r\n" + good + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", (400,)),
                (b"POST /embed HTTP/1.1\r\n" + good + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400,)),
                (b"POST /embed HTTP/1.1\r\n" + good + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", (400,)),
                (b"POST /embed HTTP/1.1\r\n" + good + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", (400, 413)),
                (b"GET /health HTTP/1.1\r\n" + good + b"Bad Name: x\r\n\r\n", (400,)),
                (b"GET /health HTTP/1.1\r\n" + good + b"A: b\r\n folded\r\n\r\n", (200, 400)),
                (b"get /health HTTP/1.1\r\n" + good + b"\r\n", (400,)), (b"PURGE /health HTTP/1.1\r\n" + good + b"\r\n", (400, 405)),
                (b"GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\n" + good + b"\r\n", (404,)),
                (b"GET /../../etc/passwd HTTP/1.1\r\n" + good + b"\r\n", (404,))):
            self.assertIn(self.raw(data), statuses, data[:100])
            self.assert_alive()

    def test_bodies(self):
        self.begin("--max-message-bytes", "10000")
        self.assertEqual(self.send("POST", "/embed", b"x" * 10001)[0], 413)
        self.assertEqual(
            self.raw(b"POST /embed HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                     + (b"1000\r\n" + b"x" * 4096 + b"\r\n") * 3), 413)
        # Asked first, the server says so before anything is sent.
        client = self.connect()
        self.assertEqual(
            self.send("POST", "/embed", b"", ["Expect: 100-continue", "X: y"], client=client)[0], 100)
        self.assertEqual(self.raw(b"POST /embed HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 99999\r\n\r\n"), 413)
        for body in (b"", b"{", b"[" * 9000, b'{"inputs": "\xff"}', b"null", b"[]", b"1e400", b'{"inputs": {}}', b'{"inputs": []}',
                     b'{"inputs": [[]]}', b'{"inputs": [[1e99]]}', b'{"inputs": [99999999]}', b'{"inputs": [-1]}'):
            for path in ("/embed", "/v1/embeddings", "/api/embed", "/tokenize", "/decode", "/rerank", "/v2/rerank", "/similarity"):
                status, _, answer = self.send("POST", path, body)
                self.assertIn(status, (400, 404, 413), (path, body[:20]))
                json.loads(answer)
        self.assertEqual(self.send("POST", "/embed", {"inputs": "a fox"}, ["Content-Encoding: gzip"])[0], 415)
        self.assertEqual(self.send("POST", "/embed", {"inputs": "a fox"}, ["Content-Type: text/plain"])[0], 415)
        self.assert_alive()

    def test_requests_without_an_end(self):
        self.begin("--max-http-request-seconds", "1")
        start = b"POST /embed HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        # The extension of a chunk, fields behind the last one, chunks of one byte, requests that nobody reads the answers of.
        for data in (start + b"1;" + b"a" * (1 << 20), start + b"0\r\n" + b"A: b\r\n" * (1 << 17), start + b"1\r\nx\r\n" * (1 << 19),
                     b"GET /info HTTP/1.1\r\nHost: localhost\r\n\r\n" * (1 << 17)):
            client = self.connect()
            client.settimeout(0.2)
            ends = time.monotonic() + 4
            sent = 0
            while time.monotonic() < ends and sent < 32 << 20:
                try:
                    sent += client.send(data[:1 << 20])
                except TimeoutError:
                    pass
                except (BrokenPipeError, ConnectionResetError):
                    break
            client.close()
            self.assert_alive()
        with open(f"/proc/{self.server.pid}/status") as file:
            peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM:"))
        self.assertLess(peak, 400 << 10, "kilobytes")

    def test_many_requests_at_once_and_in_pieces(self):
        self.begin()
        client = self.connect()
        one = b'POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n' \
            b'10\r\n{"model":"all-Mi\r\n16\r\nniLM-L6-v2","input":"f\r\n4\r\nox"}\r\n0\r\n\r\n'
        client.sendall(one + b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + b"HEAD /info HTTP/1.1\r\nHost: localhost\r\n\r\n" + one)
        data = b""
        while data.count(b"HTTP/1.1 200 OK") < 4 or not data.endswith(b"}"):
            data += client.recv(65536)
        self.assertEqual(data.count(b'"usage"'), 2)
        self.assertLess(data.index(b'"usage"'), data.index(b"Content-Length: 0"))
        self.assertEqual(self.send("GET", "/health", client=client)[0], 200)
        # The older version of HTTP ends with the answer, unless it is asked not to.
        client = self.connect()
        client.sendall(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n")
        self.assertEqual(self.read(client)[1]["connection"], "close")
        self.assertEqual(client.recv(10), b"")

    def test_a_client_that_goes(self):
        self.begin()
        client = self.connect()
        body = json.dumps({"inputs": ["a fox and a long story of it " * 20] * 4000}).encode()
        client.sendall(b"POST /embed HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        time.sleep(0.5)
        client.close()
        ends = time.monotonic() + PATIENCE
        while 'method="embed",outcome="failed"} 1' not in (text := self.send("GET", "/metrics")[2].decode()):
            self.assertLess(time.monotonic(), ends, text)
            time.sleep(0.1)
        self.assertEqual(self.send("POST", "/embed", {"inputs": "a fox"})[0], 200)

    def test_the_end_of_the_server(self):
        self.begin()
        self.assertEqual(self.send("POST", "/embed", {"inputs": "a fox"})[0], 200)
        idle, busy = self.connect(), self.connect()
        self.send("GET", "/health", client=idle)
        body = json.dumps({"inputs": ["a fox and a story of it"] * 1000}).encode()
        busy.sendall(b"POST /embed HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        ends = time.monotonic() + PATIENCE
        while "akin_pending_jobs 0" in self.send("GET", "/metrics")[2].decode() and time.monotonic() < ends:
            pass
        self.server.send_signal(signal.SIGTERM)
        status, fields, answer = self.read(busy)
        self.assertEqual((status, fields["connection"], len(json.loads(answer))), (200, "close", 1000))
        self.assertEqual(idle.recv(10), b"")
        self.assertEqual(self.server.wait(PATIENCE), 0)
        with self.assertRaises(OSError):
            self.connect()

    def test_a_socket_of_the_file_system(self):
        path = self.path("akin.sock")
        self.begin(address=f"unix:{path}")
        mode = os.stat(path).st_mode
        self.assertTrue(stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600)
        self.assertEqual(self.send("POST", "/embed", {"inputs": "a fox"}, host="docker")[0], 200)
        self.assertIn("another server", self.akin("serve", "--http", f"unix:{path}", status=64).stderr)
        self.assert_alive()
        self.server.send_signal(signal.SIGINT)
        self.assertEqual(self.server.wait(PATIENCE), 130)
        self.assertFalse(os.path.exists(path))
        # What a server that was killed has left is replaced, whatever its mode; anything else stays.
        self.begin(address=path)
        self.end()
        os.chmod(path, 0o777)
        self.begin(address=f"unix:{path}")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assert_alive()
        self.end()
        os.remove(path)
        mine = self.write(self.path("mine"), "mine")
        os.mkfifo(self.path("pipe"))
        os.symlink(mine, self.path("link"))
        os.symlink(self.path("nowhere"), self.path("dangling"))
        for place in (mine, self.path("pipe"), self.path("link"), self.path("dangling"), self.top, self.path("no", "such"), "/" + "x" * 200):
            before = sorted(os.listdir(self.top))
            done = self.akin("serve", "--http", f"unix:{place}", status=64)
            self.assertNotIn("(", done.stderr, place)
            self.assertEqual(sorted(os.listdir(self.top)), before)
        with open(mine) as file:
            self.assertEqual(file.read(), "mine")
