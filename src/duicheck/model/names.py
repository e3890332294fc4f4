"""Names of solutions and vendors, and their versions: what makes two of them the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from msgspec import Struct

__all__ = ["VersionLogiciel", "lire_version", "mots", "normaliser", "sans_zeros"]

_FORMES_JURIDIQUES = frozenset("sa sas sasu sarl eurl sca snc scop scic sci selarl gie gip asso association".split())
_VERSION = re.compile(r"(?:version|v\.?)?\s*([0-9]+(?:\.[0-9]+)*)", re.IGNORECASE)


def mots(texte: str) -> str:
    """Without accents, capitals or marks; letters and digits in words: `L'Été, c'est…` -> `l ete c est`."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE").replace("&", " et "))
    sans = "".join(signe for signe in decompose if not unicodedata.combining(signe) and signe not in "®™©")
    return " ".join(re.findall(r"[a-z0-9+]+", sans.casefold().replace("'", " ")))


def normaliser(nom: str) -> str:
    """A name that two spellings share: `Éditeur d'Essai S.A.S.` -> `editeur d essai`. A legal form alone stays."""
    trouves = mots(re.sub(r"\b((?:[A-Za-z]\.){2,})", lambda sigle: sigle[0].replace(".", ""), nom)).split()
    while len(trouves) > 1 and trouves[-1] in _FORMES_JURIDIQUES:
        trouves.pop()
    while len(trouves) > 1 and trouves[0] in _FORMES_JURIDIQUES:
        trouves.pop(0)
    return " ".join(trouves)


class VersionLogiciel(Struct, frozen=True):
    """A version. `nombres` is empty where it is not made of numbers: it then equals its own spelling only."""

    texte: str
    nombres: tuple[int, ...]

    def egale(self, autre: VersionLogiciel) -> bool:
        """4.2 and v4.2.0 are one version; 4.2 and 4.2.1 are not."""
        if self.nombres and autre.nombres:
            return sans_zeros(self.nombres) == sans_zeros(autre.nombres)
        return mots(self.texte) == mots(autre.texte)


def lire_version(texte: str) -> VersionLogiciel:
    """A version as somebody wrote it."""
    trouvee = _VERSION.fullmatch(texte.strip())
    return VersionLogiciel(texte.strip(), tuple(map(int, trouvee[1].split("."))) if trouvee else ())


def sans_zeros(nombres: Sequence[int]) -> tuple[int, ...]:
    """The numbers of a version without the zeros at its end."""
    longueur = len(nombres)
    while longueur and nombres[longueur - 1] == 0:
        longueur -= 1
    return tuple(nombres[:longueur])
