"""The files that `--output FORMAT=CHEMIN` asks for: written whole, or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from duicheck.errors import UsageError

if TYPE_CHECKING:
    from duicheck.model import Renderer
    from duicheck.plugins import Plugins

__all__ = ["STDOUT", "Target", "plan", "write"]

STDOUT = "-"


class Target(Struct, frozen=True):
    """One output: how, and where. `path` is None for stdout."""

    renderer: Renderer
    path: Path | None


def plan(
    asked: Sequence[tuple[str, str]],
    plugins: Plugins,
    known_to: Callable[[Plugins], Mapping[str, Renderer]] | None = None,
) -> list[Target]:
    """Match each (format, path) with its renderer, before anything long is done.

    Args:
        asked: the pairs of `--output`.
        plugins: what is loaded.
        known_to: what gives the formats by name; None: those of a report.

    Raises:
        UsageError: unknown format, one that cannot work here, a place that cannot be written, twice the same place.
    """
    if not asked:
        return []
    known = (known_to or renderers)(plugins)
    targets = []
    for name, where in asked:
        if name not in known:
            message = f"--output : format « {name} » inconnu ; formats connus : {', '.join(sorted(known))}"
            raise UsageError(message)
        if (ready := known[name].ready) is not None:
            ready()
        targets.append(Target(known[name], None if where == STDOUT else _writable(Path(where))))
    places = [target.path for target in targets]
    for place in places:
        if places.count(place) > 1:
            message = f"--output : deux sorties vers {place or 'la sortie standard'}"
            raise UsageError(message)
    return targets


def renderers(plugins: Plugins) -> dict[str, Renderer]:
    """Every output format by name: ours, then those of the plugins."""
    from duicheck.render.csv import csv_renderer  # noqa: PLC0415
    from duicheck.render.html import html_renderer  # noqa: PLC0415
    from duicheck.render.json import RENDERER  # noqa: PLC0415
    from duicheck.render.junit import junit_renderer  # noqa: PLC0415
    from duicheck.render.markdown import markdown_renderer  # noqa: PLC0415
    from duicheck.render.pdf import pdf_renderer  # noqa: PLC0415
    from duicheck.render.sarif import sarif_renderer  # noqa: PLC0415
    from duicheck.render.xlsx import xlsx_renderer  # noqa: PLC0415

    tables = (csv_renderer, xlsx_renderer)
    makers = (*tables, html_renderer, junit_renderer, markdown_renderer, pdf_renderer, sarif_renderer)
    ours = (*(make(plugins.rules) for make in makers), RENDERER)
    return {**{renderer.name: renderer for renderer in ours}, **plugins.renderers()}


def write(target: Target, report: Mapping[str, Any]) -> bytes | None:
    """Render and write to the target's path; for stdout, return the bytes instead.

    Raises:
        UsageError: the file cannot be written.
    """
    content = target.renderer.render(report)
    if target.path is None:
        return content
    try:
        _replace(target.path, content)
    except OSError as error:
        message = f"--output : {target.path} ne peut pas être écrit ({error.strerror})"
        raise UsageError(message) from None
    return None


def _writable(path: Path) -> Path:
    if path.is_dir():
        message = f"--output : {path} est un dossier ; donnez le nom d'un fichier"
        raise UsageError(message)
    if not path.parent.is_dir():
        message = f"--output : le dossier {path.parent} n'existe pas"
        raise UsageError(message)
    return path.resolve()


def _replace(path: Path, content: bytes) -> None:
    """Write beside, then rename: a reader never sees half a report. A pipe or device is written as it is."""
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with beside.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
