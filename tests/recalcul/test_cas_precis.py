"""Small cases worked out by hand, one trap each."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tables_recalcul import livraison, tables, textes

from duicheck.model import Comptes
from duicheck_indicateurs import recalcul
from duicheck_indicateurs.decoupe import Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.recalcul import Resultats, recalculer

FINESS = "973000016"  # Cayenne: midnight is 03:00 UTC
DEBUT, FIN = date(2025, 6, 15), date(2025, 9, 14)
MINUIT = datetime(2025, 9, 15, tzinfo=ZoneInfo("America/Cayenne"))  # the first instant after the window
SECONDE = timedelta(seconds=1)
ICI = {"id_dossier": "D", "finess_et": FINESS}
SEJOUR = {**ICI, "id_personne": "P", "date_entree": date(2020, 1, 1), "projet_possible": True}
MAJ = {**ICI, "id_evenement": "A", "horodatage": MINUIT - SECONDE, "type": "mise_a_jour_dossier"}
ENTREE = {**ICI, "type": "evenement_agenda", "etat": "planifie", "id_objet": "R", "date_evenement": FIN}
DOCUMENT = {**ICI, "type": "alimentation_dmp", "etat": "succes", "id_objet": "T"}


def _compter(*evenements: dict[str, Any], sejours: tuple[dict[str, Any], ...] = (SEJOUR,), **h: str) -> Resultats:
    return _plusieurs(list(evenements), list(sejours), h)[0]


def _plusieurs(
    evenements: list[dict[str, Any]], sejours: list[dict[str, Any]], *departs: dict[str, str]
) -> list[Resultats]:
    livre = textes()["2025-40"]
    regle, declaree = RegleFenetre.du_texte(livre), livraison(livre.id, date(2025, 9, 15))
    scenarios = [Scenario(str(rang), situer(declaree, regle, h), livre.choose(h)) for rang, h in enumerate(departs)]
    numerotes = [{"id_evenement": f"E{rang}", **evenement} for rang, evenement in enumerate(evenements)]
    resultats = recalculer(*tables(numerotes, sejours), [FINESS], scenarios)
    return [resultats[scenario.id] for scenario in scenarios]


@pytest.mark.parametrize(("ecart", "compte"), [(-SECONDE, 1), (0 * SECONDE, 0)])
def test_la_fin_de_la_fenetre_est_le_minuit_local(ecart: timedelta, compte: int) -> None:
    resultats = _compter({**MAJ, "horodatage": MINUIT + ecart})
    assert resultats[FINESS, "dossiers_actifs"] == Comptes(compte, 1)


@pytest.mark.parametrize(("ecart", "compte"), [(-SECONDE, 0), (0 * SECONDE, 1)])
def test_le_debut_de_la_fenetre_est_le_minuit_local(ecart: timedelta, compte: int) -> None:
    debut = datetime(2025, 6, 15, tzinfo=MINUIT.tzinfo)
    resultats = _compter({**MAJ, "horodatage": debut + ecart})
    assert resultats[FINESS, "dossiers_actifs"] == Comptes(compte, 1)


@pytest.mark.parametrize(("ecart", "compte"), [(-SECONDE, 0), (0 * SECONDE, 1)])
def test_une_annulation_vaut_si_elle_precede_la_fin(ecart: timedelta, compte: int) -> None:
    prise = {**ENTREE, "horodatage": MINUIT - timedelta(days=100)}
    annulee = {**ENTREE, "etat": "annule", "horodatage": MINUIT + ecart}
    assert _compter(MAJ, prise, annulee)[FINESS, "evenement_agenda"] == Comptes(compte, 1)


def test_a_la_meme_seconde_le_plus_grand_identifiant_l_emporte() -> None:
    prise = {**ENTREE, "horodatage": MINUIT - SECONDE}
    annulee = {**prise, "etat": "annule"}
    apres = _compter(MAJ, {**prise, "id_evenement": "E9"}, {**annulee, "id_evenement": "E91"})
    avant = _compter(MAJ, {**prise, "id_evenement": "E9"}, {**annulee, "id_evenement": "E10"})
    assert apres[FINESS, "evenement_agenda"] == Comptes(0, 1)
    assert avant[FINESS, "evenement_agenda"] == Comptes(1, 1)


def test_un_evenement_sans_objet_est_un_objet_a_lui_seul() -> None:
    prise = {**ENTREE, "id_objet": None, "horodatage": MINUIT - 2 * SECONDE}
    annulee = {**prise, "etat": "annule", "horodatage": MINUIT - SECONDE}
    assert _compter(MAJ, prise, annulee)[FINESS, "evenement_agenda"] == Comptes(1, 1)


def test_un_objet_peut_porter_le_nom_d_un_evenement() -> None:
    prise = {**ENTREE, "id_objet": None, "id_evenement": "R", "horodatage": MINUIT - 2 * SECONDE}
    annulee = {**ENTREE, "etat": "annule", "horodatage": MINUIT - SECONDE}
    assert _compter(MAJ, prise, annulee)[FINESS, "evenement_agenda"] == Comptes(1, 1)


def test_un_projet_et_une_entree_de_meme_nom_sont_deux_objets() -> None:
    ouvert = {
        **ICI,
        "type": "projet_personnalise",
        "etat": "actif",
        "id_objet": "R",
        "horodatage": MINUIT - 2 * SECONDE,
    }
    prise = {**ENTREE, "horodatage": MINUIT - SECONDE}
    resultats = _compter(ouvert, prise)
    assert resultats[FINESS, "projet_personnalise"] == resultats[FINESS, "evenement_agenda"] == Comptes(1, 1)


def test_chaque_fenetre_a_l_etat_de_sa_propre_fin() -> None:
    prise = {**ENTREE, "date_evenement": date(2025, 7, 1), "horodatage": MINUIT - timedelta(days=80)}
    annulee = {**prise, "etat": "annule", "horodatage": MINUIT - timedelta(days=5)}
    ecrite = {**MAJ, "horodatage": MINUIT - timedelta(days=60)}
    texte, avant = _plusieurs([ecrite, prise, annulee], [SEJOUR], {}, {"fenetre": "mois_precedent"})
    assert texte[FINESS, "evenement_agenda"] == Comptes(0, 1)
    assert avant[FINESS, "evenement_agenda"] == Comptes(1, 1)


def test_un_document_retire_ne_compte_plus_un_document_ancien_non_plus() -> None:
    depose = {**DOCUMENT, "horodatage": MINUIT - timedelta(days=30)}
    retire = {**DOCUMENT, "etat": "supprime", "horodatage": MINUIT - SECONDE}
    ancien = {**DOCUMENT, "horodatage": MINUIT - timedelta(days=300)}
    assert _compter(depose)[FINESS, "dmp"] == Comptes(1, 1)
    assert _compter(depose, retire)[FINESS, "dmp"] == Comptes(0, 1)
    assert _compter(depose, retire, dmp="tentatives")[FINESS, "dmp"] == Comptes(1, 1)
    assert _compter(ancien)[FINESS, "dmp"] == Comptes(0, 1)


def test_les_documents_se_comptent_aussi_quand_tous_les_scenarios_les_comptent() -> None:
    deposes = [{**DOCUMENT, "id_objet": nom, "horodatage": MINUIT - timedelta(days=30)} for nom in "TU"]
    assert _compter(*deposes)[FINESS, "dmp"] == Comptes(1, 1)
    assert _compter(*deposes, dmp="documents")[FINESS, "dmp"] == Comptes(2, 1)


def test_le_dossier_d_un_sejour_passe_sert_encore_au_dmp() -> None:
    passe = {**SEJOUR, "id_dossier": "ANCIEN", "date_sortie": date(2024, 1, 1)}
    depose = {**DOCUMENT, "id_dossier": "ANCIEN", "horodatage": MINUIT - SECONDE}
    assert _compter(depose, sejours=(SEJOUR, passe))[FINESS, "dmp"] == Comptes(1, 1)


def test_une_personne_servie_par_deux_dossiers_compte_une_fois() -> None:
    second = {**SEJOUR, "id_dossier": "D2"}
    deposes = [{**DOCUMENT, "id_dossier": nom, "horodatage": MINUIT - SECONDE} for nom in ("D", "D2")]
    assert _compter(*deposes, sejours=(SEJOUR, second))[FINESS, "dmp"] == Comptes(1, 1)
    assert _compter(*deposes, sejours=(SEJOUR, second), dmp="tentatives")[FINESS, "dmp"] == Comptes(1, 1)


def test_un_message_compte_une_fois_meme_ecrit_deux_fois() -> None:
    message = {
        "finess_et": FINESS,
        "id_dossier": None,
        "type": "message_mssante",
        "etat": "envoye",
        "id_evenement": "M",
        "horodatage": MINUIT - SECONDE,
        "canal": "citoyenne",
    }
    assert _compter(message, message, {**message, "id_evenement": "N"})[FINESS, "mssante"] == Comptes(2, 1)


@pytest.mark.parametrize(
    ("nature", "etat", "code", "hypothese"),
    [
        ("mise_a_jour_dossier", "actif", "projet_personnalise", {"projet": "dans_fenetre"}),
        ("mise_a_jour_dossier", "en_preparation", "projet_personnalise", {"projet": "dans_fenetre"}),
        ("echange_eparcours", "envoye", "mssante", {}),
        ("import_eprescription", "recu", "mssante", {"messages": "avec_recus"}),
    ],
)
def test_un_etat_ne_dit_rien_la_ou_le_type_n_en_a_pas(
    nature: str, etat: str, code: str, hypothese: dict[str, str]
) -> None:
    egare = {**MAJ, "id_evenement": "B", "type": nature, "etat": etat, "canal": "professionnelle"}
    assert _compter(MAJ, egare, **hypothese)[FINESS, code] == Comptes(0, 1)


def test_entre_deux_lignes_de_meme_identifiant_la_plus_ancienne_compte() -> None:
    tard = {**MAJ, "horodatage": MINUIT}
    assert _compter(tard, MAJ)[FINESS, "dossiers_actifs"] == Comptes(1, 1)
    meme_heure = {**MAJ, "id_dossier": None, "type": "message_mssante", "etat": "recu", "canal": "citoyenne"}
    assert _compter(MAJ, meme_heure)[FINESS, "dossiers_actifs"] == Comptes(0, 1)  # an empty cell comes first


def test_entre_deux_etablissements_le_premier_numero_compte() -> None:
    ailleurs = {**MAJ, "finess_et": "010000024"}
    assert _compter(MAJ, ailleurs)[FINESS, "dossiers_actifs"] == Comptes(0, 1)
    assert _compter(ailleurs, MAJ)[FINESS, "dossiers_actifs"] == Comptes(0, 1)
    assert _compter(MAJ, {**MAJ, "finess_et": "980501506"})[FINESS, "dossiers_actifs"] == Comptes(1, 1)


@pytest.mark.parametrize(
    ("entree", "sortie", "denominateur", "compte"),
    [
        (FIN, None, "presence_fenetre", 1),
        (FIN + timedelta(1), None, "presence_fenetre", 0),
        (date(2020, 1, 1), DEBUT, "presence_fenetre", 1),
        (date(2020, 1, 1), DEBUT - timedelta(1), "presence_fenetre", 0),
        (date(2020, 1, 1), FIN, "presence_fin", 1),
        (date(2020, 1, 1), FIN - timedelta(1), "presence_fin", 0),
        (date(2020, 1, 1), date(2025, 1, 1), "file_active_annuelle", 1),
        (date(2020, 1, 1), date(2024, 12, 31), "file_active_annuelle", 0),
    ],
)
def test_qui_est_accompagne(entree: date, sortie: date | None, denominateur: str, compte: int) -> None:
    sejour = {**SEJOUR, "date_entree": entree, "date_sortie": sortie}
    resultats = _compter(MAJ, sejours=(sejour,), denominateur=denominateur)
    assert resultats[FINESS, "dossiers_actifs"] == Comptes(compte, compte)


def test_deux_dossiers_d_une_personne_comptent_deux_fois() -> None:
    second = {**MAJ, "id_evenement": "B", "id_dossier": "D2"}
    assert _compter(MAJ, second, sejours=(SEJOUR, {**SEJOUR, "id_dossier": "D2"}))[
        FINESS, "dossiers_actifs"
    ] == Comptes(2, 1)


def test_la_memoire_n_est_restreinte_que_pour_plusieurs_scenarios(monkeypatch: pytest.MonkeyPatch) -> None:
    restreintes = []

    def compter(connection: object) -> nullcontext[None]:
        restreintes.append(connection)
        return nullcontext()

    monkeypatch.setattr(recalcul, "restreinte", compter)
    _plusieurs([MAJ], [SEJOUR], {})
    assert not restreintes
    _plusieurs([MAJ], [SEJOUR], {}, {"dmp": "documents"})
    assert len(restreintes) == 1


def test_un_etablissement_inconnu_du_journal_a_des_zeros() -> None:
    resultats = _compter(sejours=())
    assert {comptes.numerateur for comptes in resultats.values()} == {0}
    assert resultats[FINESS, "mssante"] == Comptes(0, 0)
