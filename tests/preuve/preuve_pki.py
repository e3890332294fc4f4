"""Invented authorities and signers, made on the spot: no key is kept in the project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID

PASSWORD = "un mot de passe inventé"


@dataclass(frozen=True)
class Identity:
    """A key with its certificate, written as PEM files."""

    key: Any
    certificate: x509.Certificate
    cle: Path
    certificat: Path


def new_key(kind: str) -> Any:
    if kind == "rsa":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    if kind == "rsa-courte":
        return rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 -- to be refused
    if kind == "ed25519":
        return ed25519.Ed25519PrivateKey.generate()
    return ec.generate_private_key({"ec": ec.SECP256R1, "ec384": ec.SECP384R1}[kind]())


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text), x509.NameAttribute(NameOID.COUNTRY_NAME, "FR")])


def make(
    folder: Path,
    label: str,
    kind: str = "ec",
    *,
    issuer: Identity | None = None,
    authority: bool = False,
    days: tuple[int, int] = (-30, 365),
    encrypted: bool = False,
    usage: dict[str, bool] | None = None,
    path_length: int | None = None,
) -> Identity:
    """An identity that `issuer` vouches for (itself when there is none); `days` from today."""
    key = new_key(kind)
    now = datetime.now(UTC).replace(microsecond=0)
    flags = dict.fromkeys(
        ("data_encipherment", "key_agreement", "key_encipherment", "crl_sign", "encipher_only", "decipher_only"), False
    )
    flags |= {"digital_signature": not authority, "content_commitment": False, "key_cert_sign": authority}
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(label))
        .issuer_name(name(label) if issuer is None else issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(
            x509.BasicConstraints(ca=authority, path_length=path_length if authority else None), critical=True
        )
        .add_extension(x509.KeyUsage(**(flags | (usage or {}))), critical=True)
    )
    signing = key if issuer is None else issuer.key
    certificate = builder.sign(signing, None if kind == "ed25519" and issuer is None else hashes.SHA256())
    stem = label.lower().replace(" ", "-").replace("é", "e")
    cle, certificat = folder / f"{stem}.cle.pem", folder / f"{stem}.pem"
    secret = (
        serialization.BestAvailableEncryption(PASSWORD.encode("utf-8")) if encrypted else serialization.NoEncryption()
    )
    cle.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret))
    certificat.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return Identity(key, certificate, cle, certificat)
