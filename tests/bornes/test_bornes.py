"""The bounds against every completion: tiny deliveries, and all that one or two rejected rows may have been."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cache
from typing import Any

import brute_force
import pytest
from calculs import CODES, calculer

from duicheck.model import Bornes, Encadrement
from duicheck_indicateurs.bornes import encadrement_de_la_livraison

FINESS = "750803447"
MESURE = date(2025, 9, 15)
TEXTE = "2025-40"
AVANT, DEDANS, TARD = (datetime(2025, *jour, 12, tzinfo=UTC) for jour in ((6, 1), (7, 1), (9, 10)))
HYPOTHESES = (
    {},
    {"projet": "dans_fenetre", "agenda": "existe", "messages": "professionnels", "dmp": "tentatives"},
    {"mise_a_jour": "explicite", "agenda": "avec_annules", "dmp": "documents", "denominateur": "presence_fin"},
    {"mise_a_jour": "tout", "agenda": "saisi_dans_fenetre", "messages": "avec_recus"},
)
GRAINES = range(4)
LARGES = range(8)
"""More deliveries, where only completions by one row are tried."""
PAIRES = 200
"""How many completions by two rows are tried for each delivery: drawn at random among all."""
ETATS = {
    "mise_a_jour_dossier": (None,),
    "projet_personnalise": ("en_preparation", "clos"),
    "evenement_agenda": ("planifie", "annule"),
    "message_mssante": ("envoye", "recu"),
    "alimentation_dmp": ("succes", "echec"),
}


def _evenement(cle: str, quand: datetime, nature: str, **autres: Any) -> dict[str, Any]:
    vide = {"id_dossier": None, "etat": None, "id_objet": None, "date_evenement": None, "canal": None}
    return {"id_evenement": cle, "horodatage": quand, "finess_et": FINESS, "type": nature, **vide, **autres}


def _evenements(cle: str) -> Iterator[dict[str, Any]]:
    """Every event that a rejected row may hide, up to what the counts can tell apart."""
    for quand, nature in itertools.product((AVANT, DEDANS, TARD), ETATS):
        objets = ("O1", "O2") if nature in ("projet_personnalise", "evenement_agenda", "alimentation_dmp") else (None,)
        for etat, dossier, objet in itertools.product(ETATS[nature], ("D1", "D2", "D3", "D4", "D8"), objets):
            jours = (date(2025, 7, 1), date(2025, 10, 1)) if nature == "evenement_agenda" else (None,)
            for jour in jours:
                canal = "professionnelle" if nature == "message_mssante" else None
                yield _evenement(
                    cle,
                    quand,
                    nature,
                    etat=etat,
                    id_dossier=dossier,
                    id_objet=objet,
                    date_evenement=jour,
                    canal=canal,
                )


def _sejours() -> Iterator[dict[str, Any]]:
    for personne, dossier, entree, possible in itertools.product(
        ("P1", "P2", "P8", "P9"),
        ("D1", "D2", "D3", "D4", "D8", None),
        (date(2024, 1, 1), date(2025, 12, 1)),
        (True, False),
    ):
        yield _sejour(personne, dossier, entree, possible=possible)


def _sejour(personne: str, dossier: str | None, entree: date, *, possible: bool) -> dict[str, Any]:
    return {
        "id_personne": personne,
        "id_dossier": dossier,
        "finess_et": FINESS,
        "date_entree": entree,
        "date_sortie": None,
        "projet_possible": possible,
    }


@cache
def _livraison(graine: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """A few events, a few stays: dossiers shared, orphaned, inactive, with several objects, all turn up."""
    hasard = random.Random(graine)
    evenements = [
        {**hasard.choice(list(_evenements("x"))), "id_evenement": f"E{rang}"} for rang in range(hasard.randrange(9))
    ]
    personnes = [("P1", "D1"), ("P2", "D2"), ("P3", hasard.choice(["D1", "D3", None])), ("P4", "D4")]
    sejours = [
        _sejour(personne, dossier, date(2024, 1, 1), possible=hasard.random() < 0.8)
        for personne, dossier in personnes[: hasard.randrange(5)]
    ]
    return evenements, sejours


def _completions(graine: int, evenements: int, sejours: int) -> Iterator[tuple[list[Any], list[Any]]]:
    """All completions by one row, some by more; always the one by nothing."""
    choix = [[None, *_evenements(f"Z{rang}")] for rang in range(evenements)]
    choix += [[None, *_sejours()] for _ in range(sejours)]
    if len(choix) == 1:
        tirages: Iterator[tuple[Any, ...]] = itertools.product(*choix)
    else:
        hasard = random.Random(graine)
        tirages = (tuple(map(hasard.choice, choix)) for _ in range(PAIRES))
    for tirage in itertools.chain([(None,) * len(choix)], tirages):
        yield (
            [ligne for ligne in tirage[:evenements] if ligne is not None],
            [ligne for ligne in tirage[evenements:] if ligne is not None],
        )


def _encadrer(graine: int, hypotheses: dict[str, str], rejets: tuple[int, int]) -> Encadrement:
    journal, registre = _livraison(graine)
    exporte: dict[tuple[str, str], tuple[int, int | None]] = {
        (FINESS, code): (0, 0) for code in (*CODES, "eprescription")
    }
    parts = calculer(journal, registre, exporte, texte=TEXTE, mesure=MESURE, hypotheses=hypotheses, rejets=rejets)
    return encadrement_de_la_livraison.build(
        journal=parts.journal,
        registre=parts.registre,
        mesures=parts.mesures,
        comptage=parts.calcul.comptage,
        hypotheses=parts.hypotheses,
    )


def _dans(valeur: int | Fraction, bornes: tuple[Any, Any]) -> bool:
    return bornes[0] <= valeur <= bornes[1]


REJETS = [(1, 0), (0, 1), (2, 0), (0, 2), (1, 1), (2, 1)]


@pytest.mark.parametrize("rejets", REJETS, ids=str)
@pytest.mark.parametrize("rang", range(len(HYPOTHESES)))
def test_toute_completion_est_dans_les_bornes(rang: int, rejets: tuple[int, int]) -> None:
    hypotheses = HYPOTHESES[rang]
    for graine in GRAINES:
        journal, registre = _livraison(graine)
        encadrement = _encadrer(graine, hypotheses, rejets)
        for evenements, sejours in _completions(graine, *rejets):
            compte = brute_force.compter(
                [*journal, *evenements],
                [*registre, *sejours],
                FINESS,
                texte=TEXTE,
                mesure=MESURE,
                hypotheses=hypotheses,
            )
            for code in CODES:
                n, d = compte[code]
                for perimetre in (FINESS, None):
                    bornes = encadrement.par_ligne[perimetre, code]
                    ou = (graine, code, perimetre, compte[code], bornes, evenements, sejours)
                    assert _dans(n, bornes.numerateur), ou
                    assert bornes.denominateur is not None
                    assert _dans(d, bornes.denominateur), ou
                    if d:
                        assert bornes.taux is not None
                        assert _dans(Fraction(100 * n, d), bornes.taux), ou


@cache
def _comptes(graine: int, rejets: tuple[int, int]) -> list[dict[str, tuple[int, int | None]]]:
    """What every completion by one row counts."""
    journal, registre = _livraison(graine)
    return [
        brute_force.compter([*journal, *e], [*registre, *s], FINESS, texte=TEXTE, mesure=MESURE, hypotheses={})
        for e, s in _completions(graine, *rejets)
    ]


@cache
def _par_defaut(graine: int, rejets: tuple[int, int]) -> Encadrement:
    return _encadrer(graine, {}, rejets)


def _etendue(graine: int, rejets: tuple[int, int], code: str) -> tuple[Any, Any, Any]:
    """The least and greatest figures over all the completions by one row."""
    comptes: list[Any] = [compte[code] for compte in _comptes(graine, rejets)]
    taux = [Fraction(100 * n, d) for n, d in comptes if d]
    return (
        (min(n for n, _ in comptes), max(n for n, _ in comptes)),
        (min(d for _, d in comptes), max(d for _, d in comptes)),
        (min(taux), max(taux)) if taux else None,
    )


@pytest.mark.parametrize("rejets", [(1, 0), (0, 1)], ids=str)
@pytest.mark.parametrize("code", ["dossiers_actifs", "mssante"])
def test_les_bornes_simples_sont_atteintes(code: str, rejets: tuple[int, int]) -> None:
    for graine in LARGES:
        bornes = _par_defaut(graine, rejets).par_ligne[FINESS, code]
        assert (bornes.numerateur, bornes.denominateur, bornes.taux) == _etendue(graine, rejets, code), graine


@pytest.mark.parametrize("rejets", [(1, 0), (0, 1)], ids=str)
@pytest.mark.parametrize("code", ["projet_personnalise", "evenement_agenda", "dmp"])
def test_les_autres_bornes_sont_atteintes_par_certaines_livraisons(code: str, rejets: tuple[int, int]) -> None:
    atteintes = [_par_defaut(graine, rejets).par_ligne[FINESS, code] for graine in LARGES]
    etendues = [_etendue(graine, rejets, code) for graine in LARGES]
    for cote in (0, 1):
        assert any(b.numerateur[cote] == e[0][cote] for b, e in zip(atteintes, etendues, strict=True))
        assert any(
            b.taux is not None and e[2] is not None and b.taux[cote] == e[2][cote]
            for b, e in zip(atteintes, etendues, strict=True)
        )


@pytest.mark.parametrize(
    ("taux", "cible", "attendu"),
    [
        ((Fraction(90), Fraction(95)), 90, "ferme"),
        ((Fraction(8999, 100), Fraction(90)), 90, "fragile"),
        ((Fraction(80), Fraction(8999, 100)), 90, "impossible"),
        ((Fraction(80), Fraction(95)), None, None),
        (None, 90, None),
    ],
)
def test_la_fermete_se_juge_sur_les_fractions_exactes(taux: Any, cible: int | None, attendu: str | None) -> None:
    assert Bornes((0, 1), (1, 1), taux).fermete(cible) == attendu
