"""A signature inside the PDF (PAdES), for whoever asks for one there: by pyHanko, on a copy."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from duicheck.langue import _
from duicheck.preuve.extras import need, there
from duicheck.preuve.names import PDF_SIGNE

if TYPE_CHECKING:
    from duicheck.preuve.signing import Signer

__all__ = ["look_at_pdf", "pdf_signer"]


def pdf_signer(signer: Signer) -> Callable[[bytes], bytes]:
    """What signs a PDF with the same key: the same bytes, and a signature after them.

    Raises:
        UsageError: pyHanko is not installed.
    """
    need("pades", "signer l'intérieur du PDF (--pades)")

    def sign(pdf: bytes) -> bytes:
        from asn1crypto import keys, x509  # noqa: PLC0415 -- an extra
        from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415
            Encoding,
            NoEncryption,
            PrivateFormat,
        )
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
        from pyhanko.sign import signers  # noqa: PLC0415
        from pyhanko.sign.fields import SigSeedSubFilter  # noqa: PLC0415
        from pyhanko_certvalidator.registry import SimpleCertificateStore  # noqa: PLC0415

        certificate, *chain = (
            x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (signer.certificate, *signer.chain)
        )
        key = keys.PrivateKeyInfo.load(signer.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))
        registry = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        registry.register_multiple(chain)
        maker = signers.SimpleSigner(signing_cert=certificate, signing_key=key, cert_registry=registry)
        meta = signers.PdfSignatureMetadata(
            field_name="Signature", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES
        )
        out = io.BytesIO()
        signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), meta, signer=maker, output=out)
        return out.getvalue()

    return sign


def look_at_pdf(files: Mapping[str, bytes], signature: Mapping[str, Any] | None) -> tuple[list[str], list[str]]:
    """What is wrong with the signed copy of the PDF, and what could not be looked at; sentences.

    It must be the PDF itself with something added, and the addition a signature of all of it by the signer of the pack.
    """
    signed, plain = files.get(PDF_SIGNE), files.get("rapport.pdf")
    if signed is None or plain is None or not signed.startswith(plain):
        return [_("« {name} » n'est pas rapport.pdf suivi d'une signature").format(name=PDF_SIGNE)], []
    if not there("pades"):
        sentence = _(
            '« {name} » : vérifier sa signature demande la bibliothèque pyhanko : pip install "duicheck[pades]"'
        )
        return [], [sentence.format(name=PDF_SIGNE)]
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415 -- an extra
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415

    try:
        (embedded,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
        embedded.compute_integrity_info()
        whole = embedded.coverage == SignatureCoverageLevel.ENTIRE_FILE
        holds = validate_sig_integrity(  # who is trusted is judged on the signature of the pack
            embedded.signer_info, embedded.signer_cert, "data", embedded.compute_digest()
        )
        maker = hashlib.sha256(embedded.signer_cert.dump()).hexdigest()
        right = whole and all(holds)
    except Exception:  # noqa: BLE001 -- whatever a PDF made by anybody can raise
        right, maker = False, ""
    if not right:
        return [_("« {name} » : sa signature ne tient pas").format(name=PDF_SIGNE)], []
    if signature is None or maker != signature["certificat_sha256"]:
        return [_("« {name} » est signé par quelqu'un d'autre que la preuve").format(name=PDF_SIGNE)], []
    return [], []
