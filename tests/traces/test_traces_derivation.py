"""`duicheck derive traces`: which events, which missing columns, file by file."""

from __future__ import annotations

import csv
import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duicheck.cli.program import run
from duicheck.harness import check
from duicheck.plugins import load_plugins
from duicheck_tddui.arbre import XmlRefuse
from duicheck_tddui.traces.audit import lire_audit
from duicheck_tddui.traces.instants import instant_hl7, instant_xml

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite-tddui" / "traces"
PARIS = ZoneInfo("Europe/Paris")
ENTETE = "MSH|^~\\&|PFI|E|DUI|E|{}||{}|{}|P|2.6|||||FRA|UNICODE UTF-8|||{}"
RECU = [
    ENTETE.format("20250820103000", "MDM^T02^MDM_T02", "R1", "1.1^CISIS_CDA_HL7_LPS"),
    "PID|||7^^^DUI&1.2.3&ISO^PI",
    "PRT||UC||SB^^participation|||||||||||^^X.400^quelqu.un@{}",
    "PRT||UC||RCT^^participation||||Service^^^^^970302287^UF|||||||^^X.400^dui@essai.mssante.fr",
]


def deriver(capfd: Any, dossier: Path, *arguments: object) -> tuple[int, dict[str, Any], list[dict[str, str]]]:
    capfd.readouterr()
    code = run(["derive", "traces", *map(str, arguments), "-o", str(dossier), "--format", "json"])
    said = json.loads(capfd.readouterr().out)
    path = dossier / "journal.csv"
    if not path.exists():
        return code, said, []
    with path.open(encoding="utf-8", newline="") as stream:
        return code, said, list(csv.DictReader(stream))


def ecrire(folder: Path, *segments: str, nom: str = "m.er7") -> Path:
    path = folder / nom
    path.write_bytes("\r".join([*segments, ""]).encode())
    return path


def manques(said: dict[str, Any]) -> dict[str, str]:
    return {each["colonne"]: each["cause"] for fichier in said["fichiers"] for each in fichier["manques"]}


def test_audit_messages_and_business_acknowledgements(tmp_path: Path, capfd: Any) -> None:
    options = ("--texte", "2025-40", "--date-mesure", "2025-09-15")
    code, said, rows = deriver(capfd, tmp_path / "d", PETITE / "depot.xml", PETITE / "messages.er7", *options)
    assert code == 0
    assert [(row["type"], row["etat"], row["canal"], row["horodatage"]) for row in rows] == [
        ("alimentation_dmp", "succes", "", "2025-08-20T10:30:00+02:00"),
        ("alimentation_dmp", "succes", "", "2025-08-20T10:32:00+02:00"),
        ("message_mssante", "envoye", "professionnelle", "2025-08-20T10:33:00+02:00"),
    ]
    assert len({row["id_dossier"] for row in rows}) == 1
    assert {row["finess_et"] for row in rows} == {"970302287"}
    assert {key for key in manques(said) if key} == set()
    report = check(tmp_path / "d", load_plugins())
    assert [(file["lignes"], file["rejetees"]) for file in report["livraison"]["fichiers"]] == [(3, 0)]


def test_one_deposit_told_twice_is_said(tmp_path: Path, capfd: Any) -> None:
    run(["derive", "traces", str(PETITE / "depot.xml"), str(PETITE / "messages.er7"), "-o", str(tmp_path / "d")])
    assert "deux sources" in " ".join(capfd.readouterr().out.split())
    run(["derive", "traces", str(PETITE / "messages.er7"), "-o", str(tmp_path / "e")])
    assert "deux sources" not in " ".join(capfd.readouterr().out.split())


@pytest.mark.parametrize(
    ("avant", "apres", "type_", "etat"),
    [
        ("AckMetierZAM|M1|Y", "AckMetierZAM|M1|N", None, "echec"),
        ("boite@essai.mssante.fr||||||F\r\n", "0@patient.mssante.fr||||||F\r\n", "message_mssante", "envoye"),
    ],
)
def test_failures_and_citizens(
    avant: str, apres: str, type_: str | None, etat: str, tmp_path: Path, capfd: Any
) -> None:
    text = (PETITE / "messages.er7").read_bytes().decode()
    (tmp_path / "m.er7").write_bytes(text.replace(avant, apres).encode())
    _, _, rows = deriver(capfd, tmp_path / "d", tmp_path / "m.er7")
    found = [row for row in rows if type_ in (None, row["type"])]
    assert {row["etat"] for row in found} == {etat}
    if type_:
        assert {row["canal"] for row in found} == {"citoyenne"}


def test_messages_and_acknowledgements_may_come_in_two_files(tmp_path: Path, capfd: Any) -> None:
    text = (PETITE / "messages.er7").read_bytes().decode()
    cut = text.index("MSH", 10)
    (tmp_path / "depots.er7").write_bytes(text[:cut].encode())
    (tmp_path / "accuses.er7").write_bytes(text[cut:].encode())
    _, _, rows = deriver(capfd, tmp_path / "d", tmp_path / "accuses.er7", tmp_path / "depots.er7")
    assert len(rows) == 2
    _, said, rows = deriver(capfd, tmp_path / "e", tmp_path / "accuses.er7")
    assert rows == []
    assert "OBX-4" in manques(said)["id_dossier"]
    _, said, rows = deriver(capfd, tmp_path / "f", tmp_path / "depots.er7")
    assert (rows, "ZAM" in manques(said)["etat"]) == ([], True)


@pytest.mark.parametrize(
    ("domaine", "canal"),
    [("essai.mssante.fr", "professionnelle"), ("patient.mssante.fr", "citoyenne"), ("mssante.fr.invalid", None)],
)
def test_a_document_received_by_mail(domaine: str, canal: str | None, tmp_path: Path, capfd: Any) -> None:
    path = ecrire(tmp_path, *(segment.format(domaine) if "{}" in segment else segment for segment in RECU))
    _, said, rows = deriver(capfd, tmp_path / "sans", path)
    assert (rows, "MSH-7" in manques(said)["horodatage"]) == ([], True)
    _, said, rows = deriver(capfd, tmp_path / "avec", path, "--fuseau", "Europe/Paris")
    if canal is None:
        assert "MSSanté" in manques(said)["canal"]
    else:
        assert [(row["etat"], row["canal"], row["finess_et"]) for row in rows] == [("recu", canal, "970302287")]


def test_what_the_command_line_says_fills_what_is_missing(tmp_path: Path, capfd: Any) -> None:
    text = (PETITE / "depot.xml").read_text(encoding="utf-8").replace('"1970302287"', '"siège"')
    (tmp_path / "a.xml").write_text(text.replace("10:30:00+02:00", "10:30:00"), encoding="utf-8")
    _, said, rows = deriver(capfd, tmp_path / "d", tmp_path / "a.xml")
    assert (rows, set(manques(said))) == ([], {"finess_et", "horodatage"})
    options = ("--finess-et", "970302287", "--fuseau", "America/Cayenne")
    _, _, rows = deriver(capfd, tmp_path / "e", tmp_path / "a.xml", *options)
    assert [(row["finess_et"], row["horodatage"]) for row in rows] == [("970302287", "2025-08-20T10:30:00-03:00")]


@pytest.mark.parametrize(
    ("code", "issue", "attendu"),
    [
        ("ITI-41", "4", "echec"),
        ("ITI-65", "0", "succes"),
        ("ITI-62", "0", "supprime"),
        ("ITI-62", "4", None),
        ("ITI-43", "0", None),
    ],
)
def test_what_became_of_a_document(code: str, issue: str, attendu: str | None, tmp_path: Path, capfd: Any) -> None:
    text = (PETITE / "depot.xml").read_text(encoding="utf-8").replace("ITI-41", code)
    text = text.replace('EventOutcomeIndicator="0"', f'EventOutcomeIndicator="{issue}"')
    if code == "ITI-62":
        text = text.replace('"110106"', '"110110"')
    (tmp_path / "a.xml").write_text(text, encoding="utf-8")
    _, _, rows = deriver(capfd, tmp_path / "d", tmp_path / "a.xml")
    assert [row["etat"] for row in rows] == ([] if attendu is None else [attendu])


@pytest.mark.parametrize(
    "enveloppe", ["<110>1 2025-08-20T08:30:00Z h a - IHE+RFC-3881 - {}", "120 <110>1 - - - - - {}", "{}"]
)
def test_messages_behind_syslog_headers(enveloppe: str) -> None:
    message = "<AuditMessage><EventIdentification EventDateTime='2025-08-20T10:30:00Z'/></AuditMessage>"
    octets = "".join(enveloppe.format(part) + "\n" for part in (message, '<?xml version="1.0"?>\n' + message)).encode()
    assert [audit.instant for audit in lire_audit(octets)] == ["2025-08-20T10:30:00Z"] * 2


@settings(max_examples=200)
@given(octets=st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(octets: bytes) -> None:
    for avant, apres in ((b"", b""), (b"<AuditMessage>", b"</AuditMessage>")):
        with suppress(XmlRefuse):
            assert all(audit.ligne >= 1 for audit in lire_audit(avant + octets + apres))


@pytest.mark.parametrize(
    ("texte", "fuseau", "attendu"),
    [
        ("20250820103000+0200", None, "2025-08-20T10:30:00+02:00"),
        ("202508201030-0300", None, "2025-08-20T10:30:00-03:00"),
        ("20250820103000.1234+0000", None, "2025-08-20T10:30:00+00:00"),
        ("20250820103000", PARIS, "2025-08-20T10:30:00+02:00"),
        ("20250120103000", PARIS, "2025-01-20T10:30:00+01:00"),
        ("20251026023000", PARIS, None),  # comes twice
        ("20250330023000", PARIS, None),  # never comes
        ("20250820103000", None, None),
        ("20250820", PARIS, None),
        ("20251320103000+0200", None, None),
        ("00010101000000", PARIS, None),
    ],
)
def test_instants_of_messages(texte: str, fuseau: ZoneInfo | None, attendu: str | None) -> None:
    instant, raison = instant_hl7(texte, fuseau)
    assert instant == attendu
    assert (raison is None) == (attendu is not None)


@pytest.mark.parametrize(
    ("texte", "attendu"),
    [
        ("2021-02-05T14:28:40.0236367Z", "2021-02-05T14:28:40+00:00"),
        ("2025-01-21T11:05:39.3842263+01:00", "2025-01-21T11:05:39+01:00"),
        ("2025-01-21T11:05:39", None),
        ("2025-02-30T11:05:39Z", None),
        ("21/01/2025", None),
    ],
)
def test_instants_of_audit_messages(texte: str, attendu: str | None) -> None:
    assert instant_xml(texte)[0] == attendu
