"""The rule on establishments that announce the same figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import comb, pi, prod, sqrt

from msgspec import Struct

from duicheck.errors import NotApplicable
from duicheck.findings import Severity, Violation
from duicheck.model import Comptes, Mesure, Mesures
from duicheck.rulebook import Rulebook
from duicheck.rules import rule

__all__ = ["copie"]

_ACTIFS = "dossiers_actifs"
_SUR_ACTIFS = ("projet_personnalise", "evenement_agenda")
_NOYAU = (_ACTIFS, *_SUR_ACTIFS)
"""Persons accompanied, dossiers actifs, projects, agendas: the four integers of an establishment."""


class _Chiffres(Struct, frozen=True):
    """What one establishment exports: its integers by code, and where its first row stands."""

    finess_et: str
    comptes: Mapping[str, Comptes]
    mesure: Mesure

    def signature(self, codes: Iterable[str]) -> tuple[tuple[str, Comptes], ...]:
        return tuple((code, self.comptes[code]) for code in codes if code in self.comptes)


@rule(
    "indicateurs/copie",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: mêmes chiffres que {finess_semblable}, sur {entiers} nombres entiers (dossiers"
    " actifs\u00a0: {exporte})\u00a0; {etablissements} établissements les partagent. C'est à regarder, sans rien"
    " présumer\u00a0: deux numéros pour un seul lieu, ou un registre commun, donnent la même chose.",
    remedy="Vérifiez que chaque ligne vient bien de son établissement. Si plusieurs numéros FINESS désignent un même"
    " lieu et un même fichier de personnes, dites-le à l'ARS avec la livraison.",
    since="0.1",
)
def copie(mesures: Mesures, texte: Rulebook) -> Iterator[Violation]:
    """Plusieurs établissements de taille réelle annoncent exactement les mêmes chiffres.

    On compare les quatre entiers d'un établissement (personnes accompagnées, dossiers actifs, projets personnalisés,
    événements d'agenda), puis tous ceux qu'il exporte. Deux petits services se ressemblent souvent, deux établissements
    pleins aussi : on n'alerte que si le hasard ne l'explique pas.

    Le raisonnement : deux comptes indépendants de n sur d tombent sur le même entier à peu près une fois sur
    2 √(π n (1 − n / d)) (une fois sur sept autour de 45 sur 50). Un compte plein ou nul ne dit rien, ni le nombre de
    personnes accompagnées : les capacités se répètent. On multiplie ces chances, et par le nombre de façons de choisir
    autant d'établissements parmi ceux de l'export qui ont au moins `plausibilite_effectif` personnes : c'est le nombre
    de pareilles coïncidences qu'on attendrait. L'alerte est donnée au-dessous d'une sur `plausibilite_copie_tirages`.

    Les innocents possibles : deux numéros FINESS pour un même lieu, un registre commun à deux services, un export qui
    répète le total d'un organisme. Un constat par établissement après le premier du groupe (par numéro).

    Source : convention duicheck (rulebook, « Plausibilité des livraisons ») ; chaque taux se calcule par structure
    (2023-13 annexe 2, 2025-40 §5).
    """
    chiffres = [trouve for trouve in _chiffres(mesures) if _personnes(trouve) >= texte["plausibilite_effectif"]]
    if not any(mesure.exporte for mesure in mesures.etablissements):
        message = "l'export n'annonce aucun chiffre"
        raise NotApplicable(message)
    for groupe, codes in _groupes(chiffres, texte["plausibilite_copie_tirages"]):
        premier, *autres = groupe
        comptes = premier.comptes[_ACTIFS]
        for autre in autres:
            yield Violation(
                autre.mesure.at,
                {
                    "finess_et": autre.finess_et,
                    "finess_semblable": premier.finess_et,
                    "entiers": len(_entiers(premier, codes)),
                    "exporte": f"{comptes.numerateur}\u00a0/\u00a0{comptes.denominateur}",
                    "etablissements": len(groupe),
                },
            )


def _chiffres(mesures: Mesures) -> Iterator[_Chiffres]:
    """The exported figures of each establishment that has the four integers."""
    par_etablissement: dict[str, list[Mesure]] = {}
    for mesure in mesures.etablissements:
        if mesure.exporte is not None:
            par_etablissement.setdefault(str(mesure.finess_et), []).append(mesure)
    for finess_et, siennes in sorted(par_etablissement.items()):
        comptes = {mesure.code: mesure.exporte for mesure in siennes if mesure.exporte is not None}
        if comptes.keys() >= set(_NOYAU):
            yield _Chiffres(finess_et, comptes, next(mesure for mesure in siennes if mesure.code == _ACTIFS))


def _personnes(chiffres: _Chiffres) -> int:
    return chiffres.comptes[_ACTIFS].denominateur or 0


def _groupes(chiffres: Sequence[_Chiffres], tirages: int) -> Iterator[tuple[list[_Chiffres], Sequence[str]]]:
    """Establishments that share figures beyond chance, with the codes that they share."""
    for semblables in _reunir(chiffres, _NOYAU):
        # All the figures tell more than four; but a copy whose messages were changed shares the four alone.
        tous = list(semblables[0].comptes)
        pareils = [groupe for groupe in _reunir(semblables, tous) if _rare(groupe, tous, len(chiffres), tirages)]
        if _rare(semblables, _NOYAU, len(chiffres), tirages):
            yield semblables, tous if pareils and len(pareils[0]) == len(semblables) else _NOYAU
        else:
            for groupe in pareils:
                yield groupe, tous


def _reunir(chiffres: Sequence[_Chiffres], codes: Iterable[str]) -> list[list[_Chiffres]]:
    """The groups, of two at least, that have the same figures."""
    groupes: dict[object, list[_Chiffres]] = {}
    codes = list(codes)
    for trouve in chiffres:
        groupes.setdefault(trouve.signature(codes), []).append(trouve)
    return [groupe for groupe in groupes.values() if len(groupe) > 1]


def _rare(groupe: Sequence[_Chiffres], codes: Iterable[str], etablissements: int, tirages: int) -> bool:
    """Whether less than one such coincidence in `tirages` exports is expected."""
    chance = prod(_coincidence(*entier) for entier in _entiers(groupe[0], codes))
    return tirages * comb(etablissements, len(groupe)) * chance ** (len(groupe) - 1) < 1


def _entiers(chiffres: _Chiffres, codes: Iterable[str]) -> list[tuple[int, int | None]]:
    """Each integer of these codes once, with what it is counted among (None: nothing bounds it).

    Persons accompanied come among themselves, which tells nothing. Dossiers actifs are both a numerator and a
    denominator; MSSanté and DMP share theirs.
    """
    personnes = _personnes(chiffres)
    entiers: list[tuple[int, int | None]] = [(personnes, personnes)]
    connus = {personnes, chiffres.comptes[_ACTIFS].numerateur}
    for code in codes:
        comptes = chiffres.comptes.get(code)
        if comptes is None:
            continue
        if comptes.denominateur is not None and comptes.denominateur not in connus:
            connus.add(comptes.denominateur)
            entiers.append((comptes.denominateur, personnes))
        entiers.append((comptes.numerateur, comptes.denominateur))
    return entiers


def _coincidence(nombre: int, parmi: int | None) -> float:
    """How often two independent counts of that size are equal: 1 / (2 √(π variance)), at most 1.

    Binomial among a denominator, Poisson without one or above it (messages over persons).
    """
    variance = nombre * (1 - nombre / parmi) if parmi and nombre <= parmi else float(nombre)
    return min(1.0, 1 / (2 * sqrt(pi * variance))) if variance > 0 else 1.0
