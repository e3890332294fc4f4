"""From a check to the files of its proof pack."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from duicheck.bundle import CONFIGURATION, NAME, every_file
from duicheck.discretion import mask
from duicheck.errors import UsageError
from duicheck.formats import schema_dir, schema_names
from duicheck.harness import Options, check
from duicheck.langue import SOURCE, speaking
from duicheck.preuve.archive import write_zip
from duicheck.preuve.manifest import Record, derogations_of, manifest_of, sums_of
from duicheck.preuve.names import (
    DEROGATIONS,
    LISEZMOI,
    MANIFESTE,
    PDF_SIGNE,
    RAPPORT,
    RENDERED,
    SIGNATURE,
    SOMMES,
    schema_file,
    texte_file,
)
from duicheck.preuve.readme import readme
from duicheck.report import to_bytes
from duicheck.rulebook import load_rulebook, shipped_rulebooks

if TYPE_CHECKING:
    from duicheck.bundle import Delivery
    from duicheck.bundle.reading import Progress
    from duicheck.model import Renderer
    from duicheck.plugins import Plugins
    from duicheck.preuve.signing import Signer

__all__ = [
    "Witness",
    "compose",
    "digest_inputs",
    "pack",
    "plain_files",
    "render_all",
    "schemas_used",
    "texts_at_hand",
    "tools_of",
]

Json = dict[str, Any]

_ALWAYS = ("rapport", "preuve", "rulebook")
"""The schemas of every pack: of its report, of its manifest, of the texts."""


class Witness(Struct):
    """Runs a check and keeps what the report does not say: what was beside the delivered files, and with what."""

    plugins: Plugins
    options: Options
    without: Sequence[str] = ()
    _beside: list[Json] = field(default_factory=list)

    def check(self, path: Path, progress: Progress | None = None) -> Json:
        """The report of a delivery.

        Raises: as `harness.check`.
        """
        return check(path, self.plugins, self.options, progress, opened=self._look)

    def record(self, report: Mapping[str, Any]) -> Record:
        """The record of the pack, without what its making decides (absent renderings, signature)."""
        delivered = [
            {key: each[key] for key in ("role", "chemin", "sha256", "octets")}
            for each in report["livraison"]["fichiers"]
        ]
        plugins = [
            {"nom": each.name, "distribution": each.distribution, "version": each.version}
            for each in self.plugins.loaded
        ]
        return Record(plugins, self._options(), [*self._beside, *delivered], [], {})

    def _look(self, delivery: Delivery) -> None:
        self._beside = _digest_beside(delivery)

    def _options(self) -> Json:
        options = self.options
        return {
            "texte": options.texte,
            "date_mesure": options.date_mesure and options.date_mesure.isoformat(),
            "premiere_mesure": options.premiere_mesure,
            "phase": options.phase,
            "role": options.role,
            "hypotheses": dict(sorted(options.hypotheses.items())),
            "mode": options.mode,
            **({} if options.etape is None else {"etape": options.etape}),
            "date_du_jour": options.date_du_jour and options.date_du_jour.isoformat(),
            "precedent": options.precedent and _digest_file(options.precedent),
            "moteur": options.moteur,
            "extensions_ecartees": sorted(set(self.without)),
        }


def digest_inputs(delivery: Delivery) -> list[Json]:
    """Every file that a check reads, by digest: the manifest and the configuration, what they declare, what that names.

    Raises:
        DeliveryError: a file cannot be read.
    """
    found = _digest_beside(delivery)
    for file in every_file(delivery):
        digest = file.digest()
        name = mask(digest.chemin)  # as the report writes it
        found.append({"role": digest.role, "chemin": name, "sha256": digest.sha256, "octets": digest.octets})
    return found


def pack(  # noqa: PLR0913 -- what a pack is made of
    report: Mapping[str, Any],
    record: Record,
    plugins: Plugins,
    renderers: Mapping[str, Renderer],
    *,
    signer: Signer | None = None,
    pades: Callable[[bytes], bytes] | None = None,
) -> dict[str, bytes]:
    """The files of a pack by name. Same arguments, same bytes, but for what is signed.

    Args:
        report: the value of rapport.json.
        record: of the same check.
        plugins: what it was made with, for their texts.
        renderers: every output format by name.
        signer: who signs; None: nobody.
        pades: what signs a PDF inside; None: nobody.

    Raises:
        UsageError: a rendering fails for a reason that the user can change, or `pades` without a PDF.
    """
    rendered, absents = render_all(report, renderers)
    if pades is not None:
        if "rapport.pdf" not in rendered:
            message = "--pades : il faut d'abord le PDF, que demande l'extra pdf : pip install \"duicheck[pdf,pades]\""
            raise UsageError(message)
        rendered[PDF_SIGNE] = pades(rendered["rapport.pdf"])
    record = replace(
        record,
        absents=absents,
        outils=tools_of(rendered),
        signature=None if signer is None else signer.announce(),
        pades=pades is not None,
    )
    brought = {
        **{texte_file(name): content for name, content in texts_at_hand(plugins).items()},
        **{schema_file(name): content for name, content in schemas_used(record).items()},
    }
    files = compose(report, record, {**rendered, **brought})
    if signer is not None:
        files[SIGNATURE] = signer.sign(files[SOMMES])
    write_zip(files)  # says now if it is too large
    return files


def compose(report: Mapping[str, Any], record: Record, others: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every file of a pack but its signature, from the report, the record and what neither gives (`others`)."""
    files = {**others, **plain_files(report, record)}
    files[MANIFESTE] = to_bytes(manifest_of(report, record, files))
    files[SOMMES] = sums_of(files)
    return files


def plain_files(report: Mapping[str, Any], record: Record) -> dict[str, bytes]:
    """The files that are nothing but the report and the record."""
    return {
        RAPPORT: to_bytes(report),
        DEROGATIONS: to_bytes(derogations_of(report)),
        LISEZMOI: readme(report, record),
    }


def render_all(
    report: Mapping[str, Any], renderers: Mapping[str, Renderer], wanted: Iterable[str] = tuple(RENDERED)
) -> tuple[dict[str, bytes], list[Json]]:
    """The renderings of a pack by file, always in French, and those that cannot be had here, with the reason."""
    rendered: dict[str, bytes] = {}
    absents: list[Json] = []
    with speaking(SOURCE):
        for name in wanted:
            output = RENDERED[name]
            if output not in renderers:
                absents.append({"chemin": name, "raison": f"ce duicheck n'a pas de format « {output} »"})
                continue
            try:
                rendered[name] = renderers[output].render(report)
            except UsageError as error:  # an extra that is not installed; the sentence says which
                absents.append({"chemin": name, "raison": str(error)})
    return rendered, absents


def texts_at_hand(plugins: Plugins) -> dict[str, bytes]:
    """The data of every dated text, by id: the diagnosis reads more than the one that governs.

    With line ends as the digest of the report has them, whatever a checkout did to the file.
    """
    found = {source.name.removesuffix(".toml"): source for source in shipped_rulebooks()}
    found |= {load_rulebook(source).id: source for _, source in plugins.rulebooks()}
    return {name: _portable(source.read_bytes()) for name, source in sorted(found.items())}


def schemas_used(record: Record) -> dict[str, bytes]:
    """Our schemas for what a pack holds and for what was read, by name."""
    roles = {each["role"] for each in record.entrees}
    words = {"manifeste": "manifest", "configuration": "configuration"}
    names = {*_ALWAYS, *(words.get(role, role) for role in roles)} & set(schema_names())
    return {name: _portable((schema_dir() / f"{name}.schema.json").read_bytes()) for name in sorted(names)}


def tools_of(rendered: Iterable[str]) -> dict[str, str]:
    """By rendering, the program whose version shows in the bytes."""
    if "rapport.pdf" not in rendered:
        return {}
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 -- only with a PDF

    try:
        return {"rapport.pdf": f"typst {version('typst')}"}
    except PackageNotFoundError:  # another renderer took the name
        return {}


def _digest_beside(delivery: Delivery) -> list[Json]:
    """The manifest and the configuration; the report has the other files."""
    places = (
        ("manifeste", NAME, delivery.manifest_path),
        ("configuration", CONFIGURATION, delivery.configuration_path),
    )
    return [{"role": role, "chemin": name, **_digest_file(path)} for role, name, path in places if path is not None]


def _digest_file(path: Path) -> Json:
    try:
        content = path.read_bytes()
    except OSError as error:
        message = f"{path.name} : lecture impossible ({error.strerror})"
        raise UsageError(message) from None
    return {"sha256": hashlib.sha256(content).hexdigest(), "octets": len(content)}


def _portable(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n")
