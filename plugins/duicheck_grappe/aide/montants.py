"""An amount that cannot be written without the clause that gives it, and how a share of it falls on a cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import force_setattr

from duicheck.langue import habits
from duicheck.rulebook import Rulebook

__all__ = ["CENT", "Clause", "Montant", "arrondi", "euros", "repartir", "rien", "somme_bornes"]

CENT = 100
"""Cents in a euro: the texts count in euros, everything here in cents."""


class Clause(Struct, frozen=True):
    """Where a text says it: the text, the document that was read, its section."""

    texte: str
    document: str
    section: str

    def __str__(self) -> str:
        return f"{self.texte}, {self.section}"

    @classmethod
    def de(cls, texte: Rulebook, parametre: str) -> Clause:
        """The clause of a parameter.

        Raises:
            ParameterNotSet: the text does not set it.
        """
        source = texte.parameter(parametre).source
        return cls(texte.id, source.document, source.section)

    @classmethod
    def de_hypothese(cls, texte: Rulebook, hypothese: str) -> Clause:
        """The passage that a hypothesis is about."""
        source = texte.hypotheses[hypothese].source
        return cls(texte.id, source.document, source.section)


class Montant(Struct, frozen=True):
    """An amount in euro cents, or the bounds that hold it where it cannot be computed.

    `formule` says how it comes about, `clauses` who says so: there is at least one. `raison`: why it cannot be
    computed; None: it can, and both bounds are the amount. `maximum` None: nothing that was read bounds it.

    Raises:
        ValueError: no clause, bounds that cross, or bounds that differ without a reason.
    """

    minimum: int
    maximum: int | None
    formule: str
    clauses: tuple[Clause, ...]
    raison: str | None = None

    def __post_init__(self) -> None:
        force_setattr(self, "clauses", tuple(dict.fromkeys(self.clauses)))
        if not self.clauses or not self.formule:
            message = "an amount needs its formula and its clause"
            raise ValueError(message)
        if self.minimum < 0 or (self.maximum is not None and self.maximum < self.minimum):
            message = f"no amount lies between {self.minimum} and {self.maximum}"
            raise ValueError(message)
        if self.maximum != self.minimum and self.raison is None:
            message = "an amount that is only bounded needs the reason"
            raise ValueError(message)

    @property
    def montant(self) -> int | None:
        """The amount; None where only its bounds are known."""
        return self.minimum if self.minimum == self.maximum else None


def rien(formule: str, *clauses: Clause) -> Montant:
    """Nothing, and why."""
    return Montant(0, 0, formule, clauses)


def somme_bornes(montants: Iterable[Montant]) -> tuple[int, int | None]:
    """The bounds of a sum; the upper one is None as soon as one of them is."""
    minimum, maximum = 0, 0
    borne = True
    for montant in montants:
        minimum += montant.minimum
        if montant.maximum is None:
            borne = False
        else:
            maximum += montant.maximum
    return minimum, maximum if borne else None


def arrondi(exact: Fraction, regle: str) -> int:
    """A number of cents as the hypothesis `arrondi_aide` brings it to a whole one."""
    entier = exact.numerator // exact.denominator
    return entier + (regle == "demi_superieur" and exact - entier >= Fraction(1, 2))


def repartir(montant: int, parts: Sequence[int], regle: str) -> list[int]:
    """An amount in shares (per cent, adding up to a hundred); the last one is what remains."""
    premieres = [arrondi(Fraction(montant * part, 100), regle) for part in parts[:-1]]
    return [*premieres, montant - sum(premieres)]


def euros(centimes: int) -> str:
    """An amount as the current language writes it: « 7 000 € », « 7 000,50 € »."""
    entier, reste = divmod(centimes, CENT)
    mine = habits()
    decimales = f"{mine.decimal}{reste:02}" if reste else ""
    return f"{mine.write_integer(entier)}{decimales}\N{NO-BREAK SPACE}€"
