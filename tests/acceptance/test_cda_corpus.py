"""Real CDA documents, and mutants of them: every verdict that the corpus's own manifest measured."""

from __future__ import annotations

import re
import socket
from collections import Counter
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from declarees import livraison
from partage import SHARED, needs

from duicheck.engine import run
from duicheck.errors import NotAvailable
from duicheck.findings import Outcome, RuleResult
from duicheck.model import Dataset, DocumentsTransportes, FichierLivre, Lecture, Livraison, Paquets
from duicheck_cda import duicheck_readers, duicheck_rules
from duicheck_cda.controles import ControlesSchematron

CORPUS = SHARED / "corpus"
PAQUET = CORPUS / "reference"
PROJET = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite-cda" / "cda" / "projet.xml"
pytestmark = needs(PAQUET)

LIBELLES = {
    "STRUCTMIN": "ASIP-STRUCT-MIN-StrucMin.sch",
    "IHE": "IHE.sch",
    "MODCONT": "CI-SIS_ModelesDeContenusCDA.sch",
    "TERMINO": "terminologie.sch",
}
"""The manifest's short names of schematrons; any other is that of a profile."""

HORS = {"TERMINO"}
"""What the corpus does not hold: the terminologies."""

ATTENDUES = {
    "M01": ("cda/ins-cle-fausse-essai", "/ClinicalDocument/recordTarget/patientRole/id"),
    "M02": ("cda/ins-oid-inconnu", "/ClinicalDocument/recordTarget/patientRole/id"),
    "M03": ("cda/xml-mal-forme", None),
    "M04": ("cda/structuration-minimale", "/ClinicalDocument"),
    "M05": ("cda/xsd-non-conforme", "/ClinicalDocument/informationRecipient"),
    "M06": ("cda/structuration-minimale", "/ClinicalDocument"),
    "M07": ("cda/xsd-non-conforme", "/ClinicalDocument/effectiveTime"),
    "M08": ("cda/racine-inconnue", "/"),
    "M09": ("cda/doctype", None),
    "M10": ("cda/doctype", None),
    "M11": ("cda/encodage-faux", None),
    "M12": ("cda/type-de-document-inconnu", "/ClinicalDocument/code"),
    "M13": ("cda/contenu-trompeur", "/ClinicalDocument/component/nonXMLBody/text"),
}
"""Mutant -> the rule that must name its defect, and where."""

NATIONALES = frozenset(
    f"cda/{nom}" for nom in ("xsd-non-conforme", "structuration-minimale", "modele-de-contenu", "non-verifie")
)
"""The rules that the manifest's verdicts are about; the others see what no national tool looks at."""


@cache
def lignes() -> dict[str, str]:
    """File of the manifest -> the verdict measured on it."""
    texte = (CORPUS / "MANIFEST.md").read_text(encoding="utf-8") if PAQUET.is_dir() else ""
    rangs = [
        [cell.strip() for cell in ligne.strip("|\n").split("|")] for ligne in texte.splitlines() if ligne[:2] == "| "
    ]
    return {rang[0]: rang[-1] for rang in rangs if rang[0].endswith(".xml") and rang[0].split("/")[0] in DOSSIERS}


DOSSIERS = ("cda", "cda_2.41", "hl7v2_mss", "mutants")


@cache
def controler(nom: str) -> tuple[dict[str, RuleResult], ControlesSchematron | None]:
    chemin = CORPUS / nom if nom else PROJET
    livre = FichierLivre("cda", chemin.name, "0" * 64, chemin.stat().st_size, lu=chemin)
    dataset = Dataset(
        {
            Lecture: Lecture((livre,), frozenset(), lambda _regle: iter(())),
            Livraison: livraison("cda"),
            Paquets: SimpleNamespace(dossiers=(PAQUET,), moteur="duicheck", utilises=()),
        },
        {DocumentsTransportes: NotAvailable("aucun lot")},
        duicheck_readers(),
    )
    results = {result.rule: result for result in run(dataset, duicheck_rules())}
    return results, dataset.find(ControlesSchematron)


@pytest.mark.parametrize("nom", [nom for nom in lignes() if not nom.startswith("mutants/")])
def test_every_real_document_gets_the_verdict_of_the_manifest(nom: str) -> None:
    verdict = lignes()[nom]
    results, controles = controler(nom)
    valide = results["cda/xsd-non-conforme"].outcome is Outcome.PASSED
    assert valide is ("XSD valid" in verdict)
    attendus = {
        LIBELLES.get(libelle, f"CI-SIS_{libelle}.sch"): int(nombre)
        for libelle, nombre in re.findall(r"([A-Z][\w.-]+): (\d+) failed", verdict)
        if libelle not in HORS
    }
    assert controles is not None
    trouves = Counter({each.schema: len(each.rapport.failures) for each in controles.controles if each.rapport})
    assert {schema: nombre for schema, nombre in trouves.items() if nombre} == {
        schema: nombre for schema, nombre in attendus.items() if nombre
    }
    if "all green" in verdict:
        assert {results[regle].outcome for regle in NATIONALES} == {Outcome.PASSED}
    assert results["cda/enveloppe-xsl"].outcome is (
        Outcome.FAILED if "root is xsl:stylesheet" in verdict else Outcome.PASSED
    )


@pytest.mark.parametrize("nom", [nom for nom in lignes() if nom.startswith("mutants/")])
def test_every_mutant_is_caught_where_its_defect_is(nom: str) -> None:
    regle, pointeur = ATTENDUES[Path(nom).name[:3]]
    result = controler(nom)[0][regle]
    assert result.outcome is Outcome.FAILED
    if pointeur is not None:
        assert any((finding.at.pointer or "").startswith(pointeur) for finding in result.findings)
    assert all(finding.at.file == Path(nom).name and finding.at.line for finding in result.findings)


@pytest.mark.parametrize("nom", [nom for nom in lignes() if nom.startswith("mutants/")])
def test_a_mutant_has_nothing_but_its_defect(nom: str) -> None:
    """Rule by rule, what its base does not have comes from the mutation."""
    bases = re.findall(rf"\| {re.escape(nom)} \|[^|]*\| (\S+\.xml) \|", (CORPUS / "MANIFEST.md").read_text("utf-8"))
    base, mutant = controler(bases[0])[0], controler(nom)[0]
    nouvelles = {
        each for each in mutant if mutant[each].outcome is Outcome.FAILED and mutant[each].count > base[each].count
    }
    regle, _ = ATTENDUES[Path(nom).name[:3]]
    assert regle in nouvelles
    assert nouvelles <= {regle, "cda/structuration-minimale"}


def test_nothing_crashes_and_nothing_calls_the_network(monkeypatch) -> None:
    def interdit(*_: object, **__: object) -> None:
        message = "réseau"
        raise AssertionError(message)

    monkeypatch.setattr(socket, "socket", interdit)
    for nom in lignes():
        assert Outcome.CRASHED not in {result.outcome for result in controler(nom)[0].values()}


def test_the_document_of_the_fixtures_is_right_for_the_national_rules() -> None:
    """What we invented is a CDA that the real tools accept."""
    results, _ = controler("")
    rouges = {name for name, result in results.items() if result.outcome is Outcome.FAILED}
    assert rouges <= {"cda/schematron-muet"}
    assert {results[regle].outcome for regle in NATIONALES} == {Outcome.PASSED}
