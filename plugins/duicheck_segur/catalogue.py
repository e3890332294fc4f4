"""The requirements that are known: the partial catalogue that ships, or the one that a delivery brings."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from duicheck.errors import NotApplicable
from duicheck.model import Exigences, read_lone_document
from duicheck.rules import reader
from duicheck_segur.declaration import Declaration

__all__ = [
    "FONDEMENTS",
    "Catalogue",
    "Exigence",
    "catalogue",
    "catalogue_livre",
    "depuis",
    "exiger_couloir",
    "lire_catalogue",
]

FONDEMENTS: Final = {
    "drapeau_dui": "l'export la marque « DUI »",
    "suffixe_ms1": "son suffixe MS1 désigne le DUI",
    "profil_dui": "son profil ou son texte ne vise que les DUI",
    "note_retex": "une note cite l'identifiant publié pour les DUI",
    "import": "elle vient d'un référentiel importé",
    "non_prouve": "rien de public ne la rattache aux DUI",
}
"""What ties a requirement to the DUI, by code."""


class Exigence(Struct, frozen=True):
    """One requirement. `categorie` is None where its source does not say it; `scenarios` where it lists none."""

    id: str
    chapitre: str
    resume: str
    source: str
    profil: str | None = None
    categorie: str | None = None
    conditionnelle: bool = False
    exclusive_de: tuple[str, ...] = ()
    fondement: str = "import"
    publiee: str | None = None
    publiee_deduite: bool = False
    etat_source: str | None = None
    note: str | None = None
    regles: tuple[str, ...] = ()
    portee: str | None = None
    attestee: bool = False
    raison: str | None = None
    scenarios: tuple[str, ...] = ()

    @property
    def fondee(self) -> bool:
        """Whether something public ties it to the DUI."""
        return self.fondement != "non_prouve"

    @property
    def obligatoire(self) -> bool:
        """Whether the text says « doit » (CRI), of a DUI."""
        return self.categorie == "CRI" and self.fondee

    @property
    def noms(self) -> tuple[str, ...]:
        """The identifiers that it goes by."""
        return (self.id,) if self.publiee is None else (self.id, self.publiee)


class Catalogue(Struct, frozen=True, dict=True):
    """Requirements by identifier, in the order of their source.

    `complet`: the source says that it is the whole of its REM. `livre`: it is the one that ships with duicheck.
    """

    titre: str
    couloir: str
    complet: bool
    avertissement: str
    sources: Mapping[str, Mapping[str, Any]]
    exigences: Mapping[str, Exigence]
    livre: bool = False

    @cached_property
    def _par_nom(self) -> dict[str, Exigence]:
        """Every name of every requirement; its own identifier wins over another's published name."""
        publiees = {each.publiee: each for each in reversed(list(self.exigences.values())) if each.publiee is not None}
        return publiees | dict(self.exigences)

    def trouver(self, identifiant: str) -> Exigence | None:
        """The requirement of that name: as the base writes it, as a REM does (no `SC.`), or as wave 1 published it."""
        return self._par_nom.get(identifiant) or self._par_nom.get(f"SC.{identifiant}")

    def proche(self, identifiant: str) -> str | None:
        """The known identifier that resembles this one most, if any does."""
        from difflib import get_close_matches  # noqa: PLC0415 -- only for a mistake

        par_forme = {nom.casefold(): nom for nom in self._par_nom}
        proches = get_close_matches(identifiant.strip().casefold(), list(par_forme), n=1, cutoff=_RESSEMBLANCE)
        return par_forme[proches[0]] if proches else None

    @property
    def fondees(self) -> Sequence[Exigence]:
        """Those that something public ties to the DUI."""
        return [each for each in self.exigences.values() if each.fondee]

    def etendue(self) -> str:
        """What it covers, in one sentence that every use of it repeats."""
        if self.complet:
            return f"{self.titre}, {len(self.exigences)} exigences"
        non_prouvees = len(self.exigences) - len(self.fondees)
        reste = f" et {non_prouvees} autres non prouvées" if non_prouvees else ""
        publie = ", qui n'est pas le REM publié" if self.livre else ", importé"
        return f"catalogue partiel de {len(self.fondees)} exigences fondées{reste}{publie}"


_RESSEMBLANCE: Final = 0.8  # below it, identifiers of one chapter all resemble each other


def depuis(valeur: Mapping[str, Any], *, livre: bool = False) -> Catalogue:
    """A catalogue from the value of a document that its schema accepts."""
    exigences = {each.id: each for each in _exigences(valeur["exigences"])}
    sources = {each["code"]: each for each in valeur["sources"]}
    return Catalogue(
        valeur["titre"], valeur["couloir"], valeur["complet"], valeur["avertissement"], sources, exigences, livre
    )


def _exigences(entrees: Sequence[Mapping[str, Any]]) -> Iterator[Exigence]:
    for entree in entrees:
        scenarios = tuple(scenario["id"] for scenario in entree.get("scenarios", ()))
        listes = {nom: tuple(entree.get(nom, ())) for nom in ("exclusive_de", "regles")}
        yield Exigence(**{**entree, **listes, "scenarios": scenarios})


@cache
def catalogue_livre() -> Catalogue:
    """The partial catalogue that ships."""
    texte = files("duicheck_segur").joinpath("exigences.toml").read_text(encoding="utf-8")
    return depuis(tomllib.loads(texte), livre=True)


def lire_catalogue(chemin: Path) -> Catalogue:
    """A catalogue from a file of its own.

    Raises:
        UsageError: it cannot be read, or is no catalogue.
    """
    return depuis(read_lone_document(chemin, Exigences).valeur)


@reader
def catalogue(declaration: Declaration, exigences: Exigences | None) -> Catalogue:
    """The catalogue of the delivery (role `exigences`), else the one that ships; not read where there is no claim."""
    del declaration
    return catalogue_livre() if exigences is None else depuis(exigences.valeur)


def exiger_couloir(connu: Catalogue, couloir: str) -> None:
    """Refuse to hold a claim of one lane against the requirements of another.

    Raises:
        NotApplicable: they are not of the same lane.
    """
    if connu.couloir != couloir:
        message = (
            f"la déclaration est du couloir « {couloir} » et le catalogue du couloir « {connu.couloir} » ; livrez celui"
            " de la déclaration (rôle « exigences »)"
        )
        raise NotApplicable(message)
