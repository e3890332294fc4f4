"""Rules on who wrote the document and who keeps it: the grammar of national identifiers, and their keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from duicheck.findings import Severity, Violation
from duicheck.model import Designation, DesignationsCda
from duicheck.rules import reader, rule
from duicheck_cda.conventions import conventions
from duicheck_cda.documents import DocumentsLus
from duicheck_cda.vue import Identifiant, Vue

__all__ = ["designations", "identifiant_cle", "identifiant_mal_forme"]

_IDS = conventions()["identifiants"]
_FORMES = {_IDS["professionnel"]: _IDS["formes_professionnel"], _IDS["structure"]: _IDS["formes_structure"]}
_GENRES = {_IDS["professionnel"]: "un professionnel", _IDS["structure"]: "une structure"}
_FINESS = "1"  # what a FINESS number of a structure begins with, before the number
_CORSE = str.maketrans("AB", "12")


def _nationaux(lus: DocumentsLus) -> Iterator[tuple[Identifiant, str]]:
    """The national identifiers of authors and custodians that carry a value."""
    for vue in lus.vues():
        yield from _de_la_vue(vue)


def _de_la_vue(vue: Vue) -> Iterator[tuple[Identifiant, str]]:
    """Those of one document."""
    for each in vue.identifiants:
        root = (each.root or "").strip()
        if each.porteur != "autre" and root in _FORMES and each.extension is not None:
            yield each, root


@reader
def designations(lus: DocumentsLus) -> DesignationsCda:
    """The FINESS numbers of the organisations of authors and of custodians, document by document."""
    structure = _IDS["structure"]
    return DesignationsCda(
        [
            Designation(
                vue.at,
                list(
                    dict.fromkeys(
                        (each.extension or "")[1:]
                        for each, root in _de_la_vue(vue)
                        if root == structure
                        and (each.extension or "")[:1] == _FINESS
                        and _defaut(each.extension or "", root) is None
                    )
                ),
            )
            for vue in lus.vues()
        ]
    )


def _defaut(extension: str, root: str) -> str | None:
    """What is wrong with an identifier, without quoting it."""
    if extension != extension.strip() or not extension:
        return "il est vide ou porte des blancs"
    forme = _FORMES[root].get(extension[0])
    if forme is None:
        connus = ", ".join(sorted(_FORMES[root]))
        return f"son premier caractère n'est pas l'un de ceux qui disent sa nature ({connus})"
    return None if re.fullmatch(forme["forme"], extension[1:], re.ASCII) else f"il faut {forme['dit']}"


@rule(
    "cda/identifiant-mal-forme",
    severity=Severity.WARNING,
    message="Identifiant national d'{nature} mal formé, chez {endroit}\u00a0: {cause}.",
    remedy="Écrivez l'identifiant national avec son préfixe\u00a0: 8 et le RPPS pour un professionnel, 1 et le"
    " FINESS, 2 et le"
    " SIREN ou 3 et le SIRET pour une structure.",
    since="0.1",
)
def identifiant_mal_forme(lus: DocumentsLus) -> Iterator[Violation]:
    """L'identifiant national d'un auteur ou du conservateur n'a pas la forme annoncée par son premier caractère.

    Sous 1.2.250.1.71.4.2.1 (professionnels) et 1.2.250.1.71.4.2.2 (structures), le premier caractère dit ce qui suit :
    RPPS, FINESS, SIREN, SIRET… Un RPPS écrit sans son « 8 », un FINESS de huit chiffres qui a perdu son zéro, un SIRET
    annoncé comme SIREN ne désignent plus personne. Attention : « 3 » annonce un FINESS pour une personne, un SIRET pour
    une structure. Seuls l'auteur, son organisation et le conservateur du document sont regardés.

    Source : ANS, PS_IdNat et Struct_IdNat (convention de nommage) ; gravité : convention duicheck.
    """
    for each, root in _nationaux(lus):
        cause = _defaut(each.extension or "", root)
        if cause is not None:
            yield Violation(each.at, {"nature": _GENRES[root], "endroit": each.porteur, "cause": cause})


def _numero(extension: str, root: str) -> tuple[str, str] | None:
    """The number whose key is known, and what it is."""
    genre = _GENRES[root]
    corps = extension[1:].partition("/")[0]
    natures = {
        ("un professionnel", "8"): "RPPS",
        ("un professionnel", "3"): "FINESS",
        ("un professionnel", "4"): "SIREN",
        ("un professionnel", "5"): "SIRET",
        ("une structure", "1"): "FINESS",
        ("une structure", "2"): "SIREN",
        ("une structure", "3"): "SIRET",
    }
    nature = natures.get((genre, extension[0]))
    return None if nature is None else (nature, corps)


def _cle_juste(nature: str, numero: str) -> bool:
    from stdnum import luhn  # noqa: PLC0415 -- start-up
    from stdnum.fr import siret  # noqa: PLC0415

    if nature == "SIRET":
        return bool(siret.is_valid(numero))  # it knows the exception of La Poste
    return bool(luhn.is_valid(numero.translate(_CORSE)))


@rule(
    "cda/identifiant-cle",
    severity=Severity.WARNING,
    message="{nature}, chez {endroit}\u00a0: le dernier chiffre n'est pas la clé attendue.",
    remedy="Comparez le numéro à l'annuaire santé ou à FINESS. Dans un essai, les numéros fictifs ont souvent"
    " une clé fausse.",
    since="0.1",
)
def identifiant_cle(lus: DocumentsLus) -> Iterator[Violation]:
    """La clé d'un numéro RPPS, FINESS, SIREN ou SIRET de l'auteur ou du conservateur est fausse.

    Clé de Luhn (dans un FINESS de Corse, A compte pour 1 et B pour 2). Un avertissement : plus de la moitié des numéros
    des exemples officiels sont fictifs, et la clé du FINESS se constate sans qu'un texte la décrive. Un identifiant mal
    formé n'est pas jugé ici.

    Source : ANS, FAQ industriels (RPPS) ; INSEE (SIREN, SIRET) ; constat de duicheck sur les FINESS publics.
    """
    for each, root in _nationaux(lus):
        extension = each.extension or ""
        if _defaut(extension, root) is not None:
            continue
        trouve = _numero(extension, root)
        if trouve is not None and not _cle_juste(*trouve):
            yield Violation(each.at, {"nature": trouve[0], "endroit": each.porteur})
