"""Where differences come from: each explanation once, with how many figures it gives back exactly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from duicheck.render.french import counted, typography
from duicheck.render.paper import Paper

__all__ = ["common_cause", "write_causes"]

Json = Mapping[str, Any]
Place = tuple[str, str]
"""(FINESS, indicator code) of a figure that differs."""


def write_causes(paper: Paper, report: Json) -> None:
    """The fewest explanations that cover what can be explained, then what none explains."""
    wrong = list(_wrong(report))
    if not wrong:
        return
    causes = _causes(wrong)
    paper.heading("D'où viennent les écarts")
    left = {place for place, _ in wrong}
    while causes:
        name, found = max(causes.items(), key=lambda cause: (len(left.intersection(cause[1])), -cause[0].count("=")))
        new = left.intersection(found)
        if not new:
            break
        left -= new
        del causes[name]
        _write_cause(paper, name, found, len(wrong))
    if causes:
        paper.paragraph(("discret", "D'autres hypothèses redonnent les mêmes nombres : voir rapport.json."), indent=2)
    if rejected := sum(file["rejetees"] or 0 for file in report["livraison"]["fichiers"]):
        text = f"{counted(rejected, 'ligne rejetée', 'lignes rejetées')} à la lecture : des écarts peuvent en venir."
        paper.paragraph(("", "– "), ("", typography(text)), indent=2, hang=2)
    if left:
        listed = ", ".join(f"{code} de {finess}" for finess, code in sorted(left)[:5])
        more = ", …" if len(left) > 5 else ""  # noqa: PLR2004 -- as many as above
        text = f"{counted(len(left), 'écart')} qu'aucune hypothèse connue n'explique : {listed}{more}."
        paper.paragraph(("", "– "), ("", typography(text)), indent=2, hang=2)


def common_cause(report: Json) -> str | None:
    """The one explanation that covers every difference, when there is one."""
    wrong = list(_wrong(report))
    names = [name for name, found in _causes(wrong).items() if len(found) == len(wrong)]
    return min(names, key=lambda name: name.count("="), default=None)


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
            name = " et ".join(f"{key}\u00a0=\u00a0{value}" for key, value in why["hypotheses"].items())
            causes.setdefault(name, {})[place] = why["texte"]
    return causes


def _write_cause(paper: Paper, name: str, found: Mapping[Place, str], total: int) -> None:
    (finess, code), text = next(iter(found.items()))
    places = counted(len({finess for finess, _ in found}), "établissement")
    count = "l'unique écart" if total == 1 else f"{len(found)} des {total} écarts, dans {places}"
    example = "" if total == 1 else f"Par exemple {code} de {finess} : "
    spans = (("", "– "), ("alerte_simple", name), ("", typography(f" redonne exactement {count}. {example}{text}")))
    paper.paragraph(*spans, indent=2, hang=2)
