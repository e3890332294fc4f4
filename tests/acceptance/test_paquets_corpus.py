"""The real package of national rules: adding it works, its known faults are repaired or said, and rules can read it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from partage import SHARED, needs

from duicheck.model import CDA_SCHEMATRONS, CDA_XSD, JEUX_DE_VALEURS, Paquet
from duicheck.paquets.adding import add
from duicheck.paquets.verification import differences

REFERENCE = SHARED / "corpus" / "reference"
pytestmark = needs(REFERENCE)


@pytest.fixture(scope="module")
def paquet(tmp_path_factory: pytest.TempPathFactory) -> Paquet:
    return add(REFERENCE, tmp_path_factory.mktemp("paquets"))


def test_every_schema_and_list_is_recognised(paquet: Paquet) -> None:
    schemas = {path.name for path in (REFERENCE / "schematrons_expanded").glob("*.sch")}
    assert {path.name for path in paquet.chemins(CDA_SCHEMATRONS) if path.suffix == ".sch"} == schemas
    lists = {path.name for path in (REFERENCE / "jeuxDeValeurs").glob("*.xml") if path.stat().st_size}
    assert {path.name for path in paquet.chemins(JEUX_DE_VALEURS)} == lists
    xsd = {path.name for path in (REFERENCE / "cda_xsd").rglob("*.xsd")}
    assert {path.name for path in paquet.chemins(CDA_XSD) if path.suffix == ".xsd"} == xsd
    assert differences(paquet) == []


def test_its_faults_are_said(paquet: Paquet) -> None:
    """One list by another case, two that are nowhere, terminologies that are not there, three empty files."""
    found = Counter(each.nature for each in paquet.reparations)
    assert found == {"casse": 1, "deplace": 1, "ecarte": 3, "manquant": 3}
    said = " ".join(each.texte for each in paquet.reparations)
    for name in ("JDV_HL7_condition_ver_status", "JDV_BilanDiagnostic", "JDV_ClinicalStatusCodes", "terminologies"):
        assert name in said


def test_every_list_that_a_schema_names_is_where_it_looks_or_is_said(paquet: Paquet) -> None:
    missing = {each.texte.split("»")[0].strip("« ") for each in paquet.reparations if each.nature == "manquant"}
    for path in paquet.chemins(CDA_SCHEMATRONS):
        if path.suffix != ".sch":
            continue
        for let in etree.parse(str(path)).iter("{http://purl.oclc.org/dsdl/schematron}let"):
            href = let.get("value", "").strip("'\"")
            if href.endswith(".xml") and "/" in href and href not in missing:
                assert (path.parent / href).is_file(), f"{path.name}: {href}"


def test_the_missing_list_of_the_header_is_rebuilt_as_it_was_by_hand(tmp_path: Path) -> None:
    """Upstream has no such file; the corpus has one made by hand from the same value set."""
    name = "voc-1.2.250.1.213.1.1.5.471-DYNAMIC.xml"
    source = tmp_path / "source"
    for path in REFERENCE.rglob("*"):
        if path.is_file() and path.name != name and path.suffix in {".sch", ".xml", ".xsd", ".dtd"}:
            target = source / path.relative_to(REFERENCE)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    paquet = add(source, tmp_path / "paquets")
    (rebuilt,) = (path for path in paquet.chemins(CDA_SCHEMATRONS) if path.name == name)
    (by_hand,) = REFERENCE.rglob(name)

    def concepts(path: Path) -> set[tuple[str, str]]:
        found = etree.parse(str(path)).xpath("/*/valueSet/conceptList/concept")
        return {(each.get("code"), each.get("codeSystem")) for each in found}

    assert concepts(rebuilt) == concepts(by_hand)
    assert any(each.nature == "reconstruit" and name in each.texte for each in paquet.reparations)


def test_the_schema_of_cda_compiles_and_accepts_a_real_document(paquet: Paquet) -> None:
    (main,) = (path for path in paquet.chemins(CDA_XSD) if path.name == "CDA_extended.xsd")
    schema = etree.XMLSchema(etree.parse(str(main)))
    assert schema.validate(etree.parse(str(SHARED / "corpus" / "cda" / "VSM_1.4_2022.01.xml")))
