"""Defects of the export."""

from __future__ import annotations

from duicheck.errors import UsageError
from duicheck_echantillon.defauts.commun import defaut, jour, ratio, toute
from duicheck_echantillon.fichiers import Echantillon, Ligne

__all__: list[str] = []


@defaut("indicateurs/ligne-repetee")
def _ligne_repetee(echantillon: Echantillon) -> None:
    echantillon.ajouter("indicateurs", echantillon.premiere("indicateurs", toute))


@defaut("indicateurs/indicateur-manquant")
def _indicateur_manquant(echantillon: Echantillon) -> None:
    visee = echantillon.premiere("indicateurs", lambda ligne: ligne["indicateur"] == "evenement_agenda")
    echantillon.retirer("indicateurs", lambda ligne: ligne == visee)


@defaut("indicateurs/criteres-socles-insuffisants")
def _criteres_socles_insuffisants(echantillon: Echantillon) -> None:
    socles = echantillon.texte.get("criteres_socles")
    if socles is None:
        message = f"le texte {echantillon.texte.id} n'a pas de critères socles : essayez avec --texte 2021-amorcage"
        raise UsageError(message)
    echantillon.retirer("indicateurs", lambda ligne: ligne["indicateur"] in socles[1:])


@defaut("indicateurs/periode-hors-texte")
def _periode_hors_texte(echantillon: Echantillon) -> None:
    debut = jour(echantillon.premiere("indicateurs", toute)["periode_debut"], 1)
    echantillon.changer_une("indicateurs", toute, periode_debut=debut)


@defaut("indicateurs/mesure-hors-fin-de-mois")
def _mesure_hors_fin_de_mois(echantillon: Echantillon) -> None:
    if echantillon.texte["fenetre_fin"] != "fin_du_mois_de_mesure":
        message = f"le texte {echantillon.texte.id} ne demande pas de fin de mois : essayez avec --texte 2023-13"
        raise UsageError(message)
    echantillon.manifeste(str(echantillon.mesure), str(echantillon.mesure.replace(day=15)))


@defaut("indicateurs/extraction-prematuree")
def _extraction_prematuree(echantillon: Echantillon) -> None:
    premiere = echantillon.premiere("indicateurs", toute)
    echantillon.changer_une("indicateurs", toute, date_extraction=jour(premiere["periode_fin"], -1))


@defaut("indicateurs/numerateur-superieur")
def _numerateur_superieur(echantillon: Echantillon) -> None:
    def critere(ligne: Ligne) -> bool:
        return ligne["indicateur"] == "evenement_agenda" and ratio(ligne)

    trop = int(echantillon.premiere("indicateurs", critere)["denominateur"]) + 1
    echantillon.changer_une("indicateurs", critere, numerateur=str(trop), taux="")


@defaut("indicateurs/denominateur-nul")
def _denominateur_nul(echantillon: Echantillon) -> None:
    echantillon.changer_une("indicateurs", ratio, numerateur="0", denominateur="0", taux="0")


@defaut("indicateurs/denominateur-absent")
def _denominateur_absent(echantillon: Echantillon) -> None:
    echantillon.changer_une("indicateurs", ratio, denominateur="", taux="")


@defaut("indicateurs/taux-faux")
def _taux_faux(echantillon: Echantillon) -> None:
    faux = f"{float(echantillon.premiere('indicateurs', ratio)['taux']) / 2:.2f}"
    echantillon.changer_une("indicateurs", ratio, taux=faux)


@defaut("indicateurs/denominateurs-discordants")
def _denominateurs_discordants(echantillon: Echantillon) -> None:
    def critere(ligne: Ligne) -> bool:
        return ligne["indicateur"] == "evenement_agenda" and ratio(ligne)

    plus = int(echantillon.premiere("indicateurs", critere)["denominateur"]) + 1
    echantillon.changer_une("indicateurs", critere, denominateur=str(plus), taux="")


@defaut("indicateurs/moyenne-de-taux")
def _moyenne_de_taux(echantillon: Echantillon) -> None:
    siennes = [ligne for ligne in echantillon.lignes("indicateurs") if ligne["indicateur"] == "dossiers_actifs"]
    sommes = {colonne: sum(int(ligne[colonne]) for ligne in siennes) for colonne in ("numerateur", "denominateur")}
    moyenne = sum(100 * int(ligne["numerateur"]) / int(ligne["denominateur"]) for ligne in siennes) / len(siennes)
    if f"{moyenne:.2f}" == f"{100 * sommes['numerateur'] / sommes['denominateur']:.2f}":
        raise StopIteration  # nothing to tell apart
    total = {**siennes[0], **{colonne: str(somme) for colonne, somme in sommes.items()}}
    echantillon.ajouter("indicateurs", {**total, "finess_et": "TOTAL", "taux": f"{moyenne:.2f}"})


@defaut("indicateurs/total-faux")
def _total_faux(echantillon: Echantillon) -> None:
    siennes = [ligne for ligne in echantillon.lignes("indicateurs") if ligne["indicateur"] == "dossiers_actifs"]
    sommes = {colonne: sum(int(ligne[colonne]) for ligne in siennes) for colonne in ("numerateur", "denominateur")}
    faux = {"numerateur": str(sommes["numerateur"] - 1), "denominateur": str(sommes["denominateur"]), "taux": ""}
    echantillon.ajouter("indicateurs", {**siennes[0], **faux, "finess_et": "TOTAL"})


@defaut("indicateurs/cible-non-atteinte", sous_la_cible=True)
def _cible_non_atteinte(echantillon: Echantillon) -> None:
    if echantillon.texte.get("cible_dossiers_actifs") is None:
        message = f"le texte {echantillon.texte.id} ne fixe pas de cible"
        raise UsageError(message)
