"""Who a stay or an event is about, and where: the texts behind the pseudonyms, and the establishment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from duicheck_tddui.conventions import conventions
from duicheck_tddui.derivation.pseudonymes import Pseudonymes
from duicheck_tddui.fhir.identifiants import Identifiant, ceux_de, finess_de, oid_ins, un_finess
from duicheck_tddui.fhir.lot import Lot, Ressource

__all__ = ["dossier", "finess_du_texte", "finess_par_identifiant", "lie", "personne", "personne_de", "valeur_de"]


def personne(qui: tuple[str, str], pseudonymes: Pseudonymes) -> str:
    """The pseudonym of a person."""
    return pseudonymes.donner("P", *qui)


def dossier(qui: tuple[str, str], finess: str, pseudonymes: Pseudonymes) -> str:
    """The pseudonym of a person's record in an establishment: a convention of ours, one record for each."""
    return pseudonymes.donner("D", finess, *qui)


def lie(lot: Lot, ressource: Ressource, propriete: str) -> Ressource | None:
    """The resource that a property refers to, if the bundle holds it."""
    dit = ressource.valeur.get(propriete)
    reference = dit.get("reference") if isinstance(dit, dict) else None
    if not isinstance(reference, str):
        return None
    if reference.startswith("#"):
        dedans = ressource.valeur.get("contained")
        for rang, each in enumerate(dedans if isinstance(dedans, list) else ()):
            if isinstance(each, dict) and each.get("id") == reference[1:] and isinstance(each.get("resourceType"), str):
                return Ressource(f"{ressource.pointeur}/contained/{rang}", each)
        return None
    return lot.resoudre(reference, ressource)


def personne_de(patient: Mapping[str, Any]) -> tuple[str, str] | None:
    """What identifies a patient: the INS, else the local identifier, else the first one; (authority, identifier)."""
    connus = list(ceux_de(patient, ""))
    ins = conventions()["ins"]
    officiels = {*ins["production"], *ins["essai"]}
    for each in connus:
        if (oid := oid_ins(each.systeme)) in officiels:
            return oid or "", each.valeur
    local = [each for each in connus if each.systeme == conventions()["systemes"]["usager"]]
    choisi = next(iter([*local, *connus]), None)
    return None if choisi is None else (choisi.systeme, choisi.valeur)


def valeur_de(ressource: Ressource, systeme: str) -> str | None:
    """The identifier of a resource in a system, else its first one."""
    connus = list(ceux_de(ressource.valeur, ""))
    bons = [each for each in connus if each.systeme == conventions()["systemes"][systeme]]
    choisi = next(iter([*bons, *connus]), None)
    return None if choisi is None else choisi.valeur


def finess_par_identifiant(identifiants: Iterable[Identifiant]) -> str | None:
    """The FINESS number of an establishment: that of the geographic entity, else the only one that is not legal."""
    systemes = conventions()["systemes"]
    trouves = [(each, finess_de(each)) for each in identifiants]
    bons = [(each, numero) for each, numero in trouves if numero is not None and un_finess(numero)]
    for each, numero in bons:
        if systemes["finess_geographique"] in each.codes:
            return numero
    seuls = {numero for each, numero in bons if systemes["finess_juridique"] not in each.codes}
    return seuls.pop() if len(seuls) == 1 else None


def finess_du_texte(identifiant: str | None) -> str | None:
    """The FINESS number at the head of a local identifier, « 3 + FINESS / … »."""
    tete, barre, _ = (identifiant or "").partition("/")
    prefixe = conventions()["systemes"]["prefixe_local"]
    return tete[1:] if barre and tete[:1] == prefixe and un_finess(tete[1:]) else None
