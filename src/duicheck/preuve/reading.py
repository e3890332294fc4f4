"""Reading a pack that nobody vouches for: what is not the very zip that `archive` writes is refused, and why is said.

Two programs may read two different things in one zip: the directory at its end says one thing, the headers before
each file another, and bytes lie between. Here all of them must say the same thing, once; in the end the archive is
written again from what was read, and must be the same bytes.
"""

from __future__ import annotations

import re
import stat
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from duicheck.discretion import mask
from duicheck.errors import DeliveryError
from duicheck.langue import _
from duicheck.preuve.archive import CENTRAL, END, LOCAL, MOST, write_zip

__all__ = ["Refused", "read_zip", "shown"]

_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*(/[A-Za-z0-9_][A-Za-z0-9_.+-]*)*")
_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_DESCRIPTOR: Final = 0x0008
_BOMB: Final = 200  # times its packed size
_ZIP64: Final = 0x0001  # tag of an extra field
_FULL16: Final = 0xFFFF
_FULL32: Final = 0xFFFFFFFF
_MSDOS_FOLDER: Final = 0x10


class Refused(Exception):  # noqa: N818 -- a finding about the pack, not a failure of the program
    """What is wrong with a pack, in one sentence."""


class _Member(Struct, frozen=True):
    """What the directory says of one file. `common`: the fields that its local header repeats."""

    raw: bytes
    common: tuple[int, ...]
    attributes: int
    offset: int
    extra: bytes

    @property
    def name(self) -> str:
        return self.raw.decode("ascii")

    @property
    def shown(self) -> str:
        return shown(self.raw.decode("latin-1"))


def shown(name: str) -> str:
    """A name from a pack as it may be printed: nothing personal, no control character, not endless."""
    plain = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in name)
    return mask(plain if len(plain) <= 80 else plain[:79] + "…")  # noqa: PLR2004 -- a line of a terminal


def read_zip(data: bytes, source: str) -> dict[str, bytes]:
    """The files of a pack by name.

    Args:
        data: the whole archive.
        source: its name, for messages.

    Raises:
        DeliveryError: not a zip at all, or one that was cut.
        Refused: a zip that is not the one that duicheck writes.
    """
    members, directory = _directory(data, source)
    _refuse_names(members)
    entries: dict[str, bytes] = {}
    end = 0
    for member in members:
        content, start = _content(data, member, end)
        entries[member.name] = content
        end = start + len(content)
    if end != directory:
        raise Refused(_("des octets sont cachés entre le dernier fichier et le répertoire de l'archive"))
    if write_zip(entries) != data:
        raise Refused(_("l'archive n'est pas écrite comme duicheck l'écrit (ordre, dates, droits ou versions)"))
    return entries


def _directory(data: bytes, source: str) -> tuple[list[_Member], int]:
    """The members as the directory lists them, and where it starts."""
    end = len(data) - END.size
    if end < 0 or data[end : end + 4] != b"PK\5\6":
        raise _no_end(data, source)
    __, disk, first_disk, here, count, size, offset, comment = END.unpack_from(data, end)
    if _FULL16 in {here, count} or _FULL32 in {size, offset} or data[max(0, end - 20) :].startswith(b"PK\6\7"):
        raise Refused(_("l'archive est au format ZIP64, qu'une preuve n'utilise jamais"))
    if disk or first_disk or here != count:
        raise Refused(_("l'archive se dit découpée en plusieurs volumes"))
    if comment:
        raise Refused(_("l'archive porte un commentaire"))
    if count > MOST:
        raise Refused(
            _("l'archive annonce {count} fichiers, une preuve en a {most} au plus").format(count=count, most=MOST)
        )
    if offset + size > end:
        raise Refused(_("le répertoire de l'archive est annoncé plus long qu'il n'est"))
    if offset + size < end:
        if data[end - size : end - size + 4] == b"PK\1\2":
            raise Refused(_("des octets ont été ajoutés avant l'archive, ou dans l'archive"))
        raise Refused(_("des octets sont cachés entre le répertoire de l'archive et sa fin"))
    members = list(_members(data, offset, end))
    if len(members) != count:
        raise Refused(
            _("l'archive annonce {count} fichiers et son répertoire en décrit {found}").format(
                count=count, found=len(members)
            )
        )
    return members, offset


def _no_end(data: bytes, source: str) -> Exception:
    """Why the archive does not end as one: bytes after it, a comment, or no archive."""
    at = data.rfind(b"PK\5\6")
    if 0 <= at < len(data) - END.size and data[:4] == b"PK\3\4":
        comment = END.unpack_from(data, at)[-1]
        if comment and at + END.size + comment == len(data):
            return Refused(_("l'archive porte un commentaire"))
        return Refused(_("des octets ont été ajoutés après l'archive"))
    message = f"{source} : ce n'est pas une archive zip, ou elle a été tronquée ; redemandez la preuve à qui l'a remise"
    return DeliveryError(message)


def _members(data: bytes, at: int, end: int) -> Iterator[_Member]:
    while at < end:
        if at + CENTRAL.size > end or data[at : at + 4] != b"PK\1\2":
            raise Refused(_("le répertoire de l'archive est abîmé"))
        __, __, *common, comment, disk, internal, attributes, offset = CENTRAL.unpack_from(data, at)
        del internal  # a hint (text or not); the last comparison holds it too
        length, extra = common[-2:]
        name = data[at + CENTRAL.size : at + CENTRAL.size + length]
        after = at + CENTRAL.size + length
        member = _Member(name, tuple(common), attributes, offset, data[after : after + extra])
        at = after + extra + comment
        if at > end:
            raise Refused(_("le répertoire de l'archive est abîmé"))
        _refuse_fields(member, comment=comment, disk=disk)
        yield member


def _refuse_fields(member: _Member, *, comment: int, disk: int) -> None:
    """Refuse what a zip may say of a file and a pack never does."""
    flags, method, packed, size = (member.common[at] for at in (1, 2, 6, 7))
    zip64 = _is_zip64(member.extra) or _FULL32 in {packed, size, member.offset} or disk == _FULL16
    folder = member.raw.endswith(b"/") or member.attributes & _MSDOS_FOLDER
    faults = (
        (flags & _ENCRYPTED, _("« {name} » est chiffré ; une preuve se lit sans mot de passe")),
        (flags & _DESCRIPTOR, _("« {name} » a un descripteur après son contenu, qui redit sa taille")),
        (flags, _("« {name} » porte des indicateurs qu'une preuve n'utilise pas")),
        (zip64, _("« {name} » est décrit au format ZIP64, qu'une preuve n'utilise jamais")),
        (method and size > _BOMB * max(packed, 1), _("« {name} » se déploierait plus de {times} fois (bombe zip)")),
        (method, _("« {name} » est compressé ; les fichiers d'une preuve ne le sont jamais")),
        (packed != size, _("« {name} » a deux tailles différentes dans le répertoire de l'archive")),
        (comment or disk or member.extra, _("« {name} » porte un commentaire ou des champs supplémentaires")),
        (stat.S_ISLNK(member.attributes >> 16), _("« {name} » est un lien symbolique")),
        (folder, _("« {name} » est un dossier ; une preuve n'a que des fichiers")),
    )
    for wrong, sentence in faults:
        if wrong:
            raise Refused(sentence.format(name=member.shown, times=_BOMB))


def _is_zip64(extra: bytes) -> bool:
    at = 0
    while at + 4 <= len(extra):
        tag, length = (int.from_bytes(extra[at + skip : at + skip + 2], "little") for skip in (0, 2))
        if tag == _ZIP64:
            return True
        at += 4 + length
    return False


def _refuse_names(members: Sequence[_Member]) -> None:
    """Refuse names that leave the pack, that cannot be told apart, or that two systems read differently."""
    seen: dict[str, str] = {}
    for member in members:
        _refuse_name(member)
        name = member.name
        key = name.casefold()
        if seen.get(key) == name:
            raise Refused(_("deux fichiers de l'archive portent le nom « {name} »").format(name=member.shown))
        if key in seen:
            raise Refused(
                _("« {one} » et « {other} » ne diffèrent que par les majuscules").format(
                    one=shown(seen[key]), other=member.shown
                )
            )
        seen[key] = name
    for key, name in seen.items():
        parts = key.split("/")
        for depth in range(1, len(parts)):
            if "/".join(parts[:depth]) in seen:
                raise Refused(_("« {name} » serait rangé dans un fichier").format(name=shown(name)))


def _refuse_name(member: _Member) -> None:
    raw, name = member.raw, member.shown
    if b"\0" in raw:
        raise Refused(_("le nom « {name} » contient un caractère nul").format(name=name))
    if b"\\" in raw:
        raise Refused(_("le nom « {name} » contient une barre oblique inverse").format(name=name))
    if raw.startswith(b"/") or raw[1:2] == b":":
        raise Refused(_("le nom « {name} » est un chemin absolu").format(name=name))
    if b".." in raw.split(b"/"):
        raise Refused(_("le nom « {name} » sort du dossier de l'archive").format(name=name))
    if not _NAME.fullmatch(raw.decode("latin-1")):
        raise Refused(_("le nom « {name} » n'est pas de ceux qu'une preuve emploie").format(name=name))


def _content(data: bytes, member: _Member, expected: int) -> tuple[bytes, int]:
    """The bytes of one member, whose local header must lie at `expected`, and where they start."""
    name = member.shown
    if member.offset != expected:
        _refuse_offset(data, member, expected)
    if expected + LOCAL.size > len(data) or data[expected : expected + 4] != b"PK\3\4":
        raise Refused(_("l'en-tête de « {name} » est abîmé").format(name=name))
    __, *local = LOCAL.unpack_from(data, expected)
    label = expected + LOCAL.size
    start = label + local[-2] + local[-1]
    if data[label : label + local[-2]] != member.raw:
        raise Refused(
            _("« {name} » porte un autre nom dans son en-tête que dans le répertoire de l'archive").format(name=name)
        )
    if _FULL32 in local[6:8] or _is_zip64(data[start - local[-1] : start]):
        raise Refused(_("« {name} » est décrit au format ZIP64, qu'une preuve n'utilise jamais").format(name=name))
    if tuple(local) != member.common:
        raise Refused(_("l'en-tête de « {name} » et le répertoire de l'archive se contredisent").format(name=name))
    crc, __, size = local[5:8]
    content = data[start : start + size]
    if len(content) != size:
        raise Refused(_("« {name} » est tronqué").format(name=name))
    if zlib.crc32(content) != crc:
        raise Refused(_("le contenu de « {name} » ne correspond pas à sa somme de contrôle").format(name=name))
    return content, start


def _refuse_offset(data: bytes, member: _Member, expected: int) -> None:
    if member.offset < expected:
        raise Refused(_("« {name} » chevauche un autre fichier de l'archive").format(name=member.shown))
    if expected == 0 and data[member.offset : member.offset + 4] == b"PK\3\4":
        raise Refused(_("des octets ont été ajoutés avant l'archive, ou dans l'archive"))
    raise Refused(_("des octets sont cachés avant « {name} »").format(name=member.shown))
