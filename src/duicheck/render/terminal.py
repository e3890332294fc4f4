"""The report that a porteur reads in a terminal: the verdict first, then why, then what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from duicheck.langue import N_, _, habits, n_, phrase
from duicheck.render.causes import write_causes
from duicheck.render.findings import write_findings, write_unchecked
from duicheck.render.french import counted, day, typography
from duicheck.render.grid import write_figures
from duicheck.render.headline import errors_by_rule, headline, targets, verdict
from duicheck.render.paper import Paper, Span
from duicheck.render.waivers import summary, write_waivers
from duicheck.render.work import not_right, title, works

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["NARROWEST", "render_terminal"]

Json = Mapping[str, Any]

NARROWEST: Final = 80
"""Below, the figures do not fit beside each other; the terminal wraps."""
WIDEST: Final = 140
"""Lines longer than this are hard to read, whatever the terminal."""

TO_CONFIRM: Final = N_("à confirmer avec le guide CNSA 06/2024")


def render_terminal(  # noqa: PLR0913 -- the report, its rules, and how it was asked for
    report: Json,
    rules: Mapping[str, Rule],
    *,
    width: int,
    colour: bool,
    source: str = "",
    options: Sequence[str] = (),
) -> str:
    """The whole report as text.

    Args:
        report: the value of rapport.json.
        rules: the loaded rules by id, for their titles and remedies.
        width: columns of the terminal; kept between 80 and 140.
        colour: whether to write ANSI codes.
        source: the path that was checked, as it was typed, for the commands that are proposed.
        options: what the check was told beside it, as words of the command line.
    """
    paper = Paper(max(NARROWEST, min(WIDEST, width)), colour=colour)
    _write_head(paper, report)
    _write_work(paper, report, rules)
    write_figures(paper, report)
    write_causes(paper, report)
    write_findings(paper, report, rules)
    write_waivers(paper, report)
    write_unchecked(paper, report)
    _write_hypotheses(paper, report["hypotheses"], report["texte"]["id"])
    _write_next(paper, report, source, options)
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
    _write_line(paper, _("Texte"), f"{texte['id']} — {typography(phrase(texte['titre']))}")
    _write_line(paper, _("Mesure"), _measured(report))
    _write_line(paper, _("Fichiers"), ", ".join(map(_file, report["livraison"]["fichiers"])) or _("aucun"))


def _write_line(paper: Paper, label: str, text: str) -> None:
    paper.paragraph(("fort", label.ljust(9).replace(" ", "\u00a0")), ("", f" {text}"), indent=1, hang=10)


def _measured(report: Json) -> str:
    window = report["fenetre"]
    asked = day(report["date_mesure"])
    if window is None:
        return _("au {day}, fenêtre indéterminée").format(day=asked)
    text = _("au {day}, sur les jours du {first} au {last} inclus")
    return text.format(day=asked, first=day(window["debut"]), last=day(window["fin"]))


def _file(file: Json) -> str:
    if file["lignes"] is None:
        return str(file["chemin"])
    if not file["lignes"]:
        return _("{path} (aucune ligne lue)").format(path=file["chemin"])
    rejected = file["rejetees"]
    refused = _(", dont {rejected}").format(rejected=counted(rejected, "rejetée")) if rejected else ""
    return f"{file['chemin']} ({counted(file['lignes'], 'ligne')}{refused})"


def _write_work(paper: Paper, report: Json, rules: Mapping[str, Rule]) -> None:
    """Who must put right what, a line each; then the establishments that are not right."""
    found = works(report, rules)
    if not found:
        return
    paper.heading(title(report))
    for work in found:
        style = "faute_simple" if work.grave else "alerte_simple"
        what = habits().semicolon.join(work.sentences)
        counts: list[Span] = [(style, work.counts), ("", habits().colon)] if work.counts else []
        paper.paragraph(("fort", work.label), ("", " — "), *counts, ("", f"{what}."), indent=2, hang=2)
    for text in not_right(report, rules):
        paper.paragraph(("", text), indent=2, hang=2)


def _write_hypotheses(paper: Paper, hypotheses: Json, texte: str) -> None:
    """What the text leaves open: departures one by one, defaults in one sentence."""
    if not hypotheses:
        return
    paper.heading(_("Hypothèses de calcul"))
    defaults = []
    for name, chosen in hypotheses.items():
        if chosen["par_defaut"]:
            defaults.append(f"{name}\u00a0=\u00a0{chosen['valeur']}")
            continue
        spans: list[Span] = [("", "– "), ("alerte_simple", f"{name}\u00a0=\u00a0{chosen['valeur']}")]
        why = _(" — choix de cette livraison, pas la règle par défaut. {sentence}")
        paper.paragraph(*spans, ("", typography(why.format(sentence=phrase(chosen["phrase"])))), indent=2, hang=2)
    if defaults:
        text = n_(
            "Règle par défaut, {to_confirm} : {listed}. « duicheck textes {text} » les explique.",
            "Règles par défaut ({count}), {to_confirm} : {listed}. « duicheck textes {text} » les explique.",
            len(defaults),
        ).format(count=len(defaults), to_confirm=_(TO_CONFIRM), listed=", ".join(defaults), text=texte)
        paper.paragraph(("", typography(text)), indent=2, hang=2)


def _write_next(paper: Paper, report: Json, source: str, options: Sequence[str]) -> None:
    """What to do next: never a promise, always a command that can be pasted."""
    paper.heading(_("La suite"))
    words = [_quoted(source) if source else _("LIVRAISON"), *map(_quoted, options)]
    for text, command in _steps(report, " ".join(words)):
        paper.paragraph(("", "→ "), ("", typography(text)), indent=2, hang=2)
        if command:  # whole and alone on its line: it is there to be pasted
            paper.line(("fort", command), indent=6)


def _steps(report: Json, source: str) -> list[tuple[str, str]]:
    """(sentence, command or nothing)."""
    found, errors = report["verdict"], errors_by_rule(report)
    steps = []
    if found == "non_conforme":
        text = _("Corrigez les erreurs ci-dessus dans le logiciel ou dans l'export, puis relancez le contrôle.")
        steps.append((text, ""))
    if found == "indetermine":
        text = _("Ajoutez ou réparez ce qui manque (voir « Ce qui n'a pas été contrôlé »), puis relancez le contrôle.")
        steps.append((text, ""))
    if found == "conforme" and report["cibles"] == "non_atteintes":
        text = _("L'export est fidèle au journal : pour atteindre les cibles, c'est l'usage qui doit progresser.")
        steps.append((text, ""))
    if errors:
        steps.append((_("Pour comprendre une règle et lire sa source :"), f"duicheck explain {next(iter(errors))}"))
    steps.append((_("Pour garder le rapport complet :"), f"duicheck check {source} --output json=rapport.json"))
    return steps


def _quoted(source: str) -> str:
    """A path that a shell takes as one word."""
    return f'"{source}"' if " " in source else source
