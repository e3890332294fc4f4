"""The reader of HL7 v2 messages: separators, ends of line, encodings, batches; all or nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from duicheck_tddui.traces.hl7v2 import Hl7Refuse, est_hl7, lire_hl7

MSH = "MSH|^~\\&|DUI|E|PFI|E|20250820103000+0200||MDM^T02^MDM_T02|M1|P|2.6|||||FRA|{}|||2.1^CISIS_CDA_HL7_V2"
PID = "PID|||1^^^A&1.2&ISO^INS~2^^^B&1.3&ISO^PI||NOM^Renée"


@pytest.mark.parametrize("fin", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize(
    ("dit", "codec"), [("UNICODE UTF-8", "utf-8"), ("8859/15", "iso8859-15"), ("8859/1", "latin-1")]
)
def test_ends_of_line_and_encodings(fin: str, dit: str, codec: str) -> None:
    texte = fin.join([MSH.format(dit), PID, ""])
    (message,) = lire_hl7(texte.encode(codec))
    pid = message.segment("PID")
    assert pid is not None
    assert pid.composant(5, 2) == "Renée"
    assert [pid.sous(each, 4, 2) for each in pid.repetitions(3)] == ["1.2", "1.3"]
    assert (message.type, message.controle) == ("MDM", "M1")
    assert message.profils == {"CISIS_CDA_HL7_V2"}


@pytest.mark.parametrize(
    ("avant", "apres"),
    [
        (b"", b""),
        (b"\x0b", b"\x1c\r"),
        (b"\xef\xbb\xbf", b""),
        (b"\n\n", b"\n"),
        (b"FHS|^~\\&\rBHS|^~\\&\r", b"BTS|1\rFTS|1\r"),
    ],
)
def test_frames_and_envelopes(avant: bytes, apres: bytes) -> None:
    octets = avant + (MSH.format("") + "\r" + PID + "\r").encode() + apres
    assert est_hl7(octets)
    (message,) = lire_hl7(octets)
    assert [segment.nom for segment in message.segments] == ["MSH", "PID"]


def test_escapes_and_other_separators() -> None:
    octets = b"MSH$*~\\@$DUI$E$P$E$$$ACK*T02$1$P$2.6\rOBX$1$ST$a\\S\\b\\F\\c\\T\\d\\E\\e\\R\\f*2\r"
    (message,) = lire_hl7(octets)
    obx = message.segment("OBX")
    assert obx is not None
    assert (obx.composant(3, 1), obx.composant(3, 2)) == ("a*b$c@d\\e~f", "2")


def test_lines_are_those_of_an_editor() -> None:
    octets = b"\r\n".join([b"FHS|^~\\&", b"", MSH.format("").encode(), b"PID|||1", MSH.format("").encode(), b""])
    assert [message.ligne for message in lire_hl7(octets)] == [3, 5]


@pytest.mark.parametrize(
    ("octets", "ligne", "cause"),
    [
        (b"PID|||1\r", 1, "avant tout"),
        (b"BHS|^~\\&\rBTS|0\r", 1, "aucun message"),
        (b"MSH|^~\\&|A\rsuite d'un champ\r", 2, "nom de segment"),
        (b"MSH|^~\\\r", 1, "séparateurs".encode()),
        (b"MSH|^^\\&|A\r", 1, "séparateurs".encode()),
        (MSH.format("BIG-5").encode(), 1, "MSH-18"),
        (MSH.format("ASCII").encode() + b"\rNTE|\xe9\r", 2, "octets"),
    ],
)
def test_what_cannot_be_read(octets: bytes, ligne: int, cause: str | bytes) -> None:
    with pytest.raises(Hl7Refuse) as refus:
        lire_hl7(octets)
    assert refus.value.ligne == ligne
    assert (cause.decode() if isinstance(cause, bytes) else cause) in refus.value.cause


@settings(max_examples=300)
@given(octets=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(octets: bytes) -> None:
    for debut in (b"", b"MSH|^~\\&|"):
        try:
            messages = lire_hl7(debut + octets)
        except Hl7Refuse:
            continue
        for message in messages:
            assert message.segments[0].nom == "MSH"
            for segment in message.segments:
                segment.repetitions(3)
                segment.composant(3, 2, 2)


@given(
    valeurs=st.lists(
        st.text(st.characters(categories=["L", "N"], max_codepoint=255), max_size=6), min_size=1, max_size=5
    ),
    fin=st.sampled_from(["\r", "\n", "\r\n"]),
)
def test_what_is_written_is_read(valeurs: list[str], fin: str) -> None:
    texte = MSH.format("UNICODE UTF-8") + fin + "OBX|1|ST|" + "^".join(valeurs) + fin
    (message,) = lire_hl7(texte.encode())
    obx = message.segment("OBX")
    assert obx is not None
    assert [obx.composant(3, rang + 1) for rang in range(len(valeurs))] == valeurs
