"""Names of solutions and vendors, versions and their ranges: what makes two of them the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

__all__ = ["Version", "Versions", "domaines_de", "lire_version", "lire_versions", "normaliser", "proches", "statut_de"]

_FORMES_JURIDIQUES = frozenset("sa sas sasu sarl eurl sca snc scop scic sci selarl gie gip asso association".split())
_RESSEMBLANCE = 0.6  # likeness from which a name is worth proposing; nothing is decided on it
_PROPOSES = 3


def _simple(texte: str) -> str:
    """Without accents, capitals or marks; letters and digits in words."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE").replace("&", " et "))
    sans = "".join(signe for signe in decompose if not unicodedata.combining(signe) and signe not in "®™©")
    return " ".join(re.findall(r"[a-z0-9+]+", sans.casefold().replace("'", " ")))


def normaliser(nom: str) -> str:
    """A name that two spellings share: `Éditeur d'Essai S.A.S.` -> `editeur d essai`. A legal form alone stays."""
    mots = _simple(re.sub(r"\b((?:[A-Za-z]\.){2,})", lambda sigle: sigle[0].replace(".", ""), nom)).split()
    while len(mots) > 1 and mots[-1] in _FORMES_JURIDIQUES:
        mots.pop()
    while len(mots) > 1 and mots[0] in _FORMES_JURIDIQUES:
        mots.pop(0)
    return " ".join(mots)


def proches(nom: str, connus: Iterable[str]) -> list[str]:
    """The known names that resemble this one, the nearest first, at most three. A suggestion, never a match."""
    cherche = normaliser(nom)
    notes = [(_ressemblance(cherche, normaliser(connu)), connu) for connu in dict.fromkeys(connus)]
    bons = sorted((note for note in notes if note[0] >= _RESSEMBLANCE), key=lambda note: (-note[0], note[1]))
    return [connu for _, connu in bons[:_PROPOSES]]


def _ressemblance(un: str, autre: str) -> float:
    """From 0 to 1; the same words in another order, or the words of one among those of the other, count as close."""
    mots, autres = set(un.split()), set(autre.split())
    if mots and autres and (mots <= autres or autres <= mots):
        return max(0.9, SequenceMatcher(None, un, autre).ratio())
    return SequenceMatcher(None, un, autre).ratio()


# -- versions -------------------------------------------------------------------------------------------------------

_VERSION = re.compile(r"(?:version|v\.?)?\s*([0-9]+(?:\.[0-9]+)*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Version:
    """A version. `nombres` is empty where it is not made of numbers: it then equals its own spelling only."""

    texte: str
    nombres: tuple[int, ...]

    def egale(self, autre: Version) -> bool:
        """4.2 and v4.2.0 are one version; 4.2 and 4.2.1 are not."""
        if self.nombres and autre.nombres:
            return _sans_zeros(self.nombres) == _sans_zeros(autre.nombres)
        return _simple(self.texte) == _simple(autre.texte)


def lire_version(texte: str) -> Version:
    """A version as somebody wrote it."""
    trouvee = _VERSION.fullmatch(texte.strip())
    return Version(texte.strip(), tuple(map(int, trouvee[1].split("."))) if trouvee else ())


def _sans_zeros(nombres: Sequence[int]) -> tuple[int, ...]:
    longueur = len(nombres)
    while longueur and nombres[longueur - 1] == 0:
        longueur -= 1
    return tuple(nombres[:longueur])


@dataclass(frozen=True, slots=True)
class _Plage:
    """Bounds (None: none), each with whether it is in; or a beginning (`4.x`); or one spelling."""

    bas: tuple[int, ...] | None = None
    haut: tuple[int, ...] | None = None
    bas_compris: bool = True
    haut_compris: bool = True
    debut: tuple[int, ...] | None = None
    exacte: Version | None = None

    def contient(self, version: Version) -> bool:
        if self.exacte is not None:
            return self.exacte.egale(version)
        if self == _Plage():
            return True
        if not version.nombres:
            return False
        if self.debut is not None:
            return version.nombres[: len(self.debut)] == self.debut
        nombres = _sans_zeros(version.nombres)
        if self.bas is not None and not (nombres > self.bas or (self.bas_compris and nombres == self.bas)):
            return False
        return self.haut is None or nombres < self.haut or (self.haut_compris and nombres == self.haut)


@dataclass(frozen=True, slots=True)
class Versions:
    """What a cell of versions means; `plages` is None where it cannot be told."""

    texte: str
    plages: tuple[_Plage, ...] | None

    def contiennent(self, version: Version) -> bool:
        """Whether a version is among them."""
        return self.plages is not None and any(plage.contient(version) for plage in self.plages)


_N = r"(?:version|v\.?)?\s*([0-9]+(?:\.[0-9]+)*)"
_TOUTES = re.compile(r"(?:toutes?(?:\s+(?:les\s+)?versions?)?|all|\*|-)?", re.IGNORECASE)
_DEBUT = re.compile(r"(?:version|v\.?)?\s*([0-9]+(?:\.[0-9]+)*)\.[xX*]+", re.IGNORECASE)
_ENTRE = re.compile(rf"(?:de\s+|entre\s+)?{_N}\s*(?:à|a|-|–|—|et|jusqu['’]?[àa])\s*{_N}", re.IGNORECASE)
_SUITES = r"et\s+(?:suivantes?|sup[ée]rieures?|plus|ult[ée]rieures?)"
_ANTERIEURES = r"et\s+(?:pr[ée]c[ée]dentes?|ant[ée]rieures?)"
_LA = r"\s+(?:la\s+)?"
_DEPUIS = re.compile(rf"(?:[àa]\s+partir\s+de|depuis){_LA}{_N}|{_N}\s*(?:\+|{_SUITES})", re.IGNORECASE)
_JUSQUE = re.compile(rf"jusqu['’]?(?:à|a|au){_LA}{_N}|{_N}\s+{_ANTERIEURES}", re.IGNORECASE)
_BORNE = re.compile(rf"(>=|=>|≥|<=|=<|≤|>|<|=)\s*{_N}", re.IGNORECASE)


def lire_versions(texte: str | None) -> Versions:
    """What a cell of the list means: one version, several, or a range. An empty one: all of them."""
    ecrit = (texte or "").strip()
    if _TOUTES.fullmatch(ecrit):
        return Versions(ecrit, (_Plage(),))
    if (une := _plage(ecrit)) is not None:
        return Versions(ecrit, (une,))
    plages = [_plage(part.strip()) for part in re.split(r"[;,/\n]|\bou\b|\bet\b", ecrit) if part.strip()]
    if not plages or any(plage is None for plage in plages):
        # One spelling that is no number (« 2024 R2 ») still equals itself; anything longer is prose.
        seule = len(plages) == 1 and re.fullmatch(r"[\w.+-]+(?: [\w.+-]+)?", ecrit) is not None
        return Versions(ecrit, (_Plage(exacte=Version(ecrit, ())),) if seule else None)
    return Versions(ecrit, tuple(plage for plage in plages if plage is not None))


def _nombres(texte: str) -> tuple[int, ...]:
    return _sans_zeros(tuple(map(int, texte.split("."))))


def _plage(texte: str) -> _Plage | None:
    if _VERSION.fullmatch(texte):
        return _Plage(exacte=lire_version(texte))
    if trouvee := _DEBUT.fullmatch(texte):
        return _Plage(debut=tuple(map(int, trouvee[1].split("."))))
    if trouvee := _ENTRE.fullmatch(texte):
        return _Plage(bas=_nombres(trouvee[1]), haut=_nombres(trouvee[2]))
    if trouvee := _DEPUIS.fullmatch(texte):
        return _Plage(bas=_nombres(trouvee[1] or trouvee[2]))
    if trouvee := _JUSQUE.fullmatch(texte):
        return _Plage(haut=_nombres(trouvee[1] or trouvee[2]))
    return _bornes(texte)


def _bornes(texte: str) -> _Plage | None:
    """`>= 4.1, < 5`: every bound of the text, and nothing else in it."""
    bornes = _BORNE.findall(texte)
    if not bornes or re.sub(r"\bet\b|[\s,;]", "", _BORNE.sub("", texte)):
        return None
    bas = haut = None
    bas_compris = haut_compris = True
    for signe, nombre in bornes:
        valeur = _nombres(nombre)
        if signe in (">", ">=", "=>", "≥", "="):
            bas, bas_compris = valeur, signe != ">"
        if signe in ("<", "<=", "=<", "≤", "="):
            haut, haut_compris = valeur, signe != "<"
    return _Plage(bas, haut, bas_compris, haut_compris)


# -- domains and statuses ---------------------------------------------------------------------------------------------

_DOMAINES = {
    "PA": ("pa", "personnes agees", "personne agee"),
    "PH": ("ph", "personnes handicapees", "personnes en situation de handicap", "handicap"),
    "DOM": ("dom", "domicile", "aide a domicile", "aide et soins a domicile", "services a domicile"),
    "PDE": ("pde", "protection de l enfance"),
    "PDS": ("pds", "personnes en difficultes specifiques", "personnes en difficulte specifique"),
    "AHI": ("ahi", "accueil hebergement et insertion", "accueil hebergement insertion"),
    "PJM": ("pjm", "protection juridique des majeurs", "mandataires judiciaires a la protection des majeurs"),
}
_STATUTS = {
    "referencee": ("", "referencee", "reference", "referencee segur", "referencement obtenu", "obtenu", "oui"),
    "en_cours": ("en cours", "en cours de referencement", "en cours d instruction", "referencement en cours"),
    "candidate": ("candidate", "candidat", "candidature deposee"),
}


def domaines_de(cellule: str) -> tuple[frozenset[str], bool]:
    """The domains that a cell names, and whether it names nothing else."""
    reste = f" {_simple(cellule)} "
    trouves = set()
    formes = [(forme, code) for code, siennes in _DOMAINES.items() for forme in siennes]
    for forme, code in sorted(formes, key=lambda paire: -len(paire[0])):
        if f" {forme} " in reste:
            trouves.add(code)
            reste = reste.replace(f" {forme} ", " | ")
    return frozenset(trouves), not set(reste.split()) - {"|", "et", "ou"}


def statut_de(cellule: str | None) -> str | None:
    """The status that a cell names (empty: référencée); None where it names none that we know."""
    simple = _simple(cellule or "")
    return next((code for code, formes in _STATUTS.items() if simple in formes), None)
