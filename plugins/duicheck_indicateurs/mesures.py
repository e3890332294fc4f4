"""Every indicator of every establishment: what the export says beside what the log gives.

Sources: contract §3 (totals) and §5 (what the report shows).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from duicheck.findings import Location
from duicheck.model import Comptes, Fenetre, Indicateurs, Mesure, Mesures, Structures
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_indicateurs.comptage import Calcul
from duicheck_indicateurs.lignes import TOTAL, cible_du_texte, codes_obligatoires
from duicheck_indicateurs.recalcul import Resultats

__all__ = ["mesures_de_la_livraison"]


class _Ligne(Struct, frozen=True):
    """One row of the export."""

    rowid: int
    dans_fenetre: bool  # its period is the window
    comptes: Comptes
    taux: str | None


@reader
def mesures_de_la_livraison(
    indicateurs: Indicateurs,
    rulebook: Rulebook,
    fenetre: Fenetre,
    calcul: Calcul | None,
    structures: Structures | None,
) -> Mesures:
    """The obligatory indicators of each exported establishment, the optional ones that it exports, and their totals.

    Without a log or a register nothing is recomputed, and the exported figures stand alone. A target that the text
    does not impose on this kind of project (MSSanté and DMP where all are PJM) is informative.
    """
    lignes = _lignes(indicateurs, fenetre)
    etablissements = sorted({finess for finess, _ in lignes})
    recalcules = None if calcul is None else calcul.resultats
    exportes = {cle: _retenue(candidates) for cle, candidates in lignes.items()}
    obligatoires = frozenset(codes_obligatoires(rulebook, structures))
    mesures = [
        _mesure(indicateurs, rulebook, (finess, code), exportes.get((finess, code)), recalcules)
        for finess in etablissements
        for code in rulebook["indicateurs"]
        if code in obligatoires or (finess, code) in exportes
    ]
    totaux = [_total(rulebook, code, mesures) for code in _codes(rulebook["indicateurs"], mesures)]
    return Mesures(*([_opposer(mesure, obligatoires) for mesure in part] for part in (mesures, totaux)))


def _lignes(indicateurs: Indicateurs, fenetre: Fenetre) -> Mapping[tuple[str, str], Sequence[_Ligne]]:
    """The rows of the export, by establishment and indicator, in the order of the files."""
    lignes: dict[tuple[str, str], list[_Ligne]] = {}
    for rowid, finess, code, debut, fin, numerateur, denominateur, taux in indicateurs.rows(
        "SELECT rowid, finess_et, indicateur, periode_debut, periode_fin, numerateur, denominateur, taux"
        " FROM indicateurs WHERE finess_et <> ? ORDER BY rowid",
        [TOTAL],
    ):
        ligne = _Ligne(rowid, (debut, fin) == (fenetre.debut, fenetre.fin), Comptes(numerateur, denominateur), taux)
        lignes.setdefault((finess, code), []).append(ligne)
    return lignes


def _retenue(candidates: Sequence[_Ligne]) -> _Ligne | None:
    """The row that the window calls for: the only one, whatever its period, else the first whose period is the window.

    Several rows, none of them for the window, say nothing about it: None.
    """
    if len(candidates) == 1:
        return candidates[0]
    return next((ligne for ligne in candidates if ligne.dans_fenetre), None)


def _mesure(
    indicateurs: Indicateurs,
    rulebook: Rulebook,
    cle: tuple[str, str],
    ligne: _Ligne | None,
    recalcules: Resultats | None,
) -> Mesure:
    finess, code = cle
    return Mesure(
        code=code,
        finess_et=finess,
        exporte=ligne.comptes if ligne else None,
        recalcule=recalcules[cle] if recalcules is not None else None,
        cible=cible_du_texte(rulebook, code),
        taux=ligne.taux if ligne else None,
        at=indicateurs.at(ligne.rowid) if ligne else Location(),
    )


def _opposer(mesure: Mesure, obligatoires: Container[str]) -> Mesure:
    """The measure, its target informative where the text does not oblige the project to that indicator."""
    return mesure if mesure.code in obligatoires else replace(mesure, cible_opposable=False)


def _codes(ordre: Sequence[str], mesures: Iterable[Mesure]) -> list[str]:
    presents = {mesure.code for mesure in mesures}
    return [code for code in ordre if code in presents]


def _total(rulebook: Rulebook, code: str, mesures: Iterable[Mesure]) -> Mesure:
    """The project's figure: sum of numerators over sum of denominators, never a mean of rates."""
    siennes = [mesure for mesure in mesures if mesure.code == code]
    return Mesure(
        code=code,
        finess_et=None,
        exporte=_somme(siennes, lambda mesure: mesure.exporte),
        recalcule=_somme(siennes, lambda mesure: mesure.recalcule),
        cible=cible_du_texte(rulebook, code),
    )


def _somme(mesures: Iterable[Mesure], cote: Callable[[Mesure], Comptes | None]) -> Comptes | None:
    """The sum over the establishments that have the figure; None where none has."""
    comptes = [compte for compte in map(cote, mesures) if compte is not None]
    if not comptes:
        return None
    denominateurs = [compte.denominateur for compte in comptes if compte.denominateur is not None]
    return Comptes(sum(compte.numerateur for compte in comptes), sum(denominateurs) if denominateurs else None)
