"""Defects of the register."""

from __future__ import annotations

from duicheck_echantillon.defauts.commun import defaut, jour, toute
from duicheck_echantillon.fichiers import Echantillon

__all__: list[str] = []


@defaut("registre/sortie-avant-entree")
def _sortie_avant_entree(echantillon: Echantillon) -> None:
    sejour = echantillon.premiere("registre", toute)
    avant = {"date_entree": "2001-06-02", "date_sortie": "2001-06-01"}
    echantillon.ajouter("registre", {**sejour, **avant})


@defaut("registre/sejours-chevauchants")
def _sejours_chevauchants(echantillon: Echantillon) -> None:
    sejour = echantillon.premiere("registre", lambda ligne: ligne["date_sortie"] == "")
    echantillon.ajouter("registre", {**sejour, "date_entree": jour(sejour["date_entree"], 1)})


@defaut("registre/personne-sans-dossier", sans_dossier=True)
def _personne_sans_dossier(echantillon: Echantillon) -> None:
    echantillon.premiere("registre", lambda sejour: sejour["id_dossier"] == "")


@defaut("registre/dossiers-multiples")
def _dossiers_multiples(echantillon: Echantillon) -> None:
    # The second dossier has no event: nobody counts it.
    sejour = echantillon.premiere("registre", toute)
    second = {"id_dossier": "D-SECOND", "date_entree": "2001-06-01", "date_sortie": "2001-06-30"}
    echantillon.ajouter("registre", {**sejour, **second})


@defaut("registre/dossier-partage")
def _dossier_partage(echantillon: Echantillon) -> None:
    # The other person was there long before the window: the denominators do not move.
    sejour = echantillon.premiere("registre", toute)
    autre = {"id_personne": "P-AUTRE", "date_entree": "2001-06-01", "date_sortie": "2001-06-30"}
    echantillon.ajouter("registre", {**sejour, **autre})
