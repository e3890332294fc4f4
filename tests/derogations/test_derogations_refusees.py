"""Waivers that nobody may declare, and those that are not written as they must be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from livraison_incomplete import INTERDITE, MISSING, Declare, entry, outcome, states

from duicheck import DeliveryError, Plugins, check, load_plugins
from duicheck.findings import Severity, Violation
from duicheck.formats import load_schema
from duicheck.rules import Rule, rule

# What they may not


NEVER = [
    "journal/ecart-indicateur",
    "journal/horodatage-sans-fuseau",
    "livraison/colonne-manquante",
    "livraison/derogation-echue",
    "livraison/derogation-interdite",
    "livraison/empreinte-differente",
    "livraison/fichier-absent",
    "livraison/fichier-illisible",
    "livraison/format-non-conforme",
    "livraison/valeur-ambigue",
    "indicateurs/numerateur-superieur",
    "indicateurs/taux-faux",
    "indicateurs/total-faux",
]


def _rules(plugins: Plugins, *, wanted: bool) -> set[str]:
    return {name for name, each in plugins.rules.items() if each.waivable is wanted}


def test_what_nobody_may_waive_is_data_on_the_rules(plugins: Plugins) -> None:
    never = _rules(plugins, wanted=False)
    assert set(NEVER) <= never
    assert {name for name in plugins.rules if name.startswith("confidentialite/")} <= never
    assert {name for name, each in plugins.rules.items() if each.blocking} <= never
    assert MISSING in _rules(plugins, wanted=True)


def test_a_blocking_rule_is_never_waivable() -> None:
    def nothing() -> Iterator[Violation]:
        yield from ()

    declared: Rule = rule(
        "essai/defaut", severity=Severity.ERROR, message="x", remedy="x", since="0.1", blocking=True, waivable=True
    )(nothing)
    assert not declared.waivable


@pytest.mark.parametrize("name", NEVER)
def test_a_forbidden_waiver_is_ignored_and_loud(name: str, declare: Declare, plugins: Plugins) -> None:
    report = check(declare(entry(regle=name), entry()), plugins)
    assert states(report) == [("interdite", 0), ("appliquee", 1)]
    assert outcome(report, INTERDITE) == "enfreinte"
    assert report["verdict"] == "conforme"


def test_the_difference_with_the_log_cannot_be_waived(declare: Declare, plugins: Plugins) -> None:
    everything = [entry(regle=name) for name in plugins.rules]
    folder = declare(*everything)
    export = folder / "indicateurs.csv"
    text = export.read_text(encoding="utf-8")
    changed = text.replace(
        "970302287,dmp,2025-06-15,2025-09-14,7,10,70.00", "970302287,dmp,2025-06-15,2025-09-14,8,10,80.00"
    )
    assert changed != text
    export.write_text(changed, encoding="utf-8")
    report = check(folder, plugins)
    assert (report["verdict"], report["sous_derogations"]) == ("non_conforme", False)
    assert {one["finess_et"]: one["verdict"] for one in report["etablissements"]} == {
        "010000024": "conforme",
        "970302287": "non_conforme",
    }


def test_a_differing_figure_is_non_conforme_even_without_the_rule_that_says_so(declare: Declare) -> None:
    folder = declare(entry())
    export = folder / "indicateurs.csv"
    text = export.read_text(encoding="utf-8")
    export.write_text(text.replace("2025-09-14,7,10,70.00", "2025-09-14,8,10,80.00"), encoding="utf-8")
    assert check(folder, load_plugins(disabled=["journal"]))["verdict"] == "non_conforme"


# What is malformed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"regle": "indicateurs/etablissement-manque"}, "peut-être « indicateurs/etablissement-manquant »"),
        ({"regle": "essai/inconnue"}, "derogations.1.regle : aucune extension chargée n'apporte"),
        ({"regle": "etablissement-manquant"}, "derogations.1.regle : il faut un identifiant de règle"),
        ({"motif": None}, "derogations.1.motif : cette clé est obligatoire"),
        ({"motif": "accord"}, "derogations.1.motif : il faut une phrase"),
        ({"motif": " "}, "derogations.1.motif : il faut une phrase"),
        ({"auteur": None}, "derogations.1.auteur : cette clé est obligatoire"),
        ({"auteur": "  "}, "derogations.1.auteur : il faut qui accorde"),
        ({"echeance": None}, "derogations.1.echeance : cette clé est obligatoire"),
        ({"echeance": '"bientôt"'}, "derogations.1.echeance : il faut une date"),
        ({"echeance": '"2025-02-31"'}, "derogations.1.echeance : il faut une date"),
        ({"perimetre": {"finess": "1"}}, "derogations.1.perimetre.finess : clé inconnue, peut-être « finess_et »"),
        ({"perimetre": {"finess_et": []}}, "derogations.1.perimetre.finess_et : il faut"),
        ({"perimetre": {}}, "derogations.1.perimetre : il faut"),
        ({"motifs": "Une phrase."}, "derogations.1.motifs : clé inconnue, peut-être « motif »"),
    ],
)
@pytest.mark.parametrize("manifest", [False, True])
def test_a_malformed_waiver_is_refused_by_its_key(
    *, changes: dict[str, Any], said: str, manifest: bool, declare: Declare, plugins: Plugins
) -> None:
    with pytest.raises(DeliveryError) as refusal:
        check(declare(entry(**changes), manifest=manifest), plugins)
    message = str(refusal.value)
    assert said in message
    assert message.startswith("livraison.toml : " if manifest else "duicheck.toml : ")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b"format = ", "ce n'est pas du TOML lisible"),
        (b"", "format : cette clé est obligatoire"),
        (b"format = 2", "format : il faut"),
        (b"format = 1\ntexte = '2025-40'", "texte : clé inconnue"),
    ],
)
def test_a_malformed_configuration_is_refused(content: bytes, said: str, incomplete: Path, plugins: Plugins) -> None:
    (incomplete / "duicheck.toml").write_bytes(content)
    with pytest.raises(DeliveryError, match=r"^duicheck\.toml : ") as refusal:
        check(incomplete, plugins)
    assert said in str(refusal.value)


def test_a_configuration_that_declares_nothing_is_fine(incomplete: Path, plugins: Plugins) -> None:
    (incomplete / "duicheck.toml").write_text("format = 1\n", encoding="utf-8")
    assert check(incomplete, plugins)["derogations"] == []


def test_both_schemas_describe_the_same_waiver() -> None:
    manifest, configuration = (load_schema(name)["properties"]["derogations"] for name in ("manifest", "configuration"))
    assert manifest == configuration
