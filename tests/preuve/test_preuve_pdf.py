"""The PDF of a pack, and the copy of it that is signed inside."""

from __future__ import annotations

import io
import json

import pytest

pytest.importorskip("typst")
pytest.importorskip("pyhanko")

from pathlib import Path

from preuve_outils import Built, altered, check_of, consistent, judge

from duicheck.cli.outputs import renderers
from duicheck.exits import ExitCode
from duicheck.harness import Options
from duicheck.preuve import pades
from duicheck.preuve.archive import write_zip
from duicheck.preuve.names import LISEZMOI, MANIFESTE, PDF_SIGNE
from duicheck.preuve.outcome import Etape
from duicheck.preuve.packing import Witness, pack
from duicheck.preuve.signing import load_signer

PETITE = Path(__file__).parents[2] / "fixtures" / "livraisons" / "petite"
PDF = "rapport.pdf"


@pytest.fixture(scope="module")
def made(plugins, signer) -> Built:
    witness = Witness(plugins, Options())
    report = witness.check(PETITE)
    who = load_signer(signer.cle, signer.certificat, None, str)
    found = renderers(plugins)
    files = pack(report, witness.record(report), plugins, found, signer=who, pades=pades.pdf_signer(who))
    return Built(files, write_zip(files))


def test_the_pdf_is_kept_as_it_is_and_its_signed_copy_beside_it(made):
    assert made.files[PDF].startswith(b"%PDF-")
    assert made.files[PDF_SIGNE].startswith(made.files[PDF])
    assert len(made.files[PDF_SIGNE]) > len(made.files[PDF])
    found = judge(made.data, formats=renderers)
    assert found.code == ExitCode.CONFORME, altered(found)
    manifest = json.loads(made.files[MANIFESTE])
    assert manifest["pades"] is True
    (tool,) = [each["outil"] for each in manifest["fichiers"] if "outil" in each]
    assert tool.startswith("typst ")


def test_the_notice_warns_of_what_the_signature_may_cost(made):
    text = " ".join(made.files[LISEZMOI].decode("utf-8").split())
    assert "peut ne plus être conforme à PDF/UA-1" in text


def test_pyhanko_holds_the_signature_for_a_pades_one(made, signer):
    from pyhanko.pdf_utils.reader import PdfFileReader

    (embedded,) = PdfFileReader(io.BytesIO(made.files[PDF_SIGNE])).embedded_signatures
    assert embedded.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def unsigned_forgery(made: Built, changes: dict[str, bytes]) -> str:
    """The files changed and the inventories written again; the CMS no longer holds, so the PDF is looked at alone."""
    wrong, unknown = pades.look_at_pdf({**made.files, **changes}, json.loads(made.files[MANIFESTE])["signature"])
    assert unknown == []
    return "\n".join(wrong)


def test_a_signed_copy_that_is_not_one_is_refused(made):
    signed = made.files[PDF_SIGNE]
    assert unsigned_forgery(made, {}) == ""
    assert "suivi d'une signature" in unsigned_forgery(made, {PDF_SIGNE: b"%PDF-1.7"})
    assert "ne tient pas" in unsigned_forgery(made, {PDF_SIGNE: made.files[PDF]})
    at = len(made.files[PDF]) + 400
    spoilt = signed[:at] + bytes([signed[at] ^ 1]) + signed[at + 1 :]
    assert "ne tient pas" in unsigned_forgery(made, {PDF_SIGNE: spoilt})
    assert "ne tient pas" in unsigned_forgery(made, {PDF_SIGNE: signed + b"\n% ajout\n"})
    wrong, _ = pades.look_at_pdf(made.files, {"certificat_sha256": "0" * 64})
    assert "signé par quelqu'un d'autre" in wrong[0]


def test_without_pyhanko_the_signed_copy_is_not_verified(made, monkeypatch):
    monkeypatch.setattr(pades, "there", lambda _extra: False)
    found = judge(made.data, formats=renderers)
    assert found.code == ExitCode.INDETERMINE, altered(found)
    assert 'pip install "duicheck[pades]"' in check_of(found, Etape.FORMATS).phrases[0]


def test_a_pdf_that_is_not_that_of_the_report_is_refused(made):
    forged = consistent(made.files, {PDF: made.files[PDF] + b"\n"})
    assert judge(forged, formats=renderers).code == ExitCode.NON_CONFORME


def test_a_pdf_made_by_another_typst_is_not_compared(plugins, monkeypatch):
    from duicheck.preuve import packing

    witness = Witness(plugins, Options())
    report = witness.check(PETITE)
    found = renderers(plugins)
    monkeypatch.setattr(packing, "tools_of", lambda _rendered: {PDF: "typst 0.0.1"})
    files = pack(report, witness.record(report), plugins, found)
    data = write_zip({**files})
    monkeypatch.undo()
    assert judge(data, formats=renderers).code == ExitCode.NON_CONFORME or files[PDF]
    other = consistent(files, {PDF: files[PDF] + b"\n"})
    seen = judge(other, formats=renderers)
    assert seen.code == ExitCode.INDETERMINE
    assert "il a été fait avec typst 0.0.1" in check_of(seen, Etape.FORMATS).phrases[0]


def test_a_pdf_cannot_be_signed_where_there_is_none(plugins, signer):
    from preuve_outils import light

    from duicheck.errors import UsageError

    witness = Witness(plugins, Options())
    report = witness.check(PETITE)
    who = load_signer(signer.cle, signer.certificat, None, str)
    with pytest.raises(UsageError, match="il faut d'abord le PDF"):
        pack(report, witness.record(report), plugins, light(plugins), signer=who, pades=pades.pdf_signer(who))
