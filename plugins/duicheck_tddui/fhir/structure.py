"""Rules on the shape of resources: what must be there, the codes, the FHIR models."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.rules import rule
from duicheck_tddui.fhir.bibliotheque import fautes, modeles
from duicheck_tddui.fhir.exigences import codes_hors_liste, manquants, vides
from duicheck_tddui.fhir.lots import LotsLus

__all__ = ["champ_obligatoire", "code_hors_liste", "structure_fhir", "valeur_vide"]


@rule(
    "tddui/champ-obligatoire",
    severity=Severity.ERROR,
    message="{ressource} : {colonne} manque.",
    remedy="Renseignez cette propriété dans l'export.",
    since="0.1",
)
def champ_obligatoire(lus: LotsLus) -> Iterator[Violation]:
    """Une propriété obligatoire manque à une ressource.

    Pour les ressources du transfert de données : ce que FHIR R4 exige, et ce que les profils TDDUI ajoutent quand la
    ressource s'en réclame. Une propriété absente mais expliquée par une extension (« _status ») n'est pas signalée. Les
    autres obligations de FHIR relèvent de `tddui/structure-fhir`.

    Source : FHIR R4 ; ANS, TDDUI 2.3.0, profils des ressources.
    """
    for lot in lus.lots:
        for ressource in lot.toutes():
            for champ, pointeur in manquants(ressource):
                yield Violation(lot.at(pointeur), {"ressource": ressource.type, "colonne": champ})


@rule(
    "tddui/code-hors-liste",
    severity=Severity.ERROR,
    message="{ressource} : {colonne} n'est pas un code admis ; attendu : {attendu}.",
    remedy="Écrivez un des codes admis, tel quel : ils sont en anglais et en minuscules.",
    since="0.1",
)
def code_hors_liste(lus: LotsLus) -> Iterator[Violation]:
    """Un code n'est pas de la liste que FHIR ou le profil impose.

    Statuts, intentions et genres des ressources du transfert, type et méthode des lots. La valeur fautive n'est pas
    recopiée. Un schéma JSON le voit, la plupart des bibliothèques FHIR non.

    Source : FHIR R4, listes de codes imposées ; ANS, TDDUI 2.3.0, profil tddui-bundle.
    """
    for lot in lus.lots:
        for ressource in lot.toutes():
            for champ, pointeur, admis in codes_hors_liste(ressource):
                faits = {"ressource": ressource.type, "colonne": champ, "attendu": ", ".join(admis)}
                yield Violation(lot.at(pointeur), faits)


@rule(
    "tddui/valeur-vide",
    severity=Severity.ERROR,
    message="{ressource} : une propriété est écrite sans valeur.",
    remedy="N'écrivez pas la propriété, ou dites par une extension pourquoi sa valeur manque.",
    since="0.1",
)
def valeur_vide(lus: LotsLus) -> Iterator[Violation]:
    """Une propriété est nulle, ou vaut un texte, une liste ou un objet vide.

    FHIR n'admet pas de propriété sans valeur : elle n'est pas écrite. Une valeur nulle dans une liste n'a de sens qu'à
    côté de la liste des extensions qui l'expliquent (« _given » à côté de « given »). Des bibliothèques l'acceptent en
    silence.

    Source : FHIR R4, format JSON.
    """
    for lot in lus.lots:
        for ressource in lot.toutes():
            deja = {pointeur for _, pointeur in manquants(ressource)}
            for pointeur in vides(ressource):
                if pointeur not in deja:
                    yield Violation(lot.at(pointeur), {"ressource": ressource.type})


@rule(
    "tddui/structure-fhir",
    severity=Severity.ERROR,
    message="{ressource} : {cause}.",
    remedy="Corrigez l'export d'après la définition de la ressource en FHIR R4.",
    since="0.1",
)
def structure_fhir(lus: LotsLus) -> Iterator[Violation]:
    """Une ressource ne suit pas le modèle FHIR R4.

    Propriétés inconnues, types, formes des dates et des identifiants, valeurs nulles, obligations et codes que les
    règles `tddui/champ-obligatoire` et `tddui/code-hors-liste` ne connaissent pas. Les modèles sont ceux de
    fhir.resources (R4B, dont ces ressources sont celles de R4) ; sans cette bibliothèque la structure n'est pas
    vérifiée, et le rapport le dit. Les profils eux-mêmes, leurs extensions et leurs tranches ne sont pas vérifiés.

    Source : FHIR R4, définitions des ressources.
    """
    modele_de = modeles()
    for lot in lus.lots:
        for ressource in lot.toutes():
            deja = {pointeur for _, pointeur in manquants(ressource)}
            deja |= {pointeur for _, pointeur, _ in codes_hors_liste(ressource)} | set(vides(ressource))
            for faute in fautes(ressource, modele_de):
                if faute.pointeur not in deja:
                    yield Violation(lot.at(faute.pointeur), {"ressource": ressource.type, "cause": faute.cause})
