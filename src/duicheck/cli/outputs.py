"""The files that `--output FORMAT=CHEMIN` asks for: written whole, or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.errors import UsageError
from duicheck.model import Renderer

if TYPE_CHECKING:
    from duicheck.plugins import Plugins

__all__ = ["STDOUT", "Target", "plan", "write"]

STDOUT = "-"

_OURS: Final = ("csv", "xlsx", "html", "junit", "markdown", "pdf", "sarif", "json")
"""Our own formats: `duicheck.render.NAME` makes each with `NAME_renderer`, from the rules by id."""


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


class Renderers(Mapping[str, Renderer]):
    """Output formats by name: ours, each imported when it is asked for, and those of the plugins."""

    def __init__(self, plugins: Plugins) -> None:
        self._rules = plugins.rules
        self._known = plugins.renderers()
        self._names = [*_OURS, *(name for name in self._known if name not in _OURS)]

    def __getitem__(self, name: str) -> Renderer:
        if name not in self._known:
            if name not in _OURS:
                raise KeyError(name)
            module = import_module(f"duicheck.render.{name}")
            self._known[name] = getattr(module, f"{name}_renderer")(self._rules)
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def renderers(plugins: Plugins) -> Renderers:
    """Every output format by name: ours, then those of the plugins."""
    return Renderers(plugins)


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
