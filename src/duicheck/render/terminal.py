"""The report that a porteur reads in a terminal: the verdict first, then why, then what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from duicheck.render.causes import write_causes
from duicheck.render.findings import write_findings, write_unchecked
from duicheck.render.french import accord, counted, day, integer, typography
from duicheck.render.grid import write_figures
from duicheck.render.headline import errors_by_rule, headline, targets, verdict
from duicheck.render.paper import Paper, Span
from duicheck.render.waivers import summary, write_waivers

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["NARROWEST", "render_terminal"]

Json = Mapping[str, Any]

NARROWEST: Final = 80
"""Below, the figures do not fit beside each other; the terminal wraps."""
WIDEST: Final = 140
"""Lines longer than this are hard to read, whatever the terminal."""

TO_CONFIRM: Final = "à confirmer avec le guide CNSA 06/2024"


def render_terminal(report: Json, rules: Mapping[str, Rule], *, width: int, colour: bool, source: str = "") -> str:
    """The whole report as text.

    Args:
        report: the value of rapport.json.
        rules: the loaded rules by id, for their titles and remedies.
        width: columns of the terminal; kept between 80 and 140.
        colour: whether to write ANSI codes.
        source: the path that was checked, as it was typed, for the commands that are proposed.
    """
    paper = Paper(max(NARROWEST, min(WIDEST, width)), colour=colour)
    _write_head(paper, report)
    write_figures(paper, report)
    write_causes(paper, report)
    write_findings(paper, report, rules)
    write_waivers(paper, report)
    write_unchecked(paper, report)
    _write_hypotheses(paper, report["hypotheses"], report["texte"]["id"])
    _write_next(paper, report, source)
    return paper.text()


def _write_head(paper: Paper, report: Json) -> None:
    style = verdict(report)[0]
    paper.bar(style)
    paper.paragraph(*headline(report), indent=1, hang=2)
    paper.paragraph(*targets(report), indent=1, hang=2)
    if waivers := summary(report):
        count = counted(len(report["derogations"]), "DÉROGATION", "DÉROGATIONS")
        paper.paragraph(("alerte", count), ("", f" — {waivers}"), indent=1, hang=2)
    paper.bar(style)
    texte = report["texte"]
    _write_line(paper, "Texte", f"{texte['id']} — {typography(texte['titre'])}")
    _write_line(paper, "Mesure", _measured(report))
    _write_line(paper, "Fichiers", ", ".join(map(_file, report["livraison"]["fichiers"])) or "aucun")


def _write_line(paper: Paper, label: str, text: str) -> None:
    paper.paragraph(("fort", label.ljust(9).replace(" ", "\u00a0")), ("", f" {text}"), indent=1, hang=10)


def _measured(report: Json) -> str:
    window = report["fenetre"]
    asked = f"au {day(report['date_mesure'])}"
    if window is None:
        return f"{asked}, fenêtre indéterminée"
    return f"{asked}, sur les jours du {day(window['debut'])} au {day(window['fin'])} inclus"


def _file(file: Json) -> str:
    if file["lignes"] is None:
        return str(file["chemin"])
    if not file["lignes"]:
        return f"{file['chemin']} (aucune ligne lue)"
    rejected = file["rejetees"]
    refused = f", dont {integer(rejected)}\u00a0{accord(rejected, 'rejetée')}" if rejected else ""
    return f"{file['chemin']} ({counted(file['lignes'], 'ligne')}{refused})"


def _write_hypotheses(paper: Paper, hypotheses: Json, texte: str) -> None:
    """What the text leaves open: departures one by one, defaults in one sentence."""
    if not hypotheses:
        return
    paper.heading("Hypothèses de calcul")
    defaults = []
    for name, chosen in hypotheses.items():
        if chosen["par_defaut"]:
            defaults.append(f"{name}\u00a0=\u00a0{chosen['valeur']}")
            continue
        spans: list[Span] = [("", "– "), ("alerte_simple", f"{name}\u00a0=\u00a0{chosen['valeur']}")]
        why = f" — choix de cette livraison, pas la règle par défaut. {chosen['phrase']}"
        paper.paragraph(*spans, ("", typography(why)), indent=2, hang=2)
    if defaults:
        lead = "Règle par défaut" if len(defaults) == 1 else f"Règles par défaut ({len(defaults)})"
        listed = f"{', '.join(defaults)}. « duicheck textes {texte} » les explique."
        paper.paragraph(("", typography(f"{lead}, {TO_CONFIRM} : {listed}")), indent=2, hang=2)


def _write_next(paper: Paper, report: Json, source: str) -> None:
    """What to do next: never a promise, always a command that can be pasted."""
    paper.heading("La suite")
    for text, command in _steps(report, _quoted(source) if source else "LIVRAISON"):
        paper.paragraph(("", "→ "), ("", typography(text)), indent=2, hang=2)
        if command:  # whole and alone on its line: it is there to be pasted
            paper.line(("fort", command), indent=6)


def _steps(report: Json, source: str) -> list[tuple[str, str]]:
    """(sentence, command or nothing)."""
    found, errors = report["verdict"], errors_by_rule(report)
    steps = []
    if found == "non_conforme":
        text = "Corrigez les erreurs ci-dessus dans le logiciel ou dans l'export, puis relancez le contrôle."
        steps.append((text, ""))
    if found == "indetermine":
        text = "Ajoutez ou réparez ce qui manque (voir « Ce qui n'a pas été contrôlé »), puis relancez le contrôle."
        steps.append((text, ""))
    if found == "conforme" and report["cibles"] == "non_atteintes":
        text = "L'export est fidèle au journal : pour atteindre les cibles, c'est l'usage qui doit progresser."
        steps.append((text, ""))
    if errors:
        steps.append(("Pour comprendre une règle et lire sa source :", f"duicheck explain {next(iter(errors))}"))
    steps.append(("Pour garder le rapport complet :", f"duicheck check {source} --output json=rapport.json"))
    return steps


def _quoted(source: str) -> str:
    """A path that a shell takes as one word."""
    return f'"{source}"' if " " in source else source
