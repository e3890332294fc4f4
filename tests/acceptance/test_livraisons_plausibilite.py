"""Deliveries that nothing makes implausible: their lies are of another kind, and no alert may cry wolf."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from partage import LIVRAISONS, needs

from duicheck.harness import run_rules
from duicheck.plugins import Plugins, load_plugins

ALERTES = (
    "indicateurs/copie",
    "indicateurs/taux-pile",
    "journal/auteur-unique",
    "journal/saisie-en-masse",
    "journal/veille-de-mesure",
)

pytestmark = needs(LIVRAISONS)


@cache
def plugins() -> Plugins:
    return load_plugins()


@pytest.mark.parametrize("livraison", LIVRAISONS, ids=lambda path: path.name)
def test_no_alert_cries_wolf(livraison: Path) -> None:
    results = run_rules(livraison, plugins(), [plugins().rules[rule] for rule in ALERTES])
    assert {result.rule: result.outcome.value for result in results} == dict.fromkeys(ALERTES, "respectee")
