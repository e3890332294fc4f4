"""The format `csv`: one line per finding, and per rule that did not conclude, for a French spreadsheet.

UTF-8 with its mark, semicolons, CRLF: what a double click opens right. The facts are one JSON column, where
a FINESS number keeps its zeros. A file with headings only means that nothing was found and nothing left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from duicheck.langue import _, phrase
from duicheck.model import Renderer
from duicheck.render.characters import guarded, one_line
from duicheck.render.findings import by_rule
from duicheck.render.french import sentence
from duicheck.render.messages import message

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["COLUMNS", "cell", "csv_renderer"]

Json = Mapping[str, Any]

DOC = "Les constats pour un tableur, un par ligne, et les contrôles qui n'ont pas conclu."

COLUMNS: Final = (
    "regle",
    "resultat",
    "gravite",
    "message",
    "fichier",
    "ligne",
    "colonne",
    "pointeur",
    "remede",
    "qui",
    "derogation",
    "motif_derogation",
    "constats_de_la_regle",
    "faits",
)
"""The headings: names of rapport.json, whatever the language. `constats_de_la_regle` counts those not listed too."""

_OPEN: Final = frozenset({"non_verifiee", "en_erreur"})


def csv_renderer(rules: Mapping[str, Rule]) -> Renderer:
    """The renderer of findings as CSV; `rules` by id give them their remedies."""

    def render(report: Json) -> bytes:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, COLUMNS, restval="", delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        for row in _rows(report, rules):
            writer.writerow({name: cell(value) for name, value in row.items()})
        return stream.getvalue().encode("utf-8-sig")

    return Renderer(name="csv", doc=DOC, render=render)


def _rows(report: Json, rules: Mapping[str, Rule]) -> Iterator[dict[str, object]]:
    outcomes = {rule["id"]: rule for rule in report["regles"]}
    for rule, found in by_rule(report).items():
        one = outcomes.get(rule, {"resultat": "enfreinte", "constats": len(found)})
        for finding in found:
            at = finding["lieu"]
            yield {
                "regle": rule,
                "resultat": one["resultat"],
                "gravite": finding["gravite"],
                "message": message(finding, rules.get(rule)),
                "fichier": at["fichier"],
                "ligne": at["ligne"],
                "colonne": at["colonne"],
                "pointeur": at["pointeur"],
                "remede": sentence(phrase(rules[rule].remedy)) if rule in rules else None,
                "qui": finding.get("qui"),
                **_waiver(finding, report),
                "constats_de_la_regle": one["constats"],
                "faits": json.dumps(finding["faits"], ensure_ascii=False) if finding["faits"] else None,
            }
    for rule, one in outcomes.items():
        if one["resultat"] in _OPEN:
            reason = phrase(one["raison"] or "") or _("Contrôle non fait.")
            counted = {"constats_de_la_regle": one["constats"]}
            yield {"regle": rule, "resultat": one["resultat"], "message": reason, **counted}


def _waiver(finding: Json, report: Json) -> dict[str, object]:
    """The number of the waiver that covers a finding, from 1 as people count, and why it was granted."""
    if "derogation" not in finding:
        return {}
    position, waivers = finding["derogation"], report["derogations"]
    reason = waivers[position]["motif"] if position < len(waivers) else None
    return {"derogation": position + 1, "motif_derogation": reason}


def cell(value: object) -> str:
    """A value as a cell that no spreadsheet runs: judged on the text as it came, before its line ends are gone."""
    if value is None:
        return ""
    text = str(value)
    flat = one_line(text)
    return f"'{flat}" if guarded(text) != text else flat
