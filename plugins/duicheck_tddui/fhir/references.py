"""Rules on references: what a resource names must be there."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.rules import rule
from duicheck_tddui.fhir.lot import Lot, Ressource, objets
from duicheck_tddui.fhir.lots import LotsLus

__all__ = ["reference_hors_lot", "reference_pendante"]


def _references(lot: Lot) -> Iterator[tuple[Ressource, str, str]]:
    """Every reference of a bundle: the resource that holds it, the pointer, the text."""
    for ressource in lot.ressources:
        for pointeur, objet in objets(ressource.valeur, ressource.pointeur):
            if isinstance(reference := objet.get("reference"), str) and reference:
                yield ressource, f"{pointeur}/reference", reference


def _contenue(ressource: Ressource, reference: str) -> bool:
    dedans = ressource.valeur.get("contained")
    connus = [each.get("id") for each in (dedans if isinstance(dedans, list) else ()) if isinstance(each, dict)]
    return reference == "#" or reference[1:] in connus


@rule(
    "tddui/reference-pendante",
    severity=Severity.ERROR,
    message="{ressource} renvoie à une ressource qui n'est pas dans {ensemble}.",
    remedy="Ajoutez la ressource au lot, ou corrigez la référence.",
    since="0.1",
)
def reference_pendante(lus: LotsLus) -> Iterator[Violation]:
    """Une référence qui ne peut désigner qu'une ressource du lot n'en désigne aucune.

    Une référence « #… » désigne une ressource contenue dans la même ressource ; une référence « urn:uuid: » ou
    « urn:oid: », une entrée du même lot. Rien d'autre ne peut les satisfaire. Ni les schémas ni les bibliothèques ne
    le vérifient.

    Source : FHIR R4, références, et résolution des références dans un lot (Bundle).
    """
    for lot in lus.lots:
        for ressource, pointeur, reference in _references(lot):
            if reference.startswith("#"):
                perdue, ensemble = not _contenue(ressource, reference), "la même ressource"
            else:
                perdue = reference.startswith("urn:") and lot.est_un_lot and lot.resoudre(reference, ressource) is None
                ensemble = "le lot"
            if perdue:
                yield Violation(lot.at(pointeur), {"ressource": ressource.type, "ensemble": ensemble})


@rule(
    "tddui/reference-hors-lot",
    severity=Severity.WARNING,
    message="{ressource} renvoie à une ressource que le lot ne porte pas.",
    remedy="Joignez cette ressource : qui reçoit le lot n'a pas accès au serveur d'origine.",
    since="0.1",
)
def reference_hors_lot(lus: LotsLus) -> Iterator[Violation]:
    """Une référence désigne une ressource d'un serveur, que le lot ne porte pas.

    FHIR l'admet (« Patient/123 » existe peut-être sur le serveur), mais un transfert se lit ailleurs : ce qui n'y est
    pas est perdu pour qui le reçoit. Les références conditionnelles (« Patient?identifier=… »), faites pour être
    résolues par le serveur, ne sont pas signalées.

    Source : convention duicheck, d'après l'objet du transfert de données DUI ; FHIR R4, références.
    """
    for lot in lus.lots:
        if not lot.est_un_lot:
            continue
        for ressource, pointeur, reference in _references(lot):
            ailleurs = reference.startswith(("#", "urn:")) or "?" in reference
            if not ailleurs and lot.resoudre(reference, ressource) is None:
                yield Violation(lot.at(pointeur), {"ressource": ressource.type})
