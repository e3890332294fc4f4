"""Who must put right what: the verdict of the project and of each establishment, and the work of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from duicheck.findings import Fixer, Outcome, RuleResult, Severity
from duicheck.model.packs import Paquets
from duicheck.model.roles import CLAIMS, MAKERS
from duicheck.verdict import Judged, leaves_open

if TYPE_CHECKING:
    from duicheck.model import Lecture, Livraison

__all__ = ["Makers", "corrections"]

Json = dict[str, Any]

_SEVERITIES: Final = tuple(Severity)
_COUNTS: Final = {Severity.ERROR: "erreurs", Severity.WARNING: "avertissements", Severity.INFO: "informations"}
_FIGURES: Final = CLAIMS["indicateurs"]


class Makers:
    """Who puts right what stands in a file of the delivery."""

    def __init__(self, livraison: Livraison, lecture: Lecture) -> None:
        self._makers = {file.chemin: MAKERS.get(file.role, Fixer.VENDOR) for file in lecture.fichiers}
        if livraison.manifeste is not None:
            self._makers[livraison.manifeste] = MAKERS["manifeste"]

    def fixer(self, result: RuleResult, file: str | None) -> Fixer:
        """Who the rule names; else who makes the file, or the files that the rule read; the vendor, in doubt."""
        return result.fixer or self._makers.get(file or "") or _maker_of(result.reads)


def corrections(  # noqa: PLR0913 -- the two verdicts are parts of the answer
    results: Sequence[RuleResult],
    livraison: Livraison,
    lecture: Lecture,
    makers: Makers,
    *,
    project: Judged,
    establishments: Mapping[str, Judged],
) -> Json:
    """The key `corrections` of the report (shape: schemas/rapport.schema.json).

    The project has every violation that counts, once, under one name; an establishment has those that name it.
    What waivers cover is nobody's work.

    Args:
        results: what became of each rule; their tallies are whole whatever is printed.
        livraison: the delivery, for what it owes.
        lecture: its files, for what could not be read of them.
        makers: who made them.
        project: its verdict.
        establishments: that of each, in the order of the report.
    """
    whole, parts = _shares(results, makers)
    asked = _asked(results, livraison, lecture)
    crashed = [result.rule for result in results if result.outcome is Outcome.CRASHED]
    own = [*(one for one in asked if one[0] in _FIGURES), *_rejected(lecture)]
    severities = {result.rule: result.severity for result in results if result.severity is not None}
    return {
        "projet": {**_judged(project), "qui": _who(whole, severities, asked, crashed)},
        "etablissements": [
            {
                "finess_et": finess,
                **_judged(found),
                "qui": _who(parts.get(finess, {}), severities, own if found.verdict == "indetermine" else (), ()),
            }
            for finess, found in establishments.items()
        ],
    }


def _judged(found: Judged) -> Json:
    return {"verdict": found.verdict, "sous_derogations": found.lenient}


_Share = dict[Fixer, Counter[str]]
_Asked = tuple[str, str]
"""A role, and why it is asked for: `absent`, `a_completer`, `lignes_rejetees`."""


def _shares(results: Iterable[RuleResult], makers: Makers) -> tuple[_Share, dict[str, _Share]]:
    """How many violations of each rule are whose, over the whole delivery and by establishment."""
    project: _Share = {}
    establishments: dict[str, _Share] = {}
    for result in results:
        for (file, finess), count in result.tally.items():
            who = makers.fixer(result, file)
            project.setdefault(who, Counter())[result.rule] += count
            if finess is not None:
                establishments.setdefault(finess, {}).setdefault(who, Counter())[result.rule] += count
    return project, establishments


def _maker_of(roles: Iterable[str]) -> Fixer:
    """Who makes the files that a rule read, for a violation that stands in none of them; the vendor, in doubt."""
    makers = {MAKERS.get(role, Fixer.VENDOR) for role in roles}
    return makers.pop() if len(makers) == 1 else Fixer.VENDOR


def _asked(results: Iterable[RuleResult], livraison: Livraison, lecture: Lecture) -> list[_Asked]:
    """The roles that the verdict waits for."""
    wanted = set(livraison.exiges - livraison.roles)
    for result in results:
        if result.outcome is Outcome.NOT_CHECKED and leaves_open(result, livraison.exiges):
            wanted |= result.missing & livraison.exiges or result.missing & {Paquets.role}
    there = {file.role for file in lecture.fichiers if file.lu is not None}
    return [(role, "a_completer" if role in there else "absent") for role in sorted(wanted)]


def _rejected(lecture: Lecture) -> Iterator[_Asked]:
    """The roles of which rows could not be read: they may be those of any establishment."""
    for role in dict.fromkeys(file.role for file in lecture.fichiers if file.rejetees):
        yield role, "lignes_rejetees"


def _who(
    share: _Share, severities: Mapping[str, Severity], asked: Iterable[_Asked], crashed: Sequence[str]
) -> list[Json]:
    """The work of each who has some, in the order of `Fixer`."""
    demands: dict[Fixer, list[_Asked]] = {}
    for one in asked:
        demands.setdefault(MAKERS.get(one[0], Fixer.VENDOR), []).append(one)
    busy = {*share, *demands, *((Fixer.DUICHECK,) if crashed else ())}
    return [
        {
            "qui": who.value,
            **_counts(share.get(who, {}), severities),
            "regles": _rules(share.get(who, {}), severities),
            "a_fournir": [{"role": role, "cause": cause} for role, cause in demands.get(who, ())],
            **({"pannes": list(crashed)} if who is Fixer.DUICHECK and crashed else {}),
        }
        for who in Fixer
        if who in busy
    ]


def _counts(found: Mapping[str, int], severities: Mapping[str, Severity]) -> dict[str, int]:
    return {
        name: sum(count for rule, count in found.items() if severities[rule] is severity)
        for severity, name in _COUNTS.items()
    }


def _rules(found: Mapping[str, int], severities: Mapping[str, Severity]) -> list[Json]:
    """The gravest first, then the most frequent."""
    ranked = sorted(found, key=lambda rule: (_SEVERITIES.index(severities[rule]), -found[rule], rule))
    return [{"id": rule, "gravite": severities[rule].value, "constats": found[rule]} for rule in ranked]
