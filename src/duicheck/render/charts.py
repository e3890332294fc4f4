"""Rates against targets, one chart per indicator: where each mark stands. Draws what the report says."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from msgspec import Struct

from duicheck.langue import _, n_
from duicheck.render.figures import judged
from duicheck.render.french import counted, percent, ratio, typography
from duicheck.render.labels import indicator

__all__ = ["MOST", "Bar", "Chart", "charts"]

Json = Mapping[str, Any]

MOST: Final = 30
"""How many establishments one chart shows: beyond, the lowest rates."""

WIDTH: Final = 300
LEFT, RIGHT = 78, 224  # the plot's ends: labels before, values after
TOP: Final = 26  # room for the scale
STEP: Final = 22  # from one row to the next
FULL: Final = 100
FURTHEST: Final = 200
"""Rates above are cut, with a mark: MSSanté may exceed 100 %, without bound."""


class Bar(Struct, frozen=True):
    """One row. Positions in the units of the drawing; None for a mark that is not drawn."""

    label: str
    value: str
    state: str  # atteinte, manquee, inconnue
    whole: bool  # the project, not an establishment
    y: int
    width: float
    cut: bool
    exported: float | None
    low: float | None
    high: float | None


class Chart(Struct, frozen=True):
    """One indicator. `target` is a position; `hidden` counts the establishments that are left out."""

    code: str
    title: str
    subtitle: str
    text: str
    bars: list[Bar]
    ticks: list[tuple[float, str]]
    target: float | None
    hidden: int

    left, right, top, width, step = LEFT, RIGHT, TOP, WIDTH, STEP

    @property
    def height(self) -> int:
        """Of the drawing."""
        return TOP + STEP * len(self.bars) + 4


class _Row(Struct, frozen=True):
    label: str
    row: Json
    whole: bool

    @property
    def judged(self) -> Json | None:
        return judged(self.row)

    @property
    def rate(self) -> Fraction | None:
        return _rate(self.judged)


def charts(report: Json) -> list[Chart]:
    """One chart per indicator that is a rate, in the order of the report."""
    whole = report["projet"]["indicateurs"] if len(report["etablissements"]) > 1 else []
    found: dict[str, list[_Row]] = {}
    for row in whole:
        found.setdefault(row["code"], []).append(_Row(_("Ensemble"), row, whole=True))
    for one in report["etablissements"]:
        for row in one["indicateurs"]:
            found.setdefault(row["code"], []).append(_Row(one["finess_et"], row, whole=False))
    return [_chart(code, rows) for code, rows in found.items() if any(row.rate is not None for row in rows)]


def _chart(code: str, rows: list[_Row]) -> Chart:
    shown = _shown(rows)
    targets = {row.row["cible"] for row in rows}
    (target,) = targets if len(targets) == 1 else (None,)
    scale = _Scale(rows)
    ticks = [(scale.at(Fraction(tick)), percent(tick) if tick else "0") for tick in range(0, scale.end + 1, 50)]
    bars = [_bar(row, number, scale) for number, row in enumerate(shown)]
    return Chart(
        code=code,
        title=indicator(code),
        subtitle="" if target is None else _("cible {target}").format(target=percent(target)),
        text=_text(rows),
        bars=bars,
        ticks=ticks,
        target=None if target is None else scale.at(Fraction(target)),
        hidden=len(rows) - len(shown),
    )


class _Scale:
    """From percents to positions; 0 to 100, or further where rates are higher."""

    def __init__(self, rows: list[_Row]) -> None:
        highest = max((row.rate for row in rows if row.rate is not None), default=Fraction(0))
        self.end = FULL if highest <= FULL else 150 if highest <= 150 else FURTHEST  # noqa: PLR2004 -- round steps

    def at(self, rate: Fraction) -> float:
        return round(float(LEFT + (RIGHT - LEFT) * min(rate, Fraction(self.end)) / self.end), 1)


def _bar(row: _Row, number: int, scale: _Scale) -> Bar:
    rate = row.rate
    exported = _rate(row.row["exporte"]) if row.row["conforme"] is False else None
    bounds = row.row.get("bornes") or {}
    low, high = (scale.at(Fraction(str(end))) for end in bounds["taux"]) if bounds.get("taux") else (None, None)
    states = {True: "atteinte", False: "manquee", None: "inconnue"}
    return Bar(
        label=row.label,
        value=_written(row),
        state=states[row.row["atteinte"]] if rate is not None else "inconnue",
        whole=row.whole,
        y=TOP + STEP * number,
        width=0.0 if rate is None else round(scale.at(rate) - LEFT, 1),
        cut=rate is not None and rate > scale.end,
        exported=None if exported is None else scale.at(exported),
        low=low,
        high=high,
    )


def _shown(rows: list[_Row]) -> list[_Row]:
    """All rows, or the project and the establishments with the lowest rates, in the order of the report."""
    ones = [row for row in rows if not row.whole]
    if len(ones) <= MOST:
        return rows
    lowest = sorted(ones, key=lambda row: (row.rate is None, row.rate or 0))[:MOST]
    return [row for row in rows if row.whole or row in lowest]


def _text(rows: list[_Row]) -> str:
    """What the drawing shows, for those who do not see it."""
    ones = [row for row in rows if not row.whole]
    whole = _("Ensemble du projet : {rate}.")
    parts = [whole.format(rate=_written(row)) for row in rows if row.whole]
    below = [row for row in ones if row.row["atteinte"] is False]
    if any(row.row["cible"] is not None for row in ones):
        number = counted(len(below), "établissement") if below else _("Aucun établissement")
        text = _("{establishments} sous la cible, sur {total}.")
        parts.append(text.format(establishments=number, total=len(ones)))
    rated = [row for row in ones if row.rate is not None]
    if rated:
        lowest = min(rated, key=lambda row: row.rate or 0)
        text = _("Taux le plus bas : {rate}, à {finess}.")
        parts.append(text.format(rate=_written(lowest), finess=lowest.label))
    if blank := len(ones) - len(rated):
        text = n_("{establishments} n’a pas de taux.", "{establishments} n’ont pas de taux.", blank)
        parts.append(text.format(establishments=counted(blank, "établissement")))
    parts.append(_("Le tableau « Taux par établissement » donne toutes les valeurs."))
    return typography(" ".join(parts))


def _written(row: _Row) -> str:
    counts = row.judged
    return "–" if counts is None else ratio(counts["numerateur"], counts["denominateur"])


def _rate(counts: Json | None) -> Fraction | None:
    if counts is None or not counts["denominateur"]:
        return None
    return Fraction(100 * counts["numerateur"], counts["denominateur"])
