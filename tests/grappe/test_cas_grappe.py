"""Every threshold and every date of the rules on a grappe has a case on each of its sides, text by text."""

from __future__ import annotations

from pathlib import Path

import pytest

from duicheck.findings import Outcome
from duicheck.testing import load_cases

CASES = {str(case): case.attendu for case in load_cases(Path(__file__).parents[2] / "fixtures" / "cas" / "grappe")}
SIDES = [
    ("taille", "quinze établissements", "quatorze"),
    ("taille", "2023 : quinze", "2023 : quatorze"),
    ("taille", "2024 : quinze", "2024 : quatorze, sans que la source dise si l'ARS apprécie"),
    ("taille", "outre-mer : huit, numéros tels qu'ils sont attribués", "outre-mer : sept"),
    ("taille", "2023, outre-mer : huit", "2023, outre-mer : sept"),
    ("taille-opposable", "2021 : quinze acquisitions", "2021 : quatorze"),
    ("taille-opposable", "2021, outre-mer : huit", "2021, outre-mer : sept"),
    ("organismes-insuffisants", "2021 : trois organismes", "2021 : deux"),
    ("organismes-insuffisants", "2021, outre-mer : deux", "2021, outre-mer : un seul"),
    ("plafond-depasse", "2021 : trente établissements", "2021 : trente et un"),
    ("guichet", "cinquante ESSMS, deux régions : national", "quarante-neuf ESSMS, deux régions, dépôt national"),
    ("guichet", "2023 : cinquante et deux régions", "2023 : quarante-neuf"),
    ("organisme-discordant", "autant d'ESSMS en tout que dans le projet", "un de moins"),
    (
        "double-financement",
        "un bon de commande annulé le 17 avril 2025",
        "un bon de commande annulé le 18 avril 2025",
    ),
    (
        "double-financement",
        "annulé la veille de la validation de la Prestation Ségur",
        "annulé le jour de la validation",
    ),
    (
        "operation-ancienne",
        "2025 : Prestation Ségur validée le dernier jour du premier trimestre 2023",
        "2025 : validée la veille",
    ),
    ("operation-ancienne", "2023 : mise en ordre de marche le jour du texte", "2023 : la veille"),
    ("operation-ancienne", "2023 : Prestation Ségur le jour du texte", "2023 : Prestation Ségur la veille"),
    ("repartition-saad", "autant d'heures médico-sociales que d'heures", "une heure de plus que le total"),
    ("repartition-saad", "une part arrondie, à sa précision", "une part d'un dixième de trop"),
    ("duree-indicative", "dix-huit mois pour une acquisition", "un jour de plus"),
    ("duree-indicative", "neuf mois pour des montées de version", "neuf mois et un jour"),
    ("duree-indicative", "2023 : dix-huit mois", "2023 : dix-huit mois et un jour"),
    ("duree-indicative", "2023 : neuf mois", "2023 : neuf mois et un jour"),
    ("dates-incoherentes", "convention le jour du dépôt", "convention la veille du dépôt"),
    ("dates-incoherentes", "fin le jour du début", "fin la veille du début"),
    ("depot-hors-fenetre", "2024 : le jour de la dernière échéance", "2024 : le lendemain"),
    *(
        ("depot-hors-fenetre", f"{year}, {level} : {right}", f"{year}, {level} : {wrong}")
        for year, level in (
            *((2021, "régional"), (2023, "régional"), (2023, "multirégional"), (2023, "national")),
            *((2025, "régional"), (2025, "multirégional")),
        )
        for right, wrong in (
            ("le jour de l'ouverture", "la veille de l'ouverture"),
            ("le jour de la clôture", "le lendemain de la clôture"),
        )
    ),
]


@pytest.mark.parametrize(("rule", "right", "wrong"), SIDES)
def test_both_sides(rule: str, right: str, wrong: str) -> None:
    assert CASES[f"grappe/{rule} : {right}"] is Outcome.PASSED
    assert CASES[f"grappe/{rule} : {wrong}"] is Outcome.FAILED
