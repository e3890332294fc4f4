"""The lines of the documents that the text asks a dossier for: there, missing, or not readable as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from duicheck.dossier.line import FAUSSE, LA, MANQUANTE, SANS_OBJET, Ligne
from duicheck.dossier.sections import DOCUMENTS
from duicheck.langue import _
from duicheck.model import PiecesDuDossier
from duicheck.model.roles import MAKERS
from duicheck.render.french import counted
from duicheck.render.labels import role as label

__all__ = ["document_lines"]

Json = Mapping[str, Any]

_READING: Final = "livraison"
"""The group of the rules about how files read."""


def document_lines(report: Json, asked: Iterable[str], later: Iterable[str]) -> Iterator[Ligne]:
    """One line per document that the text asks for.

    Args:
        report: the value of rapport.json.
        asked: the roles that the text asks for at this stage.
        later: those that it asks for at another one.
    """
    owed = {*asked, *report["livraison"].get("roles_manquants", ())} - {PiecesDuDossier.role}
    present = {file["role"]: file["chemin"] for file in reversed(report["livraison"]["fichiers"])}
    shown = owed | (present.keys() & DOCUMENTS.keys()) | (set(later) - {PiecesDuDossier.role})
    faults = _faults(report)
    for role in sorted(shown, key=lambda each: ([*DOCUMENTS, each].index(each), each)):
        yield _line(role, present.get(role), owed=role in owed, faults=faults)


def _line(role: str, path: str | None, *, owed: bool, faults: Mapping[str, int]) -> Ligne:
    etat, raison, que_faire, count = LA, path, None, 0
    if path is None and not owed:
        etat, raison = SANS_OBJET, _("les usages se mesurent pendant le projet : ce document est demandé au solde")
    elif path is None:
        etat, raison = MANQUANTE, _("absent de la livraison")
        que_faire = _("Joignez-le à la livraison, et déclarez-le dans le manifeste avec le rôle « {role} ».")
    elif count := faults.get(path, 0):
        etat = FAUSSE
        raison = _("{path} : {errors} de lecture").format(path=path, errors=counted(count, "erreur"))
        que_faire = _("Corrigez le fichier : les lignes des contrôles de fichiers disent où.")
    return Ligne(
        code=role,
        intitule=label(role),
        nature="document",
        etat=etat,
        obligatoire=etat != SANS_OBJET,
        raison=raison,
        que_faire=que_faire and que_faire.format(role=role),
        qui=(MAKERS[role].value,) if que_faire and role in MAKERS else (),
        constats=count,
    )


def _faults(report: Json) -> Counter[str]:
    """How many errors of reading that count stand in each file (of those that the report prints)."""
    return Counter(
        finding["lieu"]["fichier"]
        for finding in report["constats"]
        if finding["gravite"] == "erreur"
        and finding["regle"].startswith(f"{_READING}/")
        and "derogation" not in finding
        and finding["lieu"]["fichier"]
    )
