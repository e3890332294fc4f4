"""Rules on the national health identity (INS) of the patient. No message ever shows a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from duicheck.discretion import nirs
from duicheck.findings import Fixer, Severity, Violation
from duicheck.rules import rule
from duicheck_cda.conventions import conventions
from duicheck_cda.documents import DocumentsLus
from duicheck_cda.vue import Identifiant, Patient

__all__ = [
    "ins_cle_fausse",
    "ins_cle_fausse_essai",
    "ins_mal_forme",
    "ins_multiple",
    "ins_oid_inconnu",
    "ins_sexe",
    "matricule_hors_patient",
]

_FORME = re.compile(r"[1-478][0-9]{4}(?:[0-9]{2}|2[AB])[0-9]{8}", re.ASCII)
_CORPS = 13  # characters before the key
_INS = conventions()["ins"]
_PRODUCTION = frozenset(_INS["production"])
_ESSAI = frozenset(_INS["essai"])
_CONNUS = _PRODUCTION | _ESSAI | frozenset(_INS["autres"])
_NOMS = {**_INS["production"], **_INS["essai"], **_INS["autres"]}


def _cle_juste(numero: str) -> bool:
    from stdnum.fr import nir  # noqa: PLC0415 -- start-up

    # Its own check of the shape knows no provisional number (7, 8): only the key is asked.
    return bool(nir.calc_check_digits(numero) == numero[_CORPS:])


def _matricules(patient: Patient, oids: frozenset[str]) -> Iterator[Identifiant]:
    """The identifiers of a patient under these OIDs that carry a number."""
    for each in patient.identifiants:
        if (each.root or "").strip() in oids and each.extension is not None:
            yield each


def _defaut(extension: str) -> str | None:
    """What is wrong with the shape of a number, in words."""
    majuscules = extension.upper()
    causes = (
        (not extension.strip(), "il est vide"),
        (re.search(r"\s", extension) is not None, "il porte des blancs"),
        (len(extension) == _CORPS, "treize caractères : la clé manque"),
        (len(extension) != _CORPS + 2, f"{len(extension)} caractères au lieu de quinze"),
        (_FORME.fullmatch(extension) is not None, None),
        (_FORME.fullmatch(majuscules) is not None, "la lettre de la Corse est en majuscule, 2A ou 2B"),
    )
    forme = "il n'a pas la forme d'un NIR (sexe, année, mois, lieu, rang, clé)"
    return next((cause for vrai, cause in causes if vrai), forme)


@rule(
    "cda/ins-oid-inconnu",
    severity=Severity.ERROR,
    message="Identité du patient\u00a0: {cause}.",
    remedy="Portez l'INS sous l'OID de son autorité d'affectation\u00a0: 1.2.250.1.213.1.4.8 (NIR) ou .9"
    " (NIA)\u00a0; .10 et"
    " .11 pour les essais et démonstrations.",
    since="0.1",
)
def ins_oid_inconnu(lus: DocumentsLus) -> Iterator[Violation]:
    """L'identité du patient est sous un OID qui n'est pas celui d'une INS.

    Deux façons de se tromper : un OID de l'arc des INS (1.2.250.1.213.1.4) qui n'y désigne rien, ou un matricule de
    quinze caractères dont la clé est juste sous un OID d'établissement. Ni le schéma XSD ni la structuration minimale
    ne le voient ; un destinataire, lui, n'y reconnaît pas une identité nationale et crée un doublon. L'INS-C et les
    NSS (.2, .13, .14) sont des OID connus.

    Source : ANS, liste des OID des autorités d'affectation des INS.
    """
    arc = f"{_INS['arc']}."
    for vue in lus.vues():
        for patient in vue.patients:
            for each in patient.identifiants:
                root = (each.root or "").strip()
                if root in _CONNUS:
                    if root != each.root:
                        yield Violation(each.at, {"cause": "l'OID porte des blancs autour de lui"})
                elif root.startswith(arc):
                    yield Violation(each.at, {"cause": f"l'arc des INS n'a pas d'OID {_dit(root, arc)}"})
                elif each.extension is not None and _est_un_nir(each.extension):
                    yield Violation(
                        each.at, {"cause": "un matricule INS est sous un OID qui n'est pas celui d'une INS"}
                    )


def _dit(root: str, arc: str) -> str:
    """An OID below the arc, if it is one: what stands there in a wrong document may be anything."""
    return root if re.fullmatch(r"[0-9]{1,4}", root.removeprefix(arc)) else "de cette forme"


def _est_un_nir(extension: str) -> bool:
    propre = extension.strip()
    return len(propre) == _CORPS + 2 and any(each.certain for each in nirs(propre))


@rule(
    "cda/ins-mal-forme",
    severity=Severity.ERROR,
    message="Matricule {nature} mal formé\u00a0: {cause}.",
    remedy="Le matricule INS a quinze caractères, clé comprise, sans blanc\u00a0: reprenez celui que rend le"
    " téléservice.",
    since="0.1",
)
def ins_mal_forme(lus: DocumentsLus) -> Iterator[Violation]:
    """Un matricule INS n'a pas la forme d'un matricule INS.

    Quinze caractères : sexe, année, mois, lieu (2A et 2B en Corse), rang, clé. Treize chiffres sont un NIR sans sa
    clé ; ni le schéma ni les Schematrons ne le refusent. Les mois hors du calendrier (20, 30 à 42, 50 et plus)
    existent pour les états civils incomplets. Un `id` sans extension et avec nullFlavor n'est pas un matricule.

    Source : référentiel Identifiant national de santé (ANS) ; INSEE, structure du NIR.
    """
    for vue in lus.vues():
        for patient in vue.patients:
            for each in patient.identifiants:
                root = (each.root or "").strip()
                if root not in _PRODUCTION | _ESSAI:
                    continue
                if each.extension is None:
                    cause = None if each.nul else "l'OID est là, le matricule (extension) manque"
                else:
                    cause = _defaut(each.extension)
                if cause is not None:
                    yield Violation(each.at, {"nature": _NOMS[root], "cause": cause})


def _cles_fausses(lus: DocumentsLus, oids: frozenset[str]) -> Iterator[Violation]:
    for vue in lus.vues():
        for patient in vue.patients:
            for each in _matricules(patient, oids):
                extension = each.extension or ""
                if _defaut(extension) is None and not _cle_juste(extension):
                    yield Violation(each.at, {"nature": _NOMS[(each.root or "").strip()]})


@rule(
    "cda/ins-cle-fausse",
    severity=Severity.ERROR,
    message="La clé du matricule {nature} du patient est fausse.",
    remedy="Interrogez le téléservice INSi et reprenez le matricule qu'il rend\u00a0: une saisie ou une recopie"
    " l'a changé.",
    since="0.1",
)
def ins_cle_fausse(lus: DocumentsLus) -> Iterator[Violation]:
    """La clé d'un matricule INS de production est fausse.

    La clé vaut 97 moins le reste de la division des treize premiers chiffres par 97 (2A compte pour 19, 2B pour 18). Un
    chiffre faux ou deux chiffres échangés la changent presque toujours. Le schéma et les Schematrons nationaux ne la
    calculent pas. Sous un OID de test, c'est une information : `cda/ins-cle-fausse-essai`.

    Source : INSEE, clé du NIR ; référentiel Identifiant national de santé (ANS).
    """
    yield from _cles_fausses(lus, _PRODUCTION)


@rule(
    "cda/ins-cle-fausse-essai",
    severity=Severity.INFO,
    message="La clé du matricule {nature} est fausse\u00a0: sans conséquence dans un essai, à ne pas laisser en"
    " production.",
    remedy="Prenez un matricule d'essai dont la clé est juste\u00a0: un destinataire qui la vérifie refusera celui-ci.",
    since="0.1",
)
def ins_cle_fausse_essai(lus: DocumentsLus) -> Iterator[Violation]:
    """La clé d'un matricule INS de test ou de démonstration est fausse.

    Le même calcul que `cda/ins-cle-fausse`, sous les OID .10 et .11 : personne n'est en cause. Les exemples publiés par
    l'ANS en ont quelques-uns.

    Source : INSEE, clé du NIR ; ANS, OID de test et de démonstration des INS.
    """
    yield from _cles_fausses(lus, _ESSAI)


@rule(
    "cda/ins-sexe",
    severity=Severity.WARNING,
    message="Le sexe du patient (administrativeGenderCode) contredit le premier chiffre de son matricule {nature}.",
    remedy="Comparez à l'identité qualifiée. Un changement d'état civil récent peut l'expliquer\u00a0; une"
    " erreur de dossier"
    " aussi, qui mêle deux personnes.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def ins_sexe(lus: DocumentsLus) -> Iterator[Violation]:
    """Le sexe du patient contredit son matricule INS.

    Le premier chiffre du NIR dit le sexe (impair : masculin, pair : féminin). La règle compare à M et F seulement :
    indéterminé, inconnu ou nullFlavor ne contredisent rien. C'est un avertissement : l'état civil change, le NIR suit
    avec retard.

    Source : INSEE, structure du NIR ; RNIV (traits stricts de l'identité) ; le croisement est une convention duicheck.
    """
    attendus = {"M": _INS["sexe"]["masculin"], "F": _INS["sexe"]["feminin"]}
    for vue in lus.vues():
        for patient in vue.patients:
            sexe = patient.sexe
            if sexe is None or sexe.nul or sexe.code not in attendus:
                continue
            for each in _matricules(patient, _PRODUCTION | _ESSAI):
                extension = (each.extension or "").strip()
                if _FORME.match(extension.upper()) is None and not re.fullmatch(r"[0-9]{13}", extension):
                    continue
                if extension[0] not in attendus[sexe.code]:
                    yield Violation(sexe.at, {"nature": _NOMS[(each.root or "").strip()]})


@rule(
    "cda/ins-multiple",
    severity=Severity.WARNING,
    message="Le patient a {matricules} matricules INS différents dans ce document.",
    remedy="Une identité qualifiée a un seul matricule INS\u00a0: gardez celui que rend le téléservice, et jamais un"
    " matricule de test à côté d'un vrai.",
    since="0.1",
)
def ins_multiple(lus: DocumentsLus) -> Iterator[Violation]:
    """Un patient a plusieurs matricules INS dans un même document.

    On compte les matricules distincts sous les OID d'INS (production et essai). Le même répété sous le même OID n'est
    pas signalé, ni les autres identifiants du patient (IPP, NSS, INS-C).

    Source : référentiel Identifiant national de santé (ANS) : une personne a un matricule INS ; convention duicheck.
    """
    for vue in lus.vues():
        for patient in vue.patients:
            distincts = {
                ((each.root or "").strip(), (each.extension or "").strip())
                for each in _matricules(patient, _PRODUCTION | _ESSAI)
            }
            if len(distincts) > 1:
                yield Violation(patient.at, {"matricules": len(distincts)})


@rule(
    "cda/matricule-hors-patient",
    severity=Severity.WARNING,
    message="Un matricule {nature} d'une autre personne que le patient a une forme ou une clé fausse.",
    remedy="Vérifiez l'identité de cette personne, ou n'écrivez pas son matricule s'il n'est pas vérifié.",
    since="0.1",
)
def matricule_hors_patient(lus: DocumentsLus) -> Iterator[Violation]:
    """Un matricule INS ailleurs que chez le patient est mal formé, ou sa clé est fausse.

    Un aidant, un assuré ouvrant droit, un auteur qui est un usager. Ce n'est pas l'identité du document : un
    avertissement suffit. Seuls les OID d'INS de production sont regardés.

    Source : INSEE, clé du NIR ; convention duicheck pour la gravité.
    """
    for vue in lus.vues():
        for each in vue.identifiants:
            root = (each.root or "").strip()
            if root not in _PRODUCTION or each.extension is None:
                continue
            if _defaut(each.extension) is not None or not _cle_juste(each.extension):
                yield Violation(each.at, {"nature": _NOMS[root]})
