"""What a rule says, and what the harness makes of it.

>>> said = Violation(Location("indicateurs.csv", line=2, column="numerateur"), {"numerateur": 11, "denominateur": 10})
>>> "{numerateur} pour {denominateur}, ligne {line}".format(**said.facts, line=said.at.line)
'11 pour 10, ligne 2'
>>> Location() == Location(file=None, line=None, column=None, pointer=None)  # the delivery as a whole
True
>>> [outcome.value for outcome in Outcome if outcome is not Outcome.PASSED]  # none of these is green
['enfreinte', 'sans_objet', 'non_verifiee', 'en_erreur']
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct, field

__all__ = ["Fact", "Finding", "Fixer", "Location", "Outcome", "RuleResult", "Severity", "Violation"]

Fact = str | int | float | bool | date | None
"""A value that proves a violation. Its name is in docs/glossaire.md; it never identifies a person."""


class Severity(StrEnum):
    """How much a violation weighs, in the words of the texts."""

    ERROR = "erreur"  # the text says "doit"
    WARNING = "avertissement"  # the text says "devrait", or a convention of ours
    INFO = "information"


class Outcome(StrEnum):
    """What became of one rule. The five are never merged: only the first is green."""

    PASSED = "respectee"
    FAILED = "enfreinte"
    NOT_APPLICABLE = "sans_objet"  # the text does not ask
    NOT_CHECKED = "non_verifiee"  # what it reads is missing
    CRASHED = "en_erreur"  # the rule itself is wrong


class Fixer(StrEnum):
    """Who can put right what a rule finds, or give what it lacks; the order is that of reports."""

    VENDOR = "editeur"  # whose software made the file
    LEAD = "porteur"  # who carries the project and writes its documents
    ESTABLISHMENT = "etablissement"  # who enters the data, or uses the software
    CHECKER = "controleur"  # whoever runs duicheck: national packs, FINESS extract
    DUICHECK = "duicheck"  # an error of ours


class Location(Struct, frozen=True):
    """A place in the delivery. All None: the delivery as a whole.

    `line` is the physical line as an editor shows it, from 1, quoted newlines included.
    `column` is a heading or a property name. `pointer` is a JSON pointer or an XPath.
    """

    file: str | None = None
    line: int | None = None
    column: str | None = None
    pointer: str | None = None


class Violation(Struct, frozen=True):
    """What a rule yields: where, and the facts that prove it."""

    at: Location
    facts: Mapping[str, Fact] = field(default_factory=dict)


class Finding(Struct, frozen=True):
    """A violation with the paperwork that the engine adds.

    `waiver` is the position, from 0, of the waiver that covers it: it no longer counts for the verdict.
    """

    rule: str
    severity: Severity
    message: str
    at: Location
    facts: Mapping[str, Fact]
    waiver: int | None = None


class RuleResult(Struct, frozen=True):
    """What became of one rule: always exactly one per rule and run.

    `count` is the number of violations, waived or not; `findings` holds the first ones only (the engine's cap).
    `severity` is the rule's; `reason` is a French sentence for every outcome but PASSED and FAILED.
    `missing` names the absent roles behind NOT_CHECKED (empty: another cause).
    `touched` holds the establishments (fact `finess_et`) of all violations that count, kept or not.
    `waived` says how many violations each waiver covers, by its position; `spared` holds their establishments.
    `lapsed` says how many a waiver would have covered if it had not expired: they count.
    `incomplete` is the rule's: its violations leave the verdict open.
    `reads` names the roles whose content it was bound to (PASSED and FAILED only).
    `fixer` is what the rule says of who puts right; None: whoever makes the file where the violation stands.
    `tally` says how many violations that count stand in each file and name each establishment (None: none).
    """

    rule: str
    outcome: Outcome
    count: int = 0
    findings: tuple[Finding, ...] = ()
    reason: str | None = None
    missing: frozenset[str] = frozenset()
    touched: frozenset[str] = frozenset()
    severity: Severity | None = None
    waived: Mapping[int, int] = field(default_factory=dict)
    spared: frozenset[str] = frozenset()
    lapsed: Mapping[int, int] = field(default_factory=dict)
    incomplete: bool = False
    reads: frozenset[str] = frozenset()
    fixer: Fixer | None = None
    tally: Mapping[tuple[str | None, str | None], int] = field(default_factory=dict)

    @property
    def counting(self) -> int:
        """How many violations count for the verdict: all but the waived ones."""
        return self.count - sum(self.waived.values())
