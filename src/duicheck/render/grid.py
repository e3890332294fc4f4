"""The figures: one block per establishment, or one line each when there are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from duicheck.langue import N_, _, habits
from duicheck.render.french import counted, integer, percent, ratio, typography
from duicheck.render.headline import TARGETS, verdict
from duicheck.render.paper import Paper, Span, measure

__all__ = ["FEW", "write_figures"]

Json = Mapping[str, Any]

FEW: Final = 10
"""Up to this many establishments, each has its block; beyond, only those that are not conforme."""

BLOCKS: Final = 20
"""How many blocks are printed at most."""

HEADINGS: Final = (
    N_("Indicateur"),
    N_("Exporté"),
    N_("Recalculé"),
    N_("Accord"),
    N_("Taux"),
    N_("Cible"),
    N_("Résultat"),
)
RIGHT: Final = frozenset({1, 2, 4, 5})
WIDE: Final = 100
"""From this width on, a column says how many can be lost and the target still hold."""


def write_figures(paper: Paper, report: Json) -> None:
    """The project's totals, then the establishments."""
    found = report["etablissements"]
    if not found:
        return
    paper.heading(_("Indicateurs"))
    blocks, lines = _share_out(found)
    totals = report["projet"]["indicateurs"] if len(found) > 1 else []
    grids = [totals, *(one["indicateurs"] for one in blocks)]
    layout = _Layout(paper, [row for grid in grids for row in grid])
    layout.headings()
    if totals:
        layout.block([("fort", _("Ensemble du projet")), ("", f" — {counted(len(found), 'établissement')}")], totals)
    for one in blocks[:BLOCKS]:
        layout.block(_title(one), one["indicateurs"])
    if len(blocks) > BLOCKS:
        paper.blank()
        more = counted(len(blocks) - BLOCKS, "autre établissement", "autres établissements")
        paper.paragraph(
            ("", _("… et {establishments} à regarder, dans rapport.json.").format(establishments=more)), indent=2
        )
    if lines:
        _write_lines(paper, lines)
    _write_notes(paper, [row for one in found for row in one["indicateurs"]])


def _share_out(found: Sequence[Json]) -> tuple[list[Json], list[Json]]:
    """Which establishments get a block, and which one line: those that are conforme and owe it to no waiver."""
    if len(found) <= FEW:
        return list(found), []
    plain = [one["verdict"] == "conforme" and not one["sous_derogations"] for one in found]
    blocks = [one for one, short in zip(found, plain, strict=True) if not short]
    return blocks, [one for one, short in zip(found, plain, strict=True) if short]


def _title(one: Json) -> list[Span]:
    spans = [("fort", one["finess_et"]), ("", " — "), verdict(one)]
    if one["cibles"] != "sans_objet":
        style, cibles = TARGETS[one["cibles"]]
        spans += [("", ", "), (_plain(style), _(cibles).lower())]
    return spans


class _Layout:
    """Blocks that share the widths of their columns."""

    def __init__(self, paper: Paper, rows: Sequence[Json]) -> None:
        self.paper = paper
        self.margin = paper.width >= WIDE
        for self.gap, self.slash in ((2, " / "), (1, " / "), (1, "/")):
            self.widths = measure([self._head(), *map(self._cells, rows)])
            if 2 + sum(self.widths) + self.gap * (len(self.widths) - 1) <= paper.width:
                break

    def headings(self) -> None:
        self._write([self._head()])

    def block(self, title: Sequence[Span], rows: Sequence[Json]) -> None:
        self.paper.blank()
        self.paper.line(*title)
        for row in rows:
            self._write([self._cells(row)])
            if row.get("fermete") == "fragile":
                self.paper.paragraph(("alerte_simple", typography(_between(row["bornes"]))), indent=4, hang=2)

    def _head(self) -> list[Span]:
        headings = [*HEADINGS, N_("Marge")] if self.margin else HEADINGS
        return [("discret", _(heading)) for heading in headings]

    def _write(self, rows: Sequence[Sequence[Span]]) -> None:
        right = RIGHT | {len(HEADINGS)} if self.margin else RIGHT
        self.paper.columns(rows, right=right, gap=self.gap, widths=self.widths)

    def _cells(self, row: Json) -> list[Span]:
        wrong = row["conforme"] is False
        judged = row["recalcule"] or row["exporte"]
        spans = [
            ("", row["code"]),
            ("faute_simple" if wrong else "", self._counts(row["exporte"], _("absent"))),
            ("faute_simple" if wrong else "", self._counts(row["recalcule"], "–")),
            _agreement(row["conforme"]),
            ("", "–" if judged is None else ratio(judged["numerateur"], judged["denominateur"])),
            ("", "–" if row["cible"] is None else percent(row["cible"])),
            _result(row),
        ]
        return [*spans, ("", _spare(row))] if self.margin else spans

    def _counts(self, counts: Json | None, none: str) -> str:
        if counts is None:
            return none
        if counts["denominateur"] is None:
            return integer(counts["numerateur"])
        return f"{integer(counts['numerateur'])}{self.slash}{integer(counts['denominateur'])}"


def _between(bounds: Json) -> str:
    """What the rejected rows leave open."""
    least, greatest = (f"{value:.2f}".replace(".", habits().decimal) for value in bounds["taux"])
    text = _("de {least} % à {greatest} % selon les lignes rejetées : la cible en dépend.")
    return text.format(least=least, greatest=greatest)


def _agreement(same: bool | None) -> Span:  # noqa: FBT001 -- three states of one fact
    if same is None:
        return "alerte_simple", "?"
    return ("bien_simple", _("oui")) if same else ("faute", _("NON"))


def _result(row: Json) -> Span:
    if row["atteinte"] is None:
        return "", "–"
    if row["atteinte"]:
        return "bien_simple", _("atteinte")
    return "alerte_simple", _("manque {count}").format(count=integer(row["manquants"] or 0))


def _spare(row: Json) -> str:
    return integer(row["marge"]) if row["atteinte"] and row["marge"] is not None else "–"


def _write_lines(paper: Paper, found: Sequence[Json]) -> None:
    """The conforme establishments: those that lack nothing together, then what each of the others lacks."""
    groups: dict[str, list[Json]] = {}
    for one in found:
        groups.setdefault(one["cibles"], []).append(one)
    forms = N_("établissement conforme, non détaillé", "établissements conformes, non détaillés")
    for cibles, ones in sorted(groups.items()):
        if cibles == "non_atteintes":
            continue
        style, words = TARGETS[cibles]
        paper.blank()
        title: list[Span] = [("fort", counted(len(ones), *forms)), ("", " — "), (_plain(style), _(words).lower())]
        paper.line(*title)
        paper.paragraph(("", " ".join(one["finess_et"] for one in ones)), indent=2)
    if short := groups.get("non_atteintes"):
        paper.blank()
        forms = N_("établissement conforme, résumé en une ligne", "établissements conformes, résumés en une ligne")
        paper.line(("fort", counted(len(short), *forms)), ("", _(" — ce qui manque pour la cible")))
        _write_short(paper, short)


def _write_short(paper: Paper, ones: Sequence[Json]) -> None:
    """A table where it fits, else a sentence each."""
    codes = list(dict.fromkeys(row["code"] for one in ones for row in one["indicateurs"] if row["cible"] is not None))
    rows: list[list[Span]] = [[("discret", _("Établissement")), *(("discret", code) for code in codes)]]
    for one in ones:
        by_code = {row["code"]: row for row in one["indicateurs"]}
        results = [_result(by_code[code]) if code in by_code else ("", "") for code in codes]
        rows.append([("", one["finess_et"]), *results])
    if 2 + sum(measure(rows)) + 2 * len(codes) <= paper.width:
        paper.columns(rows, right=frozenset())
        return
    for one in ones:
        lacks = [
            f"{row['code']}\u00a0{integer(row['manquants'] or 0)}"
            for row in one["indicateurs"]
            if row["atteinte"] is False
        ]
        spans: list[Span] = [
            ("fort", one["finess_et"]),
            ("alerte_simple", _(" manque {lacks}").format(lacks=", ".join(lacks))),
        ]
        paper.paragraph(*spans, indent=2, hang=10)


def _plain(style: str) -> str:
    """The same colour, not bold."""
    return f"{style}_simple" if style else ""


def _write_notes(paper: Paper, rows: Sequence[Json]) -> None:
    notes = [_("Taux arrondis (demi-supérieur, 2 décimales) ; accords et cibles sont jugés sur les nombres entiers.")]
    if any(row["cible_sur"] == "exporte" for row in rows):
        notes.append(_("Cibles jugées sur les nombres exportés là où le recalcul manque."))
    if any("bornes" in row for row in rows):
        notes.append(
            _("Des lignes du journal ou du registre ont été rejetées : les bornes de chaque taux sont au rapport.")
        )
    paper.blank()
    for note in notes:
        paper.paragraph(("discret", typography(note)), indent=2)
