"""Reading bundles: strictly, within bounds, without a word of what they hold."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lots_tddui import SECRETS, ecrire, lot, porter, ressource

from duicheck.findings import Outcome
from duicheck.formats import read_document
from duicheck.harness import Options, run_rules
from duicheck.model import lire_json
from duicheck.plugins import load_plugins
from duicheck.testing import load_cases, run_case

OPTIONS = Options(texte="2025-40", date_mesure=date(2025, 9, 15), role="tddui")
CAS = Path(__file__).parents[2] / "fixtures" / "cas"


PLUGINS = load_plugins()


def constats(path: Path) -> dict[str, list[str]]:
    plugins = PLUGINS
    rules = [rule for rule in plugins.rules.values() if rule.id.startswith("tddui/")]
    results = run_rules(path, plugins, rules, OPTIONS)
    assert not [(result.rule, result.reason) for result in results if result.outcome is Outcome.CRASHED]
    return {result.rule: [finding.message for finding in result.findings] for result in results if result.findings}


@pytest.mark.parametrize("depth", [600, 5000])
def test_a_document_deeper_than_the_stack_is_refused_in_words(depth: int, tmp_path: Path) -> None:
    path = tmp_path / "profond.json"
    path.write_text("[" * depth + "]" * depth, encoding="utf-8")
    assert read_document(path)[1][0].facts == {"cause": "JSON trop profondément imbriqué"}
    (fault,) = lire_json(path, octets=1 << 20, profondeur=64).fautes
    assert fault.nature == "bornes"


def test_every_line_of_a_repeated_key_and_not_those_inside_it(tmp_path: Path) -> None:
    path = tmp_path / "repete.json"
    path.write_text('{"a": {"b": 1,\n"c": 2},\n"a": {"b": 1,\n"c": 2},\n"d": 1,\n"d": 2}', encoding="utf-8")
    faults = lire_json(path, octets=1 << 20, profondeur=64).fautes
    assert [(fault.nature, fault.ligne) for fault in faults] == [("cle_repetee", 3), ("cle_repetee", 6)]


@pytest.mark.parametrize("size", [0, 1])
def test_the_bound_on_size_is_exact(size: int, tmp_path: Path) -> None:
    path = tmp_path / "gros.json"
    path.write_text('{"a": 1}' + " " * (1 << 20), encoding="utf-8")
    read = lire_json(path, octets=path.stat().st_size - size, profondeur=4)
    assert (read.valeur is None, len(read.fautes)) == (bool(size), size)


keys = st.sampled_from(["reference", "identifier", "a"])
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=40, deadline=None)
@given(
    type_=st.sampled_from(["Patient", "Encounter", "CarePlan", "Organization"]),
    cle=st.sampled_from(["identifier", "meta", "subject", "period", "contained", "status", "serviceProvider", "id"]),
    value=json_values,
)
def test_no_rule_crashes_on_a_value_of_another_shape(
    type_: str, cle: str, value: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bundle = lot()
    ressource(bundle, type_)[cle] = value
    constats(ecrire(tmp_path_factory.mktemp("lot"), bundle))


@settings(max_examples=25, deadline=None)
@given(value=json_values, cle=st.sampled_from(["entry", "type", "meta", "resourceType", "content"]))
def test_no_rule_crashes_on_a_bundle_of_another_shape(
    value: Any, cle: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for bundle in (lot(), porter(b"<a/>")):
        bundle[cle] = value
        constats(ecrire(tmp_path_factory.mktemp("lot"), bundle))


def test_no_finding_repeats_what_names_a_person() -> None:
    said = ""
    for case in load_cases(CAS):
        if case.regle.startswith(("tddui/", "traces/")) and case.attendu is Outcome.FAILED:
            said += json.dumps([repr(finding) for finding in run_case(case).findings], ensure_ascii=False)
    assert "la clé ne va pas" in said or "sa clé ne va pas" in said
    assert not [secret for secret in SECRETS if secret in said.replace("message « U", "")]


def test_a_bundle_is_found_by_the_references_that_fhir_allows(tmp_path: Path) -> None:
    bundle = lot()
    entry = bundle["entry"][7]
    entry["fullUrl"] = "urn:uuid:5d3c2f2e-0000-4000-8000-000000000007"
    plan = ressource(bundle, "CarePlan")
    for reference in ("urn:uuid:5d3c2f2e-0000-4000-8000-000000000007", "Consent/accord-1"):
        plan["supportingInfo"][0]["reference"] = reference
        found = constats(ecrire(tmp_path, bundle))
        assert not {"tddui/reference-pendante", "tddui/reference-hors-lot"} & found.keys()


def test_without_the_library_the_structure_is_not_checked_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "fhir.resources.R4B", None)
    plugins = load_plugins()
    rule = plugins.rules["tddui/structure-fhir"]
    (result,) = run_rules(ecrire(tmp_path, lot()), plugins, [rule], OPTIONS)
    assert result.outcome is Outcome.NOT_CHECKED
    assert "duicheck[fhir]" in (result.reason or "")


def test_the_xml_documents_of_a_bundle_are_handed_over(tmp_path: Path) -> None:
    from duicheck.harness import examine
    from duicheck.model import DocumentsTransportes

    path = ecrire(tmp_path, porter(b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'))
    with examine(path, load_plugins(), OPTIONS) as dataset:
        (document,) = dataset.get(DocumentsTransportes).documents
    assert document.octets.startswith(b"<?xml")
    assert document.at.pointer == "/entry/0/resource/content/0/attachment/data"
    assert document.within("/ClinicalDocument").pointer == f"{document.at.pointer} /ClinicalDocument"


def test_the_documents_of_a_bundle_go_through_the_rules_on_cda(tmp_path: Path) -> None:
    hostile = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><ClinicalDocument xmlns="urn:hl7-org:v3"/>'
    path = ecrire(tmp_path, porter(hostile))
    (result,) = run_rules(path, PLUGINS, [PLUGINS.rules["cda/doctype"]], OPTIONS)
    (finding,) = result.findings
    assert finding.at.file == "lot.json"
    assert (finding.at.pointer or "").startswith("/entry/0/resource/content/0/attachment/data")
