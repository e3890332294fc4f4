"""The director's part: the two answers, what to do, the rates against their targets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from duicheck.langue import _, habits
from duicheck.render.actions import actions
from duicheck.render.charts import Chart, charts
from duicheck.render.figures import Figures
from duicheck.render.french import counted, sentence, typography
from duicheck.render.headline import TARGETS, targets_why, verdict, verdict_why
from duicheck.render.labels import indicator
from duicheck.render.pdf.blocks import (
    Block,
    Column,
    Content,
    badge,
    heading,
    items,
    lines,
    link,
    note,
    paragraph,
    strong,
    table,
    warning,
)
from duicheck.render.waivers import summary
from duicheck.render.work import LISTED, Work, places, title, works

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["direction"]

Json = Mapping[str, Any]

LABEL: Final = 14
"""Characters beside a bar: a FINESS number has nine."""


def direction(report: Json, rules: Mapping[str, Rule], figures: Figures) -> Iterator[Block]:
    """The blocks of the part."""
    yield heading(1, _("Pour la direction"), "direction")
    yield _answers(report)
    if waivers := summary(report):
        count = counted(len(report["derogations"]), "dérogation")
        yield warning(
            strong(f"{count}."), f" {sentence(waivers)} ", link("derogations", _whole(_("Voir les dérogations")))
        )
    yield heading(2, _("Que faire"), "que-faire")
    found = actions(report, rules)
    yield items(
        [[strong(f"{one.title}."), f" {one.text} ", link(one.anchor, _whole(_("Voir le détail")))] for one in found],
        numbered=True,
    )
    yield from _work(report, rules)
    yield heading(2, _("Les taux au regard des cibles"), "taux")
    if drawn := charts(report):
        yield _drawings(drawn)
    if not figures.establishments:
        yield paragraph(_("Aucun indicateur n'a pu être mesuré."))
        return
    yield _rates(report, figures)
    rounded = _("Taux arrondis (demi-supérieur, 2 décimales) ; accords et cibles sont jugés sur les nombres entiers.")
    words = [typography(rounded)]
    if figures.on_export:
        words.append(_("Cibles jugées sur les nombres exportés là où le recalcul manque."))
    yield note(" ".join(words))


def _answers(report: Json) -> Block:
    style, word = verdict(report)
    reached, answer = TARGETS[report["cibles"]]
    return {
        "bloc": "reponses",
        "items": [
            {
                "question": typography(_("L'export est-il fidèle au journal ?")),
                "style": style or "neutre",
                "mot": word.capitalize(),
                "t": sentence(verdict_why(report)),
            },
            {
                "question": typography(_("Les cibles d'usage sont-elles atteintes ?")),
                "style": reached or "neutre",
                "mot": _(answer).capitalize(),
                "t": sentence(targets_why(report)),
            },
        ],
    }


def _work(report: Json, rules: Mapping[str, Rule]) -> Iterator[Block]:
    """Who must put right what: over the whole delivery, then by establishment."""
    found = works(report, rules)
    if not found:
        return
    yield heading(2, title(report), "qui-corrige")
    columns = [Column(_("Qui"), "1fr"), Column(_("Combien")), Column(_("Quoi, le plus fréquent d'abord"), "3fr")]
    rows: list[list[Content]] = [[[strong(work.label)], _count(work), _what(work)] for work in found]
    yield table(_("Pour toute la livraison"), columns, rows)
    ones = places(report, rules)
    if not ones:
        return
    columns = [Column(_("Établissement"), "0.7fr"), Column(_("Verdict")), Column(_("Qui, et quoi"), "3fr")]
    rows = [
        [
            [strong(one.finess_et)],
            [_verdict(one.part)],
            lines([strong(work.label), f"{habits().colon}{work.short}"] for work in one.works),
        ]
        for one in ones[:LISTED]
    ]
    yield table(_("Établissement par établissement"), columns, rows, dense=True)
    if len(ones) > LISTED:
        more = _("… et {establishments} dans rapport.json et dans le classeur.")
        yield note(more.format(establishments=counted(len(ones) - LISTED, "autre")))


def _count(work: Work) -> Content:
    return [badge("faute" if work.grave else "alerte", work.counts)] if work.counts else "–"


def _what(work: Work) -> str:
    return " ".join(map(sentence, work.sentences))


def _drawings(drawn: list[Chart]) -> Block:
    bars = [bar for chart in drawn for bar in chart.bars]
    keys = [
        ["atteinte", _("cible atteinte")],
        ["manquee", _("sous la cible")],
        ["inconnue", _("sans cible, ou non jugé")],
        ["cible", _("cible")],
    ]
    if any(bar.exported is not None for bar in bars):
        keys.append(["exporte", _("taux exporté, quand il diffère")])
    if any(bar.low is not None for bar in bars):
        keys.append(["bornes", _("entre quelles bornes, vu les lignes rejetées")])
    return {
        "bloc": "graphes",
        "cles": [{"s": style, "t": word} for style, word in keys],
        "items": list(map(_drawing, drawn)),
    }


def _drawing(chart: Chart) -> Block:
    """A chart as its HTML twin draws it; the template scales it."""
    hidden = ""
    if chart.hidden:
        lowest = sum(not bar.whole for bar in chart.bars)
        hidden = typography(
            _("Les {lowest} taux les plus bas ; le tableau donne les {others}.").format(
                lowest=lowest, others=counted(chart.hidden, "autre")
            )
        )
    return {
        "titre": chart.title,
        "sous_titre": chart.subtitle,
        "texte": f"{chart.title}{', ' if chart.subtitle else ''}{chart.subtitle}. {chart.text}",
        "note": hidden,
        "largeur": chart.width,
        "hauteur": chart.height,
        "gauche": chart.left,
        "droite": chart.right,
        "haut": chart.top,
        "cible": chart.target,
        "graduations": [{"x": x, "t": label} for x, label in chart.ticks],
        "barres": [
            {
                "nom": _short(bar.label),
                "valeur": bar.value,
                "etat": bar.state,
                "ensemble": bar.whole,
                "y": bar.y,
                "largeur": bar.width,
                "coupee": bar.cut,
                "exporte": bar.exported,
                "bas": bar.low,
                "haut": bar.high,
            }
            for bar in chart.bars
        ],
    }


def _whole(words: str) -> str:
    """Words that stay on one line."""
    return words.replace(" ", "\u00a0")


def _short(label: str) -> str:
    """What fits beside a bar; the table under the charts has it whole."""
    return label if len(label) <= LABEL else f"{label[: LABEL - 1]}…"


def _rates(report: Json, figures: Figures) -> Block:
    columns = [Column(_("Établissement"), "1.35fr"), Column(_("Fidèle au journal"))]
    for code in figures.codes:
        target = figures.target(code)
        title: Content = indicator(code)
        if target:
            title = [indicator(code), {"s": "faits", "t": _("cible {target}").format(target=target)}]
        columns.append(Column(title, "1fr", right=True))
    rows: list[list[Content]] = []
    if len(figures.establishments) > 1:
        cells = [_cell(figures, figures.row(figures.project, code)) for code in figures.codes]
        rows.append([[strong(_("Ensemble du projet"))], [_verdict(report)], *cells])
    for one in figures.establishments:
        cells = [_cell(figures, figures.row(one["indicateurs"], code)) for code in figures.codes]
        rows.append([[strong(one["finess_et"])], [_verdict(one)], *cells])
    return table(_("Taux par établissement"), columns, rows, dense=True)


def _verdict(part: Json) -> Any:  # noqa: ANN401 -- a span
    style, word = verdict(part)
    return badge(style, word.lower())


def _cell(figures: Figures, row: Json | None) -> Content:
    """The rate; under it, in words, what it is against its target."""
    if row is None:
        return "–"
    cell: list[Any] = [strong(figures.rate(figures.judged(row)))]
    if row["atteinte"] is not None:
        words = figures.result(row)
        if row.get("fermete") == "fragile":
            words = _("{result}, fragile").format(result=words)
        cell += [{"s": "resultat", "style": "bien" if row["atteinte"] else "alerte", "t": words}]
    return cell
