"""Who must put right what, in words. What only informs is nobody's work: it is counted beside the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.langue import N_, _, habits, n_, phrase
from duicheck.render.french import counted, integer, sentence, typography
from duicheck.render.labels import fixer, role

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = [
    "CAUSES",
    "LISTED",
    "Place",
    "Share",
    "Work",
    "how_many",
    "not_right",
    "places",
    "quiet",
    "shares",
    "title",
    "works",
]

Json = Mapping[str, Any]

LISTED: Final = 20
"""How many establishments a page lists; rapport.json and the workbook have them all."""

_NAMED: Final = 3
"""How many rules are named; the others are counted."""

_COUNTED: Final = {
    "erreurs": N_("erreur", "erreurs"),
    "avertissements": N_("avertissement", "avertissements"),
    "informations": N_("information", "informations"),
}

_PLACES: Final = 4
"""How many establishments a sentence names; the others are counted."""

_NOT_RIGHT: Final = {
    "non_conforme": N_("établissement non conforme", "établissements non conformes"),
    "indetermine": N_("établissement indéterminé", "établissements indéterminés"),
}

CAUSES: Final = {
    "absent": N_("à fournir : {files}"),
    "a_completer": N_("à compléter : {files}"),
    "lignes_rejetees": N_("lignes rejetées, à refaire : {files}"),
}
"""Why something is asked for, by the code of the report."""


class Work(Struct, frozen=True):
    """What one must put right or provide.

    `who` is a code, `label` a name, `counts` the errors and warnings in words (empty: none), `grave` whether there
    are errors. `rules` are those of the gravest findings, with their counts; `asked` what is to be provided.
    """

    who: str
    label: str
    counts: str
    grave: bool
    rules: str
    asked: tuple[str, ...]

    @property
    def sentences(self) -> Iterator[str]:
        """What it comes to: the rules, then what is asked for."""
        if self.rules:
            yield self.rules
        yield from self.asked

    @property
    def short(self) -> str:
        """The same in one sentence, with how many; of warnings, only how many."""
        counts = f"{self.counts}{habits().colon}{self.rules}" if self.grave else self.counts
        return sentence(habits().semicolon.join(filter(None, (counts, *self.asked))))


class Place(Struct, frozen=True):
    """An establishment that is not right, or of which somebody has something to put right; `part` has its verdict."""

    finess_et: str
    part: Json
    works: tuple[Work, ...]


class Share(Struct, frozen=True):
    """An entry of the report, whole: `name` is an establishment, or None for the delivery; `part` has its verdict.

    `rules` are (id, severity, count); `asked` what is to be provided, or reported.
    """

    name: str | None
    part: Json
    label: str
    counts: str
    rules: list[tuple[str, str, int]]
    asked: list[str]


def shares(report: Json) -> Iterator[Share]:
    """Every entry: the delivery, then each establishment that has some or is not conforme."""
    found = report["corrections"]
    parts = [(None, found["projet"]), *((one["finess_et"], one) for one in found["etablissements"])]
    for name, part in parts:
        if name is not None and not part["qui"] and part["verdict"] != "conforme":
            yield Share(name, part, "–", "", [], [])
        for share in part["qui"]:
            rules = [(rule["id"], rule["gravite"], rule["constats"]) for rule in share["regles"]]
            counts = ", ".join(counted(share[key], *forms) for key, forms in _COUNTED.items())
            yield Share(name, part, fixer(share["qui"]), counts, rules, list(_demands(share)))


def quiet(report: Json) -> list[str]:
    """The establishments that are conforme, and of which there is nothing to say."""
    ones = report["corrections"]["etablissements"]
    return [one["finess_et"] for one in ones if not one["qui"] and one["verdict"] == "conforme"]


def title(report: Json) -> str:
    """What the section is called: nobody must put right what only deserves a look."""
    shares = report["corrections"]["projet"]["qui"] if "corrections" in report else []
    if any(share["erreurs"] or share["a_fournir"] or "pannes" in share for share in shares):
        return _("Qui doit corriger quoi")
    return _("Qui doit regarder quoi")


def works(report: Json, rules: Mapping[str, Rule]) -> list[Work]:
    """The work of each over the whole delivery; none in the reports of the first versions."""
    return _works(report["corrections"]["projet"]["qui"], rules) if "corrections" in report else []


def places(report: Json, rules: Mapping[str, Rule]) -> list[Place]:
    """The establishments, the gravest verdicts first."""
    if "corrections" not in report:
        return []
    order = ["non_conforme", "indetermine", "conforme"]
    found = [
        Place(one["finess_et"], one, tuple(_works(one["qui"], rules)))
        for one in report["corrections"]["etablissements"]
    ]
    listed = [one for one in found if one.works or one.part["verdict"] != "conforme"]
    return sorted(listed, key=lambda one: order.index(one.part["verdict"]))


def how_many(share: Json, *keys: str) -> str:
    """The counts of a share under these keys, in words; empty for none."""
    return ", ".join(counted(share[key], *_COUNTED[key]) for key in keys if share[key])


def not_right(report: Json, rules: Mapping[str, Rule]) -> Iterator[str]:
    """Which establishments are not conforme, some of them named."""
    found = places(report, rules)
    for verdict, forms in _NOT_RIGHT.items():
        ones = [one.finess_et for one in found if one.part["verdict"] == verdict]
        if not ones:
            continue
        named = ", ".join(ones[:_PLACES])
        if (left := len(ones) - _PLACES) > 0:
            named = _("{named} et {others}").format(named=named, others=counted(left, "autre"))
        text = _("{establishments} : {named}.").format(establishments=counted(len(ones), *forms), named=named)
        yield typography(text)


def _works(shares: list[Json], rules: Mapping[str, Rule]) -> list[Work]:
    return [found for share in shares if (found := _work(share, rules)) is not None]


def _work(share: Json, rules: Mapping[str, Rule]) -> Work | None:
    """The work of one; None where there is only information."""
    asked = _asked(share)
    if not (share["erreurs"] or share["avertissements"] or asked):
        return None
    grave = "erreur" if share["erreurs"] else "avertissement"
    return Work(
        share["qui"],
        fixer(share["qui"]),
        how_many(share, "erreurs", "avertissements"),
        bool(share["erreurs"]),
        _rules([rule for rule in share["regles"] if rule["gravite"] == grave], rules),
        asked,
    )


def _rules(found: list[Json], rules: Mapping[str, Rule]) -> str:
    """The rules by their titles, the most frequent first; the count of a single one is said already."""
    if len(found) == 1:
        return typography(_title(found[0]["id"], rules))
    named = [f"{_title(rule['id'], rules)} ({integer(rule['constats'])})" for rule in found[:_NAMED]]
    if (left := len(found) - _NAMED) > 0:
        named.append(n_("{count} autre règle", "{count} autres règles", left).format(count=integer(left)))
    return typography(habits().semicolon.join(named))


def _title(rule: str, rules: Mapping[str, Rule]) -> str:
    return phrase(rules[rule].title) if rule in rules else rule


def _demands(share: Json) -> Iterator[str]:
    """What is to be provided, by cause, then each crash."""
    for cause in dict.fromkeys(one["cause"] for one in share["a_fournir"]):
        files = ", ".join(role(one["role"]) for one in share["a_fournir"] if one["cause"] == cause)
        yield typography(_(CAUSES.get(cause, cause)).format(files=files))
    for rule in share.get("pannes", ()):
        yield typography(_("panne à signaler : {rule}").format(rule=rule))


def _asked(share: Json) -> tuple[str, ...]:
    """What is to be provided, by cause; a crash is to be reported."""
    found = list(_demands({**share, "pannes": []}))
    if crashed := share.get("pannes"):
        text = n_(
            "panne à signaler : {rules}, un contrôle arrêté par une erreur de programme",
            "pannes à signaler : {rules}, des contrôles arrêtés par une erreur de programme",
            len(crashed),
        )
        found.append(
            typography(text.format(rules=", ".join(crashed[:_NAMED]) + ("…" if len(crashed) > _NAMED else "")))
        )
    return tuple(found)
