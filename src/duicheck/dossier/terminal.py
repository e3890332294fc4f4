"""The checklist in a terminal: the answer, what to do, then every line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from duicheck.dossier.line import SANS_OBJET
from duicheck.dossier.words import CAUTION, answer, by_hand, details, people, said, step, to_do, why
from duicheck.langue import _, habits
from duicheck.render.french import counted, day, sentence, typography
from duicheck.render.paper import Paper, Span, cells
from duicheck.render.terminal import NARROWEST, WIDEST

__all__ = ["render_terminal"]

Json = Mapping[str, Any]

_MOST: Final = 12
"""How many things to do are listed; the lines below say the others."""


def render_terminal(dossier: Json, *, width: int, colour: bool) -> str:
    """The whole checklist as text; `width` in columns, kept between 80 and 140."""
    paper = Paper(max(NARROWEST, min(WIDEST, width)), colour=colour)
    style, words = answer(dossier)
    paper.bar(style)
    paper.paragraph((style, words), ("", f" — {why(dossier)}"), indent=1, hang=2)
    paper.bar(style)
    texte = dossier["texte"]
    _head(paper, _("Texte"), f"{texte['id']} — {typography(texte['titre'])}")
    _head(paper, _("Étape"), step(dossier))
    _head(paper, _("Mesure"), _("au {day}").format(day=day(dossier["date_mesure"])))
    _write_to_do(paper, to_do(dossier))
    large = max(cells(said(line)[1]) for section in dossier["sections"] for line in section["lignes"])
    for section in dossier["sections"]:
        if section["lignes"]:
            paper.heading(section["titre"])
            _write_section(paper, section["lignes"], large)
    paper.heading(_("Le dépôt"))
    for one in by_hand(dossier):
        paper.paragraph(("", one), indent=2)
    paper.paragraph(("", typography(_(CAUTION))), indent=2)
    return paper.text()


def _head(paper: Paper, label: str, text: str) -> None:
    paper.paragraph(("fort", label.ljust(9).replace(" ", "\u00a0")), ("", f" {text}"), indent=1, hang=10)


def _write_to_do(paper: Paper, lines: list[Json]) -> None:
    if not lines:
        return
    paper.heading(_("Que faire"))
    for number, line in enumerate(lines[:_MOST], 1):
        who = people(line)
        spans: list[Span] = [("", f"{number:>2}."), ("", " "), ("fort", typography(line["intitule"]))]
        spans.append(("", f" ({who})" if who else ""))
        # A control says what it found before what to do; a piece or a document is said by its name.
        found = f"{typography(line['raison'])}. " if line["nature"] == "controle" and line["raison"] else ""
        spans.append(("", f"{habits().colon}{found}{sentence(line['que_faire'])}"))
        paper.paragraph(*spans, indent=1, hang=4)
    if len(lines) > _MOST:
        more = _("… et {others}, dans les listes qui suivent.")
        paper.paragraph(("", more.format(others=counted(len(lines) - _MOST, "autre"))), indent=5)


def _write_section(paper: Paper, lines: list[Json], large: int) -> None:
    """One line each; a clause once for all the pieces that it asks for; what nobody asks for together, last."""
    clause = None
    for line in lines:
        if line["etat"] == SANS_OBJET and line["nature"] != "bilan":
            continue
        if line["nature"] == "piece" and line["clause"] != clause:
            clause = line["clause"]
            paper.paragraph(("discret", typography(clause or "")), indent=2, hang=2)
        _write_line(paper, line, large)
    aside = [line for line in lines if line["etat"] == SANS_OBJET and line["nature"] != "bilan"]
    if aside:
        names = habits().semicolon.join(typography(line["intitule"]) for line in aside)
        paper.paragraph(*_state(aside[0], large), ("", names), indent=2, hang=large + 2)


def _write_line(paper: Paper, line: Json, large: int) -> None:
    spans = [*_state(line, large), ("fort" if line["obligatoire"] else "", typography(line["intitule"]))]
    if line["nature"] == "piece" and not line["obligatoire"]:
        spans.append(("", _(" (recommandée)")))
    if text := _account(line):
        spans.append(("", f"{habits().colon}{typography(text)}"))
    paper.paragraph(*spans, indent=2, hang=large + 2)


def _state(line: Json, large: int) -> list[Span]:
    """The word of its state, as wide as the longest."""
    style, word = said(line)
    return [(style, word), ("", "\N{NO-BREAK SPACE}" * (large - cells(word) + 1)), ("", " ")]


def _account(line: Json) -> str:
    """The files of a piece that is there; otherwise why the line is as it is."""
    files = ", ".join(file["chemin"] for file in line["fichiers"])
    return habits().semicolon.join(part for part in (details(line), files) if part)
