"""What became of each check of a verification, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from duicheck.exits import ExitCode
from duicheck.preuve.reading import Refused

__all__ = ["Check", "Etape", "Etat", "Verification"]


class Etape(StrEnum):
    """What is checked, in this order."""

    ARCHIVE = "archive"
    EMPREINTES = "empreintes"
    MANIFESTE = "manifeste"
    SIGNATURE = "signature"
    SIGNATAIRE = "signataire"
    RAPPORT = "rapport"
    TEXTES = "textes"
    SCHEMAS = "schemas"
    FORMATS = "formats"
    ENTREES = "entrees"
    REJEU = "rejeu"


class Etat(StrEnum):
    """The four ends of a check. `NON_DEMANDE`: nobody asked, and the pack does not claim it."""

    VERIFIE = "verifie"
    ALTERE = "altere"
    NON_VERIFIE = "non_verifie"
    NON_DEMANDE = "non_demande"


class Check(Struct, frozen=True):
    """One check: its end, and the sentences that say why, one for each thing to say."""

    etape: Etape
    etat: Etat
    phrases: tuple[str, ...]


class Verification(Struct):
    """The checks that were done. `rapport`: the value of rapport.json, once it is known to be one."""

    checks: list[Check] = field(default_factory=list)
    rapport: dict[str, Any] | None = None

    def say(self, etape: Etape, etat: Etat, *phrases: str) -> None:
        """Add a check."""
        self.checks.append(Check(etape, etat, phrases))

    def settle(self, etape: Etape, wrong: Sequence[str], right: str) -> None:
        """Add a check: every sentence of `wrong`, or `right` where there is none."""
        self.say(etape, Etat.ALTERE if wrong else Etat.VERIFIE, *(wrong or [right]))

    @contextmanager
    def refusing(self, etape: Etape) -> Iterator[None]:
        """What is refused inside ends that check."""
        try:
            yield
        except Refused as refusal:
            self.say(etape, Etat.ALTERE, str(refusal))

    @property
    def altered(self) -> bool:
        """Whether anything is certainly wrong."""
        return any(check.etat is Etat.ALTERE for check in self.checks)

    @property
    def proven(self) -> bool:
        """Whether anything outside of the pack vouches for it: a signer that is known, or the check done again.

        Without either, the files go together, and somebody may have made them all.
        """
        said = {check.etape: check.etat for check in self.checks}
        return Etat.VERIFIE in {said.get(Etape.SIGNATAIRE), said.get(Etape.REJEU)}

    @property
    def code(self) -> ExitCode:
        """What is certain and wrong wins over what is not known."""
        if self.altered:
            return ExitCode.NON_CONFORME
        if any(check.etat is Etat.NON_VERIFIE for check in self.checks):
            return ExitCode.INDETERMINE
        return ExitCode.CONFORME
