"""One named defect for a sample: rule id -> the smallest change that breaks the rule.

A change touches what the rule reads and, where it can, nothing that another rule counts: the figures stay true unless
the defect is about them. For tests, demonstrations, and vendors who want to see a finding before they meet one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from duicheck.errors import UsageError
from duicheck.rulebook import Rulebook
from duicheck_echantillon.fichiers import Echantillon, Ligne
from duicheck_echantillon.numeros import cle_luhn
from duicheck_echantillon.personnes import Reglages

__all__ = ["DEFAUTS", "Defaut", "planter"]

Changement = Callable[[Echantillon], None]


@dataclass(frozen=True, slots=True)
class Defaut:
    """How a defect comes about: a change of the written files, or a setting of the invention itself."""

    changement: Changement
    reglages: Reglages


DEFAUTS: dict[str, Defaut] = {}
"""Every defect that can be planted, by the rule that should find it."""


def _defaut(regle: str, **reglages: bool) -> Callable[[Changement], Changement]:
    def inscrire(changement: Changement) -> Changement:
        DEFAUTS[regle] = Defaut(changement, Reglages(**reglages))
        return changement

    return inscrire


def planter(regle: str, dossier: Path, texte: Rulebook, mesure: date) -> None:
    """Spoil a written sample.

    Raises:
        UsageError: this text, or a sample this small, leaves no place for the defect.
    """
    try:
        DEFAUTS[regle].changement(Echantillon(dossier, texte, mesure))
    except StopIteration:
        message = f"défaut « {regle} » : rien dans cet échantillon ne s'y prête ; essayez-en un plus grand"
        raise UsageError(message) from None


def _toute(_: Ligne) -> bool:
    return True


def _de_type(nature: str) -> Callable[[Ligne], bool]:
    return lambda ligne: ligne["type"] == nature and ligne["id_dossier"] != ""


def _ratio(ligne: Ligne) -> bool:
    return ligne["denominateur"] not in ("", "0")


def _jour(texte: str, jours: int) -> str:
    return (date.fromisoformat(texte) + timedelta(jours)).isoformat()


# livraison


@_defaut("livraison/fichier-absent")
def _fichier_absent(echantillon: Echantillon) -> None:
    echantillon.chemin("registre").unlink()


@_defaut("livraison/empreinte-differente")
def _empreinte_differente(echantillon: Echantillon) -> None:
    echantillon.manifeste('chemin = "journal.csv"\n', f'chemin = "journal.csv"\nsha256 = "{"0" * 64}"\n')


@_defaut("livraison/fichier-illisible")
def _fichier_illisible(echantillon: Echantillon) -> None:
    import gzip  # noqa: PLC0415

    entier = gzip.compress(echantillon.chemin("registre").read_bytes(), mtime=0)
    echantillon.chemin("registre").unlink()
    (echantillon.dossier / "registre.csv.gz").write_bytes(entier[: len(entier) // 2])
    echantillon.manifeste('"registre.csv"', '"registre.csv.gz"')


@_defaut("livraison/format-non-conforme")
def _format_non_conforme(echantillon: Echantillon) -> None:
    inconnu = {**echantillon.premiere("journal", _de_type("mise_a_jour_dossier")), "type": "visite"}
    echantillon.ajouter("journal", {**inconnu, "id_evenement": "E-FORMAT"})


@_defaut("livraison/valeur-ambigue")
def _valeur_ambigue(echantillon: Echantillon) -> None:
    echantillon.changer_une("registre", _toute, date_entree="03/04/25")


@_defaut("livraison/colonne-inconnue")
def _colonne_inconnue(echantillon: Echantillon) -> None:
    titres = [*echantillon.titres("registre"), "commentaire_interne"]
    echantillon.refaire("registre", echantillon.lignes("registre"), titres)


@_defaut("livraison/colonne-manquante")
def _colonne_manquante(echantillon: Echantillon) -> None:
    titres = [titre for titre in echantillon.titres("registre") if titre != "date_entree"]
    echantillon.refaire("registre", echantillon.lignes("registre"), titres)


@_defaut("livraison/fichier-vide")
def _fichier_vide(echantillon: Echantillon) -> None:
    echantillon.retirer("registre", _toute)


# identifiants


def _renommer(echantillon: Echantillon, neuf: Callable[[str], str]) -> None:
    """Give the first establishment another number, everywhere."""
    ancien = echantillon.premiere("indicateurs", _toute)["finess_et"]
    for role in ("indicateurs", "journal", "registre"):
        echantillon.changer(role, lambda ligne: ligne["finess_et"] == ancien, finess_et=neuf(ancien))


@_defaut("identifiants/finess-mal-forme")
def _finess_mal_forme(echantillon: Echantillon) -> None:
    _renommer(echantillon, lambda ancien: "7X" + ancien[2:])


@_defaut("identifiants/finess-cle")
def _finess_cle(echantillon: Echantillon) -> None:
    _renommer(echantillon, lambda ancien: ancien[:-1] + str((int(ancien[-1]) + 1) % 10))


@_defaut("identifiants/siren")
def _siren(echantillon: Echantillon) -> None:
    manifeste = (echantillon.dossier / "livraison.toml").read_text(encoding="utf-8")
    bon = manifeste.partition('siren = "')[2][:9]
    echantillon.manifeste(bon, bon[:-1] + str((int(cle_luhn(bon[:-1])) + 1) % 10))


# indicateurs


@_defaut("indicateurs/ligne-repetee")
def _ligne_repetee(echantillon: Echantillon) -> None:
    echantillon.ajouter("indicateurs", echantillon.premiere("indicateurs", _toute))


@_defaut("indicateurs/indicateur-manquant")
def _indicateur_manquant(echantillon: Echantillon) -> None:
    visee = echantillon.premiere("indicateurs", lambda ligne: ligne["indicateur"] == "evenement_agenda")
    echantillon.retirer("indicateurs", lambda ligne: ligne == visee)


@_defaut("indicateurs/criteres-socles-insuffisants")
def _criteres_socles_insuffisants(echantillon: Echantillon) -> None:
    socles = echantillon.texte.get("criteres_socles")
    if socles is None:
        message = f"le texte {echantillon.texte.id} n'a pas de critères socles : essayez avec --texte 2021-amorcage"
        raise UsageError(message)
    echantillon.retirer("indicateurs", lambda ligne: ligne["indicateur"] in socles[1:])


@_defaut("indicateurs/periode-hors-texte")
def _periode_hors_texte(echantillon: Echantillon) -> None:
    debut = _jour(echantillon.premiere("indicateurs", _toute)["periode_debut"], 1)
    echantillon.changer_une("indicateurs", _toute, periode_debut=debut)


@_defaut("indicateurs/mesure-hors-fin-de-mois")
def _mesure_hors_fin_de_mois(echantillon: Echantillon) -> None:
    if echantillon.texte["fenetre_fin"] != "fin_du_mois_de_mesure":
        message = f"le texte {echantillon.texte.id} ne demande pas de fin de mois : essayez avec --texte 2023-13"
        raise UsageError(message)
    echantillon.manifeste(str(echantillon.mesure), str(echantillon.mesure.replace(day=15)))


@_defaut("indicateurs/extraction-prematuree")
def _extraction_prematuree(echantillon: Echantillon) -> None:
    premiere = echantillon.premiere("indicateurs", _toute)
    echantillon.changer_une("indicateurs", _toute, date_extraction=_jour(premiere["periode_fin"], -1))


@_defaut("indicateurs/numerateur-superieur")
def _numerateur_superieur(echantillon: Echantillon) -> None:
    def critere(ligne: Ligne) -> bool:
        return ligne["indicateur"] == "evenement_agenda" and _ratio(ligne)

    trop = int(echantillon.premiere("indicateurs", critere)["denominateur"]) + 1
    echantillon.changer_une("indicateurs", critere, numerateur=str(trop), taux="")


@_defaut("indicateurs/denominateur-nul")
def _denominateur_nul(echantillon: Echantillon) -> None:
    echantillon.changer_une("indicateurs", _ratio, numerateur="0", denominateur="0", taux="0")


@_defaut("indicateurs/denominateur-absent")
def _denominateur_absent(echantillon: Echantillon) -> None:
    echantillon.changer_une("indicateurs", _ratio, denominateur="", taux="")


@_defaut("indicateurs/taux-faux")
def _taux_faux(echantillon: Echantillon) -> None:
    faux = f"{float(echantillon.premiere('indicateurs', _ratio)['taux']) / 2:.2f}"
    echantillon.changer_une("indicateurs", _ratio, taux=faux)


@_defaut("indicateurs/denominateurs-discordants")
def _denominateurs_discordants(echantillon: Echantillon) -> None:
    def critere(ligne: Ligne) -> bool:
        return ligne["indicateur"] == "evenement_agenda" and _ratio(ligne)

    plus = int(echantillon.premiere("indicateurs", critere)["denominateur"]) + 1
    echantillon.changer_une("indicateurs", critere, denominateur=str(plus), taux="")


@_defaut("indicateurs/moyenne-de-taux")
def _moyenne_de_taux(echantillon: Echantillon) -> None:
    siennes = [ligne for ligne in echantillon.lignes("indicateurs") if ligne["indicateur"] == "dossiers_actifs"]
    sommes = {colonne: sum(int(ligne[colonne]) for ligne in siennes) for colonne in ("numerateur", "denominateur")}
    moyenne = sum(100 * int(ligne["numerateur"]) / int(ligne["denominateur"]) for ligne in siennes) / len(siennes)
    if f"{moyenne:.2f}" == f"{100 * sommes['numerateur'] / sommes['denominateur']:.2f}":
        raise StopIteration  # nothing to tell apart
    total = {**siennes[0], **{colonne: str(somme) for colonne, somme in sommes.items()}}
    echantillon.ajouter("indicateurs", {**total, "finess_et": "TOTAL", "taux": f"{moyenne:.2f}"})


@_defaut("indicateurs/total-faux")
def _total_faux(echantillon: Echantillon) -> None:
    siennes = [ligne for ligne in echantillon.lignes("indicateurs") if ligne["indicateur"] == "dossiers_actifs"]
    sommes = {colonne: sum(int(ligne[colonne]) for ligne in siennes) for colonne in ("numerateur", "denominateur")}
    faux = {"numerateur": str(sommes["numerateur"] - 1), "denominateur": str(sommes["denominateur"]), "taux": ""}
    echantillon.ajouter("indicateurs", {**siennes[0], **faux, "finess_et": "TOTAL"})


@_defaut("indicateurs/cible-non-atteinte", sous_la_cible=True)
def _cible_non_atteinte(echantillon: Echantillon) -> None:
    if echantillon.texte.get("cible_dossiers_actifs") is None:
        message = f"le texte {echantillon.texte.id} ne fixe pas de cible"
        raise UsageError(message)


# journal


@_defaut("journal/ecart-indicateur")
def _ecart_indicateur(echantillon: Echantillon) -> None:
    def critere(ligne: Ligne) -> bool:
        return ligne["indicateur"] == "evenement_agenda" and int(ligne["numerateur"]) > 0

    moins = int(echantillon.premiere("indicateurs", critere)["numerateur"]) - 1
    echantillon.changer_une("indicateurs", critere, numerateur=str(moins), taux="")


@_defaut("journal/evenement-repete")
def _evenement_repete(echantillon: Echantillon) -> None:
    echantillon.ajouter("journal", echantillon.premiere("journal", _toute))


@_defaut("journal/horodatage-sans-fuseau")
def _horodatage_sans_fuseau(echantillon: Echantillon) -> None:
    ligne = echantillon.premiere("journal", _de_type("mise_a_jour_dossier"))
    echantillon.ajouter("journal", {**ligne, "id_evenement": "E-FUSEAU", "horodatage": ligne["horodatage"][:19]})


@_defaut("journal/evenement-futur")
def _evenement_futur(echantillon: Echantillon) -> None:
    extraction = echantillon.premiere("indicateurs", _toute)["date_extraction"]
    apres = f"{_jour(extraction, 2)}T12:00:00Z"
    message = echantillon.premiere("journal", lambda ligne: ligne["etat"] == "recu")
    echantillon.ajouter("journal", {**message, "id_evenement": "E-FUTUR", "horodatage": apres, "id_dossier": ""})


@_defaut("journal/couverture-incomplete")
def _couverture_incomplete(echantillon: Echantillon) -> None:
    """The log starts in the middle of the window, as one that was kept too short does."""
    ligne = echantillon.premiere("indicateurs", _toute)
    debut, fin = date.fromisoformat(ligne["periode_debut"]), date.fromisoformat(ligne["periode_fin"])
    milieu = (debut + (fin - debut) / 2).isoformat()
    echantillon.retirer("journal", lambda evenement: evenement["horodatage"][:10] < milieu)


@_defaut("journal/dossier-inconnu")
def _dossier_inconnu(echantillon: Echantillon) -> None:
    ligne = echantillon.premiere("journal", _de_type("mise_a_jour_dossier"))
    echantillon.ajouter("journal", {**ligne, "id_evenement": "E-INCONNU", "id_dossier": "D-INCONNU"})


@_defaut("journal/etablissement-discordant")
def _etablissement_discordant(echantillon: Echantillon) -> None:
    ligne = echantillon.premiere("journal", _de_type("mise_a_jour_dossier"))
    autre = echantillon.premiere("registre", lambda sejour: sejour["finess_et"] != ligne["finess_et"])
    ailleurs = {"id_evenement": "E-AILLEURS", "finess_et": autre["finess_et"]}
    echantillon.ajouter("journal", {**ligne, **ailleurs})


@_defaut("journal/evenement-hors-sejour")
def _evenement_hors_sejour(echantillon: Echantillon) -> None:
    debut = echantillon.premiere("indicateurs", _toute)["periode_debut"]
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


@_defaut("journal/etat-impossible")
def _etat_impossible(echantillon: Echantillon) -> None:
    clos = echantillon.premiere("journal", lambda ligne: ligne["etat"] == "supprime")
    jour = date.fromisoformat(echantillon.premiere("indicateurs", _toute)["periode_fin"]) + timedelta(1)
    # After the window, so that its state at the window's end stays what it was.
    encore = {"id_evenement": "E-ETAT", "horodatage": f"{jour}T12:00:00Z", "etat": "succes"}
    echantillon.ajouter("journal", {**clos, **encore})


# registre


@_defaut("registre/sortie-avant-entree")
def _sortie_avant_entree(echantillon: Echantillon) -> None:
    sejour = echantillon.premiere("registre", _toute)
    avant = {"date_entree": "2001-06-02", "date_sortie": "2001-06-01"}
    echantillon.ajouter("registre", {**sejour, **avant})


@_defaut("registre/sejours-chevauchants")
def _sejours_chevauchants(echantillon: Echantillon) -> None:
    sejour = echantillon.premiere("registre", lambda ligne: ligne["date_sortie"] == "")
    echantillon.ajouter("registre", {**sejour, "date_entree": _jour(sejour["date_entree"], 1)})


@_defaut("registre/personne-sans-dossier", sans_dossier=True)
def _personne_sans_dossier(echantillon: Echantillon) -> None:
    echantillon.premiere("registre", lambda sejour: sejour["id_dossier"] == "")


@_defaut("registre/dossiers-multiples")
def _dossiers_multiples(echantillon: Echantillon) -> None:
    # The second dossier has no event: nobody counts it.
    sejour = echantillon.premiere("registre", _toute)
    second = {"id_dossier": "D-SECOND", "date_entree": "2001-06-01", "date_sortie": "2001-06-30"}
    echantillon.ajouter("registre", {**sejour, **second})


@_defaut("registre/dossier-partage")
def _dossier_partage(echantillon: Echantillon) -> None:
    # The other person was there long before the window: the denominators do not move.
    sejour = echantillon.premiere("registre", _toute)
    autre = {"id_personne": "P-AUTRE", "date_entree": "2001-06-01", "date_sortie": "2001-06-30"}
    echantillon.ajouter("registre", {**sejour, **autre})
