"""The program that made a pack, and the one at hand: the same or not, and what that forbids."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck import __version__
from duicheck.langue import _
from duicheck.plugins import Plugins, load_plugins
from duicheck.preuve.reading import shown

if TYPE_CHECKING:
    from duicheck.preuve.pack import Pack

__all__ = ["Tools"]


class Tools(Struct, frozen=True):
    """`plugins`: those that the pack names, at the versions installed here; None where one is missing.

    `missing` and `others` are sentences: what is not installed, what is of another version.
    """

    plugins: Plugins | None
    missing: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether duicheck and every plugin are those that made the pack."""
        return not self.missing and not self.others

    @classmethod
    def for_pack(cls, pack: Pack) -> Tools:
        """Load what the pack names, and nothing else.

        Raises:
            PluginError: an installed plugin cannot be loaded.
        """
        installed = load_plugins()
        wanted = {each["nom"]: each for each in pack.record.extensions}
        here = {each.name: each for each in installed.loaded}
        missing = tuple(
            _("l'extension « {name} » ({distribution} {version}) n'est pas installée").format(
                name=shown(name), distribution=shown(each["distribution"]), version=shown(each["version"])
            )
            for name, each in wanted.items()
            if name not in here
        )
        extra = here.keys() - wanted.keys()
        plugins = load_plugins(disabled=extra) if extra else installed
        return cls(None if missing else plugins, missing, tuple(_others(pack, installed)))


def _others(pack: Pack, installed: Plugins) -> Iterator[str]:
    made = pack.report["duicheck"]["version"]
    if made != __version__:
        yield _("la preuve a été faite par duicheck {made}, et c'est duicheck {here} qui la vérifie").format(
            made=shown(made), here=__version__
        )
    here = {each.name: f"{each.distribution} {each.version}" for each in installed.loaded}
    for each in pack.record.extensions:
        then, now = f"{each['distribution']} {each['version']}", here.get(each["nom"])
        if now not in {None, then} and then != f"duicheck {made}":
            yield _("l'extension « {name} » vient ici de {here}, la preuve a été faite avec {made}").format(
                name=shown(each["nom"]), here=now, made=shown(then)
            )
