"""The deliveries with their expected figures: same window, same integers.

Their figures come from a program that shares no code with duicheck. `mensonge` says how the export was computed when it
was not by the default rules; the recomputation must find these integers as well, under that hypothesis.
"""

from __future__ import annotations

import csv
import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from declarees import livraison
from partage import SHARED, needs

from duicheck.model import Comptes, Journal, Registre
from duicheck.rulebook import load_rulebook, shipped_rulebooks
from duicheck_indicateurs.decoupe import Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.recalcul import recalculer

LIVRAISONS = sorted((SHARED / "livraisons").glob("*.attendu.json"))

pytestmark = needs(LIVRAISONS)


def _lignes(chemin: Path) -> list[dict[str, str]]:
    octets = chemin.read_bytes()
    try:
        texte = octets.decode("utf-8-sig")
    except UnicodeDecodeError:
        texte = octets.decode("cp1252")
    separateur = ";" if ";" in texte.partition("\n")[0] else ","
    return list(csv.DictReader(texte.splitlines(), delimiter=separateur))


def _jour(texte: str) -> date | None:
    if not texte:
        return None
    return date.fromisoformat("-".join(reversed(texte.split("/"))))


def _tables(dossier: Path) -> tuple[Journal, Registre]:
    connexion = duckdb.connect()
    connexion.execute(
        "CREATE TABLE journal (id_evenement VARCHAR, horodatage TIMESTAMP, finess_et VARCHAR, id_dossier VARCHAR,"
        " type VARCHAR, etat VARCHAR, id_objet VARCHAR, date_evenement DATE, canal VARCHAR)"
    )
    connexion.execute(
        "CREATE TABLE registre (id_personne VARCHAR, id_dossier VARCHAR, finess_et VARCHAR, date_entree DATE,"
        " date_sortie DATE, projet_possible BOOLEAN)"
    )
    colonnes = ("id_evenement", "finess_et", "id_dossier", "type", "etat", "id_objet", "canal")
    evenements = [
        {
            **{nom: ligne[nom] or None for nom in colonnes},
            "horodatage": datetime.fromisoformat(ligne["horodatage"]).astimezone(UTC).replace(tzinfo=None),
            "date_evenement": _jour(ligne["date_evenement"]),
        }
        for ligne in _lignes(dossier / "journal.csv")
    ]
    sejours = [
        {
            "id_personne": ligne["id_personne"],
            "id_dossier": ligne["id_dossier"] or None,
            "finess_et": ligne["finess_et"],
            "date_entree": _jour(ligne["date_entree"]),
            "date_sortie": _jour(ligne["date_sortie"]),
            "projet_possible": ligne["projet_possible"] not in ("false", "non"),
        }
        for ligne in _lignes(dossier / "registre.csv")
    ]
    for nom, lignes in (("journal", evenements), ("registre", sejours)):
        noms = list(lignes[0])
        connexion.execute(
            f"INSERT INTO {nom} ({', '.join(noms)}) SELECT {', '.join('unnest(?)' for _ in noms)}",
            [[ligne[colonne] for ligne in lignes] for colonne in noms],
        )
    return Journal(connexion, []), Registre(connexion, [])


@pytest.mark.parametrize("attendu", LIVRAISONS, ids=lambda chemin: chemin.name.removesuffix(".attendu.json"))
def test_les_entiers_sont_ceux_attendus(attendu: Path) -> None:
    figures: dict[str, Any] = json.loads(attendu.read_text(encoding="utf-8"))
    dossier = attendu.with_name(attendu.name.removesuffix(".attendu.json"))
    manifeste = tomllib.loads((dossier / "livraison.toml").read_text(encoding="utf-8"))
    livres = {livre.id: livre for livre in map(load_rulebook, shipped_rulebooks())}
    regles = {nom: RegleFenetre.du_texte(livre) for nom, livre in livres.items()}
    dite = livraison(
        texte=manifeste["texte"],
        date_mesure=manifeste["date_mesure"],
        premiere_mesure=manifeste["premiere_mesure"],
        phase=manifeste.get("phase"),
    )
    livre = livres[dite.texte]

    def scenario(nom: str, departs: dict[str, str]) -> Scenario:
        choisies = livre.choose(departs)
        return Scenario(nom, situer(dite, regles[livre.id], choisies, regles), choisies)

    selon_le_texte = scenario("texte", livre.choose(manifeste.get("hypotheses", {})))
    scenarios = [selon_le_texte, scenario("mensonge", figures["hypotheses"])]
    assert [str(selon_le_texte.fenetre.debut), str(selon_le_texte.fenetre.fin)] == figures["fenetre"]

    simples = livre.get("indicateurs_simples_comptes", ())
    resultats = recalculer(*_tables(dossier), figures["recalcule"], scenarios, simples)

    def entiers(nom: str) -> dict[str, dict[str, list[int | None]]]:
        rendus: dict[str, dict[str, list[int | None]]] = {}
        for finess, codes in figures["recalcule"].items():
            for code in codes:
                comptes: Comptes = resultats[nom][finess, code]
                rendus.setdefault(finess, {})[code] = [comptes.numerateur, comptes.denominateur]
        return rendus

    assert entiers("texte") == figures["recalcule"]
    if figures["hypotheses"]:
        assert entiers("mensonge") == figures["exporte"]
