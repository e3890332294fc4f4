"""The rule about headings."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Severity, Violation
from duicheck.model import Lecture
from duicheck.rules import rule
from duicheck_confidentialite.donnees import DonneesPersonnelles

__all__ = ["colonne_nominative"]

_MOTS = {
    "adresse": "une adresse",
    "courriel": "une adresse électronique",
    "naissance": "une naissance",
    "nir": "un numéro de sécurité sociale ou un matricule INS",
    "nom": "un nom",
    "patient": "une personne accompagnée",
    "prenom": "un prénom",
    "securite sociale": "un numéro de sécurité sociale",
    "telephone": "un téléphone",
}


@rule(
    "confidentialite/colonne-nominative",
    severity=Severity.ERROR,
    waivable=False,
    blocking=True,
    message="Le titre de la colonne {position} annonce {nature}.",
    remedy="Ôtez la colonne de l'export ; les pseudonymes suffisent à tous les calculs.",
    since="0.1",
)
def colonne_nominative(donnees: DonneesPersonnelles, lecture: Lecture) -> Iterator[Violation]:
    """Un titre de colonne annonce un nom, un prénom, une naissance, une adresse ou un numéro de personne.

    Le titre lui-même n'est pas recopié : il peut nommer quelqu'un. Dans la liste des structures et l'extrait FINESS,
    le nom et l'adresse sont ceux d'un établissement, et ne comptent pas. Un titre reconnu comme celui d'un
    pseudonyme du contrat (« Identifiant de la personne », « usager ») ne compte pas non plus.

    Source : convention duicheck (contrat d'échange, §1 : des pseudonymes, jamais des noms).
    """
    if not lecture.tables:
        message = "la livraison n'a aucune table"
        raise NotApplicable(message)
    for violation in donnees.de("titre"):
        yield Violation(violation.at, {**violation.facts, "nature": _MOTS[str(violation.facts["nature"])]})
