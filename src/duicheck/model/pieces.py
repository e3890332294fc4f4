"""What the text asks a project to deposit, piece by piece, and what of it is there: judged once, read by all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct, field

if TYPE_CHECKING:
    from duicheck.model.documents import PieceJointe

__all__ = ["PieceDuDossier", "PiecesDuDossier"]


class PieceDuDossier(Struct, frozen=True):
    """One piece of the lists of the text.

    `rang` is its place in these lists, from 1, whatever the project brings. `etape`: `depot` or `solde`, when the text
    asks for it. `obligatoire`: false where it only invites to join it. `demandee`: None where nobody can tell.
    `condition` says when it is asked for (None: always), `manque` why its file is not there (None: it is there).
    """

    rang: int
    code: str
    libelle: str
    clause: str
    etape: str
    obligatoire: bool
    demandee: bool | None
    condition: str | None
    manque: str | None
    fichiers: Sequence[PieceJointe] = ()


class PiecesDuDossier(Struct, frozen=True):
    """The pieces in the order of the text.

    `enumerees`: whether the project lists its pieces at all; if not, none can be called missing. `autres`: the files
    of the codes that the project names and the text does not. `criteres`: what the rules about the project are
    called in a list of criteria, by id; a rule's own title names its defect. `regles`: those that only say what the
    pieces say already.
    """

    role: ClassVar[str] = "piece"

    pieces: Sequence[PieceDuDossier]
    enumerees: bool
    autres: Mapping[str, Sequence[PieceJointe]] = field(default_factory=dict)
    criteres: Mapping[str, str] = field(default_factory=dict)
    regles: frozenset[str] = frozenset()
