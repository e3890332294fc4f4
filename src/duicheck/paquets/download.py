"""Fetching a file: the only code of duicheck that uses the network, when `duicheck packs pull` asks for it.

Bounded in size, in time and in attempts; resumed where the server can; held against a digest where one is known; the
file appears whole or not at all.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from duicheck.errors import PackError
from duicheck.paquets.addresses import checked, redirected
from duicheck.paquets.digests import digest
from duicheck.paquets.failures import Retry, reason
from duicheck.paquets.partial import Partial

if TYPE_CHECKING:
    import requests

    from duicheck.paquets.connection import Watchdog

__all__ = ["Limits", "fetch"]

_ABSENT: Final = "télécharger un paquet demande l'extension « reseau » : pip install duicheck[reseau]"
_BLOCK: Final = 1 << 16
_REDIRECTIONS: Final = 5
_FOUND: Final = (301, 302, 303, 307, 308)
_OK, _PARTIAL, _UNSATISFIABLE, _TOO_MANY = 200, 206, 416, 429
_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


class Limits(Struct, frozen=True):
    """How much is enough. Seconds and bytes; `attempts` in all, with `pause` doubled after each."""

    size: int = 2 * 2**30
    total: float = 1800.0
    connect: float = 15.0
    read: float = 30.0
    attempts: int = 4
    pause: float = 1.0
    longest_pause: float = 30.0


def fetch(  # noqa: PLR0913 -- by keyword; what is needed to be testable
    url: str,
    folder: Path,
    *,
    expected: str | None = None,
    limits: Limits | None = None,
    progress: Callable[[int, int | None], None] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Path:
    """Fetch a file and return where it is; the caller moves or removes it.

    Args:
        url: https only.
        folder: a folder of ours; what has arrived stays there after a failure, to go on from.
        expected: the SHA-256 that it must have.
        limits: how much is enough.
        progress: called with the bytes that have arrived and the size, if the server says it.
        sleep: how to wait between attempts.

    Raises:
        PackError: each failure in its own words.
    """
    try:
        from duicheck.paquets.connection import Watchdog  # noqa: PLC0415 -- requests is an extra, and 90 ms
    except ImportError:
        raise PackError(_ABSENT) from None
    url, limits = checked(url), limits or Limits()
    folder.mkdir(parents=True, exist_ok=True)
    state = Partial(url, folder / f"{sha256(url.encode()).hexdigest()[:24]}.part")
    with Watchdog(limits.total) as watchdog:
        _Fetching(state, limits, watchdog, progress, sleep).run()
    found = digest(state.path)
    if expected is not None and found != expected.lower():
        state.forget()
        message = (
            f"{_host(url)} : ce qui a été reçu n'a pas l'empreinte attendue (SHA-256 {found}, attendu "
            f"{expected.lower()}) ; rien n'est installé"
        )
        raise PackError(message)
    state.notes.unlink(missing_ok=True)
    return state.path


class _Fetching:
    """The attempts at one file."""

    def __init__(
        self,
        state: Partial,
        limits: Limits,
        watchdog: Watchdog,
        progress: Callable[[int, int | None], None] | None,
        sleep: Callable[[float], None],
    ) -> None:
        self._state = state
        self._limits = limits
        self._watchdog = watchdog
        self._progress = progress
        self._sleep = sleep
        self._until = time.monotonic() + limits.total

    def run(self) -> None:
        import requests  # noqa: PLC0415
        from urllib3.exceptions import HTTPError  # noqa: PLC0415

        from duicheck.paquets.connection import session  # noqa: PLC0415

        pause = self._limits.pause
        for attempt in range(1, self._limits.attempts + 1):
            try:
                with session(self._watchdog) as client:
                    self._attempt(client)
            except Retry as failure:
                why, again, wait = str(failure), True, failure.wait
            except (requests.RequestException, HTTPError, OSError) as error:
                if isinstance(error, OSError) and not isinstance(error, requests.RequestException) and error.filename:
                    message = f"{self._state.path.parent} : écriture impossible ({error.strerror})"
                    raise PackError(message) from None
                why, again = reason(error)
                wait = None
            else:
                return
            self._late()
            if not again or attempt == self._limits.attempts:
                raise self._failed(why, attempt)
            wait = min(wait if wait is not None else pause, self._limits.longest_pause)
            if time.monotonic() + wait > self._until:
                raise self._failed(why, attempt)
            self._sleep(wait)
            pause *= 2

    def _late(self) -> None:
        if self._watchdog.bitten or time.monotonic() > self._until:
            message = (
                f"{_host(self._state.url)} : trop lent, le fichier n'est pas arrivé en {self._limits.total:g} secondes"
                f"{self._kept()}"
            )
            raise PackError(message)

    def _failed(self, why: str, attempts: int) -> PackError:
        tried = f" ({attempts} essais)" if attempts > 1 else ""
        return PackError(f"{_host(self._state.url)} : {why}{tried}{self._kept()}")

    def _kept(self) -> str:
        """What the next attempt starts from."""
        if self._state.validator is None or not self._state.size:
            return ""
        return f" ; {self._state.size} octets sont gardés, la même commande reprendra de là"

    def _attempt(self, client: requests.Session) -> None:
        headers = {}
        have = self._state.size
        if have and self._state.validator is not None:
            if have == self._state.total:
                return  # all was there: only what came after had failed
            headers = {"Range": f"bytes={have}-", "If-Range": self._state.validator}
        elif have:
            self._state.forget()
        with self._answer(client, headers) as response:
            self._receive(response, have if headers else 0)

    def _answer(self, client: requests.Session, headers: dict[str, str]) -> requests.Response:
        """The answer, redirections followed one by one."""
        url = self._state.url
        for _ in range(_REDIRECTIONS + 1):
            timeout = (self._limits.connect, self._limits.read)
            response = client.get(url, headers=headers, stream=True, allow_redirects=False, timeout=timeout)
            if response.status_code not in _FOUND:
                return response
            location = response.headers.get("Location", "")
            response.close()
            client.close()  # one request a connection: the server may have dropped this one without a word
            url = redirected(url, location)
        message = f"{_host(self._state.url)} : plus de {_REDIRECTIONS} redirections"
        raise PackError(message)

    def _receive(self, response: requests.Response, have: int) -> None:
        host = _host(self._state.url)
        self._judge_status(response, host, have)
        encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in {"", "identity"}:
            # Never decoded: a few kilobytes may stand for gigabytes.
            message = f"{host} : le serveur envoie le fichier comprimé ({encoding[:20]}), ce qui n'a pas été demandé"
            raise PackError(message)
        start = self._start(response, have)
        announced = _integer(response.headers.get("Content-Length"))
        total = None if announced is None else start + announced
        if (total or 0) > self._limits.size:
            raise self._too_big(host)
        if start == 0:
            self._state.forget()
            self._state.note(_validator(response), total)
        with self._state.path.open("ab") as sink:  # nothing is there where it starts over
            size = start
            response.raw.enforce_content_length = False  # we count, and say how many came
            while block := response.raw.read1(_BLOCK, decode_content=False):
                size += len(block)
                if size > self._limits.size:
                    sink.close()
                    self._state.forget()
                    raise self._too_big(host)
                sink.write(block)
                if self._progress is not None:
                    self._progress(size, total)
                if time.monotonic() > self._until:
                    self._late()
        if total is not None and size != total:
            why = f"le fichier est arrivé tronqué ({size} octets sur {total})"
            raise Retry(why)
        self._late()  # a socket that the watchdog shut looks like an end

    def _judge_status(self, response: requests.Response, host: str, have: int) -> None:
        status = response.status_code
        if status in {_OK, _PARTIAL}:
            return
        if status == _UNSATISFIABLE and have:
            self._state.forget()
            why = "le serveur ne sait pas reprendre ce fichier où il en était"
            raise Retry(why, 0.0)
        if status >= 500 or status == _TOO_MANY:  # noqa: PLR2004 -- the server's own failures
            why = f"le serveur est en panne ou surchargé (réponse {status})"
            raise Retry(why, _integer(response.headers.get("Retry-After")))
        said = {
            401: "l'accès demande un mot de passe",
            403: "l'accès est refusé",
            404: "il n'y a pas de fichier à cette adresse",
            410: "le fichier n'est plus à cette adresse",
        }.get(status, "réponse inattendue du serveur")
        message = f"{host} : {said} (réponse {status})"
        raise PackError(message)

    def _start(self, response: requests.Response, have: int) -> int:
        """Where the bytes that come belong: at what we have, or at the beginning."""
        if response.status_code != _PARTIAL:
            return 0
        found = _RANGE.fullmatch(response.headers.get("Content-Range", "").strip())
        same = found is not None and int(found[1]) == have
        if same and found is not None and self._state.total is not None and found[3] != "*":
            same = int(found[3]) == self._state.total
        if not have or not same:
            self._state.forget()
            why = "le serveur n'a pas renvoyé la suite demandée"
            raise Retry(why, 0.0)
        return have

    def _too_big(self, host: str) -> PackError:
        return PackError(f"{host} : le fichier dépasse {self._limits.size / 2**20:g} Mio ; il est refusé")


def _validator(response: requests.Response) -> str | None:
    """What names this version of the file for sure: a strong ETag, failing that a date of change."""
    tag: str = response.headers.get("ETag", "").strip()
    if tag.startswith('"') and tag.endswith('"') and len(tag) > 2:  # noqa: PLR2004 -- the two quotes
        return tag
    return response.headers.get("Last-Modified") if not tag else None


def _integer(text: str | None) -> int | None:
    return int(text) if text is not None and text.strip().isascii() and text.strip().isdigit() else None


def _host(url: str) -> str:
    from urllib.parse import urlsplit  # noqa: PLC0415

    return urlsplit(url).netloc
