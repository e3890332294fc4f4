"""Verifying a pack, from its outside in: the archive, the digests, the signature, what each file says, the replay.

What is wrong for sure ends what builds on it: nothing is rendered nor replayed from a pack that was altered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from duicheck.errors import DeliveryError
from duicheck.formats import explain, validator
from duicheck.langue import _
from duicheck.preuve.archive import LARGEST
from duicheck.preuve.authenticity import verify_signature
from duicheck.preuve.content import verify_content, verify_schema_of_pack
from duicheck.preuve.manifest import FORMAT, manifest_of, parse_sums, record_in
from duicheck.preuve.names import MANIFESTE, RAPPORT, SIGNATURE, SOMMES
from duicheck.preuve.outcome import Etape, Etat, Verification
from duicheck.preuve.pack import Against, Pack
from duicheck.preuve.pointers import differences
from duicheck.preuve.reading import Refused, read_zip, shown
from duicheck.preuve.replay import verify_replay
from duicheck.preuve.tools import Tools
from duicheck.report import to_bytes

if TYPE_CHECKING:
    from duicheck.bundle.reading import Progress

__all__ = ["read_pack", "verify"]

Json = dict[str, Any]

_SHOWN: Final = 20
"""Differences that are named; the others are counted."""


def read_pack(path: Path) -> bytes:
    """The bytes of a pack.

    Raises:
        DeliveryError: no such file, or too large to be one.
    """
    try:
        size = path.stat().st_size if path.is_file() else None
        if size is None:
            message = f"{path} : ce fichier n'existe pas ; il faut une preuve écrite par « duicheck pack »"
            raise DeliveryError(message)
        if size > LARGEST:
            message = f"{path} : une preuve pèse au plus {LARGEST >> 20} Mio"
            raise DeliveryError(message)
        return path.read_bytes()
    except OSError as error:
        message = f"{path} : lecture impossible ({error.strerror})"
        raise DeliveryError(message) from None


def verify(data: bytes, source: str, against: Against, progress: Progress | None = None) -> Verification:
    """Verify a pack as far as what is at hand allows.

    Args:
        data: the archive.
        source: its name, for messages.
        against: what it is held against.
        progress: called while the inputs are read again.

    Raises:
        DeliveryError: not a zip at all; the inputs cannot be opened.
        UsageError: a file of `against` cannot be used.
    """
    found = Verification()
    files = _files(data, source, found)
    if files is None:
        return found
    pack = _read(files, found)
    if pack is None:
        return found
    verify_signature(pack, against, found)
    if found.altered:
        return found
    tools = Tools.for_pack(pack)
    verify_content(pack, tools, against, found)
    if not found.altered:
        verify_replay(pack, tools, against, found, progress)
    return found


def _files(data: bytes, source: str, found: Verification) -> dict[str, bytes] | None:
    """The files, as long as the archive and the digests hold."""
    with found.refusing(Etape.ARCHIVE):
        files = read_zip(data, source)
        missing = [name for name in (SOMMES, MANIFESTE, RAPPORT) if name not in files]
        if missing:
            raise Refused(
                _("ce n'est pas une preuve de duicheck : il y manque {names}").format(names=", ".join(missing))
            )
        found.say(
            Etape.ARCHIVE,
            Etat.VERIFIE,
            _("{count} fichiers, écrits comme duicheck les écrit").format(count=len(files)),
        )
    if found.altered:
        return None
    with found.refusing(Etape.EMPREINTES):
        sums = parse_sums(files[SOMMES])
        right = _("les {count} empreintes sont justes ; celle de {file} est {digest}").format(
            count=len(sums), file=SOMMES, digest=hashlib.sha256(files[SOMMES]).hexdigest()
        )
        found.settle(Etape.EMPREINTES, list(_unlike(sums, files)), right)
    return None if found.altered else files


def _unlike(sums: Mapping[str, str], files: Mapping[str, bytes]) -> Iterable[str]:
    """What differs between the list and the files, one sentence each; a renamed file is one thing."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    added = {name: digests[name] for name in files if name not in sums and name not in {SOMMES, SIGNATURE}}
    for name, digest in sums.items():
        if name in digests:
            if digests[name] != digest:
                yield _("« {name} » a été modifié").format(name=shown(name))
            continue
        twin = next((other for other, value in added.items() if value == digest), None)
        if twin is None:
            yield _("« {name} » a été retiré").format(name=shown(name))
        else:
            del added[twin]
            yield _("« {name} » a été renommé « {twin} »").format(name=shown(name), twin=shown(twin))
    for name in added:
        yield _("« {name} » a été ajouté").format(name=shown(name))


def _read(files: Mapping[str, bytes], found: Verification) -> Pack | None:
    """The pack, as long as its report and its manifest say the same thing in the right shape."""
    report = manifest = None
    with found.refusing(Etape.RAPPORT):
        report = _document(files, RAPPORT)
        verify_schema_of_pack(report, files)
        problems = _problems(report, "rapport")
        if problems and _of_another_version(report):
            found.say(
                Etape.RAPPORT,
                Etat.NON_VERIFIE,
                _("le fichier {file} vient d'une autre version de duicheck, que celle-ci ne lit pas").format(
                    file=RAPPORT
                ),
                *problems,
            )
            return None
        right = _("le fichier {file} a la forme que demandent le schéma du paquet et celui de duicheck").format(
            file=RAPPORT
        )
        found.settle(Etape.RAPPORT, problems, right)
    if found.altered or report is None:
        return None
    found.rapport = report
    with found.refusing(Etape.MANIFESTE):
        manifest = _document(files, MANIFESTE)
        if isinstance(manifest.get("format"), int) and manifest["format"] > FORMAT:
            said = _("{file} est d'un format plus récent que ce duicheck : mettez-le à jour").format(file=MANIFESTE)
            found.say(Etape.MANIFESTE, Etat.NON_VERIFIE, said)
            return None
        wrong = _problems(manifest, "preuve") or list(_contradictions(manifest, report, files))
        found.settle(Etape.MANIFESTE, wrong, _("il dit du rapport et des fichiers ce qu'ils sont"))
    return None if found.altered or manifest is None else Pack(files, manifest, report, record_in(manifest))


def _of_another_version(report: Mapping[str, Any]) -> bool:
    """Whether a report says that another version than this one wrote it."""
    from duicheck import __version__  # noqa: PLC0415 -- a name of the package, read when needed

    program = report.get("duicheck")
    return isinstance(program, dict) and program.get("version", __version__) != __version__


def _document(files: Mapping[str, bytes], name: str) -> Json:
    """A JSON object, written as duicheck writes it and in no other way.

    Raises:
        Refused: it is not one.
    """
    content = files[name]
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
        canonical = isinstance(value, dict) and to_bytes(value) == content
    except (ValueError, RecursionError):
        raise Refused(_("le fichier {file} n'est pas du JSON lisible").format(file=name)) from None
    if not canonical:
        raise Refused(_("le fichier {file} n'est pas écrit comme duicheck l'écrit").format(file=name))
    found: Json = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _problems(value: Json, schema: str) -> list[str]:
    """What our schema refuses, by pointer."""
    return [
        _("{pointer} : il faut {expected}").format(pointer=shown(each.pointer or "/"), expected=shown(each.attendu))
        for each in explain(validator(schema).iter_errors(value))[:_SHOWN]
    ]


def _contradictions(manifest: Json, report: Json, files: Mapping[str, bytes]) -> Iterable[str]:
    """Where the manifest says something else than the report and the files do."""
    record = record_in(manifest)
    others = {name: content for name, content in files.items() if name not in {MANIFESTE, SOMMES, SIGNATURE}}
    expected = manifest_of(report, record, others)
    for pointer, said, is_so in differences(manifest, expected):
        yield _("{pointer} : MANIFESTE.json dit {said}, le reste du paquet dit {so}").format(
            pointer=shown(pointer), said=said, so=is_so
        )
    plugins = [{"nom": each["nom"], "version": each["version"]} for each in record.extensions]
    yield from _unlike_report("/extensions", plugins, report["plugins"])
    keys = ("role", "chemin", "sha256", "octets")
    delivered = [each for each in record.entrees if each["role"] not in {"manifeste", "configuration"}]
    reported = [{key: each[key] for key in keys} for each in report["livraison"]["fichiers"]]
    yield from _unlike_report("/entrees", delivered, reported)


def _unlike_report(where: str, said: Any, reported: Any) -> Iterable[str]:  # noqa: ANN401 -- any JSON value
    for pointer, one, other in differences(said, reported, where):
        yield _("{pointer} : MANIFESTE.json dit {said}, rapport.json dit {so}").format(
            pointer=shown(pointer), said=one, so=other
        )
