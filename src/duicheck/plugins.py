"""Finding plugins, loading them one by one, and collecting what they register."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from importlib.metadata import Distribution, EntryPoint, entry_points
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import pluggy
from msgspec import Struct

from duicheck import hookspecs
from duicheck.discretion import Discreet
from duicheck.errors import PluginError
from duicheck.langue import add_catalogues
from duicheck.rules import Reader, Rule

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    import click

    from duicheck.model import Renderer

__all__ = ["GROUP", "LoadedPlugin", "Plugins", "load_plugins"]

Registered = TypeVar("Registered", Rule, Reader)

GROUP = "duicheck"
DISABLED = "DUICHECK_DISABLED_PLUGINS"


class LoadedPlugin(Struct, frozen=True):
    """One plugin: its entry-point name, its distribution and version, what it brought."""

    name: str
    distribution: str
    version: str
    rules: tuple[Rule, ...] = ()
    readers: tuple[Reader, ...] = ()


class Plugins(Discreet, frozen=True):
    """Everything that the loaded plugins registered, each id once."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"manager"})

    loaded: Sequence[LoadedPlugin]
    manager: pluggy.PluginManager

    @property
    def rules(self) -> dict[str, Rule]:
        """The rules by id, sorted."""
        found = [rule for plugin in self.loaded for rule in plugin.rules]
        return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}

    @property
    def readers(self) -> list[Reader]:
        """The readers, at most one per part."""
        return [reader for plugin in self.loaded for reader in plugin.readers]

    def rulebooks(self) -> list[tuple[LoadedPlugin, Traversable]]:
        """The texts that plugins bring, with who brings them."""
        return list(self._each("duicheck_rulebooks"))

    def renderers(self) -> dict[str, Renderer]:
        """The output formats that plugins bring, by name.

        Raises:
            PluginError: two plugins bring the same name.
        """
        return self._unique("duicheck_renderers", "le format de sortie")

    def commands(self) -> dict[str, click.Command]:
        """The commands that plugins bring, by name.

        Raises:
            PluginError: two plugins bring the same name.
        """
        return self._unique("duicheck_commands", "la commande")

    def _each(self, hook: str) -> Iterable[tuple[LoadedPlugin, Any]]:
        for plugin in self.loaded:
            for value in _call(self.manager, plugin.name, hook):
                yield plugin, value

    def _unique(self, hook: str, what: str) -> dict[str, Any]:
        owners: dict[str, LoadedPlugin] = {}
        found: dict[str, Any] = {}
        for plugin, value in self._each(hook):
            if value.name in owners:
                raise PluginError(_twice(what, value.name, owners[value.name], plugin))
            owners[value.name], found[value.name] = plugin, value
        return found


def load_plugins(
    *,
    disabled: Iterable[str] = (),
    required: Iterable[str] = (),
    extra: Iterable[EntryPoint] | None = None,
) -> Plugins:
    """Load the plugins of the entry-point group `duicheck`, sorted by name.

    Args:
        disabled: names to leave out, besides those of the variable DUICHECK_DISABLED_PLUGINS (commas).
        required: names that must be loaded, else it is an error.
        extra: entry points to use instead of the installed ones (for tests).

    Raises:
        PluginError: a plugin does not load, implements an unknown hook, was written for an API
            that is not spoken here, repeats an id, or is required and not there. The message names it.
    """
    left_out = set(disabled) | {name.strip() for name in os.environ.get(DISABLED, "").split(",") if name.strip()}
    manager = pluggy.PluginManager("duicheck")
    manager.add_hookspecs(hookspecs.specifications())
    found = _known(entry_points(group=GROUP) if extra is None else extra)
    points = sorted({each.point.name: each for each in found}.values(), key=lambda each: each.point.name)
    _check_names(points, found, left_out)
    loaded = [_load(manager, each) for each in points if each.point.name not in left_out]
    missing = sorted(set(required) - {plugin.name for plugin in loaded})
    if missing:
        message = f"extension exigée mais absente : {', '.join(missing)} ; installez-la ou retirez l'exigence"
        raise PluginError(message)
    _refuse_duplicates(loaded)
    return Plugins(loaded, manager)


class _Known(Struct, frozen=True):
    """An entry point, with the name and the version of the distribution that brings it."""

    point: EntryPoint
    distribution: str
    version: str


def _known(points: Iterable[EntryPoint]) -> list[_Known]:
    """Who brings each entry point. A distribution may bring many: its metadata are parsed once."""
    found = list(points)
    said = {id(point.dist): point.dist for point in found}
    who = {key: _who(dist) for key, dist in said.items()}
    return [_Known(point, *who[id(point.dist)]) for point in found]


def _who(distribution: Distribution | None) -> tuple[str, str]:
    if distribution is None:
        return "distribution inconnue", "?"
    metadata = distribution.metadata
    return metadata["Name"], metadata["Version"]


def _check_names(points: Sequence[_Known], found: Iterable[_Known], left_out: set[str]) -> None:
    """Refuse two distributions under one name (unless it is left out), and a name to leave out that nobody bears."""
    by_name: dict[str, set[str]] = {}
    for each in found:
        if each.point.name in left_out:
            continue
        by_name.setdefault(each.point.name, set()).add(each.distribution)
    for name, distributions in sorted(by_name.items()):
        if len(distributions) > 1:
            message = f"deux distributions apportent l'extension « {name} » : {', '.join(sorted(distributions))}"
            raise PluginError(message)
    unknown = sorted(left_out - {each.point.name for each in points})
    if unknown:
        known = ", ".join(each.point.name for each in points) or "aucune"
        message = f"extension à écarter inconnue : {', '.join(unknown)} ; extensions installées : {known}"
        raise PluginError(message)


def _load(manager: pluggy.PluginManager, known: _Known) -> LoadedPlugin:
    point, distribution, version = known.point, known.distribution, known.version
    who = f"extension « {point.name} » ({distribution} {version})"
    try:
        module = point.load()
    except (Exception, SystemExit) as error:  # an exit at import would end the program without a verdict
        message = f"{who} : elle ne se charge pas ({type(error).__name__} : {error})"
        raise PluginError(message) from error
    needed = getattr(module, "DUICHECK_API", hookspecs.API)
    if not isinstance(needed, int) or isinstance(needed, bool):
        message = f"{who} : DUICHECK_API doit être un entier"
        raise PluginError(message)
    if needed > hookspecs.API:
        message = (
            f"{who} : elle demande l'API {needed}, ce duicheck offre l'API {hookspecs.API} ; mettez duicheck à jour"
        )
        raise PluginError(message)
    if needed < hookspecs.OLDEST_API:
        message = (
            f"{who} : elle est écrite pour l'API {needed}, ce duicheck n'accepte plus d'API avant la "
            f"{hookspecs.OLDEST_API} ; mettez l'extension à jour"
        )
        raise PluginError(message)
    try:
        manager.register(module, name=point.name)
    except pluggy.PluginValidationError as error:
        message = f"{who} : un de ses points d'extension demande des arguments ; aucun n'en reçoit"
        raise PluginError(message) from error
    try:
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        unknown = sorted(set(_implemented(manager, module)) - set(vars(hookspecs.Hooks)))
        message = f"{who} : elle déclare un point d'extension inconnu, {', '.join(unknown)}"
        raise PluginError(message) from error
    rules = _registered(manager, point.name, "duicheck_rules", Rule, "@rule")
    readers = _registered(manager, point.name, "duicheck_readers", Reader, "@reader")
    for folder in _call(manager, point.name, "duicheck_langues"):
        if not hasattr(folder, "joinpath"):
            message = f"{who} : duicheck_langues rend autre chose qu'un dossier de catalogues"
            raise PluginError(message)
        add_catalogues(folder)
    return LoadedPlugin(point.name, distribution, version, rules, readers)


def _implemented(manager: pluggy.PluginManager, module: object) -> list[str]:
    """The names that a module marks as hook implementations."""
    return [name for name in dir(module) if manager.parse_hookimpl_opts(module, name) is not None]


def _registered(
    manager: pluggy.PluginManager, name: str, hook: str, kind: type[Registered], decorator: str
) -> tuple[Registered, ...]:
    """What one plugin returns for a hook that asks for values of one kind: a bare function is a mistake."""
    found = tuple(_call(manager, name, hook))
    for value in found:
        if not isinstance(value, kind):
            bad = getattr(value, "__name__", type(value).__name__)
            message = f"extension « {name} » : {hook} rend « {bad} », qui n'a pas été déclaré avec {decorator}"
            raise PluginError(message)
    return found


def _call(manager: pluggy.PluginManager, name: str, hook: str) -> Sequence[Any]:
    """What one plugin returns for one hook; nothing where it does not implement it."""
    implementation = next(
        (found for found in getattr(manager.hook, hook).get_hookimpls() if found.plugin_name == name), None
    )
    if implementation is None:
        return ()
    try:
        return list(implementation.function())
    except (Exception, SystemExit) as error:
        message = f"extension « {name} » : {hook} a échoué ({type(error).__name__} : {error})"
        raise PluginError(message) from error


def _refuse_duplicates(loaded: Sequence[LoadedPlugin]) -> None:
    rules: dict[str, LoadedPlugin] = {}
    parts: dict[type, LoadedPlugin] = {}
    for plugin in loaded:
        for rule in plugin.rules:
            if rule.id in rules:
                raise PluginError(_twice("la règle", rule.id, rules[rule.id], plugin))
            rules[rule.id] = plugin
        for reader in plugin.readers:
            if reader.provides in parts:
                raise PluginError(_twice("la lecture", reader.provides.__name__, parts[reader.provides], plugin))
            parts[reader.provides] = plugin


def _twice(what: str, name: str, first: LoadedPlugin, second: LoadedPlugin) -> str:
    return (
        f"{what} « {name} » est apportée deux fois : par {first.name} ({first.distribution}) "
        f"et par {second.name} ({second.distribution}) ; écartez l'une des deux avec -p no:NOM"
    )
