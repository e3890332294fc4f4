"""Where differences come from: each explanation once, with how many figures it gives back exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from duicheck.langue import _, phrase
from duicheck.render.french import counted, typography
from duicheck.render.paper import Paper

__all__ = ["Cause", "Gaps", "common_cause", "gaps", "hypotheses_named", "write_causes"]

Json = Mapping[str, Any]
Place = tuple[str, str]
"""(FINESS, indicator code) of a figure that differs."""

_COMMON = "indicateurs/ecarts-de-meme-cause"
_CERTAIN = "hypothèse établie"
"""The rule that says what differences have in common, and how it says that nothing else explains as much."""
LISTED = 5
"""How many figures that nothing explains are named."""


class Cause(Struct, frozen=True):
    """One explanation and the figures that it gives back; `total` is the number of all that differ."""

    name: str
    found: Mapping[Place, str]
    total: int

    @property
    def sentence(self) -> str:
        """What it explains, with its sentence on one figure; goes after the name."""
        (finess, code), text = next(iter(self.found.items()))
        places = counted(len({finess for finess, _code in self.found}), "établissement")
        said = phrase(text)
        if self.total == 1:
            return typography(_("redonne exactement l'unique écart. {example}").format(example=said))
        whole = _(
            "redonne exactement {count} des {total} écarts, dans {establishments}."
            " Par exemple {indicator} de {finess} : {example}"
        ).format(
            count=len(self.found), total=self.total, establishments=places, indicator=code, finess=finess, example=said
        )
        return typography(whole)


class Gaps(Struct, frozen=True):
    """The fewest explanations that cover what can be explained, and what is left.

    `others`: whether further hypotheses give the same figures. `rejected` counts rows refused at reading.
    """

    total: int
    causes: list[Cause]
    others: bool
    rejected: int
    unexplained: list[Place]

    @property
    def doubt(self) -> str | None:
        """What rejected rows may have to do with it."""
        if not self.rejected:
            return None
        refused = counted(self.rejected, "ligne rejetée", "lignes rejetées")
        return typography(_("{rows} à la lecture : des écarts peuvent en venir.").format(rows=refused))

    @property
    def mystery(self) -> str | None:
        """How much nothing explains, and where."""
        if not self.unexplained:
            return None
        one = _("{indicator} de {finess}")
        listed = ", ".join(one.format(indicator=code, finess=finess) for finess, code in self.unexplained[:LISTED])
        more = ", …" if len(self.unexplained) > LISTED else ""
        count = counted(len(self.unexplained), "écart")
        text = _("{differences} qu'aucune des hypothèses essayées n'explique : {listed}.")
        return typography(text.format(differences=count, listed=f"{listed}{more}"))


def gaps(report: Json) -> Gaps | None:
    """What is known of the differences of a report; None when there is none."""
    wrong = list(_wrong(report))
    if not wrong:
        return None
    causes = _causes(wrong)
    left = {place for place, _row in wrong}
    kept = []
    while causes:
        name, found = max(causes.items(), key=lambda cause: (len(left.intersection(cause[1])), -cause[0].count("=")))
        new = left.intersection(found)
        if not new:
            break
        left -= new
        del causes[name]
        kept.append(Cause(name, found, len(wrong)))
    rejected = sum(file["rejetees"] or 0 for file in report["livraison"]["fichiers"])
    return Gaps(len(wrong), kept, bool(causes), rejected, sorted(left))


def write_causes(paper: Paper, report: Json) -> None:
    """The fewest explanations that cover what can be explained, then what none explains."""
    found = gaps(report)
    if found is None:
        return
    paper.heading(_("D'où viennent les écarts"))
    for cause in found.causes:
        spans = (("", "– "), ("alerte_simple", cause.name), ("", f" {cause.sentence}"))
        paper.paragraph(*spans, indent=2, hang=2)
    if found.others:
        note = _("D'autres hypothèses redonnent aussi certains de ces nombres : voir rapport.json.")
        paper.paragraph(("discret", note), indent=2)
    for text in (found.doubt, found.mystery):
        if text:
            paper.paragraph(("", "– "), ("", text), indent=2, hang=2)


def common_cause(report: Json) -> str | None:
    """What explains every difference for certain, as the report itself says; None where nothing does.

    That an explanation fits every figure is no certainty: the report weighs it, and this only repeats it.
    """
    for finding in report["constats"]:
        facts = finding["faits"]
        if (
            finding["regle"] == _COMMON
            and facts["certitude"] == _CERTAIN
            and facts["ecarts"] == facts["total"] == sum(1 for _ in _wrong(report))
        ):
            return str(facts["explication"])
    return None


def hypotheses_named(hypotheses: Json) -> str:
    """Hypotheses as « fenetre = un_mois et messages = avec_recus »."""
    return _(" et ").join(f"{key}\u00a0=\u00a0{value}" for key, value in hypotheses.items())


def _wrong(report: Json) -> Iterator[tuple[Place, Json]]:
    for one in report["etablissements"]:
        for row in one["indicateurs"]:
            if row["conforme"] is False:
                yield (one["finess_et"], row["code"]), row


def _causes(wrong: list[tuple[Place, Json]]) -> dict[str, dict[Place, str]]:
    """Explanation (« fenetre = un_mois ») -> the figures that it gives back, with its sentence on each."""
    causes: dict[str, dict[Place, str]] = {}
    for place, row in wrong:
        for why in row["explications"]:
            causes.setdefault(hypotheses_named(why["hypotheses"]), {})[place] = why["texte"]
    return causes
