"""What a rule must have to be shipped."""

from __future__ import annotations

import string
from functools import cache
from pathlib import Path

import pytest

from duicheck.findings import Outcome
from duicheck.plugins import Plugins, load_plugins
from duicheck.rules import Rule
from duicheck.testing import load_cases

CAS = Path(__file__).parents[1] / "fixtures" / "cas"
CASES = load_cases(CAS)
OURS = ("confidentialite", "livraison", "identifiants", "indicateurs", "journal", "plausibilite", "grappe")
"""The first-party plugins that bring rules."""


@cache
def plugins() -> Plugins:
    return load_plugins()


def our_rules() -> list[Rule]:
    return [rule for plugin in plugins().loaded if plugin.name in OURS for rule in plugin.rules]


@pytest.mark.parametrize("rule", our_rules(), ids=lambda rule: rule.id)
class TestEveryRuleWeShip:
    def test_has_a_case_that_passes_and_one_that_fails(self, rule: Rule) -> None:
        outcomes = {case.attendu for case in CASES if case.regle == rule.id}
        missing = {Outcome.PASSED, Outcome.FAILED} - outcomes
        assert not missing, f"écrivez dans fixtures/cas/{rule.id}.toml un cas {', '.join(missing)}"

    def test_is_documented_in_french_with_its_source(self, rule: Rule) -> None:
        first, _, rest = rule.doc.partition("\n")
        assert first.endswith("."), "la première ligne de la docstring dit le défaut en une phrase"
        assert rest.startswith("\n"), "une ligne vide suit la première phrase"
        last = rule.doc.rpartition("\n\n")[2]
        assert last.startswith("Source : "), "la docstring finit par un paragraphe « Source : … »"
        assert last.endswith("."), "la source finit par un point"
        assert set(rule.doc) & set("éèêàçùôî"), "la docstring d'une règle est en français"

    def test_says_what_to_do(self, rule: Rule) -> None:
        assert rule.remedy.endswith("."), "remedy est une phrase"
        assert len(rule.remedy.split()) > 3

    def test_has_a_message_over_named_facts(self, rule: Rule) -> None:
        fields = [name for _, name, _, _ in string.Formatter().parse(rule.message) if name is not None]
        assert all(name.isidentifier() and name.islower() for name in fields)
        assert rule.message.endswith((".", "}")), "le message est une phrase"


def test_a_figure_that_is_false_is_never_waived() -> None:
    from duicheck_indicateurs import coherence

    figures = [rule for rule in vars(coherence).values() if isinstance(rule, Rule)]
    assert len(figures) >= 6
    assert [rule.id for rule in figures if rule.waivable] == []
