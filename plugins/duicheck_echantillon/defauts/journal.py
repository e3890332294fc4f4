"""Defects of the log."""

from __future__ import annotations

from datetime import date, timedelta

from duicheck_echantillon.defauts.commun import de_type, defaut, jour, toute
from duicheck_echantillon.fichiers import Echantillon, Ligne

__all__: list[str] = []


@defaut("journal/ecart-indicateur")
def _ecart_indicateur(echantillon: Echantillon) -> None:
    def critere(ligne: Ligne) -> bool:
        return ligne["indicateur"] == "evenement_agenda" and int(ligne["numerateur"]) > 0

    moins = int(echantillon.premiere("indicateurs", critere)["numerateur"]) - 1
    echantillon.changer_une("indicateurs", critere, numerateur=str(moins), taux="")


@defaut("journal/evenement-repete")
def _evenement_repete(echantillon: Echantillon) -> None:
    echantillon.ajouter("journal", echantillon.premiere("journal", toute))


@defaut("journal/horodatage-sans-fuseau")
def _horodatage_sans_fuseau(echantillon: Echantillon) -> None:
    ligne = echantillon.premiere("journal", de_type("mise_a_jour_dossier"))
    echantillon.ajouter("journal", {**ligne, "id_evenement": "E-FUSEAU", "horodatage": ligne["horodatage"][:19]})


@defaut("journal/evenement-futur")
def _evenement_futur(echantillon: Echantillon) -> None:
    extraction = echantillon.premiere("indicateurs", toute)["date_extraction"]
    apres = f"{jour(extraction, 2)}T12:00:00Z"
    message = echantillon.premiere("journal", lambda ligne: ligne["etat"] == "recu")
    echantillon.ajouter("journal", {**message, "id_evenement": "E-FUTUR", "horodatage": apres, "id_dossier": ""})


@defaut("journal/couverture-incomplete")
def _couverture_incomplete(echantillon: Echantillon) -> None:
    """The log starts in the middle of the window, as one that was kept too short does."""
    ligne = echantillon.premiere("indicateurs", toute)
    debut, fin = date.fromisoformat(ligne["periode_debut"]), date.fromisoformat(ligne["periode_fin"])
    milieu = (debut + (fin - debut) / 2).isoformat()
    echantillon.retirer("journal", lambda evenement: evenement["horodatage"][:10] < milieu)


@defaut("journal/dossier-inconnu")
def _dossier_inconnu(echantillon: Echantillon) -> None:
    ligne = echantillon.premiere("journal", de_type("mise_a_jour_dossier"))
    echantillon.ajouter("journal", {**ligne, "id_evenement": "E-INCONNU", "id_dossier": "D-INCONNU"})


@defaut("journal/etablissement-discordant")
def _etablissement_discordant(echantillon: Echantillon) -> None:
    ligne = echantillon.premiere("journal", de_type("mise_a_jour_dossier"))
    autre = echantillon.premiere("registre", lambda sejour: sejour["finess_et"] != ligne["finess_et"])
    ailleurs = {"id_evenement": "E-AILLEURS", "finess_et": autre["finess_et"]}
    echantillon.ajouter("journal", {**ligne, **ailleurs})


@defaut("journal/evenement-hors-sejour")
def _evenement_hors_sejour(echantillon: Echantillon) -> None:
    debut = echantillon.premiere("indicateurs", toute)["periode_debut"]
    sejours: dict[str, int] = {}
    for sejour in echantillon.lignes("registre"):
        sejours[sejour["id_dossier"]] = sejours.get(sejour["id_dossier"], 0) + 1
    # Someone who came after the window began, and only once, gets a message on its first day: it counts for nothing.
    venu = echantillon.premiere(
        "registre", lambda sejour: sejour["date_entree"] > debut and sejours[sejour["id_dossier"]] == 1
    )
    evenement = {
        "id_evenement": "E-SEJOUR",
        "horodatage": f"{debut}T12:00:00Z",
        "finess_et": venu["finess_et"],
        "id_dossier": venu["id_dossier"],
        "type": "message_mssante",
        "etat": "recu",
        "canal": "professionnelle",
    }
    echantillon.ajouter("journal", evenement)


@defaut("journal/etat-impossible")
def _etat_impossible(echantillon: Echantillon) -> None:
    clos = echantillon.premiere("journal", lambda ligne: ligne["etat"] == "supprime")
    jour = date.fromisoformat(echantillon.premiere("indicateurs", toute)["periode_fin"]) + timedelta(1)
    # After the window, so that its state at the window's end stays what it was.
    encore = {"id_evenement": "E-ETAT", "horodatage": f"{jour}T12:00:00Z", "etat": "succes"}
    echantillon.ajouter("journal", {**clos, **encore})
