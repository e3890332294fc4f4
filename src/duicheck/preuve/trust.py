"""Whether a signer is who the certificate says: only those who bring an authority that they trust can know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from duicheck.langue import _
from duicheck.preuve.reading import Refused, shown
from duicheck.preuve.signing import may_sign

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from duicheck.preuve.cms import Signature

__all__ = ["refuse_unfit", "refuse_untrusted"]


def refuse_unfit(signature: Signature) -> None:
    """Judge the signer's certificate on the day that the signature gives.

    No clock: a proof outlives its certificates.

    Raises:
        Refused: it was not valid on that day, or may not sign.
    """
    certificate = signature.certificate
    if not _valid(certificate, signature.moment):
        raise Refused(
            _("le certificat du signataire n'était pas valable à la date de la signature (du {du} au {au})").format(
                du=f"{certificate.not_valid_before_utc:%d/%m/%Y}", au=f"{certificate.not_valid_after_utc:%d/%m/%Y}"
            )
        )
    if not may_sign(certificate):
        raise Refused(_("le certificat du signataire n'autorise pas sa clé à signer"))


def refuse_untrusted(signature: Signature, anchors: Sequence[Certificate]) -> None:
    """Follow the certificates from the signer to one of the authorities that are trusted.

    Revocation is not looked at: that takes a network.

    Raises:
        Refused: no path leads there, or an authority on it was not valid, or may not issue certificates.
    """
    below, left = signature.certificate, list(signature.others)
    depth = 0
    while below not in anchors:
        above = _issuer(below, anchors) or _issuer(below, left)
        if above is None:
            raise Refused(_("aucune des autorités données n'a délivré le certificat du signataire"))
        _refuse_authority(above, depth, signature.moment)
        left = [each for each in left if each != above]
        below, depth = above, depth + 1


def _issuer(certificate: Certificate, among: Iterable[Certificate]) -> Certificate | None:
    """The first that signed this certificate."""
    for each in among:
        try:
            certificate.verify_directly_issued_by(each)
        except Exception:  # noqa: BLE001, S112 -- the library raises several types for « no »
            continue
        return each
    return None


def _refuse_authority(authority: Certificate, below: int, moment: datetime) -> None:
    """Refuse one that may not issue certificates, not to that depth, or was not valid."""
    from cryptography import x509  # noqa: PLC0415 -- an extra

    name = shown(authority.subject.rfc4514_string())
    try:
        limits = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        may = limits.ca and (limits.path_length is None or limits.path_length >= below)
    except x509.ExtensionNotFound:
        may = False
    with suppress(x509.ExtensionNotFound):
        may = may and authority.extensions.get_extension_for_class(x509.KeyUsage).value.key_cert_sign
    if not may:
        raise Refused(_("« {name} » n'a pas le droit de délivrer ce certificat").format(name=name))
    if not _valid(authority, moment):
        raise Refused(
            _("le certificat de l'autorité « {name} » n'était pas valable à la date de la signature").format(name=name)
        )


def _valid(certificate: Certificate, moment: datetime) -> bool:
    return certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc
