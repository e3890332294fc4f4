"""Signing a manifest with somebody's own key: a detached CMS, which openssl reads.

A signature says when it was made: it alone depends on a clock, and is outside of what the same input always gives.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.errors import UsageError
from duicheck.preuve.extras import need

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.x509 import Certificate

    Key = RSAPrivateKey | EllipticCurvePrivateKey

__all__ = ["Signer", "certificates", "describe", "load_signer", "may_sign"]

_SHORTEST: Final = 2048
"""Bits of an RSA key that may still be signed with: what authorities have issued since 2014."""


class Signer(Struct, frozen=True):
    """A key, its certificate, and the certificates of the authorities above it, nearest first."""

    key: Key
    certificate: Certificate
    chain: tuple[Certificate, ...]

    def announce(self) -> dict[str, Any]:
        """Who will sign, for the manifest that is signed: another's certificate cannot be put in its place."""
        return describe(self.certificate, self.chain)

    def sign(self, content: bytes) -> bytes:
        """A detached CMS signature of these bytes, in DER."""
        from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 -- an extra
        from cryptography.hazmat.primitives.serialization import pkcs7  # noqa: PLC0415

        builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
        builder = builder.add_signer(self.certificate, self.key, hashes.SHA256())
        for authority in self.chain:
            builder = builder.add_certificate(authority)
        options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.NoCapabilities]
        return builder.sign(serialization.Encoding.DER, options)


def describe(certificate: Certificate, chain: tuple[Certificate, ...]) -> dict[str, Any]:
    """A certificate as the manifest of a pack has it."""
    return {
        "sujet": certificate.subject.rfc4514_string(),
        "emetteur": certificate.issuer.rfc4514_string(),
        "valable_du": certificate.not_valid_before_utc.date().isoformat(),
        "valable_au": certificate.not_valid_after_utc.date().isoformat(),
        "certificat_sha256": _digest(certificate),
        "chaine_sha256": [_digest(each) for each in chain],
    }


def load_signer(key: Path, certificate: Path, chain: Path | None, password: Callable[[], str]) -> Signer:
    """What to sign with.

    Args:
        key: a private key, PEM, RSA or on an elliptic curve.
        certificate: its certificate, PEM; those that follow it in the file belong to the chain.
        chain: the certificates of the authorities, PEM, nearest first.
        password: asked when the key is encrypted.

    Raises:
        UsageError: a file cannot be used, or they do not go together; one sentence.
    """
    need("signature", "signer une preuve")
    own, *above = certificates(certificate, "--certificat")
    above += certificates(chain, "--chaine") if chain is not None else []
    secret = _key(key, password)
    _refuse_strangers(secret, own, key, certificate)
    _refuse_unfit(own, certificate)
    below = own
    for authority in above:
        try:
            below.verify_directly_issued_by(authority)
        except Exception:  # noqa: BLE001 -- the library raises several types for « no »
            message = (
                "--chaine : un certificat n'est pas celui de l'autorité qui a délivré le précédent ; "
                "donnez-les dans l'ordre, en commençant par l'autorité la plus proche du signataire"
            )
            raise UsageError(message) from None
        below = authority
    return Signer(secret, own, tuple(above))


def certificates(path: Path, option: str) -> list[Certificate]:
    """The certificates of a PEM file, at least one.

    Raises:
        UsageError: the file is not there, or holds none.
    """
    from cryptography import x509  # noqa: PLC0415 -- an extra

    try:
        return x509.load_pem_x509_certificates(_read(path, option))
    except ValueError:
        message = f"{option} : {path} ne contient pas de certificat lisible au format PEM (-----BEGIN CERTIFICATE-----)"
        raise UsageError(message) from None


def may_sign(certificate: Certificate) -> bool:
    """Whether the certificate lets its key sign; one that does not say lets it."""
    from cryptography import x509  # noqa: PLC0415 -- an extra

    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _digest(certificate: Certificate) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 -- an extra

    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _read(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{option} : {path} ne peut pas être lu ({error.strerror})"
        raise UsageError(message) from None


def _key(path: Path, password: Callable[[], str]) -> Key:
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 -- an extra
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    content = _read(path, "--cle")
    try:
        try:
            found = load_pem_private_key(content, None)
        except TypeError:  # that is how the library says that a key is encrypted
            try:
                found = load_pem_private_key(content, password().encode("utf-8"))
            except ValueError:
                message = f"--cle : le mot de passe n'est pas celui de la clé {path}"
                raise UsageError(message) from None
    except (ValueError, UnsupportedAlgorithm):
        message = f"--cle : {path} n'est pas une clé privée lisible au format PEM (-----BEGIN PRIVATE KEY-----)"
        raise UsageError(message) from None
    if isinstance(found, rsa.RSAPrivateKey) and found.key_size < _SHORTEST:
        message = f"--cle : {path} est une clé RSA de {found.key_size} bits ; il en faut {_SHORTEST} au moins"
        raise UsageError(message)
    if not isinstance(found, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        message = f"--cle : {path} n'est ni une clé RSA ni une clé sur courbe elliptique (EC), les deux qui conviennent"
        raise UsageError(message)
    return found


def _refuse_strangers(secret: Key, own: Certificate, key: Path, certificate: Path) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415 -- an extra

    shape = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if own.public_key().public_bytes(*shape) != secret.public_key().public_bytes(*shape):
        message = f"la clé {key} n'est pas celle du certificat {certificate}"
        raise UsageError(message)


def _refuse_unfit(own: Certificate, path: Path) -> None:
    """A signature made out of the certificate's days is refused by every reader."""
    now = datetime.now(UTC)
    if now > own.not_valid_after_utc:
        message = (
            f"--certificat : {path} a expiré le {own.not_valid_after_utc:%d/%m/%Y} ; signez avec un certificat valide"
        )
        raise UsageError(message)
    if now < own.not_valid_before_utc:
        message = f"--certificat : {path} n'est valable qu'à partir du {own.not_valid_before_utc:%d/%m/%Y}"
        raise UsageError(message)
    if not may_sign(own):
        message = f"--certificat : {path} n'autorise pas sa clé à signer (keyUsage)"
        raise UsageError(message)
