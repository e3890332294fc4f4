"""What holds of the aid of any project, under every text."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outils_aide import AUTRE, GRAND, PETIT, TEXTES, Etab, contexte

from duicheck.model import Comptes, Mesure, Mesures
from duicheck_grappe.aide.calcul import PARTS, Aide, calculer
from duicheck_grappe.aide.montants import Clause, Montant, arrondi, repartir, somme_bornes
from duicheck_grappe.aide.rangs import Candidat, rangs
from duicheck_grappe.aide.tarif import bareme
from duicheck_grappe.aide.variantes import a_verser, comparer, hypotheses_en_jeu

SITUATIONS = st.sampled_from(["acquisition", "montee_de_version", None])
CLAUSE = Clause("texte", "document", "section")
TEXTE = st.sampled_from(sorted(TEXTES))
vite = settings(max_examples=25, deadline=None)


@st.composite
def projets(draw: st.DrawFn, *, simples: bool = False) -> list[Etab]:
    """Establishments with distinct numbers; `simples`: without hours, quotes nor what is not said."""
    nombre = draw(st.integers(1, 70))
    alea = random.Random(draw(st.integers(0, 2**32)))
    situations = ["acquisition", "montee_de_version"] if simples else ["acquisition", "montee_de_version", None]
    plusieurs = draw(st.booleans())
    return [
        Etab(
            rang,
            situation=alea.choice(situations if plusieurs else situations[:1]),
            heures=None if simples or alea.random() < 0.7 else alea.randrange(1001),
            siren=GRAND if simples else alea.choice([GRAND, PETIT, AUTRE]),
            devis=None if simples or alea.random() < 0.5 else alea.randrange(3_000_000),
        )
        for rang in range(1, nombre + 1)
    ]


def plafond(texte: str, aide: Aide) -> int:
    """The most that the text gives to any project of that size: all acquisitions, all small, all at full rate."""
    book = TEXTES[texte]
    euros = 100
    par_essms = max(
        book.get("aide_usage_acquisition", 0) + book.get("aide_equipement_acquisition", 0),
        book.get("aide_usage_acquisition", 0) + book.get("aide_equipement_maximum", 0),
        book.get("aide_forfait_acquisition", 0),
    )
    materiel = max(book.get("aide_materiel_maximum", 0), book.get("aide_forfait_materiel", 0))
    combien = min(len(aide.lignes), book.get("essms_maximum_finances", len(aide.lignes)))
    au_dela = 0
    if (rang := book.get("aide_dernier_rang_plein_tarif")) is not None and combien > rang:
        au_dela = (combien - rang) * (book["aide_usage_au_dela"] + book["aide_equipement_au_dela"])
        return (rang * par_essms + au_dela + combien * materiel + book.get("aide_amoa", 0)) * euros
    return (combien * (par_essms + materiel) + book.get("aide_amoa", 0)) * euros


@vite
@example(texte="2021-amorcage", etabs=[Etab(1, None, siren=PETIT, devis=130_112)], amoa=False, materiel=None)
@given(texte=TEXTE, etabs=projets(), amoa=st.booleans(), materiel=st.sampled_from([None, True, False]))
def test_sums_bounds_and_clauses(texte: str, etabs: list[Etab], amoa: bool, materiel: bool | None) -> None:  # noqa: FBT001
    aide = calculer(contexte(texte, etabs, amoa=amoa, financement_materiel=materiel))
    parts = [part for ligne in aide.lignes for part in ligne.parts.values()]
    assert (aide.minimum, aide.maximum) == somme_bornes([*parts, aide.amoa])
    assert sum(ligne.bornes[0] for ligne in aide.lignes) + aide.amoa.minimum == aide.minimum
    assert sum(versement.montant for versement in aide.versements) == aide.minimum
    assert all(isinstance(part.minimum, int) and part.clauses and part.formule for part in [*parts, aide.amoa])
    assert aide.minimum <= plafond(texte, aide)
    if texte != "2024-15":
        assert aide.maximum is not None
        assert aide.minimum <= aide.maximum <= plafond(texte, aide)
    verse, au_plus = a_verser(aide)
    assert 0 <= verse <= aide.minimum
    assert au_plus is None or verse <= au_plus


@pytest.mark.parametrize("texte", ["2021-amorcage", "2023-13", "2025-40"])
def test_an_unknown_situation_is_bounded_by_the_two_that_it_may_be(texte: str) -> None:
    def bornes(situation: str | None, des_autres: str) -> tuple[int, int | None]:
        autres = [Etab(rang, des_autres, siren=(GRAND, PETIT, AUTRE)[rang % 3]) for rang in range(2, 17)]
        return calculer(contexte(texte, [Etab(1, situation), *autres])).lignes[0].bornes

    connues = [bornes(situation, situation) for situation in ("acquisition", "montee_de_version")]
    assert all(minimum == maximum for minimum, maximum in connues)
    assert bornes(None, "acquisition") == (min(connues)[0], max(connues)[0])


@vite
@given(texte=TEXTE, etabs=projets(), alea=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_count(texte: str, etabs: list[Etab], alea: random.Random) -> None:
    autres = list(etabs)
    alea.shuffle(autres)
    un, autre = (calculer(contexte(texte, liste)) for liste in (etabs, autres))
    assert (un.minimum, un.maximum, un.amoa) == (autre.minimum, autre.maximum, autre.amoa)
    assert [(ligne.etablissement.finess_et, dict(ligne.parts)) for ligne in un.lignes] == [
        (ligne.etablissement.finess_et, dict(ligne.parts)) for ligne in autre.lignes
    ]


@vite
@given(texte=st.sampled_from(["2023-13", "2024-15", "2025-40"]), etabs=projets(simples=True), ajout=st.integers(1, 10))
def test_one_more_establishment_never_lowers_the_aid(texte: str, etabs: list[Etab], ajout: int) -> None:
    ajoutes = [Etab(1000 + rang, "acquisition" if rang % 2 else "montee_de_version") for rang in range(ajout)]
    avant = calculer(contexte(texte, etabs))
    apres = calculer(contexte(texte, [*etabs, *ajoutes]))
    assert apres.minimum > avant.minimum


@vite
@given(etabs=projets(), nouveau=projets())
def test_the_most_favourable_sharing_is_the_most_and_only_grows(etabs: list[Etab], nouveau: list[Etab]) -> None:
    connus = [un for un in etabs if un.situation is not None]
    partages = ["acquisitions_dabord", "montees_dabord", "prorata", "plus_favorable", "moins_favorable"]
    totaux = {}
    for partage in partages:
        totaux[partage] = (
            calculer(contexte("2025-40", connus, hypotheses={"partage_des_49": partage})).minimum if connus else 0
        )
    ecart = len(connus) + 1  # each amount may lose less than a cent
    assert max(totaux.values()) <= totaux["plus_favorable"] + ecart
    assert min(totaux.values()) >= totaux["moins_favorable"] - ecart
    # Of the large organisation: one more establishment may make a small one large, and cost it its hardware.
    encore = [Etab(1000 + un.rang, un.situation, un.heures, GRAND, un.devis) for un in nouveau if un.situation]
    if connus:
        grand = contexte("2025-40", [*connus, *encore], hypotheses={"partage_des_49": "plus_favorable"})
        assert calculer(grand).minimum >= totaux["plus_favorable"] - 2 * (len(connus) + len(encore))


@given(montant=st.integers(0, 10**10), parts=st.sampled_from([(50, 50), (40, 40, 20), (33, 33, 34), (100,)]))
@pytest.mark.parametrize("regle", ["inferieur", "demi_superieur"])
def test_shares_add_up(regle: str, montant: int, parts: tuple[int, ...]) -> None:
    trouvees = repartir(montant, parts, regle)
    assert sum(trouvees) == montant
    assert all(
        abs(100 * trouve - montant * part) <= 100 * len(parts) for trouve, part in zip(trouvees, parts, strict=True)
    )


@given(st.fractions(0, 10**6))
def test_rounding_is_within_its_rule(exact: Fraction) -> None:
    assert 0 <= exact - arrondi(exact, "inferieur") < 1
    assert -Fraction(1, 2) <= exact - arrondi(exact, "demi_superieur") < Fraction(1, 2) or exact.denominator == 1


@pytest.mark.parametrize("bornes", [(1, 0), (-1, 0), (0, 5)])
def test_an_amount_without_reason_or_with_crossed_bounds_cannot_be(bornes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="amount"):
        Montant(*bornes, "formule", (CLAUSE,))


def test_an_amount_without_clause_cannot_be() -> None:
    with pytest.raises(ValueError, match="clause"):
        Montant(1, 1, "formule", ())
    with pytest.raises(ValueError, match="formula"):
        Montant(1, 1, "", (CLAUSE,))


@given(
    st.lists(
        st.builds(Candidat, st.uuids().map(str), SITUATIONS, st.fractions(0, 1)), unique_by=lambda un: un.finess_et
    )
)
@pytest.mark.parametrize("partage", ["acquisitions_dabord", "montees_dabord", "prorata", "plus_favorable", None])
def test_full_rates_are_never_more_than_the_text_has(partage: str | None, candidats: list[Candidat]) -> None:
    tarif = bareme(contexte("2025-40", [Etab(1)]))
    trouves = rangs(candidats, tarif, partage)
    assert set(trouves) == {un.finess_et for un in candidats}
    assert sum(un.plein for un in trouves.values()) == min(len(candidats), 49)


# Criteria of 2021


def mesures(**comptes: tuple[int, int | None]) -> Mesures:
    """Recomputed results of the project."""
    return Mesures([], [Mesure(code, None, None, Comptes(*deux), None) for code, deux in comptes.items()])


TRENTE = [Etab(rang, siren=(GRAND, PETIT, AUTRE)[rang % 3]) for rang in range(30)]
BONS = {"dossiers_actifs": (50, 100), "projet_personnalise": (50, 50), "evenement_agenda": (40, 50)}


def test_results_decide_the_last_fifth_of_2021() -> None:
    resultats = mesures(**BONS, mssante=(150, None), dmp=(60, None))
    aide = calculer(contexte("2021-amorcage", TRENTE, mesures=resultats, evaluations={"mssante": 100, "dmp": 120}))
    selon = aide.versements[-1].criteres
    assert selon is not None
    # 20 % of 750 000 € is 150 000 €: five times 30 000 €, of which 50 %, 100 %, 80 %, 100 % (at most) and 50 %.
    assert [un.montant for un in selon.criteres] == [1_500_000, 3_000_000, 2_400_000, 3_000_000, 1_500_000]
    assert (selon.minimum, selon.maximum) == (11_400_000, 11_400_000)
    assert a_verser(aide) == (60_000_000 + 11_400_000, 60_000_000 + 11_400_000)


def test_against_evaluations_where_the_hypothesis_says_so() -> None:
    resultats = mesures(**BONS, mssante=(150, None), dmp=(60, None))
    prevus = {"dossiers_actifs": 80, "projet_personnalise": 90, "evenement_agenda": 80, "mssante": 300, "dmp": 120}
    choix = {"criteres_evaluation": "evaluation"}
    aide = calculer(contexte("2021-amorcage", TRENTE, mesures=resultats, evaluations=prevus, hypotheses=choix))
    selon = aide.versements[-1].criteres
    assert selon is not None
    assert [un.montant for un in selon.criteres] == [1_875_000, 3_000_000, 3_000_000, 1_500_000, 1_500_000]


def test_without_results_the_last_fifth_is_bounded() -> None:
    aide = calculer(contexte("2021-amorcage", TRENTE))
    assert a_verser(aide) == (60_000_000, 75_000_000)
    assert (aide.minimum, aide.maximum) == (75_000_000, 75_000_000)


def test_a_count_without_evaluation_is_bounded() -> None:
    aide = calculer(contexte("2021-amorcage", TRENTE, mesures=mesures(**BONS, mssante=(150, None), dmp=(60, None))))
    assert a_verser(aide) == (60_000_000 + 6_900_000, 60_000_000 + 12_900_000)


def test_more_socle_criteria_than_the_text_shares_among() -> None:
    resultats = mesures(**BONS, mssante=(100, None), dmp=(60, None), eparcours=(0, None))
    prevus = {"mssante": 100, "dmp": 120, "eparcours": 10}
    aide = calculer(contexte("2021-amorcage", TRENTE, mesures=resultats, evaluations=prevus))
    # The two least: 0 and 15 000 €; the two most: 30 000 and 15 000 €.
    assert a_verser(aide) == (60_000_000 + 6_900_000 + 1_500_000, 60_000_000 + 6_900_000 + 4_500_000)


@vite
@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 100)), min_size=5, max_size=5))
def test_results_never_earn_more_than_their_instalment(resultats: list[tuple[int, int]]) -> None:
    codes = ("dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante", "dmp")
    comptes = {
        code: (n, None if code in {"mssante", "dmp"} else d) for code, (n, d) in zip(codes, resultats, strict=True)
    }
    aide = calculer(
        contexte("2021-amorcage", TRENTE[:29], mesures=mesures(**comptes), evaluations={"mssante": 7, "dmp": 9})
    )
    dernier = aide.versements[-1]
    assert dernier.criteres is not None
    assert sum(un.maximum for un in dernier.criteres.criteres) == dernier.montant
    assert 0 <= dernier.criteres.minimum == dernier.criteres.maximum <= dernier.montant


# Hypotheses and texts


@pytest.mark.parametrize("texte", sorted(TEXTES))
def test_every_hypothesis_is_tried_and_the_one_in_force_gives_the_aid(texte: str) -> None:
    etabs = [*TRENTE, *(Etab(100 + rang, heures=600, siren=PETIT, devis=1_234_567) for rang in range(3))]
    sujet = contexte(texte, etabs, amoa=True)
    aide = calculer(sujet)
    for enjeu in hypotheses_en_jeu(sujet):
        (retenue,) = [un for un in enjeu.variantes if un.choix is enjeu.retenu]
        assert (retenue.minimum, retenue.maximum) == (aide.minimum, aide.maximum)
        assert len(enjeu.variantes) == len(enjeu.hypothese.choices)


def test_the_same_project_under_each_text() -> None:
    sujet = contexte("2025-40", TRENTE)
    sous = {un.texte: un.aide for un in comparer(sujet, calculer(sujet))}
    assert {texte: aide and aide.minimum for texte, aide in sous.items()} == {
        "2021-amorcage": 75_000_000,
        "2023-13": 63_000_000,
        "2024-15": 64_500_000,
        "2025-40": 63_000_000,
    }


@pytest.mark.parametrize(
    ("ecrit", "recupere", "attendu"),
    [
        ("selon_porteur", None, (800_000, 800_000)),
        ("hors_taxe", True, (800_000, 800_000)),
        ("hors_taxe", False, (800_000, 1_000_000)),
        ("hors_taxe", None, (800_000, 1_000_000)),
        ("toutes_taxes", False, (800_000, 800_000)),
        ("toutes_taxes", True, (0, 800_000)),
        ("toutes_taxes", None, (0, 800_000)),
    ],
)
def test_quotes_before_or_after_tax(ecrit: str, recupere: bool | None, attendu: tuple[int, int]) -> None:  # noqa: FBT001
    etabs = [Etab(1, siren=PETIT, devis=800_000)]
    aide = calculer(contexte("2025-40", etabs, hypotheses={"ht_ttc": ecrit}, recupere_tva=recupere))
    part = aide.lignes[0].parts["materiel"]
    assert (part.minimum, part.maximum) == attendu
    assert (part.raison is None) == (part.montant is not None)


def test_the_ceiling_shared_by_all() -> None:
    etabs = [Etab(rang, siren=PETIT, devis=devis) for rang, devis in enumerate((400_000, 1_300_000, 1_900_000))]
    aide = calculer(contexte("2025-40", etabs, hypotheses={"materiel_plafond": "mutualise"}))
    assert [ligne.parts["materiel"].minimum for ligne in aide.lignes] == [400_000, 1_300_000, 1_300_000]


def test_hardware_that_nobody_asks_for_is_nothing_and_says_so() -> None:
    for financement, raison in ((None, None), (True, "le devis manque"), (False, None)):
        aide = calculer(contexte("2025-40", [Etab(1, siren=PETIT)], financement_materiel=financement))
        part = aide.lignes[0].parts["materiel"]
        assert part.raison == raison
        assert ("non demandé" in part.formule) == (financement is not True)


def test_a_situation_that_is_not_told_is_bounded() -> None:
    aide = calculer(contexte("2025-40", [Etab(1, situation=None)]))
    assert {quoi: (part.minimum, part.maximum) for quoi, part in aide.lignes[0].parts.items()} == {
        "usage": (500_000, 700_000),
        "equipement": (0, 1_400_000),
        "materiel": (0, 0),
    }
    assert not aide.complete
    assert set(aide.lignes[0].parts) == set(PARTS)
