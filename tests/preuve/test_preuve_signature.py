"""Signing: with a file of somebody, read by openssl, and refused once a byte has changed."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from preuve_outils import Built, altered, check_of, consistent, judge
from preuve_pki import PASSWORD, Identity, make

from duicheck.errors import UsageError
from duicheck.exits import ExitCode
from duicheck.preuve import authenticity, extras
from duicheck.preuve.archive import write_zip
from duicheck.preuve.cms import verify_cms
from duicheck.preuve.names import MANIFESTE, SIGNATURE, SOMMES
from duicheck.preuve.outcome import Etape, Etat
from duicheck.preuve.reading import Refused
from duicheck.preuve.signing import load_signer

CONTENT = b"une ligne\nune autre\n"


def nobody() -> str:
    pytest.fail("no password should be asked for")


def load(identity: Identity, chain: Path | None = None, password: Callable[[], str] = nobody):
    return load_signer(identity.cle, identity.certificat, chain, password)


def digest(identity: Identity) -> str:
    return hashlib.sha256(identity.certificate.public_bytes(Encoding.DER)).hexdigest()


def openssl(folder: Path, *arguments: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(["openssl", *map(str, arguments)], cwd=folder, capture_output=True, check=False, timeout=60)


def openssl_verifies(folder: Path, content: bytes, signature: bytes, authority: Path, *more: str) -> bool:
    (folder / "contenu").write_bytes(content)
    (folder / "contenu.p7s").write_bytes(signature)
    arguments = ("cms", "-verify", "-binary", "-inform", "DER", "-in", "contenu.p7s", "-content", "contenu")
    done = openssl(folder, *arguments, "-purpose", "any", "-CAfile", authority, "-out", "controle.txt", *more)
    if done.returncode == 0:
        assert (folder / "controle.txt").read_bytes() == content
    return done.returncode == 0


# With openssl


@pytest.mark.parametrize("kind", ["rsa", "ec", "ec384"])
def test_openssl_accepts_the_signature_and_refuses_it_after_tampering(kind, tmp_path, authority):
    one = make(tmp_path, "Signataire", kind, issuer=authority)
    signature = load(one).sign(CONTENT)
    assert openssl_verifies(tmp_path, CONTENT, signature, authority.certificat)
    assert not openssl_verifies(tmp_path, CONTENT + b" ", signature, authority.certificat)
    assert not openssl_verifies(tmp_path, CONTENT.replace(b"\n", b"\r\n"), signature, authority.certificat)
    spoilt = signature[:-1] + bytes([signature[-1] ^ 1])
    assert not openssl_verifies(tmp_path, CONTENT, spoilt, authority.certificat)
    stranger = make(tmp_path, "Autre autorité", authority=True)
    assert not openssl_verifies(tmp_path, CONTENT, signature, stranger.certificat)
    found = verify_cms(signature, CONTENT, digest(one), [])
    assert found.certificate == one.certificate


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_a_signature_that_openssl_made_is_verified_too(kind, tmp_path, authority):
    one = make(tmp_path, "Signataire", kind, issuer=authority)
    (tmp_path / "contenu").write_bytes(CONTENT)
    arguments = (
        "-sign",
        "-binary",
        "-nosmimecap",
        "-md",
        "sha256",
        "-outform",
        "DER",
        "-in",
        "contenu",
        "-out",
        "s.p7s",
    )
    done = openssl(tmp_path, "cms", *arguments, "-signer", one.certificat, "-inkey", one.cle)
    assert done.returncode == 0, done.stderr
    assert verify_cms((tmp_path / "s.p7s").read_bytes(), CONTENT, digest(one), []).certificate == one.certificate


def test_the_certificates_of_the_authorities_travel_with_the_signature(tmp_path, authority):
    between = make(tmp_path, "Autorité du milieu", issuer=authority, authority=True, path_length=0)
    one = make(tmp_path, "Signataire", issuer=between)
    chain = tmp_path / "chaine.pem"
    chain.write_bytes(between.certificat.read_bytes() + authority.certificat.read_bytes())
    signature = load(one, chain).sign(CONTENT)
    assert openssl_verifies(tmp_path, CONTENT, signature, authority.certificat)
    found = verify_cms(signature, CONTENT, digest(one), [digest(between), digest(authority)])
    assert found.others == (between.certificate, authority.certificate)
    with pytest.raises(Refused, match="ne sont pas ceux que MANIFESTE"):
        verify_cms(signature, CONTENT, digest(one), [digest(between)])
    both = tmp_path / "signataire-et-chaine.pem"
    both.write_bytes(one.certificat.read_bytes() + between.certificat.read_bytes())
    assert load_signer(one.cle, both, None, nobody).chain == (between.certificate,)


# Every byte counts


@pytest.mark.parametrize("kind", ["rsa", "ec"])
def test_no_byte_of_a_signature_may_change(kind, tmp_path, authority):
    one = make(tmp_path, "Signataire", kind, issuer=authority)
    signature = load(one).sign(CONTENT)
    for at in range(len(signature)):
        for mask in (0x01, 0x20, 0x80):
            spoilt = signature[:at] + bytes([signature[at] ^ mask]) + signature[at + 1 :]
            with pytest.raises(Refused):
                verify_cms(spoilt, CONTENT, digest(one), [])


@pytest.mark.parametrize(
    "change", [lambda s: s + b"\0", lambda s: s[:-1], lambda _: b"", lambda s: b"\x30\x80" + s[4:]]
)
def test_nothing_may_be_added_to_a_signature_or_taken_away(change, tmp_path, authority):
    one = make(tmp_path, "Signataire", issuer=authority)
    with pytest.raises(Refused, match="abîmé"):
        verify_cms(change(load(one).sign(CONTENT)), CONTENT, digest(one), [])


def test_a_signature_of_something_else_is_told_from_a_damaged_one(tmp_path, authority):
    one = make(tmp_path, "Signataire", issuer=authority)
    with pytest.raises(Refused, match=r"autre MANIFESTE\.sha256"):
        verify_cms(load(one).sign(b"autre chose"), CONTENT, digest(one), [])


# What cannot be signed with: one clear sentence each


def refused(*arguments: object) -> str:
    with pytest.raises(UsageError) as caught:
        load_signer(*arguments)  # type: ignore[arg-type]
    return str(caught.value)


def test_an_expired_certificate(tmp_path, authority):
    one = make(tmp_path, "Ancien", issuer=authority, days=(-400, -10))
    assert "a expiré le" in refused(one.cle, one.certificat, None, nobody)


def test_a_certificate_of_the_future(tmp_path, authority):
    one = make(tmp_path, "Futur", issuer=authority, days=(10, 400))
    assert "n'est valable qu'à partir du" in refused(one.cle, one.certificat, None, nobody)


def test_a_key_of_another_certificate(tmp_path, authority, signer):
    one = make(tmp_path, "Autre", issuer=authority)
    assert "n'est pas celle du certificat" in refused(one.cle, signer.certificat, None, nobody)


def test_an_encrypted_key(tmp_path, authority):
    one = make(tmp_path, "Prudent", issuer=authority, encrypted=True)
    assert load(one, password=lambda: PASSWORD).certificate == one.certificate
    said = refused(one.cle, one.certificat, None, lambda: "raté")
    assert "le mot de passe n'est pas celui de la clé" in said
    assert "raté" not in said


@pytest.mark.parametrize(("kind", "words"), [("ed25519", "ni une clé RSA ni une clé"), ("rsa-courte", "1024 bits")])
def test_a_key_of_another_kind(kind, words, tmp_path, authority):
    one = make(tmp_path, "Original", kind, issuer=authority)
    assert words in refused(one.cle, one.certificat, None, nobody)


def test_a_certificate_that_may_not_sign(tmp_path, authority):
    one = make(tmp_path, "Chiffreur", issuer=authority, usage={"digital_signature": False, "key_encipherment": True})
    assert "n'autorise pas sa clé à signer" in refused(one.cle, one.certificat, None, nobody)


def test_files_that_are_not_what_they_should_be(tmp_path, authority, signer):
    other = tmp_path / "autre.pem"
    other.write_text("rien de tel\n", encoding="utf-8")
    assert "n'est pas une clé privée lisible" in refused(other, signer.certificat, None, nobody)
    assert "ne contient pas de certificat" in refused(signer.cle, other, None, nobody)
    assert "ne peut pas être lu" in refused(tmp_path / "rien.pem", signer.certificat, None, nobody)
    assert "ne peut pas être lu" in refused(signer.cle, signer.certificat, tmp_path / "rien.pem", nobody)
    assert "n'est pas une clé privée" in refused(signer.certificat, signer.certificat, None, nobody)
    stranger = make(tmp_path, "Inconnue", authority=True)
    assert "n'est pas celui de l'autorité" in refused(signer.cle, signer.certificat, stranger.certificat, nobody)
    assert load(signer, authority.certificat).chain == (authority.certificate,)


def test_without_the_library_the_sentence_gives_the_command(monkeypatch, signer):
    monkeypatch.setattr(extras, "find_spec", lambda _name: None)
    assert 'pip install "duicheck[signature]"' in refused(signer.cle, signer.certificat, None, nobody)


# In a pack


def test_a_signed_pack_says_who_and_nothing_is_trusted_that_comes_with_it(signed):
    found = judge(signed.data)
    assert found.code == ExitCode.CONFORME
    assert not found.proven
    assert "Éditeur inventé" in check_of(found, Etape.SIGNATURE).phrases[0]
    assert check_of(found, Etape.SIGNATURE).etat is Etat.VERIFIE
    assert check_of(found, Etape.SIGNATAIRE).etat is Etat.NON_DEMANDE


def test_an_authority_that_is_given_makes_the_signer_known(signed, authority, signer, tmp_path):
    found = judge(signed.data, autorite=authority.certificat, certificat=signer.certificat)
    assert (found.code, found.proven) == (ExitCode.CONFORME, True)
    assert check_of(found, Etape.SIGNATAIRE).etat is Etat.VERIFIE
    stranger = make(tmp_path, "Inconnue", authority=True)
    found = judge(signed.data, autorite=stranger.certificat)
    assert found.code == ExitCode.NON_CONFORME
    assert "aucune des autorités données" in altered(found)
    found = judge(signed.data, certificat=stranger.certificat)
    assert "n'est pas signée par le certificat que vous donnez" in altered(found)
    with pytest.raises(UsageError, match="--autorite"):
        judge(signed.data, autorite=tmp_path / "rien.pem")


@pytest.mark.parametrize(
    ("above", "words"),
    [
        ({"authority": False}, "n'a pas le droit de délivrer"),
        ({"authority": True, "usage": {"key_cert_sign": False}}, "n'a pas le droit de délivrer"),
        ({"authority": True, "days": (-400, -200)}, "n'était pas valable à la date de la signature"),
    ],
)
def test_an_authority_that_may_not_vouch(above, words, tmp_path, plugins, authority):
    from preuve_outils import build

    between = make(tmp_path, "Milieu", issuer=authority, **above)
    one = make(tmp_path, "Signataire", issuer=between)
    pack = build(
        Path(__file__).parents[2] / "fixtures/livraisons/petite", plugins, signer=load(one, between.certificat)
    )
    assert judge(pack.data).code == ExitCode.CONFORME
    found = judge(pack.data, autorite=authority.certificat)
    assert found.code == ExitCode.NON_CONFORME
    assert words in altered(found)


def test_a_chain_is_no_longer_than_an_authority_allows(tmp_path, plugins):
    from preuve_outils import build

    top = make(tmp_path, "Sommet", authority=True, path_length=0)
    between = make(tmp_path, "Milieu", issuer=top, authority=True)
    one = make(tmp_path, "Signataire", issuer=between)
    pack = build(
        Path(__file__).parents[2] / "fixtures/livraisons/petite", plugins, signer=load(one, between.certificat)
    )
    assert "n'a pas le droit de délivrer" in altered(judge(pack.data, autorite=top.certificat))
    assert judge(pack.data, autorite=between.certificat).proven


def test_an_unsigned_pack_does_when_no_signature_is_asked_for(unsigned, authority):
    assert check_of(judge(unsigned.data), Etape.SIGNATURE).etat is Etat.NON_DEMANDE
    found = judge(unsigned.data, autorite=authority.certificat)
    assert found.code == ExitCode.NON_CONFORME
    assert "document non signé, alors que vous attendez" in altered(found)


def without_signature(pack: Built) -> dict[str, bytes]:
    return {name: content for name, content in pack.files.items() if name != SIGNATURE}


def test_a_signature_that_was_taken_away_is_missed(signed):
    assert "la signature a été retirée" in altered(judge(write_zip(without_signature(signed))))


def test_a_signature_of_another_pack_does_not_do(signed, unsigned):
    moved = {**unsigned.files, SIGNATURE: signed.files[SIGNATURE]}
    assert "ne se dit pas signée" in altered(judge(write_zip(moved)))
    other = {**signed.files, SOMMES: unsigned.files[SOMMES]}
    assert judge(write_zip(other)).code == ExitCode.NON_CONFORME


def test_who_writes_the_inventories_again_is_caught_by_the_signature(signed):
    forged = consistent(signed.files, {"LISEZMOI.txt": b"tout va bien\n"})
    assert r"autre MANIFESTE.sha256" in altered(judge(forged))


def test_the_manifest_cannot_lend_a_name_to_the_certificate(signed):
    changed = signed.files[MANIFESTE].replace("Éditeur inventé".encode(), "Ministère inventé".encode())
    found = judge(consistent(signed.files, {MANIFESTE: changed}))
    assert found.code == ExitCode.NON_CONFORME


def test_without_the_library_a_signature_is_not_verified(signed, monkeypatch):
    monkeypatch.setattr(authenticity, "there", lambda extra: extra != "signature")
    found = judge(signed.data)
    assert found.code == ExitCode.INDETERMINE
    assert 'pip install "duicheck[signature]"' in check_of(found, Etape.SIGNATURE).phrases[0]
    assert "openssl" in check_of(found, Etape.SIGNATURE).phrases[1]
