"""The part that the rules read, and the reader that makes it from the files of the role `traces`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from duicheck.findings import Location, Violation
from duicheck.model import Lecture, Livraison
from duicheck.rules import reader
from duicheck_tddui.fichiers import fichiers_du_role

if TYPE_CHECKING:
    from duicheck_tddui.traces.lecture import TracesLues

__all__ = ["TracesLivrees", "traces_livrees"]

ROLE = "traces"


class TracesLivrees(Struct, frozen=True):
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
    fichiers = fichiers_du_role(lecture, livraison, ROLE)
    from duicheck_tddui.traces.lecture import lire_traces  # noqa: PLC0415 -- only where there are traces

    return TracesLivrees([lire_traces(lu, chemin) for lu, chemin in fichiers])
