"""The language that people read. French is what the sources say; any other comes from a catalogue.

`rapport.json` never passes through here: it is French whatever the language, so that the same delivery
gives the same bytes. Only what shows a report or talks to a user asks for a translation:

* `_`, `n_`: a message that stands in the code at the place where it is shown;
* `N_`: marks a message (or a singular and its plural) that a constant holds, for `_` or `n_` to say later;
* `phrase`: a French sentence that comes from below, out of a report, an exception or a dated text.

What people type is read here too: `read_day`, and `day_typed` for the options of commands.

    >>> with speaking("en"):
    ...     _("Avertissement : {error}").format(error="…")
    'Warning: …'
    >>> n_("{count} dossier", "{count} dossiers", 2).format(count=2)
    '2 dossiers'
"""

from __future__ import annotations

from duicheck.langue.catalogue import N_, SOURCE, _, add_catalogues, available, current, n_, speak, speaking
from duicheck.langue.days import day_typed, read_day
from duicheck.langue.habits import habits
from duicheck.langue.phrases import paragraphs, phrase, value

__all__ = [
    "N_",
    "SOURCE",
    "_",
    "add_catalogues",
    "available",
    "current",
    "day_typed",
    "habits",
    "n_",
    "paragraphs",
    "phrase",
    "read_day",
    "speak",
    "speaking",
    "value",
]
