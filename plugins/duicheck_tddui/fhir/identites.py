"""Rules on identities: INS numbers, FINESS numbers. No number is ever repeated, but FINESS, which is public."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Fixer, Location, Severity, Violation
from duicheck.model import Designation, DesignationsTddui
from duicheck.rules import reader, rule
from duicheck_tddui.conventions import conventions
from duicheck_tddui.fhir.identifiants import Identifiant, finess_de, identifiants, oid_ins, un_finess
from duicheck_tddui.fhir.lot import Lot
from duicheck_tddui.fhir.lots import LotsLus

__all__ = [
    "designations",
    "finess_cle",
    "finess_mal_forme",
    "identifiant_local",
    "ins_cle",
    "ins_cle_essai",
    "ins_oid_inconnu",
    "ins_sexe",
]

_CORSE = str.maketrans({"A": "1", "B": "2"})
_ENTIER = 15  # characters: thirteen, and the key
_SANS_CLE = 13


@rule(
    "tddui/ins-oid-inconnu",
    severity=Severity.ERROR,
    message="L'autorité d'affectation de cette identité n'est pas une de celles de l'INS.",
    remedy="Donnez l'OID de l'INS-NIR (.8) ou de l'INS-NIA (.9) ; .10 et .11 pour les identités d'essai.",
    since="0.1",
)
def ins_oid_inconnu(lus: LotsLus) -> Iterator[Violation]:
    """Un identifiant est rangé sous un OID d'INS qui n'existe pas.

    Les OID de l'identité nationale de santé sont 1.2.250.1.213.1.4.8 (INS-NIR), .9 (INS-NIA), .10 (test), .11
    (démonstration) ; .2, .13 et .14 désignent l'ancien INS-C et les numéros de sécurité sociale. Tout autre numéro de
    cet arc est une faute de frappe.

    Source : ANS, liste des OID des autorités d'affectation des INS ; FR Core, Patient INS.
    """
    ins = conventions()["ins"]
    connus = {*ins["production"], *ins["essai"], *ins["autres"]}
    for lot in lus.lots:
        for each in identifiants(lot):
            oid = oid_ins(each.systeme)
            if oid is not None and oid not in connus:
                yield Violation(lot.at(each.pointeur.removesuffix("/value") + "/system"))


def _matricules(lot: Lot, sorte: str) -> Iterator[Identifiant]:
    """The INS numbers of the bundle: of production, or of tests."""
    oids = conventions()["ins"][sorte]
    for each in identifiants(lot):
        if oid_ins(each.systeme) in oids:
            yield each


def _defaut(matricule: str) -> str | None:
    """What is wrong with an INS number, without quoting it."""
    from stdnum.fr import nir  # noqa: PLC0415 -- start-up

    if len(matricule) == _SANS_CLE:
        return "il a treize caractères, la clé manque"
    if len(matricule) != _ENTIER:
        return "il n'a pas quinze caractères"
    if not matricule.isascii() or not matricule.isalnum() or matricule != matricule.upper():
        return "il n'est pas fait de chiffres (2A et 2B pour la Corse)"
    return None if nir.is_valid(matricule) else "sa clé ne va pas"


@rule(
    "tddui/ins-cle",
    severity=Severity.ERROR,
    message="Le matricule INS ne va pas : {cause}.",
    remedy="Reprenez le matricule rendu par le téléservice INSi ; il ne se saisit pas à la main.",
    since="0.1",
)
def ins_cle(lus: LotsLus) -> Iterator[Violation]:
    """Un matricule INS de production n'a pas quinze caractères, ou sa clé est fausse.

    La clé est 97 moins le reste de la division des treize premiers chiffres par 97 (2A compte pour 19, 2B pour 18).
    Toutes les ressources sont regardées, contenues comprises. Le matricule n'est jamais recopié.

    Source : référentiel INS ; INSEE, numéro d'inscription au répertoire.
    """
    for lot in lus.lots:
        for each in _matricules(lot, "production"):
            if (cause := _defaut(each.valeur)) is not None:
                yield Violation(lot.at(each.pointeur), {"cause": cause})


@rule(
    "tddui/ins-cle-essai",
    severity=Severity.INFO,
    message="Le matricule INS d'essai ne va pas : {cause}.",
    remedy="Rien à corriger si l'identité est fictive ; en production, ce serait une erreur.",
    since="0.1",
)
def ins_cle_essai(lus: LotsLus) -> Iterator[Violation]:
    """Un matricule INS d'essai n'a pas la bonne clé.

    Des exemples officiels portent des matricules fictifs dont la clé est fausse, sous les OID de test (.10) et de
    démonstration (.11) : c'est une information.

    Source : ANS, liste des OID des autorités d'affectation des INS.
    """
    for lot in lus.lots:
        for each in _matricules(lot, "essai"):
            if (cause := _defaut(each.valeur)) is not None:
                yield Violation(lot.at(each.pointeur), {"cause": cause})


@rule(
    "tddui/ins-sexe",
    severity=Severity.WARNING,
    message="Le sexe de la ressource Patient contredit le premier chiffre de son matricule INS.",
    remedy="Vérifiez l'identité : le sexe fait partie des traits que le téléservice INSi rend.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def ins_sexe(lus: LotsLus) -> Iterator[Violation]:
    """Le sexe d'une personne contredit son matricule INS.

    Le premier chiffre dit le sexe à l'inscription (1, 3, 7 : masculin ; 2, 4, 8 : féminin). Il peut différer à bon
    droit après un changement d'état civil : c'est un avertissement. Un sexe autre ou inconnu ne contredit rien.

    Source : INSEE, numéro d'inscription au répertoire ; FHIR R4, Patient.gender.
    """
    sexes = conventions()["ins"]["sexe"]
    for lot in lus.lots:
        for each in _matricules(lot, "production"):
            attendus = sexes.get(each.porteur.get("gender"))
            contraires = [chiffre for chiffres in sexes.values() for chiffre in chiffres if chiffres != attendus]
            if attendus is not None and each.valeur[:1] in contraires:
                yield Violation(lot.at(each.pointeur))


def _finess(lot: Lot) -> Iterator[tuple[str, Location]]:
    """The texts that stand where a FINESS number is due, each once."""
    vus = set()
    for each in identifiants(lot):
        numero = finess_de(each)
        if numero is not None and numero not in vus:
            vus.add(numero)
            yield numero, lot.at(each.pointeur)


@reader
def designations(lus: LotsLus) -> DesignationsTddui:
    """The FINESS numbers of the transfers, whatever they identify, file by file."""
    return DesignationsTddui(
        [Designation(lot.at(""), [numero for numero, _ in _finess(lot) if un_finess(numero)]) for lot in lus.lots]
    )


@rule(
    "tddui/finess-mal-forme",
    severity=Severity.ERROR,
    message="Un numéro FINESS est attendu ici : deux caractères pour le lieu, puis sept chiffres.",
    remedy="Reprenez le numéro géographique (ET) de l'établissement dans l'annuaire FINESS.",
    since="0.1",
)
def finess_mal_forme(lus: LotsLus) -> Iterator[Violation]:
    """Ce qui se donne pour un numéro FINESS n'en a pas la forme.

    Sont regardés les identifiants de structure (système FINESS, ou OID 1.2.250.1.71.4.2.2 précédé de 1) et les
    identifiants locaux, qui commencent par 3 puis le numéro. La valeur n'est pas recopiée : on ne sait pas ce que
    c'est.

    Source : schéma « structures » des flux FINESS de l'ANS ; ANS, TDDUI 2.3.0, format des identifiants.
    """
    for lot in lus.lots:
        for numero, at in _finess(lot):
            if not un_finess(numero):
                yield Violation(at)


@rule(
    "tddui/finess-cle",
    severity=Severity.WARNING,
    message="{finess} : le dernier chiffre n'est pas la clé attendue. Cette clé se constate sur les numéros publics,"
    " aucun texte officiel ne la décrit.",
    remedy="Comparez le numéro à l'annuaire FINESS : un chiffre est sans doute faux ou deux sont échangés.",
    since="0.1",
)
def finess_cle(lus: LotsLus) -> Iterator[Violation]:
    """La clé d'un numéro FINESS ne va pas.

    Le dernier chiffre est une clé de Luhn sur les neuf, la lettre de la Corse comptant pour 1 (A) ou 2 (B). Plus de la
    moitié des numéros des exemples officiels sont fictifs et ne la respectent pas : c'est un avertissement.

    Source : convention duicheck, constatée sur les extraits publics du fichier FINESS.
    """
    from stdnum import luhn  # noqa: PLC0415 -- start-up

    for lot in lus.lots:
        for numero, at in _finess(lot):
            if un_finess(numero) and not luhn.is_valid(numero.translate(_CORSE)):
                yield Violation(at, {"finess": numero})


@rule(
    "tddui/identifiant-local",
    severity=Severity.WARNING,
    message="Cet identifiant n'a pas la forme attendue : 3, puis le numéro FINESS, « / » et l'identifiant local.",
    remedy="Composez l'identifiant comme le guide le demande : sans le numéro FINESS, il n'est unique que chez vous.",
    since="0.1",
)
def identifiant_local(lus: LotsLus) -> Iterator[Violation]:
    """Un identifiant de séjour, d'événement, de projet ou d'usager n'est pas composé comme le guide le demande.

    La forme est « 3 + FINESS / identifiant local », avec un suffixe pour les séjours, les événements et les projets. La
    valeur n'est pas recopiée. Un numéro FINESS mal formé relève de `tddui/finess-mal-forme`.

    Source : ANS, TDDUI 2.3.0, profils Patient, Encounter et CarePlan (format d'identifiant à respecter).
    """
    systemes = conventions()["systemes"]
    locaux = {systemes[nom] for nom in ("sejour", "evenement", "projet", "usager")}
    for lot in lus.lots:
        for each in identifiants(lot):
            if each.systeme in locaux and (finess_de(each) is None or each.valeur.endswith("/")):
                yield Violation(lot.at(each.pointeur))
