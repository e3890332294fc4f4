"""Opening what was delivered: a folder, a zip, a lone file; and every way it can be unusable."""

from __future__ import annotations

import hashlib
import io
import os
import random
import stat
import struct
import zipfile
from datetime import date

import pytest
from outils_bundle import FILES, MANIFEST, declaring, folder, opened, refused, zipped

from duicheck.bundle import archive, open_delivery
from duicheck.errors import DeliveryError

# What opens


def test_a_folder_opens(delivery, tmp_path):
    found = opened(delivery, tmp_path)
    assert [(file.chemin, file.declared.role) for file in found.files] == [("indicateurs.csv", "indicateurs")]
    assert found.manifest.date_mesure == date(2025, 9, 15)
    assert found.anomalies == []
    described = found.files[0].digest()
    assert described.sha256 == hashlib.sha256(FILES["indicateurs.csv"].encode()).hexdigest()
    assert described.octets == len(FILES["indicateurs.csv"])


def test_its_manifest_opens_it_too(delivery, tmp_path):
    assert [file.chemin for file in opened(delivery / "livraison.toml", tmp_path).files] == ["indicateurs.csv"]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("name", ["livraison.zip", "livraison.ZIP", "livraison.archive"])
def test_a_zip_opens_whatever_its_name_and_method(tmp_path, method, name):
    found = opened(zipped(tmp_path / name, FILES, method), tmp_path)
    assert [file.chemin for file in found.files] == ["indicateurs.csv"]
    assert found.files[0].path.read_text(encoding="utf-8") == FILES["indicateurs.csv"]


@pytest.mark.parametrize("beside", [{}, {"__MACOSX/._livraison": b"\0"}, {".DS_Store": b"\0"}])
def test_a_zip_that_wraps_everything_in_one_folder_opens(tmp_path, beside):
    wrapped = {f"livraison mars/{name}": content for name, content in FILES.items()}
    found = opened(zipped(tmp_path / "l.zip", wrapped | beside), tmp_path)
    assert [file.chemin for file in found.files] == ["indicateurs.csv"]


@pytest.mark.parametrize("ours", ["\xe9", "e\u0301"], ids=["NFC", "NFD"])
@pytest.mark.parametrize("theirs", ["\xe9", "e\u0301"], ids=["NFC", "NFD"])
@pytest.mark.parametrize("packed", [True, False])
def test_a_name_is_found_however_its_accents_are_written(tmp_path, packed, ours, theirs):
    manifest = MANIFEST.replace("indicateurs.csv", f"donn{ours}es/export.csv")
    files = FILES | {"livraison.toml": manifest, f"donn{theirs}es/export.csv": FILES["indicateurs.csv"]}
    del files["indicateurs.csv"]
    where = zipped(tmp_path / "l.zip", files) if packed else folder(tmp_path / "l", files)
    assert not opened(where, tmp_path).anomalies


def test_a_zip_with_windows_separators_opens(tmp_path):
    files = FILES | {
        "livraison.toml": declaring("journal\\\\mars.csv".replace("\\\\", "/")),
        "journal\\mars.csv": "a\n",
    }
    found = opened(zipped(tmp_path / "l.zip", files), tmp_path)
    assert [file.chemin for file in found.files] == ["journal/mars.csv"]


@pytest.mark.parametrize("extra", [b"", b"un commentaire"])
def test_a_zip_with_a_comment_or_a_prefix_opens(tmp_path, extra):
    path = zipped(tmp_path / "l.zip", FILES)
    path.write_bytes(extra + path.read_bytes())
    assert opened(path, tmp_path).files


def test_a_lone_file_opens_without_a_manifest(tmp_path):
    path = folder(tmp_path, {"mon export.csv": "finess_et\n"}) / "mon export.csv"
    found = open_delivery(path, tmp_path, role="indicateurs")
    assert (found.manifest.texte, found.manifest.date_mesure, found.manifest.nom) == (None, None, None)
    assert [(file.chemin, file.declared.role) for file in found.files] == [("mon export.csv", "indicateurs")]


def test_a_lone_spreadsheet_is_not_taken_for_a_zip_of_a_delivery(tmp_path):
    path = zipped(tmp_path / "export.xlsx", {"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<workbook/>"})
    assert [file.chemin for file in opened(path, tmp_path).files] == ["export.xlsx"]


# What does not open, in one sentence


def test_nothing_there(tmp_path):
    assert "n'existe pas" in refused(tmp_path / "absente", tmp_path)


def test_a_folder_without_a_manifest_points_to_init(tmp_path):
    message = refused(folder(tmp_path / "l", {"indicateurs.csv": "a\n"}), tmp_path)
    assert "livraison.toml" in message
    assert "duicheck init" in message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_refused_and_does_not_hang(tmp_path):
    os.mkfifo(tmp_path / "tuyau")
    assert "ni un dossier ni un fichier" in refused(tmp_path / "tuyau", tmp_path)


def test_a_name_longer_than_the_system_allows(tmp_path):
    refused(tmp_path / ("x" * 5_000), tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="an administrator may read everything")
def test_a_folder_that_may_not_be_read(delivery, tmp_path):
    delivery.chmod(0)
    try:
        assert "lecture impossible" in refused(delivery, tmp_path)
    finally:
        delivery.chmod(stat.S_IRWXU)


@pytest.mark.parametrize(
    "name", ["../indicateurs.csv", "/ailleurs/x.csv", "a/../../x.csv", "..\\x.csv", "C:\\x.csv", "c:x"]
)
def test_a_zip_with_a_name_that_leaves_the_folder(tmp_path, name):
    message = refused(zipped(tmp_path / "l.zip", FILES | {name: "a\n"}), tmp_path)
    assert "sort du dossier" in message
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["l.zip", "travail"]


def test_a_zip_with_a_symbolic_link(tmp_path):
    path = zipped(tmp_path / "l.zip", FILES)
    link = zipfile.ZipInfo("lien.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "a") as target:
        target.writestr(link, "/etc/hostname")
    assert "lien symbolique" in refused(path, tmp_path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    "names",
    [
        ("a.csv", "a.csv"),
        ("a.csv", "A.CSV"),
        ("d/a.csv", "d\\a.csv"),
        ("a.csv", "./a.csv"),
        ("a", "a/b.csv"),
    ],
)
def test_a_zip_with_two_files_of_one_name(tmp_path, names):
    path = zipped(tmp_path / "l.zip", FILES)
    with zipfile.ZipFile(path, "a") as target:
        for name in names:
            target.writestr(name, "a\n")
    assert "le même nom" in refused(path, tmp_path)


def test_an_encrypted_zip(tmp_path):
    path = zipped(tmp_path / "l.zip", FILES)
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = content.find(signature)
        while at >= 0:
            content[at + offset] |= 1
            at = content.find(signature, at + 1)
    path.write_bytes(content)
    assert "chiffrée" in refused(path, tmp_path)


def test_a_zip_bomb_by_its_directory(tmp_path):
    path = zipped(tmp_path / "l.zip", FILES | {"journal.csv": bytes(archive.RATIO_FROM + 1)})
    assert "bombe zip" in refused(path, tmp_path)


def test_a_zip_bomb_of_many_small_members_that_share_their_bytes(tmp_path):
    """Each is small enough; together they are not."""
    count, size = 40, archive.RATIO_FROM // 16
    path = zipped(tmp_path / "l.zip", FILES | {"0.csv": bytes(size)})
    content = path.read_bytes()
    end = content.rfind(b"PK\5\6")
    start = struct.unpack("<I", content[end + 16 : end + 20])[0]
    entry = content[content.rfind(b"PK\1\2") : end]
    assert b"0.csv" in entry
    shared = b"".join(entry.replace(b"0.csv", f"{chr(0x41 + n)}.csv".encode()) for n in range(count))
    directory = content[start:end] + shared
    total = struct.pack("<HH", count + 3, count + 3) + struct.pack("<II", len(directory), start)
    path.write_bytes(content[:start] + directory + content[end : end + 8] + total + b"\0\0")
    refused(path, tmp_path)
    assert sum(found.stat().st_size for found in (tmp_path / "travail").rglob("*") if found.is_file()) < size * 4


def test_a_zip_of_too_many_files(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_FILES", 1)
    assert "2 fichiers dans l'archive, 1 au plus" in refused(zipped(tmp_path / "l.zip", FILES), tmp_path)


def test_a_zip_that_announces_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "MAX_BYTES", 10)
    assert "l'archive annonce plus de" in refused(zipped(tmp_path / "l.zip", FILES), tmp_path)


@pytest.mark.parametrize("kept", [0, 1, 3, 30, 100, 150, 200, 250])
def test_a_truncated_zip(tmp_path, kept):
    path = zipped(tmp_path / "l.zip", FILES)
    path.write_bytes(path.read_bytes()[:kept])
    assert "zip" in refused(path, tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_with_one_byte_changed_opens_or_is_refused_in_words(tmp_path, method):
    """Every byte of the archive in turn, somewhere: never anything but a DeliveryError."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name, content in FILES.items():
            target.writestr(name, content)
    whole = buffer.getvalue()
    generator = random.Random(7)
    outcomes = set()
    for number, position in enumerate(generator.sample(range(len(whole)), min(len(whole), 120))):
        work = tmp_path / str(number)
        work.mkdir()
        damaged = bytearray(whole)
        damaged[position] ^= generator.randrange(1, 256)
        path = work / "l.zip"
        path.write_bytes(damaged)
        try:
            open_delivery(path, work)
        except DeliveryError as error:
            assert "\n" not in str(error)  # noqa: PT017 -- both outcomes are right
            outcomes.add("refused")
        else:
            outcomes.add("opened")
    assert "refused" in outcomes
