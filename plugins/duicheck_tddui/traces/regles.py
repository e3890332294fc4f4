"""Rules on traces: can they be read, and do they carry what an event of the log needs?"""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Fact, Location, Severity, Violation
from duicheck.rules import rule
from duicheck_tddui.traces.livrees import TracesLivrees

__all__ = ["champ_manquant", "doctype", "format_inconnu", "mal_formee"]


@rule(
    "traces/doctype",
    severity=Severity.ERROR,
    message="Ce fichier est refusé : il porte {cause}.",
    remedy="Retirez la définition de type : un message d'audit n'en a pas besoin.",
    since="0.1",
)
def doctype(traces: TracesLivrees) -> Iterator[Violation]:
    """Un message d'audit porte un DOCTYPE.

    Une définition de type peut déclarer des entités qui lisent un fichier de la machine, ou qui se multiplient jusqu'à
    l'épuiser. La lecture s'arrête au premier DOCTYPE ; rien n'est développé, rien n'est cherché ailleurs.

    Source : convention de sécurité de duicheck ; le schéma DICOM des messages d'audit n'en prévoit pas.
    """
    yield from traces.defauts("traces/doctype")


@rule(
    "traces/mal-formee",
    severity=Severity.ERROR,
    message="Ce fichier de traces n'est pas lisible en entier : {cause}.",
    remedy="Reprenez le fichier tel que le logiciel l'a écrit ; rien n'en est lu tant qu'il n'est pas entier.",
    since="0.1",
)
def mal_formee(traces: TracesLivrees) -> Iterator[Violation]:
    """Une trace est mal formée : XML, enveloppe syslog, segments ou séparateurs HL7, encodage.

    Un fichier peut porter plusieurs messages, l'un après l'autre ou ligne à ligne derrière un en-tête syslog ; un
    fichier HL7 v2, un lot (FHS, BHS). Il est lu en entier ou pas du tout : un message perdu ferait un compte faux.

    Source : DICOM PS3.15, A.5 ; RFC 5424 ; HL7 v2.5 et v2.6, chapitre 2.
    """
    yield from traces.defauts("traces/mal-formee")


@rule(
    "traces/format-inconnu",
    severity=Severity.ERROR,
    message="Ce fichier n'est pas une trace que duicheck lit : {cause}.",
    remedy="Livrez des messages d'audit (ATNA, en XML ou derrière syslog) ou des messages HL7 v2 (ER7).",
    since="0.1",
)
def format_inconnu(traces: TracesLivrees) -> Iterator[Violation]:
    """Un fichier annoncé comme trace n'en est pas une.

    Sont lus les messages d'audit au schéma DICOM et les messages HL7 v2 en notation ER7. Un document CDA ou un lot FHIR
    a son propre rôle.

    Source : contrat de données, rôle « traces ».
    """
    yield from traces.defauts("traces/format-inconnu")


@rule(
    "traces/champ-manquant",
    severity=Severity.WARNING,
    message="Traces de type {type} sans {colonne}, que le journal demande : {traces} ({cause}).",
    remedy="Complétez la trace à sa source, ou dites ce qui lui manque à « duicheck derive traces »"
    " (--finess-et, --fuseau).",
    since="0.1",
)
def champ_manquant(livrees: TracesLivrees) -> Iterator[Violation]:
    """Une trace d'envoi ou de dépôt ne porte pas ce qu'il faut pour en faire un événement du journal.

    Un message MSSanté ou un dépôt au DMP ne vaut un événement que si la trace dit quand (avec le décalage horaire), où,
    pour qui et avec quelle issue. Les traces d'autre chose (consultations, identités, consentements) ne sont pas des
    événements et ne sont pas signalées. Une ligne par fichier et par champ, à la première trace.

    Source : contrat de données, §1.2 ; ANS, volets de transmission de documents CDA en HL7 v2 (accusés métier) ; IHE
    ITI TF-2, messages d'audit des transactions.
    """
    from duicheck_tddui.traces.evenements import Contexte, Evenement, raconter  # noqa: PLC0415 -- start-up

    comptes: dict[tuple[str, str, str, str], list[int]] = {}
    for each in raconter(livrees.fichiers, Contexte()):
        if isinstance(each, Evenement):
            for champ, cause in each.manques.items():
                comptes.setdefault((each.chemin, each.type, champ, cause), []).append(each.ligne)
    for (chemin, type_, champ, cause), lignes in comptes.items():
        faits: dict[str, Fact] = {"traces": len(lignes), "type": type_, "colonne": champ, "cause": cause}
        yield Violation(Location(chemin, lignes[0]), faits)
