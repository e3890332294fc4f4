"""Rules on what a document embeds: is it what it says, and can it harm who opens it?"""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.rules import rule
from duicheck_cda.conventions import conventions
from duicheck_cda.documents import DocumentsLus

__all__ = ["contenu_autre_type", "contenu_executable", "contenu_trompeur", "type_mime_inconnu"]

_CONTENUS = conventions()["contenus"]
_EXECUTABLES = frozenset(_CONTENUS["executables"])
_CONNUS = frozenset(_CONTENUS["connus"])


@rule(
    "cda/contenu-trompeur",
    severity=Severity.ERROR,
    message="Le contenu inclus n'est pas ce qu'il annonce\u00a0: {cause}.",
    remedy="Vérifiez le codage en base64 de la pièce et son mediaType\u00a0: ouvrez-la une fois décodée.",
    since="0.1",
)
def contenu_trompeur(lus: DocumentsLus) -> Iterator[Violation]:
    """Un contenu inclus n'est pas du type qu'il annonce, ou ne se décode pas.

    Un « PDF » dont les octets ne sont pas ceux d'un PDF, un PDF dont la fin manque, une image qui n'en est pas une,
    du base64 illisible, un corps vide. Le schéma et les Schematrons ne regardent pas dedans : le document leur paraît
    juste et le destinataire n'ouvre rien. Un projet personnalisé voyage ainsi, en PDF dans un CDA de niveau 1. Seuls
    le début et la fin sont décodés.

    Source : HL7 V3 Datatypes R1, ED (mediaType, representation) ; ISO 32000-1, §7.5.2 et §7.5.5 (début et fin d'un
    PDF).
    """
    for vue in lus.vues():
        for contenu in vue.contenus:
            if contenu.cause is not None:
                yield Violation(contenu.at, {"cause": contenu.cause})


@rule(
    "cda/contenu-autre-type",
    severity=Severity.WARNING,
    message="Le contenu inclus annonce {type_annonce}, ses octets sont ceux de {type_reel}.",
    remedy="Corrigez mediaType\u00a0: la plupart des lecteurs s'en passent, ceux qui s'y fient n'affichent rien.",
    since="0.1",
)
def contenu_autre_type(lus: DocumentsLus) -> Iterator[Violation]:
    """Un contenu inclus est d'un autre type, de la même famille, que celui qu'il annonce.

    Une image PNG annoncée JPEG, du RTF annoncé texte simple : la plupart des lecteurs l'ouvrent quand même, d'où un
    avertissement. Des exemples publiés par l'ANS sont dans ce cas. Ce qui ne s'ouvrira pas relève de
    `cda/contenu-trompeur`.

    Source : HL7 V3 Datatypes R1, ED.mediaType.
    """
    for vue in lus.vues():
        for contenu in vue.contenus:
            if contenu.autre is not None:
                yield Violation(contenu.at, {"type_reel": contenu.autre, "type_annonce": contenu.type_mime})


@rule(
    "cda/contenu-executable",
    severity=Severity.ERROR,
    message="Un contenu inclus s'exécute\u00a0: {cause}.",
    remedy="Retirez la pièce\u00a0: un document de santé ne porte pas de programme. Si elle n'est pas de vous,"
    " le poste qui a"
    " produit le document est à examiner.",
    since="0.1",
)
def contenu_executable(lus: DocumentsLus) -> Iterator[Violation]:
    """Un contenu inclus est un programme ou un script.

    D'après le type annoncé (mediaType), ou d'après ses premiers octets quel que soit le type annoncé : programme
    Windows, Linux, macOS ou Java, script. Un visualiseur qui ouvre la pièce sur la foi du document l'exécuterait.

    Source : convention duicheck (types listés dans `conventions.toml`) ; HL7 V3, domaine MediaType, qui n'en admet
    aucun.
    """
    for vue in lus.vues():
        for contenu in vue.contenus:
            if contenu.programme is not None:
                yield Violation(contenu.at, {"cause": f"ses octets sont ceux d'{contenu.programme}"})
            elif contenu.type_mime in _EXECUTABLES:
                yield Violation(contenu.at, {"cause": f"le type annoncé est {contenu.type_mime}"})


@rule(
    "cda/type-mime-inconnu",
    severity=Severity.WARNING,
    message="Un contenu inclus a un type (mediaType) que HL7 ne connaît pas, ou n'en annonce pas.",
    remedy="Employez un type de la liste HL7 (application/pdf, text/plain, image/jpeg…)\u00a0; un contenu en"
    " base64 doit dire"
    " le sien.",
    since="0.1",
)
def type_mime_inconnu(lus: DocumentsLus) -> Iterator[Violation]:
    """Un contenu inclus annonce un type que HL7 ne connaît pas.

    La liste est celle du domaine MediaType de HL7 V3. Un contenu en base64 sans mediaType est du texte par défaut, ce
    qu'il n'est presque jamais : il est signalé aussi. Un type qui s'exécute relève de `cda/contenu-executable`.

    Source : HL7 V3 Datatypes R1, ED.mediaType et domaine MediaType.
    """
    for vue in lus.vues():
        for contenu in vue.contenus:
            if contenu.type_mime is None:
                if contenu.code:
                    yield Violation(contenu.at, {})
            elif contenu.type_mime not in _CONNUS | _EXECUTABLES:
                yield Violation(contenu.at, {})
