"""Defects of the files themselves."""

from __future__ import annotations

from duicheck_echantillon.defauts.commun import de_type, defaut, toute
from duicheck_echantillon.fichiers import Echantillon

__all__: list[str] = []


@defaut("livraison/fichier-absent")
def _fichier_absent(echantillon: Echantillon) -> None:
    echantillon.chemin("registre").unlink()


@defaut("livraison/empreinte-differente")
def _empreinte_differente(echantillon: Echantillon) -> None:
    echantillon.manifeste('chemin = "journal.csv"\n', f'chemin = "journal.csv"\nsha256 = "{"0" * 64}"\n')


@defaut("livraison/fichier-illisible")
def _fichier_illisible(echantillon: Echantillon) -> None:
    import gzip  # noqa: PLC0415

    entier = gzip.compress(echantillon.chemin("registre").read_bytes(), mtime=0)
    echantillon.chemin("registre").unlink()
    (echantillon.dossier / "registre.csv.gz").write_bytes(entier[: len(entier) // 2])
    echantillon.manifeste('"registre.csv"', '"registre.csv.gz"')


@defaut("livraison/format-non-conforme")
def _format_non_conforme(echantillon: Echantillon) -> None:
    inconnu = {**echantillon.premiere("journal", de_type("mise_a_jour_dossier")), "type": "visite"}
    echantillon.ajouter("journal", {**inconnu, "id_evenement": "E-FORMAT"})


@defaut("livraison/valeur-ambigue")
def _valeur_ambigue(echantillon: Echantillon) -> None:
    echantillon.changer_une("registre", toute, date_entree="03/04/25")


@defaut("livraison/colonne-inconnue")
def _colonne_inconnue(echantillon: Echantillon) -> None:
    titres = [*echantillon.titres("registre"), "commentaire_interne"]
    echantillon.refaire("registre", echantillon.lignes("registre"), titres)


@defaut("livraison/colonne-manquante")
def _colonne_manquante(echantillon: Echantillon) -> None:
    titres = [titre for titre in echantillon.titres("registre") if titre != "date_entree"]
    echantillon.refaire("registre", echantillon.lignes("registre"), titres)


@defaut("livraison/fichier-vide")
def _fichier_vide(echantillon: Echantillon) -> None:
    echantillon.retirer("registre", toute)
