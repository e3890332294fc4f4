"""Every small situation, each in an establishment of its own, and the hypotheses that it is computed under.

Chance (test_brute_force.py) finds what nobody thought of, and may miss what anybody would. All establishments are in
one log and use the same pseudonyms: what leaks from one to another shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

import brute_force
from tables_recalcul import livraison, tables, textes

from duicheck.model import Journal, Registre
from duicheck_indicateurs.decoupe import HYPOTHESES, Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, situer

MESURE = date(2025, 9, 15)
DEBUT, FIN = brute_force.fenetre("2025-40", MESURE)
JOUR, SECONDE = timedelta(days=1), timedelta(seconds=1)
DEPARTS: list[dict[str, str]] = [
    {},
    *({nom: valeur} for nom, valeurs in HYPOTHESES.items() for valeur in valeurs[1:]),
    *({"fenetre": variante} for variante in ("un_mois", "mois_precedent", "fin_plus_1j")),
    {"fuseau": "utc"},
    {"projet": "dans_fenetre", "fenetre": "mois_precedent"},
    {"dmp": "documents", "fenetre": "un_mois"},
    {"agenda": "tout_evenement", "fuseau": "paris"},
    # In France this one shares its window and its persons with two others; in Guyane it has a window of its own.
    {"dmp": "tentatives", "denominateur": "presence_fin", "fuseau": "paris"},
]
VIES = {
    "projet_personnalise": ("en_preparation", "actif", "clos"),
    "evenement_agenda": ("planifie", "realise", "annule"),
    "alimentation_dmp": ("succes", "echec", "supprime"),
}
SEULS = {"mise_a_jour_dossier": (None,), "import_eprescription": (None,), "echange_eparcours": (None,), **VIES}
CANAUX = ("professionnelle", "citoyenne")
SEJOUR = {"id_personne": "P", "id_dossier": "D", "date_entree": date(2019, 1, 1), "projet_possible": True}
Situation = tuple[list[dict[str, Any]], list[dict[str, Any]]]
"""Events and stays, without the establishment; an instant is ("debut" or "fin", what to add to that midnight)."""

AVANT, PREMIER, DEDANS, DERNIER, APRES = (
    ("debut", -SECONDE),
    ("debut", timedelta()),
    ("debut", 40 * JOUR),
    ("fin", -SECONDE),
    ("fin", timedelta()),
)


def evenement(nature: str, etat: str | None, quand: tuple[str, timedelta] = DEDANS, **autres: Any) -> dict[str, Any]:
    dates = {"date_evenement": FIN} if nature == "evenement_agenda" else {}
    return {"type": nature, "etat": etat, "quand": quand, "id_dossier": "D", **dates, **autres}


MAJ = evenement("mise_a_jour_dossier", None)


def un_seul() -> Iterator[Situation]:
    """One event, on and beside each bound; alone, then in a dossier that is updated."""
    for quand in (AVANT, PREMIER, DEDANS, DERNIER, APRES):
        for nature, etats in SEULS.items():
            for etat in etats:
                seul = evenement(nature, etat, quand)
                yield [seul], [SEJOUR]
                yield [MAJ, seul], [SEJOUR]
        for etat, canal, dossier in product(("envoye", "echec", "recu"), CANAUX, ("D", None)):
            yield [evenement("message_mssante", etat, quand, canal=canal, id_dossier=dossier)], [SEJOUR]


def agendas() -> Iterator[Situation]:
    """The day of the entry on and beside each bound, whatever the day of writing."""
    for jour, etat, quand in product((DEBUT - JOUR, DEBUT, FIN, FIN + JOUR), VIES["evenement_agenda"], (AVANT, DEDANS)):
        yield [MAJ, evenement("evenement_agenda", etat, quand, date_evenement=jour)], [SEJOUR]


def deux_de_suite() -> Iterator[Situation]:
    """Two events of an object, or of two objects, across and on either side of the bounds."""
    quands = [(AVANT, DEDANS), (DEDANS, DERNIER), (DERNIER, APRES), (AVANT, APRES), (DEDANS, DEDANS)]
    for nature, etats in VIES.items():
        for avant, apres in product(etats, repeat=2):
            for (un, autre), objets in product(quands, [("O", "O"), (None, None), ("O", "X")]):
                paire = [
                    evenement(nature, avant, un, id_objet=objets[0]),
                    evenement(nature, apres, autre, id_objet=objets[1]),
                ]
                yield [MAJ, *paire], [SEJOUR]
                yield [MAJ, *reversed(paire)], [SEJOUR]  # whose identifiers do not follow their instants


def sejours() -> Iterator[Situation]:
    """Who is present, with which dossier."""
    depose = evenement("alimentation_dmp", "succes")
    bords = (DEBUT - JOUR, DEBUT, FIN, FIN + JOUR, date(FIN.year, 1, 1), date(FIN.year - 1, 12, 31))
    for possible in (True, False):
        for jour in bords:
            yield [MAJ, depose], [{**SEJOUR, "date_entree": jour, "projet_possible": possible}]
            yield [MAJ, depose], [{**SEJOUR, "date_sortie": jour, "projet_possible": possible}]
        yield [MAJ, depose], [{**SEJOUR, "id_dossier": None, "projet_possible": possible}]
        # The same person twice: as possible here, and not there; with another dossier; gone from one.
        autre = {**SEJOUR, "projet_possible": not possible, "date_entree": date(2020, 1, 1)}
        yield [MAJ, depose], [{**SEJOUR, "projet_possible": possible}, autre]
        yield [MAJ, depose], [{**SEJOUR, "projet_possible": possible}, {**SEJOUR, "id_dossier": "D2"}]
        parti = {**SEJOUR, "id_dossier": "D2", "date_sortie": date(2020, 1, 1), "projet_possible": possible}
        yield [MAJ, {**depose, "id_dossier": "D2"}], [SEJOUR, parti]
        # A dossier of another person, for whom a project is not possible.
        autre = {**SEJOUR, "id_personne": "Q", "id_dossier": "D2", "projet_possible": False}
        yield [MAJ, {**depose, "id_dossier": "D2"}], [{**SEJOUR, "projet_possible": possible}, autre]
        # Two persons who share a dossier.
        yield [MAJ, depose], [SEJOUR, {**SEJOUR, "id_personne": "Q", "projet_possible": possible}]
    yield [MAJ, depose], []
    yield [], [SEJOUR]


def plusieurs() -> Iterator[Situation]:
    """Several of what is added up, in one dossier or in two."""
    deux = [SEJOUR, {**SEJOUR, "id_personne": "Q", "id_dossier": "D2"}]
    for nature, etats in SEULS.items():
        for un, autre in product(etats, repeat=2):
            ici, la = evenement(nature, un, id_objet="O"), evenement(nature, autre, id_dossier="D2", id_objet="O")
            yield [MAJ, ici, la], deux
            yield [MAJ, {**MAJ, "id_dossier": "D2"}, ici, {**la, "id_objet": "X"}], deux
            yield [MAJ, ici, {**ici, "id_objet": "X"}, {**la, "id_dossier": "D", "id_objet": "Y"}], deux
            yield (
                [MAJ, ici, *({**ici, "id_objet": f"X{n}", "quand": q} for n, q in enumerate((PREMIER, DERNIER)))],
                deux,
            )
    for etat, canal in product(("envoye", "echec", "recu"), CANAUX):
        message = evenement("message_mssante", etat, canal=canal)
        yield [message, message, {**message, "quand": DERNIER}], deux
        yield [message, {**message, "canal": "professionnelle"}, {**message, "etat": "envoye"}], deux


def repetitions() -> Iterator[Situation]:
    """The same identifier twice: the earliest row counts, then the least, an empty cell first."""
    message = evenement("message_mssante", "envoye", id_evenement="R", canal="citoyenne")
    projet = evenement("projet_personnalise", "clos", id_evenement="R", id_objet="O")
    agenda = evenement("evenement_agenda", "realise", id_evenement="R", id_objet="O")
    for ecart in (
        *({"quand": AVANT}, {"etat": "echec"}, {"etat": "recu"}, {"canal": "professionnelle"}, {"canal": None}),
        {"id_dossier": None},
    ):
        yield [message, {**message, **ecart}], [SEJOUR]
        yield [{**message, **ecart}, message], [SEJOUR]
    # Which of the two counts shows in what becomes of the object O, opened before.
    ouvert = evenement("projet_personnalise", "actif", AVANT, id_evenement="S", id_objet="O")
    for ecart in ({"etat": "actif"}, {"id_objet": "X"}, {"id_objet": None}, {"id_objet": "A"}, {"id_dossier": "D2"}):
        yield [MAJ, ouvert, projet, {**projet, **ecart}], [SEJOUR]
        yield [MAJ, ouvert, {**projet, **ecart}, projet], [SEJOUR]
    for ecart in ({"id_objet": "X"}, {"id_objet": None}, {"id_dossier": "D2"}, {"date_evenement": FIN - JOUR}):
        prise = evenement("evenement_agenda", "planifie", AVANT, id_evenement="S", id_objet="O")
        for etat in ("annule", "realise"):
            une = {**agenda, "etat": etat, "date_evenement": FIN + JOUR}
            yield [MAJ, prise, une, {**une, **ecart}], [SEJOUR]
            yield [MAJ, prise, {**une, **ecart}, une], [SEJOUR]
    yield [MAJ, agenda, {**agenda, "date_evenement": DEBUT - JOUR}], [SEJOUR]
    yield [MAJ, agenda, {**projet, "etat": "actif"}], [SEJOUR]


_TOUTES = [
    (famille.__name__, situation)
    for famille in (un_seul, agendas, deux_de_suite, sejours, plusieurs, repetitions)
    for situation in famille()
]
SITUATIONS = [situation for _, situation in _TOUTES]
FAMILLES = [famille for famille, _ in _TOUTES]


def livrer(situations: list[Situation]) -> dict[str, Situation]:
    """Each situation in its establishment, in France or in Guyane by turns, with its identifiers and its instants."""
    livrees = {}
    for rang, (evenements, registre) in enumerate(situations):
        finess = f"01{rang:07d}" if rang % 2 else f"973{rang:06d}"
        minuits = {
            nom: datetime.combine(jour, time(), brute_force.zone(finess, "local")).astimezone(UTC)
            for nom, jour in (("debut", DEBUT), ("fin", FIN + JOUR))
        }
        siens = [
            {
                "id_objet": None,
                "date_evenement": None,
                "canal": None,
                **un,
                "finess_et": finess,
                "id_evenement": f"{un.get('id_evenement', numero)}-{rang}",
                "horodatage": minuits[un["quand"][0]] + un["quand"][1],
            }
            for numero, un in enumerate(evenements)
        ]
        livrees[finess] = (siens, [{"date_sortie": None, **sejour, "finess_et": finess} for sejour in registre])
    return livrees


def etablir(texte: str, tours: Sequence[str] = ("",)) -> tuple[dict[str, Situation], list[Scenario], Journal, Registre]:
    """Every situation in its establishment, and every departure as a scenario named after its rank, in each round."""
    livrees = livrer(SITUATIONS)
    regles = {nom: RegleFenetre.du_texte(livre) for nom, livre in textes().items()}
    declaree = livraison(texte, MESURE, phase="projet")
    defauts = {nom: valeurs[0] for nom, valeurs in HYPOTHESES.items()}
    scenarios = [
        Scenario(f"{tour}{rang}", situer(declaree, regles[texte], depart, regles), {**defauts, **depart})
        for tour in tours
        for rang, depart in enumerate(DEPARTS)
    ]
    journal, registre = tables(*([ligne for une in livrees.values() for ligne in une[rang]] for rang in (0, 1)))
    return livrees, scenarios, journal, registre
