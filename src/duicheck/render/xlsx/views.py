"""Every sheet of the workbook but the summary. Values are the report's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from duicheck.render.xlsx import figures, findings, frame, work
from duicheck.render.xlsx.view import Json, View

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["views"]


def views(report: Json, rules: Mapping[str, Rule]) -> list[View]:
    """Every sheet but the summary, in the order of reading."""
    found = [
        figures.indicators(report),
        figures.establishments(report),
        figures.gaps(report),
        *([work.work(report, rules)] if "corrections" in report else []),
        findings.findings(report, rules),
        findings.rules(report, rules),
        findings.unchecked(report, rules),
        frame.hypotheses(report),
        frame.files(report),
        frame.waivers(report),
    ]
    if "paquets" in report:
        found.append(frame.packs(report))
    return [*found, figures.named(report)] if "dossiers" in report else found
