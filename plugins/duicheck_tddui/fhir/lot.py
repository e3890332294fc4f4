"""One bundle as the rules and the derivation see it: its resources, where each stands, what each refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

from duicheck.discretion import Discreet
from duicheck.findings import Location
from duicheck_tddui.conventions import conventions

__all__ = ["Lot", "Ressource", "objets"]


class Ressource(Discreet, frozen=True):
    """One resource of a bundle: its JSON pointer, its value, the address that the bundle gives it."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"valeur"})

    pointeur: str
    valeur: Mapping[str, Any]
    url: str | None = None

    @property
    def type(self) -> str:
        """Its `resourceType`, as written."""
        return str(self.valeur["resourceType"])

    @property
    def profils(self) -> tuple[str, ...]:
        """The names of its TDDUI profiles, without the address of the guide nor a version."""
        racine = conventions()["profils"]["racine"]
        meta = self.valeur.get("meta")
        dits = meta.get("profile") if isinstance(meta, dict) else None
        return tuple(
            dit.removeprefix(racine).partition("|")[0]
            for dit in (dits if isinstance(dits, list) else ())
            if isinstance(dit, str) and dit.startswith(racine)
        )

    def est(self, *profils: str) -> bool:
        """Whether it claims one of these profiles."""
        return not set(profils).isdisjoint(self.profils)


class Lot(Discreet, frozen=True):
    """A JSON text whose root is a FHIR resource. `version` is « 1 », « 2 », or None where it is no transfer of data.

    `ressources` are those of the entries, or the root itself where it is no Bundle; contained ones are not listed.
    """

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"lignes", "par_url", "par_nom"})

    fichier: str
    racine: Ressource
    ressources: Sequence[Ressource]
    version: str | None
    lignes: Mapping[str, int]
    par_url: Mapping[str, Ressource]
    par_nom: Mapping[str, Ressource]

    @property
    def est_un_lot(self) -> bool:
        """Whether the root is a Bundle."""
        return self.racine.type == "Bundle"

    def toutes(self) -> Iterator[Ressource]:
        """The root, then the resources of the entries."""
        yield self.racine
        if self.est_un_lot:
            yield from self.ressources

    def at(self, pointeur: str) -> Location:
        """Where a value stands; a missing one: the line of what should hold it."""
        connu = pointeur
        while connu and connu not in self.lignes:
            connu = connu.rpartition("/")[0]
        dernier = pointeur.rpartition("/")[2]
        return Location(
            self.fichier,
            self.lignes.get(connu),
            None if not dernier or dernier.isdigit() else dernier,
            pointeur or None,
        )

    def resoudre(self, reference: str, depuis: Ressource) -> Ressource | None:
        """The resource of the bundle that a reference names, by the rules of FHIR for bundles; None: none."""
        nue = reference.partition("/_history/")[0]
        if nue in self.par_url:
            return self.par_url[nue]
        if ":" in nue.partition("/")[0]:
            return None
        if depuis.url is not None and (base := _base(depuis)) is not None and base + nue in self.par_url:
            return self.par_url[base + nue]
        return self.par_nom.get(nue)


def _base(ressource: Ressource) -> str | None:
    """The address of the server in `https://serveur/Type/id`."""
    url = ressource.url or ""
    fin = f"/{ressource.type}/{ressource.valeur.get('id')}"
    return url[: -len(fin) + 1] if url.startswith(("http://", "https://")) and url.endswith(fin) else None


def objets(valeur: Any, pointeur: str) -> Iterator[tuple[str, Mapping[str, Any]]]:  # noqa: ANN401 -- any JSON value
    """Every object of a value with its pointer, the outer ones first, in the order of the text."""
    reste: list[tuple[str, Any]] = [(pointeur, valeur)]
    while reste:
        ici, each = reste.pop()
        if isinstance(each, dict):
            yield ici, each
            reste += [(f"{ici}/{_pas(cle)}", enfant) for cle, enfant in reversed(each.items())]
        elif isinstance(each, list):
            reste += [(f"{ici}/{rang}", enfant) for rang, enfant in reversed(list(enumerate(each)))]


def _pas(cle: str) -> str:
    return cle.replace("~", "~0").replace("/", "~1")
