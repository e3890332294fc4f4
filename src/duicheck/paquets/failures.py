"""What went wrong on the network, in French: the words of the libraries are neither French nor for the user."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from typing import Final

__all__ = ["Retry", "reason"]


class Retry(Exception):  # noqa: N818 -- internal signal
    """A failure that another attempt may not meet; its text is the French reason, `wait` what the server asks for."""

    def __init__(self, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.wait = wait


_KINDS: Final = (
    (
        (ssl.SSLError, "SSLError"),
        "la connexion sécurisée est refusée (certificat ou protocole TLS) ; vérifiez l'adresse et l'horloge",
        False,
    ),
    (("ProxyError",), "le proxy refuse ou ne répond pas ; vérifiez HTTPS_PROXY", False),
    (
        (socket.gaierror, "NameResolutionError"),
        "ce nom de serveur est introuvable (DNS) ; vérifiez l'adresse et la connexion",
        False,
    ),
    (("ConnectTimeout", "ConnectTimeoutError"), "le serveur n'accepte pas la connexion à temps", True),
    ((ConnectionRefusedError,), "le serveur refuse la connexion", True),
    ((TimeoutError, "ReadTimeout", "ReadTimeoutError"), "le serveur ne répond plus", True),
)
"""Types, or names of types of libraries that may not be installed; the first that fits wins."""


def reason(error: BaseException) -> tuple[str, bool]:
    """Why a request failed, and whether it is worth trying again."""
    found = list(_chain(error))
    names = {type(each).__name__ for each in found}
    for kinds, why, again in _KINDS:
        if any(kind in names if isinstance(kind, str) else isinstance(each, kind) for kind in kinds for each in found):
            return why, again
    return "la connexion a été coupée", True


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error, what caused it, and what its arguments hold: libraries wrap in all three ways."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        each = waiting.pop()
        if not isinstance(each, BaseException) or id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
