"""Verifying a detached CMS signature (RFC 5652), of the one shape that a pack holds.

`cryptography` writes them and does not verify them. Every byte is either covered by the signature or compared with
the only value that it may have: nothing can be changed in the file and leave it valid.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from duicheck.langue import _
from duicheck.preuve.der import INTEGER, NULL, OCTETS, OID, SEQUENCE, SET, Malformed, Node, encode, only
from duicheck.preuve.reading import Refused

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

__all__ = ["Signature", "verify_cms"]

_FIRST: Final = 0xA0  # context tag 0, constructed
_UTC_TIME: Final = 0x17
_GENERALIZED_TIME: Final = 0x18

_DATA: Final = encode(OID, bytes.fromhex("2a864886f70d010701"))
_SIGNED_DATA: Final = encode(OID, bytes.fromhex("2a864886f70d010702"))
_CONTENT_TYPE: Final = encode(OID, bytes.fromhex("2a864886f70d010903"))
_MESSAGE_DIGEST: Final = encode(OID, bytes.fromhex("2a864886f70d010904"))
_SIGNING_TIME: Final = encode(OID, bytes.fromhex("2a864886f70d010905"))
_SHA256: Final = encode(OID, bytes.fromhex("608648016503040201"))
_VERSION: Final = encode(INTEGER, b"\1")
_NOTHING: Final = encode(NULL)

_DIGESTS: Final = frozenset({encode(SEQUENCE, _SHA256), encode(SEQUENCE, _SHA256, _NOTHING)})
_RSA: Final = frozenset(
    encode(SEQUENCE, encode(OID, bytes.fromhex(oid)), _NOTHING) for oid in ("2a864886f70d010101", "2a864886f70d01010b")
)
_ECDSA: Final = frozenset({encode(SEQUENCE, encode(OID, bytes.fromhex("2a8648ce3d040302")))})


class Signature(Struct, frozen=True):
    """A signature that holds: who made it, the other certificates that it brings, when its maker says it was made."""

    certificate: Certificate
    others: tuple[Certificate, ...]
    moment: datetime


def verify_cms(signature: bytes, content: bytes, certificate_sha256: str, chain_sha256: list[str]) -> Signature:
    """Verify a detached signature of `content`. Says nothing of whether its maker can be trusted.

    Args:
        signature: the CMS, in DER.
        content: what it is said to sign.
        certificate_sha256: the digest of the signer's certificate, as the signed manifest announces it.
        chain_sha256: those of the certificates that go with it.

    Raises:
        Refused: it is of another shape, or does not hold.
    """
    try:
        return _verify(signature, content, certificate_sha256, chain_sha256)
    except (Malformed, ValueError):
        raise Refused(_("le fichier de signature est abîmé, ou d'une forme que duicheck n'écrit pas")) from None


def _verify(signature: bytes, content: bytes, certificate_sha256: str, chain_sha256: list[str]) -> Signature:
    certificates, signer = _unwrap(signature)
    brought = {hashlib.sha256(node.raw).hexdigest(): node.raw for node in certificates}
    if len(brought) != len(certificates) or set(brought) != {certificate_sha256, *chain_sha256}:
        raise Refused(_("les certificats de la signature ne sont pas ceux que MANIFESTE.json annonce"))
    from cryptography import x509  # noqa: PLC0415 -- an extra

    certificate = x509.load_der_x509_certificate(brought[certificate_sha256])
    version, identity, digest, attributes, algorithm, value = signer
    serial = certificate.serial_number
    number = encode(INTEGER, serial.to_bytes(serial.bit_length() // 8 + 1, "big", signed=True))
    if (
        version.raw != _VERSION
        or identity.raw != encode(SEQUENCE, certificate.issuer.public_bytes(), number)
        or digest.raw not in _DIGESTS
        or attributes.tag != _FIRST
        or value.tag != OCTETS
    ):
        raise Malformed
    moment = _moment(attributes, content)
    _verify_value(certificate, algorithm.raw, value.content, b"\x31" + attributes.raw[1:])
    others = tuple(x509.load_der_x509_certificate(brought[each]) for each in chain_sha256)
    return Signature(certificate, others, moment)


def _unwrap(signature: bytes) -> tuple[list[Node], list[Node]]:
    """The certificates, and the six parts of the only signer."""
    kind, wrapped = only(signature, SEQUENCE).children()
    (data,) = wrapped.children()
    version, digests, inner, certificates, signers = data.children()
    (signer,) = signers.children()
    parts = signer.children()
    digest = parts[2].raw if len(parts) == 6 else b""  # noqa: PLR2004 -- RFC 5652, 5.3, without unsigned attributes
    if (
        kind.raw != _SIGNED_DATA
        or (wrapped.tag, data.tag, certificates.tag, signers.tag) != (_FIRST, SEQUENCE, _FIRST, SET)
        or version.raw != _VERSION
        or inner.raw != encode(SEQUENCE, _DATA)
        or signer.tag != SEQUENCE
        or digests.raw != encode(SET, digest)
    ):
        raise Malformed
    return certificates.children(), parts


def _moment(attributes: Node, content: bytes) -> datetime:
    """The signing time among the signed attributes, which must be about this content."""
    values: dict[bytes, Node] = {}
    for attribute in attributes.children():
        name, held = attribute.children()
        (value,) = held.children()
        if held.tag != SET or name.raw in values:
            raise Malformed
        values[name.raw] = value
    digest, kind, when = (values.get(name) for name in (_MESSAGE_DIGEST, _CONTENT_TYPE, _SIGNING_TIME))
    if digest is None or kind is None or when is None or kind.raw != _DATA:
        raise Malformed
    if digest.raw != encode(OCTETS, hashlib.sha256(content).digest()):
        raise Refused(_("la signature porte sur un autre MANIFESTE.sha256 que celui du paquet"))
    shapes = {_UTC_TIME: "%y%m%d%H%M%SZ", _GENERALIZED_TIME: "%Y%m%d%H%M%SZ"}
    if when.tag not in shapes:
        raise Malformed
    return datetime.strptime(when.content.decode("ascii"), shapes[when.tag]).replace(tzinfo=UTC)


def _verify_value(certificate: Certificate, algorithm: bytes, value: bytes, signed: bytes) -> None:
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 -- an extra
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415

    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and algorithm in _RSA:
            key.verify(value, signed, padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and algorithm in _ECDSA:
            key.verify(value, signed, ec.ECDSA(hashes.SHA256()))
        else:
            raise Malformed
    except InvalidSignature:
        raise Refused(_("la signature ne correspond pas à la clé du certificat : elle a été altérée")) from None
