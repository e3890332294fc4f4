"""Conformance checker for deliveries of usage indicators of the French programme *ESMS numérique*.

Everything here is public and loaded on first use: `import duicheck` costs next to nothing, so
that `duicheck --version` and a plugin's import stay fast.

    >>> from pathlib import Path
    >>> from duicheck import Options, check, load_plugins
    >>> report = check(Path("fixtures/livraisons/petite"), load_plugins())
    >>> report["verdict"], report["cibles"]
    ('conforme', 'atteintes')
    >>> report = check(Path("fixtures/livraisons/petite"), load_plugins(), Options(texte="2024-15"))
    >>> report["verdict"], "indicateurs/mesure-hors-fin-de-mois" in {each["regle"] for each in report["constats"]}
    ('non_conforme', True)
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, without the 10 ms of importing it
if TYPE_CHECKING:
    from duicheck.deprecation import DuicheckDeprecationWarning, deprecated, renamed
    from duicheck.engine import run
    from duicheck.errors import (
        DeliveryError,
        DuicheckError,
        NotApplicable,
        NotAvailable,
        ParameterNotSet,
        PluginError,
        RulebookError,
        UsageError,
    )
    from duicheck.exits import ExitCode
    from duicheck.findings import Fact, Finding, Fixer, Location, Outcome, RuleResult, Severity, Violation
    from duicheck.harness import Options, check, examine
    from duicheck.hookspecs import API, hookimpl
    from duicheck.model import (
        Anomalie,
        Comptes,
        Contenu,
        Dataset,
        Decompte,
        Fenetre,
        FichierLivre,
        Hypotheses,
        Indicateurs,
        Journal,
        Lecture,
        Livraison,
        Mesure,
        Mesures,
        Registre,
        Renderer,
        Table,
        Textes,
    )
    from duicheck.plugins import LoadedPlugin, Plugins, load_plugins
    from duicheck.report import to_bytes
    from duicheck.rulebook import Choix, Hypothesis, Parameter, Rulebook, Source
    from duicheck.rules import Reader, Rule, reader, readers_in, rule, rules_in
    from duicheck.texts import find_rulebook, load_rulebooks

__version__ = "0.1.0"

__all__ = [
    "API",
    "Anomalie",
    "Choix",
    "Comptes",
    "Contenu",
    "Dataset",
    "Decompte",
    "DeliveryError",
    "DuicheckDeprecationWarning",
    "DuicheckError",
    "ExitCode",
    "Fact",
    "Fenetre",
    "FichierLivre",
    "Finding",
    "Fixer",
    "Hypotheses",
    "Hypothesis",
    "Indicateurs",
    "Journal",
    "Lecture",
    "Livraison",
    "LoadedPlugin",
    "Location",
    "Mesure",
    "Mesures",
    "NotApplicable",
    "NotAvailable",
    "Options",
    "Outcome",
    "Parameter",
    "ParameterNotSet",
    "PluginError",
    "Plugins",
    "Reader",
    "Registre",
    "Renderer",
    "Rule",
    "RuleResult",
    "Rulebook",
    "RulebookError",
    "Severity",
    "Source",
    "Table",
    "Textes",
    "UsageError",
    "Violation",
    "__version__",
    "check",
    "deprecated",
    "examine",
    "find_rulebook",
    "hookimpl",
    "load_plugins",
    "load_rulebooks",
    "reader",
    "readers_in",
    "renamed",
    "rule",
    "rules_in",
    "run",
    "to_bytes",
]

_HOMES = {
    "deprecation": ("DuicheckDeprecationWarning", "deprecated", "renamed"),
    "engine": ("run",),
    "errors": (
        "DeliveryError",
        "DuicheckError",
        "NotApplicable",
        "NotAvailable",
        "ParameterNotSet",
        "PluginError",
        "RulebookError",
        "UsageError",
    ),
    "exits": ("ExitCode",),
    "findings": ("Fact", "Finding", "Fixer", "Location", "Outcome", "RuleResult", "Severity", "Violation"),
    "harness": ("Options", "check", "examine"),
    "hookspecs": ("API", "hookimpl"),
    "model": (
        "Anomalie",
        "Comptes",
        "Contenu",
        "Dataset",
        "Decompte",
        "Fenetre",
        "FichierLivre",
        "Hypotheses",
        "Indicateurs",
        "Journal",
        "Lecture",
        "Livraison",
        "Mesure",
        "Mesures",
        "Registre",
        "Renderer",
        "Table",
        "Textes",
    ),
    "plugins": ("LoadedPlugin", "Plugins", "load_plugins"),
    "report": ("to_bytes",),
    "rulebook": ("Choix", "Hypothesis", "Parameter", "Rulebook", "Source"),
    "rules": ("Reader", "Rule", "reader", "readers_in", "rule", "rules_in"),
    "texts": ("find_rulebook", "load_rulebooks"),
}
"""Module -> the public names that live there; a test holds it against `__all__`."""

_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import the module of a public name when the name is first asked for."""
    if name not in _MODULE_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 -- not needed for --version

    value = getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
