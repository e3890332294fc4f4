"""Opening what was delivered: a folder, a zip, a lone file; and every way it can be unusable."""

from __future__ import annotations

import hashlib
import io
import os
import random
import stat
import struct
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from duicheck.bundle import archive, open_delivery, read_manifest
from duicheck.bundle.anomalies import AnomalyLog
from duicheck.errors import DeliveryError
from duicheck.findings import Location
from duicheck.model import DOCUMENTS, TABLES, Anomalie

MANIFEST = """format = 1
texte = "2025-40"
date_mesure = 2025-09-15

[[fichiers]]
role = "indicateurs"
chemin = "indicateurs.csv"
"""

FILES = {"livraison.toml": MANIFEST, "indicateurs.csv": "finess_et;indicateur\n"}

needs_symlinks = pytest.mark.skipif(sys.platform == "win32", reason="creating links asks for a privilege on Windows")


def folder(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def declaring(*paths: str, extra: str = "") -> str:
    """A manifest that declares these paths, as logs."""
    entries = "".join(f"[[fichiers]]\nrole = 'journal'\nchemin = '{path}'\n{extra}\n" for path in paths)
    return MANIFEST.partition("[[fichiers]]")[0] + entries


def zipped(path: Path, files: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as target:
        for name, content in files.items():
            target.writestr(name, content)
    return path


def opened(path: Path, tmp_path: Path):
    work = tmp_path / "travail"
    work.mkdir()
    return open_delivery(path, work)


def refused(path: Path, tmp_path: Path) -> str:
    """The one sentence of the refusal."""
    with pytest.raises(DeliveryError) as caught:
        opened(path, tmp_path)
    message = str(caught.value)
    assert "\n" not in message
    assert "Traceback" not in message
    return message


@pytest.fixture
def delivery(tmp_path):
    root = tmp_path / "livraison de mars"
    root.mkdir()
    return folder(root, FILES)


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


# The manifest


def manifest(tmp_path: Path, content: str | bytes) -> str:
    """The sentence of a refused manifest."""
    path = folder(tmp_path, {"livraison.toml": content}) / "livraison.toml"
    with pytest.raises(DeliveryError) as caught:
        read_manifest(path)
    message = str(caught.value)
    assert message.startswith("livraison.toml : ")
    assert "\n" not in message
    return message


def test_a_whole_manifest(tmp_path):
    content = """format = 1
texte = "2021-amorcage"
date_mesure = "2021-12-31"
premiere_mesure = true
phase = "maintenance"
[editeur]
nom = "Éditeur d'essai"
siren = "732829320"
[solution]
nom = "DUI d'essai"
version = "4.2"
[hypotheses]
denominateur = "presence_fin"
[[fichiers]]
role = "journal"
chemin = "journal*.csv"
sha256 = "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"
encodage = "cp1252"
separateur = ";"
[fichiers.colonnes]
"N° FINESS" = "finess_et"
"""
    found = read_manifest(folder(tmp_path, {"livraison.toml": content}) / "livraison.toml")
    assert (found.texte, found.date_mesure, found.premiere_mesure, found.phase) == (
        "2021-amorcage",
        date(2021, 12, 31),
        True,
        "maintenance",
    )
    assert found.hypotheses == {"denominateur": "presence_fin"}
    assert found.editeur["siren"] == "732829320"
    (file,) = found.fichiers
    assert (file.role, file.encodage, file.separateur) == ("journal", "cp1252", ";")
    assert file.colonnes == {"N° FINESS": "finess_et"}


@pytest.mark.parametrize("content", [b"\xef\xbb\xbf" + MANIFEST.encode(), MANIFEST.replace("\n", "\r\n").encode()])
def test_a_manifest_of_the_notepad(tmp_path, content):
    """With a byte order mark, or with Windows line ends."""
    assert read_manifest(folder(tmp_path, {"livraison.toml": content}) / "livraison.toml").texte == "2025-40"


@pytest.mark.parametrize("content", [MANIFEST.replace("2025-40", "été").encode("cp1252"), MANIFEST.encode("utf-16")])
def test_a_manifest_that_is_not_utf8(tmp_path, content):
    assert "UTF-8" in manifest(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("format = ", "fin du fichier"),
        ('format = 1\ntexte = "2025-40\n', "ligne 2"),
        ("format = 1\nformat = 1\n", "ligne 2"),
        ("[[fichiers]\n", "ligne 1"),
        ("a = [", "ligne 1|fin du fichier"),
        ("\0", "ligne 1"),
        ("a = " + "[" * 100_000, ""),
    ],
)
def test_a_manifest_that_is_not_toml(tmp_path, content, place):
    message = manifest(tmp_path, content)
    assert "ce n'est pas du TOML lisible" in message
    assert any(words in message for words in place.split("|"))
    assert "Expected" not in message


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("format = 1\n", ""), ["format"]),
        (("format = 1", "format = 2"), ["format"]),
        (("format = 1", 'format = "1"'), ["format"]),
        (('texte = "2025-40"\n', ""), ["texte"]),
        (('texte = "2025-40"', "texte = 2025"), ["texte"]),
        (("date_mesure = 2025-09-15\n", ""), ["date_mesure"]),
        (("2025-09-15", '"15/09/2025"'), ["date_mesure"]),
        (("2025-09-15", "2025-09-15T10:00:00"), ["date_mesure"]),
        (("2025-09-15", "10:00:00"), ["date_mesure"]),
        (("2025-09-15", '"20250915"'), ["date_mesure"]),
        (("2025-09-15", '"2025-09-31"'), ["date_mesure"]),
        (("texte =", 'phase = "pilote"\ntexte ='), ["phase"]),
        (("texte =", 'premiere_mesure = "non"\ntexte ='), ["premiere_mesure"]),
        (("date_mesure", "date_mesures"), ["date_mesure", "date_mesures"]),
        (('role = "indicateurs"', 'role = "indicateur"'), ["fichiers.1.role"]),
        (('role = "indicateurs"\n', ""), ["fichiers.1", "role"]),
        (('chemin = "indicateurs.csv"', 'chemin = ""'), ["fichiers.1.chemin"]),
        (('chemin = "', 'sha256 = "abc"\nchemin = "'), ["fichiers.1.sha256"]),
        (('chemin = "', 'encodage = "utf-16"\nchemin = "'), ["fichiers.1.encodage"]),
        (('chemin = "', 'separateur = "/"\nchemin = "'), ["fichiers.1.separateur"]),
        (('chemin = "', 'separateurs = ";"\nchemin = "'), ["fichiers.1", "separateurs", "« separateur »"]),
        (("[[fichiers]]", "[fichiers]"), ["fichiers"]),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_manifest_that_breaks_its_schema_names_the_key(tmp_path, change, words):
    assert change[0] in MANIFEST
    message = manifest(tmp_path, MANIFEST.replace(*change, 1))
    for word in words:
        assert word in message


def test_a_manifest_without_any_file(tmp_path):
    assert "fichiers" in manifest(tmp_path, MANIFEST.partition("[[")[0] + "fichiers = []\n")


def test_every_defect_of_a_manifest_is_said_at_once(tmp_path):
    message = manifest(tmp_path, MANIFEST.replace("format = 1", "format = 2").replace("indicateurs", "autre"))
    assert "format" in message
    assert "fichiers.1.role" in message


# The files it declares


def declared(tmp_path: Path, content: str, files: dict[str, str | bytes]):
    root = folder(tmp_path / "l", files | {"livraison.toml": content})
    return opened(root, tmp_path)


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


# The whole path


@pytest.mark.parametrize(("given", "anomalies"), [("juste", 0), ("JUSTE", 0), ("fausse", 1)])
def test_a_digest_is_compared_whatever_its_case(tmp_path, given, anomalies):
    from duicheck.bundle import read_delivery
    from duicheck.bundle.reading import connect

    content = b"{}\n"
    right = hashlib.sha256(content).hexdigest()
    digest = {"juste": right, "JUSTE": right.upper(), "fausse": "0" * 64}[given]
    text = MANIFEST.partition("[[")[0] + f"[[fichiers]]\nrole = 'projet'\nchemin = 'p.json'\nsha256 = '{digest}'\n"
    found = declared(tmp_path, text, {"p.json": content})
    work = tmp_path / "travail"
    connection = connect(work)
    reading = read_delivery(found, connection, work)
    connection.close()
    differing = list(reading.lecture.anomalies("livraison/empreinte-differente"))
    assert len(differing) == anomalies
    for anomaly in differing:
        assert anomaly.at == Location("p.json")
        assert (anomaly.facts["attendu"], anomaly.facts["empreinte"]) == ("0" * 64, right)
    assert [file.sha256 for file in reading.lecture.fichiers] == [right]
    assert {role for refusal in reading.absent.values() for role in refusal.roles} == {*TABLES, *DOCUMENTS}
