"""Cells of the list of solutions: names that resemble, versions and their ranges, domains, statuses."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

from duicheck.model import VersionLogiciel, lire_version, mots, normaliser, sans_zeros

__all__ = ["Versions", "domaines_de", "lire_versions", "proches", "statut_de"]

_RESSEMBLANCE = 0.6  # likeness from which a name is worth proposing; nothing is decided on it
_PROPOSES = 3


def proches(nom: str, connus: Iterable[str]) -> list[str]:
    """The known names that resemble this one, the nearest first, at most three. A suggestion, never a match."""
    cherche = normaliser(nom)
    notes = [(_ressemblance(cherche, normaliser(connu)), connu) for connu in dict.fromkeys(connus)]
    bons = sorted((note for note in notes if note[0] >= _RESSEMBLANCE), key=lambda note: (-note[0], note[1]))
    return [connu for _, connu in bons[:_PROPOSES]]


def _ressemblance(un: str, autre: str) -> float:
    """From 0 to 1; the same words in another order, or the words of one among those of the other, count as close."""
    from difflib import SequenceMatcher  # noqa: PLC0415 -- only for a mistake

    siens, autres = set(un.split()), set(autre.split())
    if siens and autres and (siens <= autres or autres <= siens):
        return max(0.9, SequenceMatcher(None, un, autre).ratio())
    return SequenceMatcher(None, un, autre).ratio()


# -- versions -------------------------------------------------------------------------------------------------------


class _Plage(Struct, frozen=True):
    """Bounds (None: none), each with whether it is in; or a beginning (`4.x`); or one spelling."""

    bas: tuple[int, ...] | None = None
    haut: tuple[int, ...] | None = None
    bas_compris: bool = True
    haut_compris: bool = True
    debut: tuple[int, ...] | None = None
    exacte: VersionLogiciel | None = None

    def contient(self, version: VersionLogiciel) -> bool:
        if self.exacte is not None:
            return self.exacte.egale(version)
        if self == _Plage():
            return True
        if not version.nombres:
            return False
        if self.debut is not None:
            return version.nombres[: len(self.debut)] == self.debut
        nombres = sans_zeros(version.nombres)
        if self.bas is not None and not (nombres > self.bas or (self.bas_compris and nombres == self.bas)):
            return False
        return self.haut is None or nombres < self.haut or (self.haut_compris and nombres == self.haut)


class Versions(Struct, frozen=True):
    """What a cell of versions means; `plages` is None where it cannot be told."""

    texte: str
    plages: tuple[_Plage, ...] | None

    def contiennent(self, version: VersionLogiciel) -> bool:
        """Whether a version is among them."""
        return self.plages is not None and any(plage.contient(version) for plage in self.plages)


# Compiled by `re` when a list is first read, and kept there: few deliveries have one.
_N = r"(?:version|v\.?)?\s*([0-9]+(?:\.[0-9]+)*)"
_TOUTES = r"(?:toutes?(?:\s+(?:les\s+)?versions?)?|all|\*|-)?"
_DEBUT = r"(?:version|v\.?)?\s*([0-9]+(?:\.[0-9]+)*)\.[xX*]+"
_ENTRE = rf"(?:de\s+|entre\s+)?{_N}\s*(?:à|a|-|–|—|et|jusqu['’]?[àa])\s*{_N}"
_SUITES = r"et\s+(?:suivantes?|sup[ée]rieures?|plus|ult[ée]rieures?)"
_ANTERIEURES = r"et\s+(?:pr[ée]c[ée]dentes?|ant[ée]rieures?)"
_LA = r"\s+(?:la\s+)?"
_DEPUIS = rf"(?:[àa]\s+partir\s+de|depuis){_LA}{_N}|{_N}\s*(?:\+|{_SUITES})"
_JUSQUE = rf"jusqu['’]?(?:à|a|au){_LA}{_N}|{_N}\s+{_ANTERIEURES}"
_BORNE = rf"(>=|=>|≥|<=|=<|≤|>|<|=)\s*{_N}"


def lire_versions(texte: str | None) -> Versions:
    """What a cell of the list means: one version, several, or a range. An empty one: all of them."""
    ecrit = (texte or "").strip()
    if re.fullmatch(_TOUTES, ecrit, re.IGNORECASE):
        return Versions(ecrit, (_Plage(),))
    if (une := _plage(ecrit)) is not None:
        return Versions(ecrit, (une,))
    plages = [_plage(part.strip()) for part in re.split(r"[;,/\n]|\bou\b|\bet\b", ecrit) if part.strip()]
    if not plages or any(plage is None for plage in plages):
        # One spelling that is no number (« 2024 R2 ») still equals itself; anything longer is prose.
        seule = len(plages) == 1 and re.fullmatch(r"[\w.+-]+(?: [\w.+-]+)?", ecrit) is not None
        return Versions(ecrit, (_Plage(exacte=VersionLogiciel(ecrit, ())),) if seule else None)
    return Versions(ecrit, tuple(plage for plage in plages if plage is not None))


def _nombres(texte: str) -> tuple[int, ...]:
    return sans_zeros(tuple(map(int, texte.split("."))))


def _plage(texte: str) -> _Plage | None:
    if (version := lire_version(texte)).nombres:
        return _Plage(exacte=version)
    if trouvee := re.fullmatch(_DEBUT, texte, re.IGNORECASE):
        return _Plage(debut=tuple(map(int, trouvee[1].split("."))))
    if trouvee := re.fullmatch(_ENTRE, texte, re.IGNORECASE):
        return _Plage(bas=_nombres(trouvee[1]), haut=_nombres(trouvee[2]))
    if trouvee := re.fullmatch(_DEPUIS, texte, re.IGNORECASE):
        return _Plage(bas=_nombres(trouvee[1] or trouvee[2]))
    if trouvee := re.fullmatch(_JUSQUE, texte, re.IGNORECASE):
        return _Plage(haut=_nombres(trouvee[1] or trouvee[2]))
    return _bornes(texte)


def _bornes(texte: str) -> _Plage | None:
    """`>= 4.1, < 5`: every bound of the text, and nothing else in it."""
    bornes = re.findall(_BORNE, texte, re.IGNORECASE)
    if not bornes or re.sub(r"\bet\b|[\s,;]", "", re.sub(_BORNE, "", texte, flags=re.IGNORECASE)):
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
    reste = f" {mots(cellule)} "
    trouves = set()
    formes = [(forme, code) for code, siennes in _DOMAINES.items() for forme in siennes]
    for forme, code in sorted(formes, key=lambda paire: -len(paire[0])):
        if f" {forme} " in reste:
            trouves.add(code)
            reste = reste.replace(f" {forme} ", " | ")
    return frozenset(trouves), not set(reste.split()) - {"|", "et", "ou"}


def statut_de(cellule: str | None) -> str | None:
    """The status that a cell names (empty: référencée); None where it names none that we know."""
    simple = mots(cellule or "")
    return next((code for code, formes in _STATUTS.items() if simple in formes), None)
