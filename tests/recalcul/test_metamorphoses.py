"""Changes that must not move an integer, and changes that must move it by one."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta, timezone
from typing import Any

from tables_recalcul import livraison, tables, textes

from duicheck_indicateurs.decoupe import Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.recalcul import Resultats, recalculer

FINESS = ("750803447", "974000015")
_MESURE = date(2025, 9, 15)
_PARIS = timezone(timedelta(hours=2))


def _delivery(graine: int = 7) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Forty persons, six hundred events, all types and states."""
    hasard = random.Random(graine)
    sejours = [
        {
            "id_personne": f"P{numero}",
            "id_dossier": None if numero % 13 == 0 else f"D{numero}",
            "finess_et": FINESS[numero % 2],
            "date_entree": date(2025, 1, 1) + timedelta(hasard.randrange(250)),
            "date_sortie": None if numero % 3 else date(2025, 8, 1) + timedelta(hasard.randrange(60)),
            "projet_possible": numero % 5 > 0,
        }
        for numero in range(40)
    ]
    etats = {
        "mise_a_jour_dossier": [None],
        "projet_personnalise": ["en_preparation", "actif", "clos"],
        "evenement_agenda": ["planifie", "realise", "annule"],
        "message_mssante": ["envoye", "echec", "recu"],
        "alimentation_dmp": ["succes", "echec", "supprime"],
        "import_eprescription": [None],
        "echange_eparcours": [None],
    }
    evenements = []
    for rang in range(600):
        numero, nature = hasard.randrange(40), hasard.choice(sorted(etats))
        evenements.append(
            {
                "id_evenement": f"E{rang:04}",
                "horodatage": datetime(2025, 5, 1, tzinfo=_PARIS) + timedelta(seconds=hasard.randrange(14_000_000)),
                "finess_et": FINESS[numero % 2],
                "id_dossier": f"D{numero}",
                "type": nature,
                "etat": hasard.choice(etats[nature]),
                "id_objet": f"O{hasard.randrange(60)}" if rang % 4 else None,
                "date_evenement": date(2025, 5, 1) + timedelta(hasard.randrange(200)),
                "canal": hasard.choice(["professionnelle", "citoyenne"]),
            }
        )
    return evenements, sejours


def _compter(evenements: list[dict[str, Any]], sejours: list[dict[str, Any]]) -> Resultats:
    livre = textes()["2025-40"]
    fenetre = situer(livraison(livre.id, _MESURE), RegleFenetre.du_texte(livre), {})
    scenario = Scenario("texte", fenetre, livre.choose({}))
    return recalculer(*tables(evenements, sejours), FINESS, [scenario])["texte"]


def test_l_essai_n_est_pas_vide() -> None:
    resultats = _compter(*_delivery())
    assert all(comptes.numerateur > 0 for comptes in resultats.values()), resultats


def test_l_ordre_des_lignes_est_indifferent() -> None:
    evenements, sejours = _delivery()
    attendu = _compter(evenements, sejours)
    random.Random(1).shuffle(evenements)
    random.Random(2).shuffle(sejours)
    assert _compter(evenements, sejours) == attendu


def test_des_lignes_repetees_comptent_une_fois() -> None:
    evenements, sejours = _delivery()
    assert _compter(evenements + evenements[::3], sejours + sejours[::2]) == _compter(evenements, sejours)


def test_le_choix_entre_lignes_contradictoires_ne_depend_pas_de_leur_ordre() -> None:
    evenements, sejours = _delivery()
    contraires = [
        {**evenement, "id_evenement": autre["id_evenement"]}
        for evenement, autre in zip(evenements[::2], evenements[1::2], strict=True)
    ]
    assert _compter(evenements + contraires, sejours) == _compter(contraires[::-1] + evenements[::-1], sejours)


def test_les_pseudonymes_n_ont_pas_de_sens() -> None:
    evenements, sejours = _delivery()

    def renommer(ligne: dict[str, Any]) -> dict[str, Any]:
        noms = ("id_personne", "id_dossier", "id_objet")
        return {nom: f"~{v[::-1]}" if nom in noms and v else v for nom, v in ligne.items()}

    assert _compter([*map(renommer, evenements)], [*map(renommer, sejours)]) == _compter(evenements, sejours)


def test_le_decalage_horaire_ecrit_est_indifferent() -> None:
    evenements, sejours = _delivery()
    ailleurs = timezone(timedelta(hours=-9, minutes=-30))
    deplaces = [{**e, "horodatage": e["horodatage"].astimezone(ailleurs)} for e in evenements]
    assert _compter(deplaces, sejours) == _compter(evenements, sejours)


def test_un_autre_etablissement_ne_change_rien() -> None:
    evenements, sejours = _delivery()
    ailleurs = [{**ligne, "finess_et": "330000001"} for ligne in evenements]
    decales = [{**ligne, "id_evenement": f"X{ligne['id_evenement']}"} for ligne in ailleurs]
    venus = [{**ligne, "finess_et": "330000001"} for ligne in sejours]
    assert _compter(evenements + decales, sejours + venus) == _compter(evenements, sejours)


def test_un_dossier_sans_ecriture_retire_un_dossier_actif() -> None:
    evenements, sejours = _delivery()
    avant = _compter(evenements, sejours)
    ecritures = ("mise_a_jour_dossier", "projet_personnalise", "evenement_agenda")
    retires = 0
    for sejour in sejours:
        dossier, finess = sejour["id_dossier"], sejour["finess_et"]
        restants = [e for e in evenements if e["id_dossier"] != dossier or e["type"] not in ecritures]
        apres = _compter(restants, sejours)
        ecart = avant[finess, "dossiers_actifs"].numerateur - apres[finess, "dossiers_actifs"].numerateur
        assert ecart in (0, 1)
        assert apres[finess, "dossiers_actifs"].denominateur == avant[finess, "dossiers_actifs"].denominateur
        retires += ecart
    assert retires == sum(avant[finess, "dossiers_actifs"].numerateur for finess in FINESS)


def test_un_message_envoye_de_moins_en_compte_un_de_moins() -> None:
    evenements, sejours = _delivery()
    avant = _compter(evenements, sejours)
    du_jour = datetime(2025, 8, 1, 12, tzinfo=_PARIS)
    plus = {**evenements[0], "id_evenement": "M", "horodatage": du_jour, "type": "message_mssante", "etat": "envoye"}
    apres = _compter([*evenements, {**plus, "id_dossier": None}], sejours)
    finess = plus["finess_et"]
    assert apres[finess, "mssante"].numerateur == avant[finess, "mssante"].numerateur + 1
    assert {cle: c for cle, c in apres.items() if cle != (finess, "mssante")} == {
        cle: c for cle, c in avant.items() if cle != (finess, "mssante")
    }
