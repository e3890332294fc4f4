"""The SQL against brute force: equal on every delivery that hypothesis can think of, under every hypothesis of ours."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import brute_force
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tables_recalcul import livraison, tables, textes

from duicheck.model import Comptes
from duicheck_indicateurs.decoupe import HYPOTHESES, Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.recalcul import recalculer

EXEMPLES = int(os.environ.get("DUICHECK_EXEMPLES", "60"))
TEXTES = ("2021-amorcage", "2023-13", "2024-15", "2025-40")
FINESS = (
    *("010000024", "2A0002606", "750803447", "970302287", "971000018", "972000017"),
    *("973000016", "974000015", "975000014", "976000013", "980501506"),
)
VARIANTES = {
    **HYPOTHESES,
    "fenetre": (
        *("texte", "un_mois", "trois_mois", "mois_precedent"),
        *("debut_moins_1j", "debut_plus_1j", "fin_moins_1j", "fin_plus_1j"),
        *(f"texte:{texte}" for texte in TEXTES),
    ),
    "fuseau": ("local", "utc", "paris", "territoire"),
}
MESURES = (date(2025, 9, 15), date(2024, 5, 31), date(2023, 10, 31), date(2024, 3, 30), date(2025, 1, 1))
ETATS = {
    "mise_a_jour_dossier": (None,),
    "projet_personnalise": ("en_preparation", "actif", "clos"),
    "evenement_agenda": ("planifie", "realise", "annule"),
    "message_mssante": ("envoye", "echec", "recu"),
    "alimentation_dmp": ("succes", "echec", "supprime"),
    "import_eprescription": (None,),
    "echange_eparcours": (None,),
}
DECALAGES = st.sampled_from([0, 60, 120, -180, -240, 345, -210, 240, 720, -720]).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)


@st.composite
def instants(draw: st.DrawFn, finess: str, jours: list[date]) -> datetime:
    """On a bound of a window, a second or an hour beside it, or anywhere; written with any offset."""
    fuseau = draw(st.sampled_from([brute_force.zone(finess, "local"), ZoneInfo("UTC"), ZoneInfo("Europe/Paris")]))
    minuit = datetime.combine(draw(st.sampled_from(jours)), time(), fuseau).astimezone(UTC)
    ecart = draw(st.sampled_from([-1, 0, 1, -3600, 3600, 0, 43200, -86400 * 20, 86400 * 20]))
    return (minuit + timedelta(seconds=ecart)).astimezone(draw(DECALAGES))


@st.composite
def evenements(draw: st.DrawFn, finess: str, jours: list[date]) -> dict[str, Any]:
    nature = draw(st.sampled_from(sorted(ETATS)))
    return {
        "id_evenement": f"E{draw(st.integers(0, 10_000))}",
        "horodatage": draw(instants(finess, jours)),
        "finess_et": finess,
        "id_dossier": draw(st.sampled_from(["D1", "D2", "D3", *([None] if nature == "message_mssante" else [])])),
        "type": nature,
        "etat": draw(st.sampled_from(ETATS[nature])),
        "id_objet": draw(st.sampled_from([None, "O1", "O2", "E1"])),
        "date_evenement": draw(st.sampled_from(jours)) if nature == "evenement_agenda" else None,
        "canal": draw(st.sampled_from(["professionnelle", "citoyenne"])) if nature == "message_mssante" else None,
    }


@st.composite
def vies(draw: st.DrawFn, finess: str, jours: list[date]) -> list[dict[str, Any]]:
    """Several events of one object, or of objects without a name, at two instants: ties, and changes across a bound."""
    nature = draw(st.sampled_from(["projet_personnalise", "evenement_agenda", "alimentation_dmp"]))
    quand = [draw(instants(finess, jours)) for _ in range(2)]
    sien = {
        "finess_et": finess,
        "id_dossier": draw(st.sampled_from(["D1", "D2"])),
        "type": nature,
        "id_objet": draw(st.sampled_from([None, "O1", "E1"])),
        "canal": None,
    }
    return [
        {
            **sien,
            "id_evenement": f"E{draw(st.integers(0, 10_000))}",
            "horodatage": draw(st.sampled_from(quand)),
            "etat": draw(st.sampled_from(ETATS[nature])),
            "date_evenement": draw(st.sampled_from(jours)) if nature == "evenement_agenda" else None,
        }
        for _ in range(draw(st.integers(2, 4)))
    ]


def _present(finess: str, numero: int, milieu: date) -> tuple[dict[str, Any], dict[str, Any]]:
    """A person who has always been there, and an update in the window: the state of its objects shows in the counts."""
    sejour = {
        "id_personne": f"P{numero}",
        "id_dossier": f"D{numero}",
        "finess_et": finess,
        "date_entree": date(2019, 1, 1),
        "date_sortie": None,
        "projet_possible": True,
    }
    evenement = {
        "id_evenement": f"A{numero}{finess}",
        "horodatage": datetime.combine(milieu, time(12), UTC),
        "finess_et": finess,
        "id_dossier": f"D{numero}",
        "type": "mise_a_jour_dossier",
        **dict.fromkeys(("etat", "id_objet", "date_evenement", "canal")),
    }
    return sejour, evenement


@st.composite
def sejours(draw: st.DrawFn, finess: str, jours: list[date]) -> dict[str, Any]:
    entree = draw(st.sampled_from([date(2019, 1, 1), *jours]))
    sortie = draw(st.sampled_from([None, None, *jours, date(2031, 1, 1)]))
    return {
        "id_personne": draw(st.sampled_from(["P1", "P2", "P3", "P4"])),
        "id_dossier": draw(st.sampled_from(["D1", "D2", "D3", None])),
        "finess_et": finess,
        "date_entree": entree,
        "date_sortie": sortie,
        "projet_possible": draw(st.booleans()),
    }


@st.composite
def cas(draw: st.DrawFn) -> dict[str, Any]:
    """A text, a measure, several ways to compute, and a small delivery for one or two establishments."""
    texte, mesure = draw(st.sampled_from(TEXTES)), draw(st.sampled_from(MESURES))
    situation = {
        "premiere": draw(st.booleans()),
        "phase": draw(st.sampled_from([None, "projet", "maintenance"])),
    }
    choix = {nom: st.sampled_from(valeurs) for nom, valeurs in VARIANTES.items()}
    premieres = draw(st.fixed_dictionaries(choix))
    # Others that differ by little: what two of them have in common is computed once.
    ecarts = st.fixed_dictionaries({}, optional=choix)
    hypotheses = [premieres, *({**premieres, **ecart} for ecart in draw(st.lists(ecarts, max_size=5)))]
    milieux = set()
    jours: set[date] = {date(mesure.year, 1, 1), date(mesure.year - 1, 12, 31)}
    for h in hypotheses:
        debut, fin = brute_force.fenetre(texte, mesure, variante=h["fenetre"], **situation)
        jours |= {debut - timedelta(1), debut, fin, fin + timedelta(1)}
        milieux.add(debut + (fin - debut) / 2)
    etablissements = draw(st.lists(st.sampled_from(FINESS), min_size=1, max_size=2, unique=True))
    tous = sorted(jours)
    ou = st.sampled_from(etablissements)
    journal = draw(st.lists(ou.flatmap(lambda f: evenements(f, tous)), max_size=20))
    registre = draw(st.lists(ou.flatmap(lambda f: sejours(f, tous)), max_size=6))
    for vie in draw(st.lists(ou.flatmap(lambda f: vies(f, tous)), max_size=5)):
        journal += vie
    for numero in draw(st.sets(st.sampled_from([1, 2]))):
        sejour, evenement = _present(draw(ou), numero, draw(st.sampled_from(sorted(milieux))))
        registre.append(sejour)
        journal.append(evenement)
    for source in draw(st.lists(st.sampled_from(journal), max_size=3)) if journal else []:
        autre = draw(ou.flatmap(lambda f: evenements(f, tous)))
        journal.append({**draw(st.sampled_from([source, autre])), "id_evenement": source["id_evenement"]})
    return {
        "texte": texte,
        "mesure": mesure,
        **situation,
        "hypotheses": hypotheses,
        "etablissements": etablissements,
        "journal": draw(st.permutations(journal)),
        "registre": registre,
    }


@settings(
    max_examples=EXEMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(cas())
def test_le_sql_compte_comme_la_force_brute(cas: dict[str, Any]) -> None:
    situation = {nom: cas[nom] for nom in ("premiere", "phase")}
    regles = {nom: RegleFenetre.du_texte(livre) for nom, livre in textes().items()}
    declaree = livraison(cas["texte"], cas["mesure"], **situation)
    scenarios = [
        Scenario(str(rang), situer(declaree, regles[cas["texte"]], h, regles), h)
        for rang, h in enumerate(cas["hypotheses"])
    ]
    journal, registre = tables(cas["journal"], cas["registre"])
    simples = textes()[cas["texte"]].get("indicateurs_simples_comptes", ())

    resultats = recalculer(journal, registre, cas["etablissements"], scenarios, simples)

    for scenario, h in zip(scenarios, cas["hypotheses"], strict=True):
        debut, fin = brute_force.fenetre(cas["texte"], cas["mesure"], variante=h["fenetre"], **situation)
        assert (scenario.fenetre.debut, scenario.fenetre.fin) == (debut, fin)
        for finess in cas["etablissements"]:
            attendu = brute_force.compter(
                cas["journal"],
                cas["registre"],
                finess,
                texte=cas["texte"],
                mesure=cas["mesure"],
                hypotheses=h,
                **situation,
            )
            obtenu = {code: resultats[scenario.id][finess, code] for code in attendu}
            assert obtenu == {code: Comptes(*entiers) for code, entiers in attendu.items()}, (scenario.id, finess)


def test_chaque_hypothese_inconnue_est_refusee() -> None:
    defauts = {nom: valeurs[0] for nom, valeurs in HYPOTHESES.items()}
    fenetre = situer(livraison("2025-40", MESURES[0]), RegleFenetre.du_texte(textes()["2025-40"]), {})
    journal, registre = tables([], [])
    for nom in HYPOTHESES:
        with pytest.raises(ValueError, match=nom):
            recalculer(journal, registre, [], [Scenario("x", fenetre, {**defauts, nom: "autre"})])


def test_les_hypotheses_des_requetes_sont_celles_des_textes() -> None:
    for livre in textes().values():
        for nom, valeurs in HYPOTHESES.items():
            assert set(livre.hypotheses[nom].choices) <= set(valeurs), (livre.id, nom)
        connues = {v for v in VARIANTES["fenetre"] if v != f"texte:{livre.id}"}
        assert set(livre.hypotheses["fenetre"].choices) == connues
        assert set(livre.hypotheses["fuseau"].choices) == set(VARIANTES["fuseau"])
