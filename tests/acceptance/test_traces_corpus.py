"""Traces of the corpus: all are read; what they lack to be events of the log is said, file by file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from partage import SHARED, needs

from duicheck.cli.program import run
from duicheck.findings import Outcome, Severity
from duicheck.harness import Options, run_rules
from duicheck.plugins import load_plugins

CORPUS = SHARED / "corpus"
pytestmark = needs(CORPUS)

OPTIONS = Options(texte="2025-40", date_mesure=date(2025, 9, 15), role="traces")
AUDIT = {
    "TDE_Flux01-VersionSyslog.xml": "110132",
    "atna-record-2.xml": "ITI-43",
    "pdq.xml": "ITI-21",
    "pixfeed.xml": "ITI-8",
    "start.xml": "110120",
    "xcpd.xml": "ITI-55",
}
MDM = CORPUS / "hl7v2_mss" / "message_MDM__LPS_MSS_CR_Radio_INIT_N1.er7"
ADT = CORPUS / "hl7v2_mss" / "ConsentementConsultation_NonOppositionAlimentation.er7"


def outcomes(path: Path) -> dict[str, tuple[Outcome, int, Severity | None]]:
    plugins = load_plugins()
    rules = [rule for rule in plugins.rules.values() if rule.id.startswith("traces/")]
    return {each.rule: (each.outcome, each.count, each.severity) for each in run_rules(path, plugins, rules, OPTIONS)}


@pytest.mark.parametrize("path", [*(CORPUS / "audit" / name for name in AUDIT), ADT], ids=lambda path: path.name)
def test_every_trace_is_read(path: Path) -> None:
    assert {outcome for outcome, _, _ in outcomes(path).values()} == {Outcome.PASSED}


def test_the_message_that_came_by_mail_lacks_its_offset() -> None:
    found = outcomes(MDM)
    assert found.pop("traces/champ-manquant") == (Outcome.FAILED, 1, Severity.WARNING)
    assert {outcome for outcome, _, _ in found.values()} == {Outcome.PASSED}


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (CORPUS / "hl7v2_mss" / "MSS_CR_Radio_CDAN1_v1.xml", "traces/format-inconnu"),
        (CORPUS / "mutants" / "M09_xxe_fichier_local.xml", "traces/doctype"),
        (CORPUS / "mutants" / "M10_billion_laughs.xml", "traces/doctype"),
    ],
    ids=lambda value: value.name if isinstance(value, Path) else None,
)
def test_what_is_no_trace_is_refused(path: Path, rule: str) -> None:
    assert outcomes(path)[rule][:2] == (Outcome.FAILED, 1)


def derive(capfd: Any, dossier: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    capfd.readouterr()
    code = run(["derive", "traces", *map(str, arguments), "-o", str(dossier), "--format", "json"])
    return code, json.loads(capfd.readouterr().out)


def test_what_each_file_lacks_is_said(tmp_path: Path, capfd: Any) -> None:
    paths = [*(CORPUS / "audit" / name for name in AUDIT), ADT, MDM]
    code, said = derive(capfd, tmp_path / "d", *paths)
    assert (code, said["lignes"], (tmp_path / "d").exists()) == (3, {}, False)
    causes = {Path(each["fichier"]).name: each["manques"] for each in said["fichiers"]}
    for name, transaction in AUDIT.items():
        (missing,) = causes[name]
        assert transaction in missing["cause"]
    assert "d'essai" in causes[ADT.name][0]["cause"]
    assert [(each["colonne"], each["objet"]) for each in causes[MDM.name]] == [("horodatage", "message_mssante")]


def test_the_time_zone_that_is_said_makes_an_event_of_it(tmp_path: Path, capfd: Any) -> None:
    code, said = derive(capfd, tmp_path / "d", MDM, "--fuseau", "Europe/Paris")
    assert (code, said["lignes"]) == (0, {"journal": 1})
    written = (tmp_path / "d" / "journal.csv").read_text(encoding="utf-8")
    assert "2021-06-06T09:31:00+02:00,120456789," in written
    assert ",message_mssante,recu,,,professionnelle," in written
    assert not [word for word in ("279035121518989", "mssante.fr", "PAT-TROIS", "DOMINIQUE") if word in written]
