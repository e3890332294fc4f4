"""Why an exported figure differs: the hypotheses under which it would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

__all__ = ["CauseCommune", "Diagnostic", "Explication"]


class Explication(Struct, frozen=True):
    """One set of departures from the hypotheses in force that gives exactly the exported integers.

    `hypotheses` maps names to values, one or two of them. `texte` is the French sentence for the
    reader. `etablissements` is how many establishments it explains alone: every exported row of
    theirs, the right ones included, and at least one that differs.
    """

    hypotheses: Mapping[str, str]
    texte: str
    etablissements: int


class CauseCommune(Struct, frozen=True):
    """An explanation that several differing rows share, said once.

    `ecarts` of the `total` differing rows are what it gives exactly. `certaine`: it also gives every
    other row of the export as it is, over several establishments, and nothing else does as well.
    """

    explication: Explication
    ecarts: int
    total: int
    certaine: bool


class Diagnostic(Struct, frozen=True):
    """The explanations found, the most telling first; rows and exports without any are not in it."""

    par_ligne: Mapping[tuple[str, str], Sequence[Explication]]
    """(finess_et, indicator code) of a differing row -> its explanations."""
    communes: Sequence[CauseCommune]
    essais: int
    """How many sets of hypotheses were tried."""
