"""What a pack holds, what it never holds, and that it is the same everywhere."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from preuve_outils import Built, build, judge, light
from preuve_pki import PASSWORD, make

from duicheck import __version__
from duicheck.cli import outputs
from duicheck.exits import ExitCode
from duicheck.formats import load_schema, validator
from duicheck.harness import Options, check
from duicheck.preuve import packing
from duicheck.preuve.names import DEROGATIONS, LISEZMOI, MANIFESTE, RAPPORT, SIGNATURE, SOMMES
from duicheck.preuve.packing import Witness, pack
from duicheck.report import to_bytes
from duicheck.rulebook import load_rulebook

ROOT = Path(__file__).parents[2]
PETITE = ROOT / "fixtures" / "livraisons" / "petite"
INPUTS = ("indicateurs.csv", "journal.csv", "registre.csv", "livraison.toml")


@pytest.fixture(autouse=True)
def _without_pdf(monkeypatch):
    """It costs a second each time, and has tests of its own."""
    monkeypatch.setattr(outputs, "renderers", light)


def manifest(built: Built) -> dict:
    return json.loads(built.files[MANIFESTE])


# What is inside


def test_the_report_is_that_of_a_check(unsigned, plugins):
    assert unsigned.files[RAPPORT] == to_bytes(check(PETITE, plugins))


def test_the_manifest_follows_its_schema_and_names_every_file(unsigned, signed):
    for built in (unsigned, signed):
        found = manifest(built)
        assert list(validator("preuve").iter_errors(found)) == []
        listed = {each["chemin"]: each for each in found["fichiers"]}
        assert set(listed) == set(built.files) - {MANIFESTE, SOMMES, SIGNATURE}
        for name, each in listed.items():
            assert each["sha256"] == hashlib.sha256(built.files[name]).hexdigest()
            assert each["octets"] == len(built.files[name])


def test_the_sums_are_those_that_sha256sum_reads(unsigned, signed):
    for built in (unsigned, signed):
        lines = built.files[SOMMES].decode("ascii").split("\n")
        assert lines.pop() == ""
        assert lines == sorted(lines, key=lambda line: line.partition("  ")[2])
        found = dict(line.split("  ")[::-1] for line in lines)
        assert set(found) == set(built.files) - {SOMMES, SIGNATURE}
        assert all(hashlib.sha256(built.files[name]).hexdigest() == digest for name, digest in found.items())


def test_the_text_that_governs_is_there_with_the_digest_of_the_report(unsigned, tmp_path):
    report = json.loads(unsigned.files[RAPPORT])
    path = tmp_path / "texte.toml"
    path.write_bytes(unsigned.files[f"textes/{report['texte']['id']}.toml"])
    assert load_rulebook(path, validate=True).sha256 == report["texte"]["sha256"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == report["texte"]["sha256"]


def test_the_schemas_are_those_of_what_was_read_and_written(unsigned):
    schemas = {name for name in unsigned.files if name.startswith("schemas/")}
    names = ("indicateurs", "journal", "manifest", "preuve", "rapport", "registre", "rulebook")
    assert schemas == {f"schemas/{name}.schema.json" for name in names}
    assert json.loads(unsigned.files["schemas/rapport.schema.json"]) == load_schema("rapport")


def test_the_renderings_are_those_of_the_output_formats(unsigned, plugins):
    report = json.loads(unsigned.files[RAPPORT])
    formats = light(plugins)
    assert unsigned.files["rapport.html"] == formats["html"].render(report)
    assert unsigned.files["constats.csv"] == formats["csv"].render(report)


def test_what_is_absent_is_said_with_its_reason(unsigned):
    (absent,) = manifest(unsigned)["absents"]
    assert absent["chemin"] == "rapport.pdf"
    assert "rapport.pdf           ABSENT" in unsigned.files[LISEZMOI].decode().replace("\u00a0", " ")


def test_a_format_that_needs_an_extra_is_absent_with_its_sentence(plugins):
    from msgspec.structs import replace

    from duicheck.errors import UsageError

    def without_extra(_report):
        message = 'le PDF demande typst : pip install "duicheck[pdf]"'
        raise UsageError(message)

    witness = Witness(plugins, Options())
    report = witness.check(PETITE)
    formats = light(plugins)
    formats["pdf"] = replace(formats["html"], name="pdf", render=without_extra)
    files = pack(report, witness.record(report), plugins, formats)
    assert json.loads(files[MANIFESTE])["absents"] == [
        {"chemin": "rapport.pdf", "raison": 'le PDF demande typst : pip install "duicheck[pdf]"'}
    ]
    assert 'pip install "duicheck[pdf]"' in " ".join(files[LISEZMOI].decode().split())


def test_the_waivers_are_there_on_their_own(petite, plugins):
    waiver = """format = 1
[[derogations]]
regle = "indicateurs/etablissement-manquant"
motif = "L'établissement rejoint la grappe en octobre."
auteur = "Référent inventé"
echeance = 2030-01-01
"""
    (petite / "duicheck.toml").write_text(waiver, encoding="utf-8")
    built = build(petite, plugins)
    found = json.loads(built.files[DEROGATIONS])
    assert [each["motif"] for each in found["derogations"]] == ["L'établissement rejoint la grappe en octobre."]
    assert found["derogations"] == json.loads(built.files[RAPPORT])["derogations"]
    roles = [each["role"] for each in manifest(built)["entrees"]]
    assert roles[:2] == ["manifeste", "configuration"]
    assert "schemas/configuration.schema.json" in built.files


# What is never inside


def test_no_input_is_in_a_pack_nor_a_line_of_one(unsigned):
    inputs = {name: (PETITE / name).read_bytes() for name in INPUTS}
    digests = {hashlib.sha256(content).hexdigest() for content in inputs.values()}
    assert {each["sha256"] for each in manifest(unsigned)["entrees"]} == digests
    assert digests.isdisjoint(hashlib.sha256(content).hexdigest() for content in unsigned.files.values())
    for name in ("journal.csv", "registre.csv"):
        rows = list(csv.reader(io.StringIO(inputs[name].decode("utf-8"))))
        pseudonyms = {cell for row in rows[1:] for cell in row if re.fullmatch(r"[a-z]+-\d+", cell)}
        assert len(pseudonyms) > 10
        for cell in pseudonyms:
            assert not re.search(rf"(?<![\w-]){cell}(?![\w-])".encode(), unsigned.data), name


def test_no_path_clock_or_machine_is_in_a_pack(tmp_path, plugins):
    place = tmp_path / "dossier-tres-reconnaissable"
    shutil.copytree(PETITE, place)
    built = build(place, plugins)
    assert b"reconnaissable" not in built.data
    assert str(tmp_path).encode() not in built.data
    assert f"{date.today():%Y-%m-%d}".encode() not in built.data  # noqa: DTZ011 -- the test's own clock
    assert f"{date.today():%d/%m/%Y}".encode() not in built.data  # noqa: DTZ011


def test_nothing_personal_of_a_delivery_that_has_some_is_inside(petite, plugins):
    """In a cell, and in the name of a file: the pack names the file without it, and still replays."""
    canary = "jeanne.inventee@exemple.fr"
    journal = petite / "journal.csv"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[1] = canary + lines[1][lines[1].index(",") :]
    (petite / f"{canary}.csv").write_text("".join(lines), encoding="utf-8", newline="\n")
    journal.unlink()
    toml = petite / "livraison.toml"
    text = toml.read_text(encoding="utf-8")
    toml.write_text(text.replace("journal.csv", f"{canary}.csv"), encoding="utf-8", newline="\n")
    built = build(petite, plugins)
    assert b"jeanne" not in built.data
    assert judge(built.data, entrees=petite).proven


# The same bytes everywhere


def test_a_folder_and_its_zip_give_the_same_pack(unsigned, plugins, tmp_path):
    archive = shutil.make_archive(str(tmp_path / "livraison"), "zip", PETITE)
    assert build(Path(archive), plugins).data == unsigned.data


def test_the_signature_is_the_only_thing_that_depends_on_the_clock(plugins, signer):
    from duicheck.preuve.signing import load_signer

    one, other = (
        build(PETITE, plugins, signer=load_signer(signer.cle, signer.certificat, None, str)) for _ in range(2)
    )
    assert {name for name in one.files if one.files[name] != other.files[name]} <= {SIGNATURE}


def test_the_same_bytes_from_any_folder_zone_language_and_encoding(tmp_path):
    digests = set()
    for number, settings in enumerate(
        (
            {"TZ": "America/Cayenne", "LC_ALL": "C", "PYTHONUTF8": "0"},
            {"TZ": "Asia/Tokyo", "LC_ALL": "fr_FR.UTF-8", "PYTHONHASHSEED": "7", "DUICHECK_LANG": "en"},
        )
    ):
        place = tmp_path / f"ici-{number}"
        shutil.copytree(PETITE, place / f"livraison-{number}")
        arguments = ["pack", f"livraison-{number}", "-o", "preuve.zip", "-q"]
        environment = {**os.environ, **settings}
        subprocess.run(
            [sys.executable, "-m", "duicheck", *arguments], cwd=place, env=environment, check=True, timeout=90
        )
        digests.add(hashlib.sha256((place / "preuve.zip").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_line_ends_that_a_checkout_changed_do_not_show(plugins, monkeypatch, tmp_path):
    before = packing.texts_at_hand(plugins)
    sources = []
    for name, content in before.items():
        path = tmp_path / f"{name}.toml"
        path.write_bytes(content.replace(b"\n", b"\r\n"))
        sources.append(path)
    monkeypatch.setattr(packing, "shipped_rulebooks", lambda: sources)
    assert packing.texts_at_hand(plugins) == before


# The command


def test_the_verdict_comes_first_and_is_the_exit_code(duicheck, petite, tmp_path):
    good = duicheck("pack", petite, "-o", tmp_path / "bonne.zip")
    assert good.code == ExitCode.CONFORME
    assert good.out.splitlines()[1].startswith(" CONFORME — ")
    assert "document non signé" in good.out
    digest = hashlib.sha256((tmp_path / "bonne.zip").read_bytes()).hexdigest()
    assert digest in good.out

    export = petite / "indicateurs.csv"
    text = export.read_text(encoding="utf-8")
    export.write_text(
        text.replace("2025-06-15,2025-09-14,7,10,70.00", "2025-06-15,2025-09-14,8,10,80.00"), encoding="utf-8"
    )
    wrong = duicheck("pack", petite, "-o", tmp_path / "mauvaise.zip")
    assert wrong.code == ExitCode.NON_CONFORME
    assert wrong.out.splitlines()[1].startswith(" NON CONFORME — ")
    with zipfile.ZipFile(tmp_path / "mauvaise.zip") as found:
        assert "VERDICT : NON CONFORME" in found.read(LISEZMOI).decode().replace("\u00a0", " ")
    said = duicheck("verify", tmp_path / "mauvaise.zip", "--entrees", petite)
    assert said.code == ExitCode.CONFORME, "a proof of a failure is a good proof"
    assert "Son verdict : NON CONFORME" in said.out

    alone = duicheck("pack", export, "-o", tmp_path / "seule.zip", "--texte", "2025-40", "--date-mesure", "15/09/2025")
    assert alone.code in {ExitCode.INDETERMINE, ExitCode.NON_CONFORME}
    assert duicheck("verify", tmp_path / "seule.zip", "--entrees", export).code == ExitCode.CONFORME


def test_the_options_are_those_of_the_replay(duicheck, petite, tmp_path):
    before = tmp_path / "avant.json"
    options = ["--texte", "2023-13", "--date-mesure", "2025-07-31", "--premiere-mesure", "-q"]
    assert duicheck("check", petite, *options, "--output", f"json={before}").code in {0, 1, 3}
    target = tmp_path / "preuve.zip"
    options = [
        *("--texte", "2023-13", "--date-mesure", "2025-08-31", "--premiere-mesure", "--date-du-jour", "2025-09-01"),
        *("--hypothese", "denominateur=presence_fin", "--precedent", before, "-p", "no:plausibilite"),
    ]
    assert duicheck("pack", petite, "-o", target, *options).code in {0, 1, 3}
    with zipfile.ZipFile(target) as found:
        said = json.loads(found.read(MANIFESTE))
        assert found.read(RAPPORT) == to_bytes(json.loads(found.read(RAPPORT)))
    assert said["commande"] == [
        *("duicheck", "pack", "LIVRAISON", "-o", "preuve.zip", "--texte", "2023-13", "--date-mesure", "2025-08-31"),
        *("--date-du-jour", "2025-09-01", "--premiere-mesure", "--hypothese", "denominateur=presence_fin"),
        *("--precedent", "RAPPORT", "-p", "no:plausibilite"),
    ]
    assert "plausibilite" not in [each["nom"] for each in said["extensions"]]
    replay = duicheck("verify", target, "--entrees", petite, "--precedent", before)
    assert replay.code == ExitCode.CONFORME, replay.out
    assert "les mêmes octets" in replay.out
    without = duicheck("verify", target, "--entrees", petite)
    assert without.code == ExitCode.INDETERMINE
    assert "--precedent RAPPORT" in without.out
    other = duicheck("verify", target, "--entrees", petite, "--precedent", PETITE / "indicateurs.csv")
    assert other.code == ExitCode.NON_CONFORME
    assert "n'est pas celui que le contrôle a reçu" in " ".join(other.out.split())


def test_a_pack_is_asked_for_with_the_very_options_of_a_check():
    from duicheck.cli.check import command as check
    from duicheck.cli.pack import command

    asked = {each.name: each.to_info_dict() for each in check.params}
    ours = {each.name: each.to_info_dict() for each in command.params}
    shared = asked.keys() & ours.keys() - {"quiet"}
    assert [name for name in shared if asked[name] != ours[name]] == []
    left = asked.keys() - ours.keys()
    assert left == {"sortie", "outputs", "avec_identifiants", "baseline", "exiger_cibles"}, (
        "an option that changes a report?"
    )


def test_a_pack_is_written_whole_or_not_at_all(duicheck, petite, tmp_path, monkeypatch):
    target = tmp_path / "preuve.zip"
    target.write_bytes(b"une preuve plus ancienne")

    def fail(*_arguments):
        message = "plus de place"
        raise OSError(28, message)

    monkeypatch.setattr(Path, "replace", fail)
    said = duicheck("pack", petite, "-o", target)
    assert said.code == ExitCode.USAGE
    assert "ne peut pas être écrit" in said.err
    assert target.read_bytes() == b"une preuve plus ancienne"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["petite", "preuve.zip"]
    monkeypatch.undo()
    assert duicheck("pack", petite, "-o", target, "-q").code == ExitCode.CONFORME
    assert zipfile.is_zipfile(target), "like the other outputs, it replaces what was there"


def test_places_that_cannot_be_written_are_refused_before_the_check(duicheck, petite, tmp_path):
    for place, words in (
        (tmp_path, "n'est pas un nom de fichier"),
        ("-", "n'est pas un nom de fichier"),
        (tmp_path / "nulle-part" / "preuve.zip", "n'existe pas"),
    ):
        said = duicheck("pack", petite, "-o", place)
        assert said.code == ExitCode.USAGE
        assert words in said.err
        assert "Erreur" in said.err
    archive = Path(shutil.make_archive(str(tmp_path / "livraison"), "zip", petite))
    before = archive.read_bytes()
    said = duicheck("pack", archive, "-o", archive)
    assert (said.code, archive.read_bytes()) == (ExitCode.USAGE, before)


def test_a_delivery_that_cannot_be_opened_leaves_no_pack(duicheck, tmp_path):
    said = duicheck("pack", tmp_path / "rien", "-o", tmp_path / "preuve.zip")
    assert said.code == ExitCode.ILLISIBLE
    assert list(tmp_path.iterdir()) == []


def test_signing_options_go_together(duicheck, petite, tmp_path, signer):
    for arguments, words in (
        (["--cle", signer.cle], "--cle et --certificat vont ensemble"),
        (["--certificat", signer.certificat], "--cle et --certificat vont ensemble"),
        (["--chaine", signer.certificat], "--cle et --certificat vont ensemble"),
        (["--pades"], "donnez aussi --cle et --certificat"),
    ):
        said = duicheck("pack", petite, "-o", tmp_path / "preuve.zip", *arguments)
        assert said.code == ExitCode.USAGE
        assert words in said.err
    assert not (tmp_path / "preuve.zip").exists()


def test_a_password_comes_from_the_environment_and_is_never_shown(duicheck, petite, tmp_path, authority, monkeypatch):
    one = make(tmp_path, "Prudent", issuer=authority, encrypted=True)
    arguments = ["pack", petite, "-o", tmp_path / "preuve.zip", "--cle", one.cle, "--certificat", one.certificat]
    monkeypatch.delenv("DUICHECK_MOT_DE_PASSE", raising=False)
    said = duicheck(*arguments)
    assert said.code == ExitCode.USAGE
    assert "DUICHECK_MOT_DE_PASSE" in said.err
    monkeypatch.setenv("DUICHECK_MOT_DE_PASSE", "ce n'est pas lui")
    said = duicheck(*arguments)
    assert said.code == ExitCode.USAGE
    assert "le mot de passe n'est pas celui de la clé" in said.err
    assert "ce n'est pas lui" not in said.err
    assert not (tmp_path / "preuve.zip").exists()
    monkeypatch.setenv("DUICHECK_MOT_DE_PASSE", PASSWORD)
    said = duicheck(*arguments)
    assert said.code == ExitCode.CONFORME
    assert "signé par" in said.out
    assert PASSWORD.encode() not in (tmp_path / "preuve.zip").read_bytes()
    said = duicheck("verify", tmp_path / "preuve.zip", "--autorite", authority.certificat)
    assert said.code == ExitCode.CONFORME
    assert "PREUVE VÉRIFIÉE" in said.out


def test_personal_data_leave_no_pack_in_mode_dossier(duicheck, petite, tmp_path):
    journal = petite / "journal.csv"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    cells = lines[1].rstrip("\n").split(",")
    cells[0] = "jeanne.inventee@exemple.fr"
    journal.write_text("".join([lines[0], ",".join(cells) + "\n", *lines[2:]]), encoding="utf-8", newline="\n")
    said = duicheck("pack", petite, "-o", tmp_path / "preuve.zip", "--mode", "dossier")
    assert said.code == ExitCode.NON_CONFORME
    assert "aucune preuve n'est écrite" in said.err
    assert not (tmp_path / "preuve.zip").exists()


def test_the_version_is_that_of_the_program(unsigned):
    assert manifest(unsigned)["duicheck"] == {"version": __version__}
