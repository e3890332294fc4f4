"""LISEZMOI.txt: its own commands, run on a machine that has sha256sum and openssl and has never heard of duicheck."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from preuve_outils import Built
from preuve_pki import make

from duicheck.preuve.names import LISEZMOI, RAPPORT, SIGNATURE, SOMMES

TOOLS = [name for name in ("sha256sum", "openssl") if shutil.which(name) is None]
needs_tools = pytest.mark.skipif(bool(TOOLS), reason=f"absent : {', '.join(TOOLS)}")


@pytest.fixture
def opened(tmp_path) -> Callable[[Built], Path]:
    """A pack, opened as an auditor does."""

    def open_pack(built: Built) -> Path:
        (tmp_path / "preuve.zip").write_bytes(built.data)
        with zipfile.ZipFile(tmp_path / "preuve.zip") as archive:
            archive.extractall(tmp_path / "ouverte")
        return tmp_path / "ouverte"

    return open_pack


def commands(folder: Path, program: str) -> list[str]:
    """The lines that the notice gives for one program."""
    lines = (folder / LISEZMOI).read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.startswith(f"    {program} ")]


def sh(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S602 -- as an auditor types it
        command, shell=True, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False, timeout=60
    )


@needs_tools
def test_the_digests_are_verified_by_the_command_of_the_notice(unsigned, opened):
    folder = opened(unsigned)
    check, show = commands(folder, "sha256sum")
    done = sh(folder, check)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == len(unsigned.files) - 1
    assert sh(folder, show).stdout.split()[1] == SOMMES
    strict = sh(folder, f"{check} --strict --quiet")
    assert (strict.returncode, strict.stdout, strict.stderr) == (0, "", ""), "no line is out of shape"
    report = folder / RAPPORT
    report.write_bytes(report.read_bytes().replace(b'"conforme"', b'"Conforme"', 1))
    done = sh(folder, check)
    assert done.returncode != 0
    assert re.search(rf"^{RAPPORT}: (?!OK)", done.stdout, re.MULTILINE)


@needs_tools
def test_the_signature_is_verified_by_the_commands_of_the_notice(signed, opened, authority, tmp_path):
    folder = opened(signed)
    shutil.copy(authority.certificat, folder / "autorite.pem")
    verifying = [command for command in commands(folder, "openssl") if " -verify " in command]
    assert len(verifying) == 3
    for command in verifying:
        done = sh(folder, command)
        assert done.returncode == 0, done.stderr
        assert "Verification successful" in done.stderr
        assert (folder / "controle.txt").read_bytes() == signed.files[SOMMES]
    (printing,) = [command for command in commands(folder, "openssl") if " -print_certs" in command]
    assert "diteur invent" in sh(folder, printing).stdout

    stranger = make(tmp_path, "Inconnue", authority=True)
    shutil.copy(stranger.certificat, folder / "autorite.pem")
    assert [sh(folder, command).returncode == 0 for command in verifying] == [True, False, False]
    shutil.copy(authority.certificat, folder / "autorite.pem")
    (folder / SOMMES).write_bytes(signed.files[SOMMES].replace(b"0", b"1", 1))
    assert not any(sh(folder, command).returncode == 0 for command in verifying)
    (folder / SOMMES).write_bytes(signed.files[SOMMES])
    spoilt = signed.files[SIGNATURE]
    (folder / SIGNATURE).write_bytes(spoilt[:-1] + bytes([spoilt[-1] ^ 1]))
    assert not any(sh(folder, command).returncode == 0 for command in verifying)


@needs_tools
def test_the_certificate_is_the_one_that_the_notice_gives_the_digest_of(signed, opened, tmp_path):
    folder = opened(signed)
    pem = sh(folder, f"openssl pkcs7 -inform DER -in {SIGNATURE} -print_certs").stdout
    (tmp_path / "certificat.pem").write_text(pem, encoding="utf-8")
    said = sh(tmp_path, "openssl x509 -in certificat.pem -noout -fingerprint -sha256").stdout
    fingerprint = said.partition("=")[2].strip().replace(":", "").lower()
    assert f"    {fingerprint}\n" in (folder / LISEZMOI).read_text(encoding="utf-8")


def test_windows_is_told_with_what_it_has(unsigned, opened):
    folder = opened(unsigned)
    text = (folder / LISEZMOI).read_text(encoding="utf-8")
    assert f"    certutil -hashfile {RAPPORT} SHA256\n" in text
    assert "Get-FileHash -Algorithm SHA256" in text
    assert all(char.isprintable() or char in "\n\u00a0" for char in text)


def test_the_commands_of_duicheck_are_ours(unsigned, opened):
    from duicheck.cli.verify import command

    folder = opened(unsigned)
    (replay,) = commands(folder, "duicheck")
    assert replay.split()[:3] == ["duicheck", "verify", "preuve.zip"]
    options = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in replay.split() if word.startswith("--")} <= options


def test_lines_are_short_but_for_commands(unsigned, signed):
    for built in (unsigned, signed):
        for line in built.files[LISEZMOI].decode("utf-8").splitlines():
            assert len(line) <= 78 or line.startswith("    "), line


def test_the_notice_says_what_the_report_says(unsigned, signed):
    for built, said in ((unsigned, "Document non signé"), (signed, "Document signé par C=FR,CN=Éditeur inventé")):
        text = built.files[LISEZMOI].decode("utf-8").replace("\u00a0", " ")
        report = json.loads(built.files[RAPPORT])
        assert "VERDICT : CONFORME" in text
        assert report["texte"]["id"] in text
        assert said in text
    assert "openssl" not in unsigned.files[LISEZMOI].decode("utf-8")
