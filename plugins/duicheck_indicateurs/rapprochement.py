"""The vendor's decompte beside the recomputation: which rows can be compared, and the gap that they make."""

from __future__ import annotations

from collections.abc import Mapping

from duicheck.errors import NotApplicable, NotAvailable
from duicheck.model import CauseComptee, Decompte, Fenetre, Hypotheses, Mesure, Mesures, Rapprochement, Rapprochements
from duicheck.rules import reader
from duicheck_indicateurs.comptage import Comptage, Face
from duicheck_indicateurs.lignes import PAR_DOSSIER

__all__ = ["rapprochements_de_la_livraison"]

_VIDE = Face(0, CauseComptee("doublon", 0), (), ())

Cle = tuple[str, str]
_Lignes = tuple[int, int]


@reader
def rapprochements_de_la_livraison(
    decompte: Decompte, mesures: Mesures, comptage: Comptage, fenetre: Fenetre, hypotheses: Hypotheses
) -> Rapprochements:
    """Hold the decompte against what the log gives, for each exported row that it can justify.

    An exported figure above 0 of which the decompte has no row is not compared: the vendor gave no list for it.
    """
    if decompte.rejected:
        message = f"décompte : lignes rejetées ({decompte.rejected}), à corriger avant de chercher les causes"
        raise NotAvailable(message)
    codes = [code for code in PAR_DOSSIER if code != "dmp" or hypotheses["dmp"] != "documents"]
    lignes = _lignes(decompte, fenetre)
    exportees = {_cle(mesure): mesure for mesure in mesures.etablissements if mesure.exporte is not None}
    par_ligne, absents = {}, {}
    for cle, mesure in exportees.items():
        if cle[1] not in codes or mesure.exporte is None or mesure.recalcule is None:
            continue
        if cle not in lignes and mesure.exporte.numerateur:
            absents[cle] = mesure.exporte.numerateur
            continue
        face = (comptage.faces or {}).get(cle, _VIDE)
        par_ligne[cle] = Rapprochement(
            *cle,
            exporte=mesure.exporte.numerateur,
            recalcule=mesure.recalcule.numerateur,
            lignes=face.lignes,
            doublons=face.doublons,
            a_tort=face.a_tort,
            oublies=face.oublies,
        )
    if not par_ligne and not lignes and not absents:
        message = "aucune ligne de l'export ne peut être rapprochée d'un décompte"
        raise NotApplicable(message)
    return Rapprochements(
        par_ligne=dict(sorted(par_ligne.items())),
        absents=dict(sorted(absents.items())),
        sans_export={cle: _somme(periodes) for cle, periodes in lignes.items() if cle not in exportees},
        sans_dossier=_sans_dossier(lignes, codes),
        autre_periode=_autre_periode(lignes),
    )


def _lignes(decompte: Decompte, fenetre: Fenetre) -> dict[Cle, dict[bool, _Lignes]]:
    """(finess_et, code) -> whether the period is the window -> number of rows and first rowid."""
    lignes: dict[Cle, dict[bool, _Lignes]] = {}
    for finess, code, dedans, nombre, premiere in decompte.rows(
        "SELECT finess_et, indicateur, periode_debut = $debut AND periode_fin = $fin AS dedans, count(*), min(rowid)"
        " FROM decompte GROUP BY finess_et, indicateur, dedans ORDER BY finess_et, indicateur",
        {"debut": fenetre.debut, "fin": fenetre.fin},
    ):
        lignes.setdefault((finess, code), {})[dedans] = (nombre, premiere)
    return lignes


def _somme(periodes: Mapping[bool, _Lignes]) -> _Lignes:
    return sum(nombre for nombre, _ in periodes.values()), min(premiere for _, premiere in periodes.values())


def _sans_dossier(lignes: Mapping[Cle, Mapping[bool, _Lignes]], codes: list[str]) -> dict[str, _Lignes]:
    """The rows about indicators that are no count of dossiers, by indicator."""
    trouvees: dict[str, list[_Lignes]] = {}
    for (_, code), periodes in lignes.items():
        if code not in codes:
            trouvees.setdefault(code, []).append(_somme(periodes))
    return {
        code: (sum(nombre for nombre, _ in sommes), min(premiere for _, premiere in sommes))
        for code, sommes in trouvees.items()
    }


def _autre_periode(lignes: Mapping[Cle, Mapping[bool, _Lignes]]) -> dict[Cle, _Lignes]:
    """The rows whose period is not the window."""
    return {cle: periodes[False] for cle, periodes in lignes.items() if False in periodes}


def _cle(mesure: Mesure) -> Cle:
    return str(mesure.finess_et), mesure.code
