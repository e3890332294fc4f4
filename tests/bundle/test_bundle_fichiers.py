"""The files that a manifest declares: how they are found, and what reading them writes down."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import date
from pathlib import Path

import pytest
from outils_bundle import MANIFEST, declared, declaring, folder, needs_symlinks, opened

from duicheck.bundle.anomalies import AnomalyLog
from duicheck.findings import Location
from duicheck.model import DOCUMENTS, TABLES, Anomalie


def test_a_file_that_is_not_there(tmp_path):
    found = declared(tmp_path, declaring("absent.csv", "present.csv"), {"present.csv": "a\n"})
    (anomaly,) = found.anomalies
    assert anomaly.regle == "livraison/fichier-absent"
    assert anomaly.at == Location("livraison.toml", pointer="/fichiers/0")
    assert anomaly.facts == {"fichier": "absent.csv"}
    assert [file.chemin for file in found.files] == ["present.csv"]


@pytest.mark.parametrize("path", ["rien/*.csv", "*.parquet", "dossier", ".", "[a.csv"])
def test_a_pattern_or_folder_that_names_no_file(tmp_path, path):
    found = declared(tmp_path, declaring(path), {"dossier/a.csv": "a\n"})
    assert [anomaly.regle for anomaly in found.anomalies] == ["livraison/fichier-absent"]
    assert found.files == []


def test_a_pattern_names_its_files_in_order(tmp_path):
    files = {f"journal/{name}.csv": "a\n" for name in ("c", "a", "b")} | {"journal/d.txt": ""}
    found = declared(tmp_path, declaring("journal/*.csv"), files)
    assert [file.chemin for file in found.files] == ["journal/a.csv", "journal/b.csv", "journal/c.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path):
    found = declared(tmp_path, declaring("export [1].csv"), {"export [1].csv": "a\n", "export 1.csv": "b\n"})
    assert [file.chemin for file in found.files] == ["export [1].csv"]


def test_a_path_with_windows_separators(tmp_path):
    found = declared(tmp_path, declaring("journal\\mars.csv"), {"journal/mars.csv": "a\n"})
    assert [file.chemin for file in found.files] == ["journal/mars.csv"]


@pytest.mark.parametrize(
    "path",
    ["../secret.csv", "/etc/hostname", "a/../../secret.csv", "..\\secret.csv", "C:\\a.csv", "../*.csv", "\\\\s\\a"],
)
def test_a_path_that_leaves_the_folder(tmp_path, path):
    folder(tmp_path, {"secret.csv": "a\n"})
    found = declared(tmp_path, declaring(path), {})
    (anomaly,) = found.anomalies
    assert anomaly.regle == "livraison/fichier-illisible"
    assert anomaly.facts["cause"] == "ce chemin sort du dossier de la livraison"
    assert found.files == []


def test_a_pattern_that_cannot_be_read(tmp_path):
    (anomaly,) = declared(tmp_path, declaring("a**b/*.csv"), {"ab/c.csv": "a\n"}).anomalies
    assert anomaly.regle == "livraison/fichier-illisible"
    assert "motif" in str(anomaly.facts["cause"])


@needs_symlinks
@pytest.mark.parametrize("path", ["lien.csv", "*.csv", "dossier/secret.csv", "dossier/*.csv", "**/*.csv"])
def test_a_link_that_leaves_the_folder(tmp_path, path):
    outside = folder(tmp_path / "dehors", {"secret.csv": "a\n"})
    root = folder(tmp_path / "l", {"livraison.toml": declaring(path)})
    (root / "lien.csv").symlink_to(outside / "secret.csv")
    (root / "dossier").symlink_to(outside)
    found = opened(root, tmp_path)
    assert [anomaly.regle for anomaly in found.anomalies] == ["livraison/fichier-illisible"]
    assert found.files == []


@needs_symlinks
def test_a_link_that_stays_inside_is_followed(tmp_path):
    root = folder(tmp_path / "l", {"livraison.toml": declaring("lien.csv"), "a.csv": "a\n"})
    (root / "lien.csv").symlink_to(root / "a.csv")
    assert [file.chemin for file in opened(root, tmp_path).files] == ["lien.csv"]


@needs_symlinks
def test_a_link_to_itself_is_a_file_that_is_not_there(tmp_path):
    root = folder(tmp_path / "l", {"livraison.toml": declaring("boucle.csv")})
    (root / "boucle.csv").symlink_to(root / "boucle.csv")
    assert [anomaly.regle for anomaly in opened(root, tmp_path).anomalies] == ["livraison/fichier-absent"]


@needs_symlinks
def test_a_delivery_reached_through_a_link_is_inside_itself(delivery, tmp_path):
    (tmp_path / "raccourci").symlink_to(delivery)
    assert opened(tmp_path / "raccourci", tmp_path).anomalies == []


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="these systems have no such names")
def test_a_name_that_is_not_utf8_can_be_printed(tmp_path):
    root = folder(tmp_path / "l", {"livraison.toml": declaring("*.csv")})
    Path(os.fsdecode(os.fsencode(root) + b"/journ\xe9e.csv")).write_bytes(b"a\n")
    (file,) = opened(root, tmp_path).files
    assert file.chemin.encode("utf-8") == "journ\ufffde.csv".encode()
    assert file.digest().octets == 2


# What the reading writes down


def test_anomalies_come_back_by_rule_in_order(tmp_path):
    log = AnomalyLog(tmp_path / "anomalies")
    for number in range(5):
        facts = {"nombre": number, "vide": None, "vrai": True, "mot": "é\u2028;\n"}
        log.add(Anomalie("livraison/un", Location("a.csv", number, "taux", "/x"), facts))
        log.add(Anomalie("livraison/deux", Location(), {"jour": date(2025, 1, number + 1)}))
    log.close()
    found = list(log.stream("livraison/un"))
    assert [anomaly.at.line for anomaly in found] == list(range(5))
    assert found[3] == Anomalie(
        "livraison/un",
        Location("a.csv", 3, "taux", "/x"),
        {"nombre": 3, "vide": None, "vrai": True, "mot": "é\u2028;\n"},
    )
    assert next(log.stream("livraison/deux")).facts == {"jour": "2025-01-01"}
    assert list(log.stream("livraison/trois")) == []


def test_anomalies_come_back_by_part_whatever_was_written_first(tmp_path):
    log = AnomalyLog(tmp_path / "anomalies")
    for part, line in [(9, 1), (2, 1), (9, 2), (0, 1), (2, 2)]:  # a set of these has another order
        log.add(Anomalie("livraison/un", Location(f"{part}.csv", line), {}), part)
    log.close()
    found = [(anomaly.at.file, anomaly.at.line) for anomaly in log.stream("livraison/un")]
    assert found == [("0.csv", 1), ("2.csv", 1), ("2.csv", 2), ("9.csv", 1), ("9.csv", 2)]


# The whole path


@pytest.mark.parametrize(("given", "anomalies"), [("juste", 0), ("JUSTE", 0), ("fausse", 1)])
def test_a_digest_is_compared_whatever_its_case(tmp_path, given, anomalies):
    from duicheck.bundle import read_delivery
    from duicheck.bundle.database import connect

    content = b"{}\n"
    right = hashlib.sha256(content).hexdigest()
    digest = {"juste": right, "JUSTE": right.upper(), "fausse": "0" * 64}[given]
    text = MANIFEST.partition("[[")[0] + f"[[fichiers]]\nrole = 'projet'\nchemin = 'p.json'\nsha256 = '{digest}'\n"
    found = declared(tmp_path, text, {"p.json": content})
    work = tmp_path / "travail"
    connection = connect(work)
    reading = read_delivery(found, lambda: connection, work)
    connection.close()
    differing = list(reading.lecture.anomalies("livraison/empreinte-differente"))
    assert len(differing) == anomalies
    for anomaly in differing:
        assert anomaly.at == Location("p.json")
        assert (anomaly.facts["attendu"], anomaly.facts["empreinte"]) == ("0" * 64, right)
    assert [file.sha256 for file in reading.lecture.fichiers] == [right]
    assert {role for refusal in reading.absent.values() for role in refusal.roles} == {*TABLES, *DOCUMENTS}
