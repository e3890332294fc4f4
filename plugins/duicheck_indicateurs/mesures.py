"""Every indicator of every establishment: what the export says beside what the log gives.

Sources: contract §3 (totals) and §5 (what the report shows).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from fractions import Fraction

from msgspec.structs import replace

from duicheck.findings import Location
from duicheck.model import Comptes, Fenetre, Mesure, Mesures, Structures
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_indicateurs.comptage import Calcul
from duicheck_indicateurs.lignes import Export, Ligne, cible_du_texte, codes_obligatoires
from duicheck_indicateurs.recalcul import Resultats

__all__ = ["mesures_de_la_livraison"]


@reader
def mesures_de_la_livraison(
    export: Export,
    rulebook: Rulebook,
    fenetre: Fenetre,
    calcul: Calcul | None,
    structures: Structures | None,
) -> Mesures:
    """The obligatory indicators of each exported establishment, the optional ones that it exports, and their totals.

    Without a log or a register nothing is recomputed, and the exported figures stand alone. A target that the text
    does not impose on this kind of project (MSSanté and DMP where all are PJM) is informative.
    """
    lignes: dict[tuple[str, str], list[Ligne]] = {}
    for ligne in export.etablissements:
        lignes.setdefault((ligne.finess_et, ligne.indicateur), []).append(ligne)
    etablissements = sorted({finess for finess, _ in lignes})
    recalcules = None if calcul is None else calcul.resultats
    exportes = {cle: _retenue(candidates, fenetre) for cle, candidates in lignes.items()}
    obligatoires = frozenset(codes_obligatoires(rulebook, structures))
    cibles = {code: cible_du_texte(rulebook, code) for code in rulebook["indicateurs"]}
    mesures = [
        _mesure(export, (finess, code), exportes.get((finess, code)), recalcules, cibles[code])
        for finess in etablissements
        for code in cibles
        if code in obligatoires or (finess, code) in exportes
    ]
    totaux = [_total(code, mesures, cibles[code]) for code in _codes(cibles, mesures)]
    return Mesures(*([_opposer(mesure, obligatoires) for mesure in part] for part in (mesures, totaux)))


def _retenue(candidates: Sequence[Ligne], fenetre: Fenetre) -> Ligne | None:
    """The row that the window calls for: the only one, whatever its period, else the first whose period is the window.

    Several rows, none of them for the window, say nothing about it: None.
    """
    if len(candidates) == 1:
        return candidates[0]
    jours = (fenetre.debut, fenetre.fin)
    return next((ligne for ligne in candidates if (ligne.periode_debut, ligne.periode_fin) == jours), None)


def _mesure(
    export: Export,
    cle: tuple[str, str],
    ligne: Ligne | None,
    recalcules: Resultats | None,
    cible: Fraction | int | None,
) -> Mesure:
    finess, code = cle
    return Mesure(
        code=code,
        finess_et=finess,
        exporte=Comptes(ligne.numerateur, ligne.denominateur) if ligne else None,
        recalcule=recalcules[cle] if recalcules is not None else None,
        cible=cible,
        taux=ligne.taux if ligne else None,
        at=export.table.at(ligne.rowid) if ligne else Location(),
    )


def _opposer(mesure: Mesure, obligatoires: Container[str]) -> Mesure:
    """The measure, its target informative where the text does not oblige the project to that indicator."""
    return mesure if mesure.code in obligatoires else replace(mesure, cible_opposable=False)


def _codes(ordre: Iterable[str], mesures: Iterable[Mesure]) -> list[str]:
    presents = {mesure.code for mesure in mesures}
    return [code for code in ordre if code in presents]


def _total(code: str, mesures: Iterable[Mesure], cible: Fraction | int | None) -> Mesure:
    """The project's figure: sum of numerators over sum of denominators, never a mean of rates."""
    siennes = [mesure for mesure in mesures if mesure.code == code]
    return Mesure(
        code=code,
        finess_et=None,
        exporte=_somme(siennes, lambda mesure: mesure.exporte),
        recalcule=_somme(siennes, lambda mesure: mesure.recalcule),
        cible=cible,
    )


def _somme(mesures: Iterable[Mesure], cote: Callable[[Mesure], Comptes | None]) -> Comptes | None:
    """The sum over the establishments that have the figure; None where none has."""
    comptes = [compte for compte in map(cote, mesures) if compte is not None]
    if not comptes:
        return None
    denominateurs = [compte.denominateur for compte in comptes if compte.denominateur is not None]
    return Comptes(sum(compte.numerateur for compte in comptes), sum(denominateurs) if denominateurs else None)
