"""The vendor's part: where differences come from, the findings with what to do, every figure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any

from duicheck.langue import _, habits
from duicheck.render.causes import gaps, hypotheses_named
from duicheck.render.figures import Difference, Figures
from duicheck.render.french import integer, percent, typography
from duicheck.render.headline import TARGETS, verdict
from duicheck.render.labels import indicator
from duicheck.render.pdf.blocks import (
    Block,
    Column,
    Content,
    Group,
    badge,
    code,
    heading,
    items,
    lines,
    note,
    paragraph,
    part,
    said,
    small,
    strong,
    table,
    warning,
)
from duicheck.render.pdf.findings import findings
from duicheck.render.values import value

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["vendor"]

Json = Mapping[str, Any]


def vendor(report: Json, rules: Mapping[str, Rule], figures: Figures) -> Iterator[Block]:
    """The blocks of the part."""
    yield from part(_("Pour l'éditeur du logiciel"), "editeur")
    yield from _differences(report, figures)
    yield from findings(report, rules)
    yield from _figures(report, figures)
    if "dossiers" in report:
        yield from _not_counted(report["dossiers"])


def _differences(report: Json, figures: Figures) -> Iterator[Block]:
    yield heading(2, _("D'où viennent les écarts"), "ecarts")
    known = gaps(report)
    if known is not None:
        texts: list[Content] = [[code(cause.name), f" {cause.sentence}"] for cause in known.causes]
        texts += [text for text in (known.doubt, known.mystery) if text]
        yield items(texts)
    elif report["etablissements"]:
        yield paragraph(typography(_("Aucun écart : aucun indicateur exporté ne contredit le journal.")))
    else:
        yield paragraph(_("Rien n'a pu être comparé."))
    if differences := list(figures.differences()):
        yield table(
            _("Écart par écart, ce qui redonne exactement les nombres exportés"),
            [
                Column(_("Établissement"), "0.95fr"),
                Column(_("Indicateur"), "1.1fr"),
                Column(_("Exporté"), right=True),
                Column(_("Recalculé"), right=True),
                Column(_("Explications, la plus simple d'abord"), "3fr"),
            ],
            [_difference(one, figures) for one in differences],
        )
    if reconciled := list(figures.reconciled()):
        yield table(
            _("Le décompte de l'éditeur face au journal : écart = hors décompte + doublons + comptés à tort – oubliés"),
            [
                Column(_("Établissement"), "1fr"),
                Column(_("Indicateur"), "1.2fr"),
                Column(_("Lignes du décompte"), "0.8fr", right=True),
                Column(_("Écart"), right=True),
                Column(_("Hors décompte"), "0.8fr", right=True),
                Column(_("Doublons"), right=True),
                Column(_("Comptés à tort"), "1.2fr"),
                Column(_("Oubliés"), "1.2fr"),
            ],
            [_reconciled(one) for one in reconciled],
            dense=True,
        )


def _difference(one: Difference, figures: Figures) -> list[Content]:
    row = one.row
    why: Content = _("Aucune hypothèse essayée ne l'explique.")
    if row["explications"]:
        why = lines(
            [code(hypotheses_named(each["hypotheses"])), " ", said(each["texte"])] for each in row["explications"]
        )
    return [
        [strong(one.where)],
        _indicator(row),
        figures.counts(row["exporte"], _("absent")),
        figures.counts(row["recalcule"]),
        why,
    ]


def _indicator(row: Json) -> Content:
    """Its name for people; under it, the code that the files write."""
    return [indicator(row["code"]), {"s": "faits", "t": [code(row["code"])]}]


def _reconciled(one: Difference) -> list[Content]:
    found = one.row["decompte"]
    return [
        [strong(one.where)],
        indicator(one.row["code"]),
        *(integer(found[name]) for name in ("lignes", "ecart", "hors_decompte", "doublons")),
        *(_causes(found[name]) for name in ("a_tort", "oublies")),
    ]


def _causes(causes: Json) -> Content:
    if not causes:
        return "–"
    parts = [[", ", f"{integer(count)} ", code(cause)] for cause, count in causes.items()]
    return list(chain.from_iterable(parts))[1:]


def _figures(report: Json, figures: Figures) -> Iterator[Block]:
    yield heading(2, _("Les chiffres, ligne à ligne"), "chiffres")
    if not figures.establishments and not figures.project:
        yield paragraph(_("Aucun indicateur n'a pu être mesuré."))
        return
    parts: list[tuple[str, Json, list[Json]]] = [
        (one["finess_et"], one, one["indicateurs"]) for one in figures.establishments
    ]
    if figures.project:
        parts.insert(0, (_("Ensemble du projet"), report, figures.project))
    yield table(
        _("Exporté, recalculé, cible : par établissement et par indicateur"),
        [
            Column(_("Indicateur"), "1fr"),
            Column(_("Exporté"), right=True),
            Column([_("Taux"), " ", _("exporté")], "auto", right=True),
            Column(_("Recalculé"), right=True),
            Column(_("Accord")),
            Column(_("Taux"), right=True),
            Column(_("Cible"), right=True),
            Column(_("Résultat")),
            Column(_("Manque"), right=True),
            Column(_("Marge"), right=True),
        ],
        groups=[
            Group(_title(name, part), [_figure(row, figures) for row in rows]) for name, part, rows in parts if rows
        ],
        dense=True,
    )
    if figures.with_bounds:
        yield _bounds(parts, figures)
    yield note(_meaning(figures))


def _title(name: str, part: Json) -> Content:
    answers = f"{verdict(part)[1].lower()}, {_(TARGETS[part['cibles']][1]).lower()}"
    return [strong(name), f" – {answers}"]


def _figure(row: Json, figures: Figures) -> list[Content]:
    exported = row["exporte"]
    rate = exported["taux"] if exported else None
    result: list[Any] = ["–"]
    if row["atteinte"] is not None:
        result = [badge("bien", _("atteinte")) if row["atteinte"] else badge("alerte", figures.result(row))]
    if row["cible_sur"] == "exporte":
        result += [" ", small(_("sur l'export"))]
    return [
        _indicator(row),
        figures.counts(exported, _("absent")),
        "–" if rate is None else f"{value(rate)}{habits().percent}",
        figures.counts(row["recalcule"]),
        [_agreement(row["conforme"])],
        figures.rate(figures.judged(row)),
        "–" if row["cible"] is None else percent(row["cible"]),
        result,
        value(row["manquants"]),
        value(row["marge"]),
    ]


def _agreement(same: bool | None) -> Any:  # noqa: ANN401, FBT001 -- a span; a value of the report
    if same is None:
        return badge("alerte", _("non vérifié"))
    return badge("bien", _("oui")) if same else badge("faute", _("NON"))


def _bounds(parts: Iterable[tuple[str, Json, list[Json]]], figures: Figures) -> Block:
    return table(
        _("Entre quelles bornes se tiennent les nombres, quoi qu'aient été les lignes rejetées"),
        [
            Column(_("Indicateur"), "1fr"),
            Column(_("Nombre"), "0.8fr", right=True),
            Column(_("Total"), "0.8fr", right=True),
            Column(_("Taux"), "0.8fr", right=True),
            Column(_("Cible, vu les bornes"), "0.8fr"),
        ],
        groups=[
            Group([strong(name)], [_bound(row, figures) for row in rows if _bounded(row)])
            for name, _part, rows in parts
            if any(map(_bounded, rows))
        ],
        dense=True,
    )


def _bounded(row: Json) -> bool:
    return "bornes" in row or bool(row.get("fermete"))


def _bound(row: Json, figures: Figures) -> list[Content]:
    bounds = row.get("bornes") or {"numerateur": None, "denominateur": None, "taux": None}
    percents = habits().percent if bounds["taux"] else ""
    return [
        _indicator(row),
        figures.span(bounds["numerateur"]),
        figures.span(bounds["denominateur"]),
        f"{figures.span(bounds['taux'])}{percents}",
        [said(row["fermete"])] if row.get("fermete") else "–",
    ]


def _meaning(figures: Figures) -> str:
    words = [
        _("Manque : le plus petit nombre de dossiers (ou de messages) de plus qui atteint la cible."),
        _("Marge : combien peuvent être perdus sans la manquer."),
    ]
    if figures.with_bounds:
        words.append(_("La cible, vu les bornes, est ferme, fragile ou impossible."))
    return typography(" ".join(words))


def _not_counted(rows: list[Json]) -> Iterator[Block]:
    yield heading(2, _("Les dossiers non comptés"), "dossiers")
    yield warning(
        strong(typography(_("Pseudonymes : à ne pas diffuser."))),
        f" {_('Par établissement, indicateur et première cause.')}",
    )
    if not rows:
        yield paragraph(_("Aucun."))
        return
    yield table(
        _("Ce qui pourrait compter et ne compte pas"),
        [
            Column(_("Établissement"), "0.9fr"),
            Column(_("Indicateur"), "1fr"),
            Column(_("Cause"), "1fr"),
            Column(_("Combien"), right=True),
            Column(_("Identifiants"), "2.5fr"),
        ],
        [
            [
                [strong(one["finess_et"])],
                indicator(one["indicateur"]),
                [code(one["cause"])],
                integer(len(one["identifiants"])),
                " ".join(one["identifiants"]),
            ]
            for one in rows
        ],
    )
