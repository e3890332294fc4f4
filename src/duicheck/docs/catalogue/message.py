"""One message of a catalogue, and how French is told from anything else."""

from __future__ import annotations

import re
import string
from typing import Final

from msgspec import Struct

__all__ = ["FRENCH_WORDS", "ExtractionError", "Message", "french_words", "is_prose", "names_in"]

FRENCH_WORDS: Final = frozenset(
    """
    à ai aucun aucune au aussi autre autres aux avec ce ces cet cette ceux chaque comme contre dans de depuis des deux
    donc dont du elle elles en entre est et eux fait faut fois il ils inconnu inconnue jamais jour jours la le les leur
    leurs lignes lui mais manque mois même ne ni non nous ou où par pas peut plus pour puis que quel quelle qui quoi
    rien sa sans se selon ses si soit son sont sous sur ta tous tout toute toutes trop un une valeur vers voici voir
    votre vous écrit
    fichier dossier règle règles texte livraison rapport
    """.split()
)
"""Words that French prose cannot do without, or that we write everywhere; English has none of them in small letters."""

_ENGLISH_TOO: Final = frozenset(
    {"ai", "comme", "dossier", "fait", "il", "lui", "ni", "on", "rapport", "sa", "se", "son"}
)
"""Words that an English sentence, or a name in one, may hold."""

_WORD = re.compile(r"(?<![\w/.=-])[^\W\d_]+(?![\w/=-]|\.\w)")
"""A word by itself: not a part of a code, a path or a rule's id."""
_ELISION = re.compile(r"(?i)\b(?:[cdjlmnst]|qu|aujourd)['’](?=[^\W\d_]{2})(?!t\b)")
_SPACED = re.compile(r"(?:^|\S)[ \u00a0][:;!?](?=\s|$)")
"""French puts a space there, English none."""
_SEVERAL = re.compile(r"[^\W_]\W*\s\W*[^\W_]")
_ACCENT = re.compile(r"[àâçéèêëîïôùûœÀÂÇÉÈÊËÎÏÔÙÛŒ«»]")


class ExtractionError(Exception):
    """The code asks for a translation in a way that no catalogue can serve; names the file and the line."""


class Message(Struct, frozen=True):
    """A French message, its plural where it has one, and the file that it comes from (below its root, with `/`)."""

    text: str
    plural: str | None
    file: str


def is_prose(text: str) -> bool:
    """Whether a text is French for readers: several words, or an accent; a lone plain word, or a letter, is data."""
    if sum(map(str.isalpha, text)) < 2:  # noqa: PLR2004 -- a letter is data
        return False
    return bool(french_words(text)) and any(mark.search(text) for mark in (_SEVERAL, _ACCENT, _SPACED))


def french_words(text: str) -> list[str]:
    """What shows that a text is French: its accented words and marks, elisions and little words; empty where none."""
    found = [word for word in _WORD.findall(text) if word.lower() in FRENCH_WORDS - _ENGLISH_TOO]
    found += _ELISION.findall(text)
    found += [word for word in re.findall(r"\S+", text) if _ACCENT.search(word)]
    found += _SPACED.findall(text)
    return found


def names_in(text: str) -> list[str]:
    """The names in braces of a message.

    Raises:
        ValueError: its braces do not match.
    """
    return [name for _, name, *_ in string.Formatter().parse(text) if name is not None]
