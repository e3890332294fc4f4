"""The words of click, in French.

click passes its texts through gettext, whose only other door is a compiled catalogue chosen by the
environment; here the language is ours to choose. Texts that this table does not know stay as they are, and in any
other language than French click keeps its own words.
"""

from __future__ import annotations

import re
import sys
from typing import Final

from duicheck.langue import SOURCE, current
from duicheck.render.french import typography

__all__ = ["install", "polish"]

_FRENCH: Final = {
    # help pages
    "Usage:": "Usage :",
    "Options": "Options ",
    "Positional arguments": "Arguments ",
    "Commands": "Commandes ",
    "Show this message and exit.": "Affiche cette aide.",
    "Show the version and exit.": "Affiche la version.",
    "default: {default}": "par défaut : {default}",
    "env var: {var}": "variable {var}",
    "required": "obligatoire",
    "(dynamic)": "(calculé)",
    "deprecated": "périmé",
    # errors
    "Got unexpected extra argument ({args})": "argument en trop : « {args} »",
    "Got unexpected extra arguments ({args})": "arguments en trop : « {args} »",
    "Missing command.": "il manque une commande",
    "Takes {nargs} values but 1 was given.": "il faut {nargs} valeurs",
    "Takes {nargs} values but {len} were given.": "il faut {nargs} valeurs",
    "Argument {name!r} takes {nargs} values.": "l'argument « {name} » prend {nargs} valeurs",
    "Option {name!r} does not take a value.": "l'option « {name} » ne prend pas de valeur",
    "Option {name!r} requires an argument.": "l'option « {name} » demande une valeur",
    "Option {name!r} requires {nargs} arguments.": "l'option « {name} » demande {nargs} valeurs",
    "Did you mean {possibility}?": "; peut-être {possibility}",
    "(Did you mean one of: {possibilities}?)": "; peut-être {possibilities}",
    "(Possible options: {possibilities})": "; peut-être {possibilities}",
    "No such option {name!r}.": "option « {name} » inconnue",
    "No such option: {name}": "option « {name} » inconnue",
    "No such command {name!r}.": "commande « {name} » inconnue",
    "Invalid value: {message}": "{message}",
    "Invalid value for {param_hint}: {message}": "{param_hint} : {message}",
    "Missing argument": "il manque l'argument",
    "Missing option": "il manque l'option",
    "Missing parameter": "il manque le paramètre",
    "Missing {param_type}": "il manque {param_type}",
    "Missing parameter: {param_name}": "il manque {param_name}",
    "Choose from:\n\t{choices}": "au choix : {choices}",
    "Choose from:\n\t{choices}.": "au choix : {choices}",
    "{value!r} is not {choice}.": "« {value} » ne convient pas ; il faut {choice}",
    "{value!r} is not one of {choices}.": "« {value} » ne convient pas ; il faut l'un de {choices}",
    "{value!r} is not a valid {number_type}.": "« {value} » n'est pas un nombre qui convient",
    "{value} is not in the range {range}.": "{value} est hors de l'intervalle {range}",
    "{value!r} is not a valid boolean. Recognized values: {states}": "« {value} » : il faut l'un de {states}",
    "file": "le fichier",
    "directory": "le dossier",
    "path": "le chemin",
    "{name} {filename!r} does not exist.": "{name} « {filename} » n'existe pas",
    "{name} {filename!r} is a file.": "{name} « {filename} » est un fichier",
    "{name} {filename!r} is a directory.": "{name} « {filename} » est un dossier",
    "{name} {filename!r} is not readable.": "{name} « {filename} » ne peut pas être lu",
    "{name} {filename!r} is not writable.": "{name} « {filename} » ne peut pas être écrit",
    "Could not open file {filename!r}: {message}": "« {filename} » ne s'ouvre pas : {message}",
}

_QUOTED = re.compile(r"(?<!\w)'([^']*)'(?!\w)")


def install() -> None:
    """Make the imported modules of click speak French. Idempotent."""
    for name, module in list(sys.modules.items()):
        if name == "click" or name.startswith("click."):
            for attribute, replacement in (("_", _one), ("ngettext", _one_or_many)):
                if hasattr(module, attribute):
                    setattr(module, attribute, replacement)


def polish(message: str) -> str:
    """A message of click as the end of a sentence: its quotes, spaces and full stop."""
    plain = " ".join(message.split()).rstrip(". ")
    return typography(_QUOTED.sub(r"« \1 »", plain)) if current() == SOURCE else plain


def _one(text: str) -> str:
    return _FRENCH.get(text, text) if current() == SOURCE else text


def _one_or_many(singular: str, plural: str, count: int) -> str:
    return _one(plural if count > 1 else singular)
