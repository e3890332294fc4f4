"""Numbers without a key, judged among their neighbours: a column of counters is not a column of persons.

Thirteen digits in a row may be a NIR without its key, an instant in milliseconds, a counter; ten may be a phone
number or an identifier padded with zeros; fifteen may have the right key by chance, one in ninety-seven. Alone,
such a number is reported: missing a NIR is worse than asking. In a column of its likes, the likes decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from duicheck_confidentialite.donnees import Constats

__all__ = ["FORMES", "Colonne", "Forme"]

_ECHANTILLON = 20_000  # distinct numbers of one column that are looked at
_SEULS = 5  # distinct numbers below which a column proves nothing
_NOMBREUX = 20  # from here on, births and phone prefixes cannot all begin alike
_DEBUTS = 5
_CLES = 200  # numbers of fifteen digits from which chance can be told from keys
_HASARD = 0.03  # one key in 97 is right by chance


@dataclass(frozen=True, slots=True)
class Forme:
    """One shape of bare number: the rule, its digits, all its likes, how many leading digits must vary."""

    genre: str
    chiffres: int
    semblables: re.Pattern[str]
    debut: int


def _forme(genre: str, chiffres: int, debut: int) -> Forme:
    return Forme(genre, chiffres, re.compile(rf"(?<![0-9A-Za-z])[0-9]{{{chiffres}}}(?![0-9A-Za-z])"), debut)


FORMES = {13: _forme("nir", 13, 3), 15: _forme("nir", 15, 3), 10: _forme("telephone", 10, 4)}


@dataclass(slots=True)
class Colonne:
    """The doubtful numbers of one shape in one column of one file, until all of it was seen.

    The numbers stay in memory and end with the object: nothing of them is in what is given back.
    """

    forme: Forme
    constats: Constats = field(default_factory=Constats)
    douteux: set[str] = field(default_factory=set)
    semblables: set[str] = field(default_factory=set)

    @property
    def assez_vu(self) -> bool:
        """Whether the sample is full."""
        return len(self.semblables) >= _ECHANTILLON

    def retenir(self, nombre: str) -> None:
        """Take a doubtful number into the sample."""
        if not self.assez_vu:
            self.douteux.add(nombre)
            self.semblables.add(nombre)

    def comparer(self, nombre: str) -> None:
        """Take a number of the same shape into the sample."""
        if not self.assez_vu:
            self.semblables.add(nombre)

    def vraisemblable(self, plausible: Callable[[str], bool]) -> bool:
        """Whether the doubtful numbers are what they look like.

        `plausible` says of a number of fifteen digits whether its digits could be those of a NIR, key aside.
        """
        total = len(self.semblables)
        if self.forme.chiffres == 15:  # noqa: PLR2004 -- with its key
            parents = sum(map(plausible, self.semblables))
            return parents < _CLES or len(self.douteux) > _HASARD * parents
        if total < _SEULS:
            return True
        debuts = {nombre[: self.forme.debut] for nombre in self.douteux}
        return len(self.douteux) * 2 >= total and len(debuts) >= (_DEBUTS if total >= _NOMBREUX else 2)
