"""The exception tree.

DuicheckError
├── UsageError        the command or the call is wrong            (exit 2)
├── DeliveryError     the delivery cannot be opened at all        (exit 4)
├── RulebookError     a rulebook is unusable                      (exit 5)
│   └── ParameterNotSet   the text does not set this parameter    (a rule becomes `sans_objet`)
├── PluginError       a plugin is unusable                        (exit 5)
├── PackError         a pack of rules cannot be had or is altered (exit 5)
├── NotApplicable     raised by a rule or reader: the text does not ask  (`sans_objet`)
└── NotAvailable      raised by a reader: a part cannot be had    (`non_verifiee`)

Wrong data is a finding, never one of these. Messages are French, one sentence,
written for the person who ran the command: which file, what was expected, what to do.

    >>> from duicheck import find_rulebook, load_plugins, load_rulebooks
    >>> find_rulebook(load_rulebooks(load_plugins()), "2025-4")
    Traceback (most recent call last):
    duicheck.errors.UsageError: texte « 2025-4 » inconnu ; textes connus : 2021-amorcage, 2023-13, 2024-15, 2025-40 ; \
peut-être « 2025-40 »
"""

from __future__ import annotations

__all__ = [
    "DeliveryError",
    "DuicheckError",
    "NotApplicable",
    "NotAvailable",
    "PackError",
    "ParameterNotSet",
    "PluginError",
    "RulebookError",
    "UsageError",
]


class DuicheckError(Exception):
    """Any error that duicheck raises on purpose; its text is French and shown as it is."""


class UsageError(DuicheckError):
    """The command line, or the arguments of a call, cannot be carried out."""


class DeliveryError(DuicheckError):
    """The delivery cannot be opened: no such path, broken archive, unusable manifest."""


class RulebookError(DuicheckError):
    """A rulebook is malformed, unknown, or registered twice."""


class ParameterNotSet(RulebookError):  # noqa: N818 -- as below: control flow towards an outcome
    """The chosen text sets no value for a parameter; the rule that asked is `sans_objet`."""

    def __init__(self, name: str, texte: str) -> None:
        super().__init__(f"le texte {texte} ne fixe pas « {name} »")
        self.name = name
        self.texte = texte


class PluginError(DuicheckError):
    """A plugin cannot be loaded, or two plugins claim the same id."""


class PackError(DuicheckError):
    """A pack of national rules cannot be added, fetched or trusted."""


class NotApplicable(DuicheckError):  # noqa: N818 -- control flow towards an outcome, not a failure
    """The text, or the kind of project, does not ask for what a rule checks."""


class NotAvailable(DuicheckError):  # noqa: N818 -- control flow towards an outcome, not a failure
    """A part of the dataset cannot be built, for a reason that the report prints.

    `roles` names the roles of the delivery whose absence is the cause (empty: another cause).
    `reasons` are the single reasons behind one that sums up several.
    """

    def __init__(self, reason: str, roles: frozenset[str] = frozenset(), reasons: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.roles = roles
        self.reasons = reasons or (reason,)
