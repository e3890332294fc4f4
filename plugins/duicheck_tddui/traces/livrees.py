"""The part that the rules read, and the reader that makes it from the files of the role `traces`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from duicheck.errors import NotAvailable
from duicheck.findings import Location, Violation
from duicheck.model import Lecture, Livraison
from duicheck.rules import reader
from duicheck_tddui.traces.lecture import TracesLues, lire_traces

__all__ = ["TracesLivrees", "traces_livrees"]

ROLE = "traces"


@dataclass(frozen=True, slots=True)
class TracesLivrees:
    """Every file of the role, in order, readable or not."""

    role: ClassVar[str] = ROLE

    fichiers: Sequence[TracesLues]

    def defauts(self, regle: str) -> Iterator[Violation]:
        """What the reading met, for one rule."""
        for lues in self.fichiers:
            if lues.defaut is not None and lues.defaut.regle == regle:
                yield Violation(Location(lues.chemin, lues.defaut.ligne), lues.defaut.faits)


@reader
def traces_livrees(lecture: Lecture, livraison: Livraison) -> TracesLivrees:
    """Read the files, one after the other.

    Raises:
        NotAvailable: the delivery holds none.
    """
    fichiers = [fichier for fichier in lecture.fichiers if fichier.role == ROLE]
    if not fichiers:
        why = "le manifeste en annonce mais le fichier manque" if ROLE in livraison.roles else "absent de la livraison"
        message = f"{ROLE} : {why}"
        raise NotAvailable(message, frozenset({ROLE}))
    return TracesLivrees([lire_traces(fichier.lu, fichier.chemin) for fichier in fichiers if fichier.lu is not None])
