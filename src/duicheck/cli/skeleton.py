"""The skeleton of a plugin: its files from the templates of `squelette`, written all together or not at all."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Final

from duicheck import __version__
from duicheck.errors import UsageError
from duicheck.hookspecs import API

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["package_of", "skeleton", "write_skeleton"]

FOLDER: Final = "squelette"
TEMPLATE: Final = ".modele"
"""What a name ends with when its content is filled; other files are copied byte for byte."""

_HIDDEN: Final = {"gitignore": ".gitignore"}
"""Names that would act on our own tree if they stood there as they are."""


def package_of(name: str) -> str:
    """The import package of a plugin: `duicheck_ma_region` for `ma-region`."""
    return f"duicheck_{name.replace('-', '_')}"


def skeleton(name: str) -> dict[str, bytes]:
    """The files of a plugin by path, in the order of the paths.

    Args:
        name: of its entry point and of the group of its rules.
    """
    words = {
        "nom": name,
        "paquet": package_of(name),
        "distribution": f"duicheck-{name}",
        "api": str(API),
        **_bounds(__version__),
    }
    return dict(sorted(_filled(files("duicheck.cli") / FOLDER, "", words)))


def write_skeleton(folder: Path, content: Mapping[str, bytes]) -> None:
    """Write the files into a folder that does not exist yet: beside it first, then under its name.

    Raises:
        UsageError: the folder is there already, or cannot be written; nothing is left behind.
    """
    if folder.exists() or folder.is_symlink():
        message = f"{folder} existe déjà et n'est pas touché ; donnez un autre dossier avec --dossier"
        raise UsageError(message)
    if not folder.parent.is_dir():
        message = f"{folder} : le dossier {folder.parent} n'existe pas"
        raise UsageError(message)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.tmp")
    try:
        for path, text in content.items():
            place = beside / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text)
        beside.rename(folder)
    except OSError as error:
        message = f"{folder} ne peut pas être écrit ({error.strerror})"
        raise UsageError(message) from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _bounds(version: str) -> dict[str, str]:
    """Which releases of duicheck the plugin asks for: what is public may change in the next minor one until 1.0."""
    major, minor = map(int, version.split(".")[:2])
    following = f"{major + 1}.0" if major else f"0.{minor + 1}"
    return {"duicheck_min": f"{major}.{minor}", "duicheck_max": following}


def _filled(folder: Traversable, at: str, words: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    for item in folder.iterdir():
        name = item.name.removesuffix(TEMPLATE)
        path = at + _HIDDEN.get(name, name.replace("__nom__", words["nom"]).replace("__paquet__", words["paquet"]))
        if item.is_dir():
            yield from _filled(item, f"{path}/", words)
        elif name != item.name:
            yield path, Template(item.read_text(encoding="utf-8")).substitute(words).encode("utf-8")
        else:
            yield path, item.read_bytes()
