"""Windows, at their awkward days, and the instants that they make in each time zone."""

from __future__ import annotations

from datetime import date

import pytest
from tables_recalcul import livraison, textes

from duicheck.errors import NotAvailable, RulebookError, UsageError
from duicheck.model import Fenetre, Hypotheses, Textes
from duicheck_indicateurs.fenetre import RegleFenetre, fenetre_de_la_livraison, plus_mois, situer


def _instants(fenetre: Fenetre, finess: str) -> tuple[str, ...]:
    """The two bounds, written in UTC."""
    return tuple(f"{instant:%Y-%m-%d %H:%M}" for instant in fenetre.instants(finess))


def _situer(
    texte: str, mesure: date, *, premiere: bool = False, phase: str | None = None, **hypotheses: str
) -> Fenetre:
    regles = {nom: RegleFenetre.du_texte(livre) for nom, livre in textes().items()}
    return situer(livraison(texte, mesure, premiere=premiere, phase=phase), regles[texte], hypotheses, regles)


@pytest.mark.parametrize(
    ("texte", "mesure", "premiere", "phase", "debut", "fin"),
    [
        ("2025-40", date(2025, 9, 15), False, None, date(2025, 6, 15), date(2025, 9, 14)),
        ("2025-40", date(2025, 5, 31), False, None, date(2025, 2, 28), date(2025, 5, 30)),
        ("2025-40", date(2024, 5, 31), False, None, date(2024, 2, 29), date(2024, 5, 30)),
        ("2025-40", date(2025, 3, 1), False, None, date(2024, 12, 1), date(2025, 2, 28)),
        ("2025-40", date(2025, 9, 15), True, None, date(2025, 6, 15), date(2025, 9, 14)),
        ("2023-13", date(2023, 11, 30), False, None, date(2023, 11, 1), date(2023, 11, 30)),
        ("2023-13", date(2023, 10, 31), True, None, date(2023, 8, 1), date(2023, 10, 31)),
        ("2023-13", date(2024, 1, 31), True, None, date(2023, 11, 1), date(2024, 1, 31)),
        ("2023-13", date(2024, 2, 10), False, None, date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-15", date(2024, 12, 31), False, None, date(2024, 12, 1), date(2024, 12, 31)),
        ("2021-amorcage", date(2021, 9, 1), False, None, date(2021, 6, 1), date(2021, 8, 31)),
        ("2021-amorcage", date(2021, 9, 1), False, "projet", date(2021, 6, 1), date(2021, 8, 31)),
        ("2021-amorcage", date(2021, 3, 31), False, "maintenance", date(2021, 2, 28), date(2021, 3, 30)),
    ],
)
def test_la_fenetre_de_chaque_texte(
    texte: str,
    mesure: date,
    premiere: bool,  # noqa: FBT001
    phase: str | None,
    debut: date,
    fin: date,
) -> None:
    fenetre = _situer(texte, mesure, premiere=premiere, phase=phase)
    assert (fenetre.debut, fenetre.fin) == (debut, fin)


@pytest.mark.parametrize(
    ("variante", "debut", "fin"),
    [
        ("texte", date(2025, 6, 15), date(2025, 9, 14)),
        ("un_mois", date(2025, 8, 15), date(2025, 9, 14)),
        ("trois_mois", date(2025, 6, 15), date(2025, 9, 14)),
        ("mois_precedent", date(2025, 5, 15), date(2025, 8, 14)),
        ("debut_moins_1j", date(2025, 6, 14), date(2025, 9, 14)),
        ("debut_plus_1j", date(2025, 6, 16), date(2025, 9, 14)),
        ("fin_moins_1j", date(2025, 6, 15), date(2025, 9, 13)),
        ("fin_plus_1j", date(2025, 6, 15), date(2025, 9, 15)),
        ("texte:2023-13", date(2025, 9, 1), date(2025, 9, 30)),
        ("texte:2021-amorcage", date(2025, 6, 15), date(2025, 9, 14)),
    ],
)
def test_les_variantes(variante: str, debut: date, fin: date) -> None:
    fenetre = _situer("2025-40", date(2025, 9, 15), fenetre=variante)
    assert (fenetre.debut, fenetre.fin) == (debut, fin)


def test_un_mois_entier_recule_d_un_mois_reste_entier() -> None:
    fenetre = _situer("2023-13", date(2023, 11, 30), fenetre="mois_precedent")
    assert (fenetre.debut, fenetre.fin) == (date(2023, 10, 1), date(2023, 10, 31))


@pytest.mark.parametrize(
    ("finess", "debut", "fin"),
    [
        ("750803447", "2025-01-31 23:00", "2025-04-30 22:00"),  # from winter to summer time
        ("2A0002606", "2025-01-31 23:00", "2025-04-30 22:00"),
        ("970302287", "2025-01-31 23:00", "2025-04-30 22:00"),  # an old overseas number: no known zone
        ("971000018", "2025-02-01 04:00", "2025-05-01 04:00"),
        ("972000017", "2025-02-01 04:00", "2025-05-01 04:00"),
        ("973000016", "2025-02-01 03:00", "2025-05-01 03:00"),
        ("974000015", "2025-01-31 20:00", "2025-04-30 20:00"),
        ("975000014", "2025-02-01 03:00", "2025-05-01 02:00"),
        ("976000013", "2025-01-31 21:00", "2025-04-30 21:00"),
        ("980501506", "2025-01-31 21:00", "2025-04-30 21:00"),
    ],
)
def test_les_instants_de_chaque_territoire(finess: str, debut: str, fin: str) -> None:
    assert _instants(_situer("2025-40", date(2025, 5, 1)), finess) == (debut, fin)


def test_les_fuseaux_de_rechange_valent_pour_tous() -> None:
    utc = _situer("2025-40", date(2025, 5, 1), fuseau="utc")
    paris = _situer("2025-40", date(2025, 5, 1), fuseau="paris")
    assert _instants(utc, "974000015") == ("2025-02-01 00:00", "2025-05-01 00:00")
    assert _instants(paris, "974000015") == ("2025-01-31 23:00", "2025-04-30 22:00")


@pytest.mark.parametrize("mois", [1, 3, 12, 25])
def test_reculer_puis_avancer_ne_perd_que_la_fin_du_mois(mois: int) -> None:
    jour = date(2024, 3, 28)
    assert plus_mois(plus_mois(jour, -mois), mois) == jour


def test_les_valeurs_inconnues_sont_refusees() -> None:
    for hypotheses in ({"fenetre": "deux_mois"}, {"fenetre": "texte:1999"}, {"fuseau": "lunaire"}):
        with pytest.raises(UsageError, match="inconnu"):
            _situer("2025-40", date(2025, 5, 1), **hypotheses)
    with pytest.raises(RulebookError, match="fin de fenêtre"):
        RegleFenetre("un_jour", 3, None, None, {"": "Europe/Paris"}, {"": "Europe/Paris"})


@pytest.mark.parametrize("mesure", [date(1, 1, 1), date(9999, 12, 31)])
def test_une_date_impossible_ne_donne_pas_de_fenetre(mesure: date) -> None:
    with pytest.raises(NotAvailable, match="date de mesure"):
        _situer("2023-13", mesure, premiere=True)


def test_le_lecteur_suit_les_hypotheses() -> None:
    livre = textes()["2025-40"]
    hypotheses = Hypotheses(livre.choose({"fenetre": "texte:2023-13"}))
    fenetre = fenetre_de_la_livraison.build(
        livraison=livraison("2025-40", date(2025, 9, 15)),
        rulebook=livre,
        hypotheses=hypotheses,
        textes=Textes(textes()),
    )
    assert (fenetre.debut, fenetre.fin) == (date(2025, 9, 1), date(2025, 9, 30))


def test_sans_rien_dire_ce_n_est_pas_la_premiere_mesure() -> None:
    regle = RegleFenetre.du_texte(textes()["2023-13"])
    assert regle.jours(date(2023, 11, 30)) == (date(2023, 11, 1), date(2023, 11, 30))


def test_sans_les_autres_textes_leur_fenetre_est_inconnue() -> None:
    livre = textes()["2025-40"]
    with pytest.raises(UsageError, match="« 2023-13 » est inconnu"):
        fenetre_de_la_livraison.build(
            livraison=livraison("2025-40", date(2025, 9, 15)),
            rulebook=livre,
            hypotheses=Hypotheses(livre.choose({"fenetre": "texte:2023-13"})),
            textes=None,
        )
