"""`duicheck derive tddui`: what is drawn, what is said to be missing, and that nobody can be recognised in it."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lots_tddui import INS, PETITE, SECRETS, deriver, ecrire, lignes, lot, porter, ressource

from duicheck.findings import Outcome
from duicheck.harness import check, run_rules
from duicheck.plugins import load_plugins

PLUGINS = load_plugins()
MANIFESTE = ("--texte", "2025-40", "--date-mesure", "2025-09-15")
CDA = """<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <recordTarget><patientRole><id root="1.2.250.1.213.1.4.8" extension="199999999999995"/></patientRole></recordTarget>
 <component><structuredBody><component><section>
  <entry><organizer><templateId root="1.2.250.1.213.1.1.3.219"/>
   <component><encounter><templateId root="1.2.250.1.213.1.1.3.218"/>
    <id root="1.2.3" extension="3970302287/U1-SEJOUR-1"/><effectiveTime value="20241230"/>
    <participant><participantRole><scopingEntity><id root="1.2.250.1.71.4.2.2" extension="1970302287"/></scopingEntity>
    </participantRole></participant></encounter></component>
   <component><observation moodCode="EVN"><templateId root="1.2.250.1.213.1.1.3.48.6"/>
    <effectiveTime value="20250106"/></observation></component>
   <component><observation moodCode="{mood}"><templateId root="1.2.250.1.213.1.1.3.48.7"/>
    <effectiveTime value="20250731"/></observation></component>
  </organizer></entry>
  <entry><encounter><templateId root="1.2.250.1.213.1.1.3.215"/>
   <id root="1.2.3" extension="3970302287/U1-EVN-1"/>
   <effectiveTime><low value="20250820100000+0200"/><high value="20250820110000+0200"/></effectiveTime>
   <entryRelationship><observation><code code="106177-9"/><value xsi:type="TS" value="{maj}"/></observation>
   </entryRelationship>
   <entryRelationship><observation><templateId root="1.2.250.1.213.1.1.3.217"/><value code="{statut}"/></observation>
   </entryRelationship></encounter></entry>
 </section></component></structuredBody></component>
</ClinicalDocument>"""


def cda(mood: str = "INT", maj: str = "20250820111500+0200", statut: str = "REALISE") -> bytes:
    return CDA.format(mood=mood, maj=maj, statut=statut).encode("utf-8")


@pytest.fixture
def sel(tmp_path: Path) -> Path:
    path = tmp_path / "sel.txt"
    path.write_text("un sel d'essai, secret et assez long", encoding="utf-8")
    return path


def test_stays_events_and_projects_become_rows(tmp_path: Path, sel: Path, capfd: Any) -> None:
    code, out, err = deriver(capfd, "tddui", PETITE / "transfert.json", "-o", tmp_path / "d", "--sel", sel, *MANIFESTE)
    assert (code, err) == (0, "")
    assert "2 séjours, 3 événements" in " ".join(out.split())
    registre, journal = (lignes(tmp_path / "d" / f"{table}.csv") for table in ("registre", "journal"))
    assert {(row["finess_et"], row["date_entree"], row["date_sortie"]) for row in registre} == {
        ("970302287", "2025-01-06", ""),
        ("970302287", "2024-03-04", "2025-07-31"),
    }
    assert sorted((row["type"], row["etat"], row["date_evenement"]) for row in journal) == [
        ("evenement_agenda", "annule", "2025-07-02"),
        ("evenement_agenda", "realise", "2025-08-20"),
        ("projet_personnalise", "actif", ""),
    ]
    assert {row["id_dossier"] for row in journal} == {row["id_dossier"] for row in registre}
    assert {row["horodatage"] for row in journal} == {"2025-08-20T10:15:00+02:00"}


def test_what_is_drawn_is_accepted_by_the_schemas(tmp_path: Path, sel: Path, capfd: Any) -> None:
    deriver(capfd, "tddui", PETITE / "transfert.json", "-o", tmp_path / "d", "--sel", sel, *MANIFESTE)
    report = check(tmp_path / "d", load_plugins())
    assert {file["role"]: (file["lignes"], file["rejetees"]) for file in report["livraison"]["fichiers"]} == {
        "registre": (2, 0),
        "journal": (3, 0),
    }
    assert not [found for found in report["constats"] if found["gravite"] == "erreur"]


def test_the_same_salt_gives_the_same_bytes_and_another_gives_others(tmp_path: Path, sel: Path, capfd: Any) -> None:
    for name in ("a", "b"):
        deriver(capfd, "tddui", PETITE / "transfert.json", "-o", tmp_path / name, "--sel", sel)
    deriver(capfd, "tddui", PETITE / "transfert.json", "-o", tmp_path / "c")
    for table in ("registre.csv", "journal.csv"):
        assert (tmp_path / "a" / table).read_bytes() == (tmp_path / "b" / table).read_bytes()
        assert (tmp_path / "a" / table).read_bytes() != (tmp_path / "c" / table).read_bytes()


def test_nobody_can_be_recognised(tmp_path: Path, sel: Path, capfd: Any) -> None:
    for forme in ("text", "json"):
        dossier = tmp_path / forme
        options = ("-o", dossier, "--sel", sel, "--format", forme)
        _, out, err = deriver(capfd, "tddui", PETITE / "transfert.json", *options)
        said = out.replace(str(tmp_path), "") + err + "".join(path.read_text("utf-8") for path in dossier.iterdir())
        assert not [secret for secret in SECRETS if secret in said]


def test_a_salt_is_created_kept_and_never_delivered(tmp_path: Path, capfd: Any) -> None:
    lot_ = PETITE / "transfert.json"
    sel = tmp_path / "neuf.txt"
    _, out, _ = deriver(capfd, "tddui", lot_, "-o", tmp_path / "a", "--sel", sel)
    assert "vient d'être créé" in out.replace("\n", " ")
    assert len(sel.read_text(encoding="ascii").strip()) == 64
    deriver(capfd, "tddui", lot_, "-o", tmp_path / "b", "--sel", sel)
    assert (tmp_path / "a" / "registre.csv").read_bytes() == (tmp_path / "b" / "registre.csv").read_bytes()
    code, _, err = deriver(capfd, "tddui", lot_, "-o", tmp_path / "c", "--sel", tmp_path / "c" / "sel.txt")
    assert code == 2
    assert "rangez le sel ailleurs" in err
    assert not (tmp_path / "c").exists()


def test_a_short_salt_is_refused(tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "sel").write_text("court", encoding="utf-8")
    code, _, err = deriver(capfd, "tddui", PETITE / "transfert.json", "-o", tmp_path / "d", "--sel", tmp_path / "sel")
    assert (code, "16 octets" in err, (tmp_path / "d").exists()) == (2, True, False)


@pytest.mark.parametrize(
    ("type_", "rang", "retouche", "colonne", "cause"),
    [
        ("Encounter", 0, {"period": {"end": "2025-08-01"}}, "date_entree", "period.start"),
        ("Encounter", 0, {"period": {"start": "2025-01"}}, "date_entree", "entière"),
        ("Encounter", 1, {"period": {"start": "2024-03-04"}}, "date_sortie", "period.end"),
        ("Encounter", 0, {"status": "absent"}, "date_sortie", "status"),
        ("Encounter", 0, {"subject": {"reference": "Patient/autre"}}, "id_personne", "subject"),
        ("Encounter", 2, {"meta": {"profile": []}}, "horodatage", "meta.lastUpdated"),
        ("Encounter", 2, {"status": "in-progress"}, "etat", "status"),
        ("Encounter", 2, {"period": {}}, "date_evenement", "period.start"),
        ("CarePlan", 0, {"status": "on-hold"}, "etat", "status"),
        ("Patient", 0, {"identifier": []}, "id_personne", "Patient.identifier"),
        ("Organization", 0, {"identifier": []}, None, None),
    ],
)
def test_what_is_missing_is_named_and_never_invented(
    type_: str, rang: int, retouche: dict[str, Any], colonne: str | None, cause: str, tmp_path: Path, capfd: Any
) -> None:
    value = lot()
    ressource(value, type_, rang).update(retouche)
    code, out, _ = deriver(capfd, "tddui", ecrire(tmp_path, value), "-o", tmp_path / "d", "--format", "json")
    said = json.loads(out)
    assert code == 0
    missing = {each["colonne"]: each["cause"] for each in said["fichiers"][0]["manques"]}
    drawn = sum(said["lignes"].values())
    if colonne is None:  # the establishment is still in the identifiers
        assert (missing, drawn) == ({}, 5)
    else:
        assert cause in missing[colonne]
        assert drawn < 5


def test_an_unknown_establishment_is_missing_everywhere(tmp_path: Path, capfd: Any) -> None:
    text = (PETITE / "transfert.json").read_text(encoding="utf-8")
    path = tmp_path / "lot.json"
    path.write_text(text.replace("3970302287/", "").replace("1970302287", "2732829320"), encoding="utf-8")
    code, out, _ = deriver(capfd, "tddui", path, "-o", tmp_path / "d", "--format", "json")
    manques = json.loads(out)["fichiers"][0]["manques"]
    assert (code, (tmp_path / "d").exists()) == (3, False)
    assert {each["colonne"] for each in manques} == {"finess_et"}
    assert sum(each["nombre"] for each in manques) == 5


@pytest.mark.parametrize("status", ["planned", "cancelled", "entered-in-error", "unknown", "triaged"])
def test_a_stay_that_is_no_presence_gives_no_row(status: str, tmp_path: Path, capfd: Any) -> None:
    value = lot()
    ressource(value, "Encounter", 0)["status"] = status
    _, out, _ = deriver(capfd, "tddui", ecrire(tmp_path, value), "-o", tmp_path / "d")
    assert len(lignes(tmp_path / "d" / "registre.csv")) == 1
    assert "pas une présence" in out.replace("\n    ", " ")


def test_the_same_bundle_twice_counts_once(tmp_path: Path, sel: Path, capfd: Any) -> None:
    other = ecrire(tmp_path, lot(), "copie.json")
    deriver(capfd, "tddui", PETITE / "transfert.json", other, "-o", tmp_path / "d", "--sel", sel)
    assert len(lignes(tmp_path / "d" / "registre.csv")) == 2
    assert len(lignes(tmp_path / "d" / "journal.csv")) == 3


def test_documents_of_version_1_give_stays_and_events(tmp_path: Path, sel: Path, capfd: Any) -> None:
    path = ecrire(tmp_path, porter(cda()))
    code, _, _ = deriver(capfd, "tddui", path, "-o", tmp_path / "d", "--sel", sel, *MANIFESTE)
    deriver(capfd, "tddui", PETITE / "transfert.json", "-o", tmp_path / "v2", "--sel", sel)
    (sejour,), (evenement,) = (lignes(tmp_path / "d" / f"{table}.csv") for table in ("registre", "journal"))
    assert code == 0
    # An exit that is only meant is no departure; the person and the event are those of version 2.
    assert (sejour["date_entree"], sejour["date_sortie"]) == ("2025-01-06", "")
    assert sejour in lignes(tmp_path / "v2" / "registre.csv")
    assert evenement["horodatage"] == "2025-08-20T11:15:00+02:00"
    assert evenement["id_objet"] in {row["id_objet"] for row in lignes(tmp_path / "v2" / "journal.csv")}
    assert not check(tmp_path / "d", load_plugins())["livraison"]["fichiers"][0]["rejetees"]


def test_a_document_by_itself_is_read_too(tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "seul.xml").write_bytes(cda(mood="EVN"))
    code, _, _ = deriver(capfd, "tddui", tmp_path / "seul.xml", "-o", tmp_path / "d")
    assert code == 0
    assert lignes(tmp_path / "d" / "registre.csv")[0]["date_sortie"] == "2025-07-31"


@pytest.mark.parametrize(
    ("document", "colonne"),
    [
        (cda(maj="20250820111500"), "horodatage"),
        (cda(statut="APPROUVE"), "etat"),
        (cda().replace(b"1.2.250.1.213.1.1.3.48.6", b"1.2.3"), "date_entree"),
        (cda().replace(b'<id root="1.2.250.1.213.1.4.8" extension="199999999999995"/>', b""), "id_personne"),
    ],
)
def test_what_a_document_lacks_is_named(document: bytes, colonne: str, tmp_path: Path, capfd: Any) -> None:
    path = ecrire(tmp_path, porter(document))
    _, out, _ = deriver(capfd, "tddui", path, "-o", tmp_path / "d", "--format", "json")
    assert colonne in {each["colonne"] for each in json.loads(out)["fichiers"][0]["manques"]}


def test_a_document_with_a_doctype_is_not_read(tmp_path: Path, capfd: Any) -> None:
    doctype = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/hostname">]><ClinicalDocument'
    hostile = cda().replace(b"<ClinicalDocument", doctype, 1)
    code, out, _ = deriver(capfd, "tddui", ecrire(tmp_path, porter(hostile)), "-o", tmp_path / "d")
    assert (code, "DOCTYPE" in out, (tmp_path / "d").exists()) == (3, True, False)


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        ('{"resourceType": "Bundle",\n"id": 1,\n"id": 2}', "ligne 3 : la clé « id »"),
        ("{\n", "ligne 2 : JSON tronqué"),
        ("[]", "pas un objet"),
        ('<Bundle xmlns="http://hl7.org/fhir"/>', "exportez-le en JSON"),
        ('{"resourceType": "Patient"}', "ni des DocumentReference"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(contenu: str, attendu: str, tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "lot.json").write_text(contenu, encoding="utf-8")
    code, out, err = deriver(capfd, "tddui", tmp_path / "lot.json", "-o", tmp_path / "d")
    assert (code, out, len(err.splitlines())) == (4, "", 1)
    assert attendu in err.replace("\u00a0", " ")
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "attendu"),
    [
        (["absent.json"], 4, "n'existe pas"),
        (["{lot}", "--texte", "2025-40"], 2, "vont ensemble"),
        (["{lot}", "--texte", "1999-01", "--date-mesure", "2025-09-15"], 2, "1999-01"),
        (["{lot}", "--date-mesure", "31/02/2025"], 2, "n'est pas une date"),
        (["{lot}", "--fuseau", "Mars/Olympus"], 2, "fuseau"),
        (["{lot}", "--finess-et", "12"], 2, "FINESS"),
    ],
)
def test_what_is_asked_wrongly(arguments: list[str], code: int, attendu: str, tmp_path: Path, capfd: Any) -> None:
    filled = [each.replace("{lot}", str(PETITE / "transfert.json")) for each in arguments]
    got, out, err = deriver(capfd, "tddui", *filled, "-o", tmp_path / "d")
    assert (got, out, (tmp_path / "d").exists()) == (code, "", False)
    assert attendu in err.replace("\u00a0", " ")


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path, capfd: Any) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a.txt").write_text("à moi", encoding="utf-8")
    code, _, err = deriver(capfd, "tddui", PETITE / "transfert.json", "-o", tmp_path / "d")
    assert (code, "dossier vide" in err) == (2, True)
    assert [path.name for path in (tmp_path / "d").iterdir()] == ["a.txt"]


ETATS = ["planned", "in-progress", "onleave", "finished", "cancelled", "draft", "active", "zzz", None, 3]
DATES = ["2025-01-06", "2025-08-01T10:00:00+02:00", "2025", "06/01/2025", "", None, 7, "2025-02-30"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    etat=st.sampled_from(ETATS),
    debut=st.sampled_from(DATES),
    fin=st.sampled_from(DATES),
    modifie=st.sampled_from(DATES),
    rang=st.integers(0, 3),
)
def test_whatever_a_bundle_says_what_is_drawn_fits_the_schemas(
    etat: Any, debut: Any, fin: Any, modifie: Any, rang: int, tmp_path_factory: pytest.TempPathFactory, capfd: Any
) -> None:
    folder = tmp_path_factory.mktemp("lot")
    value = copy.deepcopy(lot())
    found = ressource(value, "Encounter", rang)
    found["status"], found["period"] = etat, {"start": debut, "end": fin}
    found["meta"]["lastUpdated"] = modifie
    code, out, _ = deriver(capfd, "tddui", ecrire(folder, value), "-o", folder / "d", "--format", "json", *MANIFESTE)
    assert code == 0
    said = json.loads(out)
    accepted = [PLUGINS.rules["livraison/format-non-conforme"], PLUGINS.rules["livraison/valeur-ambigue"]]
    assert [result.outcome for result in run_rules(folder / "d", PLUGINS, accepted)] == [Outcome.PASSED] * 2
    # One resource at most gives no row, and then some column is named.
    assert sum(said["lignes"].values()) == 5 or said["fichiers"][0]["manques"]
    assert all(date.fromisoformat(row["date_entree"]) for row in lignes(folder / "d" / "registre.csv"))
    assert INS[0] not in out
