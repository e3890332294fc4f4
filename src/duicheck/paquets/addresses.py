"""Which addresses may be asked: https, and nothing that leaves it."""

from __future__ import annotations

import os
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

from duicheck.errors import PackError

__all__ = ["LOCAL", "checked", "file_name", "redirected"]

LOCAL: Final = "DUICHECK_HTTP_LOCAL"
"""Variable that, set to 1, also allows http to this very machine: for tests."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def checked(url: str) -> str:
    """An address that may be asked.

    Raises:
        PackError: not https, or it holds a password; the sentence quotes no password.
    """
    parts = _split(url)
    if parts is None or not parts.hostname:
        message = "cette adresse n'est pas une URL : il faut https://…"
        raise PackError(message)
    if parts.username is not None or parts.password is not None:
        message = f"{parts.hostname} : une adresse qui porte un mot de passe est refusée"
        raise PackError(message)
    if parts.scheme.lower() != "https" and not _local(parts):
        message = f"{parts.hostname} : l'adresse doit commencer par https:// (« {parts.scheme} » est refusé)"
        raise PackError(message)
    return parts._replace(fragment="").geturl()


def redirected(url: str, location: str) -> str:
    """Where a redirection leads.

    Raises:
        PackError: it leaves https, or this machine for http.
    """
    target = urljoin(url, location)
    parts, before = _split(target), urlsplit(url)
    allowed = parts is not None and parts.hostname and parts.scheme.lower() == before.scheme.lower()
    if not allowed or parts is None or (parts.scheme.lower() == "http" and parts.netloc != before.netloc):
        where = "une adresse illisible" if parts is None or not parts.hostname else f"{parts.scheme}://{parts.hostname}"
        message = f"{before.hostname} : le serveur renvoie vers {where} ; une redirection hors de https est refusée"
        raise PackError(message)
    return checked(target)


def file_name(url: str) -> str:
    """The name that a pack from this address goes by."""
    parts = urlsplit(url)
    return parts.path.rstrip("/").rpartition("/")[2] or parts.hostname or "paquet"


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- raises on a port that is no number
    except ValueError:
        return None
    return None if any(ord(char) <= 32 or ord(char) == 127 for char in url) else parts  # noqa: PLR2004 -- ASCII controls


def _local(parts: SplitResult) -> bool:
    return parts.scheme.lower() == "http" and parts.hostname in _LOOPBACK and os.environ.get(LOCAL) == "1"
