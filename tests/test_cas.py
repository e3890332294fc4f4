"""Every rule against its cases: fixtures/cas/<groupe>/<nom>.toml."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from langues.filet import data_of, strays

from duicheck.docs import glossaire
from duicheck.findings import Finding, Outcome, RuleResult
from duicheck.harness import check
from duicheck.langue import phrase, speaking
from duicheck.plugins import Plugins, load_plugins
from duicheck.render.messages import message
from duicheck.testing import Case, load_cases, running

FIXTURES = Path(__file__).parents[1] / "fixtures"
CAS = FIXTURES / "cas"
CASES = load_cases(CAS)
SEUILS = {
    "cda/borne-depassee": ("256 éléments emboîtés", "257 éléments emboîtés"),
    "confidentialite/nir": ("les mêmes, la clé fausse d'une unité", "quinze chiffres dont la clé est juste"),
    "confidentialite/pseudonyme-previsible": ("un de moins", "quatre sur cinq suivent le précédent"),
    "confidentialite/texte-libre": ("deux phrases sont un accident", "trois phrases dans une colonne"),
    "identifiants/finess-extrait-ancien": (
        "du premier jour de la fenêtre",
        "de la veille de la fenêtre : son âge à la mesure",
    ),
    "identifiants/finess-ferme": ("fermé le premier jour de la fenêtre", "fermé la veille de la fenêtre"),
    "indicateurs/cible-non-atteinte": (
        "exactement à la cible : 9 sur 10 et 7 sur 10",
        "un message de moins : 6 sur 10",
    ),
    "indicateurs/criteres-socles-insuffisants": ("deux critères socles, MSSanté et DMP", "un seul critère socle"),
    "indicateurs/denominateur-nul": ("un sur un, écrit 100 %", "zéro sur zéro, écrit 100 %"),
    "indicateurs/etablissement-non-exporte": (
        "ses séjours se terminent la veille de la fenêtre",
        "un séjour se termine le premier jour de la fenêtre",
    ),
    "indicateurs/extraction-prematuree": (
        "extrait le lendemain de la fenêtre",
        "extrait le dernier jour de la fenêtre",
    ),
    "indicateurs/mesure-hors-fin-de-mois": (
        "2023 : dernier jour de septembre",
        "2023 : avant-dernier jour de septembre",
    ),
    "indicateurs/numerateur-superieur": ("égal au dénominateur", "un de plus que le dénominateur"),
    "indicateurs/periode-hors-texte": ("la fenêtre du texte de 2025", "un jour trop tôt au début"),
    "indicateurs/saut": (
        "onze dossiers : quinze points",
        "le journal donne aujourd'hui douze dossiers à la mesure passée, qui en annonçait huit : vingt points",
    ),
    "indicateurs/taux-faux": ("deux tiers tronqués", "deux tiers, un centième au-dessous de la troncature"),
    "indicateurs/total-faux": ("sommes justes", "un de plus au numérateur"),
    "livraison/fichier-vide": ("une seule ligne suffit", "un journal qui n'a que des titres"),
    "indicateurs/copie": (
        "quatre chiffres pareils parmi six établissements : le hasard y suffit",
        "quatre chiffres pareils parmi cinq établissements : il n'y suffit plus",
    ),
    "indicateurs/taux-pile": (
        "quatre sur quatre : le hasard y suffit encore",
        "cinq établissements sur cinq pile à la cible",
    ),
    "journal/auteur-unique": ("dix-sept sur vingt", "dix-huit mises à jour sur vingt d'un même auteur"),
    "journal/saisie-en-masse": (
        "vingt sur soixante-sept : moins de trente pour cent",
        "vingt dossiers sur soixante-six en cinq minutes",
    ),
    "journal/veille-de-mesure": (
        "vingt sur cinquante et un : moins de quarante pour cent",
        "vingt dossiers sur cinquante du vendredi au dimanche, mesure le lundi",
    ),
    "segur/candidature-apres-convention": (
        "candidate le jour de la convention",
        "candidate le lendemain de la convention",
    ),
    "segur/dates-incoherentes": ("référencée le jour de la mesure", "référencée le lendemain de la mesure"),
    "segur/non-referencee": ("dans la plage, borne comprise", "hors de la plage"),
    "segur/preuve-future": ("le jour de la mesure", "le lendemain de la mesure"),
    "segur/referencement-apres-parametrage": (
        "référencée la veille du paramétrage",
        "référencée le jour du paramétrage",
    ),
    "tableau-de-bord/dossiers-superieurs": (
        "autant de dossiers que de documents",
        "un dossier de plus que de documents",
    ),
    "tableau-de-bord/documents-sans-dossier": ("un document, un dossier", "un document, aucun dossier"),
    "tableau-de-bord/ecart-export": ("autant", "un dossier de moins que de personnes"),
    "tableau-de-bord/ins-total-faux": ("36 et 4 font 40", "un de moins avec INS qualifiée"),
    "tableau-de-bord/mois-superieur": ("le mois égal à l'année", "le mois au-dessus de l'année"),
    "tableau-de-bord/trois-canaux-superieur": (
        "autant que le canal le moins servi",
        "un de plus que le canal le moins servi",
    ),
    "livraison/format-non-conforme": ("zéro est un numérateur", "un numérateur négatif"),
    "tddui/borne-depassee": ("64 objets et tableaux emboîtés", "65 objets et tableaux emboîtés"),
}
"""Rule with a threshold -> the case on its right side, the case on its wrong side."""


OF_A_PACK: frozenset[str] = frozenset(
    {
        "cda/modele-de-contenu",
        "cda/modele-de-contenu-transfert",
        "cda/schematron-reserve",
        "cda/structuration-minimale",
    }
)
"""Rules whose `cause` is the message of a national Schematron: quoted as it is, in its language."""


@cache
def plugins() -> Plugins:
    return load_plugins()


def cases_of(rule: str) -> list[Case]:
    return [case for case in CASES if case.regle == rule]


RESULTS: dict[str, RuleResult] = {}


BROKEN = {case.regle: str(case) for case in reversed(CASES) if case.attendu is Outcome.FAILED}
"""Rule -> its first case that fails."""


def result_of(case: Case) -> RuleResult:
    """What the rule says of a case, as the case expects it; each is run once.

    What breaks one rule must crash no other: the first case that fails is run with all of them.
    """
    if str(case) not in RESULTS:
        alone = str(case) != BROKEN.get(case.regle)
        rules = [plugins().rules[case.regle]] if alone else list(plugins().rules.values())
        results = running._results(case, plugins(), rules)
        crashed = [f"{one.rule} : {one.reason}" for one in results if one.outcome is Outcome.CRASHED]
        assert crashed == ([case.regle] if case.attendu is Outcome.CRASHED else [])
        (RESULTS[str(case)],) = (one for one in results if one.rule == case.regle)
        running._assert_as_expected(case, RESULTS[str(case)])
    return RESULTS[str(case)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    result_of(case)


def as_json(finding: Finding) -> dict[str, Any]:
    facts = {name: fact.isoformat() if isinstance(fact, date) else fact for name, fact in finding.facts.items()}
    return {"message": finding.message, "faits": facts}


def said_in_english(case: Case) -> Iterator[tuple[str, list[str]]]:
    """Each message, or the reason, that a rule has for a case, with the French that is left in it."""
    result = result_of(case)
    found = [as_json(finding) for finding in result.findings]
    data = [*plugins().rules, *(text for one in found for text in data_of(list(one["faits"].values())))]
    data += [one["faits"]["cause"] for one in found if case.regle in OF_A_PACK]
    with speaking("en"):
        texts = [message(one, plugins().rules[case.regle]) for one in found]
        texts += [phrase(result.reason)] if result.reason else []
    yield from ((text, strays(text, data)) for text in texts)


@pytest.mark.parametrize("rule", sorted({case.regle for case in CASES}))
def test_what_a_rule_says_of_its_cases_is_english_for_who_asks(rule: str) -> None:
    said = [one for case in cases_of(rule) for one in said_in_english(case)]
    assert said
    assert [one for one in said if one[1]] == []


def test_every_fact_that_a_finding_carries_is_defined_and_no_other_is() -> None:
    used = set().union(*(glossaire.facts_in_message(rule) for rule in plugins().rules.values()))
    for case in CASES:
        used |= {name for finding in result_of(case).findings for name in finding.facts}
    missing = sorted(used - glossaire.facts().keys())
    assert not missing, f"des faits sans définition : {missing} ; voir HOW_TO_NAME dans tests/test_docs.py"
    idle = sorted(glossaire.facts().keys() - used)
    assert not idle, f"src/duicheck/docs/faits.toml définit des faits que nul constat ne porte : {', '.join(idle)}"


def test_the_base_delivery_is_right_in_every_respect() -> None:
    report = check(FIXTURES / "livraisons" / "petite", plugins())
    assert (report["verdict"], report["cibles"], report["constats"]) == ("conforme", "atteintes", [])
    assert {rule["resultat"] for rule in report["regles"]} == {"respectee", "sans_objet", "non_verifiee"}


def test_case_files_are_named_after_their_rule() -> None:
    misplaced = [case.source for case in CASES if case.source != CAS / f"{case.regle}.toml"]
    assert not misplaced, "fixtures/cas/<groupe>/<nom>.toml porte les cas de la règle <groupe>/<nom>"


def test_case_names_are_unique_in_their_file() -> None:
    names = [str(case) for case in CASES]
    assert not {name for name in names if names.count(name) > 1}


@pytest.mark.parametrize("rule", SEUILS)
def test_both_sides_of_a_threshold_are_tried(rule: str) -> None:
    outcomes = {case.nom: case.attendu for case in cases_of(rule)}
    right, wrong = SEUILS[rule]
    assert outcomes[right] is Outcome.PASSED
    assert outcomes[wrong] is Outcome.FAILED
