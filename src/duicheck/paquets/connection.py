"""An HTTP session that cannot be kept waiting: at the deadline its sockets are shut, whatever it is doing.

A time limit on each read does not stop a server that sends one byte every ten seconds, headers included.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

__all__ = ["Watchdog", "session"]


class Watchdog:
    """Shuts the sockets of a session after some seconds. To be used as a context."""

    def __init__(self, seconds: float) -> None:
        self._timer = threading.Timer(max(seconds, 0), self._bite)
        self._timer.daemon = True
        self._guard = threading.Lock()
        self._sockets: list[socket.socket] = []
        self.bitten = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def watch(self, connected: socket.socket | None) -> None:
        """Keep an eye on a socket that was just connected."""
        if connected is None:
            return
        with self._guard:
            self._sockets.append(connected)
            late = self.bitten
        if late:
            _shut(connected)

    def _bite(self) -> None:
        with self._guard:
            self.bitten = True
            sockets = list(self._sockets)
        for each in sockets:
            _shut(each)


def _shut(connected: socket.socket) -> None:
    """End both ways below TLS: its own shutdown would pull the connection from under the thread that reads."""
    plain = connected if isinstance(connected, socket.socket) else getattr(connected, "socket", None)
    with suppress(OSError):
        if plain is not None:
            socket.socket.shutdown(plain, socket.SHUT_RDWR)


def session(watchdog: Watchdog) -> requests.Session:
    """A session that honours the proxies and certificates of the environment; no credentials, no retries of its own."""
    found = requests.Session()
    adapter = _Adapter(watchdog)
    found.mount("https://", adapter)
    found.mount("http://", adapter)
    # An authentication of our own that does nothing: what a .netrc holds is not for whoever an URL names.
    found.auth = _nobody
    found.headers["Accept-Encoding"] = "identity"
    return found


def _nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


class _Adapter(HTTPAdapter):
    """Pools whose connections tell the watchdog of their sockets."""

    def __init__(self, watchdog: Watchdog) -> None:
        self._pools = _pools(watchdog)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- passed on
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pools(watchdog: Watchdog) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def connect(self) -> None:
            super().connect()
            watchdog.watch(self.sock)

    class Secure(HTTPSConnection):
        def connect(self) -> None:
            super().connect()
            watchdog.watch(self.sock)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
