"""The lines of the pieces: a part of the delivery that a plugin judged, put in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, Final

from duicheck.dossier.line import A_VERIFIER, FAUSSE, LA, MANQUANTE, SANS_OBJET, Fichier, Ligne
from duicheck.langue import _, phrase
from duicheck.model import FichierLivre, PieceDuDossier, PiecesDuDossier
from duicheck.model.roles import MAKERS

__all__ = ["PERSONS", "piece_lines"]

Json = Mapping[str, Any]

PERSONS: Final = frozenset({"journal", "registre", "decompte", "cda", "tddui", "traces"})
"""Roles of files that speak of persons, if only by pseudonyms: no text asks for one of them among the pieces."""

_EXTENSION: Final = re.compile(r"\.[a-z0-9]{1,8}")


def piece_lines(pieces: PiecesDuDossier, report: Json, etape: str | None) -> Iterator[Ligne]:
    """The pieces of the text in its order, then those that only the project names."""
    guarded = {file["sha256"]: file["role"] for file in report["livraison"]["fichiers"] if file["role"] in PERSONS}
    for piece in pieces.pieces:
        yield _line(piece, pieces, guarded, etape)
    for code, named in pieces.autres.items():
        yield Ligne(
            code=code,
            intitule=_("« {code} », que le texte ne demande pas").format(code=code),
            nature="piece",
            etat=SANS_OBJET,
            obligatoire=False,
            raison=_("nommée par le projet : {files}").format(files=", ".join(each.ecrit for each in named)),
        )


def _line(piece: PieceDuDossier, pieces: PiecesDuDossier, guarded: Mapping[str, str], etape: str | None) -> Ligne:
    etat, raison, que_faire = _state(piece, pieces, guarded, etape)
    asked = piece.demandee and piece.condition is not None
    return Ligne(
        code=piece.code,
        intitule=phrase(piece.libelle),
        nature="piece",
        etat=etat,
        obligatoire=piece.obligatoire and etat != SANS_OBJET,
        raison=raison,
        demande=_("demandée, car {condition}").format(condition=phrase(piece.condition or "")) if asked else None,
        clause=piece.clause,
        que_faire=que_faire,
        qui=(MAKERS["piece"].value,) if que_faire else (),
        fichiers=_files(piece) if etat == LA else (),
    )


def _state(
    piece: PieceDuDossier, pieces: PiecesDuDossier, guarded: Mapping[str, str], etape: str | None
) -> tuple[str, str | None, str | None]:
    """The state, why, and what to do about it."""
    condition = phrase(piece.condition or "")
    if piece.etape == "solde" and etape != "solde":
        return SANS_OBJET, _("demandée au solde, pas au dépôt (--etape solde)"), None
    if piece.demandee is False:
        return SANS_OBJET, _("demandée seulement si {condition}").format(condition=condition), None
    if piece.manque is None:
        return _there(piece, guarded)
    do = _("Joignez le fichier, et nommez-le sous « pieces » dans le projet, avec le code « {code} ».").format(
        code=piece.code
    )
    etat, raison = MANQUANTE, phrase(piece.manque)
    if not pieces.enumerees:
        etat, raison = A_VERIFIER, _("le document du projet n'énumère pas ses pièces (« pieces »)")
    elif piece.demandee is None:
        raison = _("on ne peut pas dire si {condition} ; {lack}").format(condition=condition, lack=raison)
        do = _("Dites-le dans le projet ou dans la liste des structures ; si c'est le cas, joignez la pièce.")
        etat = A_VERIFIER
    return etat, raison, do


def _there(piece: PieceDuDossier, guarded: Mapping[str, str]) -> tuple[str, str | None, str | None]:
    """The state of a piece whose file is there: no file about persons passes for a piece."""
    person = next((guarded[file.sha256] for file in _delivered(piece) if file.sha256 in guarded), None)
    if person is None:
        return LA, None, None
    raison = _("son fichier est un fichier de la livraison qui parle de personnes (rôle « {role} »)")
    return FAUSSE, raison.format(role=person), _("Nommez le fichier de la pièce ; celui-là ne se dépose pas.")


def _delivered(piece: PieceDuDossier) -> list[FichierLivre]:
    """Its files that are there, each once."""
    found = {each.fichier.chemin: each.fichier for each in piece.fichiers if each.fichier and each.fichier.octets}
    return list(found.values())


def _files(piece: PieceDuDossier) -> tuple[Fichier, ...]:
    files = _delivered(piece)
    return tuple(
        Fichier(file.chemin, file.octets, file.sha256, _name(piece, file, number if len(files) > 1 else None))
        for number, file in enumerate(files, 1)
    )


def _name(piece: PieceDuDossier, file: FichierLivre, number: int | None) -> str:
    """What a file is called in the folder: its rank in the text first, plain letters, nothing that a system refuses."""
    suffix = PurePosixPath(file.chemin).suffix.lower()
    extension = suffix if _EXTENSION.fullmatch(suffix) else ""
    further = "" if number is None else f"-{number}"
    return f"{piece.rang:02d}-{piece.code.replace('_', '-')}{further}{extension}"
