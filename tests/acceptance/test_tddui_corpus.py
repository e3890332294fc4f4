"""Bundles of the corpus: right ones green, each mutant caught where its manifest says, and what is drawn from them."""

from __future__ import annotations

import base64
import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from partage import SHARED, needs

from duicheck.cli.program import run
from duicheck.findings import Outcome, RuleResult, Severity
from duicheck.harness import Options, check, run_rules
from duicheck.plugins import load_plugins

CORPUS = SHARED / "corpus"
pytestmark = needs(CORPUS)

OPTIONS = Options(texte="2025-40", date_mesure=date(2025, 9, 15), role="tddui")
STRUCTURE = {
    f"tddui/{name}"
    for name in (
        "json-mal-forme",
        "cle-repetee",
        "borne-depassee",
        "champ-obligatoire",
        "code-hors-liste",
        "structure-fhir",
        "valeur-vide",
        "reference-pendante",
        "piece-illisible",
        "piece-alteree",
        "piece-discordante",
    )
}
"""What « FHIR R4 valid » means."""


def results(path: Path) -> dict[str, RuleResult]:
    plugins = load_plugins()
    rules = [rule for rule in plugins.rules.values() if rule.id.startswith("tddui/")]
    found = run_rules(path, plugins, rules, OPTIONS)
    assert not [result.rule for result in found if result.outcome is Outcome.CRASHED]
    return {result.rule: result for result in found}


def broken(found: dict[str, RuleResult], severity: Severity = Severity.ERROR) -> set[str]:
    return {rule for rule, result in found.items() if result.count and result.severity is severity}


@pytest.mark.parametrize(
    ("name", "others"),
    [
        ("Bundle-TDDUIBundleExample.json", set()),
        # Their INS is 123456789012345 under the OID of production, whose key is wrong.
        ("Bundle-example-td2-iti65-lot-soumission.json", {"tddui/ins-cle"}),
        ("DocumentReference-doc-x-id.json", {"tddui/ins-cle"}),
        ("Bundle-example-annexe-fhir-document.json", {"tddui/ins-cle", "tddui/version-inconnue"}),
    ],
)
def test_valid_resources_are_green(name: str, others: set[str]) -> None:
    found = results(CORPUS / "fhir" / name)
    assert {found[rule].outcome for rule in STRUCTURE} == {Outcome.PASSED}
    assert broken(found) == others


def test_the_example_of_the_guide_is_conforming() -> None:
    report = check(CORPUS / "fhir" / "Bundle-TDDUIBundleExample.json", load_plugins(), OPTIONS)
    assert report["verdict"] == "conforme"
    assert [found["regle"] for found in report["constats"]] == ["tddui/cda-absent"]


@pytest.mark.parametrize(
    ("name", "rule", "line"),
    [
        ("fhir/PM1.json", "tddui/json-mal-forme", 173),
        ("fhir/PP16-professionalRole_ExePro.json", "tddui/version-inconnue", 1),
        ("mutants/M20_fhir_sans_status.json", "tddui/champ-obligatoire", 9),
        ("mutants/M21_fhir_statut_inconnu.json", "tddui/code-hors-liste", 24),
        ("mutants/M22_fhir_cle_dupliquee.json", "tddui/cle-repetee", 8),
    ],
)
def test_each_wrong_one_is_caught_where_it_is_wrong(name: str, rule: str, line: int) -> None:
    found = results(CORPUS / name)
    assert broken(found) == {rule}
    assert [finding.at.line for finding in found[rule].findings] == [line]


def piece(resource: dict[str, Any]) -> dict[str, Any]:
    attachment: dict[str, Any] = resource["content"][0]["attachment"]
    return attachment


MUTATIONS: list[tuple[str, Any]] = [
    ("tddui/champ-obligatoire", lambda resource: resource.pop("content")),
    ("tddui/code-hors-liste", lambda resource: resource.update(status="CURRENT")),
    ("tddui/structure-fhir", lambda resource: resource.update(masterIdentifier="2569874526325")),
    ("tddui/structure-fhir", lambda resource: resource.update(statut="current")),
    ("tddui/structure-fhir", lambda resource: resource.update(date="07/11/2023")),
    ("tddui/valeur-vide", lambda resource: resource.update(category=None)),
    ("tddui/reference-pendante", lambda resource: resource.update(subject={"reference": "#patient"})),
    ("tddui/piece-illisible", lambda resource: piece(resource).update(data="é")),
    ("tddui/piece-alteree", lambda resource: piece(resource).update(size=12)),
    (
        "tddui/piece-discordante",
        lambda resource: resource["content"][0]["attachment"].update(contentType="application/pdf"),
    ),
]


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(("rule", "mutate"), MUTATIONS)
def test_mutants_of_the_same_kind_are_caught_in_their_resource(
    rule: str, mutate: Any, number: int, tmp_path: Path
) -> None:
    bundle = json.loads((CORPUS / "fhir" / "Bundle-TDDUIBundleExample.json").read_text(encoding="utf-8"))
    mutate(bundle["entry"][number]["resource"])
    path = tmp_path / "mutant.json"
    path.write_text(json.dumps(bundle, ensure_ascii=False, indent=1), encoding="utf-8")
    found = results(path)
    assert rule in broken(found)
    assert all((finding.at.pointer or "").startswith(f"/entry/{number}/") for finding in found[rule].findings)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_document_of_the_guide_carried_by_its_bundle_gives_rows(tmp_path: Path) -> None:
    bundle = json.loads((CORPUS / "fhir" / "Bundle-TDDUIBundleExample.json").read_text(encoding="utf-8"))
    document = (CORPUS / "cda" / "CDA_TDDUI_Exemple_v1.0.1.xml").read_bytes()
    attachment = bundle["entry"][0]["resource"]["content"][0]["attachment"]
    attachment.update(contentType="text/xml", data=base64.b64encode(document).decode("ascii"))
    path = tmp_path / "lot.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    options = ["-o", str(tmp_path / "d"), "--texte", "2025-40", "--date-mesure", "2023-05-01"]
    assert run(["derive", "tddui", str(path), *options]) == 0
    (sejour,), (evenement,) = (rows(tmp_path / "d" / f"{table}.csv") for table in ("registre", "journal"))
    assert (sejour["finess_et"], sejour["date_entree"], sejour["date_sortie"]) == ("480787529", "2023-04-14", "")
    assert (evenement["type"], evenement["etat"], evenement["date_evenement"]) == (
        "evenement_agenda",
        "realise",
        "2023-04-14",
    )
    assert evenement["horodatage"] == "2023-04-14T11:15:00+02:00"
    report = check(tmp_path / "d", load_plugins())
    assert [(file["lignes"], file["rejetees"]) for file in report["livraison"]["fichiers"]] == [(1, 0), (1, 0)]
    written = "".join(each.read_text(encoding="utf-8") for each in (tmp_path / "d").iterdir())
    assert not [word for word in ("147720425367411", "DUPONT", "Dupont", "Claire", "10103441234") if word in written]
    assert results(path)["tddui/cda-absent"].outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("M02_oid_ins_inconnu.xml", "cda/ins-oid-inconnu"),
        ("M03_xml_tronque.xml", "cda/xml-mal-forme"),
        ("M09_xxe_fichier_local.xml", "cda/doctype"),
        ("M11_declare_utf8_octets_latin1.xml", "cda/encodage-faux"),
    ],
)
def test_a_wrong_document_is_caught_in_the_bundle_that_carries_it(name: str, rule: str, tmp_path: Path) -> None:
    bundle = json.loads((CORPUS / "fhir" / "Bundle-TDDUIBundleExample.json").read_text(encoding="utf-8"))
    document = (CORPUS / "mutants" / name).read_bytes()
    piece(bundle["entry"][1]["resource"]).update(
        contentType="text/xml", data=base64.b64encode(document).decode("ascii")
    )
    path = tmp_path / "lot.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    plugins = load_plugins()
    (result,) = run_rules(path, plugins, [plugins.rules[rule]], OPTIONS)
    assert result.outcome is Outcome.FAILED
    assert all((finding.at.pointer or "").startswith("/entry/1/") for finding in result.findings)


def test_the_example_without_a_document_gives_nothing_and_says_so(tmp_path: Path, capfd: Any) -> None:
    path = CORPUS / "fhir" / "Bundle-TDDUIBundleExample.json"
    assert run(["derive", "tddui", str(path), "-o", str(tmp_path / "d")]) == 3
    assert "sans document CDA" in " ".join(capfd.readouterr().out.split())
    assert not (tmp_path / "d").exists()
