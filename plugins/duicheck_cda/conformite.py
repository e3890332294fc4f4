"""Rules by the national texts themselves: the XML Schema, the Schematrons, the value sets of a package."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Fixer, Severity, Violation
from duicheck.model import Paquets
from duicheck.rules import rule
from duicheck_cda.controles import Controle, ControlesSchematron
from duicheck_cda.conventions import conventions
from duicheck_cda.documents import DocumentsLus
from duicheck_cda.paquet import PaquetCda
from duicheck_cda.xsd import ValidationXsd

if TYPE_CHECKING:
    from duicheck_cda.schematron import Failure

__all__ = [
    "code_hors_terminologie",
    "modele_de_contenu",
    "modele_de_contenu_transfert",
    "non_verifie",
    "schematron_muet",
    "schematron_reserve",
    "structuration_minimale",
    "type_de_document_inconnu",
    "xsd_non_conforme",
]

_DOUX = frozenset({"warning", "warn", "info", "information", "hint"})


@rule(
    "cda/xsd-non-conforme",
    severity=Severity.ERROR,
    message="Le schéma XML de CDA n'est pas respecté\u00a0: {cause}.",
    remedy="Comparez l'élément au schéma de CDA R2\u00a0: il est souvent mal placé, ou un élément obligatoire"
    " manque avant lui.",
    since="0.1",
)
def xsd_non_conforme(validation: ValidationXsd) -> Iterator[Violation]:
    """Un document CDA n'est pas valide contre le schéma XML de CDA R2, extensions comprises.

    Le schéma vient du paquet de règles nationales : ses extensions françaises ne sont pas sous une licence qui
    permette de les redistribuer. Sans paquet, la règle n'est pas vérifiée. Une faute en entraîne souvent d'autres
    dans la suite de l'élément. Les valeurs refusées ne sont pas recopiées.

    Source : HL7 CDA R2, schéma POCD_MT000040 ; ANS, CDA_extended.xsd.
    """
    for ecart in validation.ecarts:
        suite = f" ; attendu ici : {ecart.attendu}" if ecart.attendu else ""
        yield Violation(ecart.at, {"cause": f"{ecart.cause}{suite}"})


def _violation(controle: Controle, failure: Failure) -> Violation:
    at = controle.document.situer(failure.line, failure.pointer)
    return Violation(at, {"schematron": controle.schema, "cause": failure.text})


def _doux(failure: Failure) -> bool:
    return (failure.role or "").lower() in _DOUX or (failure.report and failure.role is None)


@rule(
    "cda/structuration-minimale",
    severity=Severity.ERROR,
    message="En-tête non conforme\u00a0: {cause} ({schematron})",
    remedy="Le message est celui du Schematron national\u00a0: corrigez l'élément que son chemin désigne.",
    since="0.1",
)
def structuration_minimale(controles: ControlesSchematron) -> Iterator[Violation]:
    """L'en-tête d'un document CDA n'est pas conforme à la structuration minimale du CI-SIS.

    Patient et ses traits, auteur, conservateur, responsable, type de document, événement documenté : le Schematron
    national de la structuration minimale, exécuté par duicheck (XPath 2, sans processeur XSLT), ou par SaxonC avec
    `--moteur saxon`. La clause est citée telle que le Schematron l'écrit ; les valeurs du document qu'elle
    recopierait sont remplacées par « … ». Un Schematron qui ne déclenche aucune règle, ou à qui un fichier manque,
    n'est jamais vert.

    Source : ANS, CI-SIS, volet Structuration minimale des documents de santé (Schematron ASIP-STRUCT-MIN-StrucMin).
    """
    echecs = [each for each in controles.echecs(entete=True) if not _doux(each[1])]
    if not echecs:
        controles.exiger(entete=True)
    for controle, failure in echecs:
        yield _violation(controle, failure)


@rule(
    "cda/modele-de-contenu",
    severity=Severity.ERROR,
    message="Contenu non conforme\u00a0: {cause} ({schematron})",
    remedy="Le message est celui du Schematron national\u00a0: corrigez l'élément que son chemin désigne.",
    since="0.1",
)
def modele_de_contenu(controles: ControlesSchematron) -> Iterator[Violation]:
    """Le corps d'un document CDA n'est pas conforme aux modèles de contenu nationaux.

    Les Schematrons généraux (IHE, modèles de contenu du CI-SIS, modèles de l'ANS) et celui du type de document,
    choisi dans le paquet d'après les gabarits (templateId), le code et la version que le document annonce. Les
    transferts de données DUI sont à part (`cda/modele-de-contenu-transfert`) : leurs gabarits contredisent les
    modèles généraux.

    Source : ANS, CI-SIS, volet Modèles de contenus CDA et volets par type de document ; profils IHE PCC.
    """
    echecs = [
        each
        for each in controles.echecs(entete=False)
        if not _doux(each[1]) and not (each[0].document.transfert and not each[0].propre)
    ]
    if not echecs:
        controles.exiger(entete=False)
    for controle, failure in echecs:
        yield _violation(controle, failure)


@rule(
    "cda/modele-de-contenu-transfert",
    severity=Severity.INFO,
    message="Transfert de données DUI, écart à un modèle général\u00a0: {cause} ({schematron})",
    remedy="À lire sans alarme\u00a0: les gabarits du transfert de données DUI contredisent par endroits les"
    " modèles généraux.",
    since="0.1",
)
def modele_de_contenu_transfert(controles: ControlesSchematron) -> Iterator[Violation]:
    """Un transfert de données DUI s'écarte des modèles de contenu généraux.

    L'exemple officiel du volet « Transfert de données DUI » échoue lui-même à dix assertions des Schematrons IHE et
    des modèles de contenu : ses gabarits les contredisent. Ces écarts sont dits et ne comptent pas ; l'en-tête et le
    schéma XML restent exigés.

    Source : ANS, volet de contenu CDA « Transfert de données DUI » 1.0.1 ; constat de duicheck sur son exemple.
    """
    for controle, failure in controles.echecs(entete=False):
        if controle.document.transfert and not controle.propre:
            yield _violation(controle, failure)


@rule(
    "cda/schematron-reserve",
    severity=Severity.WARNING,
    message="Réserve d'un Schematron national\u00a0: {cause} ({schematron})",
    remedy="Le Schematron lui-même en fait un avertissement\u00a0: corrigez si vous le pouvez.",
    since="0.1",
)
def schematron_reserve(controles: ControlesSchematron) -> Iterator[Violation]:
    """Un Schematron national fait une réserve : un avertissement, une information ou un signalement.

    Les assertions dont le rôle est « warning » ou « info », et les signalements (report) sans rôle.

    Source : ANS et IHE, Schematrons du paquet ; ISO/IEC 19757-3, attribut role.
    """
    for entete in (True, False):
        for controle, failure in controles.echecs(entete=entete):
            if _doux(failure):
                yield _violation(controle, failure)


@rule(
    "cda/non-verifie",
    severity=Severity.ERROR,
    waivable=False,
    incomplete=True,
    message="Contrôle qui n'a pas eu lieu ({schematron})\u00a0: {cause}.",
    remedy="Complétez ou réparez le paquet de règles nationales, puis recommencez\u00a0: rien ne permet de dire"
    " que ce document"
    " est juste.",
    since="0.1",
    fixer=Fixer.CHECKER,
)
def non_verifie(controles: ControlesSchematron) -> Iterator[Violation]:
    """Un contrôle national qui devait avoir lieu n'a pas eu lieu.

    Un Schematron d'en-tête ou de type de document qui ne déclenche aucune règle, un jeu de valeurs absent du paquet,
    une expression que duicheck ne sait pas évaluer, un processus tombé ou trop lent. Ces documents paraîtraient
    justes : le verdict reste indéterminé.

    Source : convention duicheck : ce qui n'est pas vérifié n'est jamais vert.
    """
    for trou in controles.trous():
        yield Violation(trou.at, {"schematron": trou.schema or "Schematrons de contenu", "cause": trou.cause})


@rule(
    "cda/schematron-muet",
    severity=Severity.INFO,
    message="Rien n'est vérifié ici par {schematron}\u00a0: {cause}.",
    remedy="Rien à faire si le document ne contient pas ce que ces modèles décrivent\u00a0; sinon, vérifiez ses"
    " gabarits"
    " (templateId).",
    since="0.1",
    fixer=Fixer.CHECKER,
)
def schematron_muet(controles: ControlesSchematron) -> Iterator[Violation]:
    """Un Schematron général n'a rien trouvé à vérifier, ou le paquet n'a pas celui du type de document.

    Un modèle général qui ne reconnaît aucun gabarit dans un document se tait, et son silence ressemble à un accord.
    Il est dit ici, document par document ; s'ils se taisent tous, c'est `cda/non-verifie`.

    Source : convention duicheck : ce qui n'est pas vérifié est dit.
    """
    for trou in controles.muets():
        yield Violation(trou.at, {"schematron": trou.schema or "les Schematrons du paquet", "cause": trou.cause})


@rule(
    "cda/type-de-document-inconnu",
    severity=Severity.ERROR,
    message="{cause}",
    remedy="Prenez le code dans le jeu de valeurs national des types de document (JDV_J07, XdsTypeCode).",
    since="0.1",
)
def type_de_document_inconnu(lus: DocumentsLus, paquet: PaquetCda) -> Iterator[Violation]:
    """Le type d'un document n'est pas dans la liste nationale.

    L'élément code de l'en-tête, comparé au jeu de valeurs JDV_J07 (XdsTypeCode) du paquet, code et système ensemble. Un
    DMP ou une messagerie qui ne connaît pas le type range le document au hasard, ou le refuse.

    Source : ANS, CI-SIS, JDV_J07-XdsTypeCode-CISIS (1.2.250.1.213.1.1.5.471) ; volet Structuration minimale.
    """
    jeu = paquet.jeux.jeu(conventions()["paquet"]["types_de_document"])
    if jeu is None:
        message = "le paquet de règles nationales n'a pas le jeu de valeurs des types de document (JDV_J07)"
        raise NotAvailable(message, frozenset({Paquets.role}))
    for vue in lus.vues():
        code = vue.type_document
        if code is None:
            yield Violation(vue.at, {"cause": "Le document n'annonce pas son type (élément code de l'en-tête)."})
        elif code.nul or code.code is None:
            yield Violation(code.at, {"cause": "Le type du document n'est pas dit (nullFlavor ou code absent)."})
        elif (code.code, code.systeme or "") not in jeu:
            yield Violation(code.at, {"cause": "Le type du document n'est pas dans la liste nationale (JDV_J07)."})


@rule(
    "cda/code-hors-terminologie",
    severity=Severity.ERROR,
    message="Un code n'est pas dans la terminologie qu'il annonce ({terminologie}).",
    remedy="Reprenez le code dans la version courante de la terminologie, ou corrigez codeSystem.",
    since="0.1",
)
def code_hors_terminologie(lus: DocumentsLus, paquet: PaquetCda) -> Iterator[Violation]:
    """Un code n'existe pas dans la terminologie qu'il annonce.

    Chaque code du document est cherché dans l'index des terminologies du paquet (un fichier par codeSystem), lu une
    fois : c'est ce que fait le Schematron « terminologie » en relisant les fichiers à chaque code. Les codes dont la
    terminologie n'est pas dans le paquet ne sont pas vérifiés ; si c'est le cas de certains et qu'aucun autre n'est
    faux, la règle n'est pas vérifiée, elle n'est pas respectée.

    Source : ANS, paquet de test des contenus CDA, Schematron « terminologie » ; HL7 V3 Datatypes R1, CD.
    """
    inconnus: Counter[str] = Counter()
    verifies = faux = 0
    if not len(paquet.terminologies):
        message = "le paquet de règles nationales n'a aucune terminologie (fichiers .rdf)"
        raise NotAvailable(message, frozenset({Paquets.role}))
    for vue in lus.vues():
        for code in vue.codes:
            codes = paquet.terminologies.codes(code.systeme or "")
            if codes is None:
                inconnus[code.systeme or ""] += 1
                continue
            verifies += 1
            if code.code not in codes:
                faux += 1
                faits: dict[str, Fact] = {"terminologie": code.systeme or ""}
                yield Violation(code.at, faits)
    if not faux and inconnus:
        total = verifies + inconnus.total()
        message = (
            f"codes de terminologies que le paquet n'a pas : {inconnus.total()} sur {total}"
            f" (terminologies absentes : {len(inconnus)})"
        )
        raise NotAvailable(message, frozenset({Paquets.role}))
