"""Bare numbers, judged among their neighbours: a column of counters is not a column of persons.

Thirteen digits in a row may be a NIR without its key, an instant in milliseconds, a counter; ten may be a phone
number or an identifier padded with zeros; fifteen may have the right key by chance, one in ninety-seven. Alone,
such a number is reported: missing a NIR is worse than asking. In a column of its likes, the likes decide.
"""

from __future__ import annotations

import re

from msgspec import Struct, field

from duicheck_confidentialite.donnees import Constats

__all__ = ["FORMES", "Colonne", "Forme"]

_ECHANTILLON = 20_000  # distinct numbers of one column that are looked at
_SEULS = 5  # distinct numbers below which a column proves nothing
_NOMBREUX = 20  # from here on, births and phone prefixes cannot all begin alike
_DEBUTS = 5
_HASARD = 100  # up to so many numbers of fifteen digits, hardly one is an ordinary NIR, key included, by chance
_AVEC_CLE = 15
_ORDINAIRE = re.compile(r"[12][0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[1-9][0-9])[0-9]{8}")


class Forme(Struct, frozen=True):
    """One shape of bare number: the rule, its digits, all its likes, how many leading digits must vary."""

    genre: str
    chiffres: int
    semblables: re.Pattern[str]
    debut: int


def _forme(genre: str, chiffres: int, debut: int, *autres: str) -> Forme:
    semblables = "|".join([rf"[0-9]{{{chiffres}}}", *autres])
    return Forme(genre, chiffres, re.compile(rf"(?<![0-9A-Za-z])(?:{semblables})(?![0-9A-Za-z])"), debut)


FORMES = {
    (forme.genre, forme.chiffres): forme
    for forme in (
        _forme("nir", 13, 3),
        _forme("nir", _AVEC_CLE, 3, "[A-Za-z]{1,8}[0-9]{15}", "[0-9a-f]{16,23}"),
        _forme("telephone", 10, 4),
        _forme("telephone", 13, 6),  # 00, a country, nine digits
        _forme("telephone", 14, 6),
    )
}
"""By rule and number of digits."""


class Colonne(Struct):
    """The bare numbers of one shape in one column of one file, until all of it was seen.

    The numbers stay in memory and end with the object: nothing of them is in what is given back.
    `ordinaires` are the places of those that are usual in every part, `rares` those of the others (month of birth
    unknown, number given while waiting).
    """

    forme: Forme
    ordinaires: Constats = field(default_factory=Constats)
    rares: Constats = field(default_factory=Constats)
    trouves: set[str] = field(default_factory=set)
    semblables: set[str] = field(default_factory=set)

    @property
    def assez_vu(self) -> bool:
        """Whether the sample is full."""
        return len(self.semblables) >= _ECHANTILLON

    def places(self, nombre: str) -> Constats:
        """Take a number that looks like what is sought into the sample; where its place is to be written."""
        if not self.assez_vu:
            self.trouves.add(nombre)
            self.semblables.add(nombre)
        rare = self.forme.chiffres == _AVEC_CLE and _ORDINAIRE.fullmatch(nombre) is None
        return self.rares if rare else self.ordinaires

    def comparer(self, semblable: str) -> None:
        """Take a like into the sample: a number of the same shape, letters before it aside."""
        if not self.assez_vu:
            nombre = semblable[-self.forme.chiffres :]
            self.semblables.add(nombre if nombre.isdigit() else semblable)

    def retenus(self) -> list[Constats]:
        """The places of the numbers that are what they look like, as their likes make it believable."""
        total = len(self.semblables)
        if total < _SEULS:
            return [self.ordinaires, self.rares]
        moitie = len(self.trouves) * 2 >= total
        if self.forme.chiffres == _AVEC_CLE:
            if moitie:
                return [self.ordinaires, self.rares]
            return [self.ordinaires] if total <= _HASARD else []
        debuts = {nombre[: self.forme.debut] for nombre in self.trouves}
        return [self.ordinaires] if moitie and len(debuts) >= (_DEBUTS if total >= _NOMBREUX else 2) else []
