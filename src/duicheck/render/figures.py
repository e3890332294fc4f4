"""The figures as tables: one line per establishment for reading, everything for the auditor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from msgspec import Struct

from duicheck.langue import N_, _, habits
from duicheck.render.causes import hypotheses_named
from duicheck.render.french import counted, integer, percent, ratio

__all__ = ["Difference", "Figures", "judged"]

Json = Mapping[str, Any]

WHOLE: Final = N_("Ensemble du projet")

FIRMNESS: Final = {"ferme": N_("ferme"), "fragile": N_("fragile"), "impossible": N_("impossible")}
"""How firm the answer about a target is, whatever the rejected rows were."""


def judged(row: Json) -> Json | None:
    """The integers of a row that its rate is made of: recomputed, or else exported."""
    found: Json | None = row["exporte"] if row["cible_sur"] == "exporte" else row["recalcule"] or row["exporte"]
    return found


class Difference(Struct, frozen=True):
    """A figure that is not the log's, with the hypotheses that give it back."""

    where: str
    row: Json


class Figures:
    """The indicators of a report, arranged for templates; numbers are the report's."""

    def __init__(self, report: Json) -> None:
        self._report = report
        self.establishments: list[Json] = list(report["etablissements"])
        self.project: list[Json] = list(report["projet"]["indicateurs"])
        rows = [*self.project, *(row for one in self.establishments for row in one["indicateurs"])]
        self.codes: list[str] = list(dict.fromkeys(row["code"] for row in rows))
        self.with_bounds = any("bornes" in row for row in rows)
        self.on_export = any(row["cible_sur"] == "exporte" for row in rows)

    def target(self, code: str) -> str:
        """The target of an indicator; empty when it has none, or not the same everywhere."""
        targets = {row["cible"] for row in self._rows(code)}
        (only,) = targets if len(targets) == 1 else (None,)
        return "" if only is None else percent(only)

    def row(self, rows: list[Json], code: str) -> Json | None:
        """The row of one indicator among those of an establishment."""
        return next((row for row in rows if row["code"] == code), None)

    def judged(self, row: Json) -> Json | None:
        """The integers that the target is judged on: recomputed, or else exported."""
        return judged(row)

    def counts(self, counts: Json | None, none: str = "–") -> str:
        """« 87 / 104 », or the number alone for a plain count."""
        if counts is None:
            return none
        if counts["denominateur"] is None:
            return integer(counts["numerateur"])
        return f"{integer(counts['numerateur'])}\u00a0/\u00a0{integer(counts['denominateur'])}"

    def rate(self, counts: Json | None) -> str:
        """The rate in percent, or the number alone for a plain count."""
        if counts is None:
            return "–"
        if counts["denominateur"] is None:
            return integer(counts["numerateur"])
        return ratio(counts["numerateur"], counts["denominateur"])

    def result(self, row: Json) -> str:
        """Whether the target is reached, and how much is missing."""
        if row["atteinte"] is None:
            return "–"
        if row["atteinte"]:
            return _("atteinte")
        if row["manquants"] is None:
            return _("non atteinte")
        return _("manque {count}").format(count=integer(row["manquants"]))

    def firmness(self, row: Json) -> str:
        """Whether rejected rows may change what is said of the target; a dash where nothing is said of it."""
        found: str | None = row.get("fermete")
        return "–" if found is None else _(FIRMNESS.get(found, found))

    def span(self, bounds: list[float] | None) -> str:
        """« 85 à 88 », or one number when both ends are the same."""
        if bounds is None:
            return "–"
        point = habits().decimal
        low, high = (str(end).replace(".", point) if isinstance(end, float) else integer(end) for end in bounds)
        return low if low == high else _("{low} à {high}").format(low=low, high=high)

    def differences(self) -> Iterator[Difference]:
        """Every figure that differs or has an explanation, establishments first."""
        for one in self.establishments:
            for row in one["indicateurs"]:
                if row["conforme"] is False or row["explications"]:
                    yield Difference(one["finess_et"], row)
        for row in self.project:
            if row["explications"]:
                yield Difference(_(WHOLE), row)

    def reconciled(self) -> Iterator[Difference]:
        """Every figure that the vendor's own list was held against."""
        for one in self.establishments:
            for row in one["indicateurs"]:
                if "decompte" in row:
                    yield Difference(one["finess_et"], row)
        for row in self.project:
            if "decompte" in row:
                yield Difference(_(WHOLE), row)

    def explanation(self, why: Json) -> str:
        """The hypotheses of an explanation in one name."""
        return hypotheses_named(why["hypotheses"])

    def size(self) -> str:
        """« 24 établissements »."""
        return counted(len(self.establishments), "établissement")

    def _rows(self, code: str) -> Iterator[Json]:
        for rows in (self.project, *(one["indicateurs"] for one in self.establishments)):
            yield from (row for row in rows if row["code"] == code)
