"""The files behind a claim: there, unchanged, and of their time."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotApplicable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Livraison
from duicheck.rules import rule
from duicheck_segur.declaration import Declaration, PreuveDeclaree
from duicheck_segur.references import ecrit

__all__ = ["preuve_alteree", "preuve_future", "preuve_introuvable", "preuve_partagee"]


def _preuves(declaration: Declaration) -> list[PreuveDeclaree]:
    """The proofs of the claim.

    Raises:
        NotApplicable: it brings none.
    """
    preuves = list(declaration.preuves)
    if not preuves:
        message = "la déclaration n'apporte aucune preuve"
        raise NotApplicable(message)
    return preuves


@rule(
    "segur/preuve-introuvable",
    severity=Severity.ERROR,
    waivable=False,
    message="Preuve {preuve} : « {fichier} » n'est pas dans la livraison ({cause}).",
    remedy="Joignez le fichier, ou corrigez son chemin (barres obliques, capitales comprises).",
    since="0.1",
)
def preuve_introuvable(declaration: Declaration) -> Iterator[Violation]:
    """Le fichier d'une preuve n'est pas dans la livraison.

    Le chemin part du dossier de la livraison ou, à défaut, de celui de la déclaration ; il n'en sort jamais. Le
    fichier n'a pas à être au manifeste : être nommé par la déclaration suffit.

    Source : convention duicheck (contrat de données, §1.6) ; une affirmation se contrôle sur ses preuves (§5).
    """
    for preuve in _preuves(declaration):
        if preuve.piece.fichier is None:
            faits = {"preuve": ecrit(preuve.id), "fichier": ecrit(preuve.piece.ecrit), "cause": preuve.piece.cause}
            yield Violation(declaration.at(f"{preuve.pointeur}/fichier"), faits)


@rule(
    "segur/preuve-alteree",
    severity=Severity.ERROR,
    waivable=False,
    message="Preuve {preuve} : l'empreinte de « {fichier} » n'est pas celle de la déclaration.",
    remedy="Joignez le fichier tel qu'il était, ou refaites la déclaration avec la nouvelle empreinte.",
    since="0.1",
)
def preuve_alteree(declaration: Declaration) -> Iterator[Violation]:
    """Le fichier d'une preuve a changé depuis la déclaration.

    L'empreinte SHA-256 du fichier n'est pas celle que la déclaration porte : ce n'est plus la preuve qui a été
    déclarée, ne serait-ce que d'un octet. Un fichier absent relève de `segur/preuve-introuvable`.

    Source : convention duicheck (contrat de données, §1.6).
    """
    for preuve in _preuves(declaration):
        fichier = preuve.piece.fichier
        if fichier is not None and fichier.sha256 != preuve.sha256:
            faits = {
                "preuve": ecrit(preuve.id),
                "fichier": fichier.chemin,
                "attendu": preuve.sha256,
                "empreinte": fichier.sha256,
            }
            yield Violation(declaration.at(f"{preuve.pointeur}/sha256"), faits)


@rule(
    "segur/preuve-future",
    severity=Severity.ERROR,
    message="Preuve {preuve} : datée du {date_preuve}, après la mesure du {date_mesure}.",
    remedy="Corrigez la date de la preuve, ou celle de la mesure.",
    since="0.1",
)
def preuve_future(declaration: Declaration, livraison: Livraison) -> Iterator[Violation]:
    """Une preuve est datée d'après la livraison.

    Une preuve établie le jour de la mesure est admise, un jour plus tard elle n'existait pas encore.

    Source : convention duicheck (la date de mesure est le jour auquel tout se juge).
    """
    for preuve in _preuves(declaration):
        if preuve.date > livraison.date_mesure:
            faits: dict[str, Fact] = {
                "preuve": ecrit(preuve.id),
                "date_preuve": preuve.date,
                "date_mesure": livraison.date_mesure,
            }
            yield Violation(declaration.at(f"{preuve.pointeur}/date"), faits)


@rule(
    "segur/preuve-partagee",
    severity=Severity.WARNING,
    message="« {fichier} » sert {preuves} fois de preuve, pour {exigences}.",
    remedy="Vérifiez que ce fichier montre bien chacun de ces scénarios ; sinon joignez à chacun le sien.",
    since="0.1",
)
def preuve_partagee(declaration: Declaration) -> Iterator[Violation]:
    """Un même fichier sert de preuve à des scénarios de plusieurs exigences.

    Les mêmes octets, sous un nom ou plusieurs. C'est parfois juste (une vidéo qui montre tout), souvent une copie
    faite pour remplir : un avertissement, une fois par fichier. Plusieurs preuves d'une même exigence peuvent
    partager un fichier sans être signalées.

    Source : convention duicheck (plausibilité des preuves).
    """
    _preuves(declaration)
    usages: dict[str, list[tuple[str, PreuveDeclaree]]] = {}
    for exigence in declaration.exigences:
        for preuve in exigence.preuves:
            if preuve.piece.fichier is not None:
                usages.setdefault(preuve.piece.fichier.sha256, []).append((exigence.id, preuve))
    for emplois in usages.values():
        exigences = list(dict.fromkeys(identifiant for identifiant, _ in emplois))
        if len(exigences) > 1:
            dernier = emplois[-1][1]
            faits: dict[str, Fact] = {
                "preuves": len(emplois),
                "exigences": ", ".join(ecrit(each) for each in exigences),
                "fichier": ecrit(dernier.piece.ecrit),
            }
            yield Violation(declaration.at(f"{dernier.pointeur}/fichier"), faits)
