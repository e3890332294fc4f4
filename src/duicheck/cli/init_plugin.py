"""`duicheck init-plugin`: write a plugin to start from."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from duicheck.cli.sheet import new_sheet, put_sheet
from duicheck.errors import UsageError
from duicheck.langue import _
from duicheck.render.french import counted, typography

if TYPE_CHECKING:
    from duicheck.plugins import Plugins

__all__ = ["command"]

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_LONGEST: Final = 40

_OURS: Final = frozenset({"duicheck", "exemple", "nom", "test", "tests"})
"""Names that would be taken for something else: ours, our example's, a placeholder, a folder of tests."""

_DEVICES: Final = re.compile(r"aux|con|nul|prn|com\d|lpt\d")
"""What Windows allows no folder to be called."""


@click.command("init-plugin", short_help="Écrit le squelette d'une extension.", options_metavar="[OPTIONS]")
@click.argument("nom", metavar="NOM")
@click.option(
    "--dossier",
    type=click.Path(path_type=Path),
    metavar="CHEMIN",
    help="Dossier à écrire, qui ne doit pas exister ; par défaut NOM, dans le dossier courant.",
)
def command(*, nom: str, dossier: Path | None) -> None:
    """Écrit le squelette d'une extension : une règle, ses cas, ses tests, à remplacer par les vôtres.

    NOM est celui de l'extension et du groupe de ses règles. Les tests du squelette passent tels quels
    une fois l'extension installée. Rien n'est jamais écrasé.
    """
    from duicheck.cli.skeleton import package_of, skeleton, write_skeleton  # noqa: PLC0415 -- the help page does without
    from duicheck.plugins import load_plugins  # noqa: PLC0415 -- entry points cost 40 ms

    _check_name(nom)
    _check_free(nom, load_plugins())
    folder = Path(nom) if dossier is None else dossier
    content = skeleton(nom)
    write_skeleton(folder, content)
    _tell(nom, package_of(nom), folder, len(content))


def _check_name(name: str) -> None:
    """Refuse what is no name, with the nearest that is one."""
    if _NAME.fullmatch(name) and len(name) <= _LONGEST:
        if name in _OURS or _DEVICES.fullmatch(name):
            message = f"« {name} » est un nom réservé ; prenez celui de votre région ou de votre organisme"
            raise UsageError(message)
        if name.startswith("duicheck-"):
            message = f"« {name} » : écrivez « {name.removeprefix('duicheck-')} », la distribution s'appellera {name}"
            raise UsageError(message)
        return
    near = _nearest(name)
    hint = f", par exemple « {near} »" if near else ""
    message = (
        f"« {name} » n'est pas un nom d'extension : il faut des minuscules sans accent, des chiffres et des traits "
        f"d'union, une lettre d'abord, {_LONGEST} caractères au plus{hint}"
    )
    raise UsageError(message)


def _nearest(name: str) -> str:
    """The same name written as it must be; empty where nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "oe"))
    words = re.sub(r"[^a-z0-9]+", "-", "".join(char for char in plain if char.isascii() or char.isspace()).lower())
    words = words.strip("-").removeprefix("duicheck-").lstrip("0123456789-")[:_LONGEST].strip("-")
    usable = len(words) > 1 and words not in _OURS and not _DEVICES.fullmatch(words)
    return words if usable else ""


def _check_free(name: str, plugins: Plugins) -> None:
    """Refuse the name of a plugin, and the group of its rules: two could never be loaded together."""
    for plugin in plugins.loaded:
        groups = {rule.id.partition("/")[0] for rule in plugin.rules}
        if name == plugin.name or name in groups:
            message = f"« {name} » est pris par l'extension {plugin.name} ({plugin.distribution}) ; prenez un autre nom"
            raise UsageError(message)


def _tell(name: str, package: str, folder: Path, files: int) -> None:
    sheet = new_sheet()
    written = _("écrit : {files}.").format(files=counted(files, "fichier"))
    sheet.paragraph(("fort", str(folder)), ("", f" {typography(written)}"))
    sheet.columns(
        [
            [("fort", f"src/{package}/regles.py"), ("", _("la règle"))],
            [("fort", f"tests/cas/{name}/"), ("", _("ses cas"))],
            [("fort", "tests/livraison/"), ("", _("la livraison juste dont ils partent, inventée"))],
        ],
        right=frozenset(),
    )
    sheet.blank()
    sheet.paragraph(("", typography(_("La suite, dans un environnement virtuel qui a duicheck et pytest :"))))
    for line in (f"cd {folder}", "pip install -e .", "pytest"):
        sheet.line(("fort", line), indent=4)
    sheet.blank()
    advice = _("Choisissez une licence avant de publier : le squelette n'en a pas.")
    sheet.paragraph(("", typography(advice)))
    put_sheet(sheet)
