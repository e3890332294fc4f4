"""The zip: one shape, and every other refused in its own words."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from preuve_outils import Built, altered, judge

from duicheck.errors import DeliveryError, UsageError
from duicheck.exits import ExitCode
from duicheck.preuve import archive
from duicheck.preuve.archive import CENTRAL, END, LOCAL, write_zip
from duicheck.preuve.outcome import Etape
from duicheck.preuve.reading import Refused, read_zip

FILES = {"MANIFESTE.sha256": b"abc", "rapport.json": b"{}\n", "textes/2025-40.toml": b'id = "2025-40"\n'}
GOOD = write_zip(FILES)


def refusal(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        read_zip(data, "preuve.zip")
    return str(caught.value)


# Writing


def test_the_archive_is_one_that_anybody_reads() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as found:
        assert found.testzip() is None
        assert {name: found.read(name) for name in found.namelist()} == FILES
        assert found.namelist() == sorted(FILES)
        assert {info.compress_type for info in found.infolist()} == {zipfile.ZIP_STORED}
        assert {info.date_time for info in found.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in found.infolist()} == {3}
        assert {info.external_attr >> 16 for info in found.infolist()} == {0o100644}


def test_the_order_of_the_files_does_not_matter() -> None:
    assert write_zip(dict(reversed(FILES.items()))) == GOOD


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,3})?", fullmatch=True), st.binary(max_size=200), max_size=8)
)
def test_what_is_written_is_read(files: dict[str, bytes]) -> None:
    assert read_zip(write_zip(files), "preuve.zip") == files


def test_more_than_a_pack_may_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="1001 fichiers"):
        write_zip({f"f{number}": b"" for number in range(1001)})
    monkeypatch.setattr(archive, "LARGEST", 1 << 20)
    with pytest.raises(UsageError, match="ne peut dépasser"):
        write_zip({"gros": bytes(1 << 20)})


# Spoiling


def entry(number: int = 0, data: bytes = GOOD) -> int:
    """Where an entry of the directory starts."""
    *_, offset, _ = END.unpack_from(data, len(data) - END.size)
    for _ in range(number):
        length = CENTRAL.unpack_from(data, offset)[10]
        offset += CENTRAL.size + length
    return int(offset)


def local(number: int = 0) -> int:
    return int(CENTRAL.unpack_from(GOOD, entry(number))[-1])


def put(data: bytes, at: int, value: bytes) -> bytes:
    return data[:at] + value + data[at + len(value) :]


def both(local_at: int, central_at: int, value: bytes, number: int = 0) -> bytes:
    """The same field changed in the local header and in the directory."""
    return put(put(GOOD, local(number) + local_at, value), entry(number) + central_at, value)


def rename(name: bytes, *, number: int = 1) -> bytes:
    """An entry under another name of the same length, everywhere."""
    length = CENTRAL.unpack_from(GOOD, entry(number))[10]
    assert length == len(name)
    return put(put(GOOD, local(number) + LOCAL.size, name), entry(number) + CENTRAL.size, name)


def end(field: str, value: int) -> bytes:
    layout = {"disk": ("<H", 4), "count": ("<H", 8), "here": ("<H", 10), "size": ("<I", 12), "offset": ("<I", 16)}
    shape, at = layout[field]
    return put(GOOD, len(GOOD) - END.size + at, struct.pack(shape, value))


def with_zipfile(change: Callable[[zipfile.ZipFile], None]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as target:
        change(target)
    return stream.getvalue()


def inserted(at: int, extra: bytes, *, shift: bool) -> bytes:
    """Bytes put in; with `shift`, the end says where the directory now is."""
    data = GOOD[:at] + extra + GOOD[at:]
    if not shift:
        return data
    offset = END.unpack_from(GOOD, len(GOOD) - END.size)[-2]
    return put(data, len(data) - END.size + 16, struct.pack("<I", offset + len(extra)))


def prefixed_with_offsets() -> bytes:
    """A prefix that every offset takes into account: what self-extracting archives look like."""
    data = inserted(0, b"#!/bin/sh\n", shift=True)
    for number in range(len(FILES)):
        at = entry(number, data) + CENTRAL.size - 4
        (offset,) = struct.unpack_from("<I", data, at)
        data = put(data, at, struct.pack("<I", offset + 10))
    return data


def hidden_between() -> bytes:
    """Bytes before the second file, which every offset takes into account."""
    at = local(1)
    data = inserted(at, b"cache", shift=True)
    for number in range(1, len(FILES)):
        where = entry(number, data) + CENTRAL.size - 4
        (offset,) = struct.unpack_from("<I", data, where)
        data = put(data, where, struct.pack("<I", offset + 5))
    return data


def symlink(target: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("lien")
    info.create_system = 3
    info.external_attr = 0o120777 << 16
    target.writestr(info, "rapport.json")


def twice(target: zipfile.ZipFile) -> None:
    target.writestr("rapport.json", "{}")
    with pytest.warns(UserWarning, match="Duplicate name"):
        target.writestr("rapport.json", "[]")


def streamed() -> bytes:
    """As a program that cannot seek writes: sizes after the content."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def writable(self) -> bool:
            return True

        def write(self, data: bytes) -> int:
            self.parts.append(bytes(data))
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as target:
        target.writestr("rapport.json", "{}")
    return b"".join(pipe.parts)


def zip64(target: zipfile.ZipFile) -> None:
    with target.open("rapport.json", "w", force_zip64=True) as stream:
        stream.write(b"{}")


def folder(target: zipfile.ZipFile) -> None:
    target.writestr("dossier/", "")


def compressed(content: bytes) -> Callable[[zipfile.ZipFile], None]:
    return lambda target: target.writestr("rapport.json", content, zipfile.ZIP_DEFLATED)


ZIP64_LOCATOR = b"PK\6\7" + bytes(16)

TRICKS = {
    "twice the same name": (lambda: with_zipfile(twice), "portent le nom « rapport.json »"),
    "only capitals differ": (lambda: write_zip({"a.txt": b"", "A.txt": b""}), "ne diffèrent que par les majuscules"),
    "a file in a file": (lambda: write_zip({"a": b"", "a/b": b""}), "serait rangé dans un fichier"),
    "absolute path": (lambda: rename(b"/apport.json"), "est un chemin absolu"),
    "path of a drive": (lambda: rename(b"C:pport.json"), "est un chemin absolu"),
    "path upwards": (lambda: rename(b"../port.json"), "sort du dossier"),
    "path upwards inside": (lambda: rename(b"a/../rt.json"), "sort du dossier"),
    "backslash": (lambda: rename(b"a\\pport.json"), "une barre oblique inverse"),
    "NUL in a name": (lambda: rename(b"rapport.jso\0"), "un caractère nul"),
    "no ASCII": (lambda: rename(b"r\xc3\xa9port.json"), "n'est pas de ceux"),
    "control character": (lambda: rename(b"rapport\x1bjson"), "n'est pas de ceux"),
    "empty part": (lambda: rename(b"a//port.json"), "n'est pas de ceux"),
    "hidden name": (lambda: rename(b".apport.json"), "n'est pas de ceux"),
    "symbolic link": (lambda: with_zipfile(symlink), "est un lien symbolique"),
    "folder": (lambda: with_zipfile(folder), "est un dossier"),
    "other name in the header": (lambda: put(GOOD, local(1) + LOCAL.size, b"R"), "porte un autre nom"),
    "other size in the header": (lambda: put(GOOD, local(1) + 22, b"\1"), "se contredisent"),
    "other date in the header": (lambda: put(GOOD, local(1) + 10, b"\1"), "se contredisent"),
    "no header": (lambda: put(GOOD, local(1), b"XX"), "est abîmé"),
    "prefix": (lambda: b"#!/bin/sh\n" + GOOD, "ajoutés avant l'archive"),
    "prefix that offsets know": (prefixed_with_offsets, "ajoutés avant l'archive"),
    "suffix": (lambda: GOOD + b"x", "ajoutés après l'archive"),
    "comment": (lambda: put(GOOD, len(GOOD) - 2, b"\3\0") + b"mot", "porte un commentaire"),
    "comment announced": (lambda: put(GOOD, len(GOOD) - 2, b"\3\0"), "porte un commentaire"),
    "bytes before a file": (hidden_between, "cachés avant « rapport.json »"),
    "bytes before the directory": (lambda: inserted(entry(), b"cache", shift=True), "entre le dernier fichier et"),
    "bytes after the directory": (
        lambda: inserted(len(GOOD) - END.size, b"cache", shift=False),
        "entre le répertoire de l'archive et sa fin",
    ),
    "encrypted": (lambda: both(6, 8, b"\1\0"), "est chiffré"),
    "strongly encrypted": (lambda: both(6, 8, b"\x41\0"), "est chiffré"),
    "data descriptor": (streamed, "un descripteur après son contenu"),
    "flag of UTF-8": (lambda: both(6, 8, b"\0\x08"), "des indicateurs"),
    "compressed": (lambda: with_zipfile(compressed(b"abc" * 9)), "est compressé"),
    "bomb": (lambda: with_zipfile(compressed(bytes(1 << 20))), "bombe zip"),
    "bomb by announced size": (lambda: put(both(8, 10, b"\x08\0"), entry() + 24, b"\xff\xff\xff\x7f"), "bombe zip"),
    "two sizes": (lambda: put(GOOD, entry() + 24, b"\4"), "deux tailles différentes"),
    "larger than it is": (
        lambda: put(
            put(both(18, 20, b"\xff\xff\0\0", 2), local(2) + 22, b"\xff\xff\0\0"), entry(2) + 24, b"\xff\xff\0\0"
        ),
        "est tronqué",
    ),
    "overlap": (lambda: put(GOOD, entry(1) + CENTRAL.size - 4, bytes(4)), "chevauche un autre fichier"),
    "ZIP64 extra field": (lambda: with_zipfile(zip64), "ZIP64"),
    "ZIP64 end": (
        lambda: GOOD[: -END.size] + ZIP64_LOCATOR + GOOD[-END.size :],
        "ZIP64",
    ),
    "ZIP64 size": (lambda: put(put(GOOD, entry() + 20, b"\xff" * 4), entry() + 24, b"\xff" * 4), "ZIP64"),
    "ZIP64 count": (lambda: end("count", 0xFFFF), "ZIP64"),
    "several volumes": (lambda: end("disk", 1), "plusieurs volumes"),
    "one file more announced": (lambda: put(end("count", 4), len(GOOD) - END.size + 10, b"\4"), "en décrit 3"),
    "too many files": (lambda: put(end("count", 5000), len(GOOD) - END.size + 10, b"\x88\x13"), "5000 fichiers"),
    "directory beyond the end": (lambda: end("offset", len(GOOD)), "plus long qu'il n'est"),
    "directory damaged": (lambda: put(GOOD, entry(1), b"XX"), "est abîmé"),
    "comment on a file": (lambda: put(GOOD, entry() + 32, b"\1"), "commentaire ou des champs|est abîmé"),
    "wrong sum": (lambda: both(14, 16, b"\0\0\0\0"), "somme de contrôle"),
    "other permissions": (lambda: put(GOOD, entry() + 40, b"\xff"), "comme duicheck l'écrit"),
    "other date": (lambda: both(10, 12, b"\1\0\x21\x50"), "comme duicheck l'écrit"),
    "other system": (lambda: put(GOOD, entry() + 5, b"\0"), "comme duicheck l'écrit"),
    "marked as text": (lambda: put(GOOD, entry() + 36, b"\1"), "comme duicheck l'écrit"),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_a_trick_is_refused_in_its_own_words(trick: str) -> None:
    import re

    make, words = TRICKS[trick]
    assert re.search(words, refusal(make()))


def test_another_order_is_refused() -> None:
    data = with_zipfile(lambda target: [target.writestr(zipfile.ZipInfo(name), b"x") for name in ("b", "a")])
    assert "comme duicheck l'écrit" in refusal(data)


@pytest.mark.parametrize("data", [b"", b"PK", b"%PDF-1.7", bytes(100), GOOD[:-1], GOOD[:40], GOOD[:-30]], ids=range(7))
def test_what_is_no_zip_or_was_cut_is_unreadable(data: bytes) -> None:
    with pytest.raises(DeliveryError, match="n'est pas une archive zip, ou elle a été tronquée"):
        read_zip(data, "preuve.zip")


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_no_byte_of_an_archive_may_change(mask: int) -> None:
    """Every byte of a small archive, headers and contents alike."""
    for at in range(len(GOOD)):
        with pytest.raises((Refused, DeliveryError)):
            read_zip(put(GOOD, at, bytes([GOOD[at] ^ mask])), "preuve.zip")


@given(st.binary(max_size=300), st.integers(0, len(GOOD)), st.integers(0, 40))
def test_nothing_may_be_put_in_or_taken_out(extra: bytes, at: int, cut: int) -> None:
    data = GOOD[:at] + extra + GOOD[at + cut :]
    if data == GOOD:
        return
    with pytest.raises((Refused, DeliveryError)):
        read_zip(data, "preuve.zip")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_no_byte_of_a_real_pack_may_change(signed: Built, seed: int) -> None:
    chance = random.Random(seed)
    at, mask = chance.randrange(len(signed.data)), chance.randrange(1, 256)
    try:
        found = judge(put(signed.data, at, bytes([signed.data[at] ^ mask])))
    except DeliveryError:
        return
    assert found.code == ExitCode.NON_CONFORME
    assert [check.etape for check in found.checks] == [Etape.ARCHIVE]
    assert altered(found)


def test_a_pack_is_not_read_beyond_what_one_weighs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from duicheck.preuve import verification

    monkeypatch.setattr(verification, "LARGEST", 10)
    big = tmp_path / "gros.zip"
    big.write_bytes(bytes(11))
    with pytest.raises(DeliveryError, match="au plus"):
        verification.read_pack(big)
    with pytest.raises(DeliveryError, match="n'existe pas"):
        verification.read_pack(tmp_path / "rien.zip")
    with pytest.raises(DeliveryError, match="n'existe pas"):
        verification.read_pack(tmp_path)
