"""Pseudonyms: digests under a secret salt, the same for the same person wherever it is read."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path

from duicheck.errors import UsageError

__all__ = ["Pseudonymes", "sel"]

_COURT = 16  # bytes: below, the salt can be guessed
_LONG = 1 << 20
_CARACTERES = 26  # of base 32: 130 bits, no two persons will ever share one


class Pseudonymes:
    """Gives the pseudonym of anything that is named by texts."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def donner(self, initiale: str, *parties: str) -> str:
        """One letter, then the digest: nothing of `parties` can be read in it, nor guessed without the salt."""
        texte = json.dumps([initiale, *parties], ensure_ascii=True).encode("ascii")
        empreinte = hmac.new(self._secret, texte, hashlib.sha256).digest()
        return initiale + base64.b32encode(empreinte).decode("ascii")[:_CARACTERES]


def sel(fichier: Path | None, dossier: Path) -> tuple[bytes, bool]:
    """The salt: that of a file, created where it is not there; without a file, one that nobody keeps.

    Returns:
        (the secret, whether it was just written).

    Raises:
        UsageError: the file cannot be used, or would be delivered with the tables.
    """
    if fichier is None:
        return secrets.token_bytes(32), False
    if fichier.resolve().is_relative_to(dossier.resolve()):
        message = f"--sel : {fichier} est dans le dossier à livrer ; rangez le sel ailleurs, il ne se transmet pas"
        raise UsageError(message)
    try:
        if not fichier.exists():
            secret = secrets.token_hex(32).encode("ascii")
            _creer(fichier, secret + b"\n")
            return secret, True
        with fichier.open("rb") as source:
            secret = source.read(_LONG + 1).strip()
    except OSError as error:
        message = f"--sel : {fichier} ne peut pas être lu ni écrit ({error.strerror})"
        raise UsageError(message) from None
    if not _COURT <= len(secret) <= _LONG:
        message = (
            f"--sel : {fichier} doit porter au moins {_COURT} octets ; nommez un fichier qui n'existe pas, il sera créé"
        )
        raise UsageError(message)
    return secret, False


def _creer(fichier: Path, contenu: bytes) -> None:
    """Write a file that nobody else may read, where the system knows that."""
    descripteur = os.open(fichier, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descripteur, "wb") as sortie:
        sortie.write(contenu)
