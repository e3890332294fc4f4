"""A local HTTP server that does what real ones do to downloads: cuts them, lies, drips, moves them, breaks down."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    """One request as it came."""

    path: str
    headers: dict[str, str]


@dataclass
class Server:
    """A content, and a misbehaviour per request: each takes the next of `plan`, the last one again and again."""

    content: bytes = b"contenu" * 5000
    etag: str | None = '"v1"'
    modified: str | None = None
    plan: list[Callable[[Handler], None]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""
    stop: threading.Event = field(default_factory=threading.Event)

    def next(self) -> Callable[[Handler], None]:
        rank = len(self.asked) - 1
        return self.plan[min(rank, len(self.plan) - 1)] if self.plan else whole


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    scene: Server

    def do_GET(self) -> None:
        self.close_connection = True
        self.scene.asked.append(Asked(self.path, {name.lower(): value for name, value in self.headers.items()}))
        try:
            self.scene.next()(self)
        except OSError:
            return  # the client has gone, as it should

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        del format, args

    def head(self, status: int, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if self.scene.etag is not None:
            self.send_header("ETag", self.scene.etag)
        if self.scene.modified is not None:
            self.send_header("Last-Modified", self.scene.modified)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()


def start(scene: Server) -> ThreadingHTTPServer:
    """Serve on a free port of this machine, until `shutdown`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"scene": scene}))
    server.daemon_threads = True
    scene.url = f"http://127.0.0.1:{server.server_address[1]}/paquet.zip"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return server


# What it may do


def whole(handler: Handler) -> None:
    """What a good server does, ranges included."""
    content = handler.scene.content
    wanted = handler.headers.get("Range")
    fresh = handler.headers.get("If-Range") in {handler.scene.etag, handler.scene.modified}
    if wanted and fresh:
        first = int(wanted.removeprefix("bytes=").rstrip("-"))
        if first >= len(content):
            handler.head(416, 0)
            return
        rest = content[first:]
        handler.head(206, len(rest), Content_Range=f"bytes {first}-{len(content) - 1}/{len(content)}")
        handler.wfile.write(rest)
        return
    handler.head(200, len(content))
    handler.wfile.write(content)


def cut(count: int) -> Callable[[Handler], None]:
    """Announce everything and hang up after some bytes."""

    def act(handler: Handler) -> None:
        handler.head(200, len(handler.scene.content))
        handler.wfile.write(handler.scene.content[:count])

    return act


def no_ranges(handler: Handler) -> None:
    """Answer a range with the whole."""
    handler.head(200, len(handler.scene.content))
    handler.wfile.write(handler.scene.content)


def wrong_range(handler: Handler) -> None:
    """Answer a range with another one."""
    content = handler.scene.content
    handler.head(206, len(content), Content_Range=f"bytes 0-{len(content) - 1}/{len(content)}")
    handler.wfile.write(content)


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    def act(handler: Handler) -> None:
        handler.head(code, 0, **headers)

    return act


def announced(length: int) -> Callable[[Handler], None]:
    """Announce another length than what is sent."""

    def act(handler: Handler) -> None:
        handler.head(200, length)
        handler.wfile.write(handler.scene.content)

    return act


def endless(handler: Handler) -> None:
    """No length, and bytes without end."""
    handler.head(200)
    while not handler.scene.stop.is_set():
        handler.wfile.write(b"x" * 65536)


def drip(handler: Handler) -> None:
    """A byte now and then: each read succeeds, the whole never does."""
    handler.head(200, len(handler.scene.content))
    for byte in handler.scene.content:
        if handler.scene.stop.wait(0.05):
            return
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()


def drip_headers(handler: Handler) -> None:
    """The same before anything has been said."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while not handler.scene.stop.wait(0.05):
        handler.wfile.write(b"X")
        handler.wfile.flush()


def silent(handler: Handler) -> None:
    """Accept, and say nothing."""
    handler.scene.stop.wait(5)


def bomb(handler: Handler) -> None:
    """A few kilobytes that decode to a hundred megabytes."""
    packed = gzip.compress(bytes(100 * 2**20), 1)
    handler.head(200, len(packed), Content_Encoding="gzip")
    handler.wfile.write(packed)


def broken_chunks(handler: Handler) -> None:
    """Chunks, the last of which never comes."""
    handler.head(200, Transfer_Encoding="chunked")
    handler.wfile.write(b"10\r\n" + b"y" * 16 + b"\r\n20\r\nabc")


def nonsense(handler: Handler) -> None:
    """No HTTP at all."""
    handler.wfile.write(b"\x00\x01 bonjour\r\n\r\n")


def later(act: Callable[[Handler], None], seconds: float) -> Callable[[Handler], None]:
    def wait(handler: Handler) -> None:
        time.sleep(seconds)
        act(handler)

    return wait
