"""Packs made and judged by the public functions, without the PDF: it costs a second and has tests of its own."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from duicheck.cli.outputs import renderers
from duicheck.harness import Options
from duicheck.model import Renderer
from duicheck.plugins import Plugins
from duicheck.preuve.archive import write_zip
from duicheck.preuve.manifest import sums_of
from duicheck.preuve.names import MANIFESTE, SIGNATURE, SOMMES
from duicheck.preuve.outcome import Check, Etape, Etat, Verification
from duicheck.preuve.pack import Against
from duicheck.preuve.packing import Witness, pack
from duicheck.preuve.signing import Signer
from duicheck.preuve.verification import verify
from duicheck.report import to_bytes


@dataclass(frozen=True)
class Built:
    """A pack: its files and its bytes."""

    files: dict[str, bytes]
    data: bytes


def light(plugins: Plugins) -> dict[str, Renderer]:
    return {name: each for name, each in renderers(plugins).items() if name != "pdf"}


def build(path: Path, plugins: Plugins, options: Options | None = None, signer: Signer | None = None) -> Built:
    witness = Witness(plugins, options or Options())
    report = witness.check(path)
    files = pack(report, witness.record(report), plugins, light(plugins), signer=signer)
    return Built(files, write_zip(files))


def judge(
    data: bytes,
    *,
    entrees: Path | None = None,
    precedent: Path | None = None,
    autorite: Path | None = None,
    certificat: Path | None = None,
    formats: Callable[[Plugins], Mapping[str, Renderer]] = light,
) -> Verification:
    return verify(data, "preuve.zip", Against(formats, entrees, precedent, autorite, certificat))


def check_of(found: Verification, etape: Etape) -> Check:
    return next(check for check in found.checks if check.etape is etape)


def altered(found: Verification) -> str:
    """The sentences of what is wrong, each on its line, with plain spaces."""
    return "\n".join(
        phrase.replace("\u00a0", " ") for check in found.checks if check.etat is Etat.ALTERE for phrase in check.phrases
    )


def consistent(files: Mapping[str, bytes], changes: Mapping[str, bytes | None]) -> bytes:
    """What a forger makes: files changed, added or removed (None), and every inventory written again to agree."""
    forged = {name: content for name, content in {**files, **changes}.items() if content is not None}
    manifest: dict[str, Any] = json.loads(forged[MANIFESTE])
    extra = {each["chemin"]: {key: each[key] for key in each.keys() & {"outil"}} for each in manifest["fichiers"]}
    others = {name: forged[name] for name in forged if name not in {MANIFESTE, SOMMES, SIGNATURE}}
    sums = dict(line.split("  ")[::-1] for line in sums_of(others).decode().splitlines())
    manifest["fichiers"] = [
        {"chemin": name, "sha256": sums[name], "octets": len(others[name]), **extra.get(name, {})}
        for name in sorted(others)
    ]
    forged[MANIFESTE] = to_bytes(manifest)
    forged[SOMMES] = sums_of({**others, MANIFESTE: forged[MANIFESTE]})
    return write_zip(forged)
