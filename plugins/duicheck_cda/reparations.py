"""What was mended in the packs of national rules: said beside what they were used to say."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Fixer, Location, Severity, Violation
from duicheck.model import Paquets
from duicheck.rules import rule
from duicheck_cda.documents import DocumentsLus

__all__ = ["paquet_repare"]


@rule(
    "cda/paquet-repare",
    severity=Severity.INFO,
    message="Paquet « {paquet} », {fichier_paquet} : {reparation}.",
    remedy="Rien à changer dans la livraison ; un paquet corrigé par l'éditeur s'installe par « duicheck packs add ».",
    since="0.1",
    fixer=Fixer.CHECKER,
)
def paquet_repare(documents: DocumentsLus, paquets: Paquets) -> Iterator[Violation]:
    """Un paquet de règles nationales a été réparé, ou est incomplet.

    Les paquets publiés ne fonctionnent pas toujours tels quels : chemins qui diffèrent par la casse, fichiers vides ou
    absents, listes à reconstruire. Ce qui a été fait à l'installation est redit ici, pour que chacun puisse juger de ce
    que les autres règles du groupe ont vérifié, et de ce qu'elles n'ont pas pu vérifier. Les empreintes du paquet sont
    dans rapport.json (`paquets`).

    Source : convention duicheck ; défauts relevés sur le paquet de test des contenus CDA 3.0 de l'ANS.
    """
    del documents  # nothing is checked with a pack where there is no document
    dossiers = set(paquets.dossiers)
    for paquet in paquets.utilises:
        if paquet.dossier not in dossiers:
            continue
        for each in paquet.reparations:
            faits = {"paquet": paquet.nom, "fichier_paquet": each.fichier, "reparation": each.texte}
            yield Violation(Location(), faits)
