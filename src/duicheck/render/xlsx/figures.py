"""The sheets of figures: indicators, establishments, gaps with the log, and dossiers by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from duicheck.langue import _, phrase
from duicheck.render.causes import hypotheses_named
from duicheck.render.figures import judged
from duicheck.render.french import hundredths, typography
from duicheck.render.labels import indicator
from duicheck.render.marks import agreement, reached, targets_mark, verdict_mark
from duicheck.render.xlsx.sheet import Column, Rate, Value
from duicheck.render.xlsx.view import Json, Row, View

__all__ = ["establishments", "gaps", "indicators", "named"]


def _places(report: Json) -> Iterator[tuple[str, Json | None, list[Json]]]:
    """The project, then each establishment, with its indicators."""
    yield _("Ensemble du projet"), None, report["projet"]["indicateurs"]
    for one in report["etablissements"]:
        yield one["finess_et"], one, one["indicateurs"]


def indicators(report: Json) -> View:
    """One row per indicator, of the project and of each establishment."""
    bounds = any("bornes" in row for _place, _one, rows in _places(report) for row in rows)
    columns = [
        Column(_("Établissement"), 18),
        Column(_("Indicateur"), 20),
        Column(_("Code"), 19),
        Column(_("Accord avec le journal"), 14, signed=True),
        Column(_("Exporté : numérateur"), 13, "entier"),
        Column(_("Exporté : dénominateur"), 15, "entier"),
        Column(_("Exporté : taux écrit"), 11, "taux"),
        Column(_("Recalculé : numérateur"), 13, "entier"),
        Column(_("Recalculé : dénominateur"), 15, "entier"),
        Column(_("Taux jugé"), 10, "taux"),
        Column(_("Jugé sur"), 10),
        Column(_("Cible"), 9, "taux"),
        Column(_("Résultat"), 15, signed=True),
        Column(_("Manque"), 9, "entier"),
        Column(_("Marge"), 8, "entier"),
    ]
    if bounds:
        columns += [
            Column(_("Numérateur, au moins"), 12, "entier"),
            Column(_("Numérateur, au plus"), 12, "entier"),
            Column(_("Dénominateur, au moins"), 13, "entier"),
            Column(_("Dénominateur, au plus"), 13, "entier"),
            Column(_("Taux, au moins"), 10, "taux"),
            Column(_("Taux, au plus"), 10, "taux"),
            Column(_("Réponse malgré les lignes rejetées"), 16),
        ]
    rows = (
        [place, *_figures(row), *(_bounds(row) if bounds else ())]
        for place, _one, found in _places(report)
        for row in found
    )
    about = _("Un indicateur par ligne : nombres exportés et recalculés, taux, cible.")
    return View(_("Indicateurs"), about, columns, rows, _("Aucun indicateur."))


def _figures(row: Json) -> Iterator[Value]:
    exported = row["exporte"] or {"numerateur": None, "denominateur": None, "taux": None}
    recomputed = row["recalcule"] or {"numerateur": None, "denominateur": None}
    counts = judged(row)
    basis = {"recalcule": _("recalculé"), "exporte": _("exporté"), None: None}
    yield from (indicator(row["code"]), row["code"], agreement(row))
    yield from (exported["numerateur"], exported["denominateur"], _percent(exported["taux"]))
    yield from (recomputed["numerateur"], recomputed["denominateur"])
    yield None if counts is None else _rate(counts)
    yield from (basis[row["cible_sur"]], _percent(row["cible"]), reached(row), row["manquants"], row["marge"])


def _rate(counts: Json) -> float | None:
    """The rate as a fraction, rounded as everywhere else: the sheet shows its two decimals of percent."""
    rate = hundredths(counts["numerateur"], counts["denominateur"])
    return None if rate is None else rate / 10_000


def _percent(value: float | None) -> float | None:
    """A number of percents as a fraction; by decimals, so that 83.65 is 0.8365 and no near miss."""
    return None if value is None else float(Decimal(str(value)) / 100)


def _bounds(row: Json) -> Iterator[Value]:
    bounds = row.get("bornes") or {}
    yield from bounds.get("numerateur") or (None, None)
    yield from bounds.get("denominateur") or (None, None)
    yield from map(_percent, bounds.get("taux") or (None, None))
    yield row.get("fermete")


def establishments(report: Json) -> View:
    """One row per establishment, its rates side by side."""
    codes = list(dict.fromkeys(row["code"] for _place, _one, rows in _places(report) for row in rows))
    columns = [
        Column(_("Établissement"), 14),
        Column(_("Verdict"), 17, signed=True),
        Column(_("Cibles"), 24, signed=True),
    ]
    plain = _plain_counts(report)
    for code in codes:
        name = indicator(code)
        columns.append(Column(_("{indicateur} : nombre").format(indicateur=name), 13, "entier"))
        if code not in plain:
            columns.append(Column(_("{indicateur} : sur").format(indicateur=name), 13, "entier"))
            columns.append(Column(_("{indicateur} : taux").format(indicateur=name), 13, "taux"))
    about = _("Un établissement par ligne : verdict, cibles, et le taux de chaque indicateur.")
    rows = (
        _establishment(one, found, {code: code in plain for code in codes})
        for _place, one, found in _places(report)
        if one is not None
    )
    return View(_("Établissements"), about, columns, rows, _("Aucun établissement."))


def _plain_counts(report: Json) -> set[str]:
    """The indicators that are no rate anywhere: a number and nothing to hold it against."""
    rates: dict[str, bool] = {}
    for _place, _one, rows in _places(report):
        for row in rows:
            sides = (row["exporte"], row["recalcule"])
            shown = row["cible"] is not None or any(side and side["denominateur"] is not None for side in sides)
            rates[row["code"]] = rates.get(row["code"], False) or shown
    return {code for code, shown in rates.items() if not shown}


def _establishment(one: Json, rows: list[Json], codes: Mapping[str, bool]) -> list[Value]:
    """One line; `codes` says of each indicator whether it is a plain count."""
    by_code = {row["code"]: row for row in rows}
    cells: list[Value] = [one["finess_et"], verdict_mark(one), targets_mark(one)]
    for code, plain in codes.items():
        row = by_code.get(code)
        counts = judged(row) if row else None
        cells.append(None if counts is None else counts["numerateur"])
        if plain:
            continue
        if row is None or counts is None:
            cells += [None, None]
            continue
        rate = _rate(counts)
        cells += [counts["denominateur"], None if rate is None else Rate(rate, _STYLES[row["atteinte"]])]
    return cells


_STYLES = {True: "bien", False: "faute", None: ""}


def gaps(report: Json) -> View:
    """What would explain each figure that differs from the log."""
    columns = [
        Column(_("Établissement"), 20),
        Column(_("Indicateur"), 22),
        Column(_("Exporté : numérateur"), 12, "entier"),
        Column(_("Exporté : dénominateur"), 13, "entier"),
        Column(_("Recalculé : numérateur"), 12, "entier"),
        Column(_("Recalculé : dénominateur"), 13, "entier"),
        Column(_("Le même calcul avec"), 30),
        Column(_("Explication"), 60),
    ]
    about = _("Les indicateurs qui ne sont pas ceux du journal, et les hypothèses qui les redonnent exactement.")
    return View(_("Écarts"), about, columns, _gap_rows(report), _("Aucun écart avec le journal."))


def _gap_rows(report: Json) -> Iterator[Row]:
    for where, _one, rows in _places(report):
        for row in rows:
            figures = list(_figures(row))
            head = [where, indicator(row["code"]), figures[3], figures[4], figures[6], figures[7]]
            for why in row["explications"]:
                yield [*head, hypotheses_named(why["hypotheses"]), typography(phrase(why["texte"]))]
            if row["conforme"] is False and not row["explications"]:
                yield [*head, None, _("Aucune des hypothèses essayées ne redonne ces nombres.")]
            if "decompte" in row:
                yield [*head, _("décompte de l'éditeur"), _counted(row["decompte"])]


def _counted(found: Json) -> str:
    """The vendor's own list against the log, each cause with its number."""
    parts = [f"{name} = {found[name]}" for name in ("lignes", "ecart", "hors_decompte", "doublons")]
    for kind in ("a_tort", "oublies"):
        parts += [f"{kind}, {cause} = {number}" for cause, number in found[kind].items()]
    return "\u00a0; ".join(parts)


def named(report: Json) -> View:
    """Only in a report that was asked to name dossiers."""
    columns = [
        Column(_("Établissement"), 20),
        Column(_("Indicateur"), 22),
        Column(_("Cause"), 26),
        Column(_("Identifiant"), 40),
    ]
    rows = (
        [group["finess_et"], indicator(group["indicateur"]), group["cause"], name]
        for group in report["dossiers"]
        for name in group["identifiants"]
    )
    about = _("Ce qui pourrait compter et ne compte pas. Ces pseudonymes ne se diffusent pas.")
    return View(_("Dossiers"), about, columns, rows, _("Aucun dossier."))
