"""Packs of national rules: what others publish, duicheck may not redistribute, and a user has installed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from msgspec import Struct

from duicheck.errors import NotAvailable

__all__ = [
    "CDA_SCHEMATRONS",
    "CDA_XSD",
    "JEUX_DE_VALEURS",
    "SOLUTIONS",
    "TERMINOLOGIES",
    "ContenuPaquet",
    "FichierPaquet",
    "Paquet",
    "Paquets",
    "ReparationPaquet",
]

CDA_SCHEMATRONS: Final = "cda-schematrons"
JEUX_DE_VALEURS: Final = "jeux-de-valeurs"
CDA_XSD: Final = "cda-xsd"
TERMINOLOGIES: Final = "terminologies"
SOLUTIONS: Final = "solutions"

_COMMANDES: Final = {
    CDA_SCHEMATRONS: "« duicheck packs add DOSSIER_OU_ZIP » avec le paquet de test des contenus CDA de l'ANS",
    JEUX_DE_VALEURS: "« duicheck packs add DOSSIER_OU_ZIP » avec le paquet de test des contenus CDA de l'ANS",
    CDA_XSD: "« duicheck packs add DOSSIER_OU_ZIP » avec le paquet de test des contenus CDA de l'ANS",
    TERMINOLOGIES: "« duicheck packs add DOSSIER_OU_ZIP » avec le paquet de l'ANS et ses terminologies",
    SOLUTIONS: "« duicheck packs pull solutions URL », ou un fichier de rôle « solutions » dans la livraison,",
}
_NOMS: Final = {
    CDA_SCHEMATRONS: "Schematrons nationaux des documents CDA",
    JEUX_DE_VALEURS: "jeux de valeurs nationaux",
    CDA_XSD: "schéma XSD de CDA",
    TERMINOLOGIES: "terminologies",
    SOLUTIONS: "liste des solutions référencées",
}


class FichierPaquet(Struct, frozen=True):
    """One file of a pack: its path below the folder of the pack, its SHA-256 in the lock file, its size in bytes."""

    chemin: str
    sha256: str
    octets: int


class ContenuPaquet(Struct, frozen=True):
    """The files of one kind. `sha256` is that of the sorted lines "chemin NUL sha256"."""

    contenu: str
    sha256: str
    fichiers: Sequence[FichierPaquet]


class ReparationPaquet(Struct, frozen=True):
    """What was changed, set aside or found missing when a pack was added: a French sentence without its full stop.

    `nature`: `casse` (a path that differs by letter case), `deplace` (files followed by their name), `reconstruit`
    (a file rebuilt from another), `corrige` (a mistake of the publisher put right), `ecarte` (a file set aside),
    `manquant` (a file that is asked for and is nowhere).
    """

    nature: str
    fichier: str
    texte: str


class Paquet(Struct, frozen=True):
    """One installed pack. `dossier` is where its files are; `source` is the SHA-256 of what it was made from."""

    nom: str
    dossier: Path
    origine: str
    source: str
    contenus: Sequence[ContenuPaquet]
    reparations: Sequence[ReparationPaquet] = ()

    def contenu(self, contenu: str) -> ContenuPaquet | None:
        """Its files of one kind; None where it has none."""
        return next((each for each in self.contenus if each.contenu == contenu), None)

    def chemins(self, contenu: str) -> list[Path]:
        """The paths of its files of one kind, sorted."""
        found = self.contenu(contenu)
        return [] if found is None else [self.dossier / each.chemin for each in found.fichiers]


class Paquets:
    """The installed packs; each kind of content is in one of them at most. Nothing is looked at before it is asked for.

    Args:
        lire: gives what the lock file pins; called once, at most.
        verifier: what differs on the disk from the lock file, in French sentences; empty: nothing.
        moteur: what runs Schematrons: `duicheck`, or `saxon` for a second opinion.
    """

    role: ClassVar[str] = "paquets"

    def __init__(
        self,
        lire: Callable[[], Sequence[Paquet]],
        verifier: Callable[[Paquet], Sequence[str]],
        moteur: str = "duicheck",
    ) -> None:
        self._lire = lire
        self._paquets: tuple[Paquet, ...] | None = None
        self.moteur = moteur
        self._verifier = verifier
        self._verifies: dict[str, tuple[str, ...]] = {}
        self._utilises: set[str] = set()
        self._joints: dict[str, Paquet] = {}

    @property
    def paquets(self) -> tuple[Paquet, ...]:
        """All of them, in the order in which they were added.

        Raises:
            NotAvailable: the lock file is damaged (no role: never green).
        """
        if self._paquets is None:
            self._paquets = tuple(self._lire())
        return self._paquets

    def de(self, contenu: str) -> Paquet:
        """The pack that holds a kind of content, whole on the disk as it was when it was added.

        Raises:
            NotAvailable: none is installed (role `paquets`), or it was altered since (no role: never green).
        """
        paquet = next((each for each in self.paquets if each.contenu(contenu) is not None), None)
        if paquet is None:
            raise _absent(contenu)
        if paquet.nom not in self._verifies:
            self._verifies[paquet.nom] = tuple(self._verifier(paquet))
        if ecarts := self._verifies[paquet.nom]:
            message = (
                f"le paquet « {paquet.nom} » n'est plus ce qui a été installé ({ecarts[0]}"
                f"{f', et {len(ecarts) - 1} de plus' if len(ecarts) > 1 else ''}) : « duicheck packs verify "
                f"{paquet.nom} » dit tout, « duicheck packs add » ou « pull » le remet"
            )
            raise NotAvailable(message)
        self._utilises.add(paquet.nom)
        return paquet

    @property
    def dossiers(self) -> tuple[Path, ...]:
        """The folders of the packs that rules on documents read.

        Raises:
            NotAvailable: there is none, or one was altered.
        """
        wanted = (CDA_SCHEMATRONS, CDA_XSD, JEUX_DE_VALEURS, TERMINOLOGIES)
        kinds = [each for each in wanted if any(paquet.contenu(each) for paquet in self.paquets)]
        return tuple(dict.fromkeys(self.de(each).dossier for each in kinds or (CDA_SCHEMATRONS,)))

    def joindre(self, paquet: Paquet) -> None:
        """Have the report name something of this machine that a plugin keeps by itself, and that a rule has read.

        One that the caller has verified: the report pins it by its digests, as it does a pack.
        """
        self._joints[paquet.nom] = paquet

    @property
    def utilises(self) -> list[Paquet]:
        """The packs that something asked for and got, and what was joined to them, by name."""
        used = [each for each in self._paquets or () if each.nom in self._utilises]
        return sorted([*used, *self._joints.values()], key=lambda each: each.nom)


def _absent(contenu: str) -> NotAvailable:
    """The refusal for a kind of content that no pack holds: what installs it."""
    nom, commande = _NOMS.get(contenu, contenu), _COMMANDES.get(contenu, "« duicheck packs add DOSSIER_OU_ZIP »")
    return NotAvailable(f"{nom} : aucun paquet installé ; {commande} l'apporte", frozenset({Paquets.role}))
