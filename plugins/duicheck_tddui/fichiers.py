"""The files of a role, as the readers of both roles take them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from duicheck.model import Lecture, Livraison, role_absent

__all__ = ["fichiers_du_role"]


def fichiers_du_role(lecture: Lecture, livraison: Livraison, role: str) -> Iterator[tuple[Path, str]]:
    """(path on this machine, path in the delivery) of each file of a role.

    Raises:
        NotAvailable: the delivery holds none.
    """
    fichiers = [fichier for fichier in lecture.fichiers if fichier.role == role]
    if not fichiers:
        raise role_absent(role, livraison.roles)
    return ((fichier.lu, fichier.chemin) for fichier in fichiers if fichier.lu is not None)
