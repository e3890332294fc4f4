"""Which establishments have the full rate: a count of ranks that does not depend on the order of the list."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from duicheck_grappe.aide.contexte import ACQUISITION, MONTEE
from duicheck_grappe.aide.tarif import Bareme

__all__ = ["Candidat", "Rang", "rangs"]

_ENTIER = Fraction(1)


class Candidat(Struct, frozen=True):
    """An establishment that counts: `part` is the share of its hours that the aid follows, one without hours."""

    finess_et: str
    situation: str | None
    part: Fraction = _ENTIER


class Rang(Struct, frozen=True):
    """A rank from 1, and whether it has the full rate."""

    rang: int
    plein: bool


def rangs(candidats: Sequence[Candidat], bareme: Bareme, partage: str | None) -> Mapping[str, Rang]:
    """The rank of each establishment, by its number.

    `partage` is a value of the hypothesis `partage_des_49`. Where it decides nothing, a larger share of eligible hours
    goes first, then the lower FINESS number: one more establishment never lowers the aid of a project of one situation.
    """
    limite = bareme.dernier_rang if bareme.dernier_rang is not None else bareme.essms_maximum
    if limite is None:
        ordre = sorted(candidats, key=_ordinaire)
        return {un.finess_et: Rang(rang, plein=True) for rang, un in enumerate(ordre, 1)}
    if partage in {"par_situation", "prorata"}:
        return _par_groupe(candidats, limite, au_prorata=partage == "prorata")
    ordre = sorted(candidats, key=_cles(bareme).get(partage or "", _cles(bareme)["acquisitions_dabord"]))
    return {un.finess_et: Rang(rang, rang <= limite) for rang, un in enumerate(ordre, 1)}


def _ordinaire(un: Candidat) -> tuple[Fraction, str]:
    return -un.part, un.finess_et


def _cles(bareme: Bareme) -> Mapping[str, Callable[[Candidat], tuple[Fraction | bool, Fraction, str]]]:
    """How each sharing sorts the establishments."""

    def gain(un: Candidat) -> Fraction:
        return un.part * bareme.gain(un.situation or MONTEE)

    return {
        "acquisitions_dabord": lambda un: (un.situation != ACQUISITION, *_ordinaire(un)),
        "montees_dabord": lambda un: (un.situation != MONTEE, *_ordinaire(un)),
        "plus_favorable": lambda un: (-gain(un), *_ordinaire(un)),
        "moins_favorable": lambda un: (gain(un), *_ordinaire(un)),
    }


def _par_groupe(candidats: Sequence[Candidat], limite: int, *, au_prorata: bool) -> dict[str, Rang]:
    """Acquisitions and others counted apart, each with its own number of full rates."""
    acquisitions = [un for un in candidats if un.situation == ACQUISITION]
    autres = [un for un in candidats if un.situation != ACQUISITION]
    pour_les_unes = pour_les_autres = limite
    if au_prorata and len(candidats) > limite:
        # To the nearest rank; a half goes to acquisitions.
        pour_les_unes = (2 * limite * len(acquisitions) + len(candidats)) // (2 * len(candidats))
        pour_les_autres = limite - pour_les_unes
    trouves: dict[str, Rang] = {}
    for groupe, pleins in ((acquisitions, pour_les_unes), (autres, pour_les_autres)):
        for rang, un in enumerate(sorted(groupe, key=_ordinaire), 1):
            trouves[un.finess_et] = Rang(rang, rang <= pleins)
    return trouves
