"""Traces as rows of the log."""

from __future__ import annotations

from collections.abc import Iterable

from duicheck_tddui.derivation.personnes import dossier
from duicheck_tddui.derivation.pseudonymes import Pseudonymes
from duicheck_tddui.derivation.recolte import Recolte
from duicheck_tddui.traces.evenements import Evenement, HorsSujet

__all__ = ["tirer_traces"]


def tirer_traces(racontes: Iterable[Evenement | HorsSujet], pseudonymes: Pseudonymes, recolte: Recolte) -> None:
    """Draw what the traces tell; what cannot be is counted with the column and the reason."""
    for each in racontes:
        if isinstance(each, HorsSujet):
            recolte.ecarter(each.chemin, "journal", "trace", {"": each.raison})
        elif each.manques or each.finess is None:
            recolte.ecarter(each.chemin, "journal", each.type, each.manques)
        else:
            recolte.evenement(each.chemin, _ligne(each, each.finess, pseudonymes))
            if each.type == "alimentation_dmp":
                recolte.depots.add(each.cle[0])


def _ligne(evenement: Evenement, finess: str, pseudonymes: Pseudonymes) -> dict[str, str]:
    return {
        "id_evenement": pseudonymes.donner("E", *evenement.cle),
        "horodatage": evenement.horodatage or "",
        "finess_et": finess,
        "id_dossier": "" if evenement.personne is None else dossier(evenement.personne, finess, pseudonymes),
        "type": evenement.type,
        "etat": evenement.etat or "",
        "id_objet": "" if evenement.objet is None else pseudonymes.donner("O", evenement.type, evenement.objet),
        "canal": evenement.canal or "",
    }
