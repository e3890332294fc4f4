"""Invented deliveries whose export was computed, by brute force, under hypotheses of our choosing."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from brute_force import compter, zone
from tables_recalcul import livraison, tables, textes

from duicheck.model import Comptes, Diagnostic, Hypotheses, Mesure, Mesures, Textes
from duicheck_indicateurs.decoupe import Scenario
from duicheck_indicateurs.diagnostic import diagnostic_de_la_livraison
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.recalcul import recalculer

FINESS = ("970302287", "970210126", "980501506", "010000024", "750803447", "2A0002606")
CODES = ("dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante", "dmp")
MESURES = {"2025-40": date(2025, 9, 15), "2023-13": date(2023, 10, 31)}
PERSONNES = 45

Ligne = dict[str, Any]


@dataclass(frozen=True)
class Livraison:
    """A log, a register, and the text that governs them."""

    texte: str
    evenements: list[Ligne]
    sejours: list[Ligne]

    @property
    def mesure(self) -> date:
        """The date of the measure."""
        return MESURES[self.texte]


def inventer(graine: int, texte: str = "2025-40") -> Livraison:
    """Six establishments in five time zones; stays, objects and feeds that the hypotheses tell apart."""
    hasard = random.Random(graine)
    mesure = MESURES[texte]
    sejours: list[Ligne] = []
    evenements: list[Ligne] = []
    for finess in FINESS:
        for rang in range(PERSONNES):
            personne, dossier = f"P{finess}{rang:03}", f"D{finess}{rang:03}"
            entree = mesure - timedelta(hasard.randrange(700))
            sortie = entree + timedelta(hasard.randrange(500)) if hasard.random() < 0.4 else None
            sejours.append(
                {
                    "id_personne": personne,
                    "id_dossier": dossier if hasard.random() < 0.97 else None,
                    "finess_et": finess,
                    "date_entree": entree,
                    "date_sortie": sortie,
                    "projet_possible": hasard.random() < 0.9,
                }
            )
            evenements += _vie(hasard, finess, dossier, mesure)
    return Livraison(texte, evenements, sejours)


def _vie(hasard: random.Random, finess: str, dossier: str, mesure: date) -> list[Ligne]:
    """What happened to one dossier: a few events of each type, some around the bounds of the windows."""
    natures = {
        "mise_a_jour_dossier": ((None,), 2),
        "projet_personnalise": (("en_preparation", "actif", "actif", "clos"), 1.2),
        "evenement_agenda": (("planifie", "planifie", "realise", "annule"), 1.2),
        "message_mssante": (("envoye", "envoye", "echec", "recu"), 0.8),
        "alimentation_dmp": (("succes", "succes", "echec", "supprime"), 0.8),
    }
    vie = []
    for nature, (etats, combien) in natures.items():
        for rang in range(int(hasard.expovariate(1 / combien))):
            objet = f"{nature}{dossier}{rang}"
            for _ in range(hasard.choice((1, 1, 2))):
                instant = datetime.combine(mesure, datetime.min.time(), zone(finess, "local"))
                jours = hasard.choice((hasard.randrange(-20, 150), 0, 31, 92))
                instant -= timedelta(days=jours, hours=hasard.randrange(24))
                vie.append(
                    {
                        "id_evenement": f"E{hasard.getrandbits(60):015x}",
                        "horodatage": instant,
                        "finess_et": finess,
                        "id_dossier": dossier,
                        "type": nature,
                        "etat": hasard.choice(etats),
                        "id_objet": objet if nature != "mise_a_jour_dossier" else None,
                        "date_evenement": mesure - timedelta(hasard.randrange(-30, 150)),
                        "canal": hasard.choice(("professionnelle", "citoyenne")),
                    }
                )
    return vie


def exporter(delivery: Livraison, **mensonge: str) -> dict[tuple[str, str], Comptes]:
    """What a vendor who computes under these hypotheses exports."""
    exporte = {}
    for finess in FINESS:
        chiffres = compter(
            delivery.evenements,
            delivery.sejours,
            finess,
            texte=delivery.texte,
            mesure=delivery.mesure,
            hypotheses=mensonge,
        )
        exporte.update({(finess, code): Comptes(*chiffres[code]) for code in CODES})
    return exporte


def diagnostiquer(delivery: Livraison, exporte: dict[tuple[str, str], Comptes]) -> tuple[set[Any], Diagnostic | None]:
    """The rows that differ, and what the diagnosis says of them (None when nothing differs)."""
    livre = textes()[delivery.texte]
    declaree = livraison(delivery.texte, delivery.mesure)
    fenetre = situer(declaree, RegleFenetre.du_texte(livre), {})
    journal, registre = tables(delivery.evenements, delivery.sejours)
    hypotheses = Hypotheses(livre.choose({}))
    justes = recalculer(journal, registre, FINESS, [Scenario("texte", fenetre, hypotheses)])["texte"]
    lignes = [Mesure(code, finess, chiffres, justes[finess, code], 90) for (finess, code), chiffres in exporte.items()]
    mesures = Mesures(lignes, [])
    differents = {(m.finess_et, m.code) for m in mesures.etablissements if not m.conforme}
    if not differents:
        return set(), None
    lecteur = diagnostic_de_la_livraison.build
    return differents, lecteur(declaree, livre, hypotheses, Textes(textes()), mesures, journal, registre)
