"""The two inventories of a pack: MANIFESTE.json for whoever wants to know, MANIFESTE.sha256 for `sha256sum -c`.

Both are functions of the report, of the record and of the other files: a reader makes them again and compares.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

from duicheck.langue import _
from duicheck.preuve.names import RAPPORT, SIGNATURE, SOMMES
from duicheck.preuve.reading import Refused, shown

__all__ = ["FORMAT", "Record", "derogations_of", "manifest_of", "parse_sums", "record_in", "sums_of"]

Json = dict[str, Any]

FORMAT: Final = 1
"""Of MANIFESTE.json."""

_DEFAULTS: Final = {"role": "indicateurs", "mode": "controle", "moteur": "duicheck"}
"""Options that go without saying."""

_LINE: Final = re.compile(r"([0-9a-f]{64})  ([!-~]+)")


class Record(Struct, frozen=True):
    """What a pack says besides its report: how it was asked for, of what, and what it lacks. All of it JSON values.

    `absents`: the renderings that are not there, each with its reason. `outils`: file -> the program, with its
    version, that made bytes which another version may make otherwise.
    """

    extensions: Sequence[Json]
    options: Json
    entrees: Sequence[Json]
    absents: Sequence[Json]
    outils: Mapping[str, str]
    signature: Json | None = None
    pades: bool = False


def manifest_of(report: Mapping[str, Any], record: Record, files: Mapping[str, bytes]) -> Json:
    """The value of MANIFESTE.json (shape: schemas/preuve.schema.json).

    Args:
        report: the value of rapport.json.
        record: what goes with it.
        files: the bytes of every other file of the pack, but the sums and their signature.
    """
    return {
        "format": FORMAT,
        "duicheck": {"version": report["duicheck"]["version"]},
        "extensions": list(record.extensions),
        "commande": command_of(record),
        "options": record.options,
        "texte": report["texte"],
        "date_mesure": report["date_mesure"],
        "verdict": report["verdict"],
        "sous_derogations": report["sous_derogations"],
        "cibles": report["cibles"],
        "livraison": {"sha256": report["livraison"]["sha256"]},
        "entrees": list(record.entrees),
        "signature": None if record.signature is None else {"fichier": SIGNATURE, **record.signature},
        "pades": record.pades,
        "fichiers": [
            {
                "chemin": name,
                "sha256": hashlib.sha256(content).hexdigest(),
                "octets": len(content),
                **({"outil": record.outils[name]} if name in record.outils else {}),
            }
            for name, content in sorted(files.items())
        ],
        "absents": list(record.absents),
    }


def record_in(manifest: Mapping[str, Any]) -> Record:
    """The record that a MANIFESTE.json, valid against its schema, was made from."""
    signature = manifest["signature"]
    return Record(
        extensions=manifest["extensions"],
        options=manifest["options"],
        entrees=manifest["entrees"],
        absents=manifest["absents"],
        outils={each["chemin"]: each["outil"] for each in manifest["fichiers"] if "outil" in each},
        signature=signature and {key: value for key, value in signature.items() if key != "fichier"},
        pades=manifest["pades"],
    )


def command_of(record: Record) -> list[str]:
    """The command as anybody may type it again: no path of the machine that it was typed on."""
    options = record.options
    words = ["duicheck", "pack", "LIVRAISON", "-o", "preuve.zip"]
    for key in ("texte", "date_mesure", "phase", "role", "mode", "etape", "date_du_jour", "moteur"):
        if options.get(key) is not None and options[key] != _DEFAULTS.get(key):
            words += [f"--{key.replace('_', '-')}", options[key]]
    words += {None: [], True: ["--premiere-mesure"], False: ["--pas-premiere-mesure"]}[options["premiere_mesure"]]
    for name, value in sorted(options["hypotheses"].items()):
        words += ["--hypothese", f"{name}={value}"]
    if options["precedent"] is not None:
        words += ["--precedent", "RAPPORT"]
    for name in options["extensions_ecartees"]:
        words += ["-p", f"no:{name}"]
    if record.signature is not None:
        words += ["--cle", "CLE.pem", "--certificat", "CERTIFICAT.pem"]
        if record.signature["chaine_sha256"]:
            words += ["--chaine", "CHAINE.pem"]
    return [*words, "--pades"] if record.pades else words


def derogations_of(report: Mapping[str, Any]) -> Json:
    """The waivers on their own, for whoever looks for nothing else."""
    return {
        "format": FORMAT,
        "tire_de": RAPPORT,
        "sous_derogations": report["sous_derogations"],
        "derogations": report["derogations"],
    }


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """The lines that `sha256sum -c` reads, sorted by name."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    return "".join(lines).encode("ascii")


def parse_sums(content: bytes) -> dict[str, str]:
    """The digest of each file that MANIFESTE.sha256 lists.

    Raises:
        Refused: a line is not of the only shape that is written, or a name comes twice or out of order.
    """
    text = content.decode("latin-1")  # what is not ASCII then matches no line
    if not text.endswith("\n"):
        raise Refused(_("{file} ne finit pas par une fin de ligne").format(file=SOMMES))
    found: dict[str, str] = {}
    for number, line in enumerate(text[:-1].split("\n"), 1):
        match = _LINE.fullmatch(line)
        if match is None:
            raise Refused(
                _("{file}, ligne {number} : il faut une empreinte, deux espaces et un nom").format(
                    file=SOMMES, number=number
                )
            )
        digest, name = match.groups()
        if name in found:
            raise Refused(
                _("{file}, ligne {number} : « {name} » y est déjà").format(file=SOMMES, number=number, name=shown(name))
            )
        if found and name < next(reversed(found)):
            raise Refused(
                _("{file}, ligne {number} : les noms ne sont pas en ordre").format(file=SOMMES, number=number)
            )
        found[name] = digest
    for name in (SOMMES, SIGNATURE):
        if name in found:
            raise Refused(_("{file} ne peut pas donner l'empreinte de {name}").format(file=SOMMES, name=name))
    return found
